//! When to try again, and when to leave a relay in peace. Functions of values; the clock is the caller's.

use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The pauses after the first, second, third … temporary failure, in minutes. The first is longer than a greylist's minute; the
/// relay itself goes on for days, so ours cover one day. The last pause repeats.
const PAUSES: [u64; 7] = [1, 5, 15, 30, 60, 120, 240];

/// How long to wait after `failures` temporary failures (counted from 1) of the mail with this id.
///
/// A fifth more or less, drawn from the id and the count: 145 mails of one order do not all come back in the same second, and
/// the same mail waits as long whoever asks.
#[must_use]
pub fn pause_after(failures: u32, message_id: &str) -> Duration {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let seconds = PAUSES[index] * 60;
    let digest = Sha256::new().chain_update(message_id).chain_update(failures.to_be_bytes()).finalize();
    let draw = u64::from(u16::from_be_bytes([digest[0], digest[1]]));
    // 0 … 65535 becomes 80 % … 120 %; never under a minute, for greylists count whole ones.
    let spread = seconds * (80_000 + 40_000 * draw / 65_535) / 100_000;
    Duration::from_secs(spread.max(60))
}

/// What an attempt says about the relay, whatever it says about the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It answered about the mail: it works.
    Works,
    /// It could not be reached, broke off, or sent us away with 421.
    Fails,
    /// It does not want us: account, certificate, sender.
    RefusesUs,
    /// Nothing: the attempt ended before it was asked.
    Nothing,
}

/// How many mails may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// As many as there are.
    All,
    /// One, to see whether the relay works again.
    One,
    /// None before this moment.
    NoneBefore(Timestamp),
}

/// Keeps us from knocking at a door that does not open: after five failures in a row, or one refusal of us, it stays closed
/// for 1, 2, 5, then 15 minutes, and then lets one mail through.
#[derive(Debug, Clone, Default)]
pub struct Breaker {
    in_a_row: u32,
    opened: Option<Opened>,
}

#[derive(Debug, Clone, Copy)]
struct Opened {
    until: Timestamp,
    times: usize,
}

const FAILURES_TO_OPEN: u32 = 5;
const OPEN_MINUTES: [i64; 4] = [1, 2, 5, 15];

impl Breaker {
    /// May mail be tried?
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> Admission {
        match self.opened {
            None => Admission::All,
            Some(opened) if now < opened.until => Admission::NoneBefore(opened.until),
            Some(_) => Admission::One,
        }
    }

    /// Takes an attempt's sign into account. True when the breaker has just opened: a person should hear of it.
    pub fn record(&mut self, sign: Sign, now: Timestamp) -> bool {
        match sign {
            Sign::Nothing => false,
            Sign::Works => {
                *self = Self::default();
                false
            }
            Sign::Fails => {
                self.in_a_row = self.in_a_row.saturating_add(1);
                let probing = matches!(self.admits(now), Admission::One);
                if probing || (self.opened.is_none() && self.in_a_row >= FAILURES_TO_OPEN) {
                    self.open(now)
                } else {
                    false
                }
            }
            Sign::RefusesUs => match self.admits(now) {
                Admission::All | Admission::One => self.open(now),
                // Said by a mail that was under way when another one had opened it.
                Admission::NoneBefore(_) => false,
            },
        }
    }

    fn open(&mut self, now: Timestamp) -> bool {
        let times = self.opened.map_or(0, |opened| opened.times + 1);
        let minutes = OPEN_MINUTES[times.min(OPEN_MINUTES.len() - 1)];
        self.opened = Some(Opened { until: now + jiff::SignedDuration::from_mins(minutes), times });
        true
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn noon() -> Timestamp {
        "2023-10-05T06:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_pauses_grow_from_a_minute_to_four_hours_within_a_fifth() {
        for (failures, minutes) in [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240), (40, 240)]
        {
            for id in ["a@b", "c@d", "e@f"] {
                let pause = pause_after(failures, id).as_secs();
                assert!(pause >= (minutes * 48).max(60) && pause <= minutes * 72, "{failures}: {pause} s");
                assert_eq!(pause, pause_after(failures, id).as_secs());
            }
        }
    }

    #[test]
    fn mails_of_one_order_do_not_come_back_together() {
        let pauses: std::collections::BTreeSet<_> =
            (0..100).map(|recipient| pause_after(3, &format!("inquiry.1.{recipient}@saual.kz"))).collect();
        assert!(pauses.len() > 50, "{} different pauses", pauses.len());
    }

    #[test]
    fn a_day_of_pauses_is_eleven_attempts_or_so() {
        let day: u64 = (1..=11).map(|failures| pause_after(failures, "a@b").as_secs()).sum();
        assert!((70_000..105_000).contains(&day), "{day} s");
    }

    #[test]
    fn five_failures_in_a_row_close_the_door_and_one_mail_tries_it() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            assert!(!breaker.record(Sign::Fails, noon()));
        }
        assert!(!breaker.record(Sign::Works, noon()), "an answer begins the count anew");
        for n in 1..=5 {
            assert_eq!(breaker.record(Sign::Fails, noon()), n == 5);
        }
        assert_eq!(breaker.admits(noon()), Admission::NoneBefore(noon() + 1.minute()));
        assert!(!breaker.record(Sign::Fails, noon()), "a mail that was under way changes nothing");
        assert_eq!(breaker.admits(noon() + 1.minute()), Admission::One);
        assert!(breaker.record(Sign::Fails, noon() + 1.minute()));
        assert_eq!(breaker.admits(noon() + 2.minutes()), Admission::NoneBefore(noon() + 3.minutes()));
        assert!(!breaker.record(Sign::Works, noon() + 3.minutes()));
        assert_eq!(breaker.admits(noon() + 3.minutes()), Admission::All);
    }

    #[test]
    fn a_relay_that_does_not_want_us_is_left_at_once() {
        let mut breaker = Breaker::default();
        assert!(breaker.record(Sign::RefusesUs, noon()));
        assert!(!breaker.record(Sign::RefusesUs, noon()));
        assert!(matches!(breaker.admits(noon()), Admission::NoneBefore(_)));
        assert!(!breaker.record(Sign::Nothing, noon() + 1.hour()));
        assert_eq!(breaker.admits(noon() + 1.hour()), Admission::One);
    }
}
