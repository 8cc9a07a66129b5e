//! One mail as bytes: the same errand gives the same bytes, however often it is tried. A deputy's letter stands here, a digest in `digest`, a head of the journal in `head`, a test mail in `trial`.

mod digest;
mod dkim;
mod head;
mod headers;
mod report;
mod smime;
mod texts;
mod trial;

use directory::{Language, dates};
use inquiry::link::PersonalLink;
use jiff::Timestamp;
use jiff::civil::Date;
use letter::Fingerprint;
use letter::fingerprint::marks;
use lettre::Address;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::address::{self, AddressError};
use crate::config::{Config, Links, Sender};
use crate::text::{lines, one_line, pdf_name};

pub use digest::DigestFacts;
pub use head::HeadFacts;
pub use report::ReportFacts;

/// The header that bears the mail's mark (`inquiry::link::LinkKeys::mark`).
pub(crate) const MARK_HEADER: &str = "X-Letter-Mark";

/// What every mail of one dispatch says alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// The language of the letter, and so of the mail.
    pub language: Language,
    /// Outgoing number.
    pub number: String,
    /// Date of the letter.
    pub dated: Date,
    /// Name of the attached file, as the deputy shall see it.
    pub file_name: String,
    /// The inquiry's number as Parliament wrote it.
    pub inquiry_number: String,
    /// The inquiry's date.
    pub inquiry_dated: Date,
    /// What the inquiry is about.
    pub subject: String,
    /// When the dispatch was ordered: the `Date:` of the mail, the same at every attempt.
    pub ordered_at: Timestamp,
}

/// Whose copy it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// The mail's number.
    pub mail: i64,
    /// The deputy's name as the letter's list has it.
    pub name: String,
    /// The deputy's address.
    pub address: String,
    /// The copy's own `Message-ID`, with or without its angle brackets.
    pub message_id: String,
    /// What the link to the deputy's page stands for.
    pub link: PersonalLink,
}

/// The letter encoded once for all its copies.
#[derive(Debug, Clone)]
pub struct Attachment {
    body: Body,
    bytes: usize,
    sha256: [u8; 32],
    /// What the file itself names as approved; letters of before name nothing.
    fingerprint: Option<Fingerprint>,
}

impl Attachment {
    /// Encodes the letter's bytes. Always base64: the library would send a text-like PDF as bare lines and change its bytes.
    pub fn new(pdf: Vec<u8>) -> Result<Self, MessageError> {
        let (bytes, sha256) = (pdf.len(), Sha256::digest(&pdf).into());
        let mut named = marks(&pdf).fingerprints.into_iter();
        let fingerprint = named.next().filter(|_| named.next().is_none());
        encoded(pdf).map(|body| Self { body, bytes, sha256, fingerprint })
    }
}

/// A finished mail with the two addresses it travels under.
#[derive(Debug, Clone)]
pub struct Message {
    /// `MAIL FROM`.
    pub from: Address,
    /// `RCPT TO`.
    pub to: Address,
    /// A second `RCPT TO`: the office's own copy, without which the mail does not go.
    pub copy_to: Option<Address>,
    /// The mail's mark, which servers hand back in their reports (RFC 3461, ENVID).
    pub envelope_id: Option<String>,
    /// The bytes, headers first, lines ended by CRLF.
    pub bytes: Vec<u8>,
}

impl Message {
    /// SHA-256 of the bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// Why a mail could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The deputy's address cannot be used: a refusal, the clerk corrects it.
    #[error("{0}")]
    Recipient(AddressError),
    /// One of our own addresses in the settings cannot be used.
    #[error("the {field} address in the settings: {reason}")]
    OwnAddress {
        /// Which one.
        field: &'static str,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// The event's `Message-ID` is not one.
    #[error("the message id is not of the form <left@right>")]
    MessageId,
    /// The office's signature cannot be made with its settings.
    #[error("the office's signature over its mails (DKIM): {0}")]
    Signature(String),
    /// The office's personal signature cannot be made with its settings.
    #[error("the office's signature over its mails (S/MIME): {0}")]
    Personal(String),
    /// A template does not compile or names what is not there.
    #[error("a template of templates/emails failed")]
    Template(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mail library refused the parts.
    #[error("the mail could not be put together")]
    Assembly(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Makes mails: the templates, and the office's side of every header.
#[derive(Debug)]
pub struct Composer {
    texts: texts::Texts,
    from: Own,
    reply_to: Option<Own>,
    bounces_to: Option<Address>,
    copies_to: Option<Address>,
    links: Links,
    sealed_by_server: bool,
    attach_up_to: usize,
    personal: Option<smime::Signer>,
    signer: Option<dkim::Signer>,
    redirect: Option<Redirect>,
}

/// The letter as its mail has it.
struct File<'a> {
    name: &'a str,
    is_attached: bool,
    pdf: &'a Attachment,
}

/// What the headers of a mail say.
struct Head<'a> {
    /// The number of a letter to a deputy: it bears a mark, and the office keeps a copy. None for the mail of the house.
    mail: Option<i64>,
    name: &'a str,
    address: &'a str,
    /// Without its brackets.
    message_id: &'a str,
    /// In which the office's name stands.
    language: Language,
    subject: &'a str,
    date: Timestamp,
}

#[derive(Debug)]
struct Own {
    sender: Sender,
    address: Address,
}

#[derive(Debug)]
struct Redirect {
    to: Address,
    allowed: Vec<String>,
}

impl Redirect {
    /// Is this recipient left as it is?
    fn allows(&self, address: &Address) -> bool {
        let whole = address.to_string().to_lowercase();
        let domain = format!("@{}", address.domain().to_lowercase());
        self.allowed.iter().map(|entry| entry.trim().to_lowercase()).any(|entry| entry == whole || entry == domain)
    }
}

impl Composer {
    /// Compiles the templates and reads our own addresses from the settings.
    pub fn new(config: &Config) -> Result<Self, MessageError> {
        let from = own("sender's", &config.from)?;
        let ours =
            |field, text: &str| address::parse(text).map_err(|reason| MessageError::OwnAddress { field, reason });
        let bounces_to = config.bounces_to.as_deref().map(|text| ours("bounce", text)).transpose()?;
        let copies_to = config.copies.as_ref().map(|copies| ours("journal", &copies.to)).transpose()?;
        let redirect = match &config.mode {
            crate::config::Mode::Redirect { to, allowed, .. } => Some(Redirect {
                to: address::parse(to).map_err(|reason| MessageError::OwnAddress { field: "redirect", reason })?,
                allowed: allowed.clone(),
            }),
            crate::config::Mode::File { .. } | crate::config::Mode::Smtp { .. } => None,
        };
        let personal = config.smime.as_ref().map(smime::Signer::new);
        let signer = config.dkim.as_ref().map(|dkim| dkim::Signer::new(dkim, from.address.domain()));
        Ok(Self {
            texts: texts::Texts::compile(config.synthetic).map_err(|error| MessageError::Template(Box::new(error)))?,
            reply_to: config.reply_to.as_ref().map(|sender| own("reply-to", sender)).transpose()?,
            from,
            bounces_to,
            copies_to,
            links: config.links.clone(),
            sealed_by_server: config.sealed_by_server,
            attach_up_to: config.attach_up_to,
            personal: personal.transpose().map_err(MessageError::Personal)?,
            signer: signer.transpose().map_err(MessageError::Signature)?,
            redirect,
        })
    }

    /// One deputy's mail.
    pub fn compose(&self, letter: &LetterFacts, copy: &Copy, pdf: &Attachment) -> Result<Message, MessageError> {
        let message_id = message_id(&copy.message_id)?;
        let name = one_line(&copy.name, 200);
        let file_name = pdf_name(&letter.file_name);
        let page = self.links.address(copy.link, letter.ordered_at);
        let file = File { name: &file_name, is_attached: pdf.bytes <= self.attach_up_to, pdf };
        let words = self.words(letter, &name, &file, &page)?;

        let head = Head {
            mail: Some(copy.mail),
            name: &name,
            address: &copy.address,
            message_id: &message_id,
            language: letter.language,
            subject: &words.subject,
            date: letter.ordered_at,
        };
        self.message(&head, &[in_language(letter.language)], parts(&words, &message_id, &file)?)
    }

    /// The headers that every mail of ours has, then its body.
    fn message(&self, head: &Head<'_>, more: &[HeaderValue], body: MultiPart) -> Result<Message, MessageError> {
        let original = address::parse(head.address).map_err(MessageError::Recipient)?;
        let redirected = self.redirect.as_ref().filter(|redirect| !redirect.allows(&original));
        let to = redirected.map_or(&original, |redirect| &redirect.to);
        let mut message = lettre::Message::builder()
            .raw_header(self.from.header("From", head.language))
            .raw_header(headers::mailbox("To", head.name, to))
            .header(headers::FullSubject(one_line(head.subject, 400)))
            .date(std::time::SystemTime::from(head.date))
            .message_id(Some(format!("<{}>", head.message_id)));
        if let Some(reply_to) = &self.reply_to {
            message = message.raw_header(reply_to.header("Reply-To", head.language));
        }
        for header in more {
            message = message.raw_header(header.clone());
        }
        let mark = head.mail.map(|mail| self.links.keys.mark(mail, head.date));
        // Where it comes back, in a copy or in the head that a bounce returns, the mail is one of ours.
        if let Some(mark) = &mark {
            message = message.raw_header(plain_header(MARK_HEADER, mark));
        }
        if redirected.is_some() {
            message = message.raw_header(plain_header("X-Original-To", original.as_ref()));
        }
        let sender = self.returns_to(mark.as_deref())?;
        let copy_to = self.copy_to(head.mail)?;
        let envelope = lettre::address::Envelope::new(Some(sender.clone()), vec![to.clone()]).map_err(assembly)?;
        let message = message.envelope(envelope).multipart(body).map_err(assembly)?;
        let bytes = self.signed(message.formatted(), head)?;
        Ok(Message { from: sender, to: to.clone(), copy_to, envelope_id: mark, bytes })
    }

    /// Where servers send a mail back to.
    fn returns_to(&self, mark: Option<&str>) -> Result<Address, MessageError> {
        match (&self.bounces_to, mark) {
            (Some(base), Some(mark)) => {
                address::with_detail(base, mark).map_err(|reason| MessageError::OwnAddress { field: "bounce", reason })
            }
            (Some(base), None) => Ok(base.clone()),
            (None, _) => Ok(self.from.address.clone()),
        }
    }

    fn copy_to(&self, mail: Option<i64>) -> Result<Option<Address>, MessageError> {
        let (Some(base), Some(mail)) = (&self.copies_to, mail) else { return Ok(None) };
        let address = address::with_detail(base, &mail.to_string());
        address.map(Some).map_err(|reason| MessageError::OwnAddress { field: "journal", reason })
    }

    /// The body by the office, then the whole by its domain.
    fn signed(&self, mail: Vec<u8>, head: &Head<'_>) -> Result<Vec<u8>, MessageError> {
        let mail = match &self.personal {
            Some(signer) => signer.sign(&mail, head.message_id, head.date).map_err(MessageError::Personal)?,
            None => mail,
        };
        match &self.signer {
            Some(signer) => signer.sign(&mail, head.date).map_err(MessageError::Signature),
            None => Ok(mail),
        }
    }

    fn words(
        &self,
        letter: &LetterFacts,
        name: &str,
        file: &File<'_>,
        page: &str,
    ) -> Result<texts::Words, MessageError> {
        let language = letter.language;
        // Templates write the number sign themselves.
        let inquiry_number = one_line(directory::number::bare(&letter.inquiry_number), 100);
        let facts = texts::Facts {
            language: language.code(),
            name,
            title: &inquiry_number,
            sender: self.from.sender.name.words(language),
            sealed_by_server: self.sealed_by_server,
            page,
            inquiry: texts::InquiryFacts {
                number: &inquiry_number,
                date: dates::words(letter.inquiry_dated, language),
                subject: &one_line(&letter.subject, 500),
            },
            letter: texts::LetterFacts {
                number: &one_line(&letter.number, 100),
                date: dates::words(letter.dated, language),
                file_name: file.name,
                is_attached: file.is_attached,
                size: megabytes(file.pdf.bytes, language),
                sha256: hex::encode(file.pdf.sha256),
                fingerprint: file.pdf.fingerprint.map(|fingerprint| fingerprint.short()),
            },
        };
        self.texts.words(language, &facts).map_err(|error| MessageError::Template(Box::new(error)))
    }
}

impl Own {
    fn header(&self, header: &'static str, language: Language) -> HeaderValue {
        headers::mailbox(header, &one_line(self.sender.name.words(language), 200), &self.address)
    }
}

fn own(field: &'static str, sender: &Sender) -> Result<Own, MessageError> {
    let address = address::parse(&sender.address).map_err(|reason| MessageError::OwnAddress { field, reason })?;
    Ok(Own { sender: sender.clone(), address })
}

/// `multipart/mixed { multipart/alternative { text, html }, the letter }`, or the texts alone where the letter is too large, with
/// boundaries that follow from the message id.
fn parts(words: &texts::Words, message_id: &str, file: &File<'_>) -> Result<MultiPart, MessageError> {
    let texts = alternative(words, message_id)?;
    if !file.is_attached {
        return Ok(texts);
    }
    let attachment = SinglePart::builder()
        .header(headers::TypeWithName { media_type: "application/pdf", file_name: file.name.to_owned() })
        .header(ContentDisposition::attachment(file.name))
        .body(file.pdf.body.clone());
    Ok(MultiPart::mixed().boundary(boundary(message_id, "mixed")).multipart(texts).singlepart(attachment))
}

/// The same words as text and as HTML.
fn alternative(words: &texts::Words, message_id: &str) -> Result<MultiPart, MessageError> {
    Ok(MultiPart::alternative()
        .boundary(boundary(message_id, "alternative"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, &words.text)?)
        .singlepart(text_part(ContentType::TEXT_HTML, &words.html)?))
}

/// «1,4 МБ»: a large file's size for people, never less than it is.
fn megabytes(bytes: usize, language: Language) -> String {
    let tenths = bytes.div_ceil(100_000);
    let (whole, rest) = (tenths / 10, tenths % 10);
    match language {
        Language::Kk | Language::Ru => format!("{whole},{rest} МБ"),
        Language::En => format!("{whole}.{rest} MB"),
    }
}

/// Base64 for the words too: in quoted-printable every Kazakh letter takes six characters.
fn text_part(media_type: ContentType, text: &str) -> Result<SinglePart, MessageError> {
    let text = lines(text, 2000).replace('\n', "\r\n") + "\r\n";
    Ok(SinglePart::builder().header(media_type).body(encoded(text.into_bytes())?))
}

fn encoded(bytes: Vec<u8>) -> Result<Body, MessageError> {
    Body::new_with_encoding(bytes, ContentTransferEncoding::Base64)
        .map_err(|_| MessageError::Assembly("the body does not go into base64".into()))
}

fn boundary(message_id: &str, part: &str) -> String {
    let digest = Sha256::new().chain_update(part).chain_update([0]).chain_update(message_id).finalize();
    // `=_` cannot occur in base64, so no line of the mail is ever mistaken for a boundary.
    format!("=_{}", hex::encode(&digest[..15]))
}

/// The id without its brackets, if it is one (RFC 5322, 3.6.4, in the narrow form we make ourselves).
fn message_id(text: &str) -> Result<String, MessageError> {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    let (left, right) = inner.split_once('@').ok_or(MessageError::MessageId)?;
    // The office's mail domain may be written in Kazakh letters; a header may not.
    let right = idna::domain_to_ascii(right).map_err(|_| MessageError::MessageId)?;
    let fits = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b'='))
    };
    if left.len() + right.len() <= 240 && fits(left) && fits(&right) {
        Ok(format!("{left}@{right}"))
    } else {
        Err(MessageError::MessageId)
    }
}

fn in_language(language: Language) -> HeaderValue {
    plain_header("Content-Language", language.code())
}

fn plain_header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn assembly(error: lettre::error::Error) -> MessageError {
    MessageError::Assembly(Box::new(error))
}
