//! From the tables' text to records. Each table's columns are the fields of its row here; the heading must name them all.

use csv::StringRecord;
use jiff::civil::Date;
use serde::Deserialize;

use super::{DatedRule, Directory, check};
use crate::authority::{ActingOrder, Ground};
use crate::calendar::WorkingCalendar;
use crate::chamber::{Chamber, Convocation};
use crate::columns::{Codes, row};
use crate::deadline::{InnerRule, Length, Policy, Rule};
use crate::deputy::Deputy;
use crate::faction::Faction;
use crate::ids::{ChamberCode, DeputyId, FactionCode, Iin, MinistryCode, OfficeCode, PersonId, TopicCode};
use crate::ministry::Ministry;
use crate::office::{Holder, Office};
use crate::period::{Minute, Period, Term};
use crate::search;
use crate::series::{NumberFormat, NumberSeries, Purpose, Scope};
use crate::table::{DataError, Fault, rows};
use crate::text::Multilingual;
use crate::topic::Topic;

/// The text of every table (CSV, RFC 4180, UTF-8).
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// `data/ministries.csv`
    pub ministries: &'a str,
    /// `data/factions.csv`
    pub factions: &'a str,
    /// `data/chambers.csv`
    pub chambers: &'a str,
    /// `data/convocations.csv`
    pub convocations: &'a str,
    /// `data/deputies.csv`
    pub deputies: &'a str,
    /// `data/offices.csv`
    pub offices: &'a str,
    /// `data/office-holders.csv`
    pub holders: &'a str,
    /// `data/number-series.csv`
    pub series: &'a str,
    /// `data/deadline-rules.csv`
    pub rules: &'a str,
    /// `data/topics.csv`
    pub topics: &'a str,
    /// `data/calendar-kz.csv`
    pub calendar: &'a str,
}

impl Sources<'static> {
    /// The tables that are compiled into this crate.
    #[must_use]
    pub const fn embedded() -> Self {
        Self {
            ministries: include_str!("../../data/ministries.csv"),
            factions: include_str!("../../data/factions.csv"),
            chambers: include_str!("../../data/chambers.csv"),
            convocations: include_str!("../../data/convocations.csv"),
            deputies: include_str!("../../data/deputies.csv"),
            offices: include_str!("../../data/offices.csv"),
            holders: include_str!("../../data/office-holders.csv"),
            series: include_str!("../../data/number-series.csv"),
            rules: include_str!("../../data/deadline-rules.csv"),
            topics: include_str!("../../data/topics.csv"),
            calendar: include_str!("../../data/calendar-kz.csv"),
        }
    }
}

pub(super) fn directory(sources: &Sources<'_>) -> Result<Directory, DataError> {
    let mut faults = Vec::new();
    let ministries = take("ministries", sources.ministries, &mut faults, MinistryRow::record);
    let factions = take("factions", sources.factions, &mut faults, FactionRow::record);
    let chambers = take("chambers", sources.chambers, &mut faults, ChamberRow::record);
    let convocations = take("convocations", sources.convocations, &mut faults, ConvocationRow::record);
    let deputies = take("deputies", sources.deputies, &mut faults, DeputyRow::record);
    let offices = take("offices", sources.offices, &mut faults, OfficeRow::record);
    let holders = take("office holders", sources.holders, &mut faults, HolderRow::record);
    let series = take("number series", sources.series, &mut faults, SeriesRow::record);
    let rules = take("deadline rules", sources.rules, &mut faults, RuleRow::record);
    let topics = take("topics", sources.topics, &mut faults, TopicRow::record);
    let calendar = WorkingCalendar::from_csv("kz", sources.calendar);
    check::Tables {
        ministries: &ministries,
        factions: &factions,
        chambers: &chambers,
        convocations: &convocations,
        deputies: &deputies,
        offices: &offices,
        holders: &holders,
        series: &series,
        rules: &rules,
        topics: &topics,
    }
    .check(&mut faults);
    let calendar = match calendar {
        Ok(calendar) if faults.is_empty() => calendar,
        Ok(_) => return Err(DataError { faults }),
        Err(error) => {
            faults.extend(error.faults);
            return Err(DataError { faults });
        }
    };
    Ok(Directory {
        ministries: bare(ministries),
        factions: bare(factions),
        chambers: bare(chambers),
        convocations: bare(convocations),
        deputies: bare(deputies),
        offices: bare(offices),
        holders: bare(holders),
        series: bare(series),
        rules: bare(rules),
        topics: bare(topics),
        calendar,
    })
}

/// The ministry of one row of a table; none where a cell does not hold what its column is for.
pub(crate) fn ministry(headings: &StringRecord, row: &StringRecord) -> Option<Ministry> {
    row.deserialize::<MinistryRow>(Some(headings)).ok()?.record().ok()
}

/// The deputy of one row of a table; none where a cell does not hold what its column is for.
pub(crate) fn deputy(headings: &StringRecord, row: &StringRecord) -> Option<Deputy> {
    row.deserialize::<DeputyRow>(Some(headings)).ok()?.record().ok()
}

/// Records with the lines they stand on, so that a fault found later can still name its line.
pub(crate) type Lined<T> = Vec<(u64, T)>;

fn bare<T>(lined: Lined<T>) -> Vec<T> {
    lined.into_iter().map(|(_, record)| record).collect()
}

fn take<R, T>(
    table: &'static str,
    text: &str,
    faults: &mut Vec<Fault>,
    record: impl Fn(R) -> Result<T, String>,
) -> Lined<T>
where
    R: serde::de::DeserializeOwned,
{
    let mut taken = Vec::new();
    for (line, row) in rows::<R>(table, text, faults) {
        match record(row) {
            Ok(record) => taken.push((line, record)),
            Err(reason) => faults.push(Fault::new(table, line, reason)),
        }
    }
    taken
}

/// Codes in one cell, with spaces between them.
fn codes<C: TryFrom<String>>(cell: &str) -> Result<Vec<C>, String> {
    let read = |code: &str| C::try_from(code.to_owned()).map_err(|_| format!("{code:?} is no code"));
    cell.split_whitespace().map(read).collect()
}

row! {
    pub(crate) struct MinistryRow {
        code: MinistryCode,
        name_kk: String,
        name_ru: String,
        name_en: Option<String>,
        short_kk: String,
        short_ru: String,
        short_en: Option<String>,
        valid_from: Option<Date>,
        valid_until: Option<Date>,
        predecessors: Codes,
    }
}

impl MinistryRow {
    fn record(self) -> Result<Ministry, String> {
        Ok(Ministry {
            code: self.code,
            name: Multilingual::new(self.name_kk, self.name_ru, self.name_en),
            abbreviation: Multilingual::new(self.short_kk, self.short_ru, self.short_en),
            period: Period { from: self.valid_from, until: self.valid_until },
            predecessors: codes(&self.predecessors.0)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactionRow {
    code: FactionCode,
    chamber: ChamberCode,
    convocation: u8,
    name_kk: String,
    name_ru: String,
    name_en: Option<String>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl FactionRow {
    fn record(self) -> Result<Faction, String> {
        Ok(Faction {
            code: self.code,
            chamber: self.chamber,
            convocation: self.convocation,
            name: Multilingual::new(self.name_kk, self.name_ru, self.name_en),
            period: Period { from: self.valid_from, until: self.valid_until },
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChamberRow {
    code: ChamberCode,
    name_kk: String,
    name_ru: String,
    name_en: Option<String>,
    addressee_kk: String,
    addressee_ru: String,
    addressee_en: Option<String>,
    list_title_kk: String,
    list_title_ru: String,
    list_title_en: Option<String>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
    planned: bool,
    predecessors: String,
}

impl ChamberRow {
    fn record(self) -> Result<Chamber, String> {
        Ok(Chamber {
            code: self.code,
            name: Multilingual::new(self.name_kk, self.name_ru, self.name_en),
            addressee: Multilingual::new(self.addressee_kk, self.addressee_ru, self.addressee_en),
            list_title: Multilingual::new(self.list_title_kk, self.list_title_ru, self.list_title_en),
            period: Period { from: self.valid_from, until: self.valid_until },
            planned: self.planned,
            predecessors: codes(&self.predecessors)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConvocationRow {
    chamber: ChamberCode,
    number: u8,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl ConvocationRow {
    fn record(self) -> Result<Convocation, String> {
        let period = Period { from: self.valid_from, until: self.valid_until };
        Ok(Convocation { chamber: self.chamber, number: self.number, period })
    }
}

row! {
    pub(crate) struct DeputyRow {
        id: DeputyId,
        name_kk: String,
        name_ru: String,
        name_en: Option<String>,
        dative_kk: Option<String>,
        dative_ru: Option<String>,
        email: String,
        chamber: ChamberCode,
        faction: Option<FactionCode>,
        single_mandate: bool,
        mandate_from: Option<Date>,
        mandate_until: Option<Date>,
    }
}

impl DeputyRow {
    fn record(self) -> Result<Deputy, String> {
        Ok(Deputy {
            id: self.id,
            dative: match (self.dative_kk, self.dative_ru) {
                (Some(kk), Some(ru)) => Some(Multilingual::new(kk, ru, None)),
                (None, None) => None,
                _ => return Err("a name in the dative is given in both languages or in none".to_owned()),
            },
            name: Multilingual::new(self.name_kk, self.name_ru, self.name_en),
            email: self.email,
            chamber: self.chamber,
            faction: self.faction,
            single_mandate: self.single_mandate,
            mandate: Period { from: self.mandate_from, until: self.mandate_until },
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeRow {
    code: OfficeCode,
    ministry: Option<MinistryCode>,
    name_kk: String,
    name_ru: String,
    name_en: Option<String>,
    post_kk: String,
    post_ru: String,
    post_en: Option<String>,
    acting_kk: String,
    acting_ru: String,
    acting_en: Option<String>,
}

impl OfficeRow {
    fn record(self) -> Result<Office, String> {
        Ok(Office {
            code: self.code,
            ministry: self.ministry,
            name: Multilingual::new(self.name_kk, self.name_ru, self.name_en),
            post: Multilingual::new(self.post_kk, self.post_ru, self.post_en),
            acting_post: Multilingual::new(self.acting_kk, self.acting_ru, self.acting_en),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolderRow {
    office: OfficeCode,
    person: PersonId,
    name_kk: String,
    name_ru: String,
    name_en: Option<String>,
    iin: Option<Iin>,
    acting: bool,
    order_number: Option<String>,
    order_dated: Option<Date>,
    deputy: Option<DeputyId>,
    valid_from: Option<Minute>,
    valid_until: Option<Minute>,
}

impl HolderRow {
    fn record(self) -> Result<Holder, String> {
        let order = match (self.order_number, self.order_dated) {
            (Some(number), Some(dated)) => Some(ActingOrder { number, dated }),
            (None, None) => None,
            _ => return Err("an order has a number and a date".to_owned()),
        };
        let ground = match (self.acting, order) {
            (true, order) => Ground::Acts { order },
            (false, None) => Ground::Holds,
            (false, Some(_)) => return Err("whoever holds an office needs no order to act in it".to_owned()),
        };
        Ok(Holder {
            office: self.office,
            person: self.person,
            name: Multilingual::new(self.name_kk, self.name_ru, self.name_en),
            iin: self.iin,
            ground,
            deputy: self.deputy,
            term: Term { from: self.valid_from.map(|at| at.0), until: self.valid_until.map(|at| at.0) },
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesRow {
    purpose: Purpose,
    format: NumberFormat,
    scope: Scope,
    first: i64,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl SeriesRow {
    fn record(self) -> Result<NumberSeries, String> {
        if self.first < 1 {
            return Err(format!("a series begins with 1 or more, not with {}", self.first));
        }
        let period = Period { from: self.valid_from, until: self.valid_until };
        Ok(NumberSeries { purpose: self.purpose, format: self.format, scope: self.scope, first: self.first, period })
    }
}

/// The units a rule in the settings can count in; a named day belongs to one paper and never to a rule.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Months,
    WorkingDays,
    CalendarDays,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    code: String,
    unit: Unit,
    count: u8,
    policy: Policy,
    minimum_working_days: u16,
    law_kk: String,
    law_ru: String,
    law_en: Option<String>,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl RuleRow {
    fn record(self) -> Result<DatedRule, String> {
        if self.count == 0 {
            return Err("a deadline runs for at least one day".to_owned());
        }
        let length = match self.unit {
            Unit::Months => Length::Months { count: self.count },
            Unit::WorkingDays => Length::WorkingDays { count: self.count.into() },
            Unit::CalendarDays => Length::CalendarDays { count: self.count.into() },
        };
        let law = Multilingual::new(self.law_kk, self.law_ru, self.law_en);
        let rule = Rule { code: self.code, length, policy: self.policy, law };
        Ok(DatedRule {
            rule: InnerRule { rule, minimum_working_days: self.minimum_working_days },
            period: Period { from: self.valid_from, until: self.valid_until },
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicRow {
    code: TopicCode,
    name_kk: String,
    name_ru: String,
    name_en: Option<String>,
    words: String,
    valid_from: Option<Date>,
    valid_until: Option<Date>,
}

impl TopicRow {
    fn record(self) -> Result<Topic, String> {
        let words: Vec<String> = self.words.split_whitespace().map(str::to_owned).collect();
        if let Some(word) = words.iter().find(|word| search::fold(word) != **word) {
            return Err(format!("{word:?} is not written in small letters that a Russian keyboard has"));
        }
        let period = Period { from: self.valid_from, until: self.valid_until };
        Ok(Topic { code: self.code, name: Multilingual::new(self.name_kk, self.name_ru, self.name_en), words, period })
    }
}
