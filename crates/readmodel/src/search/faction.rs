//! Factions as the labels of groups name them: what is shown is a spelling of theirs, what is compared is one form for all of them.

use super::index::{folded, tokens};

/// The most characters of a name.
const LONGEST: usize = 60;
/// How the words begin that say that a name is one of a faction, and are none of it.
const OF_ITS_KIND: [&str; 2] = ["парти", "фракци"];
/// How the words begin that stand before the faction in a Russian label.
const BEFORE_IT: [&str; 2] = ["член", "депутат"];

/// The endings of the Kazakh genitive, as they are joined to an abbreviation: «ЖСДП-ның фракциясы».
const GENITIVE: [&str; 6] = ["ның", "нің", "дың", "дің", "тың", "тің"];

/// The name in a group's label: what it quotes, as in «"AMANAT" партиясының фракция мүшелері, депутаттар», and otherwise what stands beside the word for a
/// faction.
pub(super) fn named(lines: &[String]) -> Option<String> {
    let label = lines.join(" ");
    let name = quoted(&label).or_else(|| beside(&label))?;
    let name = without_ending(name.trim());
    let name: String = name.trim().chars().take(LONGEST).collect();
    if name.is_empty() { None } else { Some(name) }
}

/// A name as it is called, where its label joins an ending to it.
fn without_ending(name: &str) -> &str {
    let joined = name.rsplit_once(['-', '\u{2010}', '\u{2011}', '–']);
    joined.filter(|(_, ending)| GENITIVE.contains(&ending.to_lowercase().as_str())).map_or(name, |(name, _)| name)
}

fn quoted(label: &str) -> Option<String> {
    let (_, behind) = label.split_once(['"', '«', '“', '„'])?;
    let (name, _) = behind.split_once(['"', '»', '”', '“'])?;
    Some(name.to_owned())
}

/// Before it in Kazakh, behind it in Russian: «AMANAT партиясының фракция мүшелері», «член фракции Ауыл, депутат».
fn beside(label: &str) -> Option<String> {
    let words: Vec<&str> = label.split_whitespace().collect();
    let begins = |word: &str, with: &[&str]| with.iter().any(|with| word.to_lowercase().starts_with(with));
    let at = words.iter().position(|word| begins(word, &OF_ITS_KIND))?;
    let before = words.get(..at)?;
    if before.first().is_some_and(|first| !begins(first, &BEFORE_IT)) {
        return Some(before.join(" "));
    }
    let behind = words.get(at + 1..)?.join(" ");
    let name = behind.split(',').next().unwrap_or_default();
    Some(name.to_owned()).filter(|name| name.starts_with(char::is_uppercase))
}

/// The one form of all its spellings: whatever its case, its marks and the letters of its keyboard, without the words for a party.
pub(super) fn normal(name: &str) -> String {
    let words: Vec<String> = tokens(name).iter().map(|token| folded(&token.word)).collect();
    let own = |word: &&String| !OF_ITS_KIND.iter().any(|kind| word.starts_with(kind));
    let kept: Vec<&str> = words.iter().filter(own).map(String::as_str).collect();
    if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
}

/// Are these two spellings of one faction?
#[must_use]
pub fn is_same_faction(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faction_is_named_by_what_its_label_quotes_and_otherwise_by_what_stands_beside_the_word() {
        let of = |label: &str| named(&[label.to_owned()]);
        for (label, name) in [
            ("\"AMANAT\" партиясының фракция мүшелері, депутаттар", Some("AMANAT")),
            ("«Ақ жол» фракциясы", Some("Ақ жол")),
            ("AMANAT партиясының фракция мүшелері, депутаттар", Some("AMANAT")),
            ("Қазақстан Халық партиясының фракция мүшесі", Some("Қазақстан Халық")),
            ("Члены фракции Ауыл, депутаты", Some("Ауыл")),
            ("ЖСДП-ның фракция мүшелері, депутаттар", Some("ЖСДП")),
            ("«Ақ жол-дың» фракциясы", Some("Ақ жол")),
            ("«Ел-Ана» фракциясы", Some("Ел-Ана")),
            ("бір мандатты аумақтық депутаттар", None),
            ("фракция мүшелері", None),
            ("«» x", None),
        ] {
            assert_eq!(of(label).as_deref(), name, "{label}");
        }
    }

    #[test]
    fn spellings_of_one_faction_have_one_form() {
        for (one, other) in [
            ("AMANAT", "Amanat"),
            ("Ақ жол", "Ак  Жол"),
            ("Қазақстан Халық партиясы", "ҚАЗАҚСТАН ХАЛЫҚ"),
            ("Respublica", "партия Respublica"),
        ] {
            assert!(is_same_faction(one, other), "{one} {other}");
        }
        assert!(!is_same_faction("AMANAT", "Ауыл"));
        assert_eq!(normal("фракция"), "фракция");
    }
}
