use super::dice::{Dice, mix};

/// A seed-dependent bijection of the numbers below `size`: an identifier's ordinal to its place in the value space.
///
/// A Feistel network over the next even number of bits, walked along its cycle until it falls below `size`
/// (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002). At most four steps on average.
pub(super) struct Permutation {
    size: u64,
    half: u32,
    keys: [u64; 4],
}

impl Permutation {
    /// The permutation for `purpose`; `size` is above 1.
    pub(super) fn new(seed: u64, purpose: [u8; 8], size: u64) -> Self {
        let bits = u64::BITS - (size - 1).leading_zeros();
        let mut dice = Dice::new(seed, purpose, size);
        Self {
            size,
            half: bits.div_ceil(2),
            keys: std::array::from_fn(|_| dice.next()),
        }
    }

    /// How many numbers are permuted.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The image of `number`, which is below the size.
    pub(super) fn apply(&self, number: u64) -> u64 {
        let mut image = self.network(number);
        while image >= self.size {
            image = self.network(image);
        }
        image
    }

    fn network(&self, number: u64) -> u64 {
        let mask = (1 << self.half) - 1;
        let halves = (number >> self.half, number & mask);
        let (left, right) = self.keys.iter().fold(halves, |(left, right), key| {
            (right, left ^ (mix(right ^ key) & mask))
        });
        left << self.half | right
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_ordinals_share_a_place() {
        for size in [2, 1000, 4096, 4097] {
            let permutation = Permutation::new(1, *b"testing.", size);
            let images: HashSet<u64> = (0..size).map(|number| permutation.apply(number)).collect();
            assert_eq!(images.len() as u64, size);
            assert!(images.iter().all(|image| *image < size));
        }
    }
}
