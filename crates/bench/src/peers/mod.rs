//! What ours is compared with, each at its best: on the same server, over the same socket, with prepared statements.

pub(crate) mod message_db;
pub(crate) mod pgbench;
pub(crate) mod postgres_es;
