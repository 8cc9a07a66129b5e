//! The register's questions, asked as of a moment: the same filters over the rows that stood then.
//!
//! A row stands in one of ten steps by how long it stood so. What was open at a moment is in each step among the rows that began before it and no
//! longer ago than the step is long: an index walks there, and reads at most about twice what it finds, however long ago that was. It is gathered
//! before anything else is asked of it; what had ended is walked in the order of the list.

use inquiry::InquiryId;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::register::{COLUMNS, Condition, Cursor, Entry, Filter, MOST_COUNTED, Order, Walk, Way, read};
use crate::{ReadError, Sitting};

/// As of when the register is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment, by the office's clock.
    pub at: Timestamp,
    /// The journal's position at which somebody looked back. Of the last hour before the moment nothing is taken into account that was
    /// recorded behind it: what is dated by several clocks comes in late, and a link shows the same for ever.
    pub position: i64,
}

/// For so many hours before a moment the position decides too. An event that is recorded later than that belongs to the moment's past for everybody.
const SETTLING: i64 = 1;

/// How many hours rows of each step stood at most; those of the step behind them stood longer, or still do. As `migrations/0036_register_past.sql` has it.
const STEPS: [i64; 9] = [24, 48, 96, 192, 384, 768, 1_536, 6_144, 24_576];

/// A past row in the shape of the register's: what never changes, the words by which it is found and whose it is are today's. A question that asks for
/// none of these does not read the register at all: that is what the left join is for.
const SHAPE: &str = "stood.inquiry, known.number, known.number_normal, stood.incoming_number, stood.chamber, stood.dated, stood.received,
    stood.due, stood.on_control, stood.stage, stood.open, stood.lead, stood.co_executors, known.subject, stood.language, stood.recipients,
    known.deputies, stood.draft_version, stood.outgoing_number, stood.outgoing_dated, stood.version, stood.since as changed_at,
    stood.last_position as position, known.words, known.words_index, known.took_part, stood.ministries, stood.contributed, stood.lead_due,
    stood.co_due, stood.handed_in, stood.cosigned";

impl AsOf {
    /// Is an event taken into account that happened then and stands at that position?
    #[must_use]
    pub fn knows(self, at: Timestamp, position: i64) -> bool {
        at <= self.at && (position <= self.position || at <= self.settled())
    }

    /// Before this nothing is unsettled.
    fn settled(self) -> Timestamp {
        self.hours_before(SETTLING)
    }

    fn hours_before(self, hours: i64) -> Timestamp {
        // No office kept a journal before that.
        self.at.checked_sub(hours.hours()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// No inquiry that stood then was received later, in whatever zone the day was.
    fn last_day(self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date().saturating_add(1.day())
    }

    /// What the rows that stood then have in common.
    fn stood(self, condition: &mut Condition) -> String {
        let (at, settled) = (condition.value(self.at), condition.value(self.settled()));
        let position = condition.value(self.position);
        format!(
            "since <= ${at} and (stood.position <= ${position} or since <= ${settled}) and until > ${settled}
             and (until > ${at} or until_position > ${position})"
        )
    }

    /// The rows that were open then, gathered step by step; of one lead only where there is one.
    fn open(self, condition: &mut Condition, filter: &Filter) -> String {
        let stood = self.stood(condition);
        let led = filter.lead.as_ref().map(|lead| format!(" and lead = ${}", condition.value(lead.to_string())));
        let led = led.unwrap_or_default();
        let mut steps = vec![format!(
            "select * from register_past as stood where open and span = {} and {stood}{led}",
            STEPS.len()
        )];
        for (step, hours) in STEPS.into_iter().enumerate() {
            let begun = condition.value(self.hours_before(SETTLING + hours));
            steps.push(format!(
                "select * from register_past as stood where open and span = {step} and since > ${begun} and {stood}{led}"
            ));
        }
        format!("with stood as materialized ({})", steps.join(" union all "))
    }
}

/// Which part of the register a question is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Open,
    Ended,
}

impl Part {
    /// What a filter can only find there.
    pub(crate) fn of(filter: &Filter) -> Self {
        let all = |open: bool| !filter.stages.is_empty() && filter.stages.iter().all(|stage| stage.is_open() == open);
        let is_pressing = filter.watched || filter.soon.is_some() || matches!(filter.overdue, Some((true, _)));
        if filter.open == Some(true) || is_pressing || filter.owes.is_some() || all(true) {
            Self::Open
        } else if filter.open == Some(false) || all(false) {
            Self::Ended
        } else {
            Self::Whole
        }
    }
}

impl Sitting {
    /// What stands behind `from` in a question to the register; the values that it needs are added to the condition's.
    pub(crate) fn source(&self, condition: &mut Condition, filter: &Filter, part: Part) -> String {
        match (self.as_of, part) {
            (None, _) => self.register.to_owned(),
            // Few that are named are looked up one by one.
            (Some(as_of), _) if !filter.inquiries.is_empty() => self.walked(as_of, condition, "true"),
            (Some(as_of), Part::Open) => {
                let gathered = as_of.open(condition, filter);
                format!("({gathered} select {SHAPE} from stood {}) as past", self.known())
            }
            (Some(as_of), Part::Ended) => self.walked(as_of, condition, "not stood.open"),
            (Some(_), Part::Whole) => {
                let parts = [Part::Open, Part::Ended].map(|part| self.source(condition, filter, part));
                format!("(select * from {} union all select * from {}) as past", parts[0], parts[1])
            }
        }
    }

    /// The rows that stood then, for a question that an index of days or of inquiries answers.
    fn walked(&self, as_of: AsOf, condition: &mut Condition, of_which: &str) -> String {
        let stood = as_of.stood(condition);
        format!("(select {SHAPE} from register_past as stood {} where {of_which} and {stood}) as past", self.known())
    }

    fn known(&self) -> String {
        format!("left join {} as known on known.inquiry = stood.inquiry", self.register)
    }

    /// The filter with its words looked up: where few inquiries have them, these are named; where many have, they are soon found among what stood then.
    pub(crate) async fn narrowed(&self, filter: &Filter) -> Result<Filter, ReadError> {
        if self.as_of.is_none() || !filter.asks_for_words() || !filter.inquiries.is_empty() {
            return Ok(filter.clone());
        }
        let words = Filter { question: filter.question.clone(), sight: filter.sight.clone(), ..Filter::all() };
        let condition = Condition::of(&words, Way::Content);
        let (register, most) = (self.register, u32::from(MOST_COUNTED) + 1);
        let sql = format!("select inquiry from {register} where {} limit {most}", condition.sql());
        let rows = self.rows(&sql, &condition.values(), "look up words in the register").await?;
        if rows.len() > usize::from(MOST_COUNTED) {
            return Ok(filter.clone());
        }
        let doing = || ReadError::doing("look up words in the register");
        let mut inquiries: Vec<InquiryId> =
            rows.iter().map(|row| row.try_get(0).map(InquiryId)).collect::<Result<_, _>>().map_err(doing())?;
        if inquiries.is_empty() {
            // No inquiry has this id: nothing is found, rather than everything.
            inquiries.push(InquiryId(Uuid::nil()));
        }
        Ok(Filter { question: None, inquiries, ..filter.clone() })
    }

    /// A page of the rows that stood then. Their places in the list are found first, from the past alone where that is enough, and of those few the
    /// register says the rest.
    pub(crate) async fn fetch_past(
        &self,
        as_of: AsOf,
        filter: &Filter,
        order: Order,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Vec<Entry>, ReadError> {
        let filter = &self.narrowed(filter).await?;
        let walk = Walk::of(order, self.register);
        let mut condition = walk.behind(Condition::of(filter, Way::Past), after);
        let ordered = walk.ordered(limit);
        let key = walk.key();
        let asked = condition.sql().to_owned();
        let sources = match (Part::of(filter), order) {
            // The days when something is due are walked apart: of what was open, and of what had ended.
            (Part::Whole, Order::Due) => {
                Vec::from([Part::Open, Part::Ended].map(|part| self.source(&mut condition, filter, part)))
            }
            // Days of receipt are walked from the last one on; what came in after the moment is not walked past.
            (Part::Whole | Part::Ended, Order::Received) => {
                let received = condition.value(as_of.last_day());
                vec![self.walked(as_of, &mut condition, &format!("stood.received <= ${received}"))]
            }
            (part @ (Part::Open | Part::Ended), _) => vec![self.source(&mut condition, filter, part)],
        };
        let places: Vec<String> = sources
            .iter()
            .map(|source| format!("(select inquiry, {key} from {source} where {asked} {ordered})"))
            .collect();
        let places = places.join(" union all ");
        let sql = format!("select inquiry from ({places}) as places {ordered}");
        let rows = self.rows(&sql, &condition.values(), "list the register as it stood").await?;
        let doing = || ReadError::doing("list the register as it stood");
        let inquiries: Vec<InquiryId> =
            rows.iter().map(|row| row.try_get(0).map(InquiryId)).collect::<Result<_, _>>().map_err(doing())?;
        if inquiries.is_empty() {
            return Ok(Vec::new());
        }
        let page = Filter { inquiries, ..Filter::all() };
        let mut condition = Condition::of(&page, Way::Past);
        let source = self.walked(as_of, &mut condition, "true");
        // A row whose inquiry the register does not have yet is not shown.
        let sql = format!("select {COLUMNS} from {source} where number is not null and {} {ordered}", condition.sql());
        let rows = self.rows(&sql, &condition.values(), "list the register as it stood").await?;
        rows.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use inquiry::StageName;

    use super::*;

    #[test]
    fn what_was_open_then_is_asked_of_every_step() {
        let mut condition = Condition::of(&Filter::all(), Way::Past);
        let at = "2023-10-05T12:00:00Z".parse().unwrap();
        let sql = AsOf { at, position: 9 }.open(&mut condition, &Filter::all());
        assert_eq!(condition.values().len(), 3 + STEPS.len());
        for step in 0..STEPS.len() {
            assert!(sql.contains(&format!("span = {step} and since > ${}", step + 4)), "{sql}");
        }
        assert!(sql.contains("span = 9 and since <= $1"), "{sql}");
        let migration = include_str!("../../../../migrations/0036_register_past.sql");
        for (step, hours) in STEPS.into_iter().enumerate() {
            assert!(migration.contains(&format!("interval '{hours} hours' then {step}")), "{hours}");
        }
    }

    #[test]
    fn what_was_recorded_behind_a_position_is_known_once_it_is_an_hour_old() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let as_of = AsOf { at: at("2023-10-05T12:00:00Z"), position: 9 };
        assert!(as_of.knows(as_of.at, 9) && as_of.knows(at("2023-10-05T11:00:00Z"), 10));
        assert!(!as_of.knows(as_of.at, 10) && !as_of.knows(at("2023-10-05T11:00:00.000001Z"), 10));
        assert!(!as_of.knows(at("2023-10-05T12:00:00.000001Z"), 1));
    }

    #[test]
    fn a_question_that_can_only_find_open_ones_looks_among_them() {
        let of = |stages: Vec<StageName>| Part::of(&Filter { stages, ..Filter::all() });
        assert_eq!(of(vec![StageName::Approval, StageName::Dispatched]), Part::Open);
        assert_eq!(of(vec![StageName::Closed, StageName::Withdrawn]), Part::Ended);
        assert_eq!(of(vec![StageName::Closed, StageName::Approval]), Part::Whole);
        assert_eq!(of(Vec::new()), Part::Whole);
        let today = jiff::civil::date(2023, 10, 5);
        for filter in [
            Filter { open: Some(true), ..Filter::all() },
            Filter { overdue: Some((true, today)), ..Filter::all() },
            Filter { soon: Some(today), ..Filter::all() },
            Filter { watched: true, ..Filter::all() },
        ] {
            assert_eq!(Part::of(&filter), Part::Open);
        }
        assert_eq!(Part::of(&Filter { overdue: Some((false, today)), ..Filter::all() }), Part::Whole);
        assert_eq!(Part::of(&Filter { open: Some(false), ..Filter::all() }), Part::Ended);
    }
}
