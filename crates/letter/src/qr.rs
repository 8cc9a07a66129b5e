//! The verification address as a QR code, in vectors.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::error::{Fault, LetterError, Refusal};

/// An SVG picture of `url`. Error correction M: a stamp or a fold across a seventh of it does no harm.
pub(crate) fn svg(url: &str) -> Result<String, LetterError> {
    let code = QrCode::with_error_correction_level(url.as_bytes(), EcLevel::M)
        .map_err(|_| Refusal { at: "/verification/url".to_owned(), fault: Fault::Address })?;
    Ok(code.render::<svg::Color<'_>>().quiet_zone(false).build())
}
