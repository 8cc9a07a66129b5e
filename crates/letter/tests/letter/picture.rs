//! Pages as pictures, held against approved ones.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use letter::preview;

use crate::golden::writing;

/// Dots an inch: a line of text is some seven dots high.
const DOTS: u16 = 40;
/// A dot has changed when it is that much lighter or darker.
const CHANGED: u8 = 48;
/// So many of a thousand dots may have changed, for what another rasteriser's rounding does.
const TOLERATED: usize = 1;

/// A page in greys.
pub(crate) struct Page {
    width: usize,
    greys: Vec<u8>,
}

impl Page {
    /// How many dots differ; all of them if the pages have not the same size.
    fn changed(&self, other: &Self) -> usize {
        if (self.width, self.greys.len()) != (other.width, other.greys.len()) {
            return self.greys.len().max(other.greys.len());
        }
        self.greys.iter().zip(&other.greys).filter(|(one, other)| one.abs_diff(**other) > CHANGED).count()
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.changed(other) * 1_000 <= self.greys.len() * TOLERATED
    }

    /// A PNG with sixteen greys: enough for the eye, and small.
    fn write(&self, file: &Path) {
        let rows = self.greys.chunks(self.width);
        let data: Vec<u8> = rows
            .flat_map(|row| row.chunks(2).map(|two| two[0] / 17 * 16 + two.get(1).copied().unwrap_or(255) / 17))
            .collect();
        let (width, height) = (self.width, self.greys.len() / self.width);
        let mut encoder =
            png::Encoder::new(fs::File::create(file).unwrap(), width.try_into().unwrap(), height.try_into().unwrap());
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_compression(png::Compression::High);
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
    }

    fn read(file: &Path) -> Self {
        let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut greys = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut greys).unwrap();
        greys.truncate(frame.buffer_size());
        Self { width: frame.width.try_into().unwrap(), greys }
    }
}

/// The pages of a PDF, drawn.
pub(crate) fn drawn(pdf: &[u8]) -> Vec<Page> {
    let pages = preview::pages(pdf, DOTS).unwrap();
    pages.iter().map(|page| Page { width: page.width(), greys: page.greys() }).collect()
}

/// Holds every page against the approved picture `<name>-<page>.png`, and tells of pages that came or went.
pub(crate) fn held(pdf: &[u8], folder: &Path, name: &str) {
    let pages = drawn(pdf);
    let file = |number: usize| folder.join(format!("{name}-{number}.png"));
    for (number, page) in (1..).zip(&pages) {
        if writing() {
            page.write(&file(number));
        }
        let approved = Page::read(&file(number));
        assert!(
            page.looks_like(&approved),
            "page {number} of {name} looks different in {} of {} dots; see it with `saual letter preview`",
            page.changed(&approved),
            page.greys.len()
        );
    }
    assert!(!file(pages.len() + 1).exists(), "{name} has {} pages, and more were approved", pages.len());
}

#[test]
fn a_line_that_moves_is_seen() {
    let letter = crate::support::unregistered();
    let pages = drawn(&crate::support::ENGINE.pdf(&letter).unwrap());
    let mut other = letter.clone();
    other.reference.push("қосымша жол".to_owned());
    let moved = drawn(&crate::support::ENGINE.pdf(&other).unwrap());
    assert!(pages[0].looks_like(&pages[0]));
    assert!(!pages[0].looks_like(&moved[0]), "{} dots", pages[0].changed(&moved[0]));
}

/// Our pictures are what another program draws of the same bytes: poppler, number and date included.
#[test]
fn a_preview_shows_what_a_viewer_shows() {
    let pdf = crate::support::ENGINE.pdf(&crate::support::letter()).unwrap();
    let ours = drawn(&pdf);
    for (number, page) in (1..).zip(&ours) {
        let number: i32 = number;
        let page_number = number.to_string();
        let dots = DOTS.to_string();
        let args = ["-r", &dots, "-gray", "-f", &page_number, "-l", &page_number, "{}"];
        let theirs = graymap(&tool_bytes("pdftoppm", &args, &pdf));
        // Two rasterisers smooth and hint letters differently; what is printed at all and where, they agree on. Ink in fields of a
        // fifth of an inch.
        let (ours, theirs) = (page.ink(8), theirs.ink(8));
        assert_eq!(ours.len(), theirs.len());
        let apart = ours.iter().zip(&theirs).filter(|(one, other)| one.abs_diff(**other) > 40).count();
        assert!(apart * 100 <= ours.len(), "page {number}: {apart} of {} fields differ", ours.len());
    }
}

impl Page {
    /// The mean darkness of each field of `side` dots.
    fn ink(&self, side: usize) -> Vec<u8> {
        let height = self.greys.len() / self.width;
        let mut fields = Vec::new();
        for top in (0..height - side).step_by(side) {
            for left in (0..self.width - side).step_by(side) {
                let dots = (top..top + side).flat_map(|row| &self.greys[row * self.width + left..][..side]);
                let light: usize = dots.map(|grey| usize::from(*grey)).sum();
                fields.push(255 - u8::try_from(light / (side * side)).unwrap());
            }
        }
        fields
    }
}

/// Runs a tool that answers in bytes.
fn tool_bytes(name: &str, args: &[&str], pdf: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.pdf");
    fs::write(&path, pdf).unwrap();
    let args = args.iter().map(|arg| if *arg == "{}" { path.as_os_str() } else { arg.as_ref() });
    let output = std::process::Command::new(name).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A portable graymap: `P5`, width, height, greatest value, then the greys.
fn graymap(bytes: &[u8]) -> Page {
    let mut at = 0;
    let mut head = Vec::new();
    while head.len() < 4 {
        let length = bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap();
        head.push(std::str::from_utf8(&bytes[at..at + length]).unwrap());
        at += length + 1;
    }
    assert_eq!((head[0], head[3]), ("P5", "255"));
    Page { width: head[1].parse().unwrap(), greys: bytes[at..].to_vec() }
}
