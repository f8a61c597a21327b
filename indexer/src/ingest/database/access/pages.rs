//! What is on this page of the database?

use std::io::SeekFrom;
use std::ops::Range;

use super::damaged;
use super::layout::{
    CODE_PAGE, DELETED, ENCODED, ENCRYPTION, GENERATION, JET_3, JET_4, KEY, Layout, MOVED, PLACE,
    kind, long, short,
};
use crate::ingest::Fault;
use crate::ingest::container::Pages;
use crate::ingest::error::Failure;
use crate::ingest::text::code_page::Encoding;

/// The key of the encoded part of the header.
const HEADER_KEY: [u8; 4] = 0x6B39_DAC7_u32.to_le_bytes();

/// Maximum number of moves of a row.
const MOVES: usize = 4;

/// The place of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowId {
    pub(super) page: u32,
    pub(super) row: usize,
}

impl RowId {
    pub(super) const fn of(number: u32) -> Self {
        Self {
            page: number >> 8,
            row: (number & 0xFF) as usize,
        }
    }
}

/// The content of a row's place on its page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RowAt {
    Deleted,
    Here(Range<usize>),
    Moved(RowId),
}

impl Layout {
    /// Returns the number of places for rows on a page.
    pub(super) fn rows_in(&self, page: &[u8]) -> usize {
        usize::from(short(page, self.row_count).unwrap_or(0))
    }

    /// Returns the content of a place; `None` if it is impossible.
    pub(super) fn row(&self, page: &[u8], place: usize) -> Option<RowAt> {
        let begins = |place: usize| short(page, self.row_count + 2 + 2 * place);
        let begin = begins(place)?;
        if begin & DELETED != 0 {
            return Some(RowAt::Deleted);
        }
        let range = self.range(page, place)?;
        match begin & MOVED {
            0 => Some(RowAt::Here(range)),
            _ => Some(RowAt::Moved(RowId::of(long(page, range.start)?))),
        }
    }

    /// Returns the bytes of a row, whatever its flags: rows follow one another from the end of the page.
    fn range(&self, page: &[u8], place: usize) -> Option<Range<usize>> {
        let begins = |place: usize| {
            let begin = short(page, self.row_count + 2 + 2 * place)?;
            Some(usize::from(begin & PLACE))
        };
        let end = match place {
            0 => self.page_size,
            place => begins(place - 1)?,
        };
        let places = self.row_count + 2 + 2 * self.rows_in(page);
        let begin = begins(place).filter(|&begin| place < self.rows_in(page) && begin >= places)?;
        (begin < end && end <= page.len()).then_some(begin..end)
    }
}

/// A database, read page by page.
pub(super) struct File<'p> {
    pages: Pages<'p>,
    pub(super) layout: &'static Layout,
    count: u32,
    key: u32,
    code_page: u16,
    /// The page that was read last, and its number.
    page: (u32, Vec<u8>),
}

impl<'p> File<'p> {
    pub(super) fn open(mut pages: Pages<'p>) -> Result<Self, Failure> {
        let size = pages.size()?;
        let mut header = vec![
            0;
            JET_4
                .page_size
                .min(usize::try_from(size).unwrap_or(usize::MAX))
        ];
        pages.source().read_exact(&mut header)?;
        let generation = header.get(GENERATION).copied();
        let layout = match generation {
            Some(0) => &JET_3,
            Some(1..=9) => &JET_4,
            _ => return Err(damaged("it is of a generation of Access that is not known").into()),
        };
        if size < layout.page_size as u64 || !size.is_multiple_of(layout.page_size as u64) {
            return Err(damaged("it was cut off: it ends within a page").into());
        }
        if generation > Some(1) && short(&header, ENCRYPTION) != Some(0) {
            return Err(Fault::LockedDatabase.into());
        }
        rc4(
            &HEADER_KEY,
            &mut header[ENCODED..ENCODED + layout.header_encoded],
        );
        Ok(Self {
            pages,
            layout,
            count: u32::try_from(size / layout.page_size as u64).unwrap_or(u32::MAX),
            key: long(&header, KEY).unwrap_or(0),
            code_page: short(&header, CODE_PAGE).unwrap_or(0),
            page: (0, Vec::new()),
        })
    }

    /// Returns the code page that the database states, if it is Cyrillic, or else the commonest Cyrillic one: a
    /// database states where Access was installed, not which alphabet was used.
    pub(super) const fn code_page(&self) -> Encoding {
        match self.code_page {
            866 => Encoding::Ibm866,
            20866 => Encoding::Koi8R,
            21866 => Encoding::Koi8U,
            28595 => Encoding::Iso8859_5,
            10007 => Encoding::MacCyrillic,
            _ => Encoding::Windows1251,
        }
    }

    /// A page.
    pub(super) fn page(&mut self, number: u32) -> Result<&[u8], Failure> {
        if number == 0 || number >= self.count {
            return Err(damaged("it was cut off, or refers to pages that it does not have").into());
        }
        if self.page.0 != number {
            let mut page = std::mem::take(&mut self.page.1);
            page.resize(self.layout.page_size, 0);
            let place = u64::from(number) * self.layout.page_size as u64;
            let source = self.pages.source();
            source.seek(SeekFrom::Start(place))?;
            source.read_exact(&mut page)?;
            if self.key != 0 {
                rc4(&(self.key ^ number).to_le_bytes(), &mut page);
            }
            self.page = (number, page);
        }
        Ok(&self.page.1)
    }

    /// A page that is kept while others are read.
    pub(super) fn copy(&mut self, number: u32) -> Result<Vec<u8>, Failure> {
        self.page(number).map(<[u8]>::to_vec)
    }

    /// Returns a row, wherever it was moved to; `None` if there is none.
    pub(super) fn moved(&mut self, mut to: RowId) -> Result<Option<Vec<u8>>, Failure> {
        for _ in 0..MOVES {
            let Some(row) = self.row(to)? else {
                return Ok(None);
            };
            let layout = self.layout;
            let page = self.page(to.page)?;
            let flags = short(page, layout.row_count + 2 + 2 * to.row).unwrap_or(0);
            match (flags & MOVED, long(&row, 0)) {
                (0, _) => return Ok(Some(row)),
                (_, Some(next)) => to = RowId::of(next),
                (_, None) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Returns the bytes of a row that another refers to, which is marked as deleted so that it is not read twice;
    /// `None` if it does not exist.
    pub(super) fn row(&mut self, id: RowId) -> Result<Option<Vec<u8>>, Failure> {
        let layout = self.layout;
        if id.page == 0 || id.page >= self.count {
            return Ok(None);
        }
        let page = self.page(id.page)?;
        let is_of_rows = page.first() == Some(&kind::ROWS);
        let range = layout.range(page, id.row).filter(|_| is_of_rows);
        Ok(range.map(|range| page[range].to_vec()))
    }
}

/// The encoding of Access.
fn rc4(key: &[u8; 4], bytes: &mut [u8]) {
    #[expect(clippy::cast_possible_truncation, reason = "there are 256 places")]
    let mut state: [u8; 256] = std::array::from_fn(|place| place as u8);
    let mut other = 0_u8;
    for place in 0..state.len() {
        other = other
            .wrapping_add(state[place])
            .wrapping_add(key[place % key.len()]);
        state.swap(place, usize::from(other));
    }
    let (mut place, mut other) = (0_u8, 0_u8);
    for byte in bytes {
        place = place.wrapping_add(1);
        other = other.wrapping_add(state[usize::from(place)]);
        state.swap(usize::from(place), usize::from(other));
        let sum = state[usize::from(place)].wrapping_add(state[usize::from(other)]);
        *byte ^= state[usize::from(sum)];
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Encodes a page, or decodes it.
    pub(in super::super) fn encode(key: u32, page: &mut [u8]) {
        rc4(&key.to_le_bytes(), page);
    }

    #[test]
    fn rc4_gives_the_key_stream_that_its_inventor_published() {
        // The usual vector of a key of four bytes.
        let mut bytes = *b"pedia";
        rc4(b"Wiki", &mut bytes);
        assert_eq!(bytes, [0x10, 0x21, 0xBF, 0x04, 0x20]);
    }

    #[test]
    fn a_row_with_an_impossible_place_is_not_a_row() {
        let mut page = vec![0; JET_3.page_size];
        page[8] = 3;
        page[10..16].copy_from_slice(&[0x00, 0x07, 0x00, 0x07, 0x02, 0x00]);
        assert_eq!(JET_3.row(&page, 0), Some(RowAt::Here(0x700..0x800)));
        assert_eq!(JET_3.row(&page, 1), None);
        assert_eq!(JET_3.row(&page, 2), None);
        assert_eq!(JET_3.row(&page, 1_000), None);
    }
}
