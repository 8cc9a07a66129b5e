//! Chance that is the same in every run: a small counter-based generator, so that a journal can be made again.

/// Numbers that look drawn, from a seed.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5A0A_1326)
    }

    /// The next number (the mixing steps of `SplitMix64`).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0, below `end`; 0 where there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let drawn = usize::try_from(self.next() >> 33).unwrap_or(0);
        drawn.checked_rem(end).unwrap_or(0)
    }

    /// A random id, as a program would draw it.
    #[cfg(feature = "journal")]
    pub(crate) fn uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes((u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes())
            .into_uuid()
    }
}
