//! Texts inside addresses and headers (RFC 3986, 2.1).

/// A text as a value: everything but unreserved signs is escaped, byte by byte.
pub(crate) fn escaped(text: &str) -> String {
    but(text, b"")
}

/// A path as a value: it stays one that people can read.
pub(crate) fn escaped_path(text: &str) -> String {
    but(text, b"/")
}

/// Names and values as the query of an address.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

fn but(text: &str, also: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_value_means_something_in_an_address() {
        assert_eq!(escaped("ДС-1/а&b=c d~e"), "%D0%94%D0%A1-1%2F%D0%B0%26b%3Dc%20d~e");
        assert_eq!(escaped_path("/inquiries/new?a"), "/inquiries/new%3Fa");
        assert_eq!(query(&[("a", "1"), ("b", "x&y")]), "a=1&b=x%26y");
    }
}
