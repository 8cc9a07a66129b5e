//! The inquiries of a form for several: which were chosen, to which of them it can happen, and why not to the others.

use directory::{Actor, Language};
use inquiry::allowed::gate;
use inquiry::state::{ExtensionAsked, Watch};
use inquiry::{CommandName, InquiryId};
use jiff::civil::Date;

use super::{Line, What};
use crate::office::seeing;
use crate::problem::Problem;
use crate::screens::fields::say;
use crate::screens::wording;
use crate::state::AppState;

/// An inquiry that was chosen: from the worklist by its id alone, from a form of ours as the form showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub id: InquiryId,
    /// The version that the form showed.
    pub version: Option<u64>,
    /// The day until which it is to be extended.
    pub until: Option<Date>,
}

impl Chosen {
    pub(super) const fn of(id: InquiryId) -> Self {
        Self { id, version: None, until: None }
    }

    /// From a form's value: id, version, and the day where there is one.
    pub(super) fn read(value: &str) -> Result<Self, Problem> {
        let mut parts = value.split(' ');
        let (id, version, until) = (parts.next(), parts.next(), parts.next());
        let read = || {
            let until = until.map(|day| day.parse().ok()).map_or(Some(None), |day: Option<Date>| day.map(Some))?;
            Some(Self { id: id?.parse().ok()?, version: Some(version?.parse().ok()?), until })
        };
        read().ok_or_else(Self::unread)
    }

    pub(super) fn unread() -> Problem {
        Problem::BadForm { hint: "the form does not say which inquiries it is about".to_owned() }
    }
}

/// An inquiry to which it can happen.
pub(super) struct Candidate {
    id: InquiryId,
    pub number: String,
    subject: String,
    version: u64,
    due: Option<Date>,
    /// The clock of its reply, while it runs.
    pub watch: Option<Watch>,
    asked: Option<ExtensionAsked>,
}

impl Candidate {
    /// What the form says back.
    pub(super) fn value(&self, what: What) -> String {
        let Self { id, version, asked, .. } = self;
        match (what, asked) {
            (What::Extend, Some(asked)) => format!("{id} {version} {}", asked.until),
            (What::Extend, None) | (What::Assign, _) => format!("{id} {version}"),
        }
    }

    /// What stands beside its box.
    pub(super) fn label(&self, language: Language) -> String {
        let day = |day: Date| day.strftime("%d.%m.%Y").to_string();
        let mut label = format!("{} · {}", self.number, self.subject);
        if let Some(due) = self.due {
            let words = say(language, "мерзімі", "срок", "due");
            label = format!("{label} · {words} {}", day(due));
        }
        if let Some(asked) = &self.asked {
            let words = say(language, "сұралғаны:", "запрошено до", "asked until");
            label = format!("{label} → {words} {}: {}", day(asked.until), asked.ground);
        }
        label
    }
}

/// Parts the chosen into those to which it can happen and those to which it cannot. The rules are the inquiry's own.
pub(super) async fn candidates(
    state: &AppState,
    actor: &Actor,
    name: CommandName,
    chosen: &[Chosen],
    language: Language,
) -> Result<(Vec<Candidate>, Vec<Line>), Problem> {
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    for one in chosen {
        let seen = match seeing::now(state, actor, one.id).await {
            Ok(seen) => seen,
            Err(problem @ Problem::NoSuchInquiry) => {
                cannot.push(line(state, one.id, one.id.to_string(), &problem, language));
                continue;
            }
            Err(problem) => return Err(problem),
        };
        let number = seen.dossier.intake.number.printed().to_owned();
        match gate(&seen.inquiry, actor, name) {
            Ok(()) => can.push(Candidate {
                id: one.id,
                number,
                subject: seen.dossier.intake.subject.clone(),
                version: seen.version,
                due: seen.dossier.due(),
                watch: seen.dossier.watch().cloned(),
                asked: match name {
                    CommandName::GrantExtension => seen.dossier.watch().and_then(|watch| watch.asked.clone()),
                    _ => None,
                },
            }),
            Err(refusal) => cannot.push(line(state, one.id, number, &refusal.into(), language)),
        }
    }
    Ok((can, cannot))
}

fn line(state: &AppState, id: InquiryId, number: String, problem: &Problem, language: Language) -> Line {
    let words = wording::named(state, &problem.body(language).detail, language);
    Line { id: id.to_string(), number, is_done: false, words }
}

/// What an inquiry is called; by its id for whoever may not know of it.
pub(super) async fn number(state: &AppState, actor: &Actor, id: InquiryId) -> Result<String, Problem> {
    match seeing::now(state, actor, id).await {
        Ok(seen) => Ok(seen.dossier.intake.number.printed().to_owned()),
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
        let read = |value: &str| Chosen::read(value).map(|one| (one.version, one.until)).ok();
        assert_eq!(read(&format!("{id} 3")), Some((Some(3), None)));
        let day = jiff::civil::date(2023, 10, 27);
        assert_eq!(read(&format!("{id} 3 2023-10-27")), Some((Some(3), Some(day))));
        for bad in ["", id, "x 3", &format!("{id} x"), &format!("{id} 3 x")] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
