//! Judging a PDF that came from outside: every signature in it, and what was added behind each.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::changes::{classify, ends};
use super::level::Level;
use super::material::kept;
use crate::assess::{self, Question, Rules};
use crate::pdf::{Dictionary, Entry, File, Object, Parser, Reference, Unsound, is_name};
use crate::report::{About, Check, Conclusion, Finding, Later, PdfFault, Report};
use crate::revocation::Material;
use crate::verdict::Unchecked;
use crate::words::Language;

/// How deep a tree of fields is followed.
const DEEPEST: usize = 16;
/// More signatures than this are not looked at.
const MOST_SIGNATURES: usize = 32;

/// What a signature field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody's signature.
    Signature,
    /// A timestamp of the document.
    Timestamp,
}

/// What the check of one signature field comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldReport {
    /// The field's name.
    pub field: String,
    /// What it is for.
    pub kind: Kind,
    /// How many bytes of the file it covers, counted from the beginning and the hole included; 0 when that could not be found out.
    pub covers: usize,
    /// The findings.
    pub report: Report,
}

/// What the check of a whole PDF comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfReport {
    /// One for each signature field, the latest first.
    pub signatures: Vec<FieldReport>,
    /// What is wrong with the file itself; empty when it could be read and has signatures.
    pub checks: Vec<Check>,
}

impl PdfReport {
    fn of_file(fault: PdfFault) -> Self {
        let check = Check { about: About::File, finding: Finding::Pdf(fault) };
        Self { signatures: Vec::new(), checks: vec![check] }
    }

    /// The worst of all findings.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        let of_file = self.checks.iter().map(|check| check.finding.conclusion());
        let of_signatures = self.signatures.iter().map(|field| field.report.conclusion());
        of_file.chain(of_signatures).max().unwrap_or(Conclusion::NotChecked)
    }

    /// Whether every signature was checked and is good.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.conclusion() == Conclusion::Valid
    }

    /// How far the signatures of the file go together; none where something is wrong with them or was not checked.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        let has = |wanted: &dyn Fn(&Finding) -> bool| {
            let all = self.signatures.iter().filter(|field| field.kind == Kind::Signature);
            all.flat_map(|field| &field.report.checks).any(|check| wanted(&check.finding))
        };
        let is_stamped = has(&|finding| matches!(finding, Finding::Timestamped { .. }));
        let has_material = has(&|finding| matches!(finding, Finding::Later(Later::Material)));
        let is_lasting = self.signatures.iter().any(|field| field.kind == Kind::Timestamp);
        self.is_valid().then_some(match (is_stamped, has_material, is_lasting) {
            (true, true, true) => Level::Lta,
            (true, true, false) => Level::Lt,
            (true, false, _) => Level::T,
            (false, _, _) => Level::B,
        })
    }

    /// The report in words, a line each.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<String> {
        let mut lines = vec![self.conclusion().word(language).to_owned()];
        lines.extend(self.level().map(|level| format!("- {level}")));
        lines.extend(self.checks.iter().map(|check| format!("- {}", check.words(language))));
        for field in &self.signatures {
            lines.push(format!("[{}]", field.field));
            lines.extend(field.report.lines(language));
        }
        lines
    }
}

/// Checks every signature of a PDF. `known` holds the SHA-256 of later states of the file that the caller accepts, e.g. that of the registered letter.
#[must_use]
pub fn check_pdf(pdf: &[u8], question: &Question<'_>, known: &[[u8; 32]]) -> PdfReport {
    let read = File::read(pdf).and_then(|file| {
        let (fields, material) = (signatures(&file)?, kept(&file)?);
        Ok((file, fields, material))
    });
    let Ok((file, mut fields, mut material)) = read else { return PdfReport::of_file(PdfFault::Structure) };
    if fields.is_empty() {
        return PdfReport::of_file(PdfFault::NoSignature);
    }
    // The latest first: a timestamp of the document proves the time of everything before it.
    fields.sort_by_key(|field| std::cmp::Reverse(field.revision));
    material.add_all(question.material.clone());
    let oldest = fields.iter().map(|field| field.revision).min().unwrap_or_default();
    // What was added is the same for every signature beneath it: it is judged once.
    let later: Vec<Later> = (oldest + 1..=file.latest()).map(|index| classify(&file, index, known)).collect();
    let mut poe = question.now;
    let mut reports = Vec::new();
    for field in &fields {
        let behind = &later[field.revision - oldest..];
        let (report, proven) = field.check(&file, question, &material, poe, behind);
        let covers = field.range(&file).map_or(0, |range| range.end);
        if let Some(proven) = proven.filter(|_| field.kind == Kind::Timestamp) {
            poe = proven;
        }
        reports.push(FieldReport { field: field.name.clone(), kind: field.kind, covers, report });
    }
    PdfReport { signatures: reports, checks: Vec::new() }
}

/// The CMS of every signature and timestamp of a PDF, the latest first, whatever they are worth: what is to be known of their certificates before the PDF is
/// extended. None where it cannot be read.
#[must_use]
pub fn signatures_in(pdf: &[u8]) -> Vec<Vec<u8>> {
    let read = File::read(pdf).and_then(|file| signatures(&file).map(|fields| (file, fields)));
    let Ok((file, mut fields)) = read else { return Vec::new() };
    fields.sort_by_key(|field| std::cmp::Reverse(field.revision));
    fields.iter().filter_map(|field| field.content(&file).ok()).map(|(_, cms)| cms).collect()
}

/// A field with a signature.
struct Field {
    name: String,
    kind: Kind,
    /// The latest revision that wrote the signature.
    revision: usize,
    at: Reference,
    entries: Dictionary,
}

/// The whole revision around a hole.
struct Signed {
    /// From `<` to behind `>`.
    hole: std::ops::Range<usize>,
    end: usize,
}

impl Field {
    fn check(
        &self,
        file: &File<'_>,
        question: &Question<'_>,
        material: &Material,
        poe: Timestamp,
        later: &[Later],
    ) -> (Report, Option<Timestamp>) {
        let mut report = Report::new();
        let mut proven = None;
        match self.content(file) {
            Err(fault) => report.add(About::File, Finding::Pdf(fault)),
            Ok((bytes, cms)) => match self.format() {
                Format::Cades | Format::Pkcs7 => {
                    let must_name = self.format() == Format::Cades;
                    assess::signature(&mut report, &cms, &bytes, question, material, &Rules { poe, must_name });
                    report.claimed_at = report.claimed_at.or_else(|| self.claimed());
                }
                Format::Timestamp => {
                    proven = assess::stamp(&mut report, &cms, Some(&bytes), question, material, poe);
                    report.proven_at = proven;
                }
                Format::Other(name) => {
                    report.add(About::Signature, Finding::Unchecked(Unchecked::Algorithm { oid: name }));
                }
            },
        }
        if self.revision == file.latest() {
            report.add(About::File, Finding::WholeFile);
        }
        for later in later {
            report.add(About::File, Finding::Later(*later));
        }
        (report, proven)
    }

    fn format(&self) -> Format {
        let format = self.entries.get("SubFilter");
        let is = |name: &str| is_name(format, name);
        if is("ETSI.CAdES.detached") {
            Format::Cades
        } else if is("adbe.pkcs7.detached") {
            Format::Pkcs7
        } else if is("ETSI.RFC3161") {
            Format::Timestamp
        } else {
            match format {
                Some(Object::Name(name)) => Format::Other(String::from_utf8_lossy(name).into_owned()),
                Some(_) | None => Format::Other("SubFilter".to_owned()),
            }
        }
    }

    /// `/M`: when it was signed, as the PDF says.
    fn claimed(&self) -> Option<Timestamp> {
        let text = std::str::from_utf8(self.entries.get("M")?.text()?).ok()?;
        let digits: String = text.strip_prefix("D:")?.chars().take_while(char::is_ascii_digit).collect();
        let rest = &text[2 + digits.len()..];
        let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", &digits).ok()?;
        // Other offsets are not read: the time proves nothing anyway.
        let is_universal = ["", "Z", "+00'00'", "+00'00", "Z00'00'"].contains(&rest);
        is_universal.then(|| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp()))?
    }

    /// The bytes that are signed, and the DER in the hole.
    fn content(&self, file: &File<'_>) -> Result<(Vec<u8>, Vec<u8>), PdfFault> {
        let Signed { hole, end } = self.range(file).ok_or(PdfFault::Range)?;
        let bytes = [&file.bytes[..hole.start], &file.bytes[hole.end..end]].concat();
        let digits = file.bytes[hole].strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
        let digits = digits.ok_or(PdfFault::Range)?;
        // Either case is a digit, so that a changed case would go unnoticed; nobody who writes mixes them.
        if digits.iter().any(u8::is_ascii_lowercase) && digits.iter().any(u8::is_ascii_uppercase) {
            return Err(PdfFault::Hole);
        }
        let mut der = hex::decode(digits).map_err(|_| PdfFault::Hole)?;
        let length = length_of(&der).ok_or(PdfFault::Hole)?;
        if der.drain(length..).any(|byte| byte != 0) {
            return Err(PdfFault::Hole);
        }
        Ok((bytes, der))
    }

    /// The signed range, if it is all of the revision that wrote the signature but the value of `/Contents` itself.
    fn range(&self, file: &File<'_>) -> Option<Signed> {
        let revision = &file.revisions[self.revision];
        let Some((Entry::At { offset, .. }, _)) = file.entry(self.at.number, file.latest()) else { return None };
        let mut parser = Parser::new(&file.bytes[..revision.end], offset);
        parser.indirect(|_| None).ok()?;
        let hole = parser.contents?;
        let said = self.entries.get("ByteRange")?.array()?.iter();
        let said = said.map(|number| usize::try_from(number.integer()?).ok()).collect::<Option<Vec<_>>>()?;
        let &[0, before, behind, length] = said.as_slice() else { return None };
        let end = behind.checked_add(length)?;
        let is_whole = before == hole.start && behind == hole.end && ends(file, revision).any(|one| one == end);
        is_whole.then_some(Signed { hole, end })
    }
}

#[derive(PartialEq, Eq)]
enum Format {
    Cades,
    Pkcs7,
    Timestamp,
    Other(String),
}

/// The length of the one DER value that `bytes` begin with.
fn length_of(bytes: &[u8]) -> Option<usize> {
    use der::{Decode, Header, SliceReader};
    let mut reader = SliceReader::new(bytes).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let head = usize::try_from(der::Reader::position(&reader)).ok()?;
    let body = usize::try_from(header.length).ok()?;
    head.checked_add(body).filter(|&length| length <= bytes.len())
}

/// All fields of the latest revision that have a signature.
fn signatures(file: &File<'_>) -> Result<Vec<Field>, Unsound> {
    let seen = file.latest();
    let (_, catalog) = file.catalog(seen)?;
    let Object::Dictionary(form) = file.get(&catalog, "AcroForm", seen)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let Object::Array(fields) = file.get(&form, "Fields", seen)? else { return Ok(found) };
    for field in &fields {
        descend(file, field, ("", false), 0, &mut found)?;
    }
    Ok(found)
}

/// Follows a field and its kids; name and kind are inherited (ISO 32000-1, 12.7.3).
fn descend(
    file: &File<'_>,
    field: &Object,
    (above, is_signature): (&str, bool),
    depth: usize,
    found: &mut Vec<Field>,
) -> Result<(), Unsound> {
    let seen = file.latest();
    let Object::Dictionary(entries) = file.resolved(field, seen)? else { return Err(Unsound) };
    let own = entries.get("T").and_then(Object::text).map(text);
    let name = match own {
        Some(own) if above.is_empty() => own,
        Some(own) => format!("{above}.{own}"),
        None => above.to_owned(),
    };
    let is_signature = entries.get("FT").map_or(is_signature, |kind| is_name(Some(kind), "Sig"));
    if is_signature && let Some(value) = entries.get("V") {
        // A signature lies in an object of its own, plainly in the file.
        let at = value.reference().ok_or(Unsound)?;
        let Object::Dictionary(signature) = file.object(at, seen)? else { return Err(Unsound) };
        let Some((Entry::At { .. }, revision)) = file.entry(at.number, seen) else { return Err(Unsound) };
        let is_stamp = is_name(signature.get("SubFilter"), "ETSI.RFC3161");
        let kind = if is_stamp { Kind::Timestamp } else { Kind::Signature };
        if found.iter().any(|other| other.at == at) || found.len() >= MOST_SIGNATURES {
            return Err(Unsound);
        }
        found.push(Field { name: name.clone(), kind, revision, at, entries: signature });
    }
    if let Object::Array(kids) = file.get(&entries, "Kids", seen)? {
        if depth >= DEEPEST {
            return Err(Unsound);
        }
        for kid in &kids {
            descend(file, kid, (&name, is_signature), depth + 1, found)?;
        }
    }
    Ok(())
}

/// A text for people: UTF-16 with its mark, or else single bytes.
fn text(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(units) => {
            let units: Vec<u16> = units.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        None => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
