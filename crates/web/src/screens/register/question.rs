//! What is asked of the register: read from an address, said as chips, and written into addresses again.

use actix_web::web;
use directory::{Language, MinistryCode, Role};
use jiff::civil::Date;
use readmodel::Sight;
use readmodel::register::{Filter, Order, Owes, Sought};
use serde::{Deserialize, Serialize};

use super::standing::Standing;
use crate::address::escaped;
use crate::moment::{self, Moment};
use crate::problem::Problem;
use crate::screens::fields::{self, say};
use crate::screens::names::Names;
use crate::speech::Words;
use crate::{Caller, api};

/// Where a lead is named: there is none yet.
const NOBODY: &str = "none";

/// The most characters of a search that are looked at.
const LONGEST: usize = 300;

/// An address as it was asked for. Empty fields of the form narrow nothing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Question {
    /// A number in any spelling, or words, longer ones by their beginnings.
    #[serde(default)]
    q: String,
    /// As [`Standing::code`] writes it.
    #[serde(default)]
    state: String,
    /// A ministry's code, or [`NOBODY`].
    #[serde(default)]
    lead: String,
    /// A ministry's code: where it is a co-executor.
    #[serde(default)]
    co: String,
    /// A ministry's code: where it owes a draft or a contribution.
    #[serde(default)]
    owes: String,
    /// Days between which that is due.
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// `all`: of every ministry, for whoever is shown the own one's at first.
    #[serde(default)]
    whose: String,
    /// `received`, or by the day it is due.
    #[serde(default)]
    order: String,
    /// Where the page begins, as the page before wrote it.
    #[serde(default)]
    pub after: String,
    /// The moment as of which it is asked.
    #[serde(flatten)]
    pub moment: moment::Asked,
}

/// Something that narrows, with the address that leads out of it.
#[derive(Debug, Serialize)]
pub(super) struct Chip {
    pub words: String,
    pub href: String,
}

/// A question that was understood.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub words: String,
    pub standing: Standing,
    pub lead: Option<MinistryCode>,
    /// Nobody leads it yet.
    pub unassigned: bool,
    pub co: Option<MinistryCode>,
    pub owes: Option<Owes>,
    /// The ministry whose inquiries whoever asks is shown at first, though others could be seen too; none for everybody else.
    pub own: Option<MinistryCode>,
    /// The others are wanted as well.
    pub of_all: bool,
    pub order: Order,
    /// As of when; none: as it stands. Every link of the page stays there.
    pub moment: Option<Moment>,
    /// What whoever asks may see at all.
    visible: Filter,
}

impl Question {
    /// From the query of an address.
    ///
    /// # Errors
    /// [`Problem::BadQuery`] for what is none.
    pub(super) fn of_query(query: &str) -> Result<Self, Problem> {
        let read = web::Query::<Self>::from_query(query);
        read.map(web::Query::into_inner).map_err(|error| Problem::BadQuery { hint: error.to_string() })
    }

    /// Understands it.
    ///
    /// # Errors
    /// [`Problem::BadParameter`] for a state or a ministry that cannot be.
    pub(super) fn read(&self, caller: &Caller) -> Result<Asked, Problem> {
        let visible = api::visible(caller);
        let unassigned = self.lead == NOBODY;
        let owes = ministry("owes", &self.owes)?;
        let (from, until) = (day("from", &self.from)?, day("until", &self.until)?);
        Ok(Asked {
            words: self.q.trim().chars().take(LONGEST).collect(),
            standing: Standing::read(&self.state)?,
            lead: if unassigned { None } else { ministry("lead", &self.lead)? },
            unassigned,
            co: ministry("co", &self.co)?,
            owes: owes.map(|ministry| Owes { ministry, from, until }),
            own: own(caller, &visible),
            of_all: self.whose == "all",
            order: if self.order == "received" { Order::Received } else { Order::Due },
            moment: None,
            visible,
        })
    }
}

fn ministry(name: &'static str, code: &str) -> Result<Option<MinistryCode>, Problem> {
    if code.is_empty() {
        return Ok(None);
    }
    MinistryCode::new(code).map(Some).map_err(|_| Problem::BadParameter {
        name,
        expected: Words::new(
            "Министрлікті тізімнен таңдаңыз.",
            "Выберите министерство из списка.",
            "Choose the ministry from the list.",
        ),
    })
}

fn day(name: &'static str, text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    fields::day(text).map(Some).ok_or_else(|| Problem::BadParameter {
        name,
        expected: Words::new(
            "Күнді 2023-09-20 түрінде жазыңыз.",
            "Укажите день в виде 2023-09-20.",
            "Write the day as 2023-09-20.",
        ),
    })
}

/// An executor works on what is the own ministry's, and sees this first where another role shows everything. A signatory signs for all.
fn own(caller: &Caller, visible: &Filter) -> Option<MinistryCode> {
    let actor = &caller.account.actor;
    actor.ministry.clone().filter(|_| visible.sight == Sight::Whole && !actor.has(Role::Signatory))
}

impl Asked {
    /// What it narrows to, but for where the inquiries stand: what the tiles count.
    pub(super) fn beside_standing(&self) -> Filter {
        let own = self.own.clone().filter(|_| !self.of_all);
        Filter {
            question: Some(self.words.clone()),
            lead: self.lead.clone(),
            unassigned: self.unassigned,
            co: self.co.clone(),
            owes: self.owes.clone(),
            ministry: own,
            ..self.visible.clone()
        }
    }

    /// What it narrows to, on this day.
    pub(super) fn filter(&self, today: Date) -> Filter {
        self.standing.narrow(self.beside_standing(), today)
    }

    /// The number that was typed; none: words, or nothing.
    pub(super) fn number(&self) -> Option<Sought> {
        Sought::of(&self.words)
    }

    /// Is more left out than what whoever asks may not see?
    pub(super) fn is_narrowed(&self) -> bool {
        !self.words.is_empty()
            || self.standing != Standing::Any
            || self.lead.is_some()
            || self.unassigned
            || self.co.is_some()
            || self.owes.is_some()
    }

    /// The same question of a moment, or of the present.
    pub(super) fn seen_at(self, moment: Option<Moment>) -> Self {
        Self { moment, ..self }
    }

    /// The same question of the present.
    pub(super) fn present(&self) -> Self {
        self.clone().seen_at(None)
    }

    /// The question as the query of an address: a view is always of the present.
    pub(super) fn query(&self) -> String {
        let address = self.present().address("", None);
        address.strip_prefix('?').unwrap_or(&address).to_owned()
    }

    /// The same question at another place: an address.
    pub(super) fn address(&self, path: &str, after: Option<&str>) -> String {
        let pairs = self.pairs(after);
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = said.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// The question as names and values; what is empty narrows nothing.
    pub(super) fn pairs(&self, after: Option<&str>) -> Vec<(&'static str, String)> {
        let received = if self.order == Order::Received { "received" } else { "" };
        let whose = if self.of_all && self.own.is_some() { "all" } else { "" };
        let code = |ministry: Option<&MinistryCode>| ministry.map(ToString::to_string).unwrap_or_default();
        let lead = if self.unassigned { NOBODY.to_owned() } else { code(self.lead.as_ref()) };
        let mut pairs = vec![("q", self.words.clone()), ("state", self.standing.code().to_owned()), ("lead", lead)];
        pairs.extend(self.beside_the_form());
        pairs.extend([("whose", whose.to_owned()), ("order", received.to_owned())]);
        pairs.push(("after", after.unwrap_or_default().to_owned()));
        pairs
    }

    /// What narrows and has no field in the form: it stays while other things are asked for.
    pub(super) fn beside_the_form(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.co.as_ref().map(|co| ("co", co.to_string())));
        if let Some(Owes { ministry, from, until }) = &self.owes {
            pairs.push(("owes", ministry.to_string()));
            pairs.extend(from.map(|day| ("from", day.to_string())));
            pairs.extend(until.map(|day| ("until", day.to_string())));
        }
        pairs.extend(self.moment.map(|moment| ("as_of", moment.text())));
        pairs
    }

    /// The same list where inquiries stand otherwise.
    pub(super) fn at(&self, standing: Standing) -> Self {
        Self { standing, ..self.clone() }
    }

    /// The same list of the own ministry, for whoever looks at that of all.
    pub(super) fn own_again(&self) -> Option<Self> {
        self.own.as_ref().filter(|_| self.of_all).map(|_| Self { of_all: false, ..self.clone() })
    }

    /// What narrows, each with the way out.
    pub(super) fn chips(&self, names: &Names, language: Language) -> Vec<Chip> {
        let chip = |words: String, without: Self| Chip { words, href: without.address("/inquiries", None) };
        let mut chips = Vec::new();
        if !self.words.is_empty() {
            chips.push(chip(format!("«{}»", self.words), Self { words: String::new(), ..self.clone() }));
        }
        if self.standing != Standing::Any {
            chips.push(chip(self.standing.words(language), self.at(Standing::Any)));
        }
        if let Some(lead) = &self.lead {
            let short = names.ministry(lead, language).short;
            let words = say(language, "негізгі орындаушы:", "головной исполнитель:", "lead:");
            chips.push(chip(format!("{words} {short}"), Self { lead: None, ..self.clone() }));
        }
        if self.unassigned {
            let words = say(language, "орындаушысы жоқ", "исполнитель не назначен", "no lead yet");
            chips.push(chip(words, Self { unassigned: false, ..self.clone() }));
        }
        if let Some(co) = &self.co {
            let short = names.ministry(co, language).short;
            let words = say(language, "бірлесіп орындаушы:", "соисполнитель:", "co-executor:");
            chips.push(chip(format!("{words} {short}"), Self { co: None, ..self.clone() }));
        }
        if let Some(owes) = &self.owes {
            chips.push(chip(owed(names, owes, language), Self { owes: None, ..self.clone() }));
        }
        if let Some(own) = self.own.as_ref().filter(|_| !self.of_all) {
            let short = names.ministry(own, language).short;
            let words = say(language, "өз министрлігім:", "моё министерство:", "my ministry:");
            chips.push(chip(format!("{words} {short}"), Self { of_all: true, ..self.clone() }));
        }
        chips
    }
}

/// «ждём от МИД: с 09.10.2023 по 15.10.2023»
fn owed(names: &Names, owes: &Owes, language: Language) -> String {
    let short = names.ministry(&owes.ministry, language).short;
    let day = |day: Date| day.strftime("%d.%m.%Y").to_string();
    let words = match language {
        Language::Kk => format!("{short} жобасы не ұсынысы күтіледі"),
        Language::Ru => format!("ждём проект или предложение: {short}"),
        Language::En => format!("draft or contribution awaited: {short}"),
    };
    match (owes.from.map(day), owes.until.map(day), language) {
        (None, None, _) => words,
        (Some(from), Some(until), _) => format!("{words}, {from}–{until}"),
        (Some(from), None, Language::Kk) => format!("{words}, {from} бастап"),
        (Some(from), None, Language::Ru) => format!("{words}, с {from}"),
        (Some(from), None, Language::En) => format!("{words}, from {from}"),
        (None, Some(until), Language::Kk) => format!("{words}, {until} дейін"),
        (None, Some(until), Language::Ru) => format!("{words}, по {until}"),
        (None, Some(until), Language::En) => format!("{words}, until {until}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            words: String::new(),
            standing: Standing::Any,
            lead: None,
            unassigned: false,
            co: None,
            owes: None,
            own: None,
            of_all: true,
            order: Order::Due,
            moment: None,
            visible: Filter::all(),
        }
    }

    #[test]
    fn an_address_carries_the_whole_question_and_nothing_empty() {
        assert_eq!(asked().address("/inquiries", None), "/inquiries");
        let whole = Asked {
            words: "ДС 326&x".into(),
            standing: Standing::Overdue,
            lead: MinistryCode::new("mlsp").ok(),
            own: MinistryCode::new("mfa").ok(),
            co: MinistryCode::new("moj").ok(),
            owes: MinistryCode::new("mof").ok().map(|ministry| Owes {
                ministry,
                from: None,
                until: Some(jiff::civil::date(2023, 10, 3)),
            }),
            order: Order::Received,
            ..asked()
        };
        assert_eq!(
            whole.address("/inquiries", Some("a")),
            "/inquiries?q=%D0%94%D0%A1%20326%26x&state=overdue&lead=mlsp&co=moj&owes=mof&until=2023-10-03&whose=all&order=received&after=a"
        );
        // The form of the page sends what it has no field for along.
        assert_eq!(whole.beside_the_form().len(), 3);
        assert_eq!(Asked { unassigned: true, ..asked() }.address("/inquiries", None), "/inquiries?lead=none");
    }

    #[test]
    fn what_somebody_may_not_see_no_question_brings_back() {
        let mine = MinistryCode::new("mfa").ok();
        let sight = Sight::Own { ministry: mine.clone(), deputy: None };
        let visible = Filter { sight: sight.clone(), ..Filter::all() };
        let asked = Asked { visible, lead: MinistryCode::new("mlsp").ok(), ..asked() };
        assert_eq!(asked.beside_standing().sight, sight);
        let own = Asked { own: mine.clone(), of_all: false, visible: Filter::all(), ..asked };
        assert_eq!(own.beside_standing().ministry, mine);
        assert_eq!(Asked { of_all: true, ..own }.beside_standing().ministry, None);
    }
}
