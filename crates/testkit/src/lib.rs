//! What the tests share: folders, databases, peers that can be broken on purpose, mails and a Postfix of our own, and the program itself started for a test.
//!
//! Only tests use this crate, and the benchmarks of the mail. It never sleeps to wait for something: whoever waits, waits for the thing itself.

#[cfg(feature = "office")]
pub mod app;
pub mod authority;
#[cfg(feature = "office")]
mod bounce;
pub mod cut;
pub mod database;
pub mod folder;
#[cfg(feature = "mail")]
pub mod mail;
mod memory;
pub mod mortal;
#[cfg(feature = "office")]
pub mod password;
pub mod smtp;
pub mod token;

pub use database::{TestDatabase, database, empty_database};
pub use private_postgres;
