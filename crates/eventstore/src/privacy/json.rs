//! Where the strings of a JSON text stand. The text was read as JSON before; what is not JSON is walked all the same, without
//! a panic, and nothing is found in what cannot be told.

use std::ops::Range;

/// One level of the text around the place where the walk stands.
enum Level {
    Object { key: String, awaits_key: bool },
    Array { index: usize },
}

/// The levels around a string.
pub(super) struct Path<'a>(&'a [Level]);

impl Path<'_> {
    /// The JSON pointer (RFC 6901) to the string.
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for level in self.0 {
            pointer.push('/');
            match level {
                Level::Object { key, .. } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Level::Array { index } => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// Shows every string value with its place in the text, quotes included, in order. Keys are no values.
pub(super) fn string_values(json: &str, mut show: impl FnMut(&Path<'_>, Range<usize>)) {
    let bytes = json.as_bytes();
    let mut levels: Vec<Level> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => levels.push(Level::Object { key: String::new(), awaits_key: true }),
            b'[' => levels.push(Level::Array { index: 0 }),
            b'}' | b']' => {
                levels.pop();
            }
            b',' => match levels.last_mut() {
                Some(Level::Array { index }) => *index += 1,
                Some(Level::Object { awaits_key, .. }) => *awaits_key = true,
                None => {}
            },
            b'"' => {
                let end = end_of_string(bytes, at);
                let text = at..end;
                match levels.last_mut() {
                    Some(Level::Object { key, awaits_key: awaits_key @ true }) => {
                        *awaits_key = false;
                        *key = json.get(text).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
                    }
                    _ => show(&Path(&levels), text),
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Behind the closing quote of the string that begins at `from`.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn found(json: &str) -> Vec<(String, String)> {
        let mut all = Vec::new();
        string_values(json, |path, at| all.push((path.pointer(), json[at].to_owned())));
        all
    }

    #[test]
    fn values_are_found_with_their_pointers_and_keys_are_not() {
        let json = r#" {"a":"x", "b":[1,"y\"z",{"c/~":"\\"}], "d":{}, "e":[[],["w"]], "f":null,"":"ш"} "#;
        let expected = [("/a", "\"x\""), ("/b/1", r#""y\"z""#), ("/b/2/c~1~0", r#""\\""#), ("/e/1/0", "\"w\"")];
        let expected: Vec<_> = expected.into_iter().chain([("/", "\"ш\"")]).collect();
        assert_eq!(found(json), expected.iter().map(|(p, t)| (p.to_string(), t.to_string())).collect::<Vec<_>>());
        assert_eq!(found("\"alone\""), [(String::new(), "\"alone\"".to_owned())]);
        let deep = "[".repeat(20_000) + "\"x\"" + &"]".repeat(20_000);
        assert_eq!(found(&deep).len(), 1);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            "[a\"\\\\/~{}\\[\\],:ә\u{1}]{0,6}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a\"\\\\/~,ш]{0,3}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_string_stands_where_its_pointer_says(value in values(), pretty: bool) {
            let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            fn strings(value: &Value) -> usize {
                match value {
                    Value::String(_) => 1,
                    Value::Array(all) => all.iter().map(strings).sum(),
                    Value::Object(all) => all.values().map(strings).sum(),
                    _ => 0,
                }
            }
            let all = found(&json);
            prop_assert_eq!(all.len(), strings(&value));
            for (pointer, text) in all {
                let text: String = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(value.pointer(&pointer).and_then(Value::as_str), Some(text.as_str()));
            }
        }

        #[test]
        fn what_is_no_json_is_walked_without_a_panic(text in ".{0,60}") {
            string_values(&text, |path, _| drop(path.pointer()));
        }
    }
}
