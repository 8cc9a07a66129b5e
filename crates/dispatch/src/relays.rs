//! The relays in the order of preference, and what is known of each: whether its door opens, and how much it may be given.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::config::{Config, Mode, Rates, Relay};
use crate::error::DispatchError;
use crate::rate::Measure;
use crate::schedule::{Admission, Breaker, Sign};
use crate::wire::{Client, Outcome, Stage};

/// Every relay of the settings.
pub(crate) struct Relays {
    all: Vec<Known>,
    rates: Rates,
    /// What each domain of recipients may still be given. Whoever has not been written to for a minute is forgotten.
    domains: Mutex<BTreeMap<String, Measure>>,
}

struct Known {
    client: Client,
    name: String,
    breaker: Mutex<Breaker>,
    measure: Option<Mutex<Measure>>,
}

/// What a relay's door has come to with an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is left in peace until then.
    Closed(Timestamp),
    /// It is open again.
    Opened,
    /// Nothing has changed.
    None,
}

impl Relays {
    pub(crate) fn new(first: &Relay, config: &Config) -> Result<Self, DispatchError> {
        let redirected = match &config.mode {
            Mode::Redirect { .. } => " (redirected to a test address)",
            Mode::Smtp { .. } | Mode::File { .. } => "",
        };
        let known = |relay: &Relay| {
            Ok(Known {
                client: Client::new(relay).map_err(DispatchError::Settings)?,
                name: format!("{}{redirected}", relay.name()),
                breaker: Mutex::new(Breaker::default()),
                measure: config.rates.relay.map(|mails| Mutex::new(Measure::a_minute(mails))),
            })
        };
        Ok(Self {
            all: std::iter::once(first).chain(&config.next_relays).map(known).collect::<Result<_, _>>()?,
            rates: config.rates,
            domains: Mutex::new(BTreeMap::new()),
        })
    }

    /// What rows, events and logs call a relay.
    pub(crate) fn name(&self, relay: usize) -> &str {
        self.all.get(relay).map_or("", |known| &known.name)
    }

    pub(crate) fn client(&self, relay: usize) -> Option<&Client> {
        self.all.get(relay).map(|known| &known.client)
    }

    /// How many mails may be tried now: as many as the first relay whose door stands open may be given.
    pub(crate) fn admits(&self, now: Timestamp) -> Admission {
        let mut earliest: Option<Timestamp> = None;
        for known in &self.all {
            match lock(&known.breaker).admits(now) {
                Admission::NoneBefore(until) => earliest = Some(earliest.map_or(until, |known| known.min(until))),
                // The limit is there to spare it, and the next relay is no way around a limit.
                open => {
                    let measure = known.measure.as_ref();
                    let empty_until = measure.and_then(|measure| lock(measure).empty_until(now));
                    return empty_until.map_or(open, Admission::NoneBefore);
                }
            }
        }
        earliest.map_or(Admission::All, Admission::NoneBefore)
    }

    /// The relays whose doors may be tried, the preferred one first.
    pub(crate) fn open_ones(&self, now: Timestamp) -> Vec<usize> {
        let is_open = |known: &Known| !matches!(lock(&known.breaker).admits(now), Admission::NoneBefore(_));
        self.all.iter().enumerate().filter(|(_, known)| is_open(known)).map(|(at, _)| at).collect()
    }

    /// Takes one mail from what this relay, and this domain of recipients, may be given in a minute: from both or from none.
    ///
    /// # Errors
    /// When it may come again.
    pub(crate) fn takes(&self, relay: usize, domain: &str, now: Timestamp) -> Result<(), Timestamp> {
        let measure = self.measure(relay);
        measure.map_or(Ok(()), |measure| lock(measure).take(now))?;
        let Some(mails) = self.rates.domain else { return Ok(()) };
        let mut domains = lock(&self.domains);
        domains.retain(|_, measure| !measure.is_full(now));
        let taken = domains.entry(domain.to_lowercase()).or_insert_with(|| Measure::a_minute(mails)).take(now);
        if let (Err(_), Some(measure)) = (taken, measure) {
            lock(measure).give_back();
        }
        taken
    }

    /// Gives both back: the mail did not go.
    pub(crate) fn give_back(&self, relay: usize, domain: &str) {
        if let Some(measure) = self.measure(relay) {
            lock(measure).give_back();
        }
        if let Some(measure) = lock(&self.domains).get_mut(&domain.to_lowercase()) {
            measure.give_back();
        }
    }

    fn measure(&self, relay: usize) -> Option<&Mutex<Measure>> {
        self.all.get(relay).and_then(|known| known.measure.as_ref())
    }

    /// What an attempt says about its relay.
    pub(crate) fn record(&self, relay: usize, outcome: &Outcome, now: Timestamp) -> Turn {
        let Some(known) = self.all.get(relay) else { return Turn::None };
        let mut breaker = lock(&known.breaker);
        let was_closed = breaker.admits(now) != Admission::All;
        if breaker.record(sign(outcome), now) {
            tracing::error!(relay = known.name, "the relay does not take our mail; it is left in peace for a while");
            return match breaker.admits(now) {
                Admission::NoneBefore(until) => Turn::Closed(until),
                Admission::All | Admission::One => Turn::None,
            };
        }
        if was_closed && breaker.admits(now) == Admission::All { Turn::Opened } else { Turn::None }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves a count that is one attempt old: it can be read on.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an outcome says about the relay.
fn sign(outcome: &Outcome) -> Sign {
    match outcome {
        Outcome::Accepted(_) => Sign::Works,
        Outcome::Deferred { stage: Stage::Before, .. }
        | Outcome::Refused { stage: Stage::Before, .. }
        | Outcome::NotSent { stage: Stage::Before, .. } => Sign::Nothing,
        Outcome::Deferred { answer, .. } if answer.code == 421 => Sign::Fails,
        Outcome::Deferred { stage: Stage::Connect | Stage::Tls | Stage::Auth, .. } => Sign::Fails,
        Outcome::Deferred { .. } | Outcome::Refused { .. } => Sign::Works,
        Outcome::NotSent { .. } | Outcome::Unknown { .. } => Sign::Fails,
        Outcome::Config { .. } => Sign::RefusesUs,
    }
}
