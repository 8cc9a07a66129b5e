//! What an inquiry does and does not do: specs by chapter of the story, every refusal, and the laws that hold for all histories.

mod after;
mod approval;
mod assignment;
mod control;
mod dispatch;
mod drafting;
mod intake;
mod laws;
mod moves;
mod refusals;
mod signing;
mod story;
mod support;
mod warnings;
mod words;
