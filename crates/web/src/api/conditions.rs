//! What a request that changes something carries: `Idempotency-Key`, `If-Match`, a JSON body.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::doors::caller::Caller;
use crate::doors::nul;
use crate::office::Asked;
use crate::problem::Problem;
use crate::state::AppState;

/// The longest key, in characters.
const LONGEST_KEY: usize = 200;

/// Does the route need `If-Match`?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Yes: it changes an inquiry that is there.
    Needed,
    /// No: it makes a new one.
    New,
}

/// Reads the conditions and the body of a request to change `what` (a stable name of the route and its subject).
pub(super) fn read<T: DeserializeOwned>(
    state: &AppState,
    request: &HttpRequest,
    caller: &Caller,
    body: &Bytes,
    what: &str,
    version: Version,
) -> Result<(Asked, T), Problem> {
    let key = key(request)?;
    let seen = match version {
        Version::Needed => Some(if_match(request)?),
        Version::New => None,
    };
    let (value, content) = json::<T>(request, body)?;
    let mut canonical = String::new();
    write_canonical(&value, &mut canonical);
    let actor = caller.account.actor.clone();
    let asked = Asked::new(actor, state.clock.now(), caller.account.id, key, what, canonical.as_bytes(), seen);
    Ok((asked.proved_by(caller), content))
}

/// Reads the conditions of a request that brings a file: its bytes are the body as they are.
pub(super) fn of_bytes(
    state: &AppState,
    request: &HttpRequest,
    caller: &Caller,
    body: &[u8],
    what: &str,
    version: Version,
) -> Result<Asked, Problem> {
    let key = key(request)?;
    let seen = match version {
        Version::Needed => Some(if_match(request)?),
        Version::New => None,
    };
    let actor = caller.account.actor.clone();
    Ok(Asked::new(actor, state.clock.now(), caller.account.id, key, what, body, seen).proved_by(caller))
}

fn key(request: &HttpRequest) -> Result<&str, Problem> {
    let mut keys = request.headers().get_all("idempotency-key");
    let key = keys.next().ok_or(Problem::IdempotencyKeyMissing)?;
    let key = key.to_str().map_err(|_| Problem::IdempotencyKeyMalformed)?;
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && keys.next().is_none() { Ok(key) } else { Err(Problem::IdempotencyKeyMalformed) }
}

/// The version in `If-Match` (RFC 9110, 13.1.1): exactly one strong tag, because a command changes one version.
pub(crate) fn if_match(request: &HttpRequest) -> Result<u64, Problem> {
    let mut tags = request.headers().get_all(header::IF_MATCH);
    let tag = tags.next().ok_or(Problem::IfMatchMissing)?;
    if tags.next().is_some() {
        return Err(Problem::IfMatchMalformed);
    }
    tag.to_str().ok().and_then(version_of).ok_or(Problem::IfMatchMalformed)
}

fn version_of(tag: &str) -> Option<u64> {
    let digits = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    let plain = (1..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    // The journal counts in 63 bits.
    digits.parse().ok().filter(|version| plain && *version <= i64::MAX as u64)
}

/// The body as a value, and as what the route takes.
pub(crate) fn json<T: DeserializeOwned>(request: &HttpRequest, body: &Bytes) -> Result<(Value, T), Problem> {
    let declared =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = declared.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(Problem::NotJson);
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Problem::MalformedJson { hint: error.to_string() })?;
    nul::in_json(&value)?;
    let content =
        serde_json::from_slice(body).map_err(|error| Problem::UnexpectedContent { hint: error.to_string() })?;
    Ok((value, content))
}

/// A value without white space and with sorted keys, so that a repeat may be written differently and is still the same.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (n, (name, field)) in fields.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write_canonical(field, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn if_match_is_one_version_in_quotation_marks() {
        assert_eq!(version_of("\"7\""), Some(7));
        for tag in
            ["7", "W/\"7\"", "*", "\"\"", "\"-7\"", "\"7\", \"8\"", "\"٧\"", "\"99999999999999999999\"", "\"+7\""]
        {
            assert_eq!(version_of(tag), None, "{tag}");
        }
        let twice = TestRequest::post()
            .append_header((header::IF_MATCH, "\"7\""))
            .append_header((header::IF_MATCH, "\"8\""))
            .to_http_request();
        assert!(matches!(if_match(&twice), Err(Problem::IfMatchMalformed)));
    }

    #[test]
    fn a_key_is_visible_ascii() {
        let with = |key: &str| TestRequest::post().insert_header(("idempotency-key", key)).to_http_request();
        assert_eq!(key(&with("a-1")).unwrap(), "a-1");
        for bad in ["", "a b", &"a".repeat(201)] {
            assert!(matches!(key(&with(bad)), Err(Problem::IdempotencyKeyMalformed)), "{bad}");
        }
        assert!(matches!(key(&TestRequest::post().to_http_request()), Err(Problem::IdempotencyKeyMissing)));
    }

    #[test]
    fn the_order_of_keys_and_the_white_space_do_not_matter() {
        let (mut one, mut two) = (String::new(), String::new());
        write_canonical(&json!({ "b": [1, { "y": null, "x": "қ" }], "a": true }), &mut one);
        write_canonical(
            &serde_json::from_str("{ \"a\" : true, \"b\":[1,{\"x\":\"қ\",\"y\":null}]}").unwrap(),
            &mut two,
        );
        assert_eq!(one, two);
        assert_eq!(one, "{\"a\":true,\"b\":[1,{\"x\":\"қ\",\"y\":null}]}");
    }
}
