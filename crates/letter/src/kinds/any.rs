//! Facts whose kind is known only when they are read.

use serde_json::Value;

use super::acknowledgement::AcknowledgementFacts;
use super::contribution_request::ContributionRequestFacts;
use super::cover_note::CoverNoteFacts;
use super::extension_notice::ExtensionNoticeFacts;
use super::interim_reply::InterimReplyFacts;
use super::reminder::ReminderFacts;
use super::reply::ReplyFacts;
use super::{Common, Form, Kind, compose};
use crate::error::{Fault, LetterError, Refusal};
use crate::model::Letter;
use crate::templates::Wording;

/// The field by which facts may name their kind.
const KIND: &str = "kind";

/// The facts of any kind of letter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is a kind, and the kind's own type says what it is")]
pub enum AnyFacts {
    Reply(ReplyFacts),
    InterimReply(InterimReplyFacts),
    ExtensionNotice(ExtensionNoticeFacts),
    Acknowledgement(AcknowledgementFacts),
    ContributionRequest(ContributionRequestFacts),
    CoverNote(CoverNoteFacts),
    Reminder(ReminderFacts),
}

/// Does the same with the facts of whatever kind.
macro_rules! each {
    ($facts:expr, $one:ident => $done:expr) => {
        match $facts {
            AnyFacts::Reply($one) => $done,
            AnyFacts::InterimReply($one) => $done,
            AnyFacts::ExtensionNotice($one) => $done,
            AnyFacts::Acknowledgement($one) => $done,
            AnyFacts::ContributionRequest($one) => $done,
            AnyFacts::CoverNote($one) => $done,
            AnyFacts::Reminder($one) => $done,
        }
    };
}

impl AnyFacts {
    /// Reads facts of the kind that is asked for, or of the one they name themselves in `kind`.
    ///
    /// # Errors
    /// A [`Refusal`] that names the place of the first fault; at `/kind` where no kind is named, an unknown one, or another than asked for.
    pub fn parse(value: &Value, asked: Option<Form>) -> Result<Self, Refusal> {
        let mut value = value.clone();
        let named = value.as_object_mut().and_then(|fields| fields.remove(KIND));
        Ok(match form(named.as_ref(), asked)? {
            Form::Reply => Self::Reply(ReplyFacts::parse(&value)?),
            Form::InterimReply => Self::InterimReply(InterimReplyFacts::parse(&value)?),
            Form::ExtensionNotice => Self::ExtensionNotice(ExtensionNoticeFacts::parse(&value)?),
            Form::Acknowledgement => Self::Acknowledgement(AcknowledgementFacts::parse(&value)?),
            Form::ContributionRequest => Self::ContributionRequest(ContributionRequestFacts::parse(&value)?),
            Form::CoverNote => Self::CoverNote(CoverNoteFacts::parse(&value)?),
            Form::Reminder => Self::Reminder(ReminderFacts::parse(&value)?),
        })
    }

    /// The kind.
    #[must_use]
    pub fn form(&self) -> Form {
        fn of<K: Kind>(_: &K) -> Form {
            K::FORM
        }
        each!(self, facts => of(facts))
    }

    /// The facts as JSON, with their kind.
    #[must_use]
    pub fn to_json(&self) -> Value {
        // Facts are texts, numbers and lists under names: they always have a JSON form.
        let mut value = each!(self, facts => serde_json::to_value(facts)).unwrap_or(Value::Null);
        if let Some(fields) = value.as_object_mut() {
            fields.insert(KIND.to_owned(), Value::String(self.form().name().to_owned()));
        }
        value
    }

    /// The JSON Schema (2020-12) of a kind's facts, which may name their kind.
    #[must_use]
    pub fn schema(form: Form) -> Value {
        let mut schema = match form {
            Form::Reply => ReplyFacts::schema(),
            Form::InterimReply => InterimReplyFacts::schema(),
            Form::ExtensionNotice => ExtensionNoticeFacts::schema(),
            Form::Acknowledgement => AcknowledgementFacts::schema(),
            Form::ContributionRequest => ContributionRequestFacts::schema(),
            Form::CoverNote => CoverNoteFacts::schema(),
            Form::Reminder => ReminderFacts::schema(),
        };
        if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            let kind = serde_json::json!({ "const": form.name(), "description": "The kind of letter." });
            fields.insert(KIND.to_owned(), kind);
        }
        schema
    }

    /// The letter that says these facts.
    pub(crate) fn compose(&self, wording: &Wording) -> Result<Letter, LetterError> {
        each!(self, facts => compose(facts, wording))
    }

    /// What all letters have to know.
    pub(crate) fn common(&self) -> Common<'_> {
        each!(self, facts => facts.common())
    }

    /// What the wording of these facts may name.
    pub(crate) fn seen(&self) -> Value {
        each!(self, facts => super::seen(facts))
    }
}

fn form(named: Option<&Value>, asked: Option<Form>) -> Result<Form, Refusal> {
    let refuse = |fault| Err(Refusal { at: format!("/{KIND}"), fault });
    let named = match named {
        None => None,
        Some(value) => match value.as_str().and_then(Form::named) {
            Some(form) => Some(form),
            None => return refuse(Fault::Type { found: value.to_string().chars().take(40).collect(), known: KNOWN }),
        },
    };
    match (named, asked) {
        (Some(named), Some(asked)) if named != asked => {
            refuse(Fault::OtherKind { named: named.name(), asked: asked.name() })
        }
        (Some(form), _) | (None, Some(form)) => Ok(form),
        (None, None) => refuse(Fault::Missing { field: KIND.to_owned() }),
    }
}

/// The kinds' names, for people.
const KNOWN: &str =
    "reply, interim_reply, extension_notice, acknowledgement, contribution_request, cover_note, reminder";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_among_those_told_to_people() {
        assert_eq!(Form::ALL.map(Form::name).join(", "), KNOWN);
    }
}
