/// Reproducible randomness: a SplitMix64 stream that depends on the seed, on what is asked and about whom.
///
/// Two streams with another purpose or subject have nothing to do with each other, so a decision about a person
/// is the same however many rows were written before.
#[derive(Clone)]
pub(super) struct Dice(u64);

/// SplitMix64's output function: a bijection of 64 bits in which every input bit moves half of the output bits.
pub(super) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Dice {
    /// The stream for `purpose`, eight letters, about `subject`.
    pub(super) fn new(seed: u64, purpose: [u8; 8], subject: u64) -> Self {
        Self(mix(
            mix(mix(seed) ^ u64::from_le_bytes(purpose)) ^ subject.rotate_left(32)
        ))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`, by multiplication instead of division (Lemire 2019); its bias is under 2⁻³².
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let high = (self.next() >> 32) * u64::from(bound);
        u32::try_from(high >> 32).unwrap_or(0)
    }

    /// True in `per_mille` of 1000 cases.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `choices`, which is not empty.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        let bound = u32::try_from(choices.len()).unwrap_or(u32::MAX);
        choices[self.below(bound) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_subject_only() {
        let first = |seed, purpose: &[u8; 8], subject| Dice::new(seed, *purpose, subject).next();
        assert_eq!(first(1, b"purpose1", 7), first(1, b"purpose1", 7));
        assert_ne!(first(1, b"purpose1", 7), first(2, b"purpose1", 7));
        assert_ne!(first(1, b"purpose1", 7), first(1, b"purpose2", 7));
        assert_ne!(first(1, b"purpose1", 7), first(1, b"purpose1", 8));
    }

    #[test]
    fn chances_come_out_as_often_as_they_say() {
        let mut dice = Dice::new(1, *b"chances.", 0);
        let hits = (0..100_000).filter(|_| dice.chance(250)).count();
        assert!((24_000..26_000).contains(&hits), "{hits} of 25,000");
    }
}
