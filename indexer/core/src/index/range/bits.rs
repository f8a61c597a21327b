//! Numbers of any width up to 80 bits, packed from the least significant bit on.

/// Widest number: a whole tag (64 bits) and an index into 65,535 sets (16 bits).
pub(super) const MAX_WIDTH: u32 = 80;
/// Number of bits written at a time.
const WORD: u32 = u64::BITS;
/// Widest number that fits in eight bytes wherever it begins.
const NARROW: u32 = WORD - 7;

/// Appends numbers of varying width to a byte string.
#[derive(Default)]
pub(super) struct BitWriter {
    pending: u64,
    /// Number of pending bits, less than a word.
    filled: u32,
}

impl BitWriter {
    pub(super) fn push(&mut self, value: u128, width: u32, out: &mut Vec<u8>) {
        debug_assert!(width <= MAX_WIDTH && value >> width == 0);
        self.push_word(low_word(value), width.min(WORD), out);
        if width > WORD {
            self.push_word((value >> WORD) as u64, width - WORD, out);
        }
    }

    /// Adds at most 64 bits; whole words go out at once.
    fn push_word(&mut self, value: u64, width: u32, out: &mut Vec<u8>) {
        self.pending |= value << self.filled;
        let filled = self.filled + width;
        if filled < WORD {
            self.filled = filled;
            return;
        }
        out.extend_from_slice(&self.pending.to_le_bytes());
        // The whole value was written if the word was empty before.
        self.pending = value.checked_shr(WORD - self.filled).unwrap_or(0);
        self.filled = filled - WORD;
    }

    /// Writes the rest, the last byte padded with zeros.
    pub(super) fn finish(self, out: &mut Vec<u8>) {
        let rest = self.filled.div_ceil(8) as usize;
        out.extend_from_slice(&self.pending.to_le_bytes()[..rest]);
    }
}

/// The lowest 64 bits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the upper bits are to be cut off"
)]
pub(super) const fn low_word(value: u128) -> u64 {
    value as u64
}

/// The number of `width` bits that begins at bit `position`; bits beyond the end read as zero.
pub(super) fn read(bytes: &[u8], position: usize, width: u32) -> u128 {
    let start = (position / 8).min(bytes.len());
    let window = &bytes[start..];
    if width <= NARROW
        && let Some(chunk) = window.first_chunk::<8>()
    {
        let word = u64::from_le_bytes(*chunk) >> (position % 8);
        return u128::from(word & ((1 << width) - 1));
    }
    let word = match window.first_chunk::<16>() {
        Some(chunk) => u128::from_le_bytes(*chunk),
        None => {
            let mut chunk = [0; 16];
            chunk[..window.len()].copy_from_slice(window);
            u128::from_le_bytes(chunk)
        }
    };
    word >> (position % 8) & ((1 << width) - 1)
}

/// Returns the number of bytes that `count` numbers of `width` bits take.
pub(super) const fn packed_length(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_of_any_width_come_back(values: Vec<(u128, u8)>) {
            let mut out = Vec::new();
            let mut writer = BitWriter::default();
            let values: Vec<(u128, u32)> = values
                .into_iter()
                .map(|(value, width)| (u32::from(width) % (MAX_WIDTH + 1), value))
                .map(|(width, value)| (value & ((1 << width) - 1), width))
                .collect();
            for &(value, width) in &values {
                writer.push(value, width, &mut out);
            }
            writer.finish(&mut out);
            let mut position = 0;
            for (value, width) in values {
                prop_assert_eq!(read(&out, position, width), value);
                position += width as usize;
            }
            prop_assert_eq!(out.len(), position.div_ceil(8));
        }
    }
}
