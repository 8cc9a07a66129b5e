//! Asking servers to report what becomes of a mail (RFC 3461), where the relay offers to pass that on.

use lettre::Address;
use lettre::transport::smtp::extension::{MailParameter, RcptParameter};

use crate::message::Message;

/// Does the greeting list DSN?
pub(super) fn are_offered(greeting: &[u8]) -> bool {
    let text = String::from_utf8_lossy(greeting).to_ascii_uppercase();
    text.lines().filter_map(|line| line.get(4..)).any(|line| line.trim() == "DSN")
}

/// Of the mail: its mark, by which its reports are known, and that its head is enough to be sent back.
pub(super) fn of_mail(message: &Message) -> Vec<MailParameter> {
    let parameter = |keyword: &str, value: &str| MailParameter::Other {
        keyword: keyword.to_owned(),
        value: Some(value.to_owned()),
    };
    let mut parameters = vec![parameter("RET", "HDRS")];
    parameters.extend(message.envelope_id.as_deref().map(|id| parameter("ENVID", id)));
    parameters
}

/// Of the deputy: everything is to be reported.
pub(super) fn of_recipient(to: &Address) -> Vec<RcptParameter> {
    vec![parameter("NOTIFY", "SUCCESS,FAILURE,DELAY"), parameter("ORCPT", &format!("rfc822;{to}"))]
}

/// Of our own copy: nothing is.
pub(super) fn of_copy() -> Vec<RcptParameter> {
    vec![parameter("NOTIFY", "NEVER")]
}

fn parameter(keyword: &str, value: &str) -> RcptParameter {
    RcptParameter::Other { keyword: keyword.to_owned(), value: Some(value.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_that_reports_says_so() {
        assert!(are_offered(b"250-mx.kz\r\n250-SIZE 10\r\n250-dsn\r\n250 HELP\r\n"));
        assert!(!are_offered(b"250-mx.kz\r\n250 DSNX\r\n"));
    }
}
