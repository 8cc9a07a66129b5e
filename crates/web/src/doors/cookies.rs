//! The cookies of these doors. With the prefix `__Host-` a browser takes one over TLS only, for this host and all its paths.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::state::Config;

/// A cookie of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    plain: &'static str,
    over_tls: &'static str,
    /// How long a browser keeps it; none: until it is closed.
    minutes: Option<i64>,
}

/// The session.
pub(crate) const SESSION: Kept = Kept { plain: "sid", over_tls: "__Host-sid", minutes: None };
/// A sign-in whose password was right and whose code is still to come.
pub(crate) const HALF_OPEN: Kept = Kept { plain: "half", over_tls: "__Host-half", minutes: Some(5) };
/// A visit to the identity provider that is under way.
pub(crate) const VISIT: Kept = Kept { plain: "visit", over_tls: "__Host-visit", minutes: Some(15) };

impl Kept {
    /// Its name.
    pub(crate) fn name(self, config: &Config) -> &'static str {
        if config.is_https() { self.over_tls } else { self.plain }
    }

    /// To be kept. Lax, not strict: whoever comes by a link from a mail, or back from the provider, comes in signed in.
    pub(crate) fn with(self, config: &Config, value: String) -> Cookie<'static> {
        let cookie = Cookie::build(self.name(config), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(config.is_https());
        match self.minutes {
            Some(minutes) => cookie.max_age(Duration::minutes(minutes)).finish(),
            None => cookie.finish(),
        }
    }

    /// To be forgotten.
    pub(crate) fn gone(self, config: &Config) -> Cookie<'static> {
        let mut cookie = self.with(config, String::new());
        cookie.make_removal();
        cookie
    }
}
