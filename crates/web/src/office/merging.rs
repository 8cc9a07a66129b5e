//! Commands that speak of another inquiry: its number, its list and its day are looked up here. A merger writes the leading inquiry and
//! those that join it in one append: all of it or nothing.

use eventstore::{Append, Guards, NewEvent, StreamWrite};
use inquiry::command::{JoinMerge, LinkRepeat, Merge};
use inquiry::intake::{Recipient, RecipientGroup};
use inquiry::terms::MergedInquiry;
use inquiry::{Ask, InquiryId, RecipientNo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Asked, Done, ordering, repeats, seeing, stream, unrecorded};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// Let other inquiries join this one, so that one reply answers all.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToMerge {
    /// The inquiries that join.
    pub others: Vec<InquiryId>,
}

/// Link a repeat inquiry.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToLink {
    /// The repeat inquiry.
    pub repeat: InquiryId,
}

/// The most inquiries that join another at once.
const MOST_OTHERS: usize = 50;

/// Links a repeat inquiry under its own number.
///
/// # Errors
/// [`Problem::BadField`] when there is no such inquiry; the inquiry's refusal; a newer version; a failure.
pub async fn link(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: AskToLink) -> Result<Done, Problem> {
    ordering::known(state, asked, inquiry).await?;
    let repeat = other(state, asked, "repeat", ask.repeat).await?;
    let number = repeat.dossier.intake.number.printed().to_owned();
    ordering::order(state, asked, inquiry, LinkRepeat { repeat: ask.repeat, number }.into()).await
}

/// Lets other inquiries join this one.
///
/// # Errors
/// [`Problem::BadField`] when one of them does not exist; the refusal of any of them; a newer version; a failure.
pub async fn merge(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: AskToMerge) -> Result<Done, Problem> {
    let leader = ordering::known(state, asked, inquiry).await?;
    if let Some(done) = repeats::first_result(state, inquiry, asked).await? {
        return Ok(done);
    }
    let outcome = merge_now(state, asked, inquiry, &leader, ask).await;
    repeats::or_of_twin(state, inquiry, asked, outcome).await
}

async fn merge_now(
    state: &AppState,
    asked: &Asked,
    inquiry: InquiryId,
    leader: &seeing::Seen,
    ask: AskToMerge,
) -> Result<Done, Problem> {
    if asked.seen.is_some_and(|version| version != leader.version) {
        return Err(Problem::Stale { current: leader.version });
    }
    if ask.others.len() > MOST_OTHERS {
        return Err(Problem::BadField { field: "others".to_owned(), what: too_many() });
    }
    let mut next = u16::try_from(leader.dossier.recipients().count()).unwrap_or(u16::MAX);
    let mut joining = Vec::new();
    let mut writes = Vec::new();
    let number = leader.dossier.intake.number.printed().to_owned();
    for (n, id) in ask.others.iter().enumerate() {
        let other = other(state, asked, &format!("others[{n}]"), *id).await?;
        let join = JoinMerge { into: inquiry, number: number.clone() };
        writes.push(write(asked, &other, *id, join.into())?);
        joining.push(MergedInquiry {
            inquiry: *id,
            number: other.dossier.intake.number.printed().to_owned(),
            dated: other.dossier.intake.dated,
            due: other.dossier.due().unwrap_or(other.dossier.intake.received),
            groups: numbered_behind(&mut next, other.dossier.groups()),
        });
    }
    // The leading inquiry first: its version is the one that is answered.
    writes.insert(0, write(asked, leader, inquiry, Merge { others: joining }.into())?);
    let append = Append { origin: asked.origin(inquiry), writes, guards: Guards::none() };
    let appended = state.journal.append(append).await.map_err(unrecorded)?;
    Ok(Done {
        inquiry,
        version: appended.version,
        position: appended.last_position,
        events: appended.events,
        repeated: appended.repeated,
    })
}

/// What an inquiry decides, as a write to its stream.
fn write(asked: &Asked, seen: &seeing::Seen, inquiry: InquiryId, ask: Ask) -> Result<StreamWrite, Problem> {
    let events = inquiry::decide(&seen.inquiry, &asked.asks(ask)).map_err(Problem::from)?;
    let events = events.iter().map(|event| NewEvent {
        event_type: event.stored_name().to_owned(),
        schema_version: event.schema_version(),
        payload: event.to_payload(),
    });
    Ok(StreamWrite { stream: stream(inquiry)?, expected: seen.version, events: events.collect() })
}

/// Every deputy has one place on the reply: those of an inquiry that joins stand behind those before them.
fn numbered_behind(next: &mut u16, groups: Vec<RecipientGroup>) -> Vec<RecipientGroup> {
    let mut place = |deputy: Recipient| {
        *next = next.saturating_add(1);
        Recipient { no: RecipientNo(*next), ..deputy }
    };
    groups
        .into_iter()
        .map(|group| RecipientGroup { deputies: group.deputies.into_iter().map(&mut place).collect(), ..group })
        .collect()
}

async fn other(state: &AppState, asked: &Asked, field: &str, id: InquiryId) -> Result<seeing::Seen, Problem> {
    match seeing::now(state, &asked.by, id).await {
        Err(Problem::NoSuchInquiry) => Err(Problem::BadField {
            field: field.to_owned(),
            what: Words::new(
                format!("{id} сауалы жоқ; тізілімнен іздеңіз."),
                format!("Запроса {id} нет; найдите его в реестре."),
                format!("There is no inquiry {id}; look it up in the register."),
            ),
        }),
        found => found,
    }
}

fn too_many() -> Words {
    Words::new(
        format!("Бір жолда ең көбі {MOST_OTHERS} сауал біріктіріледі."),
        format!("За один раз объединяется не больше {MOST_OTHERS} запросов."),
        format!("At most {MOST_OTHERS} inquiries are merged at once."),
    )
}
