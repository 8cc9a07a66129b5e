//! The clock on the wall in Astana: moments of the journal as people read them.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Asia/Almaty from the time zone data built into the program (UTC+6 until 1 March 2024, UTC+5 since).
#[expect(clippy::expect_used, reason = "the time zones are built into the program; a test reads this one")]
static ASTANA: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Asia/Almaty").expect("the time zone is built in"));

/// A moment as the clock in Astana shows it.
#[must_use]
pub fn local(moment: Timestamp) -> Zoned {
    moment.to_zoned(ASTANA.clone())
}

/// The day in Astana at a moment.
#[must_use]
pub fn local_date(moment: Timestamp) -> Date {
    local(moment).date()
}

/// The moment at which a day begins in Astana; after every moment for a day that no clock can show.
#[must_use]
pub fn beginning_of(day: Date) -> Timestamp {
    day.to_zoned(ASTANA.clone()).map_or(Timestamp::MAX, |begun| begun.timestamp())
}

/// The moment at which the clock in Astana shows this; none for what no clock can show. Where it showed it twice (on 29 February 2024), the first.
#[must_use]
pub fn shown_at(reading: DateTime) -> Option<Timestamp> {
    reading.to_zoned(ASTANA.clone()).ok().map(|shown| shown.timestamp())
}

/// Which end of a stretch of time a day stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its beginning.
    Begin,
    /// Its end: the beginning of the day after it.
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_is_that_of_the_day() {
        let at = |text: &str| local(text.parse().unwrap()).strftime("%d.%m.%Y %H:%M").to_string();
        assert_eq!(at("2023-09-20T20:30:00Z"), "21.09.2023 02:30");
        assert_eq!(at("2024-09-20T20:30:00Z"), "21.09.2024 01:30");
        assert_eq!(beginning_of(jiff::civil::date(2024, 9, 20)).to_string(), "2024-09-19T19:00:00Z");
        let shown = shown_at(jiff::civil::date(2023, 9, 20).at(17, 30, 0, 0));
        assert_eq!(shown.map(|at| at.to_string()).as_deref(), Some("2023-09-20T11:30:00Z"));
    }
}
