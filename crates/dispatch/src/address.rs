//! Addresses: where they come in, and in what form the relay gets them.

use lettre::Address;

/// Why an address cannot be used. The words are shown to the clerk who corrects it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no address at all.
    #[error("not an e-mail address: one name, one @ and one domain are needed")]
    Malformed,
    /// The part before the `@` holds letters that most mail servers refuse.
    #[error("the part before the @ must be written in Latin letters, digits and signs")]
    LocalPart,
    /// The domain cannot be written in ASCII (RFC 5891).
    #[error("the domain of the address is not a possible domain name")]
    Domain,
}

/// Reads an address; a domain in Kazakh or Russian letters becomes its ASCII form (`мәжіліс.қаз` → `xn--…`).
pub fn parse(text: &str) -> Result<Address, AddressError> {
    let text = text.trim();
    // RFC 5321, 4.5.3.1.3: a path is at most 256 octets, brackets included.
    if text.len() > 254 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(AddressError::Malformed);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Malformed)?;
    if !local.is_ascii() {
        return Err(AddressError::LocalPart);
    }
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Domain)?
    };
    Address::new(local, domain).map_err(|_| AddressError::Malformed)
}

/// The address with a detail behind a `+` (RFC 5233), which mail servers put into the same mailbox.
///
/// # Errors
/// [`AddressError`] when the part before the `@` becomes longer than it may be.
pub(crate) fn with_detail(base: &Address, detail: &str) -> Result<Address, AddressError> {
    Address::new(format!("{}+{detail}", base.user()), base.domain()).map_err(|_| AddressError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kazakh_domain_is_written_in_ascii() {
        assert_eq!(parse("ok@мәжіліс.қаз").unwrap().to_string(), "ok@xn--f1akbw7hb72g.xn--80ao21a");
        assert_eq!(parse(" deputy@parlam.kz ").unwrap().to_string(), "deputy@parlam.kz");
    }

    #[test]
    fn nothing_can_be_smuggled_in_through_an_address() {
        for hostile in [
            "a@b.kz\r\nRCPT TO:<x@y>",
            "a b@c.kz",
            "a@b@c.kz>",
            "<a@b.kz>",
            "a..b@c.kz",
            "@c.kz",
            "a@",
            "a",
            "a@-x.kz",
            "",
        ] {
            assert!(parse(hostile).is_err(), "{hostile:?}");
        }
        assert_eq!(parse("Ә@parlam.kz"), Err(AddressError::LocalPart));
        assert_eq!(parse(&format!("{}@x.kz", "a".repeat(300))), Err(AddressError::Malformed));
    }
}
