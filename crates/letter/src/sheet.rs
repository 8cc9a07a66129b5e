//! A sheet to write on in Word: what is asked stands in front, the text below it, and the file comes back as any other does.
//!
//! What stands in front has the styles of a letter's form, so that [`crate::docx::read()`] knows where the text begins, and takes nothing of it over.

use jiff::civil::Date;

use crate::body::Body;
use crate::docx::read::report::{Edited, FormChange};
use crate::error::LetterError;
use crate::model::{Language, Letter, Letterhead, LetterheadSide, SignatureBlock};
use crate::{Engine, docx};

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The language of what stands in front.
    pub language: Language,
    /// What it is: the title of the document.
    pub title: String,
    /// Who is to write, line by line.
    pub whose: Vec<String>,
    /// What is asked, line by line.
    pub asked: Vec<String>,
    /// The day it was made.
    pub dated: Date,
    /// The text as it stands; empty where nothing is written yet.
    pub body: Body,
}

impl Sheet {
    /// The line above the text.
    const fn edge(language: Language) -> &'static str {
        match language {
            Language::Kk => "Мәтін осы жолдан төмен жазылады",
            Language::Ru => "Текст пишется под этой строкой",
            Language::En => "The text is written below this line",
        }
    }

    /// The sheet as the templates of a Word file print it: a letter without letterhead and signature.
    fn letter(&self) -> Letter {
        let side = || LetterheadSide { lines: Vec::new(), address: String::new() };
        Letter {
            language: self.language,
            title: self.title.clone(),
            author: self.whose.join(" "),
            dated: self.dated,
            watermark: None,
            letterhead: Letterhead { kk: side(), ru: side() },
            registration: None,
            addressee: self.whose.clone(),
            reference: self.asked.clone(),
            salutation: Self::edge(self.language).to_owned(),
            body: self.body.clone(),
            second: None,
            signature: SignatureBlock { post: Vec::new(), name: String::new() },
            cosignatures: Vec::new(),
            executor: None,
            verification: None,
            annexes: Vec::new(),
        }
    }

    /// What a file that came back says differently in front of the text; nothing for a file that was not made from a sheet.
    #[must_use]
    pub fn changes(&self, file: &Edited) -> Vec<FormChange> {
        let edges = Language::ALL.map(Self::edge);
        let is_sheet = file.form.iter().any(|part| part.lines.iter().any(|line| edges.contains(&line.as_str())));
        if is_sheet { file.form_changes(&self.letter()) } else { Vec::new() }
    }
}

impl Engine {
    /// The sheet as a Word file (`.docx`). The same sheet gives the same bytes.
    ///
    /// # Errors
    /// [`LetterError::Template`] where a template is wrong.
    pub fn sheet(&self, sheet: &Sheet) -> Result<Vec<u8>, LetterError> {
        docx::written(&sheet.letter(), &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Block;

    fn sheet(blocks: Vec<Block>) -> Sheet {
        Sheet {
            language: Language::Kk,
            title: "Ұсыныс".to_owned(),
            whose: vec!["Сыртқы істер министрлігі".to_owned()],
            asked: vec!["Тапсырма: <ұсыныс> енгізсін".to_owned(), "1. Қашан?".to_owned()],
            dated: Date::constant(2023, 9, 21),
            body: Body { blocks },
        }
    }

    #[test]
    fn what_is_asked_stands_in_front_and_only_the_text_comes_back() {
        let engine = Engine::new().unwrap();
        let text = vec![Block::paragraph("Бірінші абзац."), Block::paragraph("Екінші абзац.")];
        let sheet = sheet(text.clone());
        let file = docx::read(&engine.sheet(&sheet).unwrap()).unwrap();
        assert_eq!(file.sourced.body.blocks, text);
        assert_eq!(sheet.changes(&file), Vec::new());
        assert!(file.form.iter().any(|part| part.lines.contains(&"1. Қашан?".to_owned())), "{:?}", file.form);
        // A question that was changed meanwhile, in the file or in the inquiry, is told.
        let other = Sheet { asked: vec!["1. Неге?".to_owned()], ..sheet };
        assert_eq!(other.changes(&file).iter().map(|change| change.part).collect::<Vec<_>>(), ["reference"]);
    }

    #[test]
    fn a_sheet_without_a_text_is_a_file_to_begin_with() {
        let engine = Engine::new().unwrap();
        let bytes = engine.sheet(&sheet(Vec::new())).unwrap();
        assert!(matches!(docx::read(&bytes), Err(docx::ImportError::Unheld(_))), "it says nothing yet");
    }

    #[test]
    fn a_file_from_elsewhere_is_not_held_against_the_sheet() {
        let mut file =
            docx::read(&Engine::new().unwrap().sheet(&sheet(vec![Block::paragraph("Мәтін")])).unwrap()).unwrap();
        file.form.retain(|part| part.part != "salutation");
        assert_eq!(sheet(Vec::new()).changes(&file), Vec::new());
    }
}
