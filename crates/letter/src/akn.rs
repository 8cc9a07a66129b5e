//! Question and answer as Akoma Ntoso 1.0 (OASIS LegalDocumentML, namespace `…/akn/3.0`), for parliaments and researchers who exchange
//! documents of that standard.
//!
//! The exchange is a `debate` that holds the inquiry's questions and the answer. A heading of the letter begins a `tblock`, a footnote becomes
//! an `authorialNote`. Names of people get identifiers within their inquiry and no others: initials and a surname are not an identity.

mod blocks;
mod xml;

use jiff::civil::Date;

use self::xml::Xml;
use crate::error::Refusal;
use crate::kinds::reply::ReplyFacts;
use crate::kinds::{Chamber, Recipients};
use crate::model::{Group, Language};
use crate::words;

/// The namespace of Akoma Ntoso 1.0 (OASIS Standard of 29 August 2018; the vocabulary's own number is 3.0).
const NAMESPACE: &str = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0";

/// Who marks the text up and names its parts, as the document refers to itself.
const EDITOR: &str = "#government";

/// The exchange as XML: what the inquiry asked, point by point, and what the reply answers.
///
/// # Errors
/// A [`Refusal`] of the facts, or at `/questions/…` of a question that holds what no letter may hold.
pub fn exchange(facts: &ReplyFacts, questions: &[String]) -> Result<String, Refusal> {
    facts.check()?;
    for (index, question) in questions.iter().enumerate() {
        crate::kinds::check_text(question, &format!("/questions/{index}"))?;
    }
    let mut xml = Xml::document();
    xml.within("akomaNtoso", &[("xmlns", NAMESPACE)], |xml| {
        xml.within("debate", &[("name", "deputyInquiry")], |xml| {
            meta(xml, facts);
            xml.within("debateBody", &[], |xml| {
                xml.within("questions", &[("eId", "questions_1")], |xml| {
                    xml.said("heading", &[], &facts.subject);
                    asked(xml, facts, questions);
                    answered(xml, facts);
                });
            });
        });
    });
    Ok(xml.finish())
}

/// Who asked: the deputies by name, under the labels of their own list.
fn asked(xml: &mut Xml, facts: &ReplyFacts, questions: &[String]) {
    let attributes = [("eId", "question_1"), ("by", "#deputies"), ("to", EDITOR)];
    xml.within("question", &attributes, |xml| {
        xml.said("num", &[], &facts.inquiry.number);
        xml.said("from", &[], &askers(&facts.recipients));
        match questions {
            // The inquiry's own words are not part of a reply: without its questions its subject has to stand for them.
            [] => xml.said("p", &[], &facts.subject),
            questions => xml.within("ol", &[], |xml| {
                for question in questions {
                    xml.within("li", &[], |xml| xml.said("p", &[], question));
                }
            }),
        }
    });
}

fn answered(xml: &mut Xml, facts: &ReplyFacts) {
    let attributes = [("eId", "answer_1"), ("by", "#signatory"), ("as", "#post"), ("to", "#deputies")];
    xml.within("answer", &attributes, |xml| {
        if let Some(registration) = &facts.registration {
            xml.said("num", &[], &format!("№ {}", registration.number));
        }
        xml.said("from", &[], &signatories(facts));
        blocks::write(xml, &facts.body.blocks);
    });
}

/// What the document is (FRBR: work, expression, manifestation), and whom it speaks of.
fn meta(xml: &mut Xml, facts: &ReplyFacts) {
    let work = format!("/akn/kz/debate/{}/{}", facts.inquiry.dated, slug(&facts.inquiry.number));
    let expression = format!("{work}/{}@{}", language(facts.language), facts.dated);
    xml.within("meta", &[], |xml| {
        xml.within("identification", &[("source", EDITOR)], |xml| {
            xml.within("FRBRWork", &[], |xml| {
                identified(xml, &work, facts.inquiry.dated, "asked");
                xml.empty("FRBRcountry", &[("value", "kz")]);
                xml.empty("FRBRnumber", &[("value", &facts.inquiry.number)]);
            });
            xml.within("FRBRExpression", &[], |xml| {
                identified(xml, &expression, facts.dated, "answered");
                xml.empty("FRBRlanguage", &[("language", language(facts.language))]);
            });
            xml.within("FRBRManifestation", &[], |xml| {
                identified(xml, &format!("{expression}.xml"), facts.dated, "answered");
            });
        });
        xml.within("references", &[("source", EDITOR)], |xml| references(xml, facts));
    });
}

fn identified(xml: &mut Xml, uri: &str, date: Date, name: &str) {
    // A manifestation's own name ends in its file's ending; the part it holds stands before that.
    let this = match uri.strip_suffix(".xml") {
        Some(stem) => format!("{stem}/!main.xml"),
        None => format!("{uri}/!main"),
    };
    xml.empty("FRBRthis", &[("value", &this)]);
    xml.empty("FRBRuri", &[("value", uri)]);
    xml.empty("FRBRdate", &[("date", &date.to_string()), ("name", name)]);
    xml.empty("FRBRauthor", &[("href", EDITOR)]);
}

fn references(xml: &mut Xml, facts: &ReplyFacts) {
    let scope = slug(&facts.inquiry.number);
    let organization = |xml: &mut Xml, id: &str, name: &str, shown: &str| {
        let href = format!("/akn/ontology/organization/kz/{name}");
        xml.empty("TLCOrganization", &[("eId", id), ("href", &href), ("showAs", shown)]);
    };
    organization(xml, "government", "government", government(facts.language));
    organization(xml, "deputies", &format!("deputies.{scope}"), &deputies(facts.chamber, facts.language));
    let signatories = std::iter::once(&facts.signatory).chain(&facts.cosignatories);
    let people = members(&facts.recipients).chain(signatories.map(|signatory| signatory.name.as_str()));
    let count = members(&facts.recipients).count();
    for (number, name) in (1..).zip(people) {
        let id = match number {
            number if number <= count => format!("deputy_{number}"),
            number if number == count + 1 => "signatory".to_owned(),
            number => format!("signatory_{}", number - count),
        };
        let href = format!("/akn/ontology/person/kz/{scope}.{id}");
        xml.empty("TLCPerson", &[("eId", &id), ("href", &href), ("showAs", name)]);
    }
    let post = facts.signatory.post.join(" ");
    xml.empty("TLCRole", &[("eId", "post"), ("href", "/akn/ontology/role/kz/signatory"), ("showAs", &post)]);
    for (number, other) in (2..).zip(&facts.cosignatories) {
        let (id, post) = (format!("post_{number}"), other.post.join(" "));
        xml.empty("TLCRole", &[("eId", &id), ("href", "/akn/ontology/role/kz/signatory"), ("showAs", &post)]);
    }
}

/// Everybody who signs, in the order in which the letter prints them.
fn signatories(facts: &ReplyFacts) -> String {
    let all = std::iter::once(&facts.signatory).chain(&facts.cosignatories);
    all.map(|signatory| signatory.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn groups(recipients: &Recipients) -> &[Group] {
    match recipients {
        Recipients::One(_) => &[],
        Recipients::List(list) => &list.groups,
        Recipients::Faction(faction) => &faction.groups,
    }
}

/// The names on the list; of a single deputy only the dative is known, and that names nobody in the nominative.
fn members(recipients: &Recipients) -> impl Iterator<Item = &str> {
    groups(recipients).iter().flat_map(|group| &group.members).map(String::as_str)
}

fn askers(recipients: &Recipients) -> String {
    let listed = |group: &Group| format!("{}: {}", group.lines.join(" "), group.members.join(", "));
    match recipients {
        Recipients::One(one) => one.address.clone(),
        Recipients::Faction(faction) if faction.groups.is_empty() => faction.dative.join(" "),
        Recipients::List(_) | Recipients::Faction(_) => {
            groups(recipients).iter().map(listed).collect::<Vec<_>>().join("; ")
        }
    }
}

/// ISO 639-2, as `FRBRlanguage` asks for it.
const fn language(language: Language) -> &'static str {
    match language {
        Language::Kk => "kaz",
        Language::Ru => "rus",
        Language::En => "eng",
    }
}

const fn government(language: Language) -> &'static str {
    match language {
        Language::Kk => "Қазақстан Республикасының Үкіметі",
        Language::Ru => "Правительство Республики Казахстан",
        Language::En => "Government of the Republic of Kazakhstan",
    }
}

fn deputies(chamber: Chamber, language: Language) -> String {
    let chamber = words::chamber_possessive(chamber, language);
    match (language, chamber) {
        (Language::Kk, Some(chamber)) => format!("Парламенті {chamber} депутаттары"),
        (Language::Kk, None) => "Парламент депутаттары".to_owned(),
        (Language::Ru, Some(chamber)) => format!("Депутаты {chamber} Парламента"),
        (Language::Ru, None) => "Депутаты Парламента".to_owned(),
        (Language::En, Some(chamber)) => format!("Deputies of the {chamber}"),
        (Language::En, None) => "Deputies of the Parliament".to_owned(),
    }
}

/// A number as a step of an IRI (RFC 3987): letters of any script, digits and hyphens.
fn slug(number: &str) -> String {
    let step = |character: char| if character.is_alphanumeric() { character } else { '-' };
    number.chars().map(step).collect::<String>().trim_matches('-').to_owned()
}
