//! The known ways to show something else under a good signature: incremental saving, signature wrapping, forged universal signatures, shadows
//! (Mladenov et al., "1 Trillion Dollar Refund", 2019; "Shadow Attacks", 2021), each built here and called invalid.

use sha2::{Digest, Sha256};
use signature::{Conclusion, Finding, Later, PdfFault, PdfReport, Revocation, check_pdf, prepare};

use crate::authority::{ask, authority};
use crate::letters::{REGISTERED, lasting, letter, signed_by, statement};

pub(crate) fn judged(pdf: &[u8], known: &[[u8; 32]]) -> PdfReport {
    let (trust, between) = (authority().trust(Revocation::WhereTold), authority().between());
    check_pdf(pdf, &ask(&trust, &between), known)
}

fn last_xref(pdf: &[u8]) -> usize {
    let at = pdf.windows(9).rposition(|window| window == b"startxref").expect("startxref");
    let digits = pdf[at + 9..].iter().skip_while(|byte| byte.is_ascii_whitespace()).take_while(|b| b.is_ascii_digit());
    String::from_utf8(digits.copied().collect()).expect("digits").parse().expect("a number")
}

/// The text of the newest object of this number.
pub(crate) fn object(pdf: &[u8], number: u32) -> String {
    let head = format!("\n{number} 0 obj\n");
    let at = pdf.windows(head.len()).rposition(|window| window == head.as_bytes()).expect("the object") + head.len();
    let end = pdf[at..].windows(7).position(|window| window == b"\nendobj").expect("its end");
    String::from_utf8_lossy(&pdf[at..at + end]).into_owned()
}

/// Appends an update with these objects, and `hidden` between them, which no cross-reference names.
pub(crate) fn appended(pdf: &[u8], objects: &[(u32, String)], hidden: &str, trailer: &str) -> Vec<u8> {
    let mut bytes = pdf.to_vec();
    let mut table = "xref\n".to_owned();
    for (number, body) in objects {
        table += &format!("{number} 1\n{:010} 00000 n\r\n", bytes.len());
        bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    bytes.extend(hidden.bytes());
    let at = bytes.len();
    let prev = last_xref(pdf);
    bytes.extend(format!("{table}trailer\n<</Size 900/Root 102 0 R/Info 100 0 R/Prev {prev}{trailer}>>\n").bytes());
    bytes.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
    bytes
}

/// The page, its text and the catalogue of the letter in `letters`.
const PAGE: u32 = 85;
const TEXT: u32 = 96;
const CATALOG: u32 = 102;

fn stream(text: &str) -> String {
    format!("<</Length {}>>\nstream\n{text}\nendstream", text.len())
}

/// Every attack on a signed letter, by name.
pub(crate) fn attacks(signed: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let page = object(signed, PAGE);
    let catalog = object(signed, CATALOG);
    let field = catalog.split("/Fields [").nth(1).and_then(|rest| rest.split(' ').next()).expect("a field");
    let field: u32 = field.parse().expect("its number");
    let value = object(signed, field);
    let more = |entry: &str| page.replace("/Type /Page", &format!("/Type /Page {entry}"));
    let note = "<</Type/Annot/Subtype/FreeText/Rect[50 50 400 400]/Contents(Refused)/DA(/F 20 Tf)>>".to_owned();
    let widget = value.replace("/Rect [0 0 0 0]", "/Rect [50 50 400 400]");
    let with_note = page.replace("/Annots [", "/Annots [800 0 R ");
    let with_field = catalog.replace("/Fields [", "/Fields [800 0 R ");
    let no_field = catalog.split("/AcroForm").next().expect("a beginning").to_owned() + ">>";
    let stored = catalog.replace("/Type /Catalog", "/Type /Catalog/DSS 800 0 R");
    let store = format!("<</Type/DSS/Certs[{TEXT} 0 R]>>");
    vec![
        ("text replaced", appended(signed, &[(TEXT, stream("BT ET"))], "", "")),
        ("page replaced", appended(signed, &[(PAGE, more("/Rotate 90"))], "", "")),
        (
            "pages exchanged",
            appended(
                signed,
                &[(CATALOG, catalog.replace("/Pages 1 0 R", "/Pages 800 0 R")), (800, object(signed, 1))],
                "",
                "",
            ),
        ),
        ("catalogue exchanged", root_moved(&appended(signed, &[(800, catalog.clone())], "", ""))),
        ("a note on the page", appended(signed, &[(PAGE, with_note.clone()), (800, note)], "", "")),
        ("a visible field", appended(signed, &[(PAGE, with_note), (CATALOG, with_field), (800, widget)], "", "")),
        (
            "an object that nothing names",
            appended(signed, &[(CATALOG, catalog.clone())], "801 0 obj\n<</X 1>>\nendobj\n", ""),
        ),
        ("an object that nothing reaches", appended(signed, &[(801, "<</X 1>>".to_owned())], "", "")),
        (
            "the text in the name of evidence",
            appended(signed, &[(CATALOG, stored), (800, store), (TEXT, stream("BT ET"))], "", ""),
        ),
        ("the field taken out", appended(signed, &[(CATALOG, no_field)], "", "")),
        ("an empty update", appended(signed, &[], "", "")),
        ("no cross-references", [signed, b"96 0 obj\n<<>>\nendobj\n%%EOF\n"].concat()),
        ("bytes behind the end", [signed, b"\n\n"].concat()),
        ("wrapped", wrapped(signed)),
        ("no range", replaced(signed, "/ByteRange[0 ", "/ByteRangf[0 ")),
        ("an empty range", emptied(signed)),
        ("no contents", replaced(signed, "/Contents<", "/Contentt<")),
    ]
}

fn root_moved(pdf: &[u8]) -> Vec<u8> {
    replaced_last(pdf, "/Root 102 0 R", "/Root 800 0 R")
}

fn replaced(pdf: &[u8], old: &str, new: &str) -> Vec<u8> {
    let at = pdf.windows(old.len()).position(|window| window == old.as_bytes()).expect("what is replaced");
    [&pdf[..at], new.as_bytes(), &pdf[at + old.len()..]].concat()
}

fn replaced_last(pdf: &[u8], old: &str, new: &str) -> Vec<u8> {
    let at = pdf.windows(old.len()).rposition(|window| window == old.as_bytes()).expect("what is replaced");
    [&pdf[..at], new.as_bytes(), &pdf[at + old.len()..]].concat()
}

fn range_at(pdf: &[u8]) -> (usize, usize) {
    let at = pdf.windows(12).position(|window| window == b"/ByteRange[0").expect("a range");
    let end = at + pdf[at..].iter().position(|&byte| byte == b']').expect("its end") + 1;
    (at, end)
}

fn emptied(pdf: &[u8]) -> Vec<u8> {
    let (at, end) = range_at(pdf);
    let empty = format!("{:<width$}]", "/ByteRange[0 0 0 0", width = end - at - 1);
    [&pdf[..at], empty.as_bytes(), &pdf[end..]].concat()
}

/// The signed tail moved behind foreign bytes, and a second range in the padding of the hole that skips them.
fn wrapped(pdf: &[u8]) -> Vec<u8> {
    let hole = pdf.windows(10).position(|window| window == b"/Contents<").expect("a hole") + 9;
    let end = hole + pdf[hole..].iter().position(|&byte| byte == b'>').expect("its end") + 1;
    let tail = &pdf[end..];
    let foreign = b"\n96 0 obj\n<</Length 5>>\nstream\nBT ET\nendstream\nendobj\n";
    let range = format!(">/ByteRange[0 {hole} {} {}]/Pad<", end + foreign.len(), tail.len());
    let mut wrapped = pdf[..end].to_vec();
    let at = end - range.len() - 11;
    wrapped[at..at + range.len()].copy_from_slice(range.as_bytes());
    [&wrapped, &foreign[..], tail].concat()
}

#[test]
fn no_known_attack_is_called_valid() {
    let signed = signed_by(&letter(), "signer");
    assert!(judged(&signed, &[]).is_valid());
    for (name, attack) in attacks(&signed) {
        let report = judged(&attack, &[]);
        assert_eq!(report.conclusion(), Conclusion::Invalid, "{name}: {report:#?}");
    }
}

#[test]
fn an_attack_behind_material_is_no_better() {
    let lasting = lasting(&letter(), "signer");
    for (name, attack) in attacks(&lasting) {
        assert_eq!(judged(&attack, &[]).conclusion(), Conclusion::Invalid, "{name}");
    }
}

/// An update with material, as anybody may append it, and the same with something else in it.
#[test]
fn nothing_hides_in_an_update_with_material() {
    let signed = signed_by(&letter(), "signer");
    let catalog = object(&signed, CATALOG).replace("/Type /Catalog", "/Type /Catalog/DSS 800 0 R");
    let material = || {
        vec![
            (CATALOG, catalog.clone()),
            (800, "<</Type/DSS/Certs[801 0 R]>>".to_owned()),
            (801, stream("no certificate")),
        ]
    };
    let plain = judged(&appended(&signed, &material(), "", ""), &[]);
    assert!(plain.is_valid() && plain.signatures[0].report.has(&Finding::Later(Later::Material)), "{plain:#?}");
    let more = |number: u32, body: String| [material(), vec![(number, body)]].concat();
    let page = object(&signed, PAGE);
    for (name, pdf) in [
        ("named by nothing", appended(&signed, &material(), "802 0 obj\n<</X 1>>\nendobj\n", "")),
        ("bytes between", appended(&signed, &material(), "BT ET\n", "")),
        ("reached by nothing", appended(&signed, &more(802, "<</X 1>>".to_owned()), "", "")),
        ("text", appended(&signed, &more(TEXT, stream("BT ET")), "", "")),
        ("page", appended(&signed, &more(PAGE, page.replace("/Type /Page", "/Type /Page/Rotate 90")), "", "")),
        ("freed", freed(&appended(&signed, &material(), "", ""))),
    ] {
        let report = judged(&pdf, &[]);
        assert!(report.signatures[0].report.has(&Finding::Later(Later::Other)), "{name}: {report:#?}");
    }
}

/// Frees the letter's text in the last update.
fn freed(pdf: &[u8]) -> Vec<u8> {
    replaced_last(pdf, "xref\n102 1\n", "xref\n96 1\n0000000000 00001 f\r\n102 1\n")
}

/// Two signatures, the second of which shows itself on the page: below the first that is a change.
#[test]
fn a_later_signature_may_not_show_itself() {
    let first = signed_by(&letter(), "signer");
    let place = prepare(&first, &statement("Signature2")).expect("a place");
    let cms = authority().seal("other").sign_pades(&place.to_sign(), &authority().chain()).expect("signed");
    let both = place.embed(&cms, None).expect("embedded");
    assert!(judged(&both, &[]).is_valid());
    let shown = resigned(&replaced_last(&both, "/Rect [0 0 0 0]", "/Rect [0 0 9 9]"), |range| range);
    let report = judged(&shown, &[]);
    assert!(report.signatures[0].report.is_valid(), "the second signature itself is good: {report:#?}");
    assert!(report.signatures[1].report.has(&Finding::Later(Later::Other)), "{report:#?}");
}

/// Signs a file anew in the place of its last signature, over the range that `change` makes of the right one.
fn resigned(pdf: &[u8], change: impl Fn([usize; 3]) -> [usize; 3]) -> Vec<u8> {
    let head = b"/Contents<";
    let hole = pdf.windows(head.len()).rposition(|window| window == head).expect("a hole") + head.len() - 1;
    let end = hole + pdf[hole..].iter().position(|&byte| byte == b'>').expect("its end") + 1;
    let [before, behind, length] = change([hole, end, pdf.len() - end]);
    let at = pdf.windows(12).rposition(|window| window == b"/ByteRange[0").expect("a range");
    let width = pdf[at..].iter().position(|&byte| byte == b']').expect("its end");
    let mut pdf = pdf.to_vec();
    let range = format!("{:<width$}", format!("/ByteRange[0 {before} {behind} {length}"));
    pdf[at..at + width].copy_from_slice(range.as_bytes());
    let bytes = [&pdf[..before], &pdf[behind..behind + length]].concat();
    let cms = authority().seal("signer").sign_pades(&bytes, &authority().chain()).expect("signed");
    let digits = format!("{:0<width$}", hex(&cms), width = end - hole - 2);
    pdf[hole + 1..end - 1].copy_from_slice(digits.as_bytes());
    pdf
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A signer who leaves something open, by mistake or on purpose, has not signed the document.
#[test]
fn a_range_that_leaves_something_open_is_no_signature_of_the_document() {
    let signed = signed_by(&letter(), "signer");
    assert!(judged(&resigned(&signed, |range| range), &[]).is_valid());
    for (name, pdf) in [
        ("before the hole", resigned(&signed, |[before, behind, length]| [before - 9, behind, length])),
        ("behind the hole", resigned(&signed, |[before, behind, length]| [before, behind + 9, length - 9])),
        ("at the end", resigned(&signed, |[before, behind, length]| [before, behind, length - 9])),
        ("twice", resigned(&signed, |[before, behind, length]| [before, behind - 100, length + 100])),
    ] {
        let report = judged(&pdf, &[]);
        assert!(report.signatures[0].report.has(&Finding::Pdf(PdfFault::Range)), "{name}: {report:#?}");
    }
}

/// What the signed letter refers to in vain must not be given to it later.
#[test]
fn a_place_left_empty_before_signing_is_not_filled_after() {
    let unsigned = letter();
    let page = object(&unsigned, PAGE).replace("/Contents 96 0 R", "/Contents[96 0 R 850 0 R]");
    let prepared = appended(&unsigned, &[(PAGE, page)], "", "");
    let signed = signed_by(&prepared, "signer");
    assert!(judged(&signed, &[]).is_valid());
    let catalog = object(&signed, CATALOG).replace("/Type /Catalog", "/Type /Catalog/DSS 860 0 R");
    let store = "<</Type/DSS/Certs[850 0 R]>>".to_owned();
    let filled = appended(&signed, &[(CATALOG, catalog), (860, store), (850, stream("BT ET"))], "", "");
    let report = judged(&filled, &[]);
    assert!(report.signatures[0].report.has(&Finding::Later(Later::Other)), "{report:#?}");
}

/// The registration's update, moved behind the signature.
fn registered(signed: &[u8]) -> Vec<u8> {
    let update = &REGISTERED[letter().len() - 1..];
    let end = update.windows(5).position(|window| window == b"xref\n").expect("cross-references");
    let mut objects = Vec::new();
    let mut rest = &update[..end];
    while let Some(at) = rest.windows(7).position(|window| window == b" 0 obj\n") {
        let from = rest[..at].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |index| index + 1);
        let number: u32 = String::from_utf8_lossy(&rest[from..at]).parse().expect("a number");
        let body = &rest[at + 7..];
        let end = body.windows(8).position(|window| window == b"\nendobj\n").expect("an end");
        objects.push((number, body[..end].to_vec()));
        rest = &body[end + 8..];
    }
    // Numbers of its own, for the signature has taken those.
    let renumber = |body: &[u8]| {
        let mut text = body.to_vec();
        for number in 103..118_u32 {
            let (old, new) = (format!("{number} 0 R"), format!("{} 0 R", number + 300));
            while let Some(at) = text.windows(old.len()).position(|window| window == old.as_bytes()) {
                text.splice(at..at + old.len(), new.bytes());
            }
        }
        text
    };
    let mut bytes = signed.to_vec();
    let mut table = "xref\n".to_owned();
    for (number, body) in &objects {
        let number = if *number >= 103 { number + 300 } else { *number };
        table += &format!("{number} 1\n{:010} 00000 n\r\n", bytes.len());
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(renumber(body));
        bytes.extend(b"\nendobj\n");
    }
    let (at, prev) = (bytes.len(), last_xref(signed));
    bytes.extend(format!("{table}trailer\n<</Size 900/Root 102 0 R/Info 100 0 R/Prev {prev}>>\n").bytes());
    bytes.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
    bytes
}

#[test]
fn a_number_after_the_signature_counts_only_for_whom_knows_the_registered_letter() {
    let registered = registered(&signed_by(&letter(), "signer"));
    let report = judged(&registered, &[]);
    assert!(report.signatures[0].report.has(&Finding::Later(Later::Registration)), "{report:#?}");
    assert_eq!(report.conclusion(), Conclusion::NotChecked, "{report:#?}");
    let known = judged(&registered, &[Sha256::digest(&registered).into()]);
    assert!(known.is_valid() && known.signatures[0].report.has(&Finding::Later(Later::Known)), "{known:#?}");
}

#[test]
fn a_registered_letter_is_signed_like_any_other() {
    let signed = signed_by(REGISTERED, "signer");
    assert!(judged(&signed, &[]).is_valid());
    let report = judged(REGISTERED, &[]);
    assert_eq!(report.checks[0].finding, Finding::Pdf(PdfFault::NoSignature));
}
