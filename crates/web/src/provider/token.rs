//! What the provider says of somebody, in its ID token, and why that is believed (OpenID Connect Core 1.0, 3.1.3.7).

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::jws::{self, Checked, KeySet};
use super::visit::{Aim, Visit};
use super::{Fault, Settings};

/// Seconds by which the provider's clock and ours may differ.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// How old a token may be that has just been fetched.
const OLDEST: SignedDuration = SignedDuration::from_secs(10 * 60);

/// The token names a key that is not known.
pub(super) const UNKNOWN_KEY: &str = "the token is signed by a key that is not the provider's";

/// Who somebody is, by the provider's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What the provider calls them; the same for ever, and nothing to be guessed from it.
    pub subject: String,
    /// When they proved it there, if it says so.
    pub proved_at: Option<Timestamp>,
}

/// What was asked, to compare with.
pub(super) struct Expected<'a> {
    pub(super) settings: &'a Settings,
    pub(super) visit: &'a Visit,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nonce: Option<String>,
    auth_time: Option<f64>,
    acr: Option<String>,
}

/// The ID token in an answer of the token endpoint. The token for other services beside it is not looked at and not kept.
pub(super) fn of_answer(body: &[u8]) -> Result<String, Fault> {
    #[derive(Deserialize)]
    struct Answered {
        id_token: String,
    }
    let answered: Answered =
        serde_json::from_slice(body).map_err(|_| Fault::Unbelievable("the answer has no ID token"))?;
    Ok(answered.id_token)
}

/// Whole seconds of a NumericDate (RFC 7519, 2).
fn moment(seconds: f64) -> Result<Timestamp, Fault> {
    let span = SignedDuration::try_from_secs_f64(seconds.floor());
    let since = span.ok().and_then(|span| Timestamp::UNIX_EPOCH.checked_add(span).ok());
    since.ok_or(Fault::Unbelievable("the token has a time that is none"))
}

/// Who the token says that somebody is, when the provider has signed it, now, for us, in answer to this visit.
pub(super) fn believed(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Identity, Fault> {
    let unless = |holds: bool, why: &'static str| if holds { Ok(()) } else { Err(Fault::Unbelievable(why)) };
    let payload = match jws::check(token, keys) {
        Checked::Signed(payload) => payload,
        Checked::UnknownKey => return Err(Fault::Unbelievable(UNKNOWN_KEY)),
        Checked::Not(why) => return Err(Fault::Unbelievable(why)),
    };
    let claims: Claims = serde_json::from_slice(&payload)
        .map_err(|_| Fault::Unbelievable("the token does not say what an ID token says"))?;
    let Expected { settings, visit, now } = *expected;
    unless(claims.iss == settings.issuer, "the token is another provider's")?;
    let is_ours = match &claims.aud {
        Audience::One(one) => *one == settings.client_id,
        Audience::Several(several) => several.contains(&settings.client_id),
    };
    unless(is_ours, "the token is for somebody else")?;
    let is_shared = matches!(&claims.aud, Audience::Several(several) if several.len() > 1);
    let is_to_us = claims.azp.as_ref().map_or(!is_shared, |azp| *azp == settings.client_id);
    unless(is_to_us, "the token was issued to somebody else")?;
    unless(claims.nonce.as_ref() == Some(&visit.nonce), "the token answers another visit")?;
    unless(now < moment(claims.exp)? + LEEWAY, "the token has expired")?;
    let issued = moment(claims.iat)?;
    unless(issued <= now + LEEWAY && now <= issued + OLDEST, "the token was not issued just now")?;
    let proved_at = claims.auth_time.map(moment).transpose()?;
    let is_of_late = |at: Timestamp| visit.proved_since() <= at + LEEWAY && at <= now + LEEWAY;
    match (&visit.aim, &settings.acr) {
        // Without a time one comes in, and has proved nothing that a signature could rest on.
        (Aim::SignIn, _) => {
            unless(proved_at.is_none_or(is_of_late), "the person proved who they are too long ago")?;
        }
        // A provider that was asked for an age has to say when it was (Core, 3.1.2.1).
        (Aim::Proof { .. }, acr) => {
            unless(proved_at.is_some_and(is_of_late), "the person did not prove anew who they are")?;
            let is_enough =
                |wanted: &String| claims.acr.as_ref().is_some_and(|acr| wanted.split(' ').any(|one| one == acr));
            unless(acr.as_ref().is_none_or(is_enough), "the proof is of a lower level than a signature asks for")?;
        }
    }
    unless((1..=255).contains(&claims.sub.len()), "the token names nobody")?;
    Ok(Identity { subject: claims.sub, proved_at: proved_at.map(|at| at.min(now)) })
}
