//! Whom an erasure is about: one person, in every inquiry whose lists name them.

use std::collections::BTreeSet;

use anyhow::Context;
use directory::DeputyId;
use eventstore::{Journal, Recorded, StreamId, Subject};
use inquiry::decide::erasure::{deputy_of, place_after_merger, places_of_deputy, places_of_same};
use inquiry::state::Stage;
use inquiry::{Dossier, Event, Inquiry, InquiryId, RecipientNo, personal};

/// One inquiry with all places that the person has in it.
pub(super) struct Affected {
    pub(super) dossier: Box<Dossier>,
    pub(super) stream: StreamId,
    pub(super) version: u64,
    pub(super) places: Vec<RecipientNo>,
    history: Vec<Recorded>,
}

/// The person.
pub(in crate::commands) struct Person {
    /// Who that is in the directory.
    pub(in crate::commands) deputy: Option<DeputyId>,
    pub(super) affected: Vec<Affected>,
}

/// What the journal's events say of the person.
#[derive(Default)]
pub(super) struct Texts {
    /// The addresses that can still be read.
    pub(super) addresses: BTreeSet<String>,
    /// How often one is sealed.
    pub(super) sealed: usize,
    /// How often one stands in plain text, from before texts were sealed.
    pub(super) plain: usize,
}

impl Person {
    /// A deputy of the directory.
    pub(super) async fn deputy(journal: &Journal, deputy: DeputyId) -> anyhow::Result<Self> {
        let mut affected = Vec::new();
        // Wherever a list names the deputy, the id stands in plain text: an id is no personal text.
        for stream in journal.streams_with(&deputy.to_string()).await? {
            let Some(inquiry) = InquiryId::of_stream(stream.as_str()) else { continue };
            if let Some(found) = affected_by(journal, inquiry, |dossier| places_of_deputy(dossier, deputy)).await? {
                affected.push(found);
            }
        }
        Ok(Self { deputy: Some(deputy), affected })
    }

    /// Whoever stands in that place. None: the inquiry has no such place.
    pub(super) async fn at(journal: &Journal, inquiry: InquiryId, place: RecipientNo) -> anyhow::Result<Option<Self>> {
        let Some(first) = affected_by(journal, inquiry, |dossier| places_of_same(dossier, place)).await? else {
            return Ok(None);
        };
        // One reply may answer several inquiries, and then the person stands on the list of each.
        let leader = match &first.dossier.stage {
            Stage::Merged { into } => {
                let there = |leader: &Dossier| {
                    let place = place_after_merger(leader, &first.dossier, place);
                    place.map(|place| places_of_same(leader, place)).unwrap_or_default()
                };
                affected_by(journal, *into, there).await?
            }
            _ => None,
        };
        let (leader, mut affected) = match leader {
            Some(leader) => (leader, vec![first]),
            None => (first, Vec::new()),
        };
        for other in &leader.dossier.merged {
            let joined = |joined: &Dossier| {
                let theirs = joined.recipients().filter(|known| {
                    let place = place_after_merger(&leader.dossier, joined, known.no);
                    place.is_some_and(|place| leader.places.contains(&place))
                });
                theirs.flat_map(|known| places_of_same(joined, known.no)).collect()
            };
            if !affected.iter().any(|known: &Affected| known.dossier.inquiry == other.inquiry) {
                affected.extend(affected_by(journal, other.inquiry, joined).await?);
            }
        }
        affected.push(leader);
        match affected.iter().find_map(|one| deputy_of(&one.dossier, &one.places)) {
            Some(deputy) => Self::deputy(journal, deputy).await.map(Some),
            None => Ok(Some(Self { deputy: None, affected })),
        }
    }

    /// The names under which the person's keys are kept.
    pub(in crate::commands) fn subjects(&self) -> anyhow::Result<Vec<Subject>> {
        let places = self
            .affected
            .iter()
            .flat_map(|one| one.places.iter().map(|place| personal::place(one.dossier.inquiry, *place)));
        let names: BTreeSet<String> = self.deputy.map(personal::deputy).into_iter().chain(places).collect();
        names.into_iter().map(|name| Subject::new(name).context("a subject has no name")).collect()
    }

    /// The names of the person as the lists print them.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let listed = self.affected.iter().flat_map(|one| {
            one.dossier.recipients().filter(|known| one.places.contains(&known.no)).map(|known| known.name.as_str())
        });
        listed.collect()
    }

    /// What the events still say.
    pub(super) fn texts(&self, subjects: &[Subject]) -> anyhow::Result<Texts> {
        let mut texts = Texts::default();
        for one in &self.affected {
            for recorded in &one.history {
                for event in read(recorded)? {
                    let all = personal::texts(one.dossier.inquiry, &event).into_iter();
                    for text in all.filter(|text| subjects.iter().any(|subject| subject.as_str() == text.subject)) {
                        if eventstore::privacy::is_sealed(&recorded.payload, &text.pointer) {
                            texts.sealed += 1;
                        } else {
                            texts.plain += 1;
                        }
                        texts.addresses.insert(text.text);
                    }
                }
            }
        }
        Ok(texts)
    }
}

async fn affected_by(
    journal: &Journal,
    inquiry: InquiryId,
    places: impl Fn(&Dossier) -> Vec<RecipientNo>,
) -> anyhow::Result<Option<Affected>> {
    let stream = StreamId::new(inquiry.stream_id()).context("the id makes no stream")?;
    let history = journal.load(&stream).await.context("the history cannot be read")?;
    let mut state = Inquiry::NotReceived;
    for recorded in &history {
        state = read(recorded)?.iter().fold(state, Inquiry::evolve);
    }
    let version = history.last().map_or(0, |last| last.version);
    let Inquiry::Received(dossier) = state else { return Ok(None) };
    let places = places(&dossier);
    Ok((!places.is_empty()).then_some(Affected { dossier, stream, version, places, history }))
}

fn read(recorded: &Recorded) -> anyhow::Result<Vec<Event>> {
    Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text())
        .with_context(|| format!("the event at position {} cannot be read", recorded.position))
}
