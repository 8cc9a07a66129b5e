//! The stories, told through the doors that users have, with a real PostgreSQL.

mod journal;
mod mail;
mod migrations;
mod private_postgres;
