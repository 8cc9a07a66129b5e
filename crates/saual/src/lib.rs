//! The program's parts.

pub mod private_postgres;
