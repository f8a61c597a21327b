//! Which checksum do the documents of a collection have in an archive? CRC-64 by ECMA-182, from the lowest bit.

use crc::{CRC_64_XZ, Crc, Table};

static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_XZ);

/// The checksum of what came before and `bytes`.
pub(super) fn add(sum: u64, bytes: &[u8]) -> u64 {
    // The initial value of a sum is given from the highest bit.
    let mut digest = CRC.digest_with_initial((!sum).reverse_bits());
    digest.update(bytes);
    digest.finalize()
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
