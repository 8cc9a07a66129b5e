//! By what somebody has proved who they are, and when: a signature asks for a proof of the last ten minutes.

use jiff::{Timestamp, ToSpan};

/// Minutes for which a proof is good enough to sign with and to change how one comes in.
pub const FRESH_MINUTES: i64 = 10;

/// A way to prove who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The account's password.
    Password,
    /// A code of the account's app.
    Code,
    /// One of the codes for a lost app.
    RecoveryCode,
    /// The identity provider said so.
    Provider,
}

impl Method {
    /// As it is kept with a session; where RFC 8176 has a name for it, that one.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Code => "otp",
            Self::RecoveryCode => "rec",
            Self::Provider => "idp",
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Password, Self::Code, Self::RecoveryCode, Self::Provider].into_iter().find(|known| known.code() == code)
    }
}

/// What a request proves of who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    None,
    /// A token: it is presented with each request, and so is a proof of that moment.
    Token,
    /// A session whose owner proved who they are at that moment; none where that was not kept.
    Session(Option<Timestamp>),
}

impl Proof {
    /// Is it good enough, `now` by the doors' clock, for what must not be done by whoever finds a browser open?
    #[must_use]
    pub fn is_fresh(self, now: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Token => true,
            Self::Session(at) => at.is_some_and(|at| now <= at + FRESH_MINUTES.minutes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_of_ten_minutes_ago_is_fresh_and_an_older_one_is_not() {
        let now: Timestamp = "2026-09-20T09:40:00Z".parse().unwrap();
        let ago = |seconds: i64| Proof::Session(Some(now - seconds.seconds()));
        assert!(ago(0).is_fresh(now) && ago(600).is_fresh(now) && Proof::Token.is_fresh(now));
        assert!(!ago(601).is_fresh(now) && !Proof::Session(None).is_fresh(now) && !Proof::None.is_fresh(now));
    }
}
