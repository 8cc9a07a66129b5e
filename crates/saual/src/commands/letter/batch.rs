//! `saual letter render --batch`: many letters, each fault named, none holding up the others.

use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::Context;
use letter::Engine;

use super::{paper, print, wrong_use};
use crate::cli::{Format, Render};
use crate::exit::{Answer, Stop};

/// Letters that may be told of before the teller has heard them.
const UNHEARD: usize = 64;
/// Threads that set letters; the typesetter has threads of its own besides.
const WORKERS: usize = 8;

pub(super) fn run(asked: &Render) -> Result<Answer, Stop> {
    let Some(folder) = &asked.out else { return Err(wrong_use("say with --out which folder the letters go to")) };
    let files = files(&asked.batch)?;
    let targets = targets(&files, folder, asked.format)?;
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let engine = paper::engine_of(asked.edition.as_deref())?;
    let make = |index: usize| one(&engine, asked, &files[index], &targets[index]);
    let Tally { made, refused } = all(files.len(), &make)?;
    print(&format!("letters: {made} made, {refused} refused"));
    Ok(if refused == 0 { Answer::Yes } else { Answer::No })
}

fn one(engine: &Engine, asked: &Render, file: &Path, target: &Path) -> Result<(), Stop> {
    let bytes = paper::read(engine, file, asked.kind)?.bytes(engine, file, asked.format, asked.archive)?;
    Ok(std::fs::write(target, bytes).with_context(|| format!("{} cannot be written", target.display()))?)
}

/// How many letters were made, and how many facts were refused.
struct Tally {
    made: usize,
    refused: usize,
}

/// Makes all letters. What is wrong with one is told and stops no other; what fails outside stops all. Nothing of a letter is kept once
/// it is written, so a batch of any length takes the memory of a few letters.
fn all(count: usize, make: &(impl Fn(usize) -> Result<(), Stop> + Sync)) -> Result<Tally, Stop> {
    let next = AtomicUsize::new(0);
    let (tell, told) = mpsc::sync_channel(UNHEARD);
    let mut meter = Meter::new(count);
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(WORKERS);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (tell, next) = (tell.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    // Whoever listens has gone when something outside failed.
                    if index >= count || tell.send(make(index)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        let mut tally = Tally { made: 0, refused: 0 };
        for result in told {
            match result {
                Ok(()) => tally.made += 1,
                Err(Stop::Use(fault)) => {
                    tally.refused += 1;
                    meter.fault(&fault);
                }
                Err(outside) => {
                    meter.end();
                    return Err(outside);
                }
            }
            meter.show(tally.made + tally.refused);
        }
        meter.end();
        Ok(tally)
    })
}

/// The files asked for: those named, and of a folder all that end in `.json`, by name.
fn files(asked: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for path in asked {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unread =
            |error: std::io::Error| wrong_use(format!("the folder {} cannot be read: {error}", path.display()));
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unread)? {
            let file = entry.map_err(unread)?.path();
            if file.extension().is_some_and(|ending| ending == "json") {
                found.push(file);
            }
        }
        if found.is_empty() {
            return Err(wrong_use(format!("{} holds no file that ends in .json", path.display())));
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Where each letter goes; two files of one name would write over each other.
fn targets(files: &[PathBuf], folder: &Path, format: Format) -> Result<Vec<PathBuf>, Stop> {
    let ending = match format {
        Format::Pdf => "pdf",
        Format::Docx => "docx",
        Format::Html => "html",
        Format::Txt => "txt",
    };
    let mut taken: HashMap<PathBuf, &Path> = HashMap::new();
    let mut targets = Vec::with_capacity(files.len());
    for file in files {
        let Some(stem) = file.file_stem() else {
            return Err(wrong_use(format!("{} names no file", file.display())));
        };
        let mut name = stem.to_owned();
        name.push(".");
        name.push(ending);
        let target = folder.join(name);
        if let Some(other) = taken.insert(target.clone(), file) {
            let (file, other, target) = (file.display(), other.display(), target.display());
            return Err(wrong_use(format!("{other} and {file} would both be written to {target}")));
        }
        targets.push(target);
    }
    Ok(targets)
}

/// How far it has come: a bar on a terminal, nothing elsewhere. Faults are told in either case.
struct Meter {
    count: usize,
    began: Instant,
    drawn: Option<Instant>,
    terminal: bool,
}

/// How often the bar is drawn, and its width in signs.
const EVERY: Duration = Duration::from_millis(100);
const BAR: usize = 30;

impl Meter {
    fn new(count: usize) -> Self {
        Self { count, began: Instant::now(), drawn: None, terminal: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, done: usize) {
        if !self.terminal || self.drawn.is_some_and(|drawn| drawn.elapsed() < EVERY) {
            return;
        }
        self.drawn = Some(Instant::now());
        let mut out = std::io::stderr().lock();
        let line = line(done, self.count, self.began.elapsed());
        let _reader_left = write!(out, "\r\x1b[K{line}").and_then(|()| out.flush());
    }

    fn fault(&self, fault: &str) {
        self.end();
        let _reader_left = writeln!(std::io::stderr().lock(), "{fault}");
    }

    /// Leaves the line to whoever writes next.
    fn end(&self) {
        if self.terminal {
            let mut out = std::io::stderr().lock();
            let _reader_left = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}

fn line(done: usize, count: usize, took: Duration) -> String {
    let share = (done * BAR).checked_div(count).unwrap_or(BAR);
    let drawn: String = (0..BAR).map(|place| if place < share { '#' } else { '.' }).collect();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; nobody has 2^52 files")]
    let rate = done as f64 / took.as_secs_f64().max(0.001);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people; nobody has 2^52 files")]
    let left = if rate > 0.0 { format!("{:.0} s left", (count - done) as f64 / rate) } else { "counting".to_owned() };
    format!("[{drawn}] {done} of {count} letters, {rate:.0} a second, {left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_one_line() {
        let told = line(250, 1_000, Duration::from_secs(5));
        assert_eq!(told, "[#######.......................] 250 of 1000 letters, 50 a second, 15 s left");
        assert!(line(0, 0, Duration::ZERO).ends_with("0 of 0 letters, 0 a second, counting"));
    }

    #[test]
    fn two_files_of_one_name_are_not_written_over_each_other() {
        let files = [PathBuf::from("a/x.json"), PathBuf::from("b/x.json")];
        let Err(Stop::Use(told)) = targets(&files, Path::new("out"), Format::Pdf) else { panic!("they are taken") };
        assert_eq!(told, "a/x.json and b/x.json would both be written to out/x.pdf");
    }
}
