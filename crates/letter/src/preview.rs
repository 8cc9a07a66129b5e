//! The pages of a PDF as pictures, drawn by the rasteriser that the typesetter brings anyway: from the finished bytes, so that a signed
//! letter is shown with its number and date.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};

use crate::error::LetterError;

/// PDF measures in points, 72 to an inch.
const POINTS: f32 = 72.0;

/// A page, drawn.
pub struct Picture(Pixmap);

/// Draws every page with `dots` an inch.
///
/// # Errors
/// [`LetterError::Preview`] if the bytes are no PDF.
pub fn pages(pdf: &[u8], dots: u16) -> Result<Vec<Picture>, LetterError> {
    let pdf = Pdf::new(pdf.to_vec()).map_err(|error| LetterError::Preview(format!("{error:?}")))?;
    let scale = f32::from(dots) / POINTS;
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    let (cache, interpreter) = (RenderCache::new(), InterpreterSettings::default());
    Ok(pdf.pages().iter().map(|page| Picture(render(page, &cache, &interpreter, &settings))).collect())
}

/// How many pages a PDF has.
///
/// # Errors
/// [`LetterError::Preview`] if the bytes are no PDF.
pub fn count(pdf: &[u8]) -> Result<usize, LetterError> {
    let pdf = Pdf::new(pdf.to_vec()).map_err(|error| LetterError::Preview(format!("{error:?}")))?;
    Ok(pdf.pages().len())
}

/// Draws one page, counted from 1, so many dots wide; none beyond the last.
///
/// # Errors
/// [`LetterError::Preview`] if the bytes are no PDF.
pub fn page(pdf: &[u8], number: usize, width: u16) -> Result<Option<Picture>, LetterError> {
    let pdf = Pdf::new(pdf.to_vec()).map_err(|error| LetterError::Preview(format!("{error:?}")))?;
    let Some(page) = number.checked_sub(1).and_then(|index| pdf.pages().get(index)) else { return Ok(None) };
    // A part of a dot is cut off: without a quarter more, a page might come out one dot narrower.
    let scale = (f32::from(width) + 0.25) / page.render_dimensions().0;
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
    Ok(Some(Picture(render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings))))
}

impl Picture {
    /// Its width in dots.
    #[must_use]
    pub fn width(&self) -> usize {
        usize::from(self.0.width())
    }

    /// The greys, row by row: 0 is black, 255 is white.
    #[must_use]
    pub fn greys(&self) -> Vec<u8> {
        // ITU-R BT.601, in whole numbers.
        let grey = |[red, green, blue, _]: &[u8; 4]| {
            (u32::from(*red) * 299 + u32::from(*green) * 587 + u32::from(*blue) * 114) / 1_000
        };
        let (dots, _) = self.0.data_as_u8_slice().as_chunks::<4>();
        dots.iter().map(|dot| u8::try_from(grey(dot)).unwrap_or(u8::MAX)).collect()
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// [`LetterError::Preview`] if it cannot be encoded.
    pub fn png(self) -> Result<Vec<u8>, LetterError> {
        self.0.into_png().map_err(|error| LetterError::Preview(error.to_string()))
    }
}
