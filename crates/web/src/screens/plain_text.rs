//! The text of a letter as people type it into a plain field, and back.
//!
//! ```text
//! # A heading            (## and ### for the levels below)
//!
//! A paragraph. Its next line is a line break, an empty line ends it.
//! **bold**, __italic__, a footnote^[its text].
//!
//! - an item              (1. an item of a numbered list)
//! - another
//!
//! ---                    (a new page)
//! ```
//!
//! A backslash takes the next sign as it is; at the end of a line it says nothing, so that a line can be empty. [`write()`] gives
//! back exactly what [`read()`] would take, or names the block that this form cannot hold: tables, lists in lists, items of several
//! paragraphs. Nothing is lost in silence.

mod read;
mod write;

use directory::Language;
use letter::error::Fault as LetterFault;

pub(super) use read::read;
pub(super) use write::write;

use super::fields::say;

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: What,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A mark that is opened and not closed in its paragraph.
    Open(Mark),
    /// A line of a list that begins with the other kind of marker.
    MixedList,
    /// The letter's own rules refuse it.
    Letter(LetterFault),
}

/// What is opened and closed within a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bold,
    Italic,
    Footnote,
}

impl Mark {
    const fn signs(self) -> (&'static str, &'static str) {
        match self {
            Self::Bold => ("**", "**"),
            Self::Italic => ("__", "__"),
            Self::Footnote => ("^[", "]"),
        }
    }
}

impl Fault {
    /// The fault as a sentence.
    pub(super) fn words(&self, language: Language) -> String {
        let line = self.line;
        let what = self.what.words(language);
        match language {
            Language::Kk => format!("{line}-жол: {what}"),
            Language::Ru => format!("Строка {line}: {what}"),
            Language::En => format!("Line {line}: {what}"),
        }
    }
}

impl What {
    fn words(&self, language: Language) -> String {
        match self {
            Self::Open(mark) => {
                let (open, close) = mark.signs();
                match language {
                    Language::Kk => format!("{open} белгісі ашылған, бірақ {close} белгісімен жабылмаған."),
                    Language::Ru => format!("знак {open} открыт и не закрыт знаком {close}."),
                    Language::En => format!("{open} is opened and not closed by {close}."),
                }
            }
            Self::MixedList => say(
                language,
                "бір тізімде «-» мен «1.» араласпайды; арасына бос жол қойыңыз.",
                "«-» и «1.» в одном списке не смешиваются; разделите их пустой строкой.",
                "“-” and “1.” do not mix in one list; put an empty line between them.",
            ),
            Self::Letter(fault) => of_letter(fault, language),
        }
    }
}

/// What the letter's rules say, for those faults that a plain text can have; the rest is quoted.
fn of_letter(fault: &LetterFault, language: Language) -> String {
    match fault {
        LetterFault::Empty => {
            say(language, "мұнда ештеңе жазылмаған.", "здесь ничего не написано.", "nothing is said here.")
        }
        LetterFault::SkippedLevel { .. } => say(
            language,
            "тақырып деңгейі аттап кетпейді: алдымен #, сосын ##, сосын ###.",
            "уровень заголовка не пропускают: сначала #, затем ##, затем ###.",
            "a level of headings is not skipped: first #, then ##, then ###.",
        ),
        LetterFault::Invisible { character } | LetterFault::Unprintable { character } => {
            let code = u32::from(*character);
            match language {
                Language::Kk => format!("U+{code:04X} таңбасы хатқа басылмайды, өшіріңіз."),
                Language::Ru => format!("знак U+{code:04X} в письме не печатается, удалите его."),
                Language::En => format!("the character U+{code:04X} cannot be printed in a letter; delete it."),
            }
        }
        LetterFault::Misplaced { .. } => say(
            language,
            "сілтеме де, жаңа бет те бұл жерге қойылмайды.",
            "сноска или новая страница здесь не ставится.",
            "a footnote or a new page has no place here.",
        ),
        LetterFault::TooMany { limit, .. } | LetterFault::TooDeep { limit } => match language {
            Language::Kk => format!("тым көп; шегі {limit}."),
            Language::Ru => format!("слишком много; предел {limit}."),
            Language::En => format!("too much; the limit is {limit}."),
        },
        other => other.to_string(),
    }
}

/// Every fault as a sentence.
pub(super) fn in_words(faults: &[Fault], language: Language) -> String {
    faults.iter().map(|fault| fault.words(language)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use letter::Body;
    use letter::model::{Block, Inline, ListItem};

    use super::write::Unwritable;

    use super::*;

    fn text(words: &str) -> Inline {
        Inline::text(words)
    }

    fn body(blocks: Vec<Block>) -> Body {
        Body { blocks }
    }

    fn read_ok(typed: &str) -> Body {
        read(typed).unwrap_or_else(|faults| panic!("{typed:?}: {faults:?}"))
    }

    #[test]
    fn what_people_type_becomes_the_letters_blocks() {
        let typed = "Бірінші абзац.\n\n# Тақырып\n\nЗаң^[2005 жылғы **Заң**] талабы\nекінші жол\n\n- бір\n- екі\n\n1. а\n\n---\n\nСоңы";
        let expected = body(vec![
            Block::paragraph("Бірінші абзац."),
            Block::heading("Тақырып"),
            Block::Paragraph {
                content: vec![
                    text("Заң"),
                    Inline::Footnote {
                        content: vec![text("2005 жылғы "), Inline::Bold { content: vec![text("Заң")] }],
                    },
                    text(" талабы"),
                    Inline::LineBreak,
                    text("екінші жол"),
                ],
            },
            Block::List {
                ordered: false,
                items: ["бір", "екі"].map(|item| ListItem { blocks: vec![Block::paragraph(item)] }).into(),
            },
            Block::List { ordered: true, items: vec![ListItem { blocks: vec![Block::paragraph("а")] }] },
            Block::PageBreak,
            Block::paragraph("Соңы"),
        ]);
        assert_eq!(read_ok(typed), expected);
        assert_eq!(write(&expected).unwrap(), typed);
    }

    #[test]
    fn signs_that_mean_something_can_stand_for_themselves() {
        for words in [
            "# емес",
            "- емес",
            "12. емес",
            "--- ",
            "a*b",
            "2 ** 3",
            "__x__",
            "^[",
            "]",
            "\\",
            "\\\\n",
            "^",
            "*",
            "_",
            "a_b_c",
            " бос орыннан",
            "соңында бос орын ",
            "[1]",
            "<b>&amp;</b>",
            "---",
        ] {
            let once = body(vec![Block::paragraph(words)]);
            let typed = write(&once).unwrap();
            assert_eq!(read_ok(&typed), once, "{words:?} was written {typed:?}");
        }
    }

    #[test]
    fn empty_lines_and_closing_brackets_survive_inside_marks() {
        let inner =
            Inline::Footnote { content: vec![text("[1] ст. 5]"), Inline::LineBreak, Inline::LineBreak, text("- x")] };
        let once = body(vec![Block::Paragraph {
            content: vec![Inline::LineBreak, text("a"), inner, Inline::LineBreak, text("# b"), Inline::LineBreak],
        }]);
        let typed = write(&once).unwrap();
        assert_eq!(read_ok(&typed), once, "{typed:?}");
    }

    #[test]
    fn what_it_cannot_hold_is_named_by_its_block() {
        let item = |blocks| ListItem { blocks };
        let inner = Block::List { ordered: true, items: vec![item(vec![Block::paragraph("y")])] };
        let nested = Block::List { ordered: false, items: vec![item(vec![Block::paragraph("x"), inner])] };
        assert_eq!(write(&body(vec![Block::paragraph("a"), nested])), Err(Unwritable { block: 2 }));
        let bold = Inline::Bold { content: vec![text("b"), Inline::Bold { content: vec![text("c")] }] };
        assert_eq!(write(&body(vec![Block::Paragraph { content: vec![bold] }])), Err(Unwritable { block: 1 }));
    }

    #[test]
    fn a_fault_is_named_by_its_line() {
        let lines = |typed: &str| read(typed).unwrap_err().into_iter().map(|fault| fault.line).collect::<Vec<_>>();
        assert_eq!(lines("a\n\nb **c\n\nd"), [3]);
        assert_eq!(lines("a\n\n\n- b\n1. c"), [5]);
        assert_eq!(lines("a\n\n### b"), [3]);
        assert_eq!(lines("# a^[x]"), [1]);
        assert_eq!(lines("a\n\nb\u{200b}"), [3]);
        assert_eq!(lines(""), [1]);
        assert_eq!(lines("a\n\n---"), [3]);
        for typed in ["a **b", "- a\n1. b", "### b", "\u{200b}", ""] {
            for language in Language::ALL {
                assert!(!in_words(&read(typed).unwrap_err(), language).is_empty());
            }
        }
    }

    #[test]
    fn the_reply_to_326_survives_the_way_there_and_back() {
        for draft in [
            include_str!("../../../saual/data/ds-326/draft-1.json"),
            include_str!("../../../saual/data/ds-326/draft-2.json"),
        ] {
            let content: serde_json::Value = serde_json::from_str(draft).unwrap();
            let body = letter::body::parse(&content["body"]).unwrap();
            assert_eq!(read_ok(&write(&body).unwrap()), body);
        }
    }

    /// Every text of a small alphabet of signs that mean something, up to five signs: whatever can be read is written so that it
    /// is read the same.
    #[test]
    fn whatever_can_be_read_is_written_back() {
        const SIGNS: [&str; 10] = ["a", " ", "\n", "**", "__", "^[", "]", "\\", "- ", "# "];
        let mut read_well = 0;
        for n in 0..10_usize.pow(5) {
            let typed: String = (0..5).map(|place| SIGNS[n / 10_usize.pow(place) % 10]).collect();
            let Ok(body) = read(&typed) else { continue };
            if let Ok(again) = write(&body) {
                assert_eq!(read(&again).as_ref(), Ok(&body), "{typed:?} was written {again:?}");
                read_well += 1;
            }
        }
        assert!(read_well > 10_000, "only {read_well} texts could be read");
    }
}
