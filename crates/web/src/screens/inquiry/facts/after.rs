//! What belongs to an inquiry beside its own way: repeats and mergers, replaced letters, the deputies' responses.

use std::collections::BTreeMap;

use directory::Language;
use directory::number::shown;
use inquiry::Dossier;
use inquiry::event::{Event, InquiriesMerged};
use inquiry::state::Stage;
use inquiry::terms::MergeSide;
use readmodel::deliveries::{self, Listed};
use readmodel::{Stamp, proposals, register};

use super::{Link, Reading, Response, signed};
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;

impl Reading<'_> {
    /// Why an inquiry that is answered anew is on control no more. What was answered in time is not overdue because the Office mends its
    /// answer later, and a day that was kept is not set again; the control officer closes the inquiry a second time.
    pub(super) fn ended(&self, dossier: &Dossier) -> Option<String> {
        let replaced = dossier.replaced.last().filter(|_| dossier.stage.name().is_open())?;
        let number = &replaced.letter.number;
        Some(match self.language {
            Language::Kk => format!(
                "Бақылау № {number} хатпен аяқталған: сауалға жауап берілген. Ауыстыратын хатқа жаңа бақылау мерзімі белгіленбейді; ол барлық депутатқа жеткізілгенде бақылаушы сауалды қайта жабады."
            ),
            Language::Ru => format!(
                "Контроль окончен письмом № {number}: на запрос отвечено. Новый контрольный срок для заменяющего письма не ставится; когда оно доставлено всем депутатам, контролёр снова закрывает запрос."
            ),
            Language::En => format!(
                "Control ended with letter № {number}: the inquiry was answered. The letter that replaces it has no new control date; when every deputy has it, the control officer closes the inquiry again."
            ),
        })
    }

    /// The inquiry that this one asks about again, for whoever may know of that one.
    pub(super) async fn first(&self, dossier: &Dossier) -> Result<Option<Link>, Problem> {
        let failed = |error| Problem::failure("look up what an inquiry follows", error);
        let Some(first) = proposals::followed_by(&self.state.pool, dossier.inquiry).await.map_err(failed)? else {
            return Ok(None);
        };
        let numbers = register::numbers_of(&self.state.reader(self.actor), &[first]).await.map_err(failed)?;
        Ok(numbers.get(&first).map(|number| Link {
            words: self.t("мына сауалдың қайталамасы", "повторный к запросу", "asks again about"),
            number: shown(number),
            id: Some(first.to_string()),
        }))
    }

    pub(super) fn links(&self, seen: &Seen, first: Option<Link>) -> Vec<Link> {
        let dossier = &*seen.dossier;
        let repeats = dossier.repeats.iter().map(|link| Link {
            words: self.t("қайталама сауал", "повторный запрос", "repeat inquiry"),
            number: shown(&link.number),
            id: Some(link.repeat.to_string()),
        });
        let mut links: Vec<Link> = first.into_iter().chain(repeats).collect();
        links.extend(dossier.merged.iter().map(|other| Link {
            words: self.t("осы жауапқа қосылған", "присоединён к этому", "joined this one"),
            number: shown(&other.number),
            id: Some(other.inquiry.to_string()),
        }));
        match &dossier.stage {
            Stage::Merged { into } => links.push(Link {
                words: self.t(
                    "осы сауалдың жауабы жауап береді",
                    "отвечает ответ на запрос",
                    "is answered by the reply to",
                ),
                number: joined(seen).unwrap_or_else(|| self.t("басқа сауал", "другой запрос", "another inquiry")),
                id: Some(into.to_string()),
            }),
            Stage::Redirected { to } => links.push(Link {
                words: self.t("қайта жолданды", "перенаправлен", "redirected to"),
                number: to.clone(),
                id: None,
            }),
            _ => {}
        }
        if !self.is_staff {
            // A deputy reads of other inquiries, and opens those that are their own from the register.
            links.iter_mut().for_each(|link| link.id = None);
        }
        links
    }

    pub(super) fn responses(&self, dossier: &Dossier) -> Vec<Response> {
        let name =
            |no| dossier.recipients().find(|recipient| recipient.no == no).map(|recipient| recipient.name.clone());
        dossier
            .responses
            .iter()
            .map(|response| Response {
                name: name(response.recipient).unwrap_or_default(),
                words: if response.satisfied {
                    self.t("қанағаттанды", "удовлетворён", "satisfied")
                } else {
                    self.t("қанағаттанбады", "не удовлетворён", "not satisfied")
                },
                tone: if response.satisfied { "ok" } else { "bad" },
                comment: response.comment.clone(),
            })
            .collect()
    }
}

/// The deliveries as the events tell them. What the mail worker knew beyond them nobody has written down.
pub(super) fn told(seen: &Seen) -> Result<Vec<Listed>, Problem> {
    let mut rows = BTreeMap::new();
    for recorded in &seen.history {
        let stamp = Stamp { position: recorded.position, version: recorded.version, at: recorded.at };
        for event in events_of(recorded)? {
            deliveries::fold(&mut rows, seen.dossier.inquiry, &event, stamp);
        }
    }
    Ok(rows.into_values().map(|delivery| Listed { delivery, mail: None }).collect())
}

/// The number of the inquiry that this one joined, as its own history has it.
fn joined(seen: &Seen) -> Option<String> {
    seen.history.iter().rev().find_map(|recorded| {
        let events = Event::from_stored(&recorded.event_type, recorded.schema_version, recorded.text()).ok()?;
        events.into_iter().find_map(|event| match event {
            Event::InquiriesMerged(InquiriesMerged { merge: MergeSide::Joins { number, .. } }) => Some(shown(&number)),
            _ => None,
        })
    })
}

/// The number of the letter whose replacement was begun, until a new one is signed.
pub(super) fn being_replaced(dossier: &Dossier) -> Option<&str> {
    let last = dossier.replaced.last().filter(|_| signed(dossier).is_none())?;
    Some(&last.letter.number)
}
