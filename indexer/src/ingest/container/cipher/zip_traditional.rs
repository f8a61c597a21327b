//! The traditional encryption of ZIP archives, APPNOTE.TXT 6.1. It hides little; it is read because people use it.

use std::io::{self, Read};

/// The bytes before a member that fill the cipher; the last one shows whether a password may fit.
const HEAD: usize = 12;

/// The checksums of single bytes.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

const fn crc(crc: u32, byte: u8) -> u32 {
    crc >> 8 ^ TABLE[((crc ^ byte as u32) & 0xFF) as usize]
}

/// The state of the cipher.
struct Keys([u32; 3]);

impl Keys {
    fn of(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        password.iter().for_each(|&byte| keys.update(byte));
        keys
    }

    const fn update(&mut self, byte: u8) {
        let [first, second, third] = &mut self.0;
        *first = crc(*first, byte);
        *second = second.wrapping_add(*first & 0xFF);
        *second = second.wrapping_mul(134_775_813).wrapping_add(1);
        *third = crc(*third, (*second >> 24) as u8);
    }

    const fn decrypt(&mut self, byte: u8) -> u8 {
        let mask = (self.0[2] | 2) & 0xFFFF;
        let plain = byte ^ (mask.wrapping_mul(mask ^ 1) >> 8) as u8;
        self.update(plain);
        plain
    }
}

/// A member, decrypted.
pub(in crate::ingest::container) struct Traditional<R> {
    inner: R,
    keys: Keys,
}

impl<R: Read> Traditional<R> {
    /// The member that `inner` holds; `None` if the password does not fit, which one in 256 seems to do.
    pub(in crate::ingest::container) fn open(
        mut inner: R,
        password: &str,
        check: u8,
    ) -> io::Result<Option<Self>> {
        let mut head = [0; HEAD];
        inner.read_exact(&mut head)?;
        let mut keys = Keys::of(password.as_bytes());
        head.iter_mut().for_each(|byte| *byte = keys.decrypt(*byte));
        Ok((head[HEAD - 1] == check).then_some(Self { inner, keys }))
    }
}

impl<R: Read> Read for Traditional<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in &mut buffer[..read] {
            *byte = self.keys.decrypt(*byte);
        }
        Ok(read)
    }
}
