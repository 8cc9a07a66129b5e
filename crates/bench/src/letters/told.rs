//! The table of letters, and a line for each aim.

use super::meter::{Cost, median};
use super::{Row, Side, WORKERS};
use crate::cli::Amounts;
use crate::peers::converter::Kind;
use crate::report::{Ratio, Report, Table, figure};

/// The middle of a side's rounds.
#[derive(Debug, Clone, Copy)]
struct Middle {
    rate: f64,
    ms: f64,
}

impl Row {
    fn middle(&self) -> Option<Middle> {
        let of = |what: fn(&Cost) -> f64| median(self.costs.iter().map(what).collect());
        Some(Middle { rate: of(Cost::rate)?, ms: of(Cost::ms)? })
    }
}

/// Adds the table and the lines.
pub(super) fn rows(rows: &[Row], absent: &[Kind], amounts: &Amounts, rounds: u64, report: &mut Report) {
    let middle = |side: Side, workers: usize| {
        rows.iter().find(|row| row.side == side && row.workers == workers).and_then(Row::middle)
    };
    let columns =
        ["who", "threads", "letters/s", "ms of processor time a letter", "it ÷ ours by processor time", "pages"];
    let mut table = Table::new(&columns);
    for row in rows {
        let (Some(it), Some(ours)) = (row.middle(), middle(Side::Ours, row.workers)) else { continue };
        let pages = if row.pages == 0 { "–".to_owned() } else { row.pages.to_string() };
        table.row(&[
            row.side.title().to_owned(),
            row.workers.to_string(),
            figure(it.rate),
            figure(it.ms),
            figure(it.ms / ours.ms),
            pages,
        ]);
    }
    let mut about = format!(
        "{} different letters a round of ours and of Typst, the first {} of them for the others; medians of {rounds} interleaved rounds. \
         The others are processes and not threads, and neither their start nor their first letter counts.",
        amounts.round, amounts.outside,
    );
    for kind in absent {
        about.push_str(&format!(" {} is not installed here: `{}`.", kind.name(), kind.installed_by()));
    }
    report.table("Letters", &about, &table);
    for workers in WORKERS {
        if let Some(ours) = middle(Side::Ours, workers) {
            beside(workers, ours, |side| middle(side, workers), report);
        }
    }
    if let (Some(ours), Some(peer)) = (middle(Side::Word, 1), middle(Side::Ours, 1)) {
        let unit = "ms of processor time for the Word file and for the PDF; lower is better";
        report.ratio("letters-word", &Ratio { ours: ours.ms, peer: peer.ms, unit });
    }
}

/// The lines of one number of threads. The headline is what LibreOffice takes beside ours, or, where it is not installed, Typst.
fn beside(workers: usize, ours: Middle, middle: impl Fn(Side) -> Option<Middle>, report: &mut Report) {
    let saved = |peer: Middle, unit| Ratio { ours: 1e3 / ours.ms, peer: 1e3 / peer.ms, unit };
    for (name, kind) in [("libreoffice", Kind::LibreOffice), ("weasyprint", Kind::WeasyPrint)] {
        let Some(peer) = middle(Side::Outside(kind)) else { continue };
        let unit = "letters a second of processor time";
        report.ratio(&format!("letters-{workers}-{name}"), &saved(peer, unit));
        let rate = Ratio { ours: ours.rate, peer: peer.rate, unit: "letters/s" };
        report.ratio(&format!("letters-{workers}-{name}-rate"), &rate);
    }
    let typst = middle(Side::Typst);
    if let Some(peer) = typst {
        let unit = "ms of processor time a letter; lower is better";
        report.ratio(&format!("letters-{workers}-typst"), &Ratio { ours: ours.ms, peer: peer.ms, unit });
    }
    if workers == 1 {
        match (middle(Side::Outside(Kind::LibreOffice)), typst) {
            (Some(peer), _) => {
                report.headline("letters", &saved(peer, "letters a second of processor time, beside LibreOffice"));
            }
            (None, Some(peer)) => {
                let unit = "ms of processor time a letter, beside Typst alone; lower is better";
                report.headline("letters", &Ratio { ours: ours.ms, peer: peer.ms, unit });
            }
            (None, None) => {}
        }
    }
}
