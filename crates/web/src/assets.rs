//! The files of `static/`, built into the program. An address carries the hash of the content, so that browsers may keep the
//! file for ever and still see a new one at once.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

use crate::problem::Problem;
use crate::screens::FILES;

/// A file of `static/`: its path there, its media type, its bytes.
pub type File = (&'static str, &'static str, &'static [u8]);

/// The first 48 bits of each file's SHA-256, in the order of [`FILES`].
static HASHES: LazyLock<Vec<String>> =
    LazyLock::new(|| FILES.iter().map(|(_, _, bytes)| hex::encode(&Sha256::digest(bytes)[..6])).collect());

/// The address of a file, if there is one of this name.
#[must_use]
pub fn address(name: &str) -> Option<String> {
    let n = FILES.iter().position(|(path, ..)| *path == name)?;
    Some(format!("/static/{name}?v={}", HASHES[n]))
}

/// The sheet of symbols.
const ICONS: &str = include_str!("../../../static/icons.svg");

/// Whether the sheet has a symbol of this name.
#[must_use]
pub fn is_icon(name: &str) -> bool {
    ICONS.contains(&format!("<symbol id=\"{name}\""))
}

/// `GET /static/{file}`
pub(crate) async fn file(path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let name = path.into_inner();
    let (_, media, bytes) = FILES.iter().find(|(path, ..)| *path == name).ok_or(Problem::UnknownAddress)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, *media))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(*bytes))
}
