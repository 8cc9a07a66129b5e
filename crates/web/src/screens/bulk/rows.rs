//! The inquiries of a form for several: which were chosen, to which of them it can happen, and why not to the others.

use directory::{Actor, Language, MinistryCode};
use inquiry::allowed::gate;
use inquiry::duty::Owing;
use inquiry::refusal::Refusal;
use inquiry::state::{Assignment, ExtensionAsked, Watch};
use inquiry::{Dossier, InquiryId};
use jiff::civil::Date;

use serde::Serialize;

use super::{Line, MOST, MOST_LINES, REST, What};
use crate::address::query;
use crate::office::seeing;
use crate::problem::Problem;
use crate::screens::commands::owing_words;
use crate::screens::fields::{Typed, say};
use crate::screens::wording;
use crate::state::AppState;

/// An inquiry that was chosen: from the worklist by its id alone, from a form of ours as the form showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub id: InquiryId,
    /// The version that the form showed.
    pub version: Option<u64>,
    /// What is this line's own.
    pub own: Option<Own>,
}

/// What a line of the form has beside its inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Own {
    /// The day until which it is to be extended.
    Until(Date),
    /// The ministry that is to be reminded.
    Ministry(MinistryCode),
}

impl std::fmt::Display for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Until(until) => until.fmt(f),
            Self::Ministry(ministry) => ministry.fmt(f),
        }
    }
}

impl std::str::FromStr for Own {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        // No ministry's code begins with a digit.
        if let Ok(day) = text.parse() {
            return Ok(Self::Until(day));
        }
        MinistryCode::new(text).map(Self::Ministry).map_err(|_| ())
    }
}

impl Chosen {
    pub(super) const fn of(id: InquiryId) -> Self {
        Self { id, version: None, own: None }
    }

    /// From a form's value: id, version, and what is its own where there is something.
    pub(super) fn read(value: &str) -> Result<Self, Problem> {
        let mut parts = value.split(' ');
        let (id, version, own) = (parts.next(), parts.next(), parts.next());
        let read = || {
            let own = own.map(|own| own.parse().ok()).map_or(Some(None), |own: Option<Own>| own.map(Some))?;
            Some(Self { id: id?.parse().ok()?, version: Some(version?.parse().ok()?), own })
        };
        read().ok_or_else(Self::unread)
    }

    pub(super) fn unread() -> Problem {
        Problem::BadForm { hint: "the form does not say which inquiries it is about".to_owned() }
    }
}

/// A line to which it can happen: an inquiry, or a ministry of one.
pub(super) struct Candidate {
    id: InquiryId,
    pub number: String,
    subject: String,
    version: u64,
    due: Option<Date>,
    /// The clock of its reply, while it runs.
    pub watch: Option<Watch>,
    own: Happening,
}

/// What would happen to it beside what happens to all.
enum Happening {
    Nothing,
    /// These executors would be replaced.
    Replaced(Assignment),
    Extended(ExtensionAsked),
    Reminded(Owing),
}

impl Candidate {
    /// What the form says back.
    pub(super) fn value(&self) -> String {
        let Self { id, version, .. } = self;
        match &self.own {
            Happening::Nothing | Happening::Replaced(_) => format!("{id} {version}"),
            Happening::Extended(asked) => format!("{id} {version} {}", asked.until),
            Happening::Reminded(owing) => format!("{id} {version} {}", owing.ministry),
        }
    }

    /// Who would be reminded of what.
    pub(super) const fn owing(&self) -> Option<&Owing> {
        match &self.own {
            Happening::Reminded(owing) => Some(owing),
            Happening::Nothing | Happening::Replaced(_) | Happening::Extended(_) => None,
        }
    }

    /// Has it executors whose place others would take?
    pub(super) const fn replaces(&self) -> bool {
        matches!(self.own, Happening::Replaced(_))
    }

    /// What stands beside its box.
    pub(super) fn label(&self, state: &AppState, language: Language) -> String {
        let day = |day: Date| day.strftime("%d.%m.%Y").to_string();
        let mut label = format!("{} · {}", self.number, self.subject);
        if let Happening::Reminded(owing) = &self.own {
            return format!("{label} → {}", owing_words(state, owing, language));
        }
        if let Some(due) = self.due {
            let words = say(language, "мерзімі", "срок", "due");
            label = format!("{label} · {words} {}", day(due));
        }
        if let Happening::Replaced(assignment) = &self.own {
            label = format!("{label} · {}", executors(state, assignment, language));
        }
        if let Happening::Extended(asked) = &self.own {
            let words = say(language, "сұралғаны:", "запрошено до", "asked until");
            label = format!("{label} → {words} {}: {}", day(asked.until), asked.ground);
        }
        label
    }
}

/// The lead and the co-executors, by their short names.
fn executors(state: &AppState, assignment: &Assignment, language: Language) -> String {
    let short = |code: &MinistryCode| wording::ministry(state, code, language).short;
    let lead = format!(
        "{} {}",
        say(language, "негізгі орындаушы:", "головной исполнитель:", "lead:"),
        short(&assignment.lead)
    );
    if assignment.co_executors.is_empty() {
        return lead;
    }
    let co: Vec<String> = assignment.co_executors.iter().map(|co| short(&co.ministry)).collect();
    format!("{lead}; {} {}", say(language, "бірлесіп орындаушылар:", "соисполнители:", "co-executors:"), co.join(", "))
}

/// The chosen, parted.
pub(super) struct Parted {
    /// Those to which it can happen.
    pub can: Vec<Candidate>,
    /// Those to which it cannot, with the reason.
    pub cannot: Vec<Line>,
    /// Those for which one form has no room; nobody has looked at them.
    pub rest: Vec<InquiryId>,
}

/// The chosen that have no room in a form, as the page tells of them.
#[derive(Debug, Serialize)]
pub(super) struct Rest {
    words: String,
    /// A form for them.
    href: String,
}

impl Rest {
    pub(super) fn of(path: &str, left: &[InquiryId], language: Language) -> Option<Self> {
        if left.is_empty() {
            return None;
        }
        let count = left.len();
        let words = match language {
            Language::Kk => format!(
                "Бір нысанға {MOST} сауал не {MOST_LINES} жол сыяды. Таңдалғандардан тағы {count} сауал қалды, олармен ештеңе істелген жоқ."
            ),
            Language::Ru => format!(
                "В одну форму входит {MOST} запросов или {MOST_LINES} строк. Из выбранных осталось запросов: {count}; с ними ничего не сделано."
            ),
            Language::En => format!(
                "One form holds {MOST} inquiries or {MOST_LINES} lines. Of the chosen ones so many are left: {count}; nothing was done to them."
            ),
        };
        let ids: Vec<String> = left.iter().map(ToString::to_string).collect();
        let named = ids.iter().map(|id| ("inquiry", id.as_str()));
        let pairs: Vec<(&str, &str)> = std::iter::once(("chosen", "yes")).chain(named).collect();
        Some(Self { words, href: format!("{path}?{}", query(&pairs)) })
    }
}

/// Those that had no room in the form that was sent.
pub(super) fn left(typed: &Typed) -> Result<Vec<InquiryId>, Problem> {
    typed.all(REST).into_iter().map(|id| id.parse().map_err(|_| Chosen::unread())).collect()
}

/// Parts the chosen into those to which it can happen, those to which it cannot, and those for which there is no room. The rules are the
/// inquiry's own.
pub(super) async fn candidates(
    state: &AppState,
    actor: &Actor,
    what: What,
    chosen: &[Chosen],
    language: Language,
) -> Result<Parted, Problem> {
    let (mut can, mut cannot, mut rest): (Vec<Candidate>, _, Vec<InquiryId>) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen_before = std::collections::BTreeSet::new();
    // A form that comes back names an inquiry once for each of its lines.
    for one in chosen {
        if !seen_before.insert(one.id) {
            continue;
        }
        if seen_before.len() > MOST || !rest.is_empty() {
            rest.push(one.id);
            continue;
        }
        let seen = match seeing::now(state, actor, one.id).await {
            Ok(seen) => seen,
            Err(problem @ Problem::NoSuchInquiry) => {
                cannot.push(line(state, one.id, one.id.to_string(), &problem, language));
                continue;
            }
            Err(problem) => return Err(problem),
        };
        let number = seen.dossier.intake.number.shown();
        if let Err(refusal) = gate(&seen.inquiry, actor, what.name()) {
            cannot.push(line(state, one.id, number, &refusal.into(), language));
            continue;
        }
        let candidate = |own: Happening| Candidate {
            id: one.id,
            number: number.clone(),
            subject: seen.dossier.intake.subject.clone(),
            version: seen.version,
            due: seen.dossier.due(),
            watch: seen.dossier.watch().cloned(),
            own,
        };
        match what {
            What::Assign => {
                let executors = seen.dossier.assignment.clone();
                can.push(candidate(executors.map_or(Happening::Nothing, Happening::Replaced)));
            }
            What::Extend => {
                let asked = seen.dossier.watch().and_then(|watch| watch.asked.clone());
                can.push(candidate(asked.map_or(Happening::Nothing, Happening::Extended)));
            }
            What::Remind => {
                let lines = to_remind(&seen.dossier, state.today());
                // All lines of an inquiry stand in one form.
                if !can.is_empty() && can.len() + lines.len() > MOST_LINES {
                    rest.push(one.id);
                    continue;
                }
                for (owing, refusal) in lines {
                    match refusal {
                        None => can.push(candidate(Happening::Reminded(owing))),
                        Some(refusal) => cannot.push(line(state, one.id, number.clone(), &refusal.into(), language)),
                    }
                }
            }
        }
    }
    Ok(Parted { can, cannot, rest })
}

/// Everybody who owes something, those who were reminded today with the words that the inquiry itself would say.
fn to_remind(dossier: &Dossier, today: Date) -> Vec<(Owing, Option<Refusal>)> {
    let refusal = |owing: &Owing| {
        let earlier = dossier.reminded_on(&owing.ministry, today)?;
        Some(Refusal::RemindedToday { ministry: owing.ministry.clone(), at: earlier.at })
    };
    dossier.owing().into_iter().map(|owing| (owing.clone(), refusal(&owing))).collect()
}

fn line(state: &AppState, id: InquiryId, number: String, problem: &Problem, language: Language) -> Line {
    let words = wording::named(state, &problem.body(language).detail, language);
    Line { id: id.to_string(), number, is_done: false, words }
}

/// What an inquiry is called; by its id for whoever may not know of it.
pub(super) async fn number(state: &AppState, actor: &Actor, id: InquiryId) -> Result<String, Problem> {
    match seeing::now(state, actor, id).await {
        Ok(seen) => Ok(seen.dossier.intake.number.shown()),
        Err(Problem::NoSuchInquiry) => Ok(id.to_string()),
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_says_back_is_read_or_refused() {
        let id = "018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001";
        let read = |value: &str| Chosen::read(value).map(|one| (one.version, one.own)).ok();
        assert_eq!(read(&format!("{id} 3")), Some((Some(3), None)));
        let day = jiff::civil::date(2023, 10, 27);
        assert_eq!(read(&format!("{id} 3 2023-10-27")), Some((Some(3), Some(Own::Until(day)))));
        let ministry = Own::Ministry(MinistryCode::new("mfa").unwrap());
        assert_eq!(read(&format!("{id} 3 mfa")), Some((Some(3), Some(ministry))));
        for bad in ["", id, "x 3", &format!("{id} x"), &format!("{id} 3 X!")] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
