//! What a draft says, and the hash that visas and the signature are bound to.
//!
//! The body is kept as the exact JSON value that the letter's content model reads; this crate does not look into the letter's
//! blocks beyond counting them. The hash is taken over canonical JSON, so that equal content has one hash wherever it is counted.

use directory::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::{ContentHash, QuestionNo};

/// Everything about a draft that the office decides; number, date and recipients come from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftContent {
    /// The language of the letter.
    pub language: Language,
    /// The letter's blocks, as the letter's content model writes them in JSON.
    pub body: Value,
    /// Who is named at the foot of the letter as having prepared it.
    pub executor: Performer,
    /// Which block answers which question.
    pub answers: Vec<AnswerLink>,
    /// The same letter in other languages.
    pub translations: Vec<Translation>,
}

/// Who prepared the letter: «Орын. Ж. Даулетханова, 74-53-71».
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Performer {
    /// Initials and surname, as printed.
    pub name: String,
    /// The telephone number, as printed.
    pub phone: String,
}

/// This block answers that question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerLink {
    /// A question of the inquiry.
    pub question: QuestionNo,
    /// The place of the block in the body, counted from 1.
    pub block: u32,
}

/// The letter's body in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Translation {
    /// The language.
    pub language: Language,
    /// The blocks.
    pub body: Value,
}

impl DraftContent {
    /// SHA-256 over [`Self::canonical`].
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash(Sha256::digest(self.canonical()).into())
    }

    /// The content as JSON without white space, the keys of every object in the order of their bytes.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "texts, numbers and lists of them always become JSON; there is no map with other keys"
    )]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        canonical(&serde_json::to_value(self).expect("a draft's content becomes JSON"), &mut out);
        out
    }
}

/// The blocks of a body, which the letter's content model writes as a list or as `{"blocks": […]}`; none when it is neither.
#[must_use]
pub fn blocks(body: &Value) -> Option<&[Value]> {
    body.as_array().or_else(|| body.get("blocks")?.as_array()).map(Vec::as_slice)
}

/// Written out by hand, so that the order of keys does not depend on which features of serde_json the program is built with.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (place, (key, field)) in fields.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(field, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(body: Value) -> DraftContent {
        DraftContent {
            language: Language::Kk,
            body,
            executor: Performer { name: "Ж. Даулетханова".into(), phone: "74-53-71".into() },
            answers: vec![AnswerLink { question: QuestionNo(1), block: 2 }],
            translations: Vec::new(),
        }
    }

    #[test]
    fn the_canonical_form_sorts_keys_and_leaves_no_space() {
        let text = content(json!([{ "type": "paragraph", "content": [] }])).canonical();
        assert_eq!(
            text,
            "{\"answers\":[{\"block\":2,\"question\":1}],\"body\":[{\"content\":[],\"type\":\"paragraph\"}],\
             \"executor\":{\"name\":\"Ж. Даулетханова\",\"phone\":\"74-53-71\"},\"language\":\"kk\",\"translations\":[]}"
        );
    }

    #[test]
    fn one_changed_letter_changes_the_hash() {
        let first = content(json!([{ "text": "Заң" }]));
        assert_eq!(first.hash(), first.clone().hash());
        assert_ne!(first.hash(), content(json!([{ "text": "Зан" }])).hash());
        let mut other_phone = first.clone();
        other_phone.executor.phone = "74-53-72".into();
        assert_ne!(first.hash(), other_phone.hash());
    }
}
