//! The null character, which is the sign of no text: PostgreSQL keeps none, and nobody types it. It is refused here for every path, every filter, every
//! form and every JSON body, so that no database has to.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::{Uri, header};
use actix_web::web::{Bytes, Query};
use futures_util::stream;
use serde_json::Value;

use super::translate;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;

/// As addresses and forms write it.
const ESCAPED: &str = "%00";

/// What is typed is put away as it comes, without it.
const TAKES_IT_OUT: &str = "/kept";

/// Refuses an address that holds it. What stands for an inquiry is read as an id, and none has it.
pub(super) fn in_address(uri: &Uri, is_read_as_id: bool) -> Result<(), Problem> {
    if uri.path().contains(ESCAPED) && !is_read_as_id {
        return Err(Problem::UnknownAddress);
    }
    if !uri.query().is_some_and(|query| query.contains(ESCAPED)) {
        return Ok(());
    }
    Err(Problem::BadParameter {
        name: ESCAPED,
        expected: Words::new(
            "Мекенжайда %00 (бос таңба) бар: оны алып тастаңыз.",
            "В адресе есть %00 (нулевой знак): уберите его.",
            "The address holds %00 (the null character): take it out.",
        ),
    })
}

/// Refuses a form that holds it. The body is read here, within the bounds of every form, and handed on.
pub(super) async fn in_form(request: &mut ServiceRequest, route: Option<&Route>) -> Result<(), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let media = kind.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        || route.is_some_and(|route| route.path == TAKES_IT_OUT)
    {
        return Ok(());
    }
    let body = request.extract::<Bytes>().await.map_err(|error| translate(&error))?;
    let found = field(&body);
    let again = stream::once(std::future::ready(Ok::<_, PayloadError>(body)));
    request.set_payload(Payload::Stream { payload: Box::pin(again) });
    found.map_or(Ok(()), |field| Err(refused(field)))
}

/// The name of the first field that holds it.
fn field(body: &[u8]) -> Option<String> {
    let holds = body.contains(&0) || body.windows(ESCAPED.len()).any(|bytes| bytes == ESCAPED.as_bytes());
    if !holds {
        return None;
    }
    let text = String::from_utf8_lossy(body);
    let pairs = Query::<Vec<(String, String)>>::from_query(&text).map(Query::into_inner).unwrap_or_default();
    let found = pairs.into_iter().find(|(name, value)| is_in(name) || is_in(value));
    Some(found.map(|(name, _)| name.replace('\0', "")).unwrap_or_default())
}

fn is_in(text: &str) -> bool {
    text.contains('\0')
}

/// Refuses a text of a form that brings a file.
pub(super) fn in_text(field: &str, text: &str) -> Result<(), Problem> {
    if is_in(text) { Err(refused(field.to_owned())) } else { Ok(()) }
}

/// Refuses JSON with it, whichever way it is written there.
pub(crate) fn in_json(value: &Value) -> Result<(), Problem> {
    place(value).map_or(Ok(()), |place| Err(refused(place.trim_start_matches('.').to_owned())))
}

/// Where it stands first, such as `.groups[0].label`.
fn place(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
        Value::String(text) => is_in(text).then(String::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(n, item)| Some(format!("[{n}]{}", place(item)?))),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let within = if is_in(name) { String::new() } else { place(field)? };
            Some(format!(".{}{within}", name.replace('\0', "")))
        }),
    }
}

fn refused(field: String) -> Problem {
    Problem::BadField {
        field,
        what: Words::new(
            "Мәтінде бос таңба (U+0000) бар: оны алып тастаңыз.",
            "В тексте есть нулевой знак (U+0000): уберите его.",
            "The text holds the null character (U+0000): take it out.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_names_the_field_that_holds_it_and_nothing_else_is_taken_for_it() {
        assert_eq!(field(b"a=1&why=x%00y&b=%00").as_deref(), Some("why"));
        assert_eq!(field(b"a=1&why=x\0y").as_deref(), Some("why"));
        assert_eq!(field(b"w%00hy=1").as_deref(), Some("why"));
        assert_eq!(field(b"why=%2500&b=00%25"), None);
    }

    #[test]
    fn json_names_the_place_that_holds_it() {
        let held = json!({ "a": 1, "groups": [{ "label": "x" }, { "label": "a\0" }] });
        assert_eq!(place(&held).as_deref(), Some(".groups[1].label"));
        assert_eq!(place(&json!({ "a\0": 1 })).as_deref(), Some(".a"));
        assert_eq!(place(&json!(["\\u0000", null, 0])), None);
    }
}
