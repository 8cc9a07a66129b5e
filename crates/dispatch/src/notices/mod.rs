//! Mail to the people of the house: a ministry that was reminded, and on the morning of a working day one digest of what presses.
//!
//! Read in this order: [`follow`] (what the journal's events leave in the tables), `due` (when something is gathered), [`content`]
//! (what one person is told), [`news`] (of the searches that they keep), `gather` (who is written to now), `tell` (one person's mail, made once and true when it goes). From there on a
//! digest is a mail like any other ([`crate::queue`]).

pub mod content;
pub mod follow;
pub mod news;

mod due;
mod gather;
mod reading;
mod tell;

pub use content::Content;
pub use follow::{FOLLOWER, Notices};
pub use news::{Finds, FindsNothing, News};

pub(crate) use gather::gather;
pub(crate) use tell::{as_it_is_now, drop_mail};
