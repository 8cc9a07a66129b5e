//! The typesetter, in process: Typst markup in, PDF out, with nothing from outside.
//!
//! The world it sees is closed: the fonts and the layout library of this program, one picture of a QR code and the facts as a file.
//! It has no clock, no folder and no network, so the same markup gives the same bytes in every process.

use sha2::{Digest, Sha256};
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::edition::EditionHash;
use crate::error::LetterError;

/// How many compilations a memoised result outlives. The typesetter's memory is global and would keep a megabyte of every letter
/// for ever; kept for two compilations, the layout library and the fonts stay warm and nothing else does.
const KEPT: usize = 2;

/// The program that sets the page; a test holds the version against the one that is built in.
pub(crate) const TYPESETTER: &str = "typst 0.15.1";

pub(crate) const FONTS: [&[u8]; 4] = [
    include_bytes!("../assets/fonts/Tinos-Regular.ttf"),
    include_bytes!("../assets/fonts/Tinos-Bold.ttf"),
    include_bytes!("../assets/fonts/Tinos-Italic.ttf"),
    include_bytes!("../assets/fonts/Tinos-BoldItalic.ttf"),
];

/// What a PDF has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// A letter: PDF/A-2a and PDF/UA-1.
    Letter,
    /// A letter with its facts inside: PDF/A-3a and PDF/UA-1. PDF/A-2 forbids files that are no PDF/A themselves (ISO 19005-2, 6.8).
    Archive,
    /// Sheets whose drawing is taken over into a letter that has tags of its own.
    Stamp,
}

/// What a page may show or carry besides its markup, each under a name of its own.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    /// The picture `/qr.svg`.
    pub(crate) qr: Option<String>,
    /// The file `/facts.json`.
    pub(crate) facts: Option<String>,
}

/// Fonts and layout library, read once.
pub(crate) struct Typesetter {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    layout: Source,
    ornament: (FileId, Bytes),
    qr: FileId,
    facts: FileId,
    /// What a letter's properties say of the program that made it.
    creator: String,
}

impl Typesetter {
    /// Reads the fonts; `edition` is named in every letter.
    pub(crate) fn new(layout: &str, ornament: &str, edition: EditionHash) -> Result<Self, LetterError> {
        let fonts: Vec<Font> = FONTS.into_iter().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        if fonts.len() != FONTS.len() {
            return Err(LetterError::Fonts);
        }
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: file_id("/main.typ")?,
            layout: Source::new(file_id("/letter.typ")?, layout.to_owned()),
            ornament: (file_id("/ornament.svg")?, Bytes::from_string(ornament.to_owned())),
            qr: file_id("/qr.svg")?,
            facts: file_id("/facts.json")?,
            creator: format!("Saual, edition {edition}"),
        })
    }

    /// Whether every style of the letter's typeface can print `character`.
    pub(crate) fn prints(&self, character: char) -> bool {
        self.fonts.iter().all(|font| font.info().coverage.contains(u32::from(character)))
    }

    /// Sets `markup`, which may show and carry what is `attached`.
    pub(crate) fn pdf(&self, markup: String, attached: &Attached, profile: Profile) -> Result<Vec<u8>, LetterError> {
        // Dropped on every path out of here, the unhappy ones too.
        let _forgetting = Forgetting;
        let ident = self.ident(&markup, attached);
        let bytes = |text: &Option<String>| text.clone().map(Bytes::from_string);
        let main = Source::new(self.main, markup);
        let page = Page { typesetter: self, main, qr: bytes(&attached.qr), facts: bytes(&attached.facts) };
        let Warned { output, .. } = typst::compile::<PagedDocument>(&page);
        let document = output.map_err(|faults| page.told(&faults))?;
        typst_pdf::pdf(&document, &self.options(ident, profile)?).map_err(|faults| page.told(&faults))
    }

    /// The document's identifier: a digest of everything that the page is made from.
    fn ident(&self, markup: &str, attached: &Attached) -> String {
        let mut digest = Sha256::new();
        let texts = [Some(self.layout.text()), Some(markup), attached.qr.as_deref(), attached.facts.as_deref()];
        for part in texts.into_iter().flatten() {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        hex::encode(digest.finalize())
    }

    fn options(&self, ident: String, profile: Profile) -> Result<PdfOptions, LetterError> {
        let standards: &[PdfStandard] = match profile {
            Profile::Letter => &[PdfStandard::A_2a, PdfStandard::Ua_1],
            Profile::Archive => &[PdfStandard::A_3a, PdfStandard::Ua_1],
            Profile::Stamp => &[PdfStandard::A_2b],
        };
        Ok(PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some(self.creator.clone())),
            timestamp: None,
            page_ranges: None,
            standards: PdfStandards::new(standards)
                .map_err(|refused| LetterError::Typesetting(refused.message().to_string()))?,
            tagged: !matches!(profile, Profile::Stamp),
            pretty: false,
        })
    }
}

fn file_id(path: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(path).map_err(|error| LetterError::Typesetting(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// Clears the typesetter's memory of what has not been used lately.
struct Forgetting;

impl Drop for Forgetting {
    fn drop(&mut self) {
        typst::comemo::evict(KEPT);
    }
}

/// The world of one compilation.
struct Page<'a> {
    typesetter: &'a Typesetter,
    main: Source,
    qr: Option<Bytes>,
    facts: Option<Bytes>,
}

impl Page<'_> {
    fn told(&self, faults: &[SourceDiagnostic]) -> LetterError {
        let told = |fault: &SourceDiagnostic| match self.range(fault.span) {
            Some(range) => format!("{} (at byte {})", fault.message, range.start),
            None => fault.message.to_string(),
        };
        LetterError::Typesetting(faults.iter().map(told).collect::<Vec<_>>().join("; "))
    }
}

impl World for Page<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.typesetter.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else if id == self.typesetter.layout.id() {
            Ok(self.typesetter.layout.clone())
        } else {
            Err(FileError::NotFound(id.vpath().get_with_slash().into()))
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (ornament, picture) = &self.typesetter.ornament;
        let found = match id {
            _ if id == *ornament => Some(picture),
            _ if id == self.typesetter.qr => self.qr.as_ref(),
            _ if id == self.typesetter.facts => self.facts.as_ref(),
            _ => None,
        };
        found.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_with_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typesetter.fonts.get(index).cloned()
    }

    /// There is no today: a letter's date is a fact.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
