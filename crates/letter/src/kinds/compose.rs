//! From the facts of any kind to its letter.

use serde_json::{Value, json};

use super::{Form, Kind, Office, Recipients, Signatory, To, seen};
use crate::body::Body;
use crate::error::{LetterError, TemplateFault};
use crate::model::{
    Annex, Block, Group, Language, Letter, Letterhead, LetterheadSide, RegistrationMark, SignatureBlock,
};
use crate::templates::{Section, Wording};
use crate::words;

/// The letter that says `facts` in the words of its kind's templates.
pub(crate) fn compose<K: Kind>(facts: &K, wording: &Wording) -> Result<Letter, LetterError> {
    super::check(facts)?;
    let common = facts.common();
    let says = Says { wording, form: K::FORM, language: common.language, seen: seen(facts) };
    let head = match common.letterhead {
        Some(given) => given.clone(),
        None => letterhead(K::FORM.office(), wording)?,
    };
    Ok(Letter {
        language: common.language,
        title: says.line(Section::Title)?,
        author: says.line(Section::Author)?,
        dated: common.dated,
        watermark: if common.draft { Some(says.line(Section::Watermark)?) } else { None },
        letterhead: head,
        registration: common
            .registration
            .map(|given| RegistrationMark::new(given.number.clone(), given.dated, common.language)),
        addressee: says.lines(Section::Addressee)?,
        reference: says.lines(Section::Reference)?,
        salutation: says.line(Section::Salutation)?,
        body: body(facts, &says)?,
        second: None,
        signature: SignatureBlock { post: says.lines(Section::Post)?, name: common.signatory.name.clone() },
        cosignatures: cosignatures(common.cosignatories, &says)?,
        executor: Some(says.line(Section::Executor)?),
        verification: common.verify.cloned(),
        annexes: annexes(facts, &says)?,
    })
}

/// The words of one letter.
struct Says<'a> {
    wording: &'a Wording,
    form: Form,
    language: Language,
    seen: Value,
}

impl Says<'_> {
    fn lines(&self, section: Section) -> Result<Vec<String>, TemplateFault> {
        self.wording.lines(self.form, self.language, section, &self.seen)
    }

    fn line(&self, section: Section) -> Result<String, TemplateFault> {
        self.lines(section).map(|lines| lines.join(" "))
    }
}

/// The blocks of those who sign besides: the form writes the post of each as it does that of the first.
fn cosignatures(others: &[Signatory], says: &Says<'_>) -> Result<Vec<SignatureBlock>, TemplateFault> {
    let block = |other: &Signatory| {
        let mut seen = says.seen.clone();
        seen["signatory"] = json!(other);
        let post = says.wording.lines(says.form, says.language, Section::Post, &seen)?;
        Ok(SignatureBlock { post, name: other.name.clone() })
    };
    others.iter().map(block).collect()
}

/// The letterhead of an office.
pub(crate) fn letterhead(office: Office, wording: &Wording) -> Result<Letterhead, TemplateFault> {
    let side = |lines: &str, address: &str| -> Result<LetterheadSide, TemplateFault> {
        Ok(LetterheadSide {
            lines: wording.letterhead(office, lines)?,
            address: wording.letterhead(office, address)?.join(" "),
        })
    };
    Ok(Letterhead { kk: side("kk", "kk.address")?, ru: side("ru", "ru.address")? })
}

/// The opening words of the form, what this letter says, and the closing words. A line of the form is a paragraph.
fn body<K: Kind>(facts: &K, says: &Says<'_>) -> Result<Body, TemplateFault> {
    let mut blocks: Vec<Block> = says.lines(Section::Opening)?.into_iter().map(Block::paragraph).collect();
    blocks.extend(facts.text());
    blocks.extend(says.lines(Section::Closing)?.into_iter().map(Block::paragraph));
    blocks.extend(facts.enclosed());
    Ok(Body { blocks })
}

/// The list of recipients, if it is annexed, and behind it what the facts add; numbered where there are several.
fn annexes<K: Kind>(facts: &K, says: &Says<'_>) -> Result<Vec<Annex>, TemplateFault> {
    let mut annexes = Vec::new();
    if let Some(groups) = annexed(&facts.to()) {
        annexes.push(Annex::Deputies { title: says.lines(Section::Annex)?, groups: groups.to_vec() });
    }
    annexes.extend(facts.common().annexes.iter().cloned());
    if annexes.len() > 1 {
        for (number, annex) in (1..).zip(&mut annexes) {
            annex.title_mut().insert(0, words::annex_label(number, says.language));
        }
    }
    Ok(annexes)
}

fn annexed<'a>(to: &To<'a>) -> Option<&'a [Group]> {
    match to {
        To::Deputies(_, Recipients::List(list)) => Some(&list.groups),
        To::Deputies(_, Recipients::Faction(faction)) => {
            Some(faction.groups.as_slice()).filter(|groups| !groups.is_empty())
        }
        To::Deputies(_, Recipients::One(_)) | To::Ministries(_) => None,
    }
}
