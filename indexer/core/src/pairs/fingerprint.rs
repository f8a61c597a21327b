/// The first 40 bits of the HMAC-SHA-256 of a pair. No `Debug`: it stands for a person.
///
/// It is so short that it proves nothing: of 16 million IINs and as many phone numbers there are 2.6·10¹⁴ pairs, of
/// which each fingerprint fits 230, so that a thief of file, key and index who tries them all does not learn whose
/// number is whose. (Of a leak of a million it fits one in addition to the true one, of smaller ones none: THREATS.md.)
/// A pair of another dump fits one of 16 million by chance 1 time in 70,000, which no comparison of dumps notices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Length in bytes.
    pub const LENGTH: usize = (Self::BITS / 8) as usize;
    /// Number of different fingerprints.
    pub const COUNT: f64 = (1_u64 << Self::BITS) as f64;
    /// Length in bits.
    pub const BITS: u32 = 40;

    /// The fingerprint with these bits, the lowest 40 of the number.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & ((1 << Self::BITS) - 1))
    }

    /// Its bits, the lowest 40 of the number.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Big-endian, so that bytes sort as numbers do.
    pub(super) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let [.., a, b, c, d, e] = self.0.to_be_bytes();
        [a, b, c, d, e]
    }

    pub(super) const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        let [a, b, c, d, e] = bytes;
        Self(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]))
    }
}
