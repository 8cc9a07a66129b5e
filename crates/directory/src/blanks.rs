//! A ministry's own blanks, each in force from a day on. Which blank was taken into use when, and by whom, is recorded like
//! everything else: a stream a ministry, an event a blank. A blank is never taken out again: the next one takes its place from its day on, and
//! a letter names the one it was made with.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Language, MinistryCode};

/// How many characters the name of a blank may have.
pub const NAME: usize = 120;

/// A blank was taken into use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlankAdopted {
    /// The day from which it is in force.
    pub since: Date,
    /// SHA-256 of the file, in hexadecimal: the name under which it is kept.
    pub file: String,
    /// What people call it.
    pub name: String,
    /// The account that took it into use.
    pub adopted_by: String,
}

/// What happens to the blanks of a ministry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlanksEvent {
    /// A blank was taken into use.
    #[serde(rename = "blank_adopted")]
    BlankAdopted(BlankAdopted),
}

/// Take a blank into use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptBlank {
    /// The day from which it is to be in force.
    pub since: Date,
    /// Today, at the office.
    pub today: Date,
    /// SHA-256 of the file, which was held against the rules of blanks and is kept.
    pub file: String,
    /// What people call it.
    pub name: String,
    /// The account that asks.
    pub by: String,
}

/// Why a blank is not taken into use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlankRefusal {
    /// Letters of past days were made with what was in force then.
    #[error("a blank is taken into use from today ({today}) on, not from {since}")]
    Past {
        /// The day asked for.
        since: Date,
        /// Today.
        today: Date,
    },
    /// It is the one that is in force on that day anyway.
    #[error("this blank is in force on {since} already")]
    InForce {
        /// The day asked for.
        since: Date,
    },
    /// It has no name, or one that is too long.
    #[error("the name of a blank has 1 to {NAME} characters")]
    Name,
}

impl BlankRefusal {
    /// The same as a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        match (self, language) {
            (Self::Past { since, today }, Language::Kk) => {
                format!("Бланк бүгіннен ({today}) бастап қолданысқа енгізіледі, {since} күнінен емес.")
            }
            (Self::Past { since, today }, Language::Ru) => {
                format!("Бланк вводится с сегодняшнего дня ({today}) или позже, а не с {since}.")
            }
            (Self::Past { since, today }, Language::En) => {
                format!("A blank is taken into use from today ({today}) on, not from {since}.")
            }
            (Self::InForce { since }, Language::Kk) => format!("Бұл бланк {since} күні қолданыста болады."),
            (Self::InForce { since }, Language::Ru) => format!("Этот бланк {since} уже действует."),
            (Self::InForce { since }, Language::En) => format!("This blank is in force on {since} already."),
            (Self::Name, Language::Kk) => format!("Бланктің атауы 1–{NAME} таңба болуы керек."),
            (Self::Name, Language::Ru) => format!("Название бланка — от 1 до {NAME} знаков."),
            (Self::Name, Language::En) => format!("The name of a blank has 1 to {NAME} characters."),
        }
    }
}

/// The blanks of one ministry, in the order of their days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinistryBlanks(Vec<BlankAdopted>);

impl MinistryBlanks {
    /// The journal's stream of a ministry's blanks.
    #[must_use]
    pub fn stream_id(ministry: &MinistryCode) -> String {
        format!("blanks-{ministry}")
    }

    /// All of them, the one with the earliest day first.
    #[must_use]
    pub fn all(&self) -> &[BlankAdopted] {
        &self.0
    }

    /// The blank in force on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&BlankAdopted> {
        self.0.iter().rev().find(|blank| blank.since <= day)
    }

    /// What follows when a blank is to be taken into use.
    ///
    /// # Errors
    /// [`BlankRefusal`].
    pub fn decide(&self, ask: &AdoptBlank) -> Result<BlanksEvent, BlankRefusal> {
        let AdoptBlank { since, today, file, name, by } = ask;
        let name = name.trim();
        if !(1..=NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(BlankRefusal::Name);
        }
        if since < today {
            return Err(BlankRefusal::Past { since: *since, today: *today });
        }
        if self.on(*since).is_some_and(|known| &known.file == file) {
            return Err(BlankRefusal::InForce { since: *since });
        }
        Ok(BlanksEvent::BlankAdopted(BlankAdopted {
            since: *since,
            file: file.clone(),
            name: name.to_owned(),
            adopted_by: by.clone(),
        }))
    }

    /// The state after an event; of two blanks with one day, the later one is in force.
    pub fn evolve(&mut self, event: BlanksEvent) {
        let BlanksEvent::BlankAdopted(blank) = event;
        let place = self.0.partition_point(|known| known.since <= blank.since);
        self.0.insert(place, blank);
    }
}

impl BlanksEvent {
    /// What the journal says of events with that stored name; none when it is not one of these.
    #[must_use]
    pub fn words(stored: &str, language: Language) -> Option<&'static str> {
        (stored == "blank_adopted").then_some(match language {
            Language::Kk => "бланк қолданысқа енгізілді",
            Language::Ru => "бланк введён в действие",
            Language::En => "a blank was taken into use",
        })
    }
}

impl Aggregate for MinistryBlanks {
    const TYPE: &'static str = "blanks";
    type Command = AdoptBlank;
    type Event = BlanksEvent;
    type Error = BlankRefusal;
    type Services = ();

    async fn handle(&mut self, ask: AdoptBlank, _: &(), sink: &EventSink<Self>) -> Result<(), BlankRefusal> {
        let event = self.decide(&ask)?;
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: BlanksEvent) {
        self.evolve(event);
    }
}

impl DomainEvent for BlanksEvent {
    fn event_type(&self) -> String {
        match self {
            Self::BlankAdopted(_) => "blank_adopted".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn ask(since: Date, file: &str) -> AdoptBlank {
        AdoptBlank {
            since, today: date(2026, 11, 2), file: file.into(), name: " Бланк ".into(), by: "admin".into()
        }
    }

    fn with(asks: &[AdoptBlank]) -> MinistryBlanks {
        let mut blanks = MinistryBlanks::default();
        for ask in asks {
            let event = blanks.decide(ask).unwrap();
            blanks.evolve(event);
        }
        blanks
    }

    #[test]
    fn a_letter_is_made_with_the_blank_of_its_day() {
        let blanks = with(&[ask(date(2026, 12, 1), "b"), ask(date(2026, 11, 2), "a"), ask(date(2026, 12, 1), "c")]);
        let on = |day| blanks.on(day).map(|blank| blank.file.as_str());
        assert_eq!(on(date(2026, 11, 1)), None);
        assert_eq!(on(date(2026, 11, 30)), Some("a"));
        assert_eq!(on(date(2026, 12, 1)), Some("c"), "of two with one day, the later one");
        assert_eq!(blanks.all()[0].name, "Бланк");
        assert_eq!(blanks.all().len(), 3);
    }

    #[test]
    fn the_past_is_left_as_it_was() {
        let refused = MinistryBlanks::default().decide(&ask(date(2026, 11, 1), "a"));
        assert_eq!(refused, Err(BlankRefusal::Past { since: date(2026, 11, 1), today: date(2026, 11, 2) }));
    }

    #[test]
    fn what_is_in_force_anyway_is_not_taken_into_use_again() {
        let blanks = with(&[ask(date(2026, 11, 2), "a")]);
        assert_eq!(
            blanks.decide(&ask(date(2026, 12, 1), "a")),
            Err(BlankRefusal::InForce { since: date(2026, 12, 1) })
        );
        let back = with(&[ask(date(2026, 11, 2), "a"), ask(date(2026, 11, 9), "b"), ask(date(2026, 12, 1), "a")]);
        assert_eq!(back.on(date(2026, 12, 2)).unwrap().file, "a");
    }

    #[test]
    fn a_blank_has_a_name() {
        for name in ["", "  ", "a\nb", &"ж".repeat(NAME + 1)] {
            let ask = AdoptBlank { name: name.into(), ..ask(date(2026, 11, 2), "a") };
            assert_eq!(MinistryBlanks::default().decide(&ask), Err(BlankRefusal::Name), "{name:?}");
        }
    }

    #[test]
    fn what_was_stored_is_read_and_written_again_to_the_byte() {
        let stored = r#"{"blank_adopted":{"since":"2026-11-02","file":"0a","name":"Бланк","adopted_by":"admin"}}"#;
        let event: BlanksEvent = serde_json::from_str(stored).unwrap();
        assert_eq!((event.event_type().as_str(), event.event_version().as_str()), ("blank_adopted", "1"));
        assert_eq!(serde_json::to_string(&event).unwrap(), stored);
        assert!(Language::ALL.iter().all(|language| BlanksEvent::words("blank_adopted", *language).is_some()));
        assert_eq!(BlanksEvent::words("inquiry_received", Language::Kk), None);
    }

    #[test]
    fn every_refusal_speaks_three_languages() {
        let day = date(2026, 11, 2);
        for refusal in
            [BlankRefusal::Past { since: day, today: day }, BlankRefusal::InForce { since: day }, BlankRefusal::Name]
        {
            let said: std::collections::BTreeSet<_> = Language::ALL.iter().map(|one| refusal.words(*one)).collect();
            assert_eq!(said.len(), 3);
        }
    }
}
