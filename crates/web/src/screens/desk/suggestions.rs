//! `/inquiries/{id}/draft/suggestions/{account}`: what somebody suggests for the draft, beside the draft: each change is accepted or refused, by
//! whoever may write it. A suggestion is a text; what it suggests is its comparison with the text that it was begun from.

use actix_web::{HttpResponse, web};
use inquiry::CommandName;

use super::super::fields::Typed;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::super::{ONWARD, PAGE};
use super::Visit;
use super::merge::{chosen, keep, onward, upon};
use super::two::{Names, Two, show};
use crate::desk::merging::Merging;
use crate::desk::standing::standing;
use crate::desk::table::{self, Place, Working};
use crate::desk::text::Text;
use crate::office::at_work;
use crate::office::seeing::Seen;
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

const PATH: &str = "/inquiries/{id}/draft/suggestions/{account}";
const DECIDES: Permission = Permission::AnyOf(inquiry::allowed::roles(CommandName::ReviseDraft));

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "suggestion_page", DECIDES, page)
            .summary("What somebody suggests for the draft, change by change.")
            .answer(PAGE),
        Route::post(PATH, "suggestion_by_form", DECIDES, send)
            .summary("Accepts or refuses what somebody suggests for the draft, change by change.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::post("/inquiries/{id}/draft/suggestion/withdraw", "withdraw_suggestion", STAFF, withdraw)
            .summary("Takes back what the caller suggests for the draft.")
            .form()
            .answer(ONWARD),
    ]
}

fn gone() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Бұл ұсынылған түзету жоқ: ол шешілген не қайтып алынған.",
            "Этой правки нет: её уже рассмотрели или отозвали.",
            "This suggestion is not there: it was decided on or taken back.",
        ),
    }
}

/// What is suggested, beside the draft as it stands.
async fn beside_draft(visit: &Visit, seen: &Seen, account: &str) -> Result<(Two, Working), Problem> {
    let id = seen.dossier.inquiry;
    let place = Place::Suggestion(account.to_owned());
    let suggested = table::find(&visit.state, id, &place).await?.ok_or_else(gone)?;
    let standing = standing(&visit.state, seen, &Place::Draft).await?;
    let mine = Text::kept(&suggested.body)?;
    let base = suggested.began.as_ref().map(Text::kept).transpose()?.unwrap_or_else(Text::empty);
    let (revision, base_version, theirs) = (standing.revision, standing.base, standing.text);
    let merging = at_work("lay two texts together", move || Ok(Merging::of(base, mine, theirs))).await?;
    let people = People::of(&visit.state).await?;
    let two = Two {
        place: Place::Draft,
        merging,
        revision,
        base: base_version,
        is_kept: true,
        hidden: vec![("suggestion", suggested.revision.to_string())],
        action: format!("/inquiries/{id}/draft/suggestions/{account}"),
        names: Names {
            title: visit.t("Ұсынылған түзетулер", "Предложенные правки", "Suggested changes"),
            explained: visit.t(
                "Әр өзгерісті қабылдаңыз не қабылдамаңыз; таңдағаныңыз жұмыс мәтініне түседі.",
                "Примите или отклоните каждое изменение; выбранное попадёт в рабочий текст.",
                "Accept or refuse each change; what you choose goes into the working text.",
            ),
            mine: people.name(account).to_owned(),
            theirs: visit.t("Жұмыс мәтіні", "Рабочий текст", "Working text"),
            submit: visit.t("Шешімді сақтау", "Сохранить решение", "Save what was decided"),
            accept: Some(visit.t("Бәрін қабылдау", "Принять всё", "Accept all")),
            refuse: Some(visit.t("Ешқайсысын қабылдамау", "Отклонить всё", "Refuse all")),
        },
    };
    Ok((two, suggested))
}

async fn opened(visit: &Visit, path: (String, String)) -> Result<(Seen, String), Problem> {
    let (id, account) = path;
    let seen = visit.seen(inquiry_of(&id)?).await?;
    inquiry::allowed::gate(&seen.inquiry, visit.actor(), CommandName::ReviseDraft)?;
    Ok((seen, account))
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let (seen, account) = opened(&visit, path.into_inner()).await?;
    let (two, _) = beside_draft(&visit, &seen, &account).await?;
    show(HttpResponse::Ok(), &visit, &seen, two, None, false).await
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let (seen, account) = opened(&visit, path.into_inner()).await?;
    let typed = Typed(typed);
    let id = seen.dossier.inquiry;
    let (two, suggested) = beside_draft(&visit, &seen, &account).await?;
    let is_as_read =
        upon(&typed) == Some((two.revision, two.base)) && typed.get("suggestion") == suggested.revision.to_string();
    if is_as_read {
        let Some(text) = chosen(&two.merging, &typed) else {
            return show(HttpResponse::UnprocessableEntity(), &visit, &seen, two, Some(&typed), false).await;
        };
        match keep(&visit, &seen, &two, text).await {
            Ok(()) => {
                // Where they wrote on meanwhile, the rest of it stays a suggestion.
                table::take_away(&visit.state, id, &Place::Suggestion(account), suggested.revision).await?;
                return Ok(onward(id, &two.place));
            }
            Err(Problem::Stale { .. }) => {}
            Err(problem) => return Err(problem),
        }
    }
    let (two, _) = beside_draft(&visit, &seen, &account).await?;
    let stale = Problem::Stale { current: two.revision };
    show(stale.start(), &visit, &seen, two, None, true).await
}

async fn withdraw(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let id = inquiry_of(&path)?;
    visit.seen(id).await?;
    let place = Place::Suggestion(visit.actor().name.clone());
    if let Some(own) = table::find(&visit.state, id, &place).await? {
        table::take_away(&visit.state, id, &place, own.revision).await?;
    }
    let place = format!("/inquiries/{id}/draft");
    Ok(HttpResponse::SeeOther().insert_header((actix_web::http::header::LOCATION, place)).finish())
}
