//! From an ordered dispatch to mail in every deputy's box, through a real journal, with relays that fail in every way.

mod crash;
mod enqueue;
mod office;
mod postfix;
mod python;
mod sending;
