//! How facts come in: read strictly, held against the rules, each fault with its place.

use serde_json::Value;

use super::{InquiryReference, Kind, Ministry, Recipients, To};
use crate::body::{self, Body, check_line, check_lines, limits};
use crate::check::{check_annexes, check_groups, check_letterhead, check_verification};
use crate::error::{Fault, Refusal};
use crate::model::Block;

/// Inquiries that one letter may be about.
const INQUIRIES: usize = 40;

/// Reads the facts of a kind from JSON.
pub(crate) fn read<K: Kind>(value: &Value) -> Result<K, Refusal> {
    // The body first and by its own reader: it says more about a fault than serde can.
    if let Some(body) = value.get("body").filter(|body| !body.is_null()) {
        body::parse(body).map_err(|refusal| refusal.below("/body"))?;
    }
    serde_path_to_error::deserialize(value)
        .map_err(|error| Refusal { at: pointer(error.path()), fault: Fault::Unreadable(error.inner().to_string()) })
}

/// Holds facts against the rules of what can be printed.
pub(crate) fn check<K: Kind>(facts: &K) -> Result<(), Refusal> {
    let common = facts.common();
    if let Some(letterhead) = common.letterhead {
        check_letterhead(letterhead, "/letterhead")?;
    }
    inquiries(&common.inquiries)?;
    check_line(common.subject, "/subject")?;
    match facts.to() {
        To::Deputies(_, recipients) => deputies(recipients)?,
        To::Ministries(list) => ministries(list)?,
    }
    facts.check_own()?;
    check_lines(&common.signatory.post, "/signatory/post")?;
    check_line(&common.signatory.name, "/signatory/name")?;
    if common.cosignatories.len() > limits::COSIGNATORIES {
        let fault = Fault::TooMany { what: "further signatories", limit: limits::COSIGNATORIES };
        return Err(Refusal { at: "/cosignatories".to_owned(), fault });
    }
    for (index, other) in common.cosignatories.iter().enumerate() {
        check_lines(&other.post, &format!("/cosignatories/{index}/post"))?;
        check_line(&other.name, &format!("/cosignatories/{index}/name"))?;
    }
    check_line(&common.executor.name, "/executor/name")?;
    check_line(&common.executor.phone, "/executor/phone")?;
    if let Some(registration) = common.registration {
        check_line(&registration.number, "/registration/number")?;
    }
    if let Some(verify) = common.verify {
        check_verification(verify, "/verify")?;
    }
    check_annexes(common.annexes, "/annexes")
}

/// Holds a body among the facts against the rules.
pub(super) fn check_body(body: &Body) -> Result<(), Refusal> {
    body.check().map_err(|refusal| refusal.below("/body"))
}

/// A question is as long as its deputy made it: it is held against the rules of a paragraph, not of a line.
pub(crate) fn check_text(text: &str, at: &str) -> Result<(), Refusal> {
    let body = Body { blocks: vec![Block::paragraph(text)] };
    body.check().map_err(|refusal| Refusal { at: at.to_owned(), ..refusal })
}

fn inquiries(inquiries: &[&InquiryReference]) -> Result<(), Refusal> {
    if inquiries.len() > INQUIRIES {
        let fault = Fault::TooMany { what: "inquiries", limit: INQUIRIES };
        return Err(Refusal { at: "/also".to_owned(), fault });
    }
    inquiries.iter().enumerate().try_for_each(|(index, inquiry)| match index {
        0 => check_line(&inquiry.number, "/inquiry/number"),
        _ => check_line(&inquiry.number, &format!("/also/{}/number", index - 1)),
    })
}

fn deputies(recipients: &Recipients) -> Result<(), Refusal> {
    match recipients {
        Recipients::One(one) => {
            check_line(&one.dative, "/recipients/one/dative")?;
            check_line(&one.address, "/recipients/one/address")
        }
        Recipients::List(list) => check_groups(&list.groups, "/recipients/list/groups"),
        Recipients::Faction(faction) => {
            check_lines(&faction.dative, "/recipients/faction/dative")?;
            if faction.groups.is_empty() {
                return Ok(());
            }
            check_groups(&faction.groups, "/recipients/faction/groups")
        }
    }
}

fn ministries(ministries: &[Ministry]) -> Result<(), Refusal> {
    let refuse = |fault| Err(Refusal { at: "/ministries".to_owned(), fault });
    if ministries.is_empty() {
        return refuse(Fault::Empty);
    }
    for (index, ministry) in ministries.iter().enumerate() {
        check_lines(&ministry.dative, &format!("/ministries/{index}/dative"))?;
    }
    // They share the lines of one addressee; who would be lost among more gets a letter of their own.
    let lines: usize = ministries.iter().map(|ministry| ministry.dative.len()).sum();
    if lines > limits::HEAD_LINES {
        return refuse(Fault::TooMany { what: "lines of an addressee", limit: limits::HEAD_LINES });
    }
    Ok(())
}

/// A path of the JSON reader as a JSON pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut at, segment| {
        at.push('/');
        match segment {
            Segment::Seq { index } => at.push_str(&index.to_string()),
            Segment::Map { key } => at.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => at.push_str(variant),
            Segment::Unknown => at.push('?'),
        }
        at
    })
}
