//! Where the objects of one revision are: a cross-reference table or stream, and the trailer (ISO 32000-1, 7.5.4, 7.5.5, 7.5.8).

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::Unsound;
use super::object::{Dictionary, Object, is_name};
use super::parse::Parser;

/// Compressed streams that are read here are smaller than this.
const LARGEST: u64 = 16 << 20;

/// Where one object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Free,
    At {
        offset: usize,
        generation: u16,
    },
    /// In the object stream of this number, at this place.
    In {
        stream: u32,
        index: usize,
    },
}

/// One section with its trailer.
pub(crate) struct Section {
    pub(crate) entries: BTreeMap<u32, Entry>,
    pub(crate) trailer: Dictionary,
    /// Whether it is a stream.
    pub(crate) is_stream: bool,
    /// Behind the trailer or the stream's `endobj`.
    pub(crate) end: usize,
    /// The bytes that were read for it, unpacked.
    pub(crate) cost: usize,
}

/// Reads the section that begins at `at`, if it lists `most` objects at most.
pub(crate) fn read(bytes: &[u8], at: usize, most: usize) -> Result<Section, Unsound> {
    let mut parser = Parser::new(bytes, at);
    if parser.literal("xref").is_ok() { table(parser, most) } else { stream(bytes, at, most) }
}

fn table(mut parser: Parser<'_>, most: usize) -> Result<Section, Unsound> {
    let begun = parser.at();
    let mut entries = BTreeMap::new();
    loop {
        parser.space();
        if parser.literal("trailer").is_ok() {
            break;
        }
        let first = u32::try_from(parser.number()?).map_err(|_| Unsound)?;
        let count = u32::try_from(parser.number()?).map_err(|_| Unsound)?;
        for number in first..first.checked_add(count).ok_or(Unsound)? {
            let offset = usize::try_from(parser.number()?).map_err(|_| Unsound)?;
            let generation = u16::try_from(parser.number()?).map_err(|_| Unsound)?;
            parser.space();
            let entry = if parser.literal("n").is_ok() {
                Entry::At { offset, generation }
            } else {
                parser.literal("f")?;
                Entry::Free
            };
            if entries.insert(number, entry).is_some() || entries.len() > most {
                return Err(Unsound);
            }
        }
    }
    let Object::Dictionary(trailer) = parser.value()? else { return Err(Unsound) };
    // A second, hidden list of objects.
    if trailer.get("XRefStm").is_some() {
        return Err(Unsound);
    }
    let end = parser.at();
    Ok(Section { entries, trailer, is_stream: false, end, cost: end - begun })
}

fn stream(bytes: &[u8], at: usize, most: usize) -> Result<Section, Unsound> {
    let mut parser = Parser::new(bytes, at);
    let (_, Object::Stream(trailer, range)) = parser.indirect(|_| None)? else { return Err(Unsound) };
    if !is_name(trailer.get("Type"), "XRef") {
        return Err(Unsound);
    }
    let data = decoded(&trailer, &bytes[range])?;
    let size = |value: &Object| value.integer().and_then(|size| usize::try_from(size).ok()).ok_or(Unsound);
    let widths = trailer.get("W").and_then(Object::array).ok_or(Unsound)?;
    let &[kind, second, third] = widths.iter().map(size).collect::<Result<Vec<_>, _>>()?.as_slice() else {
        return Err(Unsound);
    };
    let width = kind + second + third;
    if kind > 8 || second > 8 || third > 8 || width == 0 {
        return Err(Unsound);
    }
    let whole = [Object::Integer(0), trailer.get("Size").cloned().ok_or(Unsound)?];
    let index = trailer.get("Index").map_or(Some(&whole[..]), Object::array).ok_or(Unsound)?;
    let mut rows = data.chunks_exact(width);
    let mut entries = BTreeMap::new();
    for pair in index.chunks(2) {
        let [first, count] = pair else { return Err(Unsound) };
        for number in size(first)?..size(first)?.checked_add(size(count)?).ok_or(Unsound)? {
            let row = rows.next().ok_or(Unsound)?;
            let field =
                |from: usize, width: usize| row[from..from + width].iter().fold(0_u64, |n, &b| (n << 8) | u64::from(b));
            let kind = if kind == 0 { 1 } else { field(0, kind) };
            let (second, third) = (field(width - second - third, second), field(width - third, third));
            let entry = match kind {
                0 => Entry::Free,
                1 => Entry::At {
                    offset: usize::try_from(second).map_err(|_| Unsound)?,
                    generation: u16::try_from(third).map_err(|_| Unsound)?,
                },
                2 => Entry::In {
                    stream: u32::try_from(second).map_err(|_| Unsound)?,
                    index: usize::try_from(third).map_err(|_| Unsound)?,
                },
                _ => return Err(Unsound),
            };
            let number = u32::try_from(number).map_err(|_| Unsound)?;
            if entries.insert(number, entry).is_some() || entries.len() > most {
                return Err(Unsound);
            }
        }
    }
    if rows.next().is_some() || !rows.remainder().is_empty() {
        return Err(Unsound);
    }
    let end = parser.at();
    Ok(Section { entries, trailer, is_stream: true, end, cost: data.len() + (end - at) })
}

/// The bytes of a stream: as they are, or deflated, perhaps with the predictor "up" or another of PNG's (7.4.4).
pub(crate) fn decoded(entries: &Dictionary, raw: &[u8]) -> Result<Vec<u8>, Unsound> {
    let first = |value: &Object| match value {
        Object::Array(items) => match items.as_slice() {
            [] => Ok(Object::Null),
            [one] => Ok(one.clone()),
            _ => Err(Unsound),
        },
        other => Ok(other.clone()),
    };
    let filter = entries.get("Filter").map_or(Ok(Object::Null), first)?;
    if filter == Object::Null {
        return Ok(raw.to_vec());
    }
    if !is_name(Some(&filter), "FlateDecode") {
        return Err(Unsound);
    }
    let mut data = Vec::new();
    ZlibDecoder::new(raw).take(LARGEST).read_to_end(&mut data).map_err(|_| Unsound)?;
    let parameters = entries.get("DecodeParms").map_or(Ok(Object::Null), first)?;
    let number = |key: &str, otherwise: i64| match parameters.dictionary().and_then(|entries| entries.get(key)) {
        None => Ok(otherwise),
        Some(value) => value.integer().ok_or(Unsound),
    };
    match (number("Predictor", 1)?, number("Colors", 1)?, number("BitsPerComponent", 8)?) {
        (1, _, _) => Ok(data),
        (10..=15, 1, 8) => unpredicted(&data, usize::try_from(number("Columns", 1)?).map_err(|_| Unsound)?),
        _ => Err(Unsound),
    }
}

/// PNG's filters none, sub and up, on rows of single bytes.
fn unpredicted(data: &[u8], columns: usize) -> Result<Vec<u8>, Unsound> {
    let mut plain: Vec<u8> = Vec::with_capacity(data.len());
    if columns == 0 || columns > 1 << 16 {
        return Err(Unsound);
    }
    let mut above = vec![0_u8; columns];
    for row in data.chunks(columns + 1) {
        let (&kind, row) = row.split_first().ok_or(Unsound)?;
        if row.len() != columns {
            return Err(Unsound);
        }
        let mut line = row.to_vec();
        for column in 0..columns {
            let left = if column == 0 { 0 } else { line[column - 1] };
            line[column] = line[column].wrapping_add(match kind {
                0 => 0,
                1 => left,
                2 => above[column],
                _ => return Err(Unsound),
            });
        }
        plain.extend(&line);
        above = line;
    }
    Ok(plain)
}
