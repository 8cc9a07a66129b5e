//! The office's day: a moment becomes a date in Asia/Almaty, by the time zone data compiled into the program.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};

#[expect(
    clippy::expect_used,
    reason = "the time zone data is compiled in (feature tzdb-bundle-always) and holds Asia/Almaty"
)]
static ALMATY: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZoneDatabase::bundled().get("Asia/Almaty").expect("Asia/Almaty is in the bundled tzdata"));

/// The day it is in Astana at that moment.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(ALMATY.clone()).date()
}

/// The moment at which a day begins in Astana; none beyond the days that can be written.
#[must_use]
pub fn begin_of(day: Date) -> Option<Timestamp> {
    day.to_zoned(ALMATY.clone()).ok().map(|begin| begin.timestamp())
}

/// The day and the time that it is in Astana at that moment.
#[must_use]
pub fn civil_of(at: Timestamp) -> DateTime {
    at.to_zoned(ALMATY.clone()).datetime()
}

/// What the clocks in Astana show at that moment, such as `09:40`.
#[must_use]
pub fn clock_of(at: Timestamp) -> String {
    civil_of(at).strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_turns_an_hour_later_since_march_2024() {
        let before: Timestamp = "2023-09-20T18:00:00Z".parse().unwrap();
        let after: Timestamp = "2024-09-20T18:00:00Z".parse().unwrap();
        assert_eq!(day_of(before), date(2023, 9, 21));
        assert_eq!(day_of(after), date(2024, 9, 20));
        assert_eq!(begin_of(date(2023, 9, 21)), "2023-09-20T18:00:00Z".parse().ok());
        assert_eq!(begin_of(date(2024, 9, 21)), "2024-09-20T19:00:00Z".parse().ok());
    }
}
