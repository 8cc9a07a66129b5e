//! What a letter seems to say, beside the fields of the form; and taking it, which only a press of a button does.

use directory::Language;
use inquiry::intake::GroupKind;

use super::super::fields::{Form, Proposal, Typed};
use super::form::KINDS;
use crate::office::proposing::{Found, FoundGroup, Proposed};

/// The name of the buttons that take a proposal; their value is a field, a group, or all.
pub(super) const TAKE: &str = "take";
/// The value of the button that takes all.
pub(super) const TAKE_ALL: &str = "all";

/// One thing that can be taken by itself, and the fields that it fills in.
struct Offer {
    /// The field that it stands beside, and what the button says.
    field: String,
    /// As people read it.
    said: String,
    place: String,
    fills: Vec<(String, String)>,
}

fn offers(proposed: &Proposed, language: Language) -> Vec<Offer> {
    let one = |field: &str, value: String, said: String, place: &str| Offer {
        field: field.to_owned(),
        said,
        place: place.to_owned(),
        fills: vec![(field.to_owned(), value)],
    };
    let mut offers = Vec::new();
    offers.extend(
        proposed.number.as_ref().map(|found| one("number", found.value.clone(), found.value.clone(), &found.place)),
    );
    offers.extend(proposed.dated.as_ref().map(|found| {
        let said = found.value.strftime("%d.%m.%Y").to_string();
        one("dated", found.value.to_string(), said, &found.place)
    }));
    // What is chosen from a list is said by the list itself.
    offers.extend(
        proposed.chamber.as_ref().map(|found| one("chamber", found.value.to_string(), String::new(), &found.place)),
    );
    offers.extend(proposed.language.as_ref().map(|found| {
        one("language", found.value.code().to_owned(), found.value.words(language).to_owned(), &found.place)
    }));
    offers.extend(
        proposed.subject.as_ref().map(|found| one("subject", found.value.clone(), found.value.clone(), &found.place)),
    );
    // The list says its name.
    offers.extend(
        proposed.topic.as_ref().map(|found| one("topic", found.value.to_string(), String::new(), &found.place)),
    );
    for (n, found) in proposed.questions.iter().enumerate() {
        offers.push(one(&format!("questions[{n}]"), found.value.clone(), found.value.clone(), &found.place));
    }
    offers.extend(proposed.groups.iter().enumerate().map(|(row, found)| group(row, found)));
    offers
}

fn group(row: usize, found: &Found<FoundGroup>) -> Offer {
    let FoundGroup { label, kind, deputies } = &found.value;
    let mut fills = vec![(format!("groups[{row}].kind"), code(*kind).to_owned())];
    if !label.is_empty() {
        fills.push((format!("groups[{row}].label"), label.clone()));
    }
    for (place, deputy) in deputies.iter().enumerate() {
        let field = |part: &str| format!("groups[{row}].deputies[{place}].{part}");
        fills.push((field("name"), deputy.name.clone()));
        fills.extend(deputy.deputy.map(|id| (field("deputy"), id.to_string())));
        fills.extend(deputy.email.clone().map(|email| (field("email"), email)));
    }
    let known = |deputy: &crate::office::proposing::FoundDeputy| match &deputy.email {
        Some(email) => format!("{} <{email}>", deputy.name),
        None => deputy.name.clone(),
    };
    let people = deputies.iter().map(known).collect::<Vec<_>>().join(", ");
    let said = if label.is_empty() { people } else { format!("{}: {people}", label.replace('\n', " ")) };
    Offer { field: format!("groups[{row}].label"), said, place: found.place.clone(), fills }
}

fn code(kind: GroupKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("other", |(code, _)| *code)
}

/// Does every field hold already what is proposed?
fn is_taken(offer: &Offer, typed: &Typed) -> bool {
    offer
        .fills
        .iter()
        .all(|(name, value)| typed.all(name).first().is_some_and(|typed| typed.replace("\r\n", "\n").trim() == value))
}

/// Is anything left to be taken?
pub(super) fn is_open(typed: &Typed, proposed: &Proposed) -> bool {
    offers(proposed, Language::Kk).iter().any(|offer| !is_taken(offer, typed))
}

/// Puts beside each field what is proposed for it and not taken yet.
pub(super) fn beside(form: Form, typed: &Typed, proposed: &Proposed, language: Language) -> Form {
    offers(proposed, language).into_iter().filter(|offer| !is_taken(offer, typed)).fold(form, |form, offer| {
        let value = offer.fills.first().map_or("", |(_, value)| value.as_str()).to_owned();
        form.propose(&offer.field, Proposal { said: offer.said, place: offer.place, value, take: offer.field.clone() })
    })
}

/// What is typed after a button was pressed. All: what a person has typed into a text stays as it is.
pub(super) fn take(typed: &Typed, proposed: &Proposed, what: &str) -> Typed {
    let mut taken = Typed(typed.0.iter().filter(|(name, _)| name != TAKE).cloned().collect());
    for offer in offers(proposed, Language::Kk) {
        let is_wanted = offer.field == what || (what == TAKE_ALL && is_free(&offer, typed));
        if is_wanted {
            offer.fills.into_iter().for_each(|(name, value)| taken.put(name, value));
        }
    }
    taken
}

/// May a button for all fill it in? A list of choices always holds something; a text, a day or a row only what somebody typed.
fn is_free(offer: &Offer, typed: &Typed) -> bool {
    let is_choice = |name: &str| matches!(name, "chamber" | "language") || name.ends_with(".kind");
    offer.fills.iter().all(|(name, _)| is_choice(name) || typed.get(name).is_empty())
}

#[cfg(test)]
mod tests {
    use directory::Directory;
    use jiff::civil::date;

    use super::*;
    use crate::office::proposing::propose;

    fn proposed() -> Proposed {
        let directory = Directory::embedded().unwrap();
        propose(include_str!("../../../tests/data/inquiry.kk.txt"), &directory.at(date(2023, 9, 21)))
    }

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        Typed(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn all_fills_what_is_empty_and_leaves_what_was_typed() {
        let before = typed(&[("number", "ДС-9"), ("chamber", "senate"), ("take", "all"), ("subject", "")]);
        let after = take(&before, &proposed(), TAKE_ALL);
        assert_eq!((after.get("number"), after.get("dated"), after.get("chamber")), ("ДС-9", "2023-09-20", "mazhilis"));
        assert_eq!(after.get("groups[0].deputies[3].email"), "s.ponomarev@mazhilis.example");
        assert_eq!(after.get("groups[1].deputies[1].name"), "А. Белгісізов");
        assert_eq!(after.get(TAKE), "");
        assert!(is_open(&after, &proposed()), "the number is still offered");
        let after = take(&after, &proposed(), "number");
        assert_eq!(after.get("number"), "№ ДС-326");
        assert!(!is_open(&after, &proposed()));
    }

    #[test]
    fn one_is_taken_by_itself() {
        let after = take(&typed(&[]), &proposed(), "groups[0].label");
        assert_eq!(after.get("groups[0].kind"), "faction_members");
        assert_eq!((after.get("number"), after.get("groups[1].label")), ("", ""));
    }
}
