//! The pictures of the screens in docs/screens.

use std::path::PathBuf;

/// Where they are kept.
pub(crate) fn folder() -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screens")
}
