//! How a page is made: a template of `templates/screens/`, inside a layout, with the words of one language.
//!
//! Templates are compiled into the program and strict: a field that is missing or misspelt is an error. What a template prints is
//! escaped (a test forbids `{{{`, inline styles and inline scripts); only a letter's own HTML stands in a page as it is, by
//! `{{letter x}}`, and only what the letter's engine wrote can be handed to it.
//!
//! In a template: `{{t "қазақша" "по-русски" "in English"}}` says a sentence in the page's language; `{{date x}}` prints an ISO
//! date as dd.mm.yyyy, `{{time x}}` an RFC 3339 moment as dd.mm.yyyy HH:MM in Astana; `{{asset "saual.css"}}` is the address of a
//! file of `static/`; `{{icon "send"}}` draws a symbol of `static/icons.svg` that says nothing of its own; `{{breaks x}}` prints an
//! address that may be broken at its dots.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use directory::Language;
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::accounts::absence::Absence;
use crate::accounts::views::View;
use crate::assets;
use crate::doors::caller::{Caller, Through};
use crate::problem::{Problem, ProblemBody};
use crate::screens;
use crate::screens::moment::again::Again;
use crate::speech::Words;
use crate::state::AppState;

/// A template that does not compile.
#[derive(Debug, thiserror::Error)]
#[error("the page template {name} does not compile")]
pub struct PageError {
    /// Which.
    pub name: String,
    /// Where and why.
    #[source]
    pub source: Box<handlebars::TemplateError>,
}

/// The compiled templates.
pub struct Pages {
    registry: Handlebars<'static>,
}

/// What the layout knows about every page; the page's own facts are in `page`.
#[derive(Debug, Serialize)]
struct Frame<'a, T> {
    lang: &'static str,
    title: &'a str,
    template: &'static str,
    who: Option<Who<'a>>,
    seal_stands_in: bool,
    mail_stays_here: bool,
    synthetic: bool,
    languages: [Choice; 3],
    page: &'a T,
}

/// Who is signed in, for the head of the page.
#[derive(Debug, Serialize)]
struct Who<'a> {
    name: &'a str,
    full_name: &'a str,
    roles: String,
    owes: bool,
    /// How much their ministry owes.
    to_do: u64,
    /// Some of it is overdue.
    has_overdue: bool,
    is_clerk: bool,
    /// How many proposals wait for a clerk.
    to_decide: u64,
    approves: bool,
    /// How many letters await their visa.
    to_approve: u64,
    signs: bool,
    /// How many letters wait for a signature.
    to_sign: u64,
    /// The seconds until the session goes idle; none for a program.
    idle_seconds: Option<i64>,
    keeps_blanks: bool,
    administers: bool,
    /// They work in the house, and see who stands in for whom.
    is_staff: bool,
    /// In whose place they act at this moment.
    acts_for: Option<ActsFor<'a>>,
    /// For whom they may act.
    may_act_for: Vec<ActsFor<'a>>,
    sees_load: bool,
    sees_reports: bool,
    sees_mail: bool,
    sees_journal: bool,
    sees_reads: bool,
    sees_records: bool,
    views: Vec<ViewLink<'a>>,
    /// They keep searches.
    has_searches: bool,
    /// How many hits of them are new.
    news: Option<String>,
}

/// Somebody absent, for whom somebody stands in.
#[derive(Debug, Serialize)]
struct ActsFor<'a> {
    id: String,
    name: &'a str,
    until: String,
}

/// A view of the worklist in the menu.
#[derive(Debug, Serialize)]
struct ViewLink<'a> {
    name: &'a str,
    href: String,
    /// How many it finds, where the page has counted them.
    count: Option<String>,
    is_here: bool,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: &'static str,
    name: &'static str,
    chosen: bool,
}

/// One page to be made: which template, under which title, for whom.
pub struct Page<'a> {
    /// The template's name: a file of `templates/screens/` without its ending.
    pub template: &'static str,
    /// The title in the browser's tab.
    pub title: Words,
    /// Who reads it, when signed in.
    pub caller: Option<&'a Caller>,
    /// In which language.
    pub language: Language,
}

impl Pages {
    /// Compiles every template.
    pub(crate) fn new() -> Result<Self, PageError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        for (name, text) in screens::TEMPLATES {
            registry
                .register_template_string(name, text)
                .map_err(|source| PageError { name: (*name).to_owned(), source: Box::new(source) })?;
        }
        registry.register_helper("t", Box::new(say));
        registry.register_helper("date", Box::new(date));
        registry.register_helper("time", Box::new(time));
        registry.register_helper("asset", Box::new(asset));
        registry.register_helper("icon", Box::new(icon));
        registry.register_helper("breaks", Box::new(breaks));
        registry.register_helper("letter", Box::new(screens::letter_html));
        Ok(Self { registry })
    }

    /// Makes a page with these facts; the answer's status is 200.
    ///
    /// # Errors
    /// [`Problem::Failure`] when a template asks for a fact that is not there.
    pub fn answer<T: Serialize>(&self, state: &AppState, page: &Page<'_>, facts: &T) -> Result<HttpResponse, Problem> {
        self.answer_with(HttpResponse::Ok(), state, page, facts)
    }

    /// Makes a page for an answer that has been started: another status, more headers.
    ///
    /// # Errors
    /// [`Problem::Failure`] when a template asks for a fact that is not there.
    pub fn answer_with<T: Serialize>(
        &self,
        mut start: HttpResponseBuilder,
        state: &AppState,
        page: &Page<'_>,
        facts: &T,
    ) -> Result<HttpResponse, Problem> {
        let frame = Frame {
            lang: page.language.code(),
            title: page.title.in_language(page.language),
            template: page.template,
            who: page.caller.map(|caller| who(caller, page.language, state.wall.now())),
            seal_stands_in: state.config.seal_stands_in,
            mail_stays_here: state.config.mail_stays_here,
            synthetic: state.config.synthetic,
            languages: [(Language::Kk, "Қаз"), (Language::Ru, "Рус"), (Language::En, "Eng")]
                .map(|(language, name)| Choice { code: language.code(), name, chosen: language == page.language }),
            page: facts,
        };
        let html = self
            .registry
            .render(page.template, &frame)
            .map_err(|error| Problem::failure("make the page from its template", error))?;
        Ok(start
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_LANGUAGE, page.language.code()))
            .body(html))
    }

    /// A problem as a page, with the form that a moment was asked with.
    pub(crate) fn problem(
        &self,
        state: &AppState,
        caller: Option<&Caller>,
        language: Language,
        problem: &Problem,
        again: Option<Again>,
    ) -> HttpResponse {
        let body = problem.body(language);
        if matches!(problem, Problem::LinkEnded) {
            return self.link_ended(state, language);
        }
        let title = Words::new(body.title.clone(), body.title.clone(), body.title.clone());
        let page = Page { template: "problem", title, caller, language };
        self.answer_with(problem.start(), state, &page, &Told { body, again }).unwrap_or_else(|error| {
            tracing::error!(error = %error, "the page of a problem could not be made");
            problem.answer(language)
        })
    }
}

/// What the page of a problem says.
#[derive(Debug, Serialize)]
struct Told {
    #[serde(flatten)]
    body: ProblemBody,
    again: Option<Again>,
}

/// One language's part of a page that says the same in all of them.
#[derive(Debug, Serialize)]
struct Said {
    code: &'static str,
    title: String,
    detail: String,
}

impl Pages {
    /// Whoever follows a link that works no more is known to nobody, so that neither is their language.
    fn link_ended(&self, state: &AppState, language: Language) -> HttpResponse {
        let problem = Problem::LinkEnded;
        let said = Language::ALL.map(|one| {
            let body = problem.body(one);
            Said { code: one.code(), title: body.title, detail: body.detail }
        });
        let title = Words::from_fn(|language| problem.body(language).title);
        let page = Page { template: "link_ended", title, caller: None, language };
        self.answer_with(problem.start(), state, &page, &said).unwrap_or_else(|error| {
            tracing::error!(error = %error, "the page of an ended link could not be made");
            problem.answer(language)
        })
    }
}

fn who(caller: &Caller, language: Language, now: Timestamp) -> Who<'_> {
    let actor = &caller.account.actor;
    let by = actor.in_place_of.as_ref().map(|absent| absent.substitution);
    let (here, others): (Vec<&Absence>, Vec<&Absence>) =
        caller.absences.iter().partition(|one| Some(one.substitution.id) == by);
    Who {
        name: &actor.name,
        full_name: &caller.account.full_name,
        roles: actor.roles.iter().map(|role| role.words(language)).collect::<Vec<_>>().join(", "),
        owes: screens::OWES.allows(Some(actor)),
        to_do: caller.duties.all,
        has_overdue: caller.duties.overdue > 0,
        is_clerk: actor.has(directory::Role::Clerk),
        to_decide: caller.proposals,
        sees_load: screens::SEES_LOAD.allows(Some(actor)),
        sees_reports: screens::SEES_REPORTS.allows(Some(actor)),
        sees_mail: screens::SEES_MAIL.allows(Some(actor)),
        approves: screens::APPROVES.allows(Some(actor)),
        to_approve: caller.waiting.for_visa,
        signs: screens::SIGNS.allows(Some(actor)),
        to_sign: caller.waiting.for_signature,
        idle_seconds: match &caller.through {
            Through::Session(running) => Some(running.seconds_left(now)),
            Through::Token => None,
        },
        keeps_blanks: screens::KEEPS_BLANKS.allows(Some(actor)),
        administers: screens::ADMINISTERS.allows(Some(actor)),
        is_staff: crate::permission::STAFF.allows(Some(actor)),
        acts_for: here.first().map(|one| acts_for(one)),
        may_act_for: others.into_iter().map(acts_for).collect(),
        sees_journal: screens::SEES_JOURNAL.allows(Some(actor)),
        sees_reads: screens::SEES_READS.allows(Some(actor)),
        sees_records: screens::SEES_RECORDS.allows(Some(actor)),
        views: caller.views.iter().map(view).collect(),
        has_searches: caller.news.is_some(),
        news: caller.news.filter(|news| *news > 0).map(screens::news_figure),
    }
}

fn acts_for(absence: &Absence) -> ActsFor<'_> {
    let substitution = &absence.substitution;
    ActsFor { id: substitution.id.to_string(), name: &absence.absent_name, until: substitution.until.to_string() }
}

fn view(view: &View) -> ViewLink<'_> {
    ViewLink { name: &view.name, href: view.href(), count: view.count.map(screens::figure), is_here: view.is_here }
}

/// The n-th parameter as text.
fn text<'a>(helper: &'a Helper<'_>, n: usize) -> Result<&'a str, RenderErrorReason> {
    helper
        .param(n)
        .and_then(|param| param.value().as_str())
        .ok_or_else(|| RenderErrorReason::ParamNotFoundForIndex("a text", n))
}

/// `{{t "қазақша" "по-русски" "in English"}}`
fn say(
    helper: &Helper<'_>,
    registry: &Handlebars<'_>,
    context: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let n = match context.data().get("lang").and_then(Value::as_str) {
        Some("ru") => 1,
        Some("en") => 2,
        _ => 0,
    };
    // All three must be there, whichever is printed: a sentence that exists in one language only is a fault.
    let sentences = [text(helper, 0)?, text(helper, 1)?, text(helper, 2)?];
    out.write(&registry.get_escape_fn()(sentences[n]))?;
    Ok(())
}

/// `{{date "2023-09-20"}}` prints 20.09.2023.
fn date(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let date: Date = text(helper, 0)?.parse().map_err(|_| RenderErrorReason::Other("not a date".into()))?;
    out.write(&date.strftime("%d.%m.%Y").to_string())?;
    Ok(())
}

/// `{{time "2023-09-20T05:00:00Z"}}` prints 20.09.2023 11:00.
fn time(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let moment: Timestamp = text(helper, 0)?.parse().map_err(|_| RenderErrorReason::Other("not a moment".into()))?;
    out.write(&crate::time::local(moment).strftime("%d.%m.%Y %H:%M").to_string())?;
    Ok(())
}

/// `{{breaks "a.b@c.d"}}` prints an address or a file's name that may be broken behind an `@` and before a dot, and not inside a word.
fn breaks(
    helper: &Helper<'_>,
    registry: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    for (n, part) in text(helper, 0)?.split_inclusive('@').enumerate() {
        out.write(if n > 0 { "<wbr>" } else { "" })?;
        out.write(&registry.get_escape_fn()(part).replace('.', "<wbr>."))?;
    }
    Ok(())
}

/// `{{asset "saual.css"}}` prints the file's address with the hash of its content.
fn asset(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let name = text(helper, 0)?;
    let address = assets::address(name).ok_or_else(|| RenderErrorReason::Other(format!("no file static/{name}")))?;
    out.write(&address)?;
    Ok(())
}

/// `{{icon "send"}}` draws a symbol beside words that say the same: whoever does not see it misses nothing.
fn icon(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let name = text(helper, 0)?;
    if !assets::is_icon(name) {
        return Err(RenderErrorReason::Other(format!("no symbol {name} in static/icons.svg")).into());
    }
    let sheet = assets::address("icons.svg").ok_or_else(|| RenderErrorReason::Other("no static/icons.svg".into()))?;
    out.write(&format!("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{sheet}#{name}\"/></svg>"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_that_a_template_names_is_drawn() {
        let mut named = 0;
        for (template, text) in screens::TEMPLATES {
            for rest in text.split("{{icon \"").skip(1) {
                let name = rest.split('"').next().unwrap();
                assert!(assets::is_icon(name), "{template} names {name}");
                named += 1;
            }
        }
        assert!(named > 0);
    }

    #[test]
    fn every_template_compiles_and_obeys_the_policy_of_pages() {
        assert!(Pages::new().is_ok());
        for (name, text) in screens::TEMPLATES {
            for forbidden in
                ["{{{", "{{&", " style=", "<style", "<script>", "javascript:", " onclick", " onchange", " onsubmit"]
            {
                assert!(!text.contains(forbidden), "{name} holds {forbidden}");
            }
        }
    }

    #[test]
    fn what_a_template_prints_is_escaped() {
        let pages = Pages::new().unwrap();
        let facts = serde_json::json!({ "lang": "ru", "x": "<b>", "at": "2023-09-20T05:00:00Z" });
        let html = pages
            .registry
            .render_template(
                "{{breaks x}} {{breaks \"a@b.c\"}} {{t \"а\" \"б & в\" \"c\"}} {{date \"2023-09-20\"}} {{time at}}",
                &facts,
            )
            .unwrap();
        assert_eq!(html, "&lt;b&gt; a@<wbr>b<wbr>.c б &amp; в 20.09.2023 20.09.2023 11:00");
    }

    #[test]
    fn a_missing_field_is_an_error() {
        let pages = Pages::new().unwrap();
        assert!(pages.registry.render_template("{{missing}}", &serde_json::json!({ "lang": "kk" })).is_err());
        assert!(pages.registry.render_template("{{t \"а\"}}", &serde_json::json!({ "lang": "kk" })).is_err());
    }
}
