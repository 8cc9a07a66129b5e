//! The pages, as people use them: a browser with a cookie, forms found in the pages, every role at its part of the story.

mod approvals;
mod blanks;
mod browser;
mod bulk;
mod deck;
mod editing;
mod hostile;
mod live;
mod mended;
mod people;
mod story;
mod views;
mod walk;
mod worklist;
