//! Whom a letter that waits for a signature names as its signatory, and whether that is whoever is about to sign.

use directory::Language;
use inquiry::state::Submission;
use serde::Serialize;

use super::fields::say;
use crate::Caller;
use crate::state::AppState;

/// The signatory as the letter prints them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Signatory {
    name: String,
    post: String,
    /// Said beside the button: the account that signs is not that person's.
    other: Option<String>,
}

impl Signatory {
    pub(super) fn of(state: &AppState, paper: &Submission, caller: &Caller, language: Language) -> Self {
        let block = &paper.signatory;
        let view = state.directory.at(paper.document_date);
        let holder =
            view.holder_of(&block.office).filter(|holder| holder.name.spellings().any(|name| name == block.name));
        let account = caller.account.full_name.as_str();
        // The letter may be in another language than the account.
        let is_theirs = is_same(&block.name, account)
            || holder.is_some_and(|holder| holder.name.spellings().any(|name| is_same(name, account)));
        Self {
            name: block.name.clone(),
            post: block.post_lines.join(" "),
            other: (!is_theirs).then(|| other(&block.name, account, language)),
        }
    }

    /// What a form says of it before its button.
    pub(super) fn note(&self) -> Option<&str> {
        self.other.as_deref()
    }
}

fn other(printed: &str, account: &str, language: Language) -> String {
    let words = say(
        language,
        "Назар аударыңыз: хатта қол қоюшы ретінде {printed} басылады, ал сіз «{account}» тіркелгісімен кірдіңіз.",
        "Обратите внимание: подписантом в письме будет напечатан(а) {printed}, а вы вошли как «{account}».",
        "Please note: the letter names {printed} as its signatory, and you are signed in as “{account}”.",
    );
    words.replace("{printed}", printed).replace("{account}", account)
}

/// Is it the name of one person, printed with an initial and perhaps written out in the account? «Ә. Смайылов» is «Смайылов Әлихан».
fn is_same(printed: &str, account: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let parts = name.split(|c: char| !(c.is_alphabetic() || c == '-')).filter(|part| !part.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (printed, account) = (words(printed), words(account));
    let Some(surname) = printed.iter().max_by_key(|word| word.chars().count()) else { return false };
    let first = |word: &String| word.chars().next();
    let initials = printed.iter().filter(|word| *word != surname).map(first);
    let others: Vec<_> = account.iter().filter(|word| *word != surname).map(first).collect();
    account.contains(surname) && (others.is_empty() || initials.into_iter().all(|initial| others.contains(&initial)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signatory_is_known_by_surname_and_initial() {
        for account in ["Ә. Смайылов", "Смайылов Әлихан Асханұлы", "Әлихан Смайылов", "ә.смайылов", "Смайылов"]
        {
            assert!(is_same("Ә. Смайылов", account), "{account}");
        }
        for account in ["О. Бектенов", "М. Смайылов", "Премьер-Министр", "", "Ә. Смайылова"]
        {
            assert!(!is_same("Ә. Смайылов", account), "{account}");
        }
    }
}
