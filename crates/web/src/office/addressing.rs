//! To whom a reply is addressed: a list is annexed, and one deputy alone is addressed by name.

use directory::Language;
use inquiry::intake::{Recipient, RecipientGroup};
use letter::kinds::reply::{OneRecipient, RecipientList, Recipients};
use letter::model::Group;
use letter::words::names;

use super::letters::in_letter;
use crate::speech::Words;
use crate::state::AppState;

/// The recipients of a letter that is not signed yet. A single deputy whose name nobody can put into the dative is answered by list all the same.
pub(super) fn recipients(state: &AppState, groups: Vec<RecipientGroup>, language: Language) -> Recipients {
    let mut people = groups.iter().flat_map(|group| &group.deputies);
    let alone = people.next().filter(|_| people.next().is_none());
    let one = alone
        .and_then(|alone| Some(OneRecipient { dative: dative(state, alone, language)?, address: address(language) }));
    one.map_or_else(|| list(groups), Recipients::One)
}

/// The list that is annexed.
pub(super) fn list(groups: Vec<RecipientGroup>) -> Recipients {
    let groups = groups.into_iter().map(|group| Group {
        lines: group.label_lines,
        members: group.deputies.into_iter().map(|deputy| deputy.name).collect(),
    });
    Recipients::List(RecipientList { groups: groups.collect() })
}

/// As the directory gives it, for whoever is listed by a name that the directory knows; else as the name's letters decide.
fn dative(state: &AppState, alone: &Recipient, language: Language) -> Option<String> {
    let directory = state.directory();
    let known = alone.deputy.and_then(|id| directory.deputy(id));
    let known = known.filter(|known| known.name.spellings().any(|name| name == alone.name));
    let given = known.and_then(|known| known.dative.as_ref()).filter(|_| language != Language::En);
    if let Some(given) = given {
        return Some(given.words(language).to_owned());
    }
    let name = known.map_or(alone.name.as_str(), |known| known.name.words(language));
    names::dative(name, in_letter(language))
}

/// What stands behind «Құрметті», before «!» and behind “Dear”: neither given name nor patronymic is known of everybody.
fn address(language: Language) -> String {
    Words::new("депутат", "Уважаемый депутат", "deputy").in_language(language).to_owned()
}
