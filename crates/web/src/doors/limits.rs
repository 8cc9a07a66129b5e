//! How often somebody may ask: changes and exports by account, the doors that are open to everybody by address.
//!
//! Each limit is a bucket that drains evenly (GCRA, as in ITU-T I.371): a burst of the whole number at once, then one for each part of the time.
//! What is kept of somebody is one moment, and nothing once it has gone by. Each node counts for itself.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::http::Method;

use super::caller::Caller;
use super::proxy;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;

/// Where programs have a file checked.
pub(crate) const VERIFICATION: &str = "/api/v1/verification";

/// Of how many askers a limit knows at most.
const MOST_KNOWN: usize = 50_000;

/// So many within so much time; none: as often as one likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many; 0 is without limit.
    pub most: u32,
    /// Within which time.
    pub within: Duration,
}

impl Rate {
    /// So many a minute.
    #[must_use]
    pub const fn a_minute(most: u32) -> Self {
        Self { most, within: Duration::from_secs(60) }
    }

    /// So many an hour.
    #[must_use]
    pub const fn an_hour(most: u32) -> Self {
        Self { most, within: Duration::from_secs(3_600) }
    }
}

/// The limits of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Requests that change something, by account.
    pub changes: Rate,
    /// Exports, by account.
    pub exports: Rate,
    /// Tries to sign in, by address. A ministry may stand behind one; the brake on each name is there besides.
    pub logins: Rate,
    /// Looks at what is open to whoever has a key to it (the code on a letter), by address.
    pub checks: Rate,
}

impl Rates {
    /// What suits people at keyboards and programs that send one request after the other.
    pub const USUAL: Self = Self {
        changes: Rate::a_minute(600),
        exports: Rate::an_hour(60),
        logins: Rate::a_minute(60),
        checks: Rate::a_minute(60),
    };
}

/// Counts askers of one kind.
struct Limit<K> {
    rate: Rate,
    /// When each asker's bucket is empty again.
    empty_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Limit<K> {
    fn new(rate: Rate) -> Self {
        Self { rate, empty_at: Mutex::new(HashMap::new()) }
    }

    /// Counts a request of this asker; says how long to wait if it is one too many, which is not counted.
    fn ask(&self, asker: K, now: Instant) -> Result<(), Duration> {
        if self.rate.most == 0 {
            return Ok(());
        }
        let each = self.rate.within / self.rate.most;
        // A panic while counting leaves the moments as they were: counting goes on.
        let mut empty_at = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        if empty_at.len() >= MOST_KNOWN && !empty_at.contains_key(&asker) {
            empty_at.retain(|_, moment| *moment > now);
            // Whoever asks from so many addresses is not held by counting them; nobody else is to wait for it.
            if empty_at.len() >= MOST_KNOWN {
                empty_at.clear();
            }
        }
        let moment = empty_at.entry(asker).or_insert(now);
        let full_for = moment.saturating_duration_since(now);
        let room = self.rate.within.saturating_sub(each);
        if full_for > room {
            return Err(full_for - room);
        }
        *moment = now + full_for + each;
        Ok(())
    }
}

/// Everything that is counted.
pub struct Limits {
    changes: Limit<String>,
    exports: Limit<String>,
    logins: Limit<IpAddr>,
    checks: Limit<IpAddr>,
}

impl Limits {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(rates: Rates) -> Self {
        Self {
            changes: Limit::new(rates.changes),
            exports: Limit::new(rates.exports),
            logins: Limit::new(rates.logins),
            checks: Limit::new(rates.checks),
        }
    }

    /// Before anybody is looked up: may this address ask at an open door?
    pub(super) fn at_the_door(&self, request: &HttpRequest, route: &Route) -> Result<(), Problem> {
        if route.permission != Permission::Public {
            return Ok(());
        }
        let limit = match (route.path.as_str(), &route.method) {
            ("/login", &Method::POST) => &self.logins,
            (path, _) if path.contains('{') && !path.starts_with("/static/") => &self.checks,
            // A file is more work than a code, and counts the same: few at once are judged anyway.
            (path, &Method::POST) if path == VERIFICATION || path == "/v" => &self.checks,
            _ => return Ok(()),
        };
        match proxy::asker(request) {
            Some(address) => told(limit.ask(network(address), Instant::now())),
            None => Ok(()),
        }
    }

    /// Somebody who may use this route: not too often?
    pub(super) fn inside(&self, caller: &Caller, route: &Route) -> Result<(), Problem> {
        let account = || caller.account.actor.name.clone();
        if is_export(route) {
            return told(self.exports.ask(account(), Instant::now()));
        }
        // Whoever wants to go is never kept.
        if route.method == Method::GET || route.name == "logout" {
            return Ok(());
        }
        told(self.changes.ask(account(), Instant::now()))
    }
}

/// Rows that leave the house in quantity, and whole inquiries.
pub(crate) fn is_export(route: &Route) -> bool {
    route.path.starts_with("/inquiries/export.")
        || route.path == "/journal/export.zip"
        || route.path.ends_with("/evidence.zip")
}

/// Who has one address of IPv6 has a network of them (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(inner) => inner.into(),
            None => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        },
    }
}

fn told(asked: Result<(), Duration>) -> Result<(), Problem> {
    asked.map_err(|wait| Problem::TooOften { seconds: wait.as_secs() + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_one_for_each_part_of_the_time() {
        let limit = Limit::new(Rate::a_minute(6));
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        assert!((0..6).all(|_| limit.ask("a", begun).is_ok()));
        assert_eq!(limit.ask("a", begun), Err(Duration::from_secs(10)));
        assert_eq!(limit.ask("a", at(4)), Err(Duration::from_secs(6)));
        assert!(limit.ask("b", begun).is_ok(), "another one's requests count for another");
        assert!(limit.ask("a", at(10)).is_ok());
        assert!(limit.ask("a", at(10)).is_err());
        assert!((0..6).all(|_| limit.ask("a", at(80)).is_ok()));
        assert!(limit.ask("a", at(80)).is_err());
    }

    #[test]
    fn nothing_is_limited_where_nobody_set_a_limit() {
        let limit = Limit::new(Rate::a_minute(0));
        assert!((0..10_000).all(|_| limit.ask("a", Instant::now()).is_ok()));
    }

    #[test]
    fn what_is_known_of_askers_is_forgotten_and_never_grows_without_end() {
        let limit = Limit::new(Rate::a_minute(60));
        let begun = Instant::now();
        let known = || limit.empty_at.lock().unwrap().len();
        for asker in 0..MOST_KNOWN {
            limit.ask(asker, begun).unwrap();
        }
        assert_eq!(known(), MOST_KNOWN);
        limit.ask(MOST_KNOWN, begun + Duration::from_secs(2)).unwrap();
        assert_eq!(known(), 1, "those whose time has gone by are kept");
        for asker in 0..2 * MOST_KNOWN {
            limit.ask(asker, begun + Duration::from_secs(2)).unwrap();
        }
        assert!(known() <= MOST_KNOWN);
    }

    #[test]
    fn one_house_has_one_network() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
