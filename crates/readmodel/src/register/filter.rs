//! Which rows of the register are wanted, and how the database is asked for them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use directory::{InquiryNumber, MinistryCode, PersonId};
use inquiry::pressing::presses_until;
use inquiry::{InquiryId, StageName};
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::words::{self, Meant};
use crate::Sight;

/// Asks for what a ministry itself owes: its draft where it leads, its contribution where it helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owes {
    /// Who owes it.
    pub ministry: MinistryCode,
    /// Due on this day or later.
    pub from: Option<Date>,
    /// Due on this day or before.
    pub until: Option<Date>,
}

/// Which rows are wanted. What is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Standing at one of these stages; empty: at any.
    pub stages: Vec<StageName>,
    /// Open or ended.
    pub open: Option<bool>,
    /// Open and on control: what the load of ministries counts.
    pub watched: bool,
    /// With this ministry as its lead.
    pub lead: Option<MinistryCode>,
    /// Without a lead: nobody has resolved it yet.
    pub unassigned: bool,
    /// With this ministry as a co-executor.
    pub co: Option<MinistryCode>,
    /// With something that a ministry owes.
    pub owes: Option<Owes>,
    /// With this ministry as lead or co-executor.
    pub ministry: Option<MinistryCode>,
    /// What whoever asks may know of: they see no others.
    pub sight: Sight,
    /// Overdue on this day, or not.
    pub overdue: Option<(bool, Date)>,
    /// A reply is owed and due on this day or within [`SOON`](super::SOON) days after it.
    pub soon: Option<Date>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// A number in any spelling, or words of number, subject and deputies' names: beginnings of three letters and more, their other forms, or whole ones.
    pub question: Option<String>,
    /// Without the signature of this person, which others may still have to follow.
    pub unsigned_by: Option<PersonId>,
    /// One of these; empty: any.
    pub inquiries: Vec<InquiryId>,
}

impl Filter {
    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            stages: Vec::new(),
            open: None,
            watched: false,
            lead: None,
            unassigned: false,
            co: None,
            owes: None,
            ministry: None,
            sight: Sight::Whole,
            overdue: None,
            soon: None,
            due_before: None,
            question: None,
            unsigned_by: None,
            inquiries: Vec::new(),
        }
    }

    /// Does it ask for what rows contain? Then an index of days alone may have to be walked far to find few, and counting them costs what gathering them does.
    #[must_use]
    pub fn asks_for_content(&self) -> bool {
        self.sight != Sight::Whole
            || self.ministry.is_some()
            || self.co.is_some()
            || self.owes.is_some()
            || self.words().is_some()
            || !self.inquiries.is_empty()
    }

    /// The same without what rows contain.
    pub(super) fn without_content(&self) -> Self {
        Self {
            ministry: None,
            co: None,
            owes: None,
            question: None,
            sight: Sight::Whole,
            inquiries: Vec::new(),
            ..self.clone()
        }
    }

    /// Of what a ministry works on or sees, the part that it leads; none where something else is asked for that rows contain.
    pub(super) fn led_by_its_ministry(&self) -> Option<Self> {
        // Whatever a ministry leads it sees, so that its sight need not be asked for as well.
        let lead = match (&self.sight, &self.ministry) {
            (Sight::Whole, ministry) => ministry.clone(),
            (Sight::Own { ministry: Some(own), .. }, None) => Some(own.clone()),
            (Sight::Own { ministry: Some(own), .. }, Some(ministry)) if own == ministry => Some(own.clone()),
            (Sight::Own { .. }, _) => None,
        };
        let lead = lead.filter(|_| self.lead.is_none())?;
        let led = Self { lead: Some(lead), ministry: None, sight: Sight::Whole, ..self.clone() };
        if led.asks_for_content() { None } else { Some(led) }
    }

    /// Does it ask for stages at which nobody owes anything any more?
    fn has_ended(&self) -> bool {
        let ended = [StageName::Closed, StageName::Withdrawn, StageName::Redirected, StageName::Merged];
        !self.stages.is_empty() && self.stages.iter().all(|stage| ended.contains(stage))
    }

    /// Does it ask for words, or a number?
    pub(crate) fn asks_for_words(&self) -> bool {
        self.words().is_some()
    }

    fn words(&self) -> Option<&str> {
        self.question.as_deref().map(str::trim).filter(|question| !question.is_empty())
    }
}

/// A reply is owed. Only what is open is on control, which is said again where an index of the open ones is to be found.
pub(super) const OWED: &str = "on_control and stage <> all (array['dispatched', 'closed'])";

/// Somebody still owes work on it, and its clock runs.
pub(super) const WATCHED: &str = "open and on_control";

/// Ministries are at work and their days count: the lead writes a draft, co-executors send what they contribute.
pub(super) const AT_WORK: &str = "on_control and stage = any (array['assigned', 'drafting'])";

/// By what rows are found that contain something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By the index of what they contain.
    Content,
    /// By the days, looking into each row: what is frequent is soon found.
    Days,
    /// Of the past: by what stood at a moment, looking up whose each of these is.
    Past,
}

/// The condition that a filter puts on rows, with its parameters from $1 on. It holds nothing that does not narrow, so that the
/// database sees which index fits: a text that says "if given" for everything fits none.
pub(crate) struct Condition {
    sql: String,
    values: Vec<Box<dyn ToSql + Sync + Send>>,
}

impl Condition {
    pub(crate) fn of(filter: &Filter, way: Way) -> Self {
        let mut condition = Self { sql: String::from("true"), values: Vec::new() };
        match filter.stages.as_slice() {
            [] => {}
            [stage] => condition.and("stage = $", stage.code()),
            stages => {
                condition.and("stage = any($", stages.iter().map(|stage| stage.code()).collect::<Vec<_>>());
                condition.sql.push(')');
            }
        }
        match filter.open {
            Some(true) => condition.also("open"),
            Some(false) => condition.also("not open"),
            // Nothing of what is open can stand there, and the index of all would be walked past it first.
            None if filter.has_ended() => condition.also("not open"),
            None => {}
        }
        if filter.watched {
            condition.also(WATCHED);
        }
        if let Some(lead) = &filter.lead {
            condition.and("lead = $", lead.to_string());
        }
        if filter.unassigned {
            condition.also("lead is null");
        }
        match filter.overdue {
            Some((true, today)) => {
                condition.also(&format!("open and {OWED}"));
                condition.and("due < $", today);
            }
            Some((false, today)) => {
                condition.also(&format!("not ({OWED}"));
                condition.and("due < $", today);
                condition.sql.push(')');
            }
            None => {}
        }
        if let Some(today) = filter.soon {
            condition.also(&format!("open and {OWED}"));
            condition.and("due >= $", today);
            condition.and("due <= $", presses_until(today));
        }
        if let Some(day) = filter.due_before {
            condition.and("due < $", day);
        }
        if let Some(person) = filter.unsigned_by {
            let n = condition.value(person.uuid());
            condition.also(&format!("${n} <> all (cosigned)"));
        }
        condition.content(filter, way);
        if !filter.inquiries.is_empty() {
            let inquiries: Vec<Uuid> = filter.inquiries.iter().map(|inquiry| inquiry.0).collect();
            condition.and("inquiry = any($", inquiries);
            condition.sql.push(')');
        }
        condition
    }

    /// What rows have to contain. A condition that no index answers is one that says `is true` of itself.
    pub(super) fn content(&mut self, filter: &Filter, way: Way) {
        let end = match way {
            Way::Content => ")",
            Way::Days | Way::Past => ") is true",
        };
        if let Some(ministry) = &filter.ministry {
            self.and("(ministries @> $", vec![ministry.to_string()]);
            self.sql.push_str(end);
        }
        if let Some(co) = &filter.co {
            self.and("(ministries @> $", vec![co.to_string()]);
            self.sql.push_str(end);
            // Whoever leads is never among those who help.
            self.and("lead <> $", co.to_string());
        }
        if let Some(owes) = &filter.owes {
            self.owes(owes, end);
        }
        self.sight(&filter.sight, way, end);
        if let Some(question) = filter.words() {
            let number = InquiryNumber::sought(question);
            let meant = if number.is_ok() { Meant::Words } else { Meant::Beginnings };
            let typed = words::query(question, meant);
            // Without the sign before it, and in the letters of numbers.
            let plain = number.as_ref().ok().and_then(|number| words::query(number.normal(), Meant::Words));
            let asked: Vec<String> = typed.into_iter().chain(plain).collect::<BTreeSet<_>>().into_iter().collect();
            let asked = asked.join(" | ");
            // A question without a single word finds nothing, rather than everything.
            self.and("(words_index @@ $", if asked.is_empty() { "'\u{1f}'".to_owned() } else { asked });
            self.sql.push_str("::text::tsquery");
            if let Ok(number) = number {
                let n = self.value(number.normal().to_owned());
                let _written = write!(self.sql, " or number_normal = ${n}");
            }
            self.sql.push_str(end);
        }
    }

    /// The index finds what the ministry works on, and of that each row is looked into.
    fn owes(&mut self, owes: &Owes, end: &str) {
        self.and("(ministries @> $", vec![owes.ministry.to_string()]);
        self.sql.push_str(end);
        self.also(&format!("open and {AT_WORK}"));
        let n = self.value(owes.ministry.to_string());
        let from = owes.from.map(|day| self.value(day));
        let until = owes.until.map(|day| self.value(day));
        let within = |day: &str| {
            let from = from.map(|n| format!(" and {day} >= ${n}")).unwrap_or_default();
            let until = until.map(|n| format!(" and {day} <= ${n}")).unwrap_or_default();
            format!("{from}{until}")
        };
        let (draft, contribution) = (within("lead_due"), within("part.day"));
        self.also(&format!(
            "(lead = ${n}{draft} or ${n} <> all (handed_in) and exists
              (select from unnest(co_executors, co_due) as part (ministry, day) where part.ministry = ${n}{contribution}))"
        ));
    }

    /// What somebody may know of; without a ministry and a deputy, nothing.
    fn sight(&mut self, sight: &Sight, way: Way, end: &str) {
        let Sight::Own { ministry, deputy } = sight else { return };
        let ministry = ministry.as_ref().map(|ministry| {
            let n = self.value(vec![ministry.to_string()]);
            format!("took_part @> ${n}")
        });
        let deputy = deputy.as_ref().map(|deputy| {
            let n = self.value(vec![deputy.uuid()]);
            format!("deputies @> ${n}")
        });
        let own: Vec<String> = ministry.into_iter().chain(deputy).collect();
        let own = match (own.is_empty(), way) {
            (true, _) => "false".to_owned(),
            (false, Way::Content | Way::Days) => format!("({}{end}", own.join(" or ")),
            // A question within the question is asked of each row, whatever the planner takes to be frequent.
            (false, Way::Past) => format!(
                "(select {} from register where register.inquiry = past.inquiry{end}",
                own.iter().map(|one| format!("register.{one}")).collect::<Vec<_>>().join(" or ")
            ),
        };
        self.also(&own);
    }

    /// Something to narrow by, said as it is.
    pub(crate) fn also(&mut self, sql: &str) {
        let _written = write!(self.sql, " and {sql}");
    }

    /// Something to narrow by, ending with the sign of its value.
    pub(crate) fn and(&mut self, sql: &str, value: impl ToSql + Sync + Send + 'static) {
        let n = self.value(value);
        let _written = write!(self.sql, " and {sql}{n}");
    }

    /// One more value; its number.
    pub(crate) fn value(&mut self, value: impl ToSql + Sync + Send + 'static) -> usize {
        self.values.push(Box::new(value));
        self.values.len()
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.values.iter().map(|value| -> &(dyn ToSql + Sync) { &**value }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_says_what_narrows_and_nothing_else() {
        assert_eq!(Condition::of(&Filter::all(), Way::Content).sql(), "true");
        let lead = MinistryCode::new("mlsp").ok();
        let filter = Filter { open: Some(true), lead, question: Some("дс 326".into()), ..Filter::all() };
        let content = Condition::of(&filter, Way::Content);
        assert_eq!(
            content.sql(),
            "true and open and lead = $1 and (words_index @@ $2::text::tsquery or number_normal = $3)"
        );
        assert_eq!(content.values().len(), 3);
        assert_eq!(Condition::of(&filter, Way::Days).sql(), format!("{} is true", content.sql()));
    }

    #[test]
    fn a_number_is_found_from_a_latin_keyboard_as_the_search_finds_it() {
        let asked = |question: &str| {
            let filter = Filter { question: Some(question.into()), ..Filter::all() };
            Condition::of(&filter, Way::Content).sql().to_owned()
        };
        assert_eq!(asked("DS-981"), "true and (words_index @@ $1::text::tsquery or number_normal = $2)");
        assert_eq!(asked("DC-981"), asked("ДС-981"));
        assert_eq!(asked("DF-981"), "true and (words_index @@ $1::text::tsquery)", "no number: words");
    }

    #[test]
    fn stages_of_the_end_are_looked_for_among_what_has_ended() {
        let at = |stages| Condition::of(&Filter { stages, ..Filter::all() }, Way::Days).sql().to_owned();
        assert_eq!(at(vec![StageName::Closed]), "true and stage = $1 and not open");
        assert_eq!(at(vec![StageName::Closed, StageName::Dispatched]), "true and stage = any($1)");
    }

    #[test]
    fn what_a_ministry_leads_is_a_part_of_what_it_works_on() {
        let ministry = MinistryCode::new("mlsp").ok();
        let own = Filter { ministry: ministry.clone(), open: Some(true), ..Filter::all() };
        let led = Filter { lead: ministry.clone(), open: Some(true), ..Filter::all() };
        assert_eq!(own.led_by_its_ministry(), Some(led));
        for other in [
            Filter::all(),
            Filter { lead: MinistryCode::new("mfa").ok(), ..own.clone() },
            Filter { question: Some("x".into()), ..own },
        ] {
            assert_eq!(other.led_by_its_ministry(), None);
        }
    }

    #[test]
    fn what_somebody_may_know_of_narrows_and_without_anything_there_is_nothing() {
        let ministry = MinistryCode::new("mlsp").ok();
        let own = |ministry| Filter { sight: Sight::Own { ministry, deputy: None }, ..Filter::all() };
        assert_eq!(Condition::of(&own(ministry.clone()), Way::Content).sql(), "true and (took_part @> $1)");
        assert_eq!(Condition::of(&own(ministry.clone()), Way::Days).sql(), "true and (took_part @> $1) is true");
        assert_eq!(
            Condition::of(&own(ministry.clone()), Way::Past).sql(),
            "true and (select register.took_part @> $1 from register where register.inquiry = past.inquiry) is true"
        );
        assert_eq!(Condition::of(&own(None), Way::Content).sql(), "true and false");
        assert_eq!(
            own(ministry.clone()).led_by_its_ministry(),
            Some(Filter { lead: ministry.clone(), ..Filter::all() })
        );
        let of_another = Filter { ministry: MinistryCode::new("mfa").ok(), ..own(ministry) };
        assert_eq!(of_another.led_by_its_ministry(), None);
        assert_eq!(own(None).led_by_its_ministry(), None);
    }

    #[test]
    fn what_a_ministry_owes_is_found_by_what_it_works_on() {
        let ministry = MinistryCode::new("mfa").unwrap();
        let day = jiff::civil::date(2023, 10, 2);
        let owes = Owes { ministry: ministry.clone(), from: Some(day), until: None };
        let filter = Filter { owes: Some(owes), ..Filter::all() };
        assert!(filter.asks_for_content());
        let condition = Condition::of(&filter, Way::Days);
        assert!(
            condition.sql().starts_with("true and (ministries @> $1) is true and open and on_control and stage = any")
        );
        assert!(
            condition.sql().contains("(lead = $2 and lead_due >= $3 or $2 <> all (handed_in)"),
            "{}",
            condition.sql()
        );
        assert_eq!(condition.values().len(), 3);
        let helps = Filter { co: Some(ministry), ..Filter::all() };
        assert_eq!(Condition::of(&helps, Way::Content).sql(), "true and (ministries @> $1) and lead <> $2");
        // A count of what somebody helps with is not answered by what they lead.
        assert_eq!(Filter { ministry: helps.co.clone(), ..helps }.led_by_its_ministry(), None);
    }

    #[test]
    fn only_what_is_contained_may_be_rare() {
        assert!(!Filter { open: Some(true), lead: MinistryCode::new("mlsp").ok(), ..Filter::all() }.asks_for_content());
        assert!(!Filter { question: Some("  ".into()), ..Filter::all() }.asks_for_content());
        assert!(Filter { question: Some("x".into()), ..Filter::all() }.asks_for_content());
    }
}
