//! From which address a request came: the peer's, or the one that a proxy of ours names.
//!
//! What a header says is believed from a proxy that the configuration names, and from nobody else; and of the header, only what that
//! proxy itself has written: the last address that is not a proxy of ours. One header is read, the one that the proxy writes: the other
//! could have come through it from outside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderName};

use crate::State;

/// Which header our proxies write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// `X-Forwarded-For: client, proxy`.
    XForwardedFor,
    /// `Forwarded: for=client, for=proxy` (RFC 7239).
    Forwarded,
}

/// The proxies that are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies {
    /// Where they stand.
    pub trusted: Vec<Network>,
    /// What they write.
    pub names: Names,
}

impl Proxies {
    /// No proxy: every header is the asker's own.
    #[must_use]
    pub const fn none() -> Self {
        Self { trusted: Vec::new(), names: Names::XForwardedFor }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.holds(address))
    }

    /// The address behind the peer: the last one named that is not a proxy of ours. What cannot be read ends the search: the proxy that
    /// named it is all that is known then.
    fn behind(&self, peer: IpAddr, named: &[&str]) -> IpAddr {
        let mut known = peer;
        for text in named.iter().rev() {
            if !self.trusts(known) {
                return known;
            }
            match address(text) {
                Some(address) => known = address,
                None => return known,
            }
        }
        known
    }
}

/// A network, such as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: u128,
    mask: u128,
}

/// The text names no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address nor a network such as 10.0.0.0/8")]
pub struct NoNetwork(String);

impl Network {
    /// This machine's own addresses.
    #[must_use]
    pub fn this_machine() -> Vec<Self> {
        let mapped = u128::MAX << 24;
        let ipv4 = Self { first: wide(Ipv4Addr::LOCALHOST.into()) & mapped, mask: mapped };
        vec![ipv4, Self { first: Ipv6Addr::LOCALHOST.to_bits(), mask: u128::MAX }]
    }

    /// Is the address one of the network's?
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        wide(address) & self.mask == self.first
    }
}

/// Both kinds of addresses as one: IPv4 as it is mapped into IPv6 (RFC 4291, 2.5.5.2).
fn wide(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let bad = || NoNetwork(text.to_owned());
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(whole), |length| length.trim().parse().map_err(|_| bad()))?;
        if length > whole {
            return Err(bad());
        }
        let mask = u128::MAX.checked_shl(whole - length).unwrap_or(0);
        Ok(Self { first: wide(address) & mask, mask })
    }
}

/// An address as proxies write it: with a port, in brackets, in quotation marks.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let inner = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    inner.parse().ok()
}

/// The address that a request came from; none where it came over no network.
pub(crate) fn asker(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let Some(state) = request.app_data::<State>() else { return Some(peer) };
    let proxies = &state.config.proxies;
    if !proxies.trusts(peer) {
        return Some(peer);
    }
    let name = match proxies.names {
        Names::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
        Names::Forwarded => FORWARDED,
    };
    let lines: Vec<&str> = request.headers().get_all(name).filter_map(|line| line.to_str().ok()).collect();
    let elements = lines.iter().flat_map(|line| line.split(','));
    let named: Vec<&str> = match proxies.names {
        Names::XForwardedFor => elements.collect(),
        Names::Forwarded => elements.map(forwarded_for).collect(),
    };
    Some(proxies.behind(peer, &named))
}

/// What `for=` names in an element of `Forwarded`; nothing that could be read where it names nobody.
fn forwarded_for(element: &str) -> &str {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Proxies {
        let trusted = ["10.0.0.0/8", "2001:db8::1"].map(|text| text.parse().unwrap()).into();
        Proxies { trusted, names: Names::XForwardedFor }
    }

    fn behind(peer: &str, named: &[&str]) -> String {
        ours().behind(peer.parse().unwrap(), named).to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed_and_only_what_it_wrote_itself() {
        assert_eq!(behind("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(behind("10.1.2.3", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(behind("10.1.2.3", &["6.6.6.6", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(behind("10.1.2.3", &["6.6.6.6", "198.51.100.7", "10.9.9.9"]), "198.51.100.7");
        assert_eq!(behind("2001:db8::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(behind("10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(behind("10.1.2.3", &["6.6.6.6", "nonsense"]), "10.1.2.3");
    }

    #[test]
    fn an_address_is_read_as_proxies_write_it() {
        for (text, read) in [
            ("192.0.2.1", Some("192.0.2.1")),
            (" 192.0.2.1:80 ", Some("192.0.2.1")),
            ("\"[2001:db8::7]:80\"", Some("2001:db8::7")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("_hidden", None),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), read, "{text}");
        }
        assert_eq!(forwarded_for("by=10.0.0.1;For=\"[2001:db8::7]\";proto=https"), "\"[2001:db8::7]\"");
        assert_eq!(forwarded_for("proto=https"), "");
    }

    #[test]
    fn a_network_is_read_whole_or_not_at_all() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().map(|network| network.holds(address.parse().unwrap()))
        };
        assert_eq!(holds("192.168.1.0/24", "192.168.1.200"), Ok(true));
        assert_eq!(holds("192.168.1.0/24", "192.168.2.1"), Ok(false));
        assert_eq!(holds("192.168.1.7", "::ffff:192.168.1.7"), Ok(true));
        assert_eq!(holds("0.0.0.0/0", "8.8.8.8"), Ok(true));
        assert_eq!(holds("0.0.0.0/0", "2001:db8::1"), Ok(false));
        assert_eq!(holds("::/0", "8.8.8.8"), Ok(true));
        let here =
            |address: &str| Network::this_machine().iter().any(|network| network.holds(address.parse().unwrap()));
        assert!(here("127.0.0.1") && here("127.9.9.9") && here("::1"));
        assert!(!here("128.0.0.1") && !here("10.0.0.1") && !here("::2"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "proxy", "::/129", "10.0.0.0/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
