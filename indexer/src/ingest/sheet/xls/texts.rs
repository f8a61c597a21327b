use super::kind;
use super::records::{Records, short, word};
use crate::ingest::Fault;

/// The texts that cells share, [MS-XLS] 2.4.265, in one buffer.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

/// Bytes that continue in further records, each of which states the width again, of its characters.
struct ContinuedBytes<'r, 'b> {
    data: &'b [u8],
    records: &'r mut Records<'b>,
}

/// The characters are two bytes wide; the text has formatting, or phonetic signs, after it.
const WIDE: u8 = 1;
const PHONETIC: u8 = 4;
const FORMATTED: u8 = 8;

impl Texts {
    pub(super) fn read<'b>(data: &'b [u8], records: &mut Records<'b>) -> Result<Self, Fault> {
        let count = word(data, 4)?;
        let mut source = ContinuedBytes {
            data: &data[8..],
            records,
        };
        let mut texts = Self::default();
        for _ in 0..count {
            if !source.more()? {
                break;
            }
            source.text(&mut texts.text)?;
            let end = u32::try_from(texts.text.len()).map_err(|_| Fault::BadWorkbook)?;
            texts.ends.push(end);
        }
        Ok(texts)
    }

    /// The text of this number; nothing if there are fewer.
    pub(super) fn get(&self, number: u32) -> &str {
        let end = |place: usize| self.ends.get(place).map(|end| *end as usize);
        let place = number as usize;
        let start = place.checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(place)).map(|(start, end)| start..end);
        range.and_then(|range| self.text.get(range)).unwrap_or("")
    }
}

impl<'b> ContinuedBytes<'_, 'b> {
    /// Continues in the next record if this one is used up; false if there is none.
    fn more(&mut self) -> Result<bool, Fault> {
        while self.data.is_empty() {
            match self.records.next_if(kind::CONTINUE)? {
                Some(data) => self.data = data,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], Fault> {
        let (taken, rest) = self
            .data
            .split_at_checked(count)
            .ok_or(Fault::BadWorkbook)?;
        self.data = rest;
        Ok(taken)
    }

    /// Adds a text, 2.5.293.
    fn text(&mut self, text: &mut String) -> Result<(), Fault> {
        let mut left = usize::from(short(self.take(2)?, 0)?);
        let mut flags = self.take(1)?[0];
        let runs = match flags & FORMATTED {
            0 => 0,
            _ => usize::from(short(self.take(2)?, 0)?),
        };
        let phonetic = match flags & PHONETIC {
            0 => 0,
            _ => word(self.take(4)?, 0)? as usize,
        };
        while left > 0 {
            if self.data.is_empty() {
                if !self.more()? {
                    return Err(Fault::BadWorkbook);
                }
                flags = self.take(1)?[0];
            }
            let width = usize::from(flags & WIDE) + 1;
            let count = left.min(self.data.len() / width);
            if count == 0 {
                return Err(Fault::BadWorkbook);
            }
            let written = self.take(count * width)?;
            text.push_str(&characters(written, count, flags).ok_or(Fault::BadWorkbook)?);
            left -= count;
        }
        self.skip(runs.saturating_mul(4).saturating_add(phonetic))
    }

    fn skip(&mut self, mut count: usize) -> Result<(), Fault> {
        while count > 0 {
            if !self.more()? {
                return Err(Fault::BadWorkbook);
            }
            let passed = count.min(self.data.len());
            self.data = &self.data[passed..];
            count -= passed;
        }
        Ok(())
    }
}

/// Reads `count` characters; `None` if there are fewer.
pub(super) fn characters(data: &[u8], count: usize, flags: u8) -> Option<String> {
    if flags & WIDE == 0 {
        return Some(
            data.get(..count)?
                .iter()
                .map(|&byte| char::from(byte))
                .collect(),
        );
    }
    let units = data.get(..count * 2)?.chunks_exact(2);
    let units: Vec<u16> = units
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    Some(String::from_utf16_lossy(&units))
}
