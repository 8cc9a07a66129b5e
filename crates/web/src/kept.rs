//! Forms that were typed into and not sent yet: kept for the account that typed, at the place where the form stands.
//!
//! [`place`] says which forms are kept, [`mark`] which row an opened form writes, [`table`] writes and reads the rows. Nothing that is
//! kept here is ever sent by itself: a person opens the form again, sees what they had typed, and presses its button.

mod mark;
mod place;
mod table;

use jiff::Timestamp;
use uuid::Uuid;

pub(crate) use mark::Mark;
pub(crate) use place::Place;
pub(crate) use table::{below, first_at, forget, forget_all, pass, save};

/// The most bytes of one form: a letter of the largest kind in Markdown fits.
pub(crate) const LARGEST: usize = 1024 * 1024;
/// The most forms of one account; the oldest go first.
const MOST_FORMS: i64 = 30;
/// Days after which a form goes.
const DAYS: i64 = 30;
/// The name of the hidden field that carries a form's [`Mark`]; a form without it is not kept.
pub(crate) const FIELD: &str = "kept";

/// A form as it was kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Its row.
    pub mark: Mark,
    /// Where it stands.
    pub place: String,
    /// What was typed, in the form's order.
    pub fields: Vec<(String, String)>,
    /// It was sent when the session was over, and not taken.
    pub unsent: bool,
    /// Its command was recorded from another opened form since: it is offered, and stands in no form by itself.
    pub passed: bool,
    /// When it was last written.
    pub saved_at: Timestamp,
}

/// What is to be kept.
pub(crate) struct Typing<'a> {
    /// Whose.
    pub account: Uuid,
    /// Where.
    pub place: &'a Place,
    /// The row, as its page knows it.
    pub mark: Mark,
    /// What was typed, all of it.
    pub fields: &'a [(String, String)],
    /// It was sent when the session was over.
    pub unsent: bool,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saved {
    /// It is kept under this mark, which is a new one when the row was written by another page meanwhile.
    Kept(Mark),
    /// It says nothing, and nothing is kept; what is typed next is kept under this mark.
    Nothing(Mark),
    /// Its command was recorded, or its person discarded it: there is nothing to keep.
    Gone,
}

/// Is this the name of a field whose value is kept? What recognises the sending, buttons and secrets are not; nor is a tick that says that
/// something was read, which is read anew.
fn is_kept(name: &str) -> bool {
    !matches!(name, "key" | FIELD | "do" | "more" | "take" | "file" | "read" | "read_newer")
        && !name.contains("password")
}
