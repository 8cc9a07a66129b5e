//! Asking servers to report what becomes of a mail (RFC 3461), where the relay offers to pass that on.

use lettre::Address;
use lettre::transport::smtp::extension::{MailParameter, RcptParameter};

use crate::message::Message;

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
