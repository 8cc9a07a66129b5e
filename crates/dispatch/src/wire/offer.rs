//! What a relay says it can do: the lines of its answer to EHLO.

/// The extensions a relay has offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// A line each, in capitals: the extension's name and its parameters.
    lines: Vec<String>,
}

/// What a relay said of message sizes (RFC 1870).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    NotOffered,
    Unlimited,
    AtMost(usize),
}

impl Offer {
    pub(super) fn read(greeting: &[u8]) -> Self {
        let text = String::from_utf8_lossy(greeting).to_ascii_uppercase();
        Self { lines: text.lines().filter_map(|line| line.get(4..)).map(str::to_owned).collect() }
    }

    /// Has it offered this extension?
    pub(super) fn has(&self, extension: &str) -> bool {
        self.parameters(extension).is_some()
    }

    pub(super) fn size(&self) -> Size {
        match self.parameters("SIZE").map(|mut parameters| parameters.next().map(str::parse)) {
            None => Size::NotOffered,
            // SIZE without a number, or with 0, says that there is no fixed limit.
            Some(Some(Ok(limit))) if limit > 0 => Size::AtMost(limit),
            Some(Some(Ok(_) | Err(_)) | None) => Size::Unlimited,
        }
    }

    fn parameters(&self, extension: &str) -> Option<std::str::SplitWhitespace<'_>> {
        self.lines
            .iter()
            .map(|line| line.split_whitespace())
            .find_map(|mut words| (words.next() == Some(extension)).then_some(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relays_size_limit_is_read_from_its_greeting() {
        let size = |greeting: &[u8]| Offer::read(greeting).size();
        assert_eq!(size(b"250-mx.kz\r\n250-SIZE 10240000\r\n250 HELP\r\n"), Size::AtMost(10_240_000));
        assert_eq!(size(b"250-mx.kz\r\n250 SIZE 0\r\n"), Size::Unlimited);
        assert_eq!(size(b"250-mx.kz\r\n250 size\r\n"), Size::Unlimited);
        assert_eq!(size(b"250 mx.kz\r\n"), Size::NotOffered);
    }

    #[test]
    fn an_extension_is_offered_by_a_line_of_its_own() {
        let offer = Offer::read(b"250-mx.pipelining.kz\r\n250-AUTH PLAIN\r\n250 Pipelining\r\n");
        assert!(offer.has("PIPELINING") && offer.has("AUTH"));
        assert!(!offer.has("PLAIN") && !offer.has("DSN"));
        assert!(!Offer::read(b"250 PIPELINING.kz\r\n").has("PIPELINING"));
        assert!(Offer::read(b"250-mx.kz\r\n250-SIZE 10\r\n250-dsn\r\n250 HELP\r\n").has("DSN"));
        assert!(!Offer::read(b"250-mx.kz\r\n250 DSNX\r\n").has("DSN"));
    }
}
