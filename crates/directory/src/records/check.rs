//! What no single row can say: codes that must exist elsewhere, records that must not be in force together, names that must be there.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::DatedRule;
use super::read::Lined;
use crate::chamber::{Chamber, Convocation};
use crate::deputy::Deputy;
use crate::faction::Faction;
use crate::ministry::Ministry;
use crate::office::{Holder, Office};
use crate::period::{Period, Term};
use crate::series::NumberSeries;
use crate::table::{Fault, is_plain};
use crate::text::Multilingual;
use crate::topic::Topic;

/// The rules that the program asks for by name.
const RULES: [&str; 4] = ["reply", "inner", "draft", "extension"];

pub(super) struct Tables<'a> {
    pub(super) ministries: &'a Lined<Ministry>,
    pub(super) factions: &'a Lined<Faction>,
    pub(super) chambers: &'a Lined<Chamber>,
    pub(super) convocations: &'a Lined<Convocation>,
    pub(super) deputies: &'a Lined<Deputy>,
    pub(super) offices: &'a Lined<Office>,
    pub(super) holders: &'a Lined<Holder>,
    pub(super) series: &'a Lined<NumberSeries>,
    pub(super) rules: &'a Lined<DatedRule>,
    pub(super) topics: &'a Lined<Topic>,
}

impl Tables<'_> {
    pub(super) fn check(&self, faults: &mut Vec<Fault>) {
        self.ministries(&mut Findings { table: "ministries", faults });
        self.chambers(&mut Findings { table: "chambers", faults });
        self.convocations(&mut Findings { table: "convocations", faults });
        self.factions(&mut Findings { table: "factions", faults });
        self.deputies(&mut Findings { table: "deputies", faults });
        self.offices(&mut Findings { table: "offices", faults });
        self.holders(&mut Findings { table: "office holders", faults });
        let series = &mut Findings { table: "number series", faults };
        series.one_at_a_time(self.series, |s| s.purpose.code(), |s| s.period);
        self.rules(&mut Findings { table: "deadline rules", faults });
        self.topics(&mut Findings { table: "topics", faults });
    }

    fn ministries(&self, findings: &mut Findings<'_>) {
        let known = keys(self.ministries, |m| &m.code);
        for (line, ministry) in self.ministries {
            findings.named(*line, &[&ministry.name, &ministry.abbreviation]);
            for predecessor in &ministry.predecessors {
                findings.known(*line, &known, predecessor, "ministry");
                if *predecessor == ministry.code {
                    findings.add(*line, format!("{predecessor} is named as its own predecessor"));
                }
            }
        }
        findings.one_at_a_time(self.ministries, |m| &m.code, |m| m.period);
    }

    fn topics(&self, findings: &mut Findings<'_>) {
        for (line, topic) in self.topics {
            findings.named(*line, &[&topic.name]);
        }
        findings.one_at_a_time(self.topics, |t| &t.code, |t| t.period);
    }

    fn chambers(&self, findings: &mut Findings<'_>) {
        let known = keys(self.chambers, |c| &c.code);
        for (line, chamber) in self.chambers {
            findings.named(*line, &[&chamber.name, &chamber.addressee, &chamber.list_title]);
            for predecessor in &chamber.predecessors {
                findings.known(*line, &known, predecessor, "chamber");
            }
        }
        findings.once(self.chambers, |c| &c.code);
        findings.one_at_a_time(self.chambers, |c| &c.code, |c| c.period);
    }

    fn convocations(&self, findings: &mut Findings<'_>) {
        let chambers = keys(self.chambers, |c| &c.code);
        for (line, convocation) in self.convocations {
            findings.known(*line, &chambers, &convocation.chamber, "chamber");
        }
        findings.one_at_a_time(self.convocations, |c| &c.chamber, |c| c.period);
    }

    fn factions(&self, findings: &mut Findings<'_>) {
        let convocations: BTreeSet<_> = self.convocations.iter().map(|(_, c)| (&c.chamber, c.number)).collect();
        for (line, faction) in self.factions {
            findings.named(*line, &[&faction.name]);
            if !convocations.contains(&(&faction.chamber, faction.convocation)) {
                findings.add(*line, format!("{} has no convocation {}", faction.chamber, faction.convocation));
            }
        }
        findings.one_at_a_time(self.factions, |f| &f.code, |f| f.period);
    }

    fn deputies(&self, findings: &mut Findings<'_>) {
        let chambers = keys(self.chambers, |c| &c.code);
        let factions = keys(self.factions, |f| &f.code);
        for (line, deputy) in self.deputies {
            findings.named(*line, &[&deputy.name]);
            findings.known(*line, &chambers, &deputy.chamber, "chamber");
            if let Some(faction) = &deputy.faction {
                findings.known(*line, &factions, faction, "faction");
            }
            if !is_address(&deputy.email) {
                findings.add(*line, format!("{:?} is no mail address", deputy.email));
            }
        }
        findings.one_at_a_time(self.deputies, |d| d.id, |d| d.mandate);
    }

    fn offices(&self, findings: &mut Findings<'_>) {
        let ministries = keys(self.ministries, |m| &m.code);
        for (line, office) in self.offices {
            findings.named(*line, &[&office.name, &office.post, &office.acting_post]);
            if let Some(ministry) = &office.ministry {
                findings.known(*line, &ministries, ministry, "ministry");
            }
        }
        findings.once(self.offices, |o| &o.code);
    }

    fn holders(&self, findings: &mut Findings<'_>) {
        let offices = keys(self.offices, |o| &o.code);
        let deputies: BTreeSet<_> = self.deputies.iter().map(|(_, d)| d.id).collect();
        for (line, holder) in self.holders {
            findings.named(*line, &[&holder.name]);
            findings.known(*line, &offices, &holder.office, "office");
            if let Some(deputy) = holder.deputy.filter(|deputy| !deputies.contains(deputy)) {
                findings.add(*line, format!("no deputy {deputy} is known"));
            }
        }
        // Somebody may act while the holder is away, so the two kinds are held against their own kind.
        let key = |h: &Holder| format!("{}{}", h.office, if h.ground.is_acting() { ", acting" } else { "" });
        findings.one_at_a_time(self.holders, key, |h| h.term);
        self.acting(findings);
        self.numbers_of_persons(findings);
    }

    fn acting(&self, findings: &mut Findings<'_>) {
        for (line, holder) in self.holders {
            let Some(order) = holder.ground.order() else { continue };
            if !is_plain(&order.number) {
                findings.add(*line, format!("{:?} is no number of an order", order.number));
            }
            if holder.term.from.is_none_or(|from| from.date() < order.dated) {
                findings.add(*line, format!("the order of {} gives no right before that day", order.dated));
            }
        }
        // What they sign would say one thing, and the directory another.
        let by = |acting: bool| self.holders.iter().filter(move |(_, holder)| holder.ground.is_acting() == acting);
        for (line, acting) in by(true) {
            let own = |holder: &Holder| (&holder.office, holder.person) == (&acting.office, acting.person);
            if let Some((other, _)) = by(false).find(|(_, known)| own(known) && known.term.overlaps(&acting.term)) {
                findings
                    .add(*line, format!("{} acts for themselves: they hold the office by line {other}", acting.person));
            }
        }
    }

    /// One number for one person: a certificate is known by it.
    fn numbers_of_persons(&self, findings: &mut Findings<'_>) {
        for (nth, (line, holder)) in self.holders.iter().enumerate() {
            for (first, earlier) in &self.holders[..nth] {
                let both = holder.iin.is_some() && earlier.iin.is_some();
                if both && (holder.iin == earlier.iin) != (holder.person == earlier.person) {
                    findings.add(*line, format!("the identification number does not fit that of line {first}"));
                }
            }
        }
    }

    fn rules(&self, findings: &mut Findings<'_>) {
        for (line, DatedRule { rule, .. }) in self.rules {
            findings.named(*line, &[&rule.rule.law]);
            if !RULES.contains(&rule.rule.code.as_str()) {
                findings
                    .add(*line, format!("no rule is called {:?}; the rules are {}", rule.rule.code, RULES.join(", ")));
            }
        }
        for code in RULES {
            if !self.rules.iter().any(|(_, dated)| dated.rule.rule.code == code) {
                findings.add(1, format!("the rule {code} is missing"));
            }
        }
        findings.one_at_a_time(self.rules, |d| d.rule.rule.code.clone(), |d| d.period);
    }
}

fn keys<'a, T, K: Ord + ?Sized>(lined: &'a Lined<T>, key: impl Fn(&'a T) -> &'a K) -> BTreeSet<&'a K> {
    lined.iter().map(|(_, record)| key(record)).collect()
}

/// A mailbox at a host, as plain as a directory keeps it; the dispatcher parses addresses by RFC 5321.
pub(crate) fn is_address(text: &str) -> bool {
    let plain =
        text.len() <= 254 && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ',' | ';' | '"'));
    plain
        && text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
        })
}

/// What a record is in force for.
trait Span {
    fn is_empty(&self) -> bool;
    fn overlaps(&self, other: &Self) -> bool;
}

impl Span for Period {
    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }

    fn overlaps(&self, other: &Self) -> bool {
        Self::overlaps(self, other)
    }
}

impl Span for Term {
    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }

    fn overlaps(&self, other: &Self) -> bool {
        Self::overlaps(self, other)
    }
}

struct Findings<'a> {
    table: &'static str,
    faults: &'a mut Vec<Fault>,
}

impl Findings<'_> {
    fn add(&mut self, line: u64, reason: String) {
        self.faults.push(Fault::new(self.table, line, reason));
    }

    fn named(&mut self, line: u64, texts: &[&Multilingual]) {
        for spelling in texts.iter().flat_map(|text| text.spellings()) {
            if !is_plain(spelling) {
                self.add(
                    line,
                    format!("{spelling:?} is no name: empty, too long, or with stray spaces or invisible characters"),
                );
            }
        }
    }

    fn known<K: Ord + Display>(&mut self, line: u64, known: &BTreeSet<&K>, code: &K, what: &str) {
        if !known.contains(code) {
            self.add(line, format!("no {what} {code} is known"));
        }
    }

    fn once<'t, T, K: PartialEq + Display>(&mut self, lined: &'t Lined<T>, key: impl Fn(&'t T) -> K) {
        for (nth, (line, record)) in lined.iter().enumerate() {
            if let Some((first, _)) = lined[..nth].iter().find(|(_, earlier)| key(earlier) == key(record)) {
                self.add(*line, format!("{} stands on line {first} already", key(record)));
            }
        }
    }

    fn one_at_a_time<'t, T, K: PartialEq + Display, S: Span>(
        &mut self,
        lined: &'t Lined<T>,
        key: impl Fn(&'t T) -> K,
        span: impl Fn(&T) -> S,
    ) {
        for (nth, (line, record)) in lined.iter().enumerate() {
            if span(record).is_empty() {
                self.add(*line, format!("{} ends before it begins", key(record)));
            }
            for (first, earlier) in &lined[..nth] {
                if key(earlier) == key(record) && span(earlier).overlaps(&span(record)) {
                    self.add(*line, format!("{} is in force at the same time as line {first}", key(record)));
                }
            }
        }
    }
}
