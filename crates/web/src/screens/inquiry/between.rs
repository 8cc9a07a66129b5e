//! `/inquiries/{id}/between`: one inquiry at two moments side by side, what happened between them, and what became of the draft's text.

use actix_web::{HttpResponse, web};
use directory::{Language, dates};
use inquiry::{DraftVersion, InquiryId};
use jiff::civil::Date;
use serde::Serialize;

use super::super::PAGE;
use super::super::editing::comparison::{Eye, Shown};
use super::super::fields::say;
use super::super::names::Names;
use super::super::wording::People;
use super::head::Head;
use super::history::{Line, Teller};
use super::inquiry_of;
use crate::address::escaped;
use crate::moment::{Moment, first};
use crate::office::at_work;
use crate::office::between::{Compared, Stood, Two, TwoAsked, compared};
use crate::office::drafts::comparing;
use crate::office::earlier;
use crate::office::seeing::Seen;
use crate::pages::Page;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::time::{local, local_date};
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/between", "inquiry_between_page", STAFF, page)
            .summary("What changed of an inquiry between two moments.")
            .answer(PAGE),
    ]
}

/// Where an inquiry is compared with how it stood; without a second moment it is with now.
pub(super) fn address(inquiry: InquiryId, from: Moment, until: Option<Moment>) -> String {
    let until = until.map(|until| format!("&until={}", escaped(&until.text()))).unwrap_or_default();
    format!("/inquiries/{inquiry}/between?from={}{until}", escaped(&from.text()))
}

/// The two moments as a page of a comparison shows them, with the fields to choose others.
#[derive(Debug, Serialize)]
pub(in crate::screens) struct Moments {
    from: End,
    until: End,
    is_until_now: bool,
    /// The first day that can be chosen, and the last one.
    earliest: Option<Date>,
    today: Date,
}

/// One of the two.
#[derive(Debug, Serialize)]
struct End {
    at: String,
    words: String,
    day: Date,
    time: String,
}

impl Moments {
    /// # Errors
    /// [`Problem::Failure`] when the journal cannot be read.
    pub(in crate::screens) async fn of(state: &AppState, two: Two) -> Result<Self, Problem> {
        let end = |moment: Moment| End {
            at: moment.at.to_string(),
            words: moment.words(),
            day: moment.day(),
            time: local(moment.at).strftime("%H:%M").to_string(),
        };
        Ok(Self {
            from: end(two.from),
            until: end(two.until),
            is_until_now: two.is_until_now,
            earliest: first(state).await?.map(local_date),
            today: state.today(),
        })
    }
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    moments: Moments,
    /// The pages of both; of the first none where the inquiry had not come in.
    was: Option<String>,
    is: String,
    permalink: String,
    /// Where the form leads.
    action: String,
    rows: Vec<Row>,
    changed: usize,
    events: Vec<Line>,
    draft: Option<Draft>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    was: String,
    is: String,
    changed: bool,
}

#[derive(Debug, Serialize)]
struct Draft {
    from: String,
    to: String,
    text: Shown,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    asked: web::Query<TwoAsked>,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let id = inquiry_of(&path)?;
    let (two, compared) = compared(&state, actor, id, &asked).await?;
    let people = People::of(&state).await?;
    // A ministry that was renamed between them is no change of the inquiry: both sides go by the names of the later moment.
    let names = Names::of(&state, (!two.is_until_now).then_some(two.until)).await?;
    let rows = Reader { names: &names, people: &people, language }.rows(&compared);
    let page = |moment: Moment| moment.in_address(&format!("/inquiries/{id}"));
    let teller = Teller { names: &names, people: &people, language };
    let known = compared.was.as_ref().map_or(0, |was| was.version);
    let facts = Facts {
        head: Head::with(&names, &compared.is, two.until.day(), language),
        moments: Moments::of(&state, two).await?,
        was: compared.was.as_ref().map(|_| page(two.from)),
        is: if two.is_until_now { format!("/inquiries/{id}") } else { page(two.until) },
        permalink: address(id, two.from, Some(two.until)),
        action: format!("/inquiries/{id}/between"),
        changed: rows.iter().filter(|row| row.changed).count(),
        rows,
        events: teller.since(&compared.is, known)?,
        draft: draft(&state, &caller, &compared, language).await?,
    };
    let title = Words::new(
        "Екі сәт арасында не өзгерді",
        "Что изменилось между двумя моментами",
        "What changed between two moments",
    );
    let page = Page { template: "between", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// What became of the draft's text, where both moments have one and it is not the same version.
async fn draft(
    state: &AppState,
    caller: &Caller,
    compared: &Compared,
    language: Language,
) -> Result<Option<Draft>, Problem> {
    let version = |seen: &Seen| seen.dossier.draft.as_ref().map(|draft| draft.version);
    let versions: Option<(DraftVersion, DraftVersion)> =
        compared.was.as_ref().and_then(version).zip(version(&compared.is)).filter(|(from, to)| from < to);
    let Some((from, to)) = versions else { return Ok(None) };
    let chosen = comparing::choose(&caller.account.actor, &compared.is, Some(from), Some(to))?;
    let (chosen, comparison) = at_work("compare two versions", move || {
        let comparison = comparing::compare(&chosen)?;
        Ok((chosen, comparison))
    })
    .await?;
    let letters = earlier::letters_of(state, &caller.account.actor, &chosen.new).await?;
    let eye = Eye { state, language, sources: chosen.new.sources(), letters: &letters };
    let text = eye.shown(&comparison.text, &chosen.old.body.blocks);
    Ok(Some(Draft { from: from.to_string(), to: to.to_string(), text }))
}

/// How a fact is read.
type Fact<'a> = Box<dyn Fn(&Stood) -> String + 'a>;

/// Who reads the rows.
struct Reader<'a> {
    names: &'a Names,
    people: &'a People,
    language: Language,
}

impl Reader<'_> {
    fn rows(&self, compared: &Compared) -> Vec<Row> {
        let was = compared.was.as_ref().map(|was| Stood::of(&was.dossier));
        let is = Stood::of(&compared.is.dossier);
        let mut rows = Vec::new();
        for (name, value) in self.facts() {
            let (was, is) = (was.as_ref().map(&value).unwrap_or_default(), value(&is));
            let changed = was != is;
            rows.push(Row { name, was, is, changed });
        }
        rows
    }

    /// Each fact with how it is read; nothing where it was not there.
    fn facts(&self) -> Vec<(String, Fact<'_>)> {
        let t = |kk: &str, ru: &str, en: &str| say(self.language, kk, ru, en);
        let day = |day: Option<Date>| day.map(|day| dates::words(day, self.language)).unwrap_or_default();
        let short = |code: &directory::MinistryCode| self.names.ministry(code, self.language).short;
        let all = move |codes: &[directory::MinistryCode]| codes.iter().map(short).collect::<Vec<_>>().join(", ");
        vec![
            (t("Кезеңі", "Стадия", "Stage"), Box::new(|stood| stood.state.words(self.language).to_owned())),
            (
                t("Кіріс №", "Вх. №", "Incoming No."),
                Box::new(|stood| stood.incoming_number.clone().unwrap_or_default()),
            ),
            (
                t("Бақылауда", "На контроле", "On control"),
                Box::new(move |stood| if stood.on_control { t("иә", "да", "yes") } else { t("жоқ", "нет", "no") }),
            ),
            (t("Жауап мерзімі", "Срок ответа", "Reply due"), Box::new(move |stood| day(stood.due))),
            (
                t("Негізгі орындаушы", "Головной исполнитель", "Lead executor"),
                Box::new(move |stood| stood.lead.as_ref().map(short).unwrap_or_default()),
            ),
            (t("Жобаның мерзімі", "Срок проекта", "Draft due"), Box::new(move |stood| day(stood.lead_due))),
            (
                t("Бірлесіп орындаушылар", "Соисполнители", "Co-executors"),
                Box::new(move |stood| all(&stood.co_executors)),
            ),
            (
                t("Қабылданған ұсыныстар", "Принятые предложения", "Contributions accepted"),
                Box::new(move |stood| all(&stood.contributed)),
            ),
            (
                t("Жобаның нұсқасы", "Редакция проекта", "Version of the draft"),
                Box::new(|stood| stood.draft_version.map(|version| version.to_string()).unwrap_or_default()),
            ),
            (
                t("Визалар", "Визы", "Visas"),
                Box::new(|stood| stood.visas.iter().map(|visa| self.people.name(visa)).collect::<Vec<_>>().join(", ")),
            ),
            (
                t("Шығыс №", "Исх. №", "Outgoing No."),
                Box::new(|stood| stood.outgoing_number.clone().unwrap_or_default()),
            ),
            (
                t("Жеткізілді", "Доставлено", "Delivered"),
                Box::new(|stood| format!("{} / {}", stood.delivered, stood.recipients)),
            ),
        ]
    }
}
