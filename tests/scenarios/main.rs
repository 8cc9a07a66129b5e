//! The stories, told through the doors that users have, with a real PostgreSQL.

mod api;
mod journal;
mod mail;
mod migrations;
mod pages;
mod private_postgres;
