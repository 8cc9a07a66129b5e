//! A history with holes: the stored texts of a story, cut where one inquiry differs from another.

use eventstore::{NewEvent, Recordable};
use jiff::civil::Date;
use jiff::{Timestamp, Unit};
use uuid::Uuid;

use super::story::{self, INCOMING, INQUIRY, NUMBER, OUTGOING, RECEIVED, SUBJECT, Step};

/// A stretch of stored text, or what stands in its place in each inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Inquiry,
    Number,
    Incoming,
    Outgoing,
    Subject,
    Name(u16),
    Deputy(u16),
    /// Days after the receipt.
    Day(i32),
}

/// One command's events.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) actor: String,
    /// After the morning of the receipt.
    pub(super) at: Timestamp,
    pub(super) takes_number: bool,
    pub(super) registers: bool,
    events: Vec<Stored>,
}

#[derive(Debug, Clone)]
struct Stored {
    event_type: String,
    schema_version: u16,
    pieces: Vec<Piece>,
}

/// A whole history.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) acts: Vec<Act>,
}

/// What is put into the holes.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) inquiry: Uuid,
    pub(super) number: u64,
    pub(super) incoming: i64,
    pub(super) outgoing: i64,
    /// Weeks after the template's own days.
    pub(super) weeks: i32,
}

impl Template {
    /// The template of a story.
    pub(super) fn of(steps: &[Step]) -> anyhow::Result<Self> {
        let acts = steps.iter().enumerate().map(|(number, step)| act(number, step)).collect::<anyhow::Result<_>>()?;
        Ok(Self { acts })
    }

    /// How many events a history of this template has.
    #[cfg(test)]
    pub(super) fn events(&self) -> usize {
        self.acts.iter().map(|act| act.events.len()).sum()
    }
}

impl Act {
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// The events of this act in the history of one inquiry.
    pub(super) fn fill<'a>(&'a self, facts: &'a Facts, days: &'a Days) -> impl Iterator<Item = NewEvent> + 'a {
        self.events.iter().map(move |stored| {
            let mut payload = String::with_capacity(1024);
            for piece in &stored.pieces {
                fill(&mut payload, piece, facts, days);
            }
            NewEvent { event_type: stored.event_type.clone(), schema_version: stored.schema_version, payload }
        })
    }
}

fn act(number: usize, step: &Step) -> anyhow::Result<Act> {
    let takes_number = step.events.iter().any(|event| matches!(event, inquiry::Event::OutgoingNumberAssigned(_)));
    let events = step
        .events
        .iter()
        .map(|event| {
            let NewEvent { event_type, schema_version, payload } = event.to_new_event()?;
            Ok(Stored { event_type, schema_version, pieces: cut(&payload) })
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Act { actor: step.actor.clone(), at: step.at, takes_number, registers: number == 0, events })
}

/// The marks, as they stand in stored text, longest first where one begins another.
fn marks() -> Vec<(String, Piece)> {
    let mut marks = vec![
        (INQUIRY.hyphenated().to_string(), Piece::Inquiry),
        (INQUIRY.simple().to_string(), Piece::Inquiry),
        (NUMBER.to_owned(), Piece::Number),
        (INCOMING.to_owned(), Piece::Incoming),
        (OUTGOING.to_string(), Piece::Outgoing),
        (SUBJECT.to_owned(), Piece::Subject),
    ];
    marks.extend((1..=8).map(|no| (story::name(no), Piece::Name(no))));
    marks.extend((1..=8).map(|no| (story::deputy(no).hyphenated().to_string(), Piece::Deputy(no))));
    marks
}

fn cut(payload: &str) -> Vec<Piece> {
    let marks = marks();
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = payload;
    while let Some(sign) = rest.chars().next() {
        let mark = marks.iter().find(|(mark, _)| rest.starts_with(mark.as_str()));
        let found = mark.map(|(mark, piece)| (mark.len(), piece.clone())).or_else(|| day(&text, rest));
        let Some((length, piece)) = found else {
            text.push(sign);
            rest = rest.get(sign.len_utf8()..).unwrap_or_default();
            continue;
        };
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(piece);
        rest = rest.get(length..).unwrap_or_default();
    }
    pieces.push(Piece::Text(text));
    pieces
}

/// A day at the beginning of a string of JSON.
fn day(before: &str, rest: &str) -> Option<(usize, Piece)> {
    let text = rest.get(..10).filter(|_| before.ends_with('"'))?;
    let day: Date = text.parse().ok()?;
    let after = RECEIVED.until((Unit::Day, day)).ok()?.get_days();
    Some((text.len(), Piece::Day(after)))
}

const SURNAMES: [&str; 24] = [
    "Ахметов",
    "Бекова",
    "Дәулетов",
    "Ержанова",
    "Жақсыбеков",
    "Исаева",
    "Кенжебаев",
    "Қасымова",
    "Мұратов",
    "Нұрғалиева",
    "Оспанов",
    "Рахимова",
    "Сейітов",
    "Тілеубаева",
    "Уәлиев",
    "Шәріпова",
    "Әлиев",
    "Өмірбекова",
    "Үсенов",
    "Ғабитова",
    "Байжанов",
    "Садықова",
    "Темірханов",
    "Ысқақова",
];

const INITIALS: [&str; 12] = ["А", "Б", "Г", "Д", "Е", "Ж", "Қ", "М", "Н", "С", "Т", "Ә"];

const SUBJECTS: [&str; 12] = [
    "Ауылдық жерлерді ауыз сумен қамтамасыз ету туралы",
    "Мектептердегі орын тапшылығы туралы",
    "Шетелде еңбек ететін азаматтар туралы",
    "Көпбалалы отбасыларды тұрғын үймен қамтамасыз ету туралы",
    "Автомобиль жолдарын жөндеу туралы",
    "Дәрі-дәрмекпен қамтамасыз ету туралы",
    "Цифрлық сауаттылықты арттыру туралы",
    "Экологиялық жағдай туралы",
    "Ауыл шаруашылығын қолдау туралы",
    "Зейнетақы жүйесі туралы",
    "Электр энергиясының тарифтері туралы",
    "Жастардың жұмыспен қамтылуы туралы",
];

/// A deputy of the chamber: some hundreds of them, the same person under the same name.
fn seat(facts: &Facts, no: u16) -> u64 {
    (facts.number.wrapping_mul(31) + u64::from(no) * 37) % 288
}

fn pick<'a>(list: &[&'a str], at: u64) -> &'a str {
    let at = usize::try_from(at).unwrap_or(0);
    at.checked_rem(list.len()).and_then(|at| list.get(at)).copied().unwrap_or_default()
}

fn fill(text: &mut String, piece: &Piece, facts: &Facts, days: &Days) {
    use std::fmt::Write as _;
    // Writing into a text does not fail.
    let _written = match piece {
        Piece::Text(stretch) => {
            text.push_str(stretch);
            Ok(())
        }
        Piece::Inquiry => write!(text, "{}", facts.inquiry.hyphenated()),
        Piece::Number => write!(text, "ДС-{}", facts.number),
        Piece::Incoming => write!(text, "кір-{}", facts.incoming),
        Piece::Outgoing => write!(text, "{}", facts.outgoing),
        Piece::Subject => write!(text, "{}, ДС-{}", pick(&SUBJECTS, facts.number), facts.number),
        Piece::Name(no) => {
            let seat = seat(facts, *no);
            write!(text, "{}. {}", pick(&INITIALS, seat / 24), pick(&SURNAMES, seat % 24))
        }
        Piece::Deputy(no) => {
            write!(text, "{}", story::deputy(1000 + u16::try_from(seat(facts, *no)).unwrap_or(0)).hyphenated())
        }
        Piece::Day(after) => {
            text.push_str(days.text(*after + facts.weeks * 7));
            Ok(())
        }
    };
}

/// The texts of days, counted from the receipt: writing a day takes longer than looking it up.
#[derive(Debug)]
pub(super) struct Days(Vec<String>);

impl Days {
    pub(super) fn new() -> Self {
        let day = |after: i64| RECEIVED.checked_add(jiff::Span::new().days(after)).unwrap_or(RECEIVED).to_string();
        Self((-400..6000).map(day).collect())
    }

    pub(super) fn text(&self, after: i32) -> &str {
        let at = usize::try_from(after + 400).unwrap_or(0);
        self.0.get(at).map_or("2023-09-20", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    #[test]
    fn a_filled_template_is_the_history_of_another_inquiry() {
        let facts = Facts { inquiry: Uuid::from_u128(0x77), number: 4242, incoming: 17, outgoing: 23, weeks: 10 };
        for seed in 0..40 {
            let steps = story::tell(&mut Chance::new(seed)).unwrap();
            let template = Template::of(&steps).unwrap();
            let days = Days::new();
            let filled: Vec<inquiry::Event> = template
                .acts
                .iter()
                .flat_map(|act| act.fill(&facts, &days))
                .flat_map(|event| {
                    inquiry::Event::from_stored(&event.event_type, event.schema_version, &event.payload).unwrap()
                })
                .collect();
            let told: Vec<_> = steps.iter().flat_map(|step| &step.events).collect();
            assert!(filled.iter().map(inquiry::Event::name).eq(told.iter().map(|event| event.name())));
            let inquiry = inquiry::Inquiry::replay(&filled);
            let dossier = inquiry.dossier().unwrap();
            assert_eq!(dossier.inquiry.0, facts.inquiry);
            assert_eq!(dossier.intake.number.normal(), "ДС-4242");
            assert_eq!(dossier.intake.received, jiff::civil::date(2023, 11, 29));
            assert_eq!(dossier.revision as usize, template.events());
            let whole: String =
                template.acts.iter().flat_map(|act| act.fill(&facts, &days)).map(|e| e.payload).collect();
            for mark in ["909090", "808080", "707070", "1d1d1d1d", "Есім-", "2023-09-20"] {
                assert!(!whole.contains(mark), "{mark} is left of the template");
            }
        }
    }

    #[test]
    fn a_story_can_be_made_as_long_as_is_asked() {
        let steps = story::of_length(40).unwrap();
        assert_eq!(Template::of(&steps).unwrap().events(), 40);
    }
}
