//! The personal link in a deputy's mail: which place of which inquiry it speaks for, and the text that only this installation can make.
//!
//! The text is the base64url (RFC 4648, 5) of a version, the inquiry, the place, the order of dispatch, and their HMAC-SHA-256 (RFC 2104). It says nothing of the
//! person, and the same mail has the same one at every attempt: the key is the one that was in force when the mail was ordered. Whether a link
//! still works is the inquiry's to say ([`crate::state::Dossier::opens`]).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use directory::actor::HeldLink;
use jiff::Timestamp;
use ring::hmac;
use uuid::Uuid;

use crate::ids::{InquiryId, RecipientNo};

/// The version of the text's shape.
const VERSION: u8 = 1;
/// Bytes before the tag: version, inquiry, place, order.
const SAID: usize = 1 + 16 + 2 + 4;
/// What is authenticated before the bytes, so that a key that were ever used for something else would not make links.
const PURPOSE: &[u8] = b"saual personal link\n";

/// What a personal link stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PersonalLink {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// The place on its list.
    pub recipient: RecipientNo,
    /// The order of dispatch whose mail carries it.
    pub order: u32,
}

impl From<HeldLink> for PersonalLink {
    fn from(held: HeldLink) -> Self {
        Self { inquiry: InquiryId(held.list), recipient: RecipientNo(held.place), order: held.order }
    }
}

impl From<PersonalLink> for HeldLink {
    fn from(link: PersonalLink) -> Self {
        Self { list: link.inquiry.0, place: link.recipient.0, order: link.order }
    }
}

impl PersonalLink {
    fn to_bytes(self) -> [u8; SAID] {
        let mut bytes = [0; SAID];
        bytes[0] = VERSION;
        bytes[1..17].copy_from_slice(self.inquiry.0.as_bytes());
        bytes[17..19].copy_from_slice(&self.recipient.0.to_be_bytes());
        bytes[19..].copy_from_slice(&self.order.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (inquiry, rest) = rest.split_first_chunk::<16>()?;
        let (recipient, rest) = rest.split_first_chunk::<2>()?;
        let order: [u8; 4] = rest.try_into().ok()?;
        (*version == VERSION).then(|| Self {
            inquiry: InquiryId(Uuid::from_bytes(*inquiry)),
            recipient: RecipientNo(u16::from_be_bytes(*recipient)),
            order: u32::from_be_bytes(order),
        })
    }
}

/// The keys of an installation, each in force from a moment on.
pub struct LinkKeys {
    /// The earliest first; there is at least one.
    keys: Vec<(Timestamp, hmac::Key)>,
}

/// The text holds no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeys {
    /// There is none.
    #[error("there is no key; a line is a moment and 64 hexadecimal digits: 2026-01-31T00:00:00Z 0f1e…")]
    None,
    /// A line is not one.
    #[error("line {line} is not a moment and 64 hexadecimal digits: 2026-01-31T00:00:00Z 0f1e…")]
    Line {
        /// Which, from 1.
        line: usize,
    },
}

impl LinkKeys {
    /// Reads keys, one a line: the moment from which it signs, and 64 hexadecimal digits. To change keys a line is added; to end all
    /// links of an old one, its line is removed.
    ///
    /// # Errors
    /// [`InvalidKeys`] names the line.
    pub fn parse(text: &str) -> Result<Self, InvalidKeys> {
        let mut keys = Vec::new();
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            keys.push(key(text.trim()).ok_or(InvalidKeys::Line { line })?);
        }
        keys.sort_by_key(|(since, _)| *since);
        if keys.is_empty() { Err(InvalidKeys::None) } else { Ok(Self { keys }) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// A line for [`LinkKeys::parse`].
    #[must_use]
    pub fn line(since: Timestamp, secret: &[u8; 32]) -> String {
        format!("{since} {}\n", hex::encode(secret))
    }

    /// The text of a link in a mail that was ordered at that moment.
    #[must_use]
    pub fn token(&self, link: PersonalLink, ordered_at: Timestamp) -> String {
        let said = link.to_bytes();
        let tag = hmac::sign(self.in_force(ordered_at), &[PURPOSE, &said].concat());
        URL_SAFE_NO_PAD.encode([said.as_slice(), tag.as_ref()].concat())
    }

    /// What a text stands for; none when it is not one that a key of ours has made. The tags are compared in constant time.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<PersonalLink> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, tag) = bytes.split_at_checked(SAID)?;
        let signed = [PURPOSE, said].concat();
        let is_ours = self.keys.iter().fold(false, |ours, (_, key)| ours | hmac::verify(key, &signed, tag).is_ok());
        PersonalLink::from_bytes(said).filter(|_| is_ours)
    }
}

/// What is authenticated before the number of a mail, so that no mark is a link and no link a mark.
const MARK: &[u8] = b"saual mail mark\n";
/// Bytes of a mark's tag: an address has little room, and who guesses has one try a mail.
const MARK_TAG: usize = 8;

/// The mark of a mail of ours: its number, and a tag that only this installation can make. It stands where other servers hand it back: in the address
/// that bounces return to, in the envelope's id, in a header.
impl LinkKeys {
    /// The mark of the mail of that number, ordered at that moment.
    #[must_use]
    pub fn mark(&self, mail: i64, ordered_at: Timestamp) -> String {
        format!("{mail}.{}", hex::encode(mark_tag(self.in_force(ordered_at), mail)))
    }

    /// The number of the mail that a mark is of; none when no key of ours has made it. Servers may have changed the case of its letters.
    #[must_use]
    pub fn marked(&self, mark: &str) -> Option<i64> {
        let (mail, digits) = mark.split_once('.')?;
        let mail: i64 = mail.parse().ok()?;
        let mut tag = [0; MARK_TAG];
        hex::decode_to_slice(digits, &mut tag).ok()?;
        // Every byte of every key is compared, whatever the first one says.
        let differs = |key: &hmac::Key| mark_tag(key, mail).iter().zip(tag).fold(0, |seen, (a, b)| seen | (a ^ b));
        self.keys.iter().fold(false, |ours, (_, key)| ours | (differs(key) == 0)).then_some(mail)
    }

    fn in_force(&self, at: Timestamp) -> &hmac::Key {
        // What was ordered before there was any key has the first one.
        let (_, key) = self.keys.iter().rev().find(|(since, _)| *since <= at).unwrap_or(&self.keys[0]);
        key
    }
}

fn mark_tag(key: &hmac::Key, mail: i64) -> [u8; MARK_TAG] {
    let tag = hmac::sign(key, &[MARK, &mail.to_be_bytes()].concat());
    let mut short = [0; MARK_TAG];
    short.copy_from_slice(&tag.as_ref()[..MARK_TAG]);
    short
}

impl fmt::Debug for LinkKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkKeys({})", self.keys.len())
    }
}

fn key(line: &str) -> Option<(Timestamp, hmac::Key)> {
    let (since, digits) = line.split_once(' ')?;
    let mut secret = [0; 32];
    hex::decode_to_slice(digits.trim(), &mut secret).ok()?;
    Some((since.parse().ok()?, hmac::Key::new(hmac::HMAC_SHA256, &secret)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn keys(lines: &[(&str, u8)]) -> LinkKeys {
        let lines: String = lines.iter().map(|(since, seed)| LinkKeys::line(moment(since), &[*seed; 32])).collect();
        LinkKeys::parse(&lines).unwrap()
    }

    fn link(recipient: u16, order: u32) -> PersonalLink {
        PersonalLink { inquiry: InquiryId(Uuid::from_u128(0x326)), recipient: RecipientNo(recipient), order }
    }

    const OCTOBER: &str = "2023-10-18T04:00:00Z";

    #[test]
    fn a_link_says_what_it_was_made_for_and_fits_into_an_address() {
        let keys = keys(&[("2023-01-01T00:00:00Z", 1)]);
        let token = keys.token(link(5, 2), moment(OCTOBER));
        assert_eq!(keys.read(&token), Some(link(5, 2)));
        assert_eq!(token, keys.token(link(5, 2), moment(OCTOBER)), "the same mail has the same one");
        assert!(token.len() < 80 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{token}");
    }

    #[test]
    fn no_other_text_is_a_link() {
        let ours = keys(&[("2023-01-01T00:00:00Z", 1)]);
        let token = ours.token(link(5, 2), moment(OCTOBER));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(ours.read(&URL_SAFE_NO_PAD.encode(flipped)), None, "bit {bit}");
        }
        let mut end = token.clone();
        let last = end.pop().unwrap();
        for other in ('a'..='z').chain('A'..='Z').chain('0'..='9').filter(|other| *other != last) {
            assert_eq!(ours.read(&format!("{end}{other}")), None, "the last sign counts to the bit");
        }
        assert_eq!(ours.read(&format!("{token}=")), None);
        for wrong in ["", "x", "AQ", "…", end.as_str()] {
            assert_eq!(ours.read(wrong), None, "{wrong}");
        }
        assert_eq!(keys(&[("2023-01-01T00:00:00Z", 2)]).read(&token), None, "another installation's");
    }

    #[test]
    fn a_new_key_signs_from_its_moment_on_and_the_old_ones_links_go_on_working() {
        let before = keys(&[("2023-01-01T00:00:00Z", 1)]);
        let after = keys(&[("2023-11-01T00:00:00Z", 2), ("2023-01-01T00:00:00Z", 1)]);
        let token = before.token(link(1, 1), moment(OCTOBER));
        assert_eq!(after.token(link(1, 1), moment(OCTOBER)), token, "a mail that is tried again keeps its bytes");
        assert_eq!(after.read(&token), Some(link(1, 1)));
        let newer = after.token(link(1, 1), moment("2023-11-02T00:00:00Z"));
        assert_eq!((after.read(&newer), before.read(&newer)), (Some(link(1, 1)), None));
        assert_eq!(keys(&[("2023-11-01T00:00:00Z", 2)]).read(&token), None, "a key that was taken out ends its links");
        assert_eq!(before.token(link(1, 1), moment("2022-01-01T00:00:00Z")), token, "what is older has the first key");
    }

    #[test]
    fn a_mark_is_of_one_mail_and_servers_may_change_the_case_of_its_letters() {
        let ours = keys(&[("2023-01-01T00:00:00Z", 1)]);
        let mark = ours.mark(326, moment(OCTOBER));
        assert_eq!(ours.marked(&mark), Some(326));
        assert_eq!(ours.marked(&mark.to_uppercase()), Some(326));
        // With the longest number it still fits into the part before an @, which has 64 signs.
        assert!("bounces+".len() + ours.mark(i64::MAX, moment(OCTOBER)).len() <= 64);
        let (_, tag) = mark.split_once('.').unwrap();
        for wrong in
            [format!("327.{tag}"), format!("326.{}", &tag[1..]), format!("326.{}", "0".repeat(16)), "326".into()]
        {
            assert_eq!(ours.marked(&wrong), None, "{wrong}");
        }
        assert_eq!(keys(&[("2023-01-01T00:00:00Z", 2)]).marked(&mark), None, "another installation's");
        let both = keys(&[("2023-11-01T00:00:00Z", 2), ("2023-01-01T00:00:00Z", 1)]);
        assert_eq!((both.mark(326, moment(OCTOBER)), both.marked(&mark)), (mark, Some(326)));
    }

    #[test]
    fn keys_are_read_strictly_and_never_printed() {
        assert_eq!(LinkKeys::parse(" \n").unwrap_err(), InvalidKeys::None);
        let good = LinkKeys::line(moment(OCTOBER), &[7; 32]);
        for bad in ["0707", "2023-10-18T04:00:00Z 07", &good.replace("07", "0x"), "yesterday 07"] {
            assert_eq!(LinkKeys::parse(&format!("{good}{bad}")).unwrap_err(), InvalidKeys::Line { line: 2 }, "{bad}");
        }
        assert!(!format!("{:?}", LinkKeys::parse(&good).unwrap()).contains("07"));
    }
}
