//! The zip around the parts: fixed order, fixed times, so that the same parts give the same bytes.

use std::borrow::Cow;
use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::TemplateFault;

/// A part of the package: its name in the zip and its bytes.
pub(crate) struct Part<'a> {
    name: &'a str,
    bytes: Cow<'a, [u8]>,
}

impl<'a> Part<'a> {
    pub(crate) const fn fixed(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes: Cow::Borrowed(bytes) }
    }

    pub(crate) fn made(name: &'a str, xml: String) -> Self {
        Self { name, bytes: Cow::Owned(xml.into_bytes()) }
    }
}

/// Writes the parts in the order given.
pub(crate) fn write(parts: &[Part<'_>]) -> Result<Vec<u8>, TemplateFault> {
    // The first moment a zip can name: the package has no time of its own, the letter's date stands in its properties.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        let written =
            zip.start_file(part.name, options).and_then(|()| zip.write_all(&part.bytes).map_err(ZipError::from));
        written.map_err(|error| fault(part.name, &error))?;
    }
    Ok(zip.finish().map_err(|error| fault("", &error))?.into_inner())
}

/// Into memory a zip fails only by what is put into it: two parts of one name, or a part of more than four gigabytes.
fn fault(part: &str, error: &ZipError) -> TemplateFault {
    TemplateFault {
        template: format!("docx/{part}"),
        line: None,
        field: None,
        what: format!("cannot be packed: {error}"),
    }
}
