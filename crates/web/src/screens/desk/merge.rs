//! `/inquiries/{id}/draft/merge`, and `…/contribution/merge`: two texts that were made from one, laid together block by block. Whatever one of them alone changed is taken;
//! where both did, a person chooses, and nothing is thrown away unread.
//!
//! It is needed when two people wrote at once (the editor sends what it has), and when a version was recorded that the working text does not know.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use inquiry::{CommandName, DraftVersion, InquiryId};
use letter::merge::{By, Part};

use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::super::{ONWARD, PAGE};
use super::two::{Names, Two, show};
use super::{CONTRIBUTES, Visit, own_contribution};
use crate::desk::merging::{Merging, Pick, preset};
use crate::desk::standing::{self, Standing, known_sources, standing};
use crate::desk::table::{self, New, Place};
use crate::desk::text::{Text, Written};
use crate::office::at_work;
use crate::office::drafts::{contributions, source_of, version, versions};
use crate::office::seeing::Seen;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::{Caller, Speaks, State};

const WRITES: Permission = Permission::AnyOf(inquiry::allowed::roles(CommandName::ReviseDraft));

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/draft/merge", "merge_page", WRITES, draft_page)
            .summary("The working text beside a version that it does not know.")
            .answer(PAGE),
        Route::post("/inquiries/{id}/draft/merge", "merge_by_form", WRITES, draft_sent)
            .summary("Lays two texts of the draft together, or keeps what was chosen from both.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::get("/inquiries/{id}/contribution/merge", "merge_contribution_page", CONTRIBUTES, contribution_page)
            .summary("A contribution in writing beside one that was sent without it.")
            .answer(PAGE),
        Route::post("/inquiries/{id}/contribution/merge", "merge_contribution_by_form", CONTRIBUTES, contribution_sent)
            .summary("Lays two texts of a contribution together, or keeps what was chosen from both.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

/// What was chosen; none while a block has no choice.
fn chosen(merging: &Merging, typed: &Typed) -> Option<Text> {
    let pick = |(n, part): (usize, &Part)| match part.by {
        By::Nobody => preset(part),
        By::Me | By::Them | By::Both => Pick::of_name(typed.get(&format!("pick[{n}]"))),
    };
    let picks: Option<Vec<Pick>> = merging.parts.iter().enumerate().map(pick).collect();
    Some(merging.chosen(&picks?))
}

/// What the form of this page was made for: the revision and the version over which its result is kept.
fn upon(typed: &Typed) -> Option<(u64, u32)> {
    Some((typed.get("seen").parse().ok()?, typed.get("upon").parse().ok()?))
}

/// Keeps a text that was put together as the working text.
async fn keep(visit: &Visit, seen: &Seen, two: &Two, text: Text) -> Result<(), Problem> {
    let text = match two.place {
        Place::Contribution(_) => text.words.body.into(),
        Place::Draft => {
            let known = known_sources(&visit.state, visit.actor(), seen, &text).await?;
            text.believed(&seen.dossier, &known)
        }
    };
    let (by, at) = (&visit.actor().name, visit.state.wall.now());
    let known = text.authors.clone();
    let body = text.named(&known, by, at).to_value();
    let new = New { base: two.base, body: &body, by, at };
    table::keep(&visit.state, seen.dossier.inquiry, &two.place, two.revision, new).await.map(drop)
}

/// Back to the text.
fn onward(id: InquiryId, place: &Place) -> HttpResponse {
    let place = format!("{}?merged=yes", page_of(id, place));
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

pub(super) fn page_of(id: InquiryId, place: &Place) -> String {
    let page = match place {
        Place::Draft => "draft",
        Place::Contribution(_) => "contribution",
    };
    format!("/inquiries/{id}/{page}")
}

/// Somebody who may write a text, and its place.
struct Writer {
    visit: Visit,
    seen: Seen,
    place: Place,
}

impl Writer {
    async fn of(visit: Visit, id: InquiryId, command: CommandName) -> Result<Self, Problem> {
        let seen = visit.seen(id).await?;
        inquiry::allowed::gate(&seen.inquiry, visit.actor(), command)?;
        let place =
            if command == CommandName::ReviseDraft { Place::Draft } else { own_contribution(&seen, visit.actor())? };
        Ok(Self { visit, seen, place })
    }
}

/// The text of a version that a text was begun from; an empty one where there is none.
fn version_of(seen: &Seen, place: &Place, wanted: u32) -> Result<Text, Problem> {
    match (place, wanted) {
        (_, 0) => Ok(Text::empty()),
        (Place::Draft, wanted) => standing::of_version(version(&versions(seen)?, Some(DraftVersion(wanted)))?),
        (Place::Contribution(ministry), wanted) => {
            let named = source_of(ministry, wanted)?;
            let sent = contributions(seen)?.into_iter().find(|(source, _)| *source == named);
            Ok(sent.map_or_else(Text::empty, |(_, body)| body.into()))
        }
    }
}

/// The text in writing beside the version that was recorded without it.
async fn beside_version(writer: &Writer, standing: Standing) -> Result<Two, Problem> {
    let Writer { visit, seen, place } = writer;
    let base = version_of(seen, place, standing.base)?;
    let theirs = version_of(seen, place, standing.current)?;
    let merging = at_work("lay two texts together", move || Ok(Merging::of(base, standing.text, theirs))).await?;
    let current = standing.current;
    Ok(Two {
        place: place.clone(),
        merging,
        revision: standing.revision,
        base: current,
        is_kept: true,
        hidden: vec![("what", "behind".to_owned())],
        action: format!("{}/merge", page_of(seen.dossier.inquiry, place)),
        names: Names {
            title: visit.t("Жаңа нұсқа тіркелген", "Записана новая редакция", "A newer version was recorded"),
            explained: visit.t(
                "Жұмыс мәтіні ескі нұсқадан басталған. Төменде әр абзацта кім не өзгерткені тұр; таңдағаныңыз жұмыс мәтіні болады.",
                "Рабочий текст начат от прежней редакции. Ниже видно, кто что изменил в каждом абзаце; выбранное станет рабочим текстом.",
                "The working text was begun from an earlier version. Below stands who changed what in each paragraph; what you choose becomes the working text.",
            ),
            mine: visit.t("Жұмыс мәтіні", "Рабочий текст", "Working text"),
            theirs: format!("v{current}"),
            submit: submit(visit),
        },
    })
}

fn submit(visit: &Visit) -> String {
    visit.t("Біріктіріп, жазуды жалғастыру", "Объединить и писать дальше", "Put together and write on")
}

/// What was typed in an editor beside what somebody else kept meanwhile.
async fn beside_theirs(writer: &Writer, standing: Standing, typed: &Typed) -> Result<Two, Problem> {
    let Writer { visit, seen, place } = writer;
    let text = |name: &str| -> Result<(Text, String), Problem> {
        let typed = typed.get(name).to_owned();
        let written: Result<Written, _> = serde_json::from_str(&typed);
        let written = written.map_err(|error| Problem::BadForm { hint: error.to_string() })?;
        Ok((Text::read(&written)?, typed))
    };
    let ((base, base_typed), (mine, mine_typed)) = (text("base")?, text("mine")?);
    let people = People::of(&visit.state).await?;
    let other = standing.last.as_ref().map(|(by, _)| {
        if *by == visit.actor().name {
            return visit.t("Сіз, басқа терезеде", "Вы, в другом окне", "You, in another window");
        }
        people.name(by).to_owned()
    });
    let theirs = standing.text;
    let merging = at_work("lay two texts together", move || Ok(Merging::of(base, mine, theirs))).await?;
    Ok(Two {
        place: place.clone(),
        merging,
        revision: standing.revision,
        base: standing.base,
        is_kept: false,
        hidden: vec![("what", "typed".to_owned()), ("base", base_typed), ("mine", mine_typed)],
        action: format!("{}/merge", page_of(seen.dossier.inquiry, place)),
        names: Names {
            title: visit.t("Екеуіңіз қатар жазғансыз", "Вы писали одновременно", "Two of you wrote at once"),
            explained: visit.t(
                "Ештеңе жоғалған жоқ. Біреуіңіз ғана өзгерткен абзацтар белгіленіп тұр; екеуіңіз де өзгерткендерін таңдаңыз.",
                "Ничего не потеряно. Абзацы, изменённые одним из вас, уже отмечены; выберите там, где изменили оба.",
                "Nothing is lost. Paragraphs that one of you changed are ticked already; choose where both did.",
            ),
            mine: visit.t("Сіз", "Вы", "You"),
            theirs: other.unwrap_or_else(|| format!("v{}", standing.current)),
            submit: submit(visit),
        },
    })
}

async fn behind(writer: Writer) -> Result<HttpResponse, Problem> {
    let standing = standing(&writer.visit.state, &writer.seen, &writer.place).await?;
    if !standing.is_behind() {
        let place = page_of(writer.seen.dossier.inquiry, &writer.place);
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
    }
    let two = beside_version(&writer, standing).await?;
    show(HttpResponse::Ok(), &writer.visit, &writer.seen, two, None, false).await
}

async fn two_of(writer: &Writer, typed: &Typed) -> Result<Two, Problem> {
    let standing = standing(&writer.visit.state, &writer.seen, &writer.place).await?;
    match typed.get("what") {
        "behind" => beside_version(writer, standing).await,
        _ => beside_theirs(writer, standing, typed).await,
    }
}

async fn send(writer: Writer, typed: Typed) -> Result<HttpResponse, Problem> {
    let (visit, seen) = (&writer.visit, &writer.seen);
    let two = two_of(&writer, &typed).await?;
    if typed.get("do") != "merge" {
        return show(HttpResponse::Ok(), visit, seen, two, None, false).await;
    }
    if upon(&typed) == Some((two.revision, two.base)) {
        let Some(text) = chosen(&two.merging, &typed) else {
            return show(HttpResponse::UnprocessableEntity(), visit, seen, two, Some(&typed), false).await;
        };
        match keep(visit, seen, &two, text).await {
            Ok(()) => return Ok(onward(seen.dossier.inquiry, &two.place)),
            Err(Problem::Stale { .. }) => {}
            Err(problem) => return Err(problem),
        }
    }
    // Somebody wrote again while this was read: it is read once more, and nothing was kept.
    let two = two_of(&writer, &typed).await?;
    let stale = Problem::Stale { current: two.revision };
    show(stale.start(), visit, seen, two, None, true).await
}

macro_rules! handlers {
    ($($page:ident, $sent:ident for $command:ident;)*) => {
        $(
            async fn $page(
                state: State,
                caller: Caller,
                Speaks(language): Speaks,
                path: web::Path<String>,
            ) -> Result<HttpResponse, Problem> {
                let visit = Visit { state, caller, language };
                behind(Writer::of(visit, inquiry_of(&path)?, CommandName::$command).await?).await
            }

            async fn $sent(
                state: State,
                caller: Caller,
                Speaks(language): Speaks,
                path: web::Path<String>,
                web::Form(typed): web::Form<Vec<(String, String)>>,
            ) -> Result<HttpResponse, Problem> {
                let visit = Visit { state, caller, language };
                send(Writer::of(visit, inquiry_of(&path)?, CommandName::$command).await?, Typed(typed)).await
            }
        )*
    };
}

handlers! {
    draft_page, draft_sent for ReviseDraft;
    contribution_page, contribution_sent for SubmitContribution;
}
