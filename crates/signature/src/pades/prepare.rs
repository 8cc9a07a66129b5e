//! A place for a signature in a PDF, and the bytes that are to be signed.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::PadesError;
use super::field;
use crate::assess::{Answer, Elsewhere};
use crate::pdf::{Dictionary, File, Object, Update};
use crate::signed::{self, Content, Refused};
use crate::{AnswerError, TimestampRequest, TimestampToken};

/// What a signature says of itself in the PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The name of its field; no other field of the PDF has it.
    pub field: String,
    /// When it is signed, as the signer says (whole seconds).
    pub at: Timestamp,
    /// Who signs.
    pub name: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Bytes that are kept free for the CMS; 16 KiB hold a chain and a timestamp with room to spare.
    pub room: usize,
}

/// A PDF with an empty place for a signature. The same PDF and statement give the same bytes, so it need not be kept between the two phases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    pdf: Vec<u8>,
    /// The hexadecimal digits between `<` and `>`.
    hole: Range<usize>,
}

/// Appends a place for a signature: a field that shows nothing. PDF/A and PDF/UA are kept: the field has a description and an (empty) appearance, and no
/// extent on the page.
///
/// # Errors
/// [`PadesError::Pdf`] or [`PadesError::FieldTaken`].
pub fn prepare(pdf: &[u8], statement: &Statement) -> Result<Prepared, PadesError> {
    let at = statement.at.to_zoned(TimeZone::UTC).strftime("D:%Y%m%d%H%M%S+00'00'").to_string();
    let mut after = Dictionary::new(vec![("M", Object::Text(at.into_bytes()))]);
    for (key, text) in [("Name", &statement.name), ("Reason", &statement.reason)] {
        if let Some(text) = text {
            after.set(key, text_string(text));
        }
    }
    place(pdf, &statement.field, ("Sig", "ETSI.CAdES.detached"), &after, statement.room)
}

/// Appends a place for a timestamp of the whole document (`DocTimeStamp`); `field` is a name that no other field has, `room` the bytes kept free.
///
/// # Errors
/// [`PadesError::Pdf`] or [`PadesError::FieldTaken`].
pub fn prepare_timestamp(pdf: &[u8], field: &str, room: usize) -> Result<Prepared, PadesError> {
    place(pdf, field, ("DocTimeStamp", "ETSI.RFC3161"), &Dictionary::default(), room)
}

impl Prepared {
    /// The bytes that are to be signed: the whole PDF around the hole.
    #[must_use]
    pub fn to_sign(&self) -> Vec<u8> {
        [&self.pdf[..self.hole.start - 1], &self.pdf[self.hole.end + 1..]].concat()
    }

    /// The question for the timestamp of the whole document.
    #[must_use]
    pub fn timestamp_request(&self, nonce: u64) -> TimestampRequest {
        TimestampRequest::over(&self.to_sign(), nonce)
    }

    /// Puts in a CMS after having checked that it is a good signature over [`to_sign`](Self::to_sign); `elsewhere` is asked about algorithms that are unknown here.
    /// Trust is not asked for: that is [`check_pdf`](crate::check_pdf).
    ///
    /// # Errors
    /// [`PadesError`], with the variant that says why it was not put in.
    pub fn embed(&self, cms: &[u8], elsewhere: Option<&dyn Elsewhere>) -> Result<Vec<u8>, PadesError> {
        let bytes = self.to_sign();
        match signed::check(cms, &Content::Beside(&bytes)) {
            Ok(_) => self.filled(cms),
            Err(Refused::Invalid(fault)) => Err(PadesError::Signature(fault)),
            Err(Refused::NotChecked(why)) => match elsewhere.map(|program| program.check(cms, &bytes)) {
                Some(Answer::Good { .. }) => self.filled(cms),
                Some(Answer::Bad { why, .. }) => Err(PadesError::Elsewhere(why)),
                Some(Answer::None) | None => Err(PadesError::NotChecked(why)),
            },
        }
    }

    /// Puts in the timestamp of the whole document.
    ///
    /// # Errors
    /// [`PadesError::Timestamp`] when it is over other bytes, [`PadesError::Room`].
    pub fn embed_timestamp(&self, token: &TimestampToken) -> Result<Vec<u8>, PadesError> {
        match crate::timestamp::read(token.to_der()) {
            Ok(stamp) if stamp.is_over(&self.to_sign()) == Some(true) => self.filled(token.to_der()),
            Ok(_) | Err(_) => Err(PadesError::Timestamp(AnswerError::OtherQuestion)),
        }
    }

    fn filled(&self, der: &[u8]) -> Result<Vec<u8>, PadesError> {
        let digits = hex::encode(der);
        if digits.len() > self.hole.len() {
            return Err(PadesError::Room { needed: der.len(), room: self.hole.len() / 2 });
        }
        let mut pdf = self.pdf.clone();
        pdf[self.hole.start..self.hole.start + digits.len()].copy_from_slice(digits.as_bytes());
        Ok(pdf)
    }
}

/// Digits that hold every length of a file that is signed here.
const WIDTH: usize = 10;

fn place(
    pdf: &[u8],
    name: &str,
    (kind, format): (&str, &str),
    after: &Dictionary,
    room: usize,
) -> Result<Prepared, PadesError> {
    let file = File::read(pdf)?;
    let mut update = Update::of(&file)?;
    let signature = update.reserve();
    field::hang(&file, &mut update, name, text_string(name), signature)?;

    // The two values that depend on the finished file have a fixed length.
    let mut value = format!("<</Type/{kind}/Filter/Adobe.PPKLite/SubFilter/{format}/ByteRange[0").into_bytes();
    let range = value.len();
    value.extend([b' '; (WIDTH + 1) * 3]);
    value.extend(b"]/Contents<");
    let digits = value.len();
    value.resize(digits + room * 2, b'0');
    value.push(b'>');
    let mut rest = Vec::new();
    after.write(&mut rest);
    value.extend(&rest[2..]);

    let at = update.put_raw(signature, &value);
    let hole = at + digits..at + digits + room * 2;
    let id = Sha256::new().chain_update(pdf).chain_update(name).chain_update(&rest).finalize();
    let mut pdf = update.finish(&id[..16])?;
    let (before, behind) = (hole.start - 1, hole.end + 1);
    let said = format!(" {before} {behind} {}", pdf.len() - behind);
    pdf[at + range..at + range + said.len()].copy_from_slice(said.as_bytes());
    Ok(Prepared { pdf, hole })
}

/// A text for people (7.9.2.2): UTF-16 with its mark.
fn text_string(text: &str) -> Object {
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::Text([0xfe, 0xff].into_iter().chain(units).collect())
}
