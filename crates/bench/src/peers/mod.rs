//! What ours is compared with, each at its best: servers' peers on the same server, over the same socket, with prepared statements; the
//! letters' peers warm, many letters in one process, on the same letters.

#[cfg(feature = "letters")]
pub(crate) mod converter;
#[cfg(feature = "journal")]
pub(crate) mod message_db;
#[cfg(feature = "journal")]
pub(crate) mod pgbench;
#[cfg(feature = "journal")]
pub(crate) mod postgres_es;
#[cfg(feature = "letters")]
pub(crate) mod typst_alone;
