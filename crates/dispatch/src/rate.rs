//! How many mails may go in a minute. A function of values; the clock is the caller's.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

/// What a full measure lasts for.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// A measure of so many mails: a whole minute's may go at once, and it fills again evenly (a token bucket, kept as the moment at
/// which it is full again).
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    each: SignedDuration,
    full_at: Timestamp,
    /// How many were sent away since one was let through: each is told a time of its own.
    waiting: i32,
}

impl Measure {
    /// A full one.
    #[must_use]
    pub fn a_minute(mails: NonZeroU32) -> Self {
        // A sixty-thousandth of a minute is the finest step; whoever allows more allows everything.
        let each = SignedDuration::from_millis((60_000 / i64::from(mails.get())).max(1));
        Self { each, full_at: Timestamp::MIN, waiting: 0 }
    }

    /// One mail, or the moment at which it may come again.
    ///
    /// # Errors
    /// That moment.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let after = self.full_at.max(now) + self.each;
        if after - MINUTE <= now {
            self.full_at = after;
            self.waiting = (self.waiting - 1).max(0);
            return Ok(());
        }
        let again = after - MINUTE + self.each * self.waiting;
        self.waiting = self.waiting.saturating_add(1).min(1_000);
        Err(again)
    }

    /// Gives back what a mail took that did not go after all.
    pub fn give_back(&mut self) {
        self.full_at -= self.each;
    }

    /// The moment before which nothing may go; none when something may now.
    #[must_use]
    pub fn empty_until(&self, now: Timestamp) -> Option<Timestamp> {
        let next = self.full_at.max(now) + self.each - MINUTE;
        (next > now).then_some(next)
    }

    /// Has it been left alone for as long as it takes to fill?
    #[must_use]
    pub fn is_full(&self, now: Timestamp) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn noon() -> Timestamp {
        "2023-10-05T06:00:00Z".parse().unwrap()
    }

    fn measure(mails: u32) -> Measure {
        Measure::a_minute(NonZeroU32::new(mails).unwrap())
    }

    #[test]
    fn a_minutes_worth_goes_at_once_and_the_rest_evenly() {
        let mut measure = measure(20);
        assert!((0..20).all(|_| measure.take(noon()).is_ok()));
        assert_eq!(measure.empty_until(noon()), Some(noon() + 3.seconds()));
        assert_eq!(measure.take(noon()), Err(noon() + 3.seconds()));
        assert_eq!(measure.take(noon()), Err(noon() + 6.seconds()), "whoever comes next is told a later moment");
        assert!(measure.take(noon() + 2.seconds()).is_err());
        assert!(measure.take(noon() + 3.seconds()).is_ok());
        assert!(measure.take(noon() + 3.seconds()).is_err());
        assert!(!measure.is_full(noon() + 60.seconds()) && measure.is_full(noon() + 63.seconds()));
    }

    #[test]
    fn what_did_not_go_takes_nothing() {
        let mut measure = measure(1);
        assert!(measure.take(noon()).is_ok());
        measure.give_back();
        assert!(measure.take(noon()).is_ok());
        assert!(measure.take(noon()).is_err());
    }

    #[test]
    fn in_no_minute_go_more_than_twice_as_many_and_in_an_hour_hardly_more() {
        let mut measure = measure(30);
        let sent: Vec<i64> = (0..3_600).filter(|second| measure.take(noon() + second.seconds()).is_ok()).collect();
        let most = (0..3_540).map(|from| sent.iter().filter(|at| (from..from + 60).contains(*at)).count()).max();
        assert!(most <= Some(60), "{most:?}");
        assert!((1_800..=1_830).contains(&sent.len()), "{}", sent.len());
    }

    #[test]
    fn one_a_minute_is_one_a_minute() {
        let mut measure = measure(1);
        assert!(measure.take(noon()).is_ok());
        assert_eq!(measure.take(noon() + 59.seconds()), Err(noon() + 60.seconds()));
        assert!(measure.take(noon() + 60.seconds()).is_ok());
    }
}
