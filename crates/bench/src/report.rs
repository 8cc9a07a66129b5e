//! What is printed: tables as they stand in docs/performance.md, and after them one line a ratio, the headline last.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
#[cfg(feature = "journal")]
use std::time::Duration;

use anyhow::Context;

/// Tables and lines, in the order they were measured.
pub(crate) struct Report {
    text: String,
    lines: Vec<String>,
    headline: Option<String>,
}

/// A table that grows row by row.
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let mut text = format!("| {} |\n|", columns.join(" | "));
        for column in 0..columns.len() {
            text.push_str(if column == 0 { "---|" } else { "---:|" });
        }
        text.push('\n');
        Self { text }
    }

    /// One more row.
    pub(crate) fn row(&mut self, cells: &[String]) {
        // Writing into a text does not fail.
        let _written = writeln!(self.text, "| {} |", cells.join(" | "));
    }
}

/// Both sides of a ratio.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    /// Ours.
    pub(crate) ours: f64,
    /// The peer's.
    pub(crate) peer: f64,
    /// Of what.
    pub(crate) unit: &'static str,
}

impl Ratio {
    pub(crate) fn value(&self) -> f64 {
        self.ours / self.peer
    }

    fn line(&self, name: &str) -> String {
        let Self { ours, peer, unit } = self;
        format!("bench {name}: ratio {:.2} (ours {}, peer {}, {unit})", self.value(), figure(*ours), figure(*peer))
    }
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { text: String::new(), lines: Vec::new(), headline: None }
    }

    /// The sentence over everything.
    pub(crate) fn heading(&mut self, text: &str) {
        self.text = format!("{text}\n");
    }

    /// A table under its title, with what is to be known about it.
    pub(crate) fn table(&mut self, title: &str, about: &str, table: &Table) {
        let _written = write!(self.text, "\n## {title}\n\n{about}\n\n{}", table.text);
    }

    /// One ratio, and where it is to be.
    pub(crate) fn ratio(&mut self, name: &str, ratio: &Ratio) {
        self.lines.push(ratio.line(name));
    }

    /// The ratio that stands for the whole run.
    pub(crate) fn headline(&mut self, name: &str, ratio: &Ratio) {
        self.headline = Some(ratio.line(name));
    }

    /// Everything measured so far, on standard output.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", self.text)?;
        for line in self.lines.iter().chain(&self.headline) {
            writeln!(out, "{line}")?;
        }
        Ok(out.flush()?)
    }

    /// Everything measured, into a file.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let lines: Vec<&str> = self.lines.iter().chain(&self.headline).map(String::as_str).collect();
        let text = format!("{}\n```\n{}\n```\n", self.text, lines.join("\n"));
        std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
    }
}

/// Says on standard error what is being measured: a run takes minutes.
pub(crate) fn progress(what: &str) {
    // Nobody may be listening; the run goes on.
    let _heard = writeln!(std::io::stderr(), "saual-bench: {what}");
}

/// A figure for people: three digits that count.
pub(crate) fn figure(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => thousands(value),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 && digit.is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Milliseconds.
#[cfg(feature = "journal")]
pub(crate) fn ms(time: Duration) -> String {
    if time.is_zero() { "–".to_owned() } else { format!("{:.2}", time.as_secs_f64() * 1e3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_ratio_both_sides_and_unit() {
        let ratio = Ratio { ours: 41_230.0, peer: 20_000.0, unit: "events/s" };
        assert_eq!(ratio.line("append-32"), "bench append-32: ratio 2.06 (ours 41,230, peer 20,000, events/s)");
    }

    #[test]
    fn figures_are_grouped_and_short() {
        let figures = [0.123, 12.34, 123.4, 1234.0, 1_234_567.0].map(figure);
        assert_eq!(figures, ["0.12", "12.3", "123", "1,234", "1,234,567"]);
    }
}
