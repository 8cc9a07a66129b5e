//! The typesetter used alone: finished markup in, PDF out, as ours asks of it and with nothing of ours around it.

use letter::engine::Markup;
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Compilations that a memoised result outlives, as in ours: without an end the memory of a thousand letters would be a gigabyte.
const KEPT: usize = 2;

const FONTS: [&[u8]; 4] = [
    include_bytes!("../../../letter/assets/fonts/Tinos-Regular.ttf"),
    include_bytes!("../../../letter/assets/fonts/Tinos-Bold.ttf"),
    include_bytes!("../../../letter/assets/fonts/Tinos-Italic.ttf"),
    include_bytes!("../../../letter/assets/fonts/Tinos-BoldItalic.ttf"),
];
const LAYOUT: &str = include_str!("../../../../templates/letters/letter.typ");
const ORNAMENT: &str = include_str!("../../../../templates/letters/ornament.svg");

/// Library, fonts and layout, read once.
pub(crate) struct TypstAlone {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: FileId,
    layout: Source,
    ornament: (FileId, Bytes),
    qr: FileId,
    creator: String,
}

impl TypstAlone {
    /// `creator` is what its letters' properties say of who made them, as ours do.
    pub(crate) fn new(creator: String) -> anyhow::Result<Self> {
        let fonts: Vec<Font> = FONTS.into_iter().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: file_id("/main.typ")?,
            layout: Source::new(file_id("/letter.typ")?, LAYOUT.to_owned()),
            ornament: (file_id("/ornament.svg")?, Bytes::from_string(ORNAMENT)),
            qr: file_id("/qr.svg")?,
            creator,
        })
    }

    /// Sets one letter, to the standards that ours keeps.
    pub(crate) fn pdf(&self, markup: &Markup, ident: &str) -> anyhow::Result<Vec<u8>> {
        let main = Source::new(self.main, markup.text.clone());
        let page = Page { alone: self, main, qr: markup.qr.clone().map(Bytes::from_string) };
        let Warned { output, .. } = typst::compile::<PagedDocument>(&page);
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
        let options = PdfOptions {
            ident: Smart::Custom(ident.to_owned()),
            creator: Smart::Custom(Some(self.creator.clone())),
            timestamp: None,
            page_ranges: None,
            standards: standards.map_err(|refused| anyhow::anyhow!("{}", refused.message()))?,
            tagged: true,
            pretty: false,
        };
        let pdf = output.and_then(|document| typst_pdf::pdf(&document, &options));
        typst::comemo::evict(KEPT);
        pdf.map_err(|faults| told(&faults))
    }
}

fn file_id(path: &str) -> anyhow::Result<FileId> {
    Ok(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path)?).intern())
}

fn told(faults: &[SourceDiagnostic]) -> anyhow::Error {
    let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    anyhow::anyhow!("Typst alone: {}", messages.join("; "))
}

/// The world of one compilation.
struct Page<'a> {
    alone: &'a TypstAlone,
    main: Source,
    qr: Option<Bytes>,
}

impl World for Page<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.alone.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.alone.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = [&self.main, &self.alone.layout].into_iter().find(|source| source.id() == id);
        found.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_with_slash().into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (ornament, picture) = &self.alone.ornament;
        let found = if id == *ornament { Some(picture) } else { self.qr.as_ref().filter(|_| id == self.alone.qr) };
        found.cloned().ok_or_else(|| FileError::NotFound(id.vpath().get_with_slash().into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.alone.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
