//! The traditional encryption of ZIP archives, APPNOTE.TXT 6.1. It hides little; it is read because people use it.

use std::io::{self, Read};

use crc::{CRC_32_ISO_HDLC, Crc};

/// The bytes before a member that initialise the cipher; the last one shows whether a password may fit.
const HEAD: usize = 12;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// One step of CRC-32, without the initial and final inversion.
fn step(crc: u32, byte: u8) -> u32 {
    let [low, ..] = crc.to_le_bytes();
    crc >> 8 ^ CRC.table()[0][usize::from(low ^ byte)]
}

/// The state of the cipher.
struct Keys([u32; 3]);

impl Keys {
    fn of(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        password.iter().for_each(|&byte| keys.update(byte));
        keys
    }

    fn update(&mut self, byte: u8) {
        let [first, second, third] = &mut self.0;
        *first = step(*first, byte);
        *second = second.wrapping_add(*first & 0xFF);
        *second = second.wrapping_mul(134_775_813).wrapping_add(1);
        *third = step(*third, (*second >> 24) as u8);
    }

    fn decrypt(&mut self, byte: u8) -> u8 {
        let mask = (self.0[2] | 2) & 0xFFFF;
        let plain = byte ^ (mask.wrapping_mul(mask ^ 1) >> 8) as u8;
        self.update(plain);
        plain
    }
}

/// A decrypted member.
pub(in crate::ingest::container) struct Traditional<R> {
    inner: R,
    keys: Keys,
}

impl<R: Read> Traditional<R> {
    /// Opens the member that `inner` holds; `None` if the password does not fit. One wrong password in 256 seems to
    /// fit.
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
