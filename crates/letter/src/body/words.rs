//! The faults that an edited text can have, in the words of the office.

use crate::error::Fault;
use crate::model::Language;

/// What the rules of a body refuse, as a sentence. Faults of JSON, which nobody types in an editor, are told in English.
pub(crate) fn words(fault: &Fault, language: Language) -> String {
    let (kk, ru) = match fault {
        Fault::Empty => ("мұнда ештеңе жазылмаған".to_owned(), "здесь ничего не написано".to_owned()),
        Fault::TooMany { what, limit } => {
            let (kk, ru) = much(what);
            (format!("{kk} тым көп; шегі {limit}"), format!("слишком много {ru}; предел {limit}"))
        }
        Fault::TooDeep { limit } => {
            (format!("тым терең салынған; шегі {limit}"), format!("вложено слишком глубоко; предел {limit}"))
        }
        Fault::Invisible { character } => {
            let code = u32::from(*character);
            (format!("көрінбейтін U+{code:04X} таңбасын өшіріңіз"), format!("удалите невидимый знак U+{code:04X}"))
        }
        Fault::Unprintable { character } => (
            format!("«{character}» таңбасы хаттың қарпімен басылмайды"),
            format!("знак «{character}» шрифтом письма не печатается"),
        ),
        Fault::SkippedLevel { found, after } => (
            format!("{after}-деңгейден кейін {found}-деңгейлі тақырып тұр: деңгей аттап кетпейді"),
            format!("заголовок уровня {found} стоит после уровня {after}: уровень не пропускают"),
        ),
        Fault::Misplaced { what, place } => {
            let ((kk_what, ru_what), (kk_place, ru_place)) = (thing(what), spot(place));
            (format!("{kk_place} {kk_what} тұрмайды"), format!("{ru_what} {ru_place} не ставится"))
        }
        other => (other.to_string(), other.to_string()),
    };
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => fault.to_string(),
    }
}

fn much(what: &str) -> (&str, &str) {
    match what {
        "characters" | "characters in a line" => ("таңба", "знаков"),
        "columns" => ("баған", "столбцов"),
        "footnotes" => ("сілтеме", "сносок"),
        "blocks and inlines" | "items" => ("бөлік", "частей"),
        "lines" => ("жол", "строк"),
        other => (other, other),
    }
}

fn thing(what: &str) -> (&str, &str) {
    match what {
        "a heading" => ("тақырып", "заголовок"),
        "a table" => ("кесте", "таблица"),
        "a page break" => ("жаңа бет", "новая страница"),
        "a footnote" => ("сілтеме", "сноска"),
        "a source of its own" => ("өз дереккөзі", "собственный источник"),
        other => (other, other),
    }
}

fn spot(place: &str) -> (&str, &str) {
    match place {
        "in a list" => ("тізімде", "в списке"),
        "at the end" => ("соңында", "в конце"),
        "in a heading" => ("тақырыпта", "в заголовке"),
        "in a table's head" => ("кестенің басында", "в заголовке таблицы"),
        "in a footnote" => ("сілтеменің ішінде", "внутри сноски"),
        "inside another block" => ("басқа блоктың ішінде", "внутри другого блока"),
        other => (other, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::parse;
    use serde_json::json;

    #[test]
    fn the_faults_of_an_edited_text_are_told_in_kazakh_and_russian() {
        let text = |text: &str| json!([{ "type": "text", "text": text }]);
        let note = json!([{ "type": "text", "text": "а" }, { "type": "footnote", "content": text("б") }]);
        for (block, kk, ru) in [
            (json!({ "type": "paragraph", "content": [] }), "мұнда ештеңе жазылмаған", "здесь ничего не написано"),
            (
                json!({ "type": "heading", "level": 2, "content": text("а") }),
                "0-деңгейден кейін 2-деңгейлі тақырып тұр: деңгей аттап кетпейді",
                "заголовок уровня 2 стоит после уровня 0: уровень не пропускают",
            ),
            (
                json!({ "type": "heading", "level": 1, "content": note }),
                "тақырыпта сілтеме тұрмайды",
                "сноска в заголовке не ставится",
            ),
            (
                json!({ "type": "paragraph", "content": text("а\u{200b}") }),
                "көрінбейтін U+200B таңбасын өшіріңіз",
                "удалите невидимый знак U+200B",
            ),
            (json!({ "type": "page_break" }), "соңында жаңа бет тұрмайды", "новая страница в конце не ставится"),
        ] {
            let fault = parse(&json!({ "blocks": [block] })).unwrap_err().fault;
            assert_eq!((words(&fault, Language::Kk).as_str(), words(&fault, Language::Ru).as_str()), (kk, ru));
            assert_eq!(words(&fault, Language::En), fault.to_string());
        }
    }
}
