use super::MEMBER_LIMIT;
use crate::ingest::Fault;

// First bytes of a header's parts, as numbered in 7-Zip's `7zFormat.txt`.
pub(super) const END: u8 = 0x00;
pub(super) const HEADER: u8 = 0x01;
pub(super) const ARCHIVE_PROPERTIES: u8 = 0x02;
pub(super) const MAIN_STREAMS: u8 = 0x04;
pub(super) const FILES: u8 = 0x05;
pub(super) const PACKED_STREAMS: u8 = 0x06;
pub(super) const FOLDERS: u8 = 0x07;
pub(super) const PARTS: u8 = 0x08;
pub(super) const SIZE: u8 = 0x09;
pub(super) const CRC: u8 = 0x0A;
pub(super) const FOLDER: u8 = 0x0B;
pub(super) const UNPACKED_SIZES: u8 = 0x0C;
pub(super) const PART_COUNTS: u8 = 0x0D;
pub(super) const EMPTY_STREAMS: u8 = 0x0E;
pub(super) const NAMES: u8 = 0x11;
pub(super) const ENCODED_HEADER: u8 = 0x17;

/// A header, from the current position on.
pub(super) struct Tokens<'a>(&'a [u8]);

impl<'a> Tokens<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&mut self, count: u64) -> Result<&'a [u8], Fault> {
        let count = usize::try_from(count).map_err(|_| Fault::Damaged)?;
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(Fault::Damaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let bytes = self.bytes(N as u64)?;
        bytes.try_into().map_err(|_| Fault::Damaged)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        self.array().map(|[byte]| byte)
    }

    /// Returns the unread rest.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Returns the next byte without passing it.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Refuses anything but `expected`.
    pub(super) fn expect(&mut self, expected: u8) -> Result<(), Fault> {
        if self.byte()? == expected {
            Ok(())
        } else {
            Err(Fault::Damaged)
        }
    }

    pub(super) fn long(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn wide(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_le_bytes)
    }

    /// Reads a number of one to nine bytes: the leading ones of the first byte count the bytes that follow; its other
    /// bits are the highest part of the number.
    pub(super) fn number(&mut self) -> Result<u64, Fault> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mut low = [0; 8];
        let bytes = self.bytes(u64::from(more))?;
        low[..bytes.len()].copy_from_slice(bytes);
        let high = u64::from(first) & (0x7F >> more.min(7));
        let high = if more < 8 { high << (8 * more) } else { 0 };
        Ok(u64::from_le_bytes(low) | high)
    }

    /// Reads a count, at most the limit for an archive.
    pub(super) fn count(&mut self) -> Result<usize, Fault> {
        let limit = MEMBER_LIMIT;
        match usize::try_from(self.number()?) {
            Ok(count) if count <= limit => Ok(count),
            _ => Err(Fault::TooManyMembers { limit }),
        }
    }

    /// Reads `count` bits, the highest of each byte first.
    pub(super) fn bits(&mut self, count: usize) -> Result<Vec<bool>, Fault> {
        let bytes = self.bytes(count.div_ceil(8) as u64)?;
        let bit = |place: usize| bytes[place / 8] >> (7 - place % 8) & 1 == 1;
        Ok((0..count).map(bit).collect())
    }

    /// Reads the optional checksums of `count` items.
    pub(super) fn checksums(&mut self, count: usize) -> Result<Vec<Option<u32>>, Fault> {
        let defined = match self.byte()? {
            0 => self.bits(count)?,
            _ => vec![true; count],
        };
        let checksum = |defined: bool| defined.then(|| self.long()).transpose();
        defined.into_iter().map(checksum).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_their_first_byte_says() {
        let numbers: [(&[u8], u64); 6] = [
            (&[0x00], 0),
            (&[0x7F], 0x7F),
            (&[0x81, 0x02], 0x102),
            (&[0xC1, 0x03, 0x02], 0x1_0203),
            (&[0xFE, 1, 0, 0, 0, 0, 0, 2], 0x2_0000_0000_0001),
            (&[0xFF, 1, 0, 0, 0, 0, 0, 0, 2], 0x200_0000_0000_0001),
        ];
        for (bytes, number) in numbers {
            assert_eq!(Tokens::new(bytes).number(), Ok(number), "{bytes:x?}");
        }
        assert_eq!(Tokens::new(&[0xC1, 3]).number(), Err(Fault::Damaged));
    }
}
