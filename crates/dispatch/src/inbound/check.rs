//! Is the mailbox there, and may we do in it what we have to? A line of `saual check`.

use crate::config::{Imap, Inbound, Mailbox, Security};
use crate::error::DispatchError;
use crate::tls::Tls;

use super::imap::Session;
use super::maildir::Maildir;
use super::source::{Folder, Mailbox as _};

/// What can be checked without asking anybody; the error says which setting is wrong.
pub(super) fn settings(inbound: &Inbound) -> Result<(), String> {
    let Mailbox::Imap(imap) = &inbound.mailbox else { return Ok(()) };
    match imap.security {
        Security::Plain if is_this_machine(imap) => Ok(()),
        Security::Plain => {
            Err("a mailbox on another machine needs a protected connection: choose starttls or implicit".to_owned())
        }
        Security::StartTls | Security::Implicit => {
            Tls::new("the mailbox's", &imap.host, imap.tls_name.as_deref(), imap.ca_file.as_deref()).map(drop)
        }
    }
}

fn is_this_machine(imap: &Imap) -> bool {
    imap.host == "localhost" || imap.host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// Opens the mailbox, makes its folders, and leaves. The answer is one line fit for `saual check`.
///
/// # Errors
/// [`DispatchError`] says what the mailbox could not do.
pub async fn check_mailbox(inbound: &Inbound) -> Result<String, DispatchError> {
    settings(inbound).map_err(DispatchError::Settings)?;
    let name = inbound.mailbox.name();
    let (mails, how) = match &inbound.mailbox {
        Mailbox::Maildir(folder) => {
            let mut mailbox = Maildir::open(folder).await?;
            (mailbox.places().await?.len(), "")
        }
        Mailbox::Imap(imap) => {
            let mut session = Session::open(imap).await?;
            for folder in [Folder::Processed, Folder::Failed] {
                session.folder(folder).await?;
            }
            let mails = usize::try_from(session.mails).unwrap_or(usize::MAX);
            session.close().await;
            let how = match imap.security {
                Security::Plain => ", unprotected",
                Security::StartTls => ", protected by STARTTLS",
                Security::Implicit => ", protected by TLS",
            };
            (mails, how)
        }
    };
    Ok(format!("{name} is open{how}, {mails} mails wait there"))
}
