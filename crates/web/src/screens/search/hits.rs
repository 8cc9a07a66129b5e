//! A hit as the page shows it: the inquiry, the place where it was found with a link right there, and what stands there with the words marked.

use directory::Language;
use inquiry::InquiryId;
use jiff::civil::Date;
use readmodel::search::{FileOf, Hit, Place, Snippet};
use serde::Serialize;

use crate::screens::fields::say;
use crate::screens::wording::{self, Ministry, stage_tone};
use crate::state::AppState;

/// A piece of a text; one that was asked for is marked.
#[derive(Debug, Serialize)]
pub(super) struct Piece {
    words: String,
    is_marked: bool,
}

/// A place with a link right there.
#[derive(Debug, Serialize)]
pub(super) struct Where {
    words: String,
    href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Row {
    id: InquiryId,
    number: String,
    subject: Vec<Piece>,
    received: Date,
    stage: &'static str,
    tone: &'static str,
    lead: Option<Ministry>,
    outgoing_number: Option<String>,
    place: Where,
    /// What stands there; none where it is the subject, which is said already.
    snippet: Option<Vec<Piece>>,
    also: Vec<Where>,
    /// Words that do not stand in it.
    missing: Option<String>,
}

pub(super) fn pieces(snippet: &Snippet) -> Vec<Piece> {
    snippet.pieces().map(|(words, is_marked)| Piece { words: words.to_owned(), is_marked }).collect()
}

impl Row {
    pub(super) fn of(state: &AppState, hit: Hit, language: Language) -> Self {
        let id = hit.inquiry;
        let found = |place: &Place| Where {
            words: words(state, place, language),
            href: format!("/inquiries/{id}{}", within(place)),
        };
        Self {
            id,
            number: directory::number::shown(&hit.number),
            subject: pieces(&hit.subject),
            received: hit.received,
            stage: hit.stage.words(language),
            tone: stage_tone(hit.stage),
            lead: hit.lead.map(|lead| wording::ministry(state, &lead, language)),
            outgoing_number: hit.outgoing_number,
            place: found(&hit.place),
            snippet: (hit.place != Place::Subject).then(|| pieces(&hit.snippet)),
            also: hit.also.iter().map(found).collect(),
            missing: (!hit.missing.is_empty()).then(|| hit.missing.join(", ")),
        }
    }
}

/// A place as people call it.
pub(super) fn words(state: &AppState, place: &Place, language: Language) -> String {
    match place {
        Place::Subject => say(language, "тақырып", "тема", "subject"),
        Place::Number => say(language, "нөмір", "номер", "number"),
        Place::Deputy => say(language, "депутаттар", "депутаты", "deputies"),
        Place::Question { no } => match language {
            Language::Kk => format!("{no}-сұрақ"),
            Language::Ru => format!("вопрос {no}"),
            Language::En => format!("question {no}"),
        },
        Place::Resolution => say(language, "бұрыштама", "резолюция", "resolution"),
        Place::Draft { version } => match language {
            Language::Kk => format!("жобаның {version}-нұсқасы"),
            Language::Ru => format!("проект, редакция {version}"),
            Language::En => format!("draft, version {version}"),
        },
        Place::Letter { number: Some(number), .. } => match language {
            Language::Kk => format!("№ {number} жауап"),
            Language::Ru => format!("ответ № {number}"),
            Language::En => format!("reply No. {number}"),
        },
        Place::Letter { number: None, .. } => say(language, "қол қойылған жауап", "подписанный ответ", "signed reply"),
        Place::Interim { .. } => say(language, "аралық жауап", "промежуточный ответ", "interim reply"),
        Place::Contribution { ministry, version } => {
            let short = wording::ministry(state, ministry, language).short;
            match language {
                Language::Kk => format!("{short}, {version}-ұсыныс"),
                Language::Ru => format!("{short}, предложение {version}"),
                Language::En => format!("{short}, contribution {version}"),
            }
        }
        Place::Response { .. } => say(language, "депутат пікірі", "мнение депутата", "a deputy's response"),
        Place::Attachment { name, of: FileOf::Inquiry, .. } => {
            format!("{} {name}", say(language, "сауалдың файлы:", "файл запроса:", "file of the inquiry:"))
        }
        Place::Attachment { name, of: FileOf::Contribution { ministry }, .. } => {
            let short = wording::ministry(state, ministry, language).short;
            format!("{short}: {name}")
        }
    }
}

/// The rest of the address that leads there, behind the inquiry's own.
pub(super) fn within(place: &Place) -> String {
    match place {
        Place::Subject | Place::Number => String::new(),
        Place::Deputy => "#deliveries-h".to_owned(),
        Place::Question { .. } => "#questions-h".to_owned(),
        Place::Resolution => "#assignment-h".to_owned(),
        Place::Draft { .. } => "/draft".to_owned(),
        Place::Letter { .. } => "/letter".to_owned(),
        Place::Interim { .. } => "#deadline-h".to_owned(),
        Place::Contribution { .. } | Place::Attachment { .. } => "#contributions-h".to_owned(),
        Place::Response { .. } => "#history-h".to_owned(),
    }
}
