//! What tests and benchmarks of the mail share: [`settings`] of an office that sends, the [`order`] of a letter with everything before it, [`wire`]
//! for one relay and one mail, and a [`postfix`] of our own.

pub mod order;
pub mod postfix;
pub mod settings;
pub mod wire;
