//! Chance that is the same in every run: a small counter-based generator, so that a journal can be made again.

/// Numbers that look drawn, from a seed.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5A0A_1326)
    }

    /// One that goes on from here on its own way, so that what it draws changes nothing for others.
    #[must_use]
    pub const fn apart(seed: u64, number: u64) -> Self {
        Self::new(seed ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(17))
    }

    /// The next number (the mixing steps of `SplitMix64`).
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0, below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let drawn = usize::try_from(self.next() >> 33).unwrap_or(0);
        drawn.checked_rem(end).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let room = usize::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(room)).unwrap_or(0)
    }

    /// So many times in a hundred.
    pub fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    /// One of them.
    ///
    /// # Panics
    /// Never on a list with something in it, and there is no other here.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A random id, as a program would draw it.
    pub fn uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes((u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes())
            .into_uuid()
    }

    /// As many random bytes as a hash has.
    pub fn hash(&mut self) -> [u8; 32] {
        let mut hash = [0; 32];
        for part in hash.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_be_bytes());
        }
        hash
    }
}
