//! Which known words are nearest to one that is hardly written anywhere. Every word of the texts stands once in `search_word`, with the hashes of what
//! is left of it and of its stems when one of their letters is taken away: two words that are one slip apart (a letter too many, too few, another one, two in the wrong order)
//! have one of these in common, so that an index of numbers finds them, and no extension of the database is asked for.
//!
//! The table says nothing of where a word stands. Whether a reader may learn of it is asked of the texts that they may see, by `ask`.

use std::collections::{BTreeSet, HashMap};

use deadpool_postgres::{Object, Pool, Transaction};

use super::index::{folded, terms};
use crate::{ReadError, prepared};

/// The shortest word that may be a slip of another, in letters.
const SHORTEST: usize = 4;
/// The most words that are looked at.
const LOOKED_AT: i64 = 200;
/// The most that are tried.
const TRIED: usize = 8;
/// The most of the words that go on from a beginning.
const LONGER: i64 = 12;
/// The Cyrillic letters that lie on the keys of a Latin keyboard.
const KEYS: [&str; 2] = ["qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюё"];

/// Keeps words that are not known yet. They are written in their order, so that two who keep the same ones wait for each other and not in a circle.
pub(super) async fn remember(tx: &Transaction<'_>, words: &[String]) -> Result<(), ReadError> {
    let doing = || ReadError::doing("keep words");
    let sql = "select new.word from unnest($1::text[]) as new (word)
                where not exists (select from search_word as known where known.word = new.word) order by new.word collate \"C\"";
    let rows = prepared::rows(tx, sql, &[&words], "look for new words").await?;
    let new = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>().map_err(doing())?;
    if new.is_empty() {
        return Ok(());
    }
    let comparable: Vec<String> = new.iter().map(|word| folded(word)).collect();
    let keys: Vec<String> = new.iter().map(|word| format!("{{{}}}", joined(&keys_of(&terms(word))))).collect();
    let sql = "insert into search_word (word, folded, keys)
               select word, folded, keys::int[] from unnest($1::text[], $2::text[], $3::text[]) as new (word, folded, keys)
               on conflict do nothing";
    prepared::execute(tx, sql, &[&new, &comparable, &keys], "keep words").await
}

fn joined(keys: &[i32]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What a word is found by: its own keys and those of its stems, since texts seldom hold the form that somebody types.
fn keys_of(terms: &[String]) -> Vec<i32> {
    let mut all: Vec<i32> = terms.iter().flat_map(|term| keys(term)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What a word is compared by: hashes of itself and of what is left without one of its letters.
fn keys(word: &str) -> Vec<i32> {
    let letters: Vec<char> = word.chars().collect();
    let mut keys = vec![hash(letters.iter().copied())];
    if letters.len() >= SHORTEST {
        for gone in 0..letters.len() {
            keys.push(hash(letters.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, letter)| *letter)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// FNV-1a. Kept hashes depend on it.
fn hash(letters: impl Iterator<Item = char>) -> i32 {
    let mut hash = 0x811c_9dc5_u32;
    for byte in letters.flat_map(|letter| u32::from(letter).to_le_bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash.cast_signed()
}

/// Of each of these, the words that may have been meant, the nearest first. Whether the reader may know them has not been asked.
pub(super) async fn candidates(pool: &Pool, words: &[String]) -> Result<HashMap<String, Vec<String>>, ReadError> {
    let client = pool.get().await?;
    let mut all = HashMap::new();
    for word in words {
        all.insert(word.clone(), near(&client, &folded(word)).await?);
    }
    Ok(all)
}

/// Those that the word begins, those that it is a slip of, and what was typed with the keyboard of another language.
async fn near(client: &Object, word: &str) -> Result<Vec<String>, ReadError> {
    let doing = || ReadError::doing("look for words that are near");
    let mut near: Vec<(usize, String)> = Vec::new();
    if word.chars().count() >= 3 {
        let sql = "select word from search_word where folded > $1 and folded < $2 order by folded, word limit $3";
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let longest = format!("{word}\u{10ffff}");
        for row in &client.query(&statement, &[&word, &longest, &LONGER]).await.map_err(doing())? {
            let longer: String = row.try_get(0).map_err(doing())?;
            near.push((longer.chars().count().saturating_sub(word.chars().count()), longer));
        }
    }
    let mut typed = terms(word);
    typed.extend(other_keyboard(word));
    let sql = "select word from search_word where keys && $1 order by length(word), word limit $2";
    let statement = client.prepare_cached(sql).await.map_err(doing())?;
    for row in &client.query(&statement, &[&keys_of(&typed), &LOOKED_AT]).await.map_err(doing())? {
        let known: String = row.try_get(0).map_err(doing())?;
        let forms = terms(&known);
        let apart = typed.iter().flat_map(|one| forms.iter().map(move |form| apart(one, form))).min();
        // What is not apart at all has been searched for already.
        if let Some(apart @ 1..=2) = apart {
            near.push((apart * 2, known));
        }
    }
    near.sort();
    // Spellings that are compared as one are one.
    let mut seen = BTreeSet::new();
    near.retain(|(_, word)| seen.insert(folded(word)));
    near.truncate(TRIED);
    Ok(near.into_iter().map(|(_, word)| word).collect())
}

/// What was typed in Latin letters, on a Russian keyboard; none where it holds what no key there gives.
pub(super) fn other_keyboard(typed: &str) -> Option<String> {
    let key = |c: char| KEYS[0].chars().zip(KEYS[1].chars()).find(|(key, _)| *key == c).map(|(_, to)| to);
    let stays = |c: &char| c.is_whitespace() || matches!(c, '-' | '"');
    typed.chars().map(|c| key(c).or(Some(c).filter(stays))).collect()
}

/// How many slips lie between two words: a letter too many, too few, another one, or two in the wrong order.
fn apart(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_one_slip_apart_have_a_key_in_common() {
        let word = "зейнетакы";
        for slip in ["зейнеткаы", "зейнтакы", "зейнетаккы", "зейнетакы", "зейнетоакы", "зейнетыкы"]
        {
            let common = keys(word).iter().any(|key| keys(slip).contains(key));
            assert!(common && apart(word, slip) <= 1, "{slip} {}", apart(word, slip));
        }
        let far = keys("мектеп");
        assert!(!keys(word).iter().any(|key| far.contains(key)));
        assert_eq!((apart("", "аб"), apart("аб", "аб"), apart("абв", "гдж")), (2, 0, 3));
    }

    #[test]
    fn a_word_typed_with_another_keyboard_is_read_by_its_keys() {
        assert_eq!(other_keyboard("gtycbz").as_deref(), Some("пенсия"));
        assert_eq!(other_keyboard("cf;tyws lkz").as_deref(), Some("саженцы для"));
        assert_eq!(other_keyboard("пенсия"), None);
    }
}
