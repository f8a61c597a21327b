use std::fmt;

use sha1::{Digest, Sha1};

/// SHA-1 of a password's bytes. It can be undone by guessing, so it has no `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PasswordHash(pub [u8; Self::LENGTH]);

impl PasswordHash {
    /// Length in bytes.
    pub const LENGTH: usize = 20;

    /// The hash of a password, exactly as it was typed.
    #[must_use]
    pub fn of(password: &[u8]) -> Self {
        Self(Sha1::digest(password).into())
    }

    /// Returns the range of the hash.
    #[must_use]
    pub const fn prefix(self) -> PasswordPrefix {
        let [a, b, c, ..] = self.0;
        PasswordPrefix(u32::from_be_bytes([0, a, b, c]) >> 4)
    }

    /// Returns its place in that range.
    #[must_use]
    pub fn suffix(self) -> PasswordSuffix {
        let mut suffix = [0; PasswordSuffix::LENGTH];
        suffix.copy_from_slice(&self.0[Self::LENGTH - PasswordSuffix::LENGTH..]);
        suffix[0] &= 0x0f;
        PasswordSuffix(suffix)
    }
}

/// The first 20 bits of a hash: what clients ask for, written as five hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PasswordPrefix(u32);

impl PasswordPrefix {
    /// Number of prefixes.
    pub const COUNT: usize = 1 << 20;
    /// Length in hexadecimal digits.
    pub const DIGITS: usize = 5;

    /// Reads five hexadecimal digits of either case.
    ///
    /// ```
    /// use exposure_index::passwords::PasswordPrefix;
    ///
    /// assert!(PasswordPrefix::parse("21BD1") == PasswordPrefix::parse("21bd1"));
    /// assert!(PasswordPrefix::parse("+1bd1").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_written =
            text.len() == Self::DIGITS && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_written.then(|| u32::from_str_radix(text, 16).ok().map(Self))?
    }

    /// Returns its number among all prefixes.
    pub(super) const fn place(self) -> usize {
        self.0 as usize
    }

    /// Returns all prefixes, ascending.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        #[expect(clippy::cast_possible_truncation, reason = "2^20 in all")]
        (0..Self::COUNT as u32).map(Self)
    }
}

/// The five digits, upper-case: for the response, never for a log.
impl fmt::Display for PasswordPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05X}", self.0)
    }
}

/// The last 140 bits of a hash, the first four bits here being 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PasswordSuffix(pub(super) [u8; Self::LENGTH]);

impl PasswordSuffix {
    /// Length in bytes.
    pub const LENGTH: usize = 18;
    /// Length in hexadecimal digits.
    pub const DIGITS: usize = 35;

    /// The suffix out of random bytes.
    #[must_use]
    pub const fn from_random(mut bytes: [u8; Self::LENGTH]) -> Self {
        bytes[0] &= 0x0f;
        Self(bytes)
    }

    /// Its hexadecimal digits, upper-case.
    #[must_use]
    pub fn digits(self) -> [u8; Self::DIGITS] {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        // The first four of the 36 half bytes are the prefix's.
        std::array::from_fn(|place| {
            let byte = self.0[place.div_ceil(2)];
            let half = if (place + 1) % 2 == 0 {
                byte >> 4
            } else {
                byte & 0x0f
            };
            HEX[usize::from(half)]
        })
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;

    use super::*;

    #[test]
    fn prefix_and_suffix_are_the_hash_cut_after_five_digits() {
        let hash = PasswordHash::of(b"P@ssw0rd");
        let written = HEXUPPER.encode(&hash.0);
        assert_eq!(written, "21BD12DC183F740EE76F27B78EB39C8AD972A757");
        assert_eq!(hash.prefix().place(), 0x21BD1);
        assert_eq!(hash.suffix().digits(), written.as_bytes()[5..]);
    }

    #[test]
    fn a_prefix_is_five_hexadecimal_digits() {
        for bad in ["", "21BD", "21BD12", "21BDG", "-1BD1", "21bd ", "२१२१२"] {
            assert!(PasswordPrefix::parse(bad).is_none(), "{bad:?}");
        }
    }
}
