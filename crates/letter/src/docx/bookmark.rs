//! The name of a bookmark that says which contribution a block came from: `_src_7_2_mfa`, hidden from people, kept by Word and
//! LibreOffice when the words around it are edited.

use crate::provenance::Source;

/// A bookmark's name holds letters, digits and underscores, and no more than this.
const LENGTH: usize = 40;

/// The bookmark of the block at `place`; none if the source's name is longer than a bookmark's may be.
pub(super) fn name(place: usize, source: &Source) -> Option<String> {
    let ministry = source.ministry().replace('_', "_u").replace('-', "_h");
    let name = format!("_src_{}_{}_{ministry}", place + 1, source.version());
    (name.len() <= LENGTH).then_some(name)
}

/// The source that a bookmark names.
pub(super) fn source(name: &str) -> Option<Source> {
    let mut parts = name.strip_prefix("_src_")?.splitn(3, '_');
    let (_place, version, ministry) = (parts.next()?, parts.next()?, parts.next()?);
    let ministry = ministry.replace("_h", "-").replace("_u", "_");
    Source::new(&ministry, version.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bookmark_names_the_source_it_was_made_from() {
        for written in ["mfa/1", "aq-zhol/12", "prime_minister/3", "a-h_u/7"] {
            let source: Source = written.parse().unwrap();
            assert_eq!(super::source(&name(4, &source).unwrap()), Some(source));
        }
        assert_eq!(source("_Toc123456"), None);
        assert_eq!(source("_src_1_0_mfa"), None);
        assert_eq!(name(0, &Source::new(&"a".repeat(32), 1).unwrap()), None);
    }
}
