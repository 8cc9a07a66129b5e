//! A draft's text away from its form: comparing two versions of it, and files that come back from Word.
//!
//! [`comparison`] makes a comparison readable, [`changes`] is the page that compares, [`mod@file`] the page that takes a file,
//! [`sources`] says in words where blocks came from.

pub(super) mod changes;
pub(super) mod comparison;
mod file;
mod report;
pub(super) mod sources;

use crate::routes::Route;

/// The pages of this chapter.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = changes::routes();
    routes.extend(file::routes());
    routes
}
