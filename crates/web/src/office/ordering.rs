//! Any command that needs no more facts than its asker gives.

use directory::{Directory, MinistryCode, Role};
use eventstore::Guards;
use inquiry::working_days::{self, OfficeDays};
use inquiry::{Ask, BlobHash, Inquiry, InquiryId, time};
use jiff::civil::Date;

use super::{Asked, Done, repeats, seeing, stream, unexecuted, unread};
use crate::accounts;
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// Asks the inquiry and records what follows.
///
/// # Errors
/// The inquiry's refusal, a newer version than the asker saw, or a failure.
pub async fn order(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: Ask) -> Result<Done, Problem> {
    let (command, origin) = (asked.asks(ask), asked.origin(inquiry));
    let executed =
        state.journal.execute::<Inquiry>(&stream(inquiry)?, command, origin, Guards::none(), asked.seen).await;
    let outcome = executed.map(|executed| Done::of(inquiry, executed)).map_err(unexecuted);
    repeats::or_of_twin(state, inquiry, asked, outcome).await
}

/// Refuses somebody who may not know of the inquiry as if there were none, before anything else is said about it.
pub(super) async fn known(state: &AppState, asked: &Asked, inquiry: InquiryId) -> Result<seeing::Seen, Problem> {
    seeing::now(state, &asked.by, inquiry).await
}

/// [`order`] for somebody who must be allowed to know of the inquiry: what the API and the pages ask.
///
/// # Errors
/// As [`order`], and [`Problem::NoSuchInquiry`]; [`Problem::BadField`] for a ministry, an approver or a file that there is not.
pub async fn order_known(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: Ask) -> Result<Done, Problem> {
    let seen = known(state, asked, inquiry).await?;
    let can_be = match named_exist(state, &ask).await {
        Ok(()) => on_working_days(state, asked, &seen, &ask),
        Err(problem) => Err(problem),
    };
    match can_be {
        Ok(()) => order(state, asked, inquiry, ask).await,
        // What is gone today was there when the first of two equal requests named it, and what is too soon today was not then.
        Err(problem) => repeats::or_of_twin(state, inquiry, asked, Err(problem)).await,
    }
}

/// What the office's days are on that day.
#[must_use]
pub fn office_days(directory: &Directory, today: Date) -> OfficeDays<'_> {
    let minimum = directory.at(today).inner_rule().map_or(0, |rule| rule.minimum_working_days);
    OfficeDays { calendar: directory.calendar(), minimum }
}

/// The days that a command names are held against the calendar, which the inquiry does not know either.
fn on_working_days(state: &AppState, asked: &Asked, seen: &seeing::Seen, ask: &Ask) -> Result<(), Problem> {
    let directory = state.directory();
    let days = office_days(&directory, time::day_of(asked.at));
    let stale = asked.seen.is_some_and(|version| version != seen.version);
    // Whoever saw an older version is told so, and not what their days would be worth today.
    if stale {
        Ok(())
    } else {
        working_days::check(&seen.inquiry, &asked.asks(ask.clone()), days).map_err(Problem::from)
    }
}

/// Whom and what a command names is looked up here: the inquiry knows no directory, no accounts and no files.
async fn named_exist(state: &AppState, ask: &Ask) -> Result<(), Problem> {
    match ask {
        Ask::AssignMinistries(ask) => {
            ministry(state, "lead", &ask.lead)?;
            ask.co_executors
                .iter()
                .enumerate()
                .try_for_each(|(n, co)| ministry(state, &format!("co_executors[{n}].ministry"), &co.ministry))
        }
        Ask::Reassign(ask) => ministry(state, "to", &ask.to),
        Ask::ContestAssignment(ask) => ask.propose.iter().try_for_each(|code| ministry(state, "propose", code)),
        Ask::SubmitForApproval(ask) => approvers(state, ask.required.iter().map(|visa| visa.approver.as_str())).await,
        Ask::SendInterimReply(ask) => match ask.pdf {
            Some(blob) => kept_pdf(state, blob).await,
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Is this a ministry today?
fn ministry(state: &AppState, field: &str, code: &MinistryCode) -> Result<(), Problem> {
    let today = state.today();
    if state.directory().at(today).ministry(code).is_some() {
        return Ok(());
    }
    Err(bad(
        field,
        format!("{today} күні {code} коды бар министрлік жоқ; анықтамалықтан қараңыз."),
        format!("{today} нет министерства с кодом {code}; посмотрите в справочнике."),
        format!("On {today} no ministry has the code {code}; look in the directory."),
    ))
}

/// Are these open accounts of approvers?
async fn approvers(state: &AppState, names: impl Iterator<Item = &str>) -> Result<(), Problem> {
    let client = state.pool.get().await?;
    let accounts = accounts::list(&client).await.map_err(|error| Problem::failure("list the accounts", error))?;
    for (n, name) in names.enumerate() {
        if !accounts.iter().any(|account| account.actor.name == name && account.actor.has(Role::Approver)) {
            return Err(bad(
                &format!("required[{n}].approver"),
                format!("Келісуші рөлі бар {name} деген тіркелгі жоқ."),
                format!("Нет учётной записи {name} с ролью согласующего."),
                format!("There is no account {name} with the role of an approver."),
            ));
        }
    }
    Ok(())
}

/// Is this a PDF that is kept?
async fn kept_pdf(state: &AppState, blob: BlobHash) -> Result<(), Problem> {
    let kept = state.journal.blob(&blob.to_string()).await.map_err(unread)?;
    if kept.is_some_and(|kept| kept.media_type == "application/pdf") {
        return Ok(());
    }
    Err(bad(
        "pdf",
        "Мұндай PDF сақталмаған; алдымен оны PUT /api/v1/files/{sha256} арқылы жіберіңіз.".to_owned(),
        "Такой PDF не хранится; сначала отправьте его через PUT /api/v1/files/{sha256}.".to_owned(),
        "No such PDF is kept; send it first, by PUT /api/v1/files/{sha256}.".to_owned(),
    ))
}

fn bad(field: &str, kk: String, ru: String, en: String) -> Problem {
    Problem::BadField { field: field.to_owned(), what: Words::new(kk, ru, en) }
}
