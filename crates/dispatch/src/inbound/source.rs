//! What a mailbox can do, whatever it lies behind.

use std::future::Future;

use crate::error::DispatchError;

/// The longest head that is asked for, in bytes; whose copy a mail is stands at its beginning.
pub(super) const LONGEST_HEAD: usize = 1 << 20;

/// Where a mail is put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    /// It was worked on.
    Processed,
    /// It could not be read: a person may look.
    Failed,
}

impl Folder {
    /// The name of the folder in the mailbox.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Processed => "Saual-Processed",
            Self::Failed => "Saual-Failed",
        }
    }
}

/// The head of a mail, and how large the whole is.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) bytes: Vec<u8>,
    pub(super) size: usize,
}

/// An open mailbox. A place names a mail for as long as the generation stays the same.
pub(super) trait Mailbox: Send {
    /// The mailbox's UIDVALIDITY, or what stands for it.
    fn generation(&self) -> i64;

    /// The mails that are there, the oldest first.
    fn places(&mut self) -> impl Future<Output = Result<Vec<String>, DispatchError>> + Send;

    /// The head of one; none when it is gone.
    fn head(&mut self, place: &str) -> impl Future<Output = Result<Option<Head>, DispatchError>> + Send;

    /// The whole of one; none when it is gone.
    fn whole(&mut self, place: &str) -> impl Future<Output = Result<Option<Vec<u8>>, DispatchError>> + Send;

    /// Moves one away. That it is gone already is as good.
    fn put_away(&mut self, place: &str, folder: Folder) -> impl Future<Output = Result<(), DispatchError>> + Send;

    /// Says goodbye; whatever comes of it, everything is done.
    fn close(self) -> impl Future<Output = ()> + Send;
}
