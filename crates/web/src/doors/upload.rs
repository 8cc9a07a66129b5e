//! Forms that bring a file (`multipart/form-data`, RFC 7578): their fields and their one file, each bounded while it comes in.

use actix_multipart::{Field, Multipart, MultipartError};
use futures_util::TryStreamExt as _;

use super::{BODY_LIMIT, nul};
use crate::office::files::FILE_LIMIT;
use crate::problem::Problem;

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// How much of a form is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Parts, whatever they are.
    pub parts: usize,
    /// Bytes of a field that is not a file.
    pub field: usize,
    /// Bytes of the file.
    pub file: usize,
}

impl Bounds {
    /// A form that is little more than its file.
    pub(crate) const fn of_file(limit: usize) -> Self {
        Self { parts: 20, field: 8 * 1024, file: limit }
    }

    /// A form with a list of any length and long texts beside its file.
    pub(crate) const fn of_long_forms() -> Self {
        Self { parts: 5_000, field: BODY_LIMIT, file: FILE_LIMIT }
    }
}

/// What a form brought.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    /// What was typed, in the form's order.
    pub fields: Vec<(String, String)>,
    /// The file, when one was chosen that has something in it.
    pub file: Option<File>,
}

/// A file that somebody chose.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Its name as the browser says it, without folders.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads a form with at most one file. All its fields together are no longer than any other form.
///
/// # Errors
/// [`Problem::TooLarge`], [`Problem::BadForm`].
pub(crate) async fn read(mut form: Multipart, bounds: &Bounds) -> Result<Upload, Problem> {
    let mut upload = Upload::default();
    let mut left = BODY_LIMIT;
    for _ in 0..bounds.parts {
        let Some(mut field) = form.try_next().await.map_err(malformed)? else { return Ok(upload) };
        let name = field.name().unwrap_or_default().to_owned();
        match file_name(&field) {
            Some(file) => {
                let bytes = content(&mut field, bounds.file).await?;
                if !bytes.is_empty() && upload.file.is_none() {
                    upload.file = Some(File { name: file, bytes });
                }
            }
            None => {
                let bytes = content(&mut field, bounds.field.min(left)).await?;
                left -= bytes.len();
                let value = String::from_utf8(bytes).map_err(|_| not_text(&name))?;
                nul::in_text(&name, &value)?;
                upload.fields.push((name, value));
            }
        }
    }
    Err(Problem::BadForm { hint: format!("the form has more than {} parts", bounds.parts) })
}

async fn content(field: &mut Field, limit: usize) -> Result<Vec<u8>, Problem> {
    match field.bytes(limit).await {
        Ok(bytes) => Ok(bytes.map_err(malformed)?.to_vec()),
        Err(_) => Err(Problem::TooLarge { limit }),
    }
}

/// The name of the file that a field is; none when it is no file.
fn file_name(field: &Field) -> Option<String> {
    let name = field.content_disposition()?.get_filename()?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    Some(name.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect())
}

fn malformed(error: MultipartError) -> Problem {
    Problem::BadForm { hint: error.to_string() }
}

fn not_text(field: &str) -> Problem {
    Problem::BadForm { hint: format!("the field {field} is no text in UTF-8") }
}
