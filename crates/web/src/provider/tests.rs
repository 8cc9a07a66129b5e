//! Tokens of keys of our own: what a provider that keeps to the standard never sends, and an attacker would.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use directory::Language;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::jws::KeySet;
use super::token::{self, Expected, Identity};
use super::visit::{Aim, Visit};
use super::{Fault, Settings};

const ISSUER: &str = "https://id.gov.example";
const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A provider of our own: one key, one visit that is under way.
struct Trial {
    key: EcdsaKeyPair,
    visit: Visit,
    settings: Settings,
}

fn pair() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

fn public(key: &EcdsaKeyPair, id: &str) -> Value {
    let point = key.public_key().as_ref();
    json!({ "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "x": base64(&point[1..33]), "y": base64(&point[33..]) })
}

impl Trial {
    fn new(aim: Aim) -> Self {
        let settings = Settings {
            issuer: ISSUER.into(),
            client_id: "saual".into(),
            client_secret: None,
            name: "ID".into(),
            acr: None,
            public_url: "https://saual.example".into(),
        };
        Self { key: pair(), visit: Visit::begin(aim, "/", Language::Kk, now()).unwrap(), settings }
    }

    fn claims(&self) -> Value {
        json!({ "iss": ISSUER, "sub": "248289761001", "aud": "saual", "nonce": self.visit.nonce,
                "iat": NOW, "exp": NOW + 300, "auth_time": NOW })
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", base64(header.to_string()), base64(claims.to_string()));
        let seal = self.key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", base64(seal))
    }

    fn believed(&self, token: &str) -> Result<Identity, Fault> {
        let keys = KeySet::read(json!({ "keys": [public(&self.key, "one")] }).to_string().as_bytes()).unwrap();
        token::believed(token, &keys, &Expected { settings: &self.settings, visit: &self.visit, now: now() })
    }

    fn with(&self, change: impl FnOnce(&mut Value)) -> Result<Identity, Fault> {
        let mut claims = self.claims();
        change(&mut claims);
        self.believed(&self.signed(&json!({ "alg": "ES256", "kid": "one" }), &claims))
    }

    /// What is wrong with the token of these claims.
    #[track_caller]
    fn wrong(&self, why: &str, change: impl FnOnce(&mut Value)) {
        match self.with(change) {
            Err(Fault::Unbelievable(said)) => assert!(said.contains(why), "{said}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[test]
fn a_token_is_believed_that_says_everything_as_it_should() {
    let trial = Trial::new(Aim::SignIn);
    let wanted = Identity { subject: "248289761001".into(), proved_at: Some(now()) };
    assert_eq!(trial.with(|_| ()).unwrap(), wanted);
    assert_eq!(trial.with(|claims| claims["aud"] = json!(["saual"])).unwrap(), wanted);
    let shared = |claims: &mut Value| (claims["aud"], claims["azp"]) = (json!(["saual", "mail"]), json!("saual"));
    assert_eq!(trial.with(shared).unwrap(), wanted);
    // Half seconds are times too, and a provider may keep to itself when somebody signed in: then it proves nothing.
    assert_eq!(trial.with(|claims| claims["iat"] = json!(NOW as f64 - 0.5)).unwrap(), wanted);
    assert_eq!(trial.with(|claims| claims["auth_time"] = Value::Null).unwrap().proved_at, None);
    assert_eq!(trial.with(|claims| claims["auth_time"] = json!(NOW + 30)).unwrap().proved_at, Some(now()));
}

#[test]
fn a_token_of_others_for_others_or_of_another_time_is_not_believed() {
    let trial = Trial::new(Aim::SignIn);
    trial.wrong("another provider's", |claims| claims["iss"] = json!("https://id.gov.example/"));
    trial.wrong("for somebody else", |claims| claims["aud"] = json!("mail"));
    trial.wrong("for somebody else", |claims| claims["aud"] = json!([]));
    trial.wrong("issued to somebody else", |claims| claims["aud"] = json!(["saual", "mail"]));
    trial.wrong("issued to somebody else", |claims| claims["azp"] = json!("mail"));
    trial.wrong("another visit", |claims| claims["nonce"] = json!("another"));
    trial.wrong("another visit", |claims| claims["nonce"] = Value::Null);
    trial.wrong("expired", |claims| claims["exp"] = json!(NOW - 60));
    trial.wrong("just now", |claims| claims["iat"] = json!(NOW - 601));
    trial.wrong("just now", |claims| claims["iat"] = json!(NOW + 61));
    trial.wrong("too long ago", |claims| claims["auth_time"] = json!(NOW - 12 * 3_600 - 61));
    trial.wrong("too long ago", |claims| claims["auth_time"] = json!(NOW + 61));
    trial.wrong("a time that is none", |claims| claims["exp"] = json!(1e300));
    trial.wrong("names nobody", |claims| claims["sub"] = json!(""));
    trial.wrong("names nobody", |claims| claims["sub"] = json!("a".repeat(256)));
    for missing in ["iss", "sub", "aud", "iat", "exp"] {
        trial.wrong("what an ID token says", |claims| drop(claims.as_object_mut().unwrap().remove(missing)));
    }
}

#[test]
fn a_proof_is_of_this_moment_and_of_the_level_that_is_asked_for() {
    let aim = Aim::Proof { session: uuid::Uuid::nil(), account: uuid::Uuid::nil() };
    let mut trial = Trial::new(aim);
    assert!(trial.with(|_| ()).is_ok());
    trial.wrong("did not prove anew", |claims| claims["auth_time"] = json!(NOW - 61));
    trial.wrong("did not prove anew", |claims| claims["auth_time"] = Value::Null);
    trial.settings.acr = Some("high substantial".into());
    trial.wrong("lower level", |_| ());
    trial.wrong("lower level", |claims| claims["acr"] = json!("low"));
    trial.wrong("lower level", |claims| claims["acr"] = json!("high substantial"));
    assert!(trial.with(|claims| claims["acr"] = json!("substantial")).is_ok());
}

#[test]
fn a_token_is_believed_by_the_provider_s_own_signature_only() {
    let trial = Trial::new(Aim::SignIn);
    let claims = trial.claims();
    let refused = |token: &str, why: &str| match trial.believed(token) {
        Err(Fault::Unbelievable(said)) => assert!(said.contains(why), "{said}"),
        other => panic!("{why}: {other:?}"),
    };
    let header = json!({ "alg": "ES256", "kid": "one" });
    let good = trial.signed(&header, &claims);
    assert!(trial.believed(&good).is_ok());
    // Another's key, a key that is not in the set, none at all, and a secret made of what is public.
    let stranger = Trial { key: pair(), visit: trial.visit.clone(), settings: trial.settings.clone() };
    refused(&stranger.signed(&header, &claims), "not signed by the provider");
    refused(&trial.signed(&json!({ "alg": "ES256", "kid": "two" }), &claims), token::UNKNOWN_KEY);
    let unsigned = format!("{}.{}.", base64(json!({ "alg": "none" }).to_string()), base64(claims.to_string()));
    refused(&unsigned, "not believed");
    for alg in ["none", "HS256", "RS1", "es256", ""] {
        refused(&trial.signed(&json!({ "alg": alg, "kid": "one" }), &claims), "not believed");
    }
    refused(&trial.signed(&json!({ "alg": "RS256", "kid": "one" }), &claims), "not signed by the provider");
    refused(&trial.signed(&json!({ "alg": "ES256", "kid": "one", "crit": ["exp"] }), &claims), "not known here");
    // Changed after it was signed, cut, or none.
    let (message, seal) = good.rsplit_once('.').unwrap();
    let other = base64(json!({ "sub": "admin" }).to_string());
    refused(&format!("{}.{other}.{seal}", message.split('.').next().unwrap()), "not signed by the provider");
    refused(&format!("{message}."), "not signed by the provider");
    for token in ["", "a.b", "a.b.c.d", "!.!.!", &format!("{good}.")] {
        assert!(trial.believed(token).is_err(), "{token}");
    }
    // Without a name the one key is meant; where there are two, none is.
    let unnamed = trial.signed(&json!({ "alg": "ES256" }), &claims);
    assert!(trial.believed(&unnamed).is_ok());
    let two = json!({ "keys": [public(&trial.key, "one"), public(&pair(), "two")] }).to_string();
    let expected = Expected { settings: &trial.settings, visit: &trial.visit, now: now() };
    assert!(token::believed(&unnamed, &KeySet::read(two.as_bytes()).unwrap(), &expected).is_err());
    assert!(token::believed(&good, &KeySet::read(two.as_bytes()).unwrap(), &expected).is_ok());
}

#[test]
fn only_keys_for_signatures_are_looked_at() {
    let ed = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let one = public(&pair(), "one");
    let set = |keys: Value| KeySet::read(json!({ "keys": keys }).to_string().as_bytes());
    let with = |field: &str, value: &str| {
        let mut key = one.clone();
        key[field] = json!(value);
        key
    };
    let ed = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(ed.public_key().as_ref()) });
    assert_eq!(set(json!([one, with("use", "enc"), with("crv", "P-521"), with("x", "!"), ed, 7])).unwrap().len(), 2);
    assert!(set(json!([with("use", "enc"), { "kty": "oct", "k": "c2VjcmV0" }])).is_err());
    assert!(KeySet::read(b"<html>").is_err());
}
