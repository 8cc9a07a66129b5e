//! JSON written in exactly one way, so that equal content has equal bytes and an equal hash.

use std::fmt::Write as _;

use serde_json::Value;

/// Writes `value` with sorted keys and no white space.
///
/// The order does not rest on how `serde_json`'s map happens to be built: another crate's `preserve_order` would change it.
pub(crate) fn to_string(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            out.push('{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                scalar(&Value::String(name.clone()), out);
                out.push(':');
                if let Some(field) = fields.get(name) {
                    write(field, out);
                }
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(value, out),
    }
}

fn scalar(value: &Value, out: &mut String) {
    // Writing to a String cannot fail; `Display` of a scalar is its JSON form.
    if write!(out, "{value}").is_err() {
        out.push_str("null");
    }
}
