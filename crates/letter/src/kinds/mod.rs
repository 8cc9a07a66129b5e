//! The kinds of letter: each knows which facts it needs and which words it says.

pub mod reply;
