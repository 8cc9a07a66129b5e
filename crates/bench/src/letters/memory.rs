//! Whether memory stays where it is, over ten thousand letters that all differ.

use std::sync::Mutex;

use letter::Engine;

use super::made::Maker;
use super::meter::{median, shared_out};
use crate::machine;
use crate::report::{Ratio, Report, Table, figure};

/// How often memory is looked at.
const LOOKS: usize = 20;

/// Makes the letters from 0 on, and adds a table and a line.
pub(super) fn run(engine: &Engine, maker: &Maker, letters: usize, report: &mut Report) -> anyhow::Result<()> {
    let each = (letters / LOOKS).max(1);
    let looks = Mutex::new(Vec::with_capacity(LOOKS));
    shared_out(letters, 2, |number| {
        let letter = engine.compose_reply(&maker.facts(number as u64)?)?;
        engine.pdf(&letter)?;
        let made = number + 1;
        if made % each == 0 {
            let resident = machine::resident()?;
            looks.lock().map_err(|_| anyhow::anyhow!("another thread died"))?.push((made, resident));
        }
        Ok(())
    })?;
    let mut looks = looks.into_inner()?;
    looks.sort_unstable();
    told(&looks, letters, report);
    Ok(())
}

fn told(looks: &[(usize, u64)], letters: usize, report: &mut Report) {
    let mut table = Table::new(&["letters", "kB resident"]);
    for (made, resident) in looks {
        table.row(&[made.to_string(), figure(*resident as f64)]);
    }
    let about = format!(
        "Facts to PDF on 2 threads, {letters} letters one after the other, all different, in a process that has just begun."
    );
    report.table("Memory", &about, &table);
    let (first, last) = looks.split_at(looks.len() / 2);
    let middle = |half: &[(usize, u64)]| median(half.iter().map(|(_, resident)| *resident as f64).collect());
    if let (Some(peer), Some(ours)) = (middle(first), middle(last)) {
        let unit = "kB resident in the last and in the first half, medians; lower is better";
        report.ratio("letters-memory", &Ratio { ours, peer, unit });
    }
}
