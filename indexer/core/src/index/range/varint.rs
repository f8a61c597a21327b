//! Unsigned LEB128, shortest form only.

const CONTINUES: u8 = 0x80;

pub(in crate::index) fn write(out: &mut Vec<u8>, mut value: u64) {
    while value >= u64::from(CONTINUES) {
        out.push(lowest_byte(value) | CONTINUES);
        value >>= 7;
    }
    out.push(lowest_byte(value));
}

const fn lowest_byte(value: u64) -> u8 {
    let [lowest, ..] = value.to_le_bytes();
    lowest
}

/// Takes a number off the front of `bytes`; `None` if it is cut short, over 64 bits or longer than it needs to be.
pub(in crate::index) fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & !CONTINUES);
        if bits << shift >> shift != bits {
            return None;
        }
        value |= bits << shift;
        if byte & CONTINUES == 0 {
            return (byte != 0 || shift == 0).then_some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_comes_back(value: u64, shift in 0_u32..64) {
            let value = value >> shift;
            let mut bytes = Vec::new();
            write(&mut bytes, value);
            prop_assert_eq!(read(&mut &bytes[..]), Some(value));
        }

        #[test]
        fn what_is_read_is_written_alike(bytes: Vec<u8>) {
            let mut rest = &bytes[..];
            if let Some(value) = read(&mut rest) {
                let mut again = Vec::new();
                write(&mut again, value);
                prop_assert_eq!(&again[..], &bytes[..bytes.len() - rest.len()]);
            }
        }
    }

    #[test]
    fn cut_short_overlong_and_too_large_numbers_are_refused() {
        for bytes in [
            &[][..],
            &[0x80],
            &[0x80, 0x00],
            &[0xff; 10],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
        ] {
            assert_eq!(read(&mut { bytes }), None);
        }
    }
}
