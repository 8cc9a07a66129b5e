//! Who makes the signature of a letter, and where a page finds the program that signs on the signatory's device.

use std::fmt;
use std::str::FromStr;

/// Where NCALayer, the program of the national certification authority, listens on everybody's own machine.
pub const LAYER: &str = "wss://127.0.0.1:13579/";

/// Who makes the signature of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// The seal of this installation, which stands in for a personal signature.
    ServerSeal,
    /// The signatory's own device; on it, NCALayer or any program that signs a file.
    Device(Layer),
}

/// The address of the program that signs on the device: it stands in a header, so it holds nothing that means something there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer(String);

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the program that signs is on the signatory's own machine: `wss://127.0.0.1:PORT/`, or `ws://` there, such as {LAYER}"
)]
pub struct NoLayer;

impl FromStr for Layer {
    type Err = NoLayer;

    fn from_str(text: &str) -> Result<Self, NoLayer> {
        let rest = text.strip_prefix("wss://").or_else(|| text.strip_prefix("ws://")).ok_or(NoLayer)?;
        let (host, port) = rest.trim_end_matches('/').rsplit_once(':').ok_or(NoLayer)?;
        let is_here = matches!(host, "127.0.0.1" | "localhost");
        if is_here && port.parse::<u16>().is_ok_and(|port| port > 0) { Ok(Self(text.to_owned())) } else { Err(NoLayer) }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_signs_is_on_one_s_own_machine_and_its_address_means_nothing_in_a_header() {
        for good in [LAYER, "ws://127.0.0.1:40000", "wss://localhost:13579/"] {
            assert!(good.parse::<Layer>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "https://127.0.0.1:13579",
            "wss://127.0.0.1",
            "wss://sign.example:13579/",
            "wss://127.0.0.1:0/",
            "wss://127.0.0.1:13579/ *",
            "wss://127.0.0.1:13579/;x",
            "wss://127.0.0.1:13579/x",
        ] {
            assert_eq!(bad.parse::<Layer>(), Err(NoLayer), "{bad}");
        }
    }
}
