//! What a letter has to hold before any medium sees it, whoever built it.

use crate::body::{check_blocks, check_head, check_line, check_lines, check_table, limits};
use crate::error::{Fault, Refusal};
use crate::model::{
    Annex, Group, Letter, Letterhead, LetterheadSide, RegistrationMark, Rendition, SignatureBlock, Verification,
};

/// Number and date are short: they share one line.
const MARK: usize = 60;

impl Letter {
    /// Holds the letter against the rules.
    ///
    /// # Errors
    /// A [`Refusal`] that names the place of the first fault.
    pub fn check(&self) -> Result<(), Refusal> {
        check_line(&self.title, "/title")?;
        check_line(&self.author, "/author")?;
        if let Some(word) = &self.watermark {
            check_line(word, "/watermark")?;
        }
        check_letterhead(&self.letterhead, "/letterhead")?;
        if let Some(mark) = &self.registration {
            check_mark(mark, "/registration")?;
        }
        check_head(&self.addressee, "/addressee")?;
        check_head(&self.reference, "/reference")?;
        check_line(&self.salutation, "/salutation")?;
        check_blocks(&self.body.blocks, "/body/blocks")?;
        if let Some(second) = &self.second {
            second.check().map_err(|refusal| refusal.below("/second"))?;
        }
        check_lines(&self.signature.post, "/signature/post")?;
        check_line(&self.signature.name, "/signature/name")?;
        check_cosignatures(&self.cosignatures)?;
        let others = self.second.as_ref().map_or(self.cosignatures.len(), |second| second.cosignatures.len());
        if others != self.cosignatures.len() {
            return Err(Refusal { at: "/second/cosignatures".to_owned(), fault: Fault::Differs });
        }
        if let Some(executor) = &self.executor {
            check_line(executor, "/executor")?;
        }
        if let Some(verification) = &self.verification {
            check_verification(verification, "/verification")?;
        }
        check_annexes(&self.annexes, "/annexes")
    }
}

impl Rendition {
    fn check(&self) -> Result<(), Refusal> {
        check_head(&self.addressee, "/addressee")?;
        check_head(&self.reference, "/reference")?;
        check_line(&self.salutation, "/salutation")?;
        check_blocks(&self.body.blocks, "/body/blocks")?;
        check_lines(&self.signature.post, "/signature/post")?;
        check_line(&self.signature.name, "/signature/name")?;
        check_cosignatures(&self.cosignatures)?;
        check_annexes(&self.annexes, "/annexes")
    }
}

fn check_cosignatures(others: &[SignatureBlock]) -> Result<(), Refusal> {
    if others.len() > limits::COSIGNATORIES {
        let fault = Fault::TooMany { what: "further signatures", limit: limits::COSIGNATORIES };
        return Err(Refusal { at: "/cosignatures".to_owned(), fault });
    }
    others.iter().enumerate().try_for_each(|(index, other)| {
        check_lines(&other.post, &format!("/cosignatures/{index}/post"))?;
        check_line(&other.name, &format!("/cosignatures/{index}/name"))
    })
}

pub(crate) fn check_letterhead(letterhead: &Letterhead, at: &str) -> Result<(), Refusal> {
    side(&letterhead.kk, &format!("{at}/kk"))?;
    side(&letterhead.ru, &format!("{at}/ru"))
}

pub(crate) fn check_annexes(annexes: &[Annex], at: &str) -> Result<(), Refusal> {
    if annexes.len() > limits::ANNEXES {
        let fault = Fault::TooMany { what: "annexes", limit: limits::ANNEXES };
        return Err(Refusal { at: at.to_owned(), fault });
    }
    annexes.iter().enumerate().try_for_each(|(index, annex)| check_annex(annex, &format!("{at}/{index}")))
}

fn side(side: &LetterheadSide, at: &str) -> Result<(), Refusal> {
    check_lines(&side.lines, &format!("{at}/lines"))?;
    check_line(&side.address, &format!("{at}/address"))
}

fn check_annex(annex: &Annex, at: &str) -> Result<(), Refusal> {
    let title = format!("{at}/title");
    match annex {
        Annex::Deputies { title: lines, groups } => {
            check_lines(lines, &title)?;
            check_groups(groups, &format!("{at}/groups"))
        }
        Annex::Table { title: lines, table } => {
            check_lines(lines, &title)?;
            check_table(table, &format!("{at}/table"))
        }
        Annex::Text { title: lines, body } => {
            check_lines(lines, &title)?;
            check_blocks(&body.blocks, &format!("{at}/body/blocks"))
        }
    }
}

pub(crate) fn check_groups(groups: &[Group], at: &str) -> Result<(), Refusal> {
    if groups.is_empty() {
        return Err(Refusal { at: at.to_owned(), fault: Fault::Empty });
    }
    let people: usize = groups.iter().map(|group| group.members.len()).sum();
    if people > limits::RECIPIENTS {
        return Err(Refusal {
            at: at.to_owned(),
            fault: Fault::TooMany { what: "recipients", limit: limits::RECIPIENTS },
        });
    }
    for (index, group) in groups.iter().enumerate() {
        check_lines(&group.lines, &format!("{at}/{index}/lines"))?;
        let members = format!("{at}/{index}/members");
        if group.members.is_empty() {
            return Err(Refusal { at: members, fault: Fault::Empty });
        }
        for (index, member) in group.members.iter().enumerate() {
            check_line(member, &format!("{members}/{index}"))?;
        }
    }
    Ok(())
}

pub(crate) fn check_mark(mark: &RegistrationMark, at: &str) -> Result<(), Refusal> {
    for (field, text) in [("number", &mark.number), ("date_text", &mark.date_text)] {
        let at = format!("{at}/{field}");
        check_line(text, &at)?;
        if text.chars().count() > MARK {
            return Err(Refusal { at, fault: Fault::TooMany { what: "characters in a line", limit: MARK } });
        }
    }
    Ok(())
}

pub(crate) fn check_verification(verification: &Verification, at: &str) -> Result<(), Refusal> {
    check_line(&verification.code, &format!("{at}/code"))?;
    let url = format!("{at}/url");
    check_line(&verification.url, &url)?;
    // The address becomes a link in HTML: only what can be nothing else than a web address may stand there.
    let web = verification.url.strip_prefix("https://").or_else(|| verification.url.strip_prefix("http://"));
    if web.is_none_or(|rest| rest.is_empty() || rest.contains(char::is_whitespace)) {
        return Err(Refusal { at: url, fault: Fault::Address });
    }
    match &verification.note {
        Some(note) => check_line(note, &format!("{at}/note")),
        None => Ok(()),
    }
}
