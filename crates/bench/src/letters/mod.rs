//! `saual-bench letters`: thousands of different three-page letters, ours from facts to PDF, beside Typst alone, LibreOffice and WeasyPrint.
//!
//! [`made`] makes the letters, [`meter`] says what they cost, [`memory`] watches the process over many of them, [`told`] prints.

mod made;
mod memory;
pub(crate) mod meter;
mod told;

use std::path::{Path, PathBuf};

use letter::engine::Markup;
use letter::kinds::reply::ReplyFacts;
use letter::{Engine, Letter, preview};

use self::made::Maker;
use self::meter::{Cost, measured};
use crate::cli::{Amounts, Cli};
use crate::machine;
use crate::peers::converter::{Converter, Kind};
use crate::peers::typst_alone::TypstAlone;
use crate::report::{Report, progress};

/// Threads of ours and of Typst, processes of the others.
const WORKERS: [usize; 2] = [1, 2];

/// What is done with letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Facts to the PDF that is signed.
    Ours,
    /// Facts to the PDF with number and date.
    Numbered,
    /// A composed letter to its Word file.
    Word,
    Typst,
    Outside(Kind),
}

/// The letters of one round, as each side takes them.
struct Portion {
    facts: Vec<ReplyFacts>,
    numbered: Vec<ReplyFacts>,
    letters: Vec<Letter>,
    markup: Vec<Markup>,
}

/// Everybody who makes letters.
struct Sides {
    engine: Engine,
    typst: TypstAlone,
    outside: Vec<Converter>,
}

/// What one side did in all rounds.
struct Row {
    side: Side,
    workers: usize,
    costs: Vec<Cost>,
    /// Pages of one of its letters.
    pages: usize,
}

/// Measures, and adds tables and lines to the report.
pub(crate) fn run(cli: &Cli, report: &mut Report) -> anyhow::Result<()> {
    let amounts = cli.amounts();
    std::fs::create_dir_all(&cli.data)?;
    let (sides, absent) = Sides::found(&cli.data.join("letters"))?;
    let versions: Vec<&str> = sides.outside.iter().map(|converter| converter.version.as_str()).collect();
    report.heading(&[vec![machine::described().as_str()], versions].concat().join("; "));
    let maker = Maker::new()?;
    // First, so that nothing of the rounds lies in memory.
    progress(&format!("memory over {} letters", amounts.soak));
    memory::run(&sides.engine, &maker, amounts.soak, report)?;
    let mut rows = sides.rows();
    let mut next = amounts.soak as u64;
    for round in 1..=cli.rounds() {
        let portion = sides.portion(&maker, next, amounts.round)?;
        next += amounts.round as u64;
        let files = sides.files(&portion, &amounts)?;
        if round == 1 {
            sides.warm_up(&files)?;
        }
        for row in &mut rows {
            progress(&format!("{}, {} at once: round {round} of {}", row.side.title(), row.workers, cli.rounds()));
            row.costs.push(sides.round(row.side, row.workers, &portion, &files)?);
            if round == 1 {
                row.pages = sides.pages(row.side, &portion)?;
            }
        }
    }
    told::rows(&rows, &absent, &amounts, cli.rounds(), report);
    Ok(())
}

impl Sides {
    /// All that are on this machine, and which are not.
    fn found(data: &Path) -> anyhow::Result<(Self, Vec<Kind>)> {
        let (mut outside, mut absent) = (Vec::new(), Vec::new());
        for kind in [Kind::LibreOffice, Kind::WeasyPrint] {
            match Converter::find(kind, data)? {
                Some(converter) => outside.push(converter),
                None => {
                    let install = kind.installed_by();
                    progress(&format!("{} is not here, and the run goes on without it: {install}", kind.name()));
                    absent.push(kind);
                }
            }
        }
        let engine = Engine::new()?;
        let typst = TypstAlone::new(creator(&engine))?;
        Ok((Self { engine, typst, outside }, absent))
    }

    /// Ours beside its peers, then what else is ours.
    fn rows(&self) -> Vec<Row> {
        let row = |side, workers| Row { side, workers, costs: Vec::new(), pages: 0 };
        let mut rows = Vec::new();
        for workers in WORKERS {
            rows.extend([Side::Ours, Side::Typst].map(|side| row(side, workers)));
            rows.extend(self.outside.iter().map(|converter| row(Side::Outside(converter.kind), workers)));
        }
        rows.extend([Side::Numbered, Side::Word].map(|side| row(side, 1)));
        rows
    }

    /// That many letters from a number on.
    fn portion(&self, maker: &Maker, from: u64, letters: usize) -> anyhow::Result<Portion> {
        let mut portion = Portion { facts: Vec::new(), numbered: Vec::new(), letters: Vec::new(), markup: Vec::new() };
        for number in from..from + letters as u64 {
            let facts = maker.facts(number)?;
            let letter = self.engine.compose_reply(&facts)?;
            portion.markup.push(self.engine.markup(&letter)?);
            portion.letters.push(letter);
            portion.numbered.push(Maker::numbered(&facts, number));
            portion.facts.push(facts);
        }
        Ok(portion)
    }

    /// The first letters as files for the programs outside, and one more for each of their processes to begin with.
    fn files(&self, portion: &Portion, amounts: &Amounts) -> anyhow::Result<Vec<(Kind, Vec<PathBuf>)>> {
        let letters = portion.letters.iter().take(amounts.outside + WORKERS.len());
        let mut files = Vec::new();
        for converter in &self.outside {
            let made = letters.clone().map(|letter| match converter.kind {
                Kind::LibreOffice => self.engine.docx(letter),
                Kind::WeasyPrint => self.engine.html(letter).map(String::into_bytes),
            });
            files.push((converter.kind, converter.write(&made.collect::<Result<Vec<_>, _>>()?)?));
        }
        Ok(files)
    }

    fn warm_up(&self, files: &[(Kind, Vec<PathBuf>)]) -> anyhow::Result<()> {
        files.iter().try_for_each(|(kind, files)| self.converter(*kind)?.warm_up(files, WORKERS.len()))
    }

    fn round(
        &self,
        side: Side,
        workers: usize,
        portion: &Portion,
        files: &[(Kind, Vec<PathBuf>)],
    ) -> anyhow::Result<Cost> {
        let Side::Outside(kind) = side else {
            return measured(portion.facts.len(), workers, |number| self.one(side, portion, number).map(drop));
        };
        let files = files.iter().find(|(of, _)| *of == kind).map(|(_, files)| files.as_slice());
        self.converter(kind)?.round(files.unwrap_or_default(), workers)
    }

    /// One letter, as one of the sides in this process makes it.
    fn one(&self, side: Side, portion: &Portion, number: usize) -> anyhow::Result<Vec<u8>> {
        let pdf = |facts: &ReplyFacts| -> anyhow::Result<Vec<u8>> {
            Ok(self.engine.pdf(&self.engine.compose_reply(facts)?)?)
        };
        match side {
            Side::Ours => pdf(&portion.facts[number]),
            Side::Numbered => pdf(&portion.numbered[number]),
            Side::Word => Ok(self.engine.docx(&portion.letters[number])?),
            // As long as ours, which is a digest.
            Side::Typst => self.typst.pdf(&portion.markup[number], &format!("{number:064x}")),
            Side::Outside(kind) => self.converter(kind)?.sample(),
        }
    }

    /// How many pages a side makes of a letter, so that everybody can see that it is the same work.
    fn pages(&self, side: Side, portion: &Portion) -> anyhow::Result<usize> {
        const DOTS: u16 = 9;
        match side {
            Side::Word => Ok(0),
            _ => Ok(preview::pages(&self.one(side, portion, 0)?, DOTS)?.len()),
        }
    }

    fn converter(&self, kind: Kind) -> anyhow::Result<&Converter> {
        let found = self.outside.iter().find(|converter| converter.kind == kind);
        found.ok_or_else(|| anyhow::anyhow!("{} is not here", kind.name()))
    }
}

impl Side {
    fn title(self) -> &'static str {
        match self {
            Self::Ours => "ours, facts to PDF",
            Self::Numbered => "ours, facts to PDF with number and date",
            Self::Word => "ours, letter to Word file",
            Self::Typst => "Typst alone, markup to PDF",
            Self::Outside(kind) => kind.name(),
        }
    }
}

/// What our letters' properties say of the program that made them.
fn creator(engine: &Engine) -> String {
    format!("Saual, edition {}", engine.edition().hash())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typst_alone_makes_the_same_pages_to_the_byte_but_for_the_identifier() {
        let engine = Engine::new().unwrap();
        let typst = TypstAlone::new(creator(&engine)).unwrap();
        let sides = Sides { engine, typst, outside: Vec::new() };
        let portion = sides.portion(&Maker::new().unwrap(), 1, 1).unwrap();
        let [ours, alone] = [Side::Ours, Side::Typst].map(|side| sides.one(side, &portion, 0).unwrap());
        assert_eq!(ours.len(), alone.len());
        let differing = ours.iter().zip(&alone).filter(|(one, other)| one != other).count();
        // The identifier of the file and of the document, some two dozen characters wherever they are written.
        assert!(differing > 0 && differing <= 4 * 24, "{differing} bytes of {}", ours.len());
        assert_eq!(sides.pages(Side::Ours, &portion).unwrap(), 3);
    }
}
