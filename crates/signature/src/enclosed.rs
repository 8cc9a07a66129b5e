//! The certificates that stand beside a signature, for whoever keeps or shows them.

use crate::{Certificate, signed};

impl Certificate {
    /// The certificates in the frame of a CMS signature, the signer's among them: to be read, not to be trusted. None where the bytes are no such frame.
    #[must_use]
    pub fn all_from_cms(cms: &[u8]) -> Vec<Self> {
        signed::read(cms).map_or_else(Vec::new, |frame| signed::certificates(&frame).into_iter().map(Self).collect())
    }
}
