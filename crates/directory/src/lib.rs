//! Who holds which office, who sits in which chamber, which days are working days, and how numbers are written.
//!
//! Read in this order: [`ids`] and [`language`] (the words everybody shares), [`actor`] (who acts, in which role),
//! [`number`] and [`series`] (numbers that arrive and numbers that we give), [`calendar`] and [`deadline`] (when a reply is
//! due, and why), then the dated records [`ministry`], [`chamber`], [`faction`], [`deputy`], [`office`], [`authority`] (by what right somebody signs), [`names`] (whether two spellings are of one person), [`topic`] (what inquiries are about), [`blanks`] (a ministry's own forms), then
//! [`Directory`], which holds all of them and answers questions for a day, and last [`changes`], by which it becomes another one.
//!
//! This crate never reads a clock, an environment variable, a file or a database, and never draws a random number: days and
//! texts are handed in, and the records that it carries are compiled into it from `data/*.csv`.

pub mod accounts;
pub mod actor;
pub mod authority;
pub mod blanks;
pub mod calendar;
pub mod chamber;
pub mod changes;
pub mod dates;
pub mod deadline;
pub mod deputy;
pub mod faction;
pub mod ids;
pub mod language;
pub mod ministry;
pub mod names;
pub mod number;
pub mod office;
pub mod period;
pub mod records;
pub mod search;
pub mod series;
pub mod settings;
pub mod text;
pub mod topic;
pub mod warning;

mod columns;
mod current;
mod day_names;
mod table;

pub use actor::{Actor, InPlaceOf, Role};
pub use authority::{ActingOrder, Authority, Ground, NoAuthority};
pub use calendar::WorkingCalendar;
pub use current::Current;
pub use ids::{ChamberCode, DeputyId, FactionCode, Iin, MinistryCode, OfficeCode, PersonId, TopicCode};
pub use language::Language;
pub use number::InquiryNumber;
pub use period::{Period, Term};
pub use records::{Directory, View};
pub use table::{DataError, Fault};
pub use text::Multilingual;
