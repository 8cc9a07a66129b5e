//! What ours is compared with, each at its best: servers' peers on the same server, over the same socket, with prepared statements; the
//! letters' peers warm, many letters in one process, on the same letters.

pub(crate) mod converter;
pub(crate) mod message_db;
pub(crate) mod pgbench;
pub(crate) mod postgres_es;
pub(crate) mod typst_alone;
