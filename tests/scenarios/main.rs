//! The stories, told through the doors that users have, with a real PostgreSQL.

mod mail;
mod private_postgres;
