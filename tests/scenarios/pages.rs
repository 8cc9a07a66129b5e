//! The pages, as people use them: a browser with a cookie, forms found in the pages, every role at its part of the story.

mod account;
mod approvals;
mod blanks;
mod browser;
mod bulk;
mod deck;
mod deliveries;
mod deputy;
mod desk;
mod editing;
mod faults;
mod hostile;
mod identity;
mod kept;
mod letters;
mod live;
mod mended;
mod people;
mod proof;
mod repeats;
mod story;
mod views;
mod walk;
mod worklist;
