//! From a dossier to its letter: which facts the letter is made of, and the bytes of each of its forms.

use std::sync::Arc;

use directory::{Authority, ChamberCode, Language, OfficeCode};
use inquiry::command::ReviseDraft;
use inquiry::content::DraftContent;
use inquiry::ids::VerificationCode;
use inquiry::state::{Stage, Submission};
use inquiry::terms::SignatoryBlock;
use inquiry::{BlobHash, Dossier, InquiryId, time};
use jiff::Timestamp;
use letter::kinds::reply::{Chamber, Executor, InquiryReference, OutgoingNumber, ReplyFacts, Signatory};
use letter::kinds::{AnyFacts, Form as Kind};
use letter::model::Verification;
use letter::{Engine, Fingerprint, LetterError};
use readmodel::letters::derived_code;
use sha2::{Digest, Sha256};

use super::{Asked, Done, addressing, at_work, earlier, ordering, printing, unread};
use crate::problem::Problem;
use crate::speech::Words;
use crate::state::{AppState, Config};

/// The office whose holder signs replies.
pub const SIGNING_OFFICE: &str = "prime_minister";

/// A form in which a letter is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The signed bytes, or a draft's page image.
    Pdf,
    /// A page for screens.
    Html,
    /// Plain text.
    Text,
    /// Office Open XML, for Word.
    Docx,
}

impl Form {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// Its ending in paths and file names.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Text => "txt",
            Self::Docx => "docx",
        }
    }

    /// The form with that ending.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        [Self::Pdf, Self::Html, Self::Text, Self::Docx].into_iter().find(|form| form.ending() == ending)
    }
}

/// A letter in one of its forms.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The form.
    pub form: Form,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The name to keep it under.
    pub file_name: String,
}

impl Copy {
    /// SHA-256 of the bytes, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.bytes))
    }
}

/// What a draft prints where its code will stand: it is drawn when the letter is laid before the signatory, and this one is nobody's.
pub const NO_CODE: &str = "0000-0000-0000-0000";

/// The code that the letter of a dossier prints.
fn code(dossier: &Dossier) -> String {
    let of = |code: Option<&VerificationCode>, version| match code {
        Some(code) => code.to_string(),
        None => derived_code(dossier.inquiry, version),
    };
    match standing(dossier) {
        Standing::Draft => NO_CODE.to_owned(),
        Standing::Submitted(laid) => of(laid.code.as_ref(), laid.version),
        Standing::Signed(signed, _) => of(signed.code.as_ref(), signed.version),
    }
}

/// What the letter's file names as approved. Letters with a derived code were laid before their signatory when files named nothing.
fn fingerprint(dossier: &Dossier, content: &DraftContent) -> Option<Fingerprint> {
    let named = match standing(dossier) {
        Standing::Draft => Some(content.hash()),
        Standing::Submitted(laid) => laid.code.as_ref().map(|_| content.hash()),
        Standing::Signed(signed, _) => signed.code.as_ref().map(|_| signed.content_hash),
    };
    named.map(|hash| Fingerprint(hash.0))
}

/// Whether the letter is, or will be, signed by the server's seal: of a signed one its event says it, whatever the settings have become.
fn is_sealed_by_server(config: &Config, dossier: &Dossier) -> bool {
    match standing(dossier) {
        Standing::Draft | Standing::Submitted(_) => config.seal_stands_in,
        Standing::Signed(signed, _) => signed.sealed_by_server,
    }
}

fn verification(state: &AppState, dossier: &Dossier, content: &DraftContent) -> Verification {
    let (config, code, language) = (&state.config, code(dossier), content.language);
    let note = Words::new(
        "Көрсетілім: жеке қолдың орнына сервердің мөрі басылған",
        "Демонстрация: вместо личной подписи стоит печать сервера",
        "Demonstration: the server's seal stands in for a personal signature",
    );
    let stands_in = is_sealed_by_server(config, dossier).then(|| note.in_language(language).to_owned());
    Verification {
        url: format!("{}/v/{code}", config.public_url),
        code,
        // A letter may reach anybody: what it is not, it says in all three languages.
        note: if config.synthetic { Some(SYNTHETIC.to_owned()) } else { stands_in },
        fingerprint: fingerprint(dossier, content),
    }
}

/// What a letter of a made-up journal says of itself.
pub const SYNTHETIC: &str =
    "Жасанды дерек, шын құжат емес · Синтетические данные, не документ · Synthetic data, no real document";

/// What a text of a made-up journal says of itself, where it is made up.
pub(crate) fn said_of(state: &AppState) -> Option<&'static str> {
    state.config.synthetic.then_some(SYNTHETIC)
}

pub(crate) fn in_letter(language: Language) -> letter::model::Language {
    match language {
        Language::Kk => letter::model::Language::Kk,
        Language::Ru => letter::model::Language::Ru,
        Language::En => letter::model::Language::En,
    }
}

/// Whoever fills an office at that moment, as a letter prints them, and by what right: a letter is laid before whom may sign it now, whatever its date.
///
/// # Errors
/// [`Problem::BadField`] when nobody fills the office.
pub fn signatory_at(
    state: &AppState,
    office: &OfficeCode,
    at: Timestamp,
    language: Language,
) -> Result<(SignatoryBlock, Authority), Problem> {
    signatory_of(state, office, "office", at, language)
}

/// The same of an office that stands in that field of a form.
pub(super) fn signatory_of(
    state: &AppState,
    office: &OfficeCode,
    field: &str,
    at: Timestamp,
    language: Language,
) -> Result<(SignatoryBlock, Authority), Problem> {
    let (day, now) = (time::day_of(at), time::civil_of(at));
    let directory = state.directory();
    let found = directory.office(office).zip(directory.holder_at(office, now));
    let Some((record, holder)) = found else {
        return Err(Problem::BadField {
            field: field.to_owned(),
            what: Words::new(
                format!("{day} күні {office} лауазымында ешкім жоқ."),
                format!("{day} должность {office} никто не занимает."),
                format!("Nobody holds the office {office} on {day}."),
            ),
        });
    };
    let block = SignatoryBlock {
        office: office.clone(),
        name: holder.name.words(language).to_owned(),
        post_lines: record.post_lines(holder, language).into_iter().map(str::to_owned).collect(),
        acting: holder.ground.is_acting(),
    };
    Ok((block, holder.authority()))
}

/// What the form says of somebody who acts for the holder of a post. The directory prints the whole post with these words in it, the
/// letter's form adds them itself.
fn post_of_form(signatory: &SignatoryBlock, language: Language) -> Vec<String> {
    let mut lines = signatory.post_lines.clone();
    if signatory.acting {
        match language {
            Language::Kk => trim_last(&mut lines, " м.а."),
            Language::Ru => trim_first(&mut lines, "И.о. "),
            Language::En => trim_first(&mut lines, "Acting "),
        }
    }
    lines
}

fn in_form(signatory: &SignatoryBlock, language: Language) -> Signatory {
    Signatory { post: post_of_form(signatory, language), name: signatory.name.clone(), acting: signatory.acting }
}

fn trim_last(lines: &mut [String], words: &str) {
    if let Some(line) = lines.last_mut()
        && let Some(rest) = line.strip_suffix(words)
    {
        *line = rest.to_owned();
    }
}

fn trim_first(lines: &mut [String], words: &str) {
    if let Some(line) = lines.first_mut()
        && let Some(rest) = line.strip_prefix(words)
    {
        *line = rest.to_owned();
    }
}

/// Which letter a dossier holds, from the papers on the table to the one that was sent.
enum Standing<'a> {
    /// A draft that nobody has laid before the signatory.
    Draft,
    /// The version that lies before the signatory.
    Submitted(&'a Submission),
    /// Signed; perhaps numbered.
    Signed(&'a inquiry::state::SignedReply, Option<&'a inquiry::state::NumberedReply>),
}

fn standing(dossier: &Dossier) -> Standing<'_> {
    match &dossier.stage {
        Stage::ForSignature(submission) => Standing::Submitted(submission),
        Stage::Signed(signed) => Standing::Signed(signed, None),
        Stage::Numbered(letter) => Standing::Signed(&letter.signed, Some(letter)),
        Stage::Dispatched(sent) => Standing::Signed(&sent.letter.signed, Some(&sent.letter)),
        Stage::Closed(closed) => Standing::Signed(&closed.dispatched.letter.signed, Some(&closed.dispatched.letter)),
        Stage::Received
        | Stage::Registered
        | Stage::OnControl
        | Stage::Assigned
        | Stage::Drafting { .. }
        | Stage::Approval { .. }
        | Stage::Withdrawn
        | Stage::Redirected { .. }
        | Stage::Merged { .. } => Standing::Draft,
    }
}

/// The facts of a dossier's reply as it stands: a draft with its watermark, the paper before the signatory, or the signed letter, which says what it was
/// made from.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is no draft, [`Problem::LetterRefused`] when its body is none, or a failure.
pub async fn reply_facts(state: &AppState, dossier: &Dossier) -> Result<ReplyFacts, Problem> {
    if let Standing::Signed(signed, numbered) = standing(dossier)
        && let Some(made_from) = &signed.made_from
    {
        let facts = kept_facts(state, made_from.facts).await?;
        return Ok(ReplyFacts { registration: numbered.map(outgoing), ..facts });
    }
    // What some have signed is what the others sign.
    if let Standing::Submitted(Submission { partly: Some(partly), .. }) = standing(dossier) {
        return kept_facts(state, partly.made_from.facts).await;
    }
    let draft = dossier.draft.as_ref().ok_or_else(no_draft)?;
    facts_with(state, dossier, &draft.content)
}

/// What a signed letter was made from.
pub(super) async fn kept_facts(state: &AppState, facts: BlobHash) -> Result<ReplyFacts, Problem> {
    let failed = |error: String| Problem::failure("read what a letter was made from", error);
    let json = serde_json::from_slice(&blob_bytes(state, facts).await?).map_err(|error| failed(error.to_string()))?;
    match AnyFacts::parse(&json, Some(Kind::Reply)).map_err(|refusal| failed(refusal.to_string()))? {
        AnyFacts::Reply(facts) => Ok(facts),
        other => Err(failed(format!("a reply was signed, and these are facts of the kind {}", other.form().name()))),
    }
}

fn outgoing(letter: &inquiry::state::NumberedReply) -> OutgoingNumber {
    OutgoingNumber { number: letter.number.clone(), dated: letter.dated }
}

/// [`reply_facts`] as they would be with that content.
pub(crate) fn facts_with(state: &AppState, dossier: &Dossier, content: &DraftContent) -> Result<ReplyFacts, Problem> {
    let language = content.language;
    let to = |groups| addressing::recipients(state, groups, language);
    let others = match standing(dossier) {
        Standing::Submitted(paper) => paper.also.as_slice(),
        Standing::Draft | Standing::Signed(..) => &[],
    };
    let (signatory, dated, recipients, registration, is_draft) = match standing(dossier) {
        Standing::Draft => {
            let now = state.clock.now();
            let office = OfficeCode::new(SIGNING_OFFICE).map_err(|error| Problem::failure("name the office", error))?;
            let (signatory, _) = signatory_at(state, &office, now, language)?;
            (signatory, time::day_of(now), to(dossier.groups()), None, true)
        }
        Standing::Submitted(paper) => (paper.signatory.clone(), paper.document_date, to(dossier.groups()), None, false),
        // One that does not say what it was made from was signed when every letter went by list.
        Standing::Signed(signed, numbered) => {
            let recipients = addressing::list(signed.recipients.clone());
            (signed.signatory.clone(), signed.document_date, recipients, numbered.map(outgoing), false)
        }
    };
    let body = letter::body::parse(&content.body).map_err(|fault| refused(&fault.into()))?;
    Ok(ReplyFacts {
        language: in_letter(language),
        letterhead: None,
        chamber: chamber(&dossier.intake.chamber)?,
        inquiry: InquiryReference {
            number: with_number_sign(dossier.intake.number.printed()),
            dated: dossier.intake.dated,
        },
        also: dossier
            .merged
            .iter()
            .map(|other| InquiryReference { number: with_number_sign(&other.number), dated: other.dated })
            .collect(),
        subject: dossier.intake.subject.clone(),
        recipients,
        body,
        signatory: in_form(&signatory, language),
        cosignatories: others.iter().map(|other| in_form(&other.signatory, language)).collect(),
        executor: Executor { name: content.executor.name.clone(), phone: content.executor.phone.clone() },
        dated,
        registration,
        verify: Some(verification(state, dossier, content)),
        annexes: Vec::new(),
        draft: is_draft,
    })
}

/// Writes a version of the draft. The typesetter sets the whole letter before the inquiry keeps it: a draft that cannot be printed is refused
/// with the place of its fault, and never comes before an approver.
///
/// # Errors
/// [`Problem::LetterRefused`]; the inquiry's refusal; a newer version; a failure.
pub async fn revise(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: ReviseDraft) -> Result<Done, Problem> {
    let bodies = std::iter::once(&ask.content.body).chain(ask.content.translations.iter().map(|text| &text.body));
    for body in bodies {
        letter::body::parse(body).map_err(|fault| refused(&fault.into()))?;
    }
    let seen = ordering::known(state, asked, inquiry).await?;
    // Whoever may not write is told that, and a repeat is answered, before anything is set.
    if inquiry::decide(&seen.inquiry, &asked.asks(ask.clone().into())).is_ok() {
        earlier::prove(state, &asked.by, &seen, &ask.sources).await?;
        printing::settable(state, &seen.dossier, &ask.content).await?;
    }
    ordering::order(state, asked, inquiry, ask.into()).await
}

/// The number as the letter's reference prints it, with one «№» and no space behind it.
pub(super) fn with_number_sign(printed: &str) -> String {
    format!("№{}", directory::number::bare(printed))
}

pub(super) fn chamber(code: &ChamberCode) -> Result<Chamber, Problem> {
    match code.as_str() {
        "mazhilis" => Ok(Chamber::Mazhilis),
        "senate" => Ok(Chamber::Senate),
        other => Err(Problem::LetterRefused { what: format!("no form of a reply is written for the chamber {other}") }),
    }
}

pub(super) fn no_draft() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Жауап жобасы әлі жазылмаған.",
            "Проект ответа ещё не написан.",
            "No draft of the reply has been written yet.",
        ),
    }
}

/// What the typesetter said, as a problem.
pub(super) fn refused(error: &LetterError) -> Problem {
    Problem::LetterRefused { what: error.to_string() }
}

pub(crate) fn unset(error: LetterError) -> Problem {
    match error {
        LetterError::Refused(_) => refused(&error),
        _ => Problem::failure("set a letter", error),
    }
}

/// The PDF of these facts: what would be signed, or a draft.
///
/// # Errors
/// [`Problem::LetterRefused`] when the facts cannot be printed, or a failure.
pub async fn set_pdf(engine: &Arc<Engine>, facts: ReplyFacts) -> Result<Vec<u8>, Problem> {
    let engine = Arc::clone(engine);
    at_work("set a letter", move || {
        let letter = engine.compose_reply(&facts).map_err(unset)?;
        engine.pdf(&letter).map_err(unset)
    })
    .await
}

/// A letter written out in a form that is made anew each time.
async fn written(
    state: &AppState,
    facts: ReplyFacts,
    write: fn(&Engine, &letter::Letter) -> Result<Vec<u8>, LetterError>,
) -> Result<Vec<u8>, Problem> {
    let engine = Arc::clone(&state.engine);
    at_work("write a letter", move || {
        let letter = engine.compose_reply(&facts).map_err(unset)?;
        write(&engine, &letter).map_err(unset)
    })
    .await
}

/// The letter of a dossier in one of its forms. From the first signature on the PDF is never set again: the signed bytes are handed out, and
/// from the number on the registered ones.
///
/// # Errors
/// [`Problem::NotThereYet`] when there is no draft, or a failure.
pub async fn copy(state: &AppState, dossier: &Dossier, form: Form) -> Result<Copy, Problem> {
    let name = file_name(dossier, form.ending());
    let kept = match standing(dossier) {
        Standing::Draft => None,
        Standing::Submitted(paper) => paper.partly.as_ref().map(|partly| partly.pdf),
        Standing::Signed(signed, numbered) => Some(numbered.map_or(signed.pdf, |letter| letter.pdf)),
    };
    if let (Form::Pdf, Some(blob)) = (form, kept) {
        return Ok(Copy { form, bytes: blob_bytes(state, blob).await?, file_name: name });
    }
    let facts = reply_facts(state, dossier).await?;
    let bytes = match form {
        Form::Pdf => set_pdf(&state.engine, facts).await?,
        Form::Html => written(state, facts, |engine, letter| engine.html(letter).map(String::into_bytes)).await?,
        Form::Text => written(state, facts, |engine, letter| engine.text(letter).map(String::into_bytes)).await?,
        Form::Docx => written(state, facts, Engine::docx).await?,
    };
    Ok(Copy { form, bytes, file_name: name })
}

/// The name under which a letter is kept: the inquiry's number and an ending, such as `ДС-326.pdf`.
#[must_use]
pub fn file_name(dossier: &Dossier, ending: &str) -> String {
    let number = dossier.intake.number.normal().replace(['/', '\\'], "-");
    format!("{number}.{ending}")
}

/// Bytes that were kept: a letter, a signature, an attachment.
///
/// # Errors
/// A failure when they are not there: the journal's check would name them too.
pub async fn blob_bytes(state: &AppState, blob: BlobHash) -> Result<Vec<u8>, Problem> {
    let found = state.journal.blob(&blob.to_string()).await.map_err(unread)?;
    found.map(|blob| blob.bytes).ok_or_else(|| Problem::failure("read a kept file", "it is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_has_one_number_sign() {
        for printed in ["№ДС-326", "№ ДС-326", "ДС-326"] {
            assert_eq!(with_number_sign(printed), "№ДС-326");
        }
    }

    #[test]
    fn the_words_of_acting_are_left_to_the_form() {
        let block = |lines: &[&str]| SignatoryBlock {
            office: OfficeCode::new(SIGNING_OFFICE).unwrap(),
            name: "Р. Скляр".into(),
            post_lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            acting: true,
        };
        let kazakh = block(&["Қазақстан Республикасы", "Премьер-Министрінің м.а."]);
        assert_eq!(post_of_form(&kazakh, Language::Kk), ["Қазақстан Республикасы", "Премьер-Министрінің"]);
        let russian = block(&["И.о. Премьер-Министра", "Республики Казахстан"]);
        assert_eq!(post_of_form(&russian, Language::Ru), ["Премьер-Министра", "Республики Казахстан"]);
    }
}
