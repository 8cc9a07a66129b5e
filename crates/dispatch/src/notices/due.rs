//! When something is gathered. Functions of values; the clock is the caller's.

use inquiry::time::civil_of;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::config::Notices;

/// Nobody gets a second mail of reminders before so much time has passed.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// The day whose digests may be gathered now: today, when it is worked and the hour has come. Whoever was asleep at that hour does it later on
/// the same day.
pub(super) fn digest_day(now: Timestamp, settings: &Notices) -> Option<Date> {
    let local = civil_of(now);
    let is_due = settings.directory.now().calendar().is_working(local.date()).0 && local.time() >= settings.at;
    is_due.then(|| local.date())
}

/// Reminders of before this moment have been gathered long enough.
pub(super) fn reminded_before(now: Timestamp, settings: &Notices) -> Timestamp {
    SignedDuration::try_from(settings.gather).map_or(now, |gather| now - gather)
}

/// Who had reminders by mail after this moment waits with the next ones.
pub(super) fn told_after(now: Timestamp) -> Timestamp {
    now - APART
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use directory::{Current, Directory};
    use jiff::civil::{date, time};

    use super::*;

    fn settings() -> Notices {
        Notices {
            at: time(8, 30, 0, 0),
            gather: Duration::from_secs(600),
            domain: "saual.example".to_owned(),
            directory: Current::new(Directory::embedded().unwrap()),
            finds: std::sync::Arc::new(crate::notices::FindsNothing),
        }
    }

    #[test]
    fn a_digest_is_due_on_a_working_day_from_its_hour_until_midnight() {
        for (moment, day) in [
            ("2023-10-18T02:29:59Z", None),
            ("2023-10-18T02:30:00Z", Some(date(2023, 10, 18))),
            ("2023-10-18T17:59:00Z", Some(date(2023, 10, 18))),
            // Midnight in Astana.
            ("2023-10-18T18:01:00Z", None),
            // A Saturday, and Republic Day.
            ("2023-10-21T04:00:00Z", None),
            ("2023-10-25T04:00:00Z", None),
            // A Saturday that was made a working day.
            ("2023-07-01T04:00:00Z", Some(date(2023, 7, 1))),
        ] {
            assert_eq!(digest_day(moment.parse().unwrap(), &settings()), day, "{moment}");
        }
    }

    #[test]
    fn reminders_are_gathered_for_the_minutes_of_the_setting() {
        let now: Timestamp = "2023-10-18T04:00:00Z".parse().unwrap();
        assert_eq!(reminded_before(now, &settings()).to_string(), "2023-10-18T03:50:00Z");
        assert_eq!(told_after(now).to_string(), "2023-10-18T03:00:00Z");
    }
}
