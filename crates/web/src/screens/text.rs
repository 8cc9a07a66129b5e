//! The text of a letter as people type it into a field: Markdown in which a new line is a new line ([`letter::markdown`]).

use directory::Language;
use letter::markdown;
use letter::provenance::Sourced;
use serde_json::Value;

use super::fields::{Sign, say};
use crate::office::letters::in_letter;

/// The most faults of one text that a page tells; whoever has mended these is told the rest.
const MOST_FAULTS: usize = 100;

/// Reads what was typed.
///
/// # Errors
/// Every fault as a sentence with line and column.
pub(super) fn read(typed: &str, language: Language) -> Result<Sourced, Vec<String>> {
    markdown::read_typed(typed).map_err(|faults| {
        let mut words: Vec<String> =
            faults.iter().take(MOST_FAULTS).map(|fault| fault.words(in_letter(language))).collect();
        if faults.len() > MOST_FAULTS {
            let more = faults.len() - MOST_FAULTS;
            words.push(match language {
                Language::Kk => format!("тағы {more} қате бар"),
                Language::Ru => format!("и ещё ошибок: {more}"),
                Language::En => format!("and {more} more faults"),
            });
        }
        words
    })
}

/// A body as it is kept in the journal; none when it is no letter's text.
pub(super) fn kept(body: &Value) -> Option<Sourced> {
    letter::body::parse(body).ok().map(Sourced::from)
}

/// A kept body as one would type it; none when it is no letter's text.
pub(super) fn typed(body: &Value) -> Option<String> {
    kept(body).map(|sourced| markdown::write_typed(&sourced).trim_end().to_owned())
}

/// What everybody has to know, beside the field.
pub(super) fn hint(language: Language) -> String {
    say(
        language,
        "Бос жол – жаңа абзац, # – тақырып, **қалың**, *көлбеу*, «- » – тізім, [^1] – сілтеме.",
        "Пустая строка — новый абзац, # — заголовок, **жирный**, *курсив*, «- » — список, [^1] — сноска.",
        "An empty line begins a paragraph, # a heading, **bold**, *italic*, “- ” a list, [^1] a footnote.",
    )
}

/// The whole notation.
pub(super) fn help(language: Language) -> Vec<Sign> {
    let sign = |typed: &'static str, kk: &str, ru: &str, en: &str| Sign { typed, means: say(language, kk, ru, en) };
    vec![
        sign(
            "…\n\n…",
            "бос жол – жаңа абзац; жай жаңа жол абзацтың ішінде жаңа жол болып қалады",
            "пустая строка — новый абзац; простая новая строка остаётся новой строкой внутри абзаца",
            "an empty line begins a new paragraph; a plain new line stays a new line inside its paragraph",
        ),
        sign(
            "# …",
            "тақырып; ## және ### – келесі деңгейлері",
            "заголовок; ## и ### — следующие уровни",
            "a heading; ## and ### for the levels below",
        ),
        sign("**…**", "қалың", "жирный", "bold"),
        sign("*…*", "көлбеу", "курсив", "italic"),
        sign("- …\n- …", "тізім", "список", "a list"),
        sign(
            "1. …\n   - …",
            "нөмірленген тізім; ішкі тізім шегініспен жазылады",
            "нумерованный список; вложенный пишется с отступом",
            "a numbered list; a list inside it stands under its first word",
        ),
        sign(
            "| … | … |\n|---|--:|\n| … | … |",
            "кесте: басы, туралау жолы (--: оңға, :-: ортаға), жолдары",
            "таблица: заголовок, строка выравнивания (--: вправо, :-: по центру), строки",
            "a table: its head, a line that aligns (--: right, :-: centre), its rows",
        ),
        sign(
            "<!-- columns 1 5 3 -->",
            "келесі кесте бағандарының ені",
            "ширина столбцов следующей таблицы",
            "widths of the next table's columns",
        ),
        sign("…[^1]\n\n[^1]: …", "сілтеме және оның мәтіні", "сноска и её текст", "a footnote and its text"),
        sign(
            "---",
            "жаңа бет, алды-артында бос жол",
            "новая страница, вокруг пустые строки",
            "a new page, with empty lines around",
        ),
        sign(
            "<br>",
            "кестеде, тақырыпта жаңа жол",
            "новая строка в таблице или заголовке",
            "a new line in a table or a heading",
        ),
        sign("\\*", "таңбаның өзі", "сам знак, без значения", "the sign itself"),
        sign(
            "<!-- from mfa/2 -->",
            "келесі блок қай министрліктің нешінші ұсынысынан алынған; басылмайды",
            "из какого предложения какого министерства следующий блок; не печатается",
            "which ministry's contribution the next block came from; not printed",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_to_326_survives_the_way_there_and_back() {
        for draft in [
            include_str!("../../../saual/data/ds-326/draft-1.json"),
            include_str!("../../../saual/data/ds-326/draft-2.json"),
        ] {
            let content: Value = serde_json::from_str(draft).unwrap();
            let before = kept(&content["body"]).unwrap();
            let again = read(&typed(&content["body"]).unwrap(), Language::Kk).unwrap();
            assert_eq!(before.edited(again), before, "an untouched text voids no visa");
        }
    }

    #[test]
    fn every_sign_of_the_help_can_be_typed() {
        for language in Language::ALL {
            for sign in help(language) {
                let typed = match sign.typed {
                    "---" => "а\n\n---\n\nб".to_owned(),
                    "<!-- columns 1 5 3 -->" => format!("{}\n| а | б | в |\n|---|---|---|\n| 1 | 2 | 3 |", sign.typed),
                    "<br>" => "# а<br>б".to_owned(),
                    "<!-- from mfa/2 -->" => format!("{}\n\nабзац", sign.typed),
                    other => other.to_owned(),
                };
                assert!(read(&typed, language).is_ok(), "{typed:?}: {:?}", read(&typed, language));
                assert!(!sign.means.is_empty());
            }
        }
    }

    #[test]
    fn a_text_full_of_faults_is_not_answered_without_end() {
        let faults = read(&"> а\n\n".repeat(5_000), Language::Kk).unwrap_err();
        assert_eq!(faults.len(), MOST_FAULTS + 1);
        assert_eq!(faults[0], "1-жол, 1-таңба: дәйексөз белгісін (>) алып тастаңыз");
        assert_eq!(faults[MOST_FAULTS], "тағы 4900 қате бар");
    }
}
