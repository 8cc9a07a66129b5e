//! What a change says differently from the records, field by field.

use super::super::event::Change;
use crate::ids::FactionCode;
use crate::language::Language;
use crate::records::Directory;
use crate::text::Multilingual;

/// The fields of a deputy's record that a change sets anew, each as «field: old → new»; nothing for other changes.
#[must_use]
pub fn anew(change: &Change, before: &Directory, language: Language) -> Vec<String> {
    match change {
        Change::DeputyCorrected(event) => {
            let Some(known) = before.deputy(event.id) else { return Vec::new() };
            let dative = |text: &Option<Multilingual>| {
                text.as_ref().map(|text| (text.kk.clone(), text.ru.clone())).unwrap_or_default()
            };
            let english = |text: &Multilingual| text.en.clone().unwrap_or_default();
            let (old, new) = (&known.name, &event.name);
            let (old_en, new_en) = (english(old), english(new));
            let ((old_kk, old_ru), (new_kk, new_ru)) = (dative(&known.dative), dative(&event.dative));
            let email = event.email.as_deref().unwrap_or_default();
            let fields = [
                (("аты-жөні қазақша", "имя по-казахски", "name in Kazakh"), old.kk.as_str(), new.kk.as_str()),
                (("аты-жөні орысша", "имя по-русски", "name in Russian"), old.ru.as_str(), new.ru.as_str()),
                (("аты-жөні ағылшынша", "имя по-английски", "name in English"), old_en.as_str(), new_en.as_str()),
                (
                    ("барыс септігі қазақша", "дательный по-казахски", "dative in Kazakh"),
                    old_kk.as_str(),
                    new_kk.as_str(),
                ),
                (
                    ("барыс септігі орысша", "дательный по-русски", "dative in Russian"),
                    old_ru.as_str(),
                    new_ru.as_str(),
                ),
                (("пошта", "почта", "e-mail"), known.email.as_str(), email),
            ];
            fields.into_iter().filter_map(|(field, old, new)| differs(field, old, new, language)).collect()
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
            differs(("фракция", "фракция", "faction"), &old, &new, language).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn differs((kk, ru, en): (&str, &str, &str), old: &str, new: &str, language: Language) -> Option<String> {
    let field = match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    };
    let shown = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    (old != new).then(|| format!("{field}: {} → {}", shown(old), shown(new)))
}
