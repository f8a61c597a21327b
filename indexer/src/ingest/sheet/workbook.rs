//! May this workbook be opened? calamine trusts what a workbook says about itself.

use std::io;

use zip::ZipReadOptions;
use zip::read::Config;
use zip::unstable::read::ZipIterable;

use crate::ingest::Fault;
use crate::ingest::container::ReadSeek;
use crate::ingest::error::Failure;
use crate::ingest::text::sniff;

/// Largest description of styles that is read, in bytes of XML: it is held unpacked, and office programs write far
/// smaller ones.
pub(in crate::ingest) const STYLES_LIMIT: u64 = 8 << 20;

/// Maximum number of parts of a workbook: calamine allocates for as many as stated. Office programs write a few per
/// sheet.
const PART_LIMIT: usize = 1 << 14;

/// The fewest bytes of XML that a shared text takes: `<si/>`.
const SHORTEST_TEXT: u64 = 5;

/// Maximum stated number of shared texts.
const TEXT_LIMIT: u64 = 1 << 24;

/// Unpacks the workbook once without keeping anything, since its stated sizes may be false, and goes back to its
/// beginning.
pub(in crate::ingest) fn check_size(
    workbook: &mut dyn ReadSeek,
    limit: u64,
) -> Result<(), Failure> {
    check_parts(workbook, limit)?;
    workbook.seek(io::SeekFrom::Start(0))?;
    Ok(())
}

fn check_parts(workbook: &mut dyn ReadSeek, limit: u64) -> Result<(), Failure> {
    let bad = |_| Fault::BadWorkbook;
    let mut archive = ZipIterable::try_new(workbook, Config::default()).map_err(bad)?;
    if archive.len() > PART_LIMIT {
        return Err(Fault::BadWorkbook.into());
    }
    let mut left = limit;
    let parts = archive.files().map_err(bad)?;
    while let Some(part) = parts.next() {
        let part = part.map_err(bad)?;
        let name = part.name().map_err(bad)?.to_lowercase();
        if matches!(&*name, "word/document.xml" | "ppt/presentation.xml") {
            return Err(sniff::DOCUMENT.into());
        }
        let options = ZipReadOptions::default();
        let part = part.with_reader(parts.reader_mut(), options);
        let size = part_size(&name, io::Read::take(part.map_err(bad)?, left + 1))?;
        left = left.checked_sub(size).ok_or(Fault::TooLarge { limit })?;
    }
    Ok(())
}

/// The size of a part that is not refused: some would take far more memory than they have bytes.
fn part_size(name: &str, mut part: impl io::Read) -> Result<u64, Failure> {
    if name.ends_with("sharedstrings.xml") {
        return texts_size(part);
    }
    let size = io::copy(&mut part, &mut io::sink())?;
    if name.ends_with("styles.xml") && size > STYLES_LIMIT {
        let limit = STYLES_LIMIT;
        return Err(Fault::TooLarge { limit }.into());
    }
    Ok(size)
}

/// Returns the size of the shared texts, if there can be as many as stated: calamine allocates for these before it
/// reads any.
fn texts_size(mut part: impl io::Read) -> Result<u64, Failure> {
    let mut texts = Texts::default();
    let size = io::copy(&mut part, &mut texts)?;
    if texts.stated > TEXT_LIMIT.min(size / SHORTEST_TEXT) {
        return Err(Fault::BadWorkbook.into());
    }
    Ok(size)
}

/// The shared texts of a workbook, of which nothing is kept but the largest `uniqueCount` that they state.
#[derive(Default)]
struct Texts {
    /// Length of the attribute's name matched so far.
    met: usize,
    number: u64,
    stated: u64,
}

impl Texts {
    const ATTRIBUTE: &[u8] = b"uniqueCount";

    /// NUL bytes, which UTF-16 puts between Latin letters, change nothing.
    fn take(&mut self, byte: u8) {
        match (byte, Self::ATTRIBUTE.get(self.met)) {
            (0, _) => {}
            (b'0'..=b'9', None) => {
                let digit = u64::from(byte - b'0');
                self.number = self.number.saturating_mul(10).saturating_add(digit);
                self.stated = self.stated.max(self.number);
            }
            (b'=' | b'"' | b'\'' | b'+', None) => {}
            (byte, None) if byte.is_ascii_whitespace() => {}
            (_, Some(&wanted)) if byte == wanted => self.met += 1,
            _ => {
                self.met = usize::from(byte == Self::ATTRIBUTE[0]);
                self.number = 0;
            }
        }
    }
}

impl io::Write for Texts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        bytes.iter().for_each(|&byte| self.take(byte));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_number_of_texts_is_found_wherever_the_part_is_cut_and_however_encoded() {
        let utf16: Vec<u8> = "<sst count=\"7\" uniqueCount=\"100\">7"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut texts = Texts::default();
        for byte in utf16 {
            texts.write_all(&[byte]).unwrap();
        }
        assert_eq!(texts.stated, 100);
    }
}
