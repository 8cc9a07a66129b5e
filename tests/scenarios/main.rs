//! The stories, told through the doors that users have, with a real PostgreSQL.

mod private_postgres;
