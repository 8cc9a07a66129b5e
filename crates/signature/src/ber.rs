//! From the basic encoding of ASN.1 to the distinguished one (X.690), as far as signatures need it: indefinite lengths become definite, octet strings in pieces whole, lengths as short as they go.
//!
//! RFC 5652 allows the frame of a signature to be written in BER, and the libraries of the national authority do so. What is signed (the attributes, the certificates) is
//! DER in any case and comes through unchanged, since what is DER already is its own translation.

/// A structure deeper than this is not followed.
const DEEPEST: usize = 32;
const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;
const INDEFINITE: u8 = 0x80;

/// Translates one value. `None`: it is not one value of BER, or is deeper than anything we read.
pub(crate) fn to_der(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    let der = value(&mut rest, 0)?;
    rest.is_empty().then_some(der)
}

/// Takes a value from the beginning of `rest`.
fn value(rest: &mut &[u8], depth: usize) -> Option<Vec<u8>> {
    if depth > DEEPEST {
        return None;
    }
    let tag = take_tag(rest)?;
    let first = *tag.first()?;
    let is_constructed = first & CONSTRUCTED != 0;
    let content = match take_length(rest)? {
        Length::Definite(length) => {
            let mut inside = take(rest, length)?;
            if is_constructed {
                let mut content = Vec::with_capacity(length);
                while !inside.is_empty() {
                    content.extend(piece(&mut inside, first, depth)?);
                }
                content
            } else {
                inside.to_vec()
            }
        }
        Length::Indefinite if is_constructed => {
            let mut content = Vec::new();
            loop {
                if rest.starts_with(&[0, 0]) {
                    take(rest, 2)?;
                    break content;
                }
                content.extend(piece(rest, first, depth)?);
            }
        }
        Length::Indefinite => return None,
    };
    let mut der = tag.to_vec();
    if first == OCTET_STRING | CONSTRUCTED {
        der[0] = OCTET_STRING;
    }
    write_length(&mut der, content.len());
    der.extend(content);
    Some(der)
}

/// A value inside another one, whose tag is `outer`: of an octet string in pieces, its bytes alone.
fn piece(rest: &mut &[u8], outer: u8, depth: usize) -> Option<Vec<u8>> {
    let der = value(rest, depth + 1)?;
    if outer != OCTET_STRING | CONSTRUCTED {
        return Some(der);
    }
    let mut whole = der.as_slice();
    let tag = take_tag(&mut whole)?;
    match take_length(&mut whole)? {
        Length::Definite(length) if tag == [OCTET_STRING] && length == whole.len() => Some(whole.to_vec()),
        Length::Definite(_) | Length::Indefinite => None,
    }
}

enum Length {
    Definite(usize),
    Indefinite,
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn take_tag<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    // High tag numbers (five ones) stand in no signature.
    let tag = take(rest, 1)?;
    (tag[0] & 0x1f != 0x1f).then_some(tag)
}

fn take_length(rest: &mut &[u8]) -> Option<Length> {
    match take(rest, 1)?[0] {
        short @ 0..=0x7f => Some(Length::Definite(short.into())),
        INDEFINITE => Some(Length::Indefinite),
        long => {
            let bytes = take(rest, usize::from(long & 0x7f))?;
            let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
            if significant.len() > 4 {
                return None;
            }
            Some(Length::Definite(significant.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))))
        }
    }
}

fn write_length(der: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short) if short < INDEFINITE => der.push(short),
        _ => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            // A length of this machine has eight bytes at most.
            der.push(INDEFINITE | bytes.len() as u8);
            der.extend(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_lengths_and_pieces_become_one_definite_value() {
        let indefinite =
            [0x30, 0x80, 0x02, 0x01, 0x05, 0x24, 0x80, 0x04, 0x01, b'a', 0x04, 0x02, b'b', b'c', 0, 0, 0, 0];
        assert_eq!(to_der(&indefinite).unwrap(), [0x30, 0x08, 0x02, 0x01, 0x05, 0x04, 0x03, b'a', b'b', b'c']);
        let long = [&[0x30, 0x82, 0x00, 0x05, 0x04, 0x81, 0x02][..], &[1, 2]].concat();
        assert_eq!(to_der(&long).unwrap(), [0x30, 0x04, 0x04, 0x02, 1, 2]);
    }

    #[test]
    fn der_is_its_own_translation() {
        let der = [&[0x30, 0x81, 0x83, 0x04, 0x81, 0x80][..], &[7; 128]].concat();
        assert_eq!(to_der(&der).unwrap(), der);
    }

    #[test]
    fn what_is_cut_followed_by_something_or_too_deep_is_none() {
        for wrong in [
            &[][..],
            &[0x30],
            &[0x30, 0x02, 0x05],
            &[0x30, 0x80, 0x05, 0x00],
            &[0x04, 0x80, 0, 0],
            &[0x05, 0, 0],
            &[0x1f, 0x81, 0x01, 0],
        ] {
            assert_eq!(to_der(wrong), None, "{wrong:?}");
        }
        let deep = |levels: usize| [vec![[0x30, 0x80]; levels].concat(), vec![0; 2 * levels]].concat();
        assert!(to_der(&deep(DEEPEST)).is_some());
        assert_eq!(to_der(&deep(100_000)), None, "and the stack holds");
        assert_eq!(to_der(&[0x24, 0x80, 0x02, 0x01, 0x05, 0, 0]), None, "a number is no piece of an octet string");
    }
}
