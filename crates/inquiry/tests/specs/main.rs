//! What an inquiry does and does not do: specs by chapter of the story, every refusal, and the laws that hold for all histories.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that stops here says where")]

mod after;
mod approval;
mod assignment;
mod authority;
mod control;
mod dispatch;
mod doors;
mod drafting;
mod duties;
mod erasure;
mod intake;
mod laws;
mod links;
mod matrix;
mod moves;
mod passing;
mod proposals;
mod records;
mod refusals;
mod reminding;
mod several;
mod signing;
mod story;
mod support;
mod waiting;
mod warnings;
mod words;
