//! The headers the mail library does not write as old and strict mail programs need them.

use std::fmt::Write;

use email_encoding::headers::{rfc2047, writer::EmailWriter};
use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};

type Unread = Box<dyn std::error::Error + Send + Sync>;

/// `Subject` as one run of encoded words. The library mixes plain and encoded words, and some programs lose the space between them.
#[derive(Clone)]
pub(super) struct FullSubject(pub(super) String);

impl Header for FullSubject {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Subject")
    }

    fn parse(text: &str) -> Result<Self, Unread> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        if is_plain(&self.0) {
            return HeaderValue::new(Self::name(), self.0.clone());
        }
        let encoded = written("Subject: ".len(), |w| rfc2047::encode(&self.0, w));
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), encoded)
    }
}

/// `Content-Type` of an attachment with its name as RFC 2047 words, where old Outlook looks for it; `Content-Disposition` bears
/// it as RFC 2231 wants.
#[derive(Clone)]
pub(super) struct TypeWithName {
    pub(super) media_type: &'static str,
    pub(super) file_name: String,
}

impl Header for TypeWithName {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Type")
    }

    fn parse(_: &str) -> Result<Self, Unread> {
        Err("a type with a name is only ever written".into())
    }

    fn display(&self) -> HeaderValue {
        let encoded = written("Content-Type: ".len(), |w| {
            write!(w, "{};", self.media_type)?;
            w.new_line()?;
            w.write_str(" name=\"")?;
            if is_plain(&self.file_name) {
                w.write_str(&self.file_name)?;
            } else {
                rfc2047::encode(&self.file_name, w)?;
            }
            w.write_char('"')
        });
        HeaderValue::dangerous_new_pre_encoded(Self::name(), self.media_type.to_owned(), encoded)
    }
}

/// `From`, `To` or `Reply-To` with one name and one address, folded, and never to be mistaken for an encoded word.
///
/// `name` has to be one clean line (see `text::one_line`).
pub(super) fn mailbox(header: &'static str, name: &str, address: &Address) -> HeaderValue {
    let encoded = written(header.len() + 2, |w| {
        if name.is_empty() {
            return write!(w, "{address}");
        }
        if is_plain(name) && name.len() <= 60 {
            w.write_char('"')?;
            for c in name.chars() {
                if matches!(c, '"' | '\\') {
                    w.write_char('\\')?;
                }
                w.write_char(c)?;
            }
            w.write_char('"')?;
        } else {
            rfc2047::encode(name, w)?;
        }
        w.space();
        let address = address.to_string();
        if w.projected_line_len() + address.len() + 2 > 76 {
            w.new_line()?;
        }
        write!(w, "<{address}>")
    });
    // The library reads this value back to find the sender: the bare address is what it must find.
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(header), address.to_string(), encoded)
}

/// Can the text stand in a header as it is? A literal `=?` would be taken for the start of an encoded word.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains("=?")
}

fn written(line_len: usize, write: impl FnOnce(&mut EmailWriter<'_>) -> std::fmt::Result) -> String {
    let mut encoded = String::new();
    {
        let mut writer = EmailWriter::new(&mut encoded, line_len, 0, false);
        // Writing into a String cannot fail; were it ever to, an empty header would follow and not half of one.
        if write(&mut writer).is_err() {
            return String::new();
        }
    }
    encoded
}
