//! Reading one inquiry, as it stands or as it stood, by somebody who may know of it.

use directory::accounts::AccountEvent;
use directory::blanks::BlanksEvent;
use directory::changes::Change;
use directory::settings::SettingsEvent;
use directory::{Actor, Language, Role};
use eventstore::Recorded;
use eventstore::privacy::erase::SUBJECT_ERASED;
use futures_util::future::try_join_all;
use inquiry::event::Event;
use inquiry::proposal::event::ProposalEventName;
use inquiry::state::Stage;
use inquiry::{Dossier, EventName, Inquiry, InquiryId, synthetic};
use readmodel::Sight;
use readmodel::entries::{self, Entry};

use super::{stream, unread};
use crate::moment::{Moment, known};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::AppState;

/// An inquiry with its history.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What is known.
    pub dossier: Box<Dossier>,
    /// The whole state, for `allowed`.
    pub inquiry: Inquiry,
    /// Its version.
    pub version: u64,
    /// Its events, in order.
    pub history: Vec<Recorded>,
}

/// May this person know of this inquiry at all? Who works in the Office or watches over it sees everything; an executor sees what
/// their ministry works on or has worked on; a deputy sees what they asked. What joined an inquiry is read through that one besides: [`now`].
#[must_use]
pub fn may_see(actor: &Actor, dossier: &Dossier) -> bool {
    Sight::of(actor).reaches(dossier)
}

/// Is this somebody outside the Office: a deputy and nothing else? Outsiders see what they asked, when it is due, who works on it and
/// the letter that was sent; drafts, contributions and other deputies' addresses are the Office's own papers.
#[must_use]
pub fn is_outside(actor: &Actor) -> bool {
    actor.roles.iter().all(|role| *role == Role::Deputy)
}

/// Refuses an outsider a letter that has not been sent.
///
/// # Errors
/// [`Problem::NotThereYet`].
pub fn letter_for(actor: &Actor, dossier: &Dossier) -> Result<(), Problem> {
    if !is_outside(actor) || dossier.dispatched().is_some() {
        return Ok(());
    }
    Err(Problem::NotThereYet {
        what: Words::new("Жауап әлі жөнелтілмеген.", "Ответ ещё не отправлен.", "The reply has not been sent yet."),
    })
}

/// The inquiry as it stood when it last held the letter that is asked for: the one with that number, or without a number the present
/// one. A letter that was replaced stays what its recipients hold; to them it is the present one until the next is sent.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is no such letter, or it is not for this person; a failure.
pub fn holding(actor: &Actor, seen: &Seen, number: Option<&str>) -> Result<Box<Dossier>, Problem> {
    let outside = is_outside(actor);
    let holds = |dossier: &Dossier| {
        (!outside || dossier.dispatched().is_some())
            && number.is_none_or(|number| dossier.letter().is_some_and(|letter| letter.number == number))
    };
    if holds(&seen.dossier) {
        return Ok(seen.dossier.clone());
    }
    let mut inquiry = Inquiry::NotReceived;
    let mut found = None;
    for recorded in &seen.history {
        inquiry = events_of(recorded)?.iter().fold(inquiry, Inquiry::evolve);
        if let Some(dossier) = inquiry.dossier().filter(|dossier| holds(dossier)) {
            found = Some(Box::new(dossier.clone()));
        }
    }
    match (found, number) {
        (Some(dossier), _) => Ok(dossier),
        (None, None) => letter_for(actor, &seen.dossier).map(|()| seen.dossier.clone()),
        (None, Some(_)) => Err(Problem::NotThereYet {
            what: Words::new(
                "Бұл сауалда мұндай нөмірлі жауап жоқ.",
                "У этого запроса нет ответа с таким номером.",
                "The inquiry has no reply of that number.",
            ),
        }),
    }
}

/// What was recorded, as events of today: one, unless it is stored in a shape that has become none or several.
///
/// # Errors
/// [`Problem::Failure`] when it cannot be read.
pub fn events_of(recorded: &Recorded) -> Result<Vec<Event>, Problem> {
    Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text())
        .map_err(|error| Problem::failure("read an event of an inquiry", error))
}

/// A recorded event as a line of history, whatever stream it is of: what it says counts too, where its name says too much of it.
#[must_use]
pub fn words_of(recorded: &Recorded, language: Language) -> Option<&'static str> {
    if EventName::from_stored(&recorded.event_type) == Some(EventName::ReplyAccepted)
        && let Ok([event]) = events_of(recorded).as_deref()
    {
        return Some(event.words(language));
    }
    words_of_kind(&recorded.event_type, language)
}

/// An entry of the journal as a line of history.
#[must_use]
pub fn words_of_entry(entry: &Entry, language: Language) -> Option<&'static str> {
    match entry.variant.as_deref() {
        Some(entries::FILE) => Some(inquiry::words::written_to_a_file(language)),
        Some(_) | None => words_of_kind(&entry.kind, language),
    }
}

/// A kind of events as a line of history; none for one that this program does not know.
#[must_use]
pub fn words_of_kind(kind: &str, language: Language) -> Option<&'static str> {
    EventName::from_stored(kind)
        .map(|name| name.words(language))
        .or_else(|| BlanksEvent::words(kind, language))
        .or_else(|| Change::words(kind, language))
        .or_else(|| AccountEvent::words(kind, language))
        .or_else(|| SettingsEvent::words(kind, language))
        .or_else(|| ProposalEventName::from_stored(kind).map(|name| name.words(language)))
        .or_else(|| synthetic::words(kind, language))
        .or_else(|| (kind == SUBJECT_ERASED).then(|| erased_words(language)))
}

/// The journal knows keys and no words.
const fn erased_words(language: Language) -> &'static str {
    match language {
        Language::Kk => "жеке деректердің кілті жойылды",
        Language::Ru => "ключ личных данных уничтожен",
        Language::En => "the key of personal data was destroyed",
    }
}

/// An inquiry as it stands now.
///
/// # Errors
/// [`Problem::NoSuchInquiry`] also when the person may not know of it: nobody learns which ids exist.
pub async fn now(state: &AppState, actor: &Actor, inquiry: InquiryId) -> Result<Seen, Problem> {
    let seen = found(state, inquiry).await?.ok_or(Problem::NoSuchInquiry)?;
    if may_see(actor, &seen.dossier) || leads_to(state, actor, &seen.dossier).await? {
        Ok(seen)
    } else {
        Err(Problem::NoSuchInquiry)
    }
}

/// Does the inquiry that this one joined lead whoever asks to it? The one that leads says so by its own state as it stands now: a part in it that was
/// given after the joining, or that passed on, counts from that moment, and in offices where it happened long ago as well.
async fn leads_to(state: &AppState, actor: &Actor, joined: &Dossier) -> Result<bool, Problem> {
    let Stage::Merged { into } = &joined.stage else { return Ok(false) };
    let leading = by_the_house(state, *into).await?;
    Ok(leading.is_some_and(|leading| Sight::of(actor).reaches_joined(&leading.dossier, joined.inquiry)))
}

/// How many joined inquiries are read at once.
const AT_ONCE: usize = 8;

/// What joined the inquiry, for whoever may read it through that one. `now` is the inquiry as it stands, by which that is decided; `shown` is how it
/// is looked at, perhaps at an earlier moment.
///
/// # Errors
/// A failure.
pub(crate) async fn joined(
    state: &AppState,
    actor: &Actor,
    now: &Dossier,
    shown: &Dossier,
) -> Result<Vec<Seen>, Problem> {
    let sight = Sight::of(actor);
    let others = shown.merged.iter().map(|other| other.inquiry).filter(|other| sight.reaches_joined(now, *other));
    let others: Vec<InquiryId> = others.collect();
    let mut joined = Vec::new();
    for some in others.chunks(AT_ONCE) {
        joined.extend(try_join_all(some.iter().map(|other| found(state, *other))).await?.into_iter().flatten());
    }
    Ok(joined)
}

/// An inquiry as it stood at a moment of the office's clock, as far as the journal knew. Who may see it now may see its past.
///
/// # Errors
/// As [`now`]; [`Problem::NotThereYet`] when it had not come in yet.
pub(crate) async fn as_of(
    state: &AppState,
    actor: &Actor,
    inquiry: InquiryId,
    moment: Moment,
) -> Result<Seen, Problem> {
    at(&now(state, actor, inquiry).await?, moment)
}

/// The same of one that was read already.
///
/// # Errors
/// [`Problem::NotThereYet`] when it had not come in yet.
pub(crate) fn at(now: &Seen, moment: Moment) -> Result<Seen, Problem> {
    let until = known(&now.history, moment.at, Some(moment.position));
    beginning(now, until)
}

/// As it stood after so many of its events.
///
/// # Errors
/// [`Problem::NotThereYet`] before the first.
pub(crate) fn beginning(now: &Seen, events: usize) -> Result<Seen, Problem> {
    match fold(now.history.iter().take(events).cloned().collect()) {
        Err(Problem::NoSuchInquiry) => Err(Problem::NotThereYet {
            what: Words::new(
                "Бұл сәтте сауал әлі түспеген еді.",
                "В этот момент запрос ещё не поступил.",
                "The inquiry had not come in yet at that moment.",
            ),
        }),
        read => read,
    }
}

/// The moment right after an event of this version; none where there is no such event.
pub(crate) fn moment_of(seen: &Seen, version: u64) -> Option<Moment> {
    let events = seen.history.iter().take_while(|recorded| recorded.version <= version);
    let at = events.clone().map(|recorded| recorded.at).max()?;
    let last = events.last().filter(|recorded| recorded.version == version)?;
    Some(Moment { at, position: last.position })
}

/// An inquiry whatever its reader may know of: for what is compared and not shown. None when there is none.
pub(super) async fn by_the_house(state: &AppState, inquiry: InquiryId) -> Result<Option<Seen>, Problem> {
    found(state, inquiry).await
}

/// An inquiry that a personal link names; none when there is no such inquiry. Whether the link opens it is asked afterwards.
pub(super) async fn through_link(state: &AppState, inquiry: InquiryId) -> Result<Option<Seen>, Problem> {
    found(state, inquiry).await
}

/// An inquiry, before anybody has asked who may know of it; none when there is none.
async fn found(state: &AppState, inquiry: InquiryId) -> Result<Option<Seen>, Problem> {
    let history = state.journal.load(&stream(inquiry)?).await.map_err(unread)?;
    match fold(history) {
        Ok(seen) => Ok(Some(seen)),
        Err(Problem::NoSuchInquiry) => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn fold(history: Vec<Recorded>) -> Result<Seen, Problem> {
    let mut inquiry = Inquiry::NotReceived;
    for recorded in &history {
        inquiry = events_of(recorded)?.iter().fold(inquiry, Inquiry::evolve);
    }
    let version = history.last().map_or(0, |last| last.version);
    match &inquiry {
        Inquiry::NotReceived => Err(Problem::NoSuchInquiry),
        Inquiry::Received(dossier) => Ok(Seen { dossier: dossier.clone(), version, history, inquiry }),
    }
}
