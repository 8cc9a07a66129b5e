//! The pages, as people use them: a browser with a cookie, forms found in the pages, every role at its part of the story.

mod approvals;
mod blanks;
mod browser;
mod deck;
mod desk;
mod editing;
mod hostile;
mod mended;
mod people;
mod story;
mod walk;
mod worklist;
