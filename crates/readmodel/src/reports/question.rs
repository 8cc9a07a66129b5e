//! Which inquiries a report is about, and what each of its figures counts: conditions that the count and the list of a figure share.

use std::fmt::Write as _;

use directory::{DeputyId, FactionCode};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::Sight;

/// What the rows of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The ministry that leads.
    Ministry,
    /// The ministries that help; an inquiry stands with each.
    Co,
    /// The factions of its authors; an inquiry stands with each.
    Faction,
    /// Its authors; an inquiry stands with each.
    Deputy,
    /// What it is about.
    Topic,
    /// The chamber.
    Chamber,
    /// The month of receipt.
    Month,
}

impl By {
    /// All of them, in the order in which a page offers them.
    pub const ALL: [Self; 7] =
        [Self::Ministry, Self::Co, Self::Faction, Self::Deputy, Self::Topic, Self::Chamber, Self::Month];

    /// The name in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Co => "co",
            Self::Faction => "faction",
            Self::Deputy => "deputy",
            Self::Topic => "topic",
            Self::Chamber => "chamber",
            Self::Month => "month",
        }
    }

    /// What is called so.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }

    /// May one inquiry stand in several rows?
    #[must_use]
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::Co | Self::Faction | Self::Deputy)
    }

    /// The cases of `scope`, each with its row: once for every row that it stands in.
    pub(super) const fn keyed(self) -> &'static str {
        match self {
            Self::Ministry => "select lead as key, scope.* from scope",
            Self::Topic => "select topic as key, scope.* from scope",
            Self::Chamber => "select chamber as key, scope.* from scope",
            Self::Month => "select to_char(received, 'YYYY-MM') as key, scope.* from scope",
            Self::Co => "select co as key, scope.* from scope left join lateral unnest(co_executors) as co on true",
            Self::Deputy => {
                "select deputy::text as key, scope.* from scope left join lateral unnest(deputies) as deputy on true"
            }
            Self::Faction => {
                "select distinct member.faction as key, scope.*
                   from scope left join lateral unnest(deputies) as author (deputy) on true
                   left join member on member.deputy = author.deputy
                                   and scope.dated >= member.begins and scope.dated < member.ends"
            }
        }
    }

    /// What `scope` has to hold besides what is counted.
    pub(super) const fn needs(self) -> &'static str {
        match self {
            Self::Ministry => "lead",
            Self::Topic => "topic",
            Self::Chamber => "chamber",
            Self::Month => "received as month",
            Self::Co => "co_executors",
            Self::Deputy => "deputies",
            Self::Faction => "deputies, dated",
        }
    }
}

/// What a report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Inquiries that were received.
    Received,
    /// Answered by the day in force.
    OnTime,
    /// Answered after it.
    Late,
    /// Not answered, and the day not gone by.
    Open,
    /// Not answered, and the day gone by.
    Overdue,
    /// Ended without a reply of its own: withdrawn, redirected, merged.
    Ended,
    /// With more time given.
    Extended,
    /// Whose draft was sent back at least once.
    Returned,
    /// Closed with a refusal.
    Refused,
    /// Followed by a repeat inquiry.
    Repeated,
    /// Whose deputies said that they are satisfied, all who said anything.
    Satisfied,
    /// One of whose deputies said that they are not.
    Unsatisfied,
}

impl Figure {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 12] = [
        Self::Received,
        Self::OnTime,
        Self::Late,
        Self::Open,
        Self::Overdue,
        Self::Ended,
        Self::Extended,
        Self::Returned,
        Self::Refused,
        Self::Repeated,
        Self::Satisfied,
        Self::Unsatisfied,
    ];

    /// The name in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Ended => "ended",
            Self::Extended => "extended",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Repeated => "repeated",
            Self::Satisfied => "satisfied",
            Self::Unsatisfied => "unsatisfied",
        }
    }

    /// What is called so.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == code)
    }

    /// Which cases it counts; `$day` is the day on which it is asked. What is answered, awaited, overdue and ended make up all that was received.
    pub(super) const fn condition(self) -> &'static str {
        match self {
            Self::Received => "true",
            Self::OnTime => "answered is not null and answered <= coalesce(due, answered)",
            Self::Late => "answered > due",
            Self::Open => "answered is null and ending is null and coalesce(due, $day) >= $day",
            Self::Overdue => "answered is null and ending is null and due < $day",
            Self::Ended => "answered is null and ending is not null",
            Self::Extended => "extensions > 0",
            Self::Returned => "returns > 0",
            Self::Refused => "outcome is not distinct from 'refused'",
            Self::Repeated => "repeats > 0",
            Self::Satisfied => "verdict is true",
            Self::Unsatisfied => "verdict is false",
        }
    }
}

/// A row that is asked for by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// That of this code, identity or month.
    Is(String),
    /// That of the inquiries that have none.
    None,
}

/// That a deputy belongs to a faction for a time, as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub deputy: DeputyId,
    /// To which.
    pub faction: FactionCode,
    /// From this day on; none: from the beginning.
    pub from: Option<Date>,
    /// Until the day before this one; none: without an end.
    pub until: Option<Date>,
}

/// Who holds an inquiry at which step, or held it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtStep {
    /// The step, as `report_step` calls it.
    pub step: String,
    /// A ministry, or a role and the like behind an `@`.
    pub holder: String,
    /// At the moment of the report, and not at any time before it.
    pub is_now: bool,
}

/// Which inquiries a report is about. What is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Received on this day or later.
    pub from: Date,
    /// Received before this day.
    pub until: Date,
    /// As they stood at this moment; none: as they stand.
    pub moment: Option<Timestamp>,
    /// The day of that moment: what is overdue is so on this day.
    pub day: Date,
    /// Led by this ministry.
    pub lead: Option<Key>,
    /// Helped with by this one.
    pub co: Option<Key>,
    /// With an author of this faction.
    pub faction: Option<Key>,
    /// With this author.
    pub deputy: Option<Key>,
    /// On this topic.
    pub topic: Option<Key>,
    /// Of this chamber.
    pub chamber: Option<Key>,
    /// At this step.
    pub step: Option<AtStep>,
    /// Who belonged to which faction.
    pub members: Vec<Membership>,
    /// What whoever asks may know of.
    pub sight: Sight,
}

impl Question {
    /// Everything received from one day to another, both counted, as it stands.
    #[must_use]
    pub fn of_days(from: Date, until: Date, day: Date, sight: Sight) -> Self {
        Self {
            from,
            until: until.tomorrow().unwrap_or(until),
            moment: None,
            day,
            lead: None,
            co: None,
            faction: None,
            deputy: None,
            topic: None,
            chamber: None,
            step: None,
            members: Vec::new(),
            sight,
        }
    }

    /// The same, of one row of a report by `by`.
    #[must_use]
    pub fn of(self, by: By, key: Key) -> Self {
        match (by, key) {
            (By::Ministry, key) => Self { lead: Some(key), ..self },
            (By::Co, key) => Self { co: Some(key), ..self },
            (By::Faction, key) => Self { faction: Some(key), ..self },
            (By::Deputy, key) => Self { deputy: Some(key), ..self },
            (By::Topic, key) => Self { topic: Some(key), ..self },
            (By::Chamber, key) => Self { chamber: Some(key), ..self },
            (By::Month, Key::Is(month)) => match month_of(&month) {
                Some((first, next)) => Self { from: self.from.max(first), until: self.until.min(next), ..self },
                None => Self { until: self.from, ..self },
            },
            (By::Month, Key::None) => Self { until: self.from, ..self },
        }
    }
}

/// The first day of a month such as `2023-09`, and of the one after it.
#[must_use]
pub fn month_of(month: &str) -> Option<(Date, Date)> {
    let first: Date = format!("{month}-01").parse().ok()?;
    let next = first.last_of_month().tomorrow().ok()?;
    Some((first, next))
}

/// A statement that is being put together, with its values from $1 on.
#[derive(Default)]
pub(super) struct Asked {
    values: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Asked {
    /// One more value; its sign.
    pub(super) fn value(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }

    pub(super) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect()
    }

    /// The condition of a figure, on the day of the question.
    pub(super) fn figure(&self, figure: Figure, day: &str) -> String {
        figure.condition().replace("$day", day)
    }

    /// Who belonged to which faction, as a table `member`.
    pub(super) fn members(&mut self, question: &Question) -> String {
        let of = &question.members;
        let deputies = self.value(of.iter().map(|one| one.deputy.uuid()).collect::<Vec<Uuid>>());
        let factions = self.value(of.iter().map(|one| one.faction.to_string()).collect::<Vec<String>>());
        let begins = self.value(of.iter().map(|one| one.from).collect::<Vec<Option<Date>>>());
        let ends = self.value(of.iter().map(|one| one.until).collect::<Vec<Option<Date>>>());
        format!(
            "member as (select deputy, faction, coalesce(begins, '-infinity') as begins, coalesce(ends, 'infinity') as ends
                          from unnest({deputies}::uuid[], {factions}::text[], {begins}::date[], {ends}::date[])
                            as known (deputy, faction, begins, ends))"
        )
    }

    /// Which rows of `report_case` a question is about.
    pub(super) fn cases(&mut self, question: &Question) -> String {
        let (from, until) = (self.value(question.from), self.value(question.until));
        let mut sql = format!("received >= {from} and received < {until}");
        match question.moment {
            None => sql.push_str(" and until is null"),
            Some(moment) => {
                let moment = self.value(moment);
                let _written = write!(sql, " and since <= {moment} and (until is null or until > {moment})");
            }
        }
        for (column, key) in [("lead", &question.lead), ("topic", &question.topic), ("chamber", &question.chamber)] {
            match key {
                Some(Key::Is(code)) => {
                    let code = self.value(code.clone());
                    let _written = write!(sql, " and {column} = {code}");
                }
                Some(Key::None) => {
                    let _written = write!(sql, " and {column} is null");
                }
                None => {}
            }
        }
        match &question.co {
            Some(Key::Is(code)) => {
                let code = self.value(vec![code.clone()]);
                let _written = write!(sql, " and co_executors @> {code}");
            }
            Some(Key::None) => sql.push_str(" and co_executors = '{}'"),
            None => {}
        }
        match &question.deputy {
            // What is no identity is nobody's.
            Some(Key::Is(deputy)) => {
                let deputy = self.value(deputy.parse::<Uuid>().ok().into_iter().collect::<Vec<Uuid>>());
                let _written = write!(sql, " and deputies && {deputy}");
            }
            Some(Key::None) => sql.push_str(" and deputies = '{}'"),
            None => {}
        }
        if let Some(faction) = &question.faction {
            sql.push_str(&self.of_faction(faction));
        }
        if let Some(step) = &question.step {
            sql.push_str(&self.at_step(step, question.moment));
        }
        sql.push_str(&self.seen(&question.sight));
        sql
    }

    /// As [`By::keyed`] tells the factions of an inquiry apart.
    fn of_faction(&mut self, faction: &Key) -> String {
        let which = match faction {
            Key::Is(code) => format!("member.faction = {}", self.value(code.clone())),
            Key::None => "member.faction is null".to_owned(),
        };
        format!(
            " and exists (select from unnest(case deputies when '{{}}' then array[null::uuid] else deputies end) as author (deputy)
                     left join member on member.deputy = author.deputy and dated >= member.begins and dated < member.ends
                    where {which})"
        )
    }

    fn at_step(&mut self, at: &AtStep, moment: Option<Timestamp>) -> String {
        let (step, holder) = (self.value(at.step.clone()), self.value(at.holder.clone()));
        let when = self.held(at.is_now, moment);
        format!(
            " and exists (select from report_step as held where held.inquiry = report_case.inquiry
                     and held.step = {step} and held.holder = {holder}{when})"
        )
    }

    /// Which of the rows `held` count, at the moment of the report.
    pub(super) fn held(&mut self, is_now: bool, moment: Option<Timestamp>) -> String {
        match (is_now, moment) {
            (true, None) => " and held.until is null".to_owned(),
            (false, None) => String::new(),
            (true, Some(moment)) => {
                let moment = self.value(moment);
                format!(" and held.since <= {moment} and (held.until is null or held.until > {moment})")
            }
            (false, Some(moment)) => format!(" and held.since <= {}", self.value(moment)),
        }
    }

    /// What somebody may know of; a deputy's reports are nobody's yet.
    pub(super) fn seen(&mut self, sight: &Sight) -> String {
        match sight {
            Sight::Whole => String::new(),
            Sight::Own { ministry: Some(ministry), .. } => {
                format!(" and took_part @> {}", self.value(vec![ministry.to_string()]))
            }
            Sight::Own { ministry: None, .. } => " and false".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn question() -> Question {
        Question {
            from: date(2023, 9, 15),
            until: date(2024, 1, 1),
            moment: None,
            day: date(2023, 12, 1),
            lead: None,
            co: None,
            faction: None,
            deputy: None,
            topic: None,
            chamber: None,
            step: None,
            members: Vec::new(),
            sight: Sight::Whole,
        }
    }

    #[test]
    fn every_name_in_an_address_is_read_as_it_is_written() {
        for by in By::ALL {
            assert_eq!(By::from_code(by.code()), Some(by));
        }
        for figure in Figure::ALL {
            assert_eq!(Figure::from_code(figure.code()), Some(figure));
        }
    }

    #[test]
    fn a_month_is_cut_to_the_period() {
        let of = |month: &str| {
            let asked = question().of(By::Month, Key::Is(month.to_owned()));
            (asked.from, asked.until)
        };
        assert_eq!(of("2023-09"), (date(2023, 9, 15), date(2023, 10, 1)));
        assert_eq!(of("2023-12"), (date(2023, 12, 1), date(2024, 1, 1)));
        assert_eq!(of("x"), (date(2023, 9, 15), date(2023, 9, 15)), "nothing");
    }

    #[test]
    fn a_condition_says_what_narrows_and_nothing_else() {
        let said = |question: &Question| Asked::default().cases(question);
        assert_eq!(said(&question()), "received >= $1 and received < $2 and until is null");
        let moment = "2023-12-01T00:00:00Z".parse().ok();
        let led = Question { moment, topic: Some(Key::None), ..question().of(By::Ministry, Key::Is("mfa".to_owned())) };
        assert_eq!(
            said(&led),
            "received >= $1 and received < $2 and since <= $3 and (until is null or until > $3) and lead = $4 and topic is null"
        );
        let nobody = Question { sight: Sight::Own { ministry: None, deputy: None }, ..question() };
        assert!(said(&nobody).ends_with(" and false"));
    }
}
