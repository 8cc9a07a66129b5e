//! What a wording may name: the facts in the words of its language, every field always there.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Kind, Recipients, To};
use crate::model::{Group, Language};
use crate::words;

/// The fields of one kind, beside those that all wordings may name.
pub struct Own {
    language: Language,
    fields: Map<String, Value>,
}

impl Own {
    /// No fields yet, for a letter in `language`.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { language, fields: Map::new() }
    }

    /// A field as it is; `None` is seen as `null`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        // Every value here is text, a truth or nothing, which always has a JSON form.
        self.fields.insert(name.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }

    /// A date in the forms that a sentence needs: `date`, `of` (before a noun), `until` and `on`.
    #[must_use]
    pub fn date(self, name: &str, date: Option<Date>) -> Self {
        let language = self.language;
        let forms = date.map(|date| {
            json!({
                "date": words::official_date(date, language),
                "of": words::date_before_noun(date, language),
                "until": words::until_date(date, language),
                "on": words::on_date(date, language),
            })
        });
        self.with(name, forms)
    }
}

/// What the wording of `facts` may name.
pub(crate) fn seen<K: Kind>(facts: &K) -> Value {
    let common = facts.common();
    let language = common.language;
    let named = |inquiry: &&super::InquiryReference| json!({ "number": inquiry.number, "date": words::date_before_noun(inquiry.dated, language) });
    let inquiries: Vec<Value> = common.inquiries.iter().map(named).collect();
    let cited: Vec<String> = common.inquiries.iter().map(|inquiry| words::cited(inquiry, language)).collect();
    let several = inquiries.len() > 1;
    let Addressed { chamber, list, one, recipient, faction, ministries } = Addressed::of(&facts.to(), language);
    let mut all = json!({
        "subject": common.subject,
        "inquiry": inquiries.first(),
        "inquiries": inquiries,
        "several": several,
        "cited": words::joined(&cited, language),
        "chamber": chamber,
        "list": list,
        "one": one,
        "recipient": recipient,
        "faction": faction,
        "ministries": ministries,
        "signatory": common.signatory,
        "executor": common.executor,
    });
    if let Value::Object(fields) = &mut all {
        fields.extend(facts.own().fields);
    }
    all
}

/// To whom, as the wordings ask it.
struct Addressed {
    chamber: Option<&'static str>,
    /// Whether a list is annexed.
    list: bool,
    /// Whether one person is spoken to.
    one: bool,
    recipient: Value,
    faction: Value,
    ministries: Value,
}

impl Addressed {
    fn of(to: &To<'_>, language: Language) -> Self {
        let nobody = Self {
            chamber: None,
            list: false,
            one: false,
            recipient: Value::Null,
            faction: Value::Null,
            ministries: Value::Null,
        };
        match to {
            To::Ministries(ministries) => {
                Self { ministries: ministries.iter().map(|ministry| json!(ministry.dative)).collect(), ..nobody }
            }
            To::Deputies(chamber, recipients) => {
                let chamber = words::chamber_possessive(*chamber, language);
                match recipients {
                    Recipients::One(one) => {
                        let recipient = json!({ "dative": one.dative, "address": one.address });
                        Self { chamber, one: true, recipient, ..nobody }
                    }
                    Recipients::List(list) => Self { chamber, list: true, one: people(&list.groups) == 1, ..nobody },
                    Recipients::Faction(faction) => {
                        let list = !faction.groups.is_empty();
                        Self { chamber, list, faction: json!(faction.dative), ..nobody }
                    }
                }
            }
        }
    }
}

fn people(groups: &[Group]) -> usize {
    groups.iter().map(|group| group.members.len()).sum()
}
