//! Files that are made to cost much: each is judged in a moment, whatever it comes to. Who sends a file to the open page decides nothing but its bytes.

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use signature::Conclusion;

use crate::shadows::judged;

/// What a judgement may take on a busy machine, unoptimised. Without the bounds of the reader each of these takes minutes, or all of the memory.
const PATIENCE: Duration = Duration::from_secs(60);

/// A PDF of these objects, numbered from 1, the first one its catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f\r\n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n\r\n", file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let at = file.len();
    file.extend(
        format!("{table}trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    file
}

fn deflated(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    let packed = encoder.finish().unwrap();
    let head = format!("<<{entries}/Filter/FlateDecode/Length {}>>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

fn catalog(more: &str) -> Vec<u8> {
    format!("<</Type/Catalog/Pages 2 0 R{more}>>").into_bytes()
}

/// A file whose objects from 10 on lie in the stream 9, by a cross-reference stream.
fn with_packed(packed: &[u8], numbers: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut rows: Vec<[u8; 7]> = vec![[0; 7]; 9];
    let row = |kind: u8, second: usize, third: usize| {
        let (second, third) =
            (u32::try_from(second).unwrap().to_be_bytes(), u16::try_from(third).unwrap().to_be_bytes());
        [kind, second[0], second[1], second[2], second[3], third[0], third[1]]
    };
    rows[1] = row(1, file.len(), 0);
    file.extend(b"1 0 obj\n<</Type/Catalog/AcroForm<</Fields[");
    (0..numbers).for_each(|index| file.extend(format!("{} 0 R ", 10 + index).bytes()));
    file.extend(b"]>>>>\nendobj\n");
    rows.push(row(1, file.len(), 0));
    file.extend(b"9 0 obj\n");
    file.extend(packed);
    file.extend(b"\nendobj\n");
    rows.extend((0..numbers).map(|index| row(2, 9, index)));
    let at = file.len();
    let entries = format!("/Type/XRef/W[1 4 2]/Size {}/Root 1 0 R", rows.len());
    file.extend(b"8 0 obj\n");
    file.extend(deflated(&entries, &rows.concat()));
    file.extend(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").bytes());
    file
}

#[test]
fn what_is_made_to_cost_much_is_judged_in_a_moment() {
    let keys: String = (0..600_000).map(|key| format!("/K{key} 0")).collect();
    let numbers = "0 ".repeat(4_000_000);
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    let fields = |each: &str, count: usize| format!("/AcroForm<</Fields[{}]>>", each.repeat(count));
    let large = format!("<</T(a)/X[{}]>>", "0 ".repeat(500_000)).into_bytes();
    let wide = format!("<</T(a)/Kids[{}]>>", "3 0 R ".repeat(200)).into_bytes();
    // One value of a megabyte that a hundred thousand objects of one stream claim to be.
    let claims = "10 0 ".repeat(100_000);
    let one = format!("[{}]", "0 ".repeat(500_000));
    let stream = format!("/Type/ObjStm/N 100000/First {}", claims.len());
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("many keys", pdf(&[catalog(&keys)])),
        ("many values", pdf(&[catalog(&format!("/AcroForm<</Fields[{numbers}]>>"))])),
        ("deep", pdf(&[catalog(&format!("/AcroForm {deep}"))])),
        ("one large object many times", pdf(&[catalog(&fields("3 0 R ", 50_000)), b"null".to_vec(), large])),
        ("a tree of itself", pdf(&[catalog(&fields("3 0 R ", 200)), b"null".to_vec(), wide])),
        ("one value many times", with_packed(&deflated(&stream, format!("{claims}{one}").as_bytes()), 60_000)),
        ("a bomb", with_packed(&deflated("/Type/ObjStm/N 1/First 5", &vec![b'0'; 200 << 20]), 1)),
    ];
    for (name, file) in files {
        let begun = Instant::now();
        assert_eq!(judged(&file, &[]).conclusion(), Conclusion::Invalid, "{name}");
        assert!(begun.elapsed() < PATIENCE, "{name}: {:?}", begun.elapsed());
    }
}
