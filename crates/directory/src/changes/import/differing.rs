//! What a change says differently from the records, field by field.

use super::super::event::Change;
use crate::ids::FactionCode;
use crate::language::Language;
use crate::records::Directory;
use crate::text::Multilingual;

/// A field's name in the three languages.
type Field = (&'static str, &'static str, &'static str);

/// The fields of a ministry's or a deputy's record that a change sets anew, each as «field: old → new»; nothing for other changes.
#[must_use]
pub fn anew(change: &Change, before: &Directory, language: Language) -> Vec<String> {
    match change {
        Change::MinistryRenamed(event) => {
            let Some(known) = before.ministry(&event.code) else { return Vec::new() };
            let mut said = spellings(("атауы", "название", "name"), &known.name, &event.name, language);
            let field = ("қысқаша атауы", "краткое название", "short name");
            said.extend(spellings(field, &known.abbreviation, &event.abbreviation, language));
            said
        }
        Change::DeputyCorrected(event) => {
            let Some(known) = before.deputy(event.id) else { return Vec::new() };
            let dative = |text: &Option<Multilingual>| text.clone().unwrap_or_else(|| Multilingual::new("", "", None));
            let mut said = spellings(("аты-жөні", "имя", "name"), &known.name, &event.name, language);
            let (old, new) = (dative(&known.dative), dative(&event.dative));
            said.extend(spellings(("барыс септігі", "дательный", "dative"), &old, &new, language));
            let email = event.email.as_deref().unwrap_or_default();
            said.extend(differs(in_language(("пошта", "почта", "e-mail"), language), &known.email, email));
            said
        }
        Change::DeputyChangedFaction(event) => {
            let Some(known) = before.deputy(event.id) else { return Vec::new() };
            let name = |code: &Option<FactionCode>| {
                code.as_ref().map_or_else(String::new, |code| {
                    let faction = before.factions().iter().rfind(|one| one.code == *code);
                    faction.map_or_else(|| code.to_string(), |one| one.name.words(language).to_owned())
                })
            };
            let (old, new) = (name(&known.faction), name(&event.faction));
            differs(in_language(("фракция", "фракция", "faction"), language), &old, &new).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What differs of a text, in each language that it is written in.
fn spellings(field: Field, old: &Multilingual, new: &Multilingual, language: Language) -> Vec<String> {
    let english = |text: &Multilingual| text.en.clone().unwrap_or_default();
    let spelt = [
        (("қазақша", "по-казахски", "in Kazakh"), old.kk.clone(), new.kk.clone()),
        (("орысша", "по-русски", "in Russian"), old.ru.clone(), new.ru.clone()),
        (("ағылшынша", "по-английски", "in English"), english(old), english(new)),
    ];
    let field = in_language(field, language);
    spelt
        .into_iter()
        .filter_map(|(tongue, old, new)| differs(&format!("{field} {}", in_language(tongue, language)), &old, &new))
        .collect()
}

fn differs(field: &str, old: &str, new: &str) -> Option<String> {
    let shown = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    (old != new).then(|| format!("{field}: {} → {}", shown(old), shown(new)))
}

const fn in_language((kk, ru, en): Field, language: Language) -> &'static str {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}
