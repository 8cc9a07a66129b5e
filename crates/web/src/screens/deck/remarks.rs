//! What was said of the versions before the one on the screen.

use inquiry::DraftVersion;
use inquiry::event::Event;
use serde::Serialize;

use super::super::wording::People;
use super::Visit;
use super::paper::Before;
use crate::office::drafts::comparing::last_visa;
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;

/// Remarks that somebody gave on a version.
#[derive(Debug, Serialize)]
pub(super) struct Remark {
    who: String,
    version: String,
    /// The kind of visa that was refused, or what else was done.
    kind: String,
    text: String,
}

/// The remarks on the versions before this one, the last of them first.
pub(super) fn earlier(
    visit: &Visit,
    seen: &Seen,
    current: DraftVersion,
    people: &People,
) -> Result<Vec<Remark>, Problem> {
    let mut remarks = Vec::new();
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            let (who, version, kind, text) = match event {
                Event::VisaRefused(event) if event.version < current => {
                    let kind = event.kind.words(visit.language).to_owned();
                    (event.approver, event.version, kind, event.remarks)
                }
                Event::DraftReturned(event) => {
                    let kind = visit.t("қайтарды", "возврат", "returned it");
                    (event.returned_by, event.version, kind, event.reason)
                }
                Event::SigningDeclined(event) => {
                    let kind = visit.t("қол қоймады", "не подписано", "did not sign it");
                    (event.declined_by, event.version, kind, event.reason)
                }
                _ => continue,
            };
            remarks.push(Remark { who: people.name(&who).to_owned(), version: version.to_string(), kind, text });
        }
    }
    remarks.reverse();
    Ok(remarks)
}

/// The version with which this one is compared: that of the approver's own last visa, else of their own last remarks, else the one before.
pub(super) fn before(visit: &Visit, seen: &Seen, current: DraftVersion) -> Result<Before, Problem> {
    let Some(previous) = current.0.checked_sub(1).filter(|previous| *previous > 0).map(DraftVersion) else {
        return Ok(Before {
            version: None, title: visit.t("Не өзгерді", "Что изменилось", "What changed")
        });
    };
    if let Some(version) = last_visa(visit.actor(), seen, previous)? {
        let title = visit.t("Менің визамнан бері", "С моей визы", "Since my last visa");
        return Ok(Before { version: Some(version), title });
    }
    if let Some(version) = own_remarks(visit, seen, previous)? {
        let title = visit.t("Менің ескертулерімнен бері", "С моих замечаний", "Since my remarks");
        return Ok(Before { version: Some(version), title });
    }
    let title = visit.t("Алдыңғы нұсқадан бері", "С предыдущей редакции", "Since the version before");
    Ok(Before { version: Some(previous), title })
}

fn own_remarks(visit: &Visit, seen: &Seen, up_to: DraftVersion) -> Result<Option<DraftVersion>, Problem> {
    let mut last = None;
    for recorded in &seen.history {
        for event in events_of(recorded)? {
            if let Event::VisaRefused(refused) = event
                && refused.approver == visit.actor().name
                && refused.version <= up_to
            {
                last = Some(refused.version);
            }
        }
    }
    Ok(last)
}
