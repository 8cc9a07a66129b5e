//! Signatures held against trust, inside a PDF and beside it: what this crate makes, others accept; what others make, it accepts; and what was damaged, neither does.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod answers;
mod authority;
mod damaged;
mod detached;
mod hostile;
mod letters;
mod levels;
mod peers;
mod shadows;
