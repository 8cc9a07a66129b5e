//! The pages. A screen is a module here with its routes, its template in `templates/screens/`, and one line in each of the lists
//! below.
//!
//! Read [`fields`] (forms as values) and [`wording`] first, then [`register`], [`registration`], [`inquiry`] (what is known of one) and
//! [`commands`] (a form for everything that may be done to it); [`text`] is how a letter is typed.
//!
//! How a screen is made: see [`login`]. A handler takes what it needs as parameters (`State`, [`crate::Caller`] for whoever is
//! signed in, [`crate::Speaks`] for the language), reads tables through `readmodel` or one inquiry through `office`, and answers
//! `state.pages.answer(&state, &Page { … }, &facts)`. A form posts to a route of its own, which answers 303 to a page; every
//! `Problem` that a handler returns becomes a page by itself.

mod absences;
mod account;
mod admin;
mod blanks;
mod bulk;
mod commands;
mod deck;
mod deliveries;
mod deputy;
mod desk;
mod duties;
mod earlier;
mod editing;
mod fields;
mod inquiry;
pub(crate) mod journal;
mod keeping;
mod language;
mod letter_html;
mod load;
mod login;
pub(crate) mod moment;
mod names;
mod numbered;
mod outbox;
mod pasted;
mod proof;
mod proposals;
mod provider;
mod reads;
mod records;
mod register;
mod registration;
mod reports;
mod search;
mod signatory;
mod text;
mod told;
mod verification;
mod visas;
mod waiting;
mod wording;

use directory::Role;

pub(crate) use admin::ADMINISTERS;
pub(crate) use deck::{APPROVES, SIGNS};
pub(crate) use duties::{OWES, ministry_of};
pub(crate) use letter_html::letter_html;
pub(crate) use load::SEES_LOAD;
pub(crate) use reads::SEES_READS;
pub(crate) use records::{KEEPS_RECORDS, SEES_RECORDS};
pub(crate) use register::{LIVE, caught_up, figure};
pub(crate) use reports::{SEES_REPORTS, report_rows};
pub(crate) use search::figure as news_figure;
pub(crate) use search::question::Question;
pub(crate) use told::told;

use crate::assets::File;
use crate::permission::Permission;
use crate::routes::{Answer, Gives, Route};

/// The templates, each under the name by which it is asked for.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("layouts/page", include_str!("../../../../templates/layouts/page.hbs")),
    ("partials/changes", include_str!("../../../../templates/partials/changes.hbs")),
    ("partials/contribution", include_str!("../../../../templates/partials/contribution.hbs")),
    ("partials/blocks", include_str!("../../../../templates/partials/blocks.hbs")),
    ("partials/editor", include_str!("../../../../templates/partials/editor.hbs")),
    ("partials/event", include_str!("../../../../templates/partials/event.hbs")),
    ("partials/field", include_str!("../../../../templates/partials/field.hbs")),
    ("partials/form", include_str!("../../../../templates/partials/form.hbs")),
    ("partials/by_mail", include_str!("../../../../templates/partials/by_mail.hbs")),
    ("partials/delivery", include_str!("../../../../templates/partials/delivery.hbs")),
    ("partials/head", include_str!("../../../../templates/partials/head.hbs")),
    ("partials/alike", include_str!("../../../../templates/partials/alike.hbs")),
    ("partials/in_force", include_str!("../../../../templates/partials/in_force.hbs")),
    ("partials/settings_history", include_str!("../../../../templates/partials/settings_history.hbs")),
    ("partials/joined", include_str!("../../../../templates/partials/joined.hbs")),
    ("partials/keep_status", include_str!("../../../../templates/partials/keep_status.hbs")),
    ("partials/load", include_str!("../../../../templates/partials/load.hbs")),
    ("partials/moment", include_str!("../../../../templates/partials/moment.hbs")),
    ("partials/kept", include_str!("../../../../templates/partials/kept.hbs")),
    ("partials/remind", include_str!("../../../../templates/partials/remind.hbs")),
    ("partials/visas", include_str!("../../../../templates/partials/visas.hbs")),
    ("partials/wrong", include_str!("../../../../templates/partials/wrong.hbs")),
    ("partials/deck_asked", include_str!("../../../../templates/partials/deck_asked.hbs")),
    ("partials/deck_head", include_str!("../../../../templates/partials/deck_head.hbs")),
    ("partials/deck_letter", include_str!("../../../../templates/partials/deck_letter.hbs")),
    ("partials/deck_since", include_str!("../../../../templates/partials/deck_since.hbs")),
    ("absences", include_str!("../../../../templates/screens/absences.hbs")),
    ("account", include_str!("../../../../templates/screens/account.hbs")),
    ("admin", include_str!("../../../../templates/screens/admin.hbs")),
    ("admin_once", include_str!("../../../../templates/screens/admin_once.hbs")),
    ("admin_series", include_str!("../../../../templates/screens/admin_series.hbs")),
    ("admin_terms", include_str!("../../../../templates/screens/admin_terms.hbs")),
    ("admin_templates", include_str!("../../../../templates/screens/admin_templates.hbs")),
    ("admin_user", include_str!("../../../../templates/screens/admin_user.hbs")),
    ("admin_user_new", include_str!("../../../../templates/screens/admin_user_new.hbs")),
    ("admin_users", include_str!("../../../../templates/screens/admin_users.hbs")),
    ("alike", include_str!("../../../../templates/screens/alike.hbs")),
    ("approval", include_str!("../../../../templates/screens/approval.hbs")),
    ("approvals_empty", include_str!("../../../../templates/screens/approvals_empty.hbs")),
    ("between", include_str!("../../../../templates/screens/between.hbs")),
    ("blanks", include_str!("../../../../templates/screens/blanks.hbs")),
    ("bulk", include_str!("../../../../templates/screens/bulk.hbs")),
    ("changes", include_str!("../../../../templates/screens/changes.hbs")),
    ("command", include_str!("../../../../templates/screens/command.hbs")),
    ("contribution", include_str!("../../../../templates/screens/contribution.hbs")),
    ("conflict", include_str!("../../../../templates/screens/conflict.hbs")),
    ("deck", include_str!("../../../../templates/screens/deck.hbs")),
    ("deliveries", include_str!("../../../../templates/screens/deliveries.hbs")),
    ("delivery", include_str!("../../../../templates/screens/delivery.hbs")),
    ("deputy", include_str!("../../../../templates/screens/deputy.hbs")),
    ("evidence", include_str!("../../../../templates/screens/evidence.hbs")),
    ("link_ended", include_str!("../../../../templates/screens/link_ended.hbs")),
    ("proposals", include_str!("../../../../templates/screens/proposals.hbs")),
    ("resent", include_str!("../../../../templates/screens/resent.hbs")),
    ("deck_empty", include_str!("../../../../templates/screens/deck_empty.hbs")),
    ("deck_gone", include_str!("../../../../templates/screens/deck_gone.hbs")),
    ("deck_several", include_str!("../../../../templates/screens/deck_several.hbs")),
    ("device", include_str!("../../../../templates/screens/device.hbs")),
    ("draft", include_str!("../../../../templates/screens/draft.hbs")),
    ("earlier", include_str!("../../../../templates/screens/earlier.hbs")),
    ("answer", include_str!("../../../../templates/screens/answer.hbs")),
    ("partials/earlier", include_str!("../../../../templates/partials/earlier.hbs")),
    ("partials/pieces", include_str!("../../../../templates/partials/pieces.hbs")),
    ("partials/sources", include_str!("../../../../templates/partials/sources.hbs")),
    ("partials/stretches", include_str!("../../../../templates/partials/stretches.hbs")),
    ("search", include_str!("../../../../templates/screens/search.hbs")),
    ("search_taken", include_str!("../../../../templates/screens/search_taken.hbs")),
    ("searches", include_str!("../../../../templates/screens/searches.hbs")),
    ("ended", include_str!("../../../../templates/screens/ended.hbs")),
    ("file", include_str!("../../../../templates/screens/file.hbs")),
    ("file_read", include_str!("../../../../templates/screens/file_read.hbs")),
    ("inquiry", include_str!("../../../../templates/screens/inquiry.hbs")),
    ("journal", include_str!("../../../../templates/screens/journal.hbs")),
    ("journal_event", include_str!("../../../../templates/screens/journal_event.hbs")),
    ("letter", include_str!("../../../../templates/screens/letter.hbs")),
    ("load", include_str!("../../../../templates/screens/load.hbs")),
    ("login_code", include_str!("../../../../templates/screens/login_code.hbs")),
    ("merge", include_str!("../../../../templates/screens/merge.hbs")),
    ("outbox", include_str!("../../../../templates/screens/outbox.hbs")),
    ("proof", include_str!("../../../../templates/screens/proof.hbs")),
    ("reads", include_str!("../../../../templates/screens/reads.hbs")),
    ("partials/report_accuracy", include_str!("../../../../templates/partials/report_accuracy.hbs")),
    ("partials/report_moment", include_str!("../../../../templates/partials/report_moment.hbs")),
    ("reports", include_str!("../../../../templates/screens/reports.hbs")),
    ("report_inquiries", include_str!("../../../../templates/screens/report_inquiries.hbs")),
    ("report_forecast", include_str!("../../../../templates/screens/report_forecast.hbs")),
    ("recovery_codes", include_str!("../../../../templates/screens/recovery_codes.hbs")),
    ("register", include_str!("../../../../templates/screens/register.hbs")),
    ("register_between", include_str!("../../../../templates/screens/register_between.hbs")),
    ("registration", include_str!("../../../../templates/screens/registration.hbs")),
    ("second_factor", include_str!("../../../../templates/screens/second_factor.hbs")),
    ("tasks", include_str!("../../../../templates/screens/tasks.hbs")),
    ("waiting", include_str!("../../../../templates/screens/waiting.hbs")),
    ("journal_person", include_str!("../../../../templates/screens/journal_person.hbs")),
    ("partials/entries", include_str!("../../../../templates/partials/entries.hbs")),
    ("views", include_str!("../../../../templates/screens/views.hbs")),
    ("partials/fingerprint", include_str!("../../../../templates/partials/fingerprint.hbs")),
    ("partials/signatories", include_str!("../../../../templates/partials/signatories.hbs")),
    ("partials/verified_signatures", include_str!("../../../../templates/partials/verified_signatures.hbs")),
    ("partials/verified_letter", include_str!("../../../../templates/partials/verified_letter.hbs")),
    ("partials/verification_ask", include_str!("../../../../templates/partials/verification_ask.hbs")),
    ("verification_start", include_str!("../../../../templates/screens/verification_start.hbs")),
    ("verification", include_str!("../../../../templates/screens/verification.hbs")),
    ("records", include_str!("../../../../templates/screens/records.hbs")),
    ("record", include_str!("../../../../templates/screens/record.hbs")),
    ("record_change", include_str!("../../../../templates/screens/record_change.hbs")),
    ("record_import", include_str!("../../../../templates/screens/record_import.hbs")),
    ("login", include_str!("../../../../templates/screens/login.hbs")),
    ("problem", include_str!("../../../../templates/screens/problem.hbs")),
];

/// The files of `static/`.
pub(crate) const FILES: &[File] = &[
    ("saual.css", "text/css; charset=utf-8", include_bytes!("../../../../static/saual.css")),
    ("choose.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/choose.js")),
    ("deck.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/deck.js")),
    ("signing.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/signing.js")),
    ("icons.svg", "image/svg+xml", include_bytes!("../../../../static/icons.svg")),
    (
        "fonts/inter-5.3.0-cyrillic.woff2",
        "font/woff2",
        include_bytes!("../../../../static/fonts/inter-5.3.0-cyrillic.woff2"),
    ),
    (
        "fonts/inter-5.3.0-cyrillic-ext.woff2",
        "font/woff2",
        include_bytes!("../../../../static/fonts/inter-5.3.0-cyrillic-ext.woff2"),
    ),
    ("fonts/inter-5.3.0-latin.woff2", "font/woff2", include_bytes!("../../../../static/fonts/inter-5.3.0-latin.woff2")),
    (
        "fonts/inter-5.3.0-latin-ext.woff2",
        "font/woff2",
        include_bytes!("../../../../static/fonts/inter-5.3.0-latin-ext.woff2"),
    ),
    ("fonts/tinos-1.33-bold.ttf", "font/ttf", include_bytes!("../../../letter/assets/fonts/Tinos-Bold.ttf")),
    (
        "fonts/tinos-1.33-bold-italic.ttf",
        "font/ttf",
        include_bytes!("../../../letter/assets/fonts/Tinos-BoldItalic.ttf"),
    ),
    ("fonts/tinos-1.33-italic.ttf", "font/ttf", include_bytes!("../../../letter/assets/fonts/Tinos-Italic.ttf")),
    ("fonts/tinos-1.33-regular.ttf", "font/ttf", include_bytes!("../../../letter/assets/fonts/Tinos-Regular.ttf")),
    ("editor.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/editor.js")),
    ("keep.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/keep.js")),
    ("live.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/live.js")),
    ("moment.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/moment.js")),
    ("logo.svg", "image/svg+xml", include_bytes!("../../../../static/logo.svg")),
    ("registration.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/registration.js")),
    ("search.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/search.js")),
    ("session.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/session.js")),
    ("tasks.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/tasks.js")),
    ("verification.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/verification.js")),
    ("worklist.js", "text/javascript; charset=utf-8", include_bytes!("../../../../static/worklist.js")),
];

/// Who sees the list of mails.
pub(crate) const SEES_MAIL: Permission = Permission::AnyOf(&[Role::Clerk, Role::Control, Role::Auditor, Role::Admin]);
/// Who sees the journal.
pub(crate) const SEES_JOURNAL: Permission = Permission::AnyOf(&[Role::Auditor, Role::Admin]);

/// Who decides what becomes of proposals.
pub(crate) const DECIDES_PROPOSALS: Permission = Permission::AnyOf(&[Role::Clerk]);

/// Who acts on deliveries: sends again, corrects, records, ends a link.
pub(crate) const ACTS_ON_DELIVERIES: Permission = Permission::AnyOf(&[Role::Clerk]);

/// Who takes blanks into use: whoever runs the installation, and a ministry's own executors for their ministry.
pub(crate) const KEEPS_BLANKS: Permission = Permission::AnyOf(&[Role::Admin, Role::Executor]);

/// What a page answers.
pub(crate) const PAGE: Answer = Answer { status: 200, means: "The page.", gives: Gives::Bytes("text/html") };
/// What a file that was sent is answered: a page with what it says.
pub(crate) const TAKEN: Answer =
    Answer { status: 200, means: "What the file says; nothing is stored.", gives: Gives::Bytes("text/html") };
/// What a form answers when it was done: on to a page.
pub(crate) const ONWARD: Answer = Answer { status: 303, means: "Done; on to a page.", gives: Gives::Nothing };

/// The rows of every screen.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/static/{file:.*}", "static_file", Permission::Public, crate::assets::file)
            .summary("A style sheet, a script, a font or a picture of the pages."),
    ];
    routes.extend(login::routes());
    routes.extend(provider::routes());
    routes.extend(proof::routes());
    routes.extend(account::routes());
    routes.extend(language::routes());
    routes.extend(keeping::routes());
    routes.extend(register::routes());
    routes.extend(search::routes());
    routes.extend(earlier::routes());
    routes.extend(duties::routes());
    routes.extend(bulk::routes());
    routes.extend(load::routes());
    routes.extend(registration::routes());
    routes.extend(inquiry::routes());
    routes.extend(commands::routes());
    routes.extend(editing::routes());
    routes.extend(deck::routes());
    routes.extend(desk::routes());
    routes.extend(verification::routes());
    routes.extend(deputy::routes());
    routes.extend(proposals::routes());
    routes.extend(deliveries::routes());
    routes.extend(outbox::routes());
    routes.extend(blanks::routes());
    routes.extend(absences::routes());
    routes.extend(admin::routes());
    routes.extend(journal::routes());
    routes.extend(reads::routes());
    routes.extend(records::routes());
    routes.extend(reports::routes());
    routes.extend(waiting::routes());
    routes
}
