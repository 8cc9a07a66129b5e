//! Which inquiries of the register another one looks like: the same number on another day, or nearly the same subject from the same deputies.
//!
//! The register's own index of words finds the candidates (two of the longest words of the subject, and one of the deputies, by identity or by
//! surname), so that ten million rows cost what a search costs. How near a subject is, is the share of word stems that both have; why not
//! the share of trigrams, ADR 0017 says.

use std::collections::BTreeSet;

use deadpool_postgres::Pool;
use directory::{DeputyId, InquiryNumber};
use jiff::civil::Date;
use uuid::Uuid;

use super::Entry;
use super::follow::{COLUMNS, read};
use super::words::{folded, pieces};
use crate::ReadError;

/// Subjects that share at least so much are near each other.
const NEAR: f64 = 0.4;
/// The letters of a word that count as its stem: Kazakh and Russian change words at their ends.
const STEM: usize = 5;
/// The longest words of a subject, by which candidates are looked up.
const LOOKED_UP: usize = 6;
/// The most candidates that are compared, the latest first.
const CANDIDATES: i64 = 200;
/// The most that are told.
const MOST: usize = 8;
/// The most surnames that are looked up.
const SURNAMES: usize = 20;
/// Words that a subject is about nothing with, folded.
const EMPTY_WORDS: [&str; 12] = [
    "туралы",
    "жонинде",
    "жайында",
    "маселеси",
    "маселелери",
    "бойынша",
    "вопрос",
    "вопросу",
    "вопросам",
    "жане",
    "некоторых",
    "кейбир",
];

/// An inquiry that is about to be registered.
#[derive(Debug, Clone, Copy)]
pub struct Looks<'a> {
    /// Its number, once that can be read.
    pub number: Option<&'a InquiryNumber>,
    /// Its subject.
    pub subject: &'a str,
    /// Who asks, as far as known.
    pub deputies: &'a [DeputyId],
    /// Who asks, by name.
    pub names: &'a [String],
    /// From which day on subjects are compared.
    pub since: Date,
}

/// An inquiry of the register that looks like it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    /// Its row.
    pub entry: Entry,
    /// It has the same number.
    pub same_number: bool,
    /// The share of word stems that both subjects have, 0 to 1.
    pub share: f64,
}

/// What looks like it: the same number first, then the nearest subject.
///
/// # Errors
/// [`ReadError`] when the database cannot answer.
pub async fn alike(pool: &Pool, looks: Looks<'_>) -> Result<Vec<Alike>, ReadError> {
    let doing = || ReadError::doing("look for inquiries that are alike");
    let client = pool.get().await?;
    let mut rows = Vec::new();
    if let Some(number) = looks.number {
        let sql = format!(
            "select {COLUMNS} from register where number_normal = $1 order by dated desc, inquiry limit {MOST}"
        );
        rows.extend(client.query(&sql, &[&number.normal()]).await.map_err(doing())?);
    }
    if let Some(words) = pairs(looks.subject) {
        let deputies: Vec<Uuid> = looks.deputies.iter().map(|deputy| deputy.uuid()).collect();
        let surnames = any_of(looks.names);
        if !deputies.is_empty() || !surnames.is_empty() {
            // Both conditions have an index; neither alone says enough.
            let sql = format!(
                "select {COLUMNS} from register
                  where words_index @@ $1::text::tsquery and dated >= $2
                    and (deputies && $3 or words_index @@ $4::text::tsquery)
                  order by dated desc, inquiry limit $5"
            );
            let found = client.query(&sql, &[&words, &looks.since, &deputies, &surnames, &CANDIDATES]).await;
            rows.extend(found.map_err(doing())?);
        }
    }
    let own = stems(looks.subject);
    let mut alike: Vec<Alike> = Vec::new();
    for row in &rows {
        let entry = read(row)?;
        if alike.iter().any(|known| known.entry.inquiry == entry.inquiry) {
            continue;
        }
        let same_number = looks.number.is_some_and(|number| number.normal() == entry.number_normal);
        let share = share(&own, &stems(&entry.subject));
        if same_number || share >= NEAR {
            alike.push(Alike { entry, same_number, share });
        }
    }
    alike.sort_by(|a, b| {
        b.same_number
            .cmp(&a.same_number)
            .then(b.share.total_cmp(&a.share))
            .then(b.entry.dated.cmp(&a.entry.dated))
            .then(a.entry.inquiry.cmp(&b.entry.inquiry))
    });
    alike.truncate(MOST);
    Ok(alike)
}

/// The words of a subject that say something, as they stand in the index.
fn telling(subject: &str) -> impl Iterator<Item = String> {
    pieces(subject).filter(|word| word.chars().count() >= 3 && !EMPTY_WORDS.contains(&folded(word).as_str()))
}

/// The stems of a subject, folded, so that a keyboard without Kazakh letters types the same.
fn stems(subject: &str) -> BTreeSet<String> {
    telling(subject).map(|word| folded(&word).chars().take(STEM).collect()).collect()
}

fn share(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let both = one.intersection(other).count();
    let all = one.len() + other.len() - both;
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}

/// Any two of the longest words, each as a beginning; a subject of one word is looked up by it. None when it has no word.
fn pairs(subject: &str) -> Option<String> {
    let mut words: Vec<String> = telling(subject).map(|word| word.chars().take(STEM).collect()).collect();
    words.sort_by_key(|word: &String| std::cmp::Reverse(word.chars().count()));
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(LOOKED_UP);
    // A piece holds letters and digits only, so nothing in it can end the quotation.
    let word = |n: usize| format!("'{}':*", words[n]);
    let count = words.len();
    let pairs: Vec<String> = (0..count)
        .flat_map(|a| (a + 1..count).map(move |b| (a, b)))
        .map(|(a, b)| format!("({} & {})", word(a), word(b)))
        .collect();
    match count {
        0 => None,
        1 => Some(word(0)),
        _ => Some(pairs.join(" | ")),
    }
}

/// One of the surnames: the longest word of each name. Empty when there is none.
fn any_of(names: &[String]) -> String {
    let surname =
        |name: &String| pieces(name).max_by_key(|word| word.chars().count()).filter(|word| word.chars().count() >= 2);
    let words: BTreeSet<String> = names.iter().filter_map(surname).take(SURNAMES).collect();
    words.into_iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: &str, other: &str) -> bool {
        share(&stems(one), &stems(other)) >= NEAR
    }

    #[test]
    fn the_same_subject_in_other_words_is_near_and_another_subject_is_not() {
        for (one, other) in [
            ("Мектептердегі орын тапшылығы туралы", "Мектептерде орынның тапшылығы жөнінде"),
            (
                "Ауылдық жерлерді ауыз сумен қамтамасыз ету туралы",
                "Ауылдық жерлерді ауыз сумен камтамасыз ету мәселесі",
            ),
            ("О нехватке мест в школах", "Нехватка мест в сельских школах"),
            ("Зейнетақы жүйесі туралы", "Зейнетақы жүйесі туралы, екінші рет"),
        ] {
            assert!(near(one, other), "{one} / {other}: {}", share(&stems(one), &stems(other)));
        }
        for (one, other) in [
            (
                "Ауылдық жерлерді ауыз сумен қамтамасыз ету туралы",
                "Көпбалалы отбасыларды тұрғын үймен қамтамасыз ету туралы",
            ),
            ("Ауылдық жерлерді ауыз сумен қамтамасыз ету туралы", "Дәрі-дәрмекпен қамтамасыз ету туралы"),
            ("Ауыл шаруашылығын қолдау туралы", "Автомобиль жолдарын жөндеу туралы"),
            ("", ""),
            ("туралы", "туралы"),
        ] {
            assert!(!near(one, other), "{one} / {other}: {}", share(&stems(one), &stems(other)));
        }
    }

    #[test]
    fn candidates_are_looked_up_by_two_words() {
        assert_eq!(pairs("Ауыз су туралы").as_deref(), Some("'ауыз':*"));
        assert_eq!(
            pairs("Мектептердегі орын тапшылығы").as_deref(),
            Some("('мекте':* & 'тапшы':*) | ('мекте':* & 'орын':*) | ('тапшы':* & 'орын':*)")
        );
        assert_eq!(pairs("туралы ' & | !"), None);
        assert_eq!(
            pairs(&"сөз1 сөз2 сөз3 сөз4 сөз5 сөз6 сөз7 ".repeat(50)).map(|query| query.matches('&').count()),
            Some(15)
        );
    }

    #[test]
    fn a_deputy_is_looked_up_by_the_surname() {
        assert_eq!(any_of(&["М. Әбенов".to_owned(), "Тау Н.".to_owned()]), "'тау' | 'әбенов'");
        assert_eq!(any_of(&[]), "");
    }
}
