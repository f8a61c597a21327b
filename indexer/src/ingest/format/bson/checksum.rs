//! Which checksum do the documents of a collection have in an archive? CRC-64 by ECMA-182, from the lowest bit.

const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;

static TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let (mut sum, mut bit) = (byte as u64, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ POLYNOMIAL
            } else {
                sum >> 1
            };
            bit += 1;
        }
        table[byte] = sum;
        byte += 1;
    }
    table
};

/// The checksum of what came before and `bytes`.
pub(super) fn add(sum: u64, bytes: &[u8]) -> u64 {
    let step = |sum: u64, byte: &u8| TABLE[usize::from(sum as u8 ^ byte)] ^ sum >> 8;
    !bytes.iter().fold(!sum, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_usual_nine_digits() {
        assert_eq!(add(0, b"123456789"), 0x995D_C9BB_DF19_39FA);
        assert_eq!(add(add(0, b"12345"), b"6789"), 0x995D_C9BB_DF19_39FA);
    }
}
