//! What does the head of a table say? Its columns, the length of its rows, its code page and whether it has memos.

use crate::ingest::Fault;
use crate::ingest::text::code_page::Encoding;

/// Length of the part before the columns, in bytes.
pub(super) const FIXED: usize = 32;

/// Bytes of a table that show whether it has memos: the maximum number of columns.
pub(in crate::ingest) const HEAD: usize = 8 << 10;

/// The length of a column's description.
const COLUMN: usize = 32;

/// Mark of the end of the columns.
const END: u8 = b'\r';

/// Bytes of a column's description that its name takes; it ends with the first zero.
const NAME: usize = 11;

/// Length of Visual FoxPro's name of the table's container after the columns.
const CONTAINER: usize = 263;

/// The program of a table, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// dBase III and IV, Clipper, FoxBASE, FoxPro 2.
    Plain,
    /// Visual FoxPro, which has numbers and times in binary.
    VisualFoxPro,
}

/// The format of memos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemoKind {
    Dbase3,
    Dbase4,
    FoxPro,
}

/// The meaning of a table's first byte.
struct Version {
    byte: u8,
    dialect: Dialect,
    /// Format of its memos, if it has any.
    memo: MemoKind,
}

/// The supported versions.
const VERSIONS: [Version; 11] = [
    version(0x03, Dialect::Plain, MemoKind::Dbase3),
    version(0x43, Dialect::Plain, MemoKind::Dbase4),
    version(0x63, Dialect::Plain, MemoKind::Dbase4),
    version(0x83, Dialect::Plain, MemoKind::Dbase3),
    version(0x8B, Dialect::Plain, MemoKind::Dbase4),
    version(0xCB, Dialect::Plain, MemoKind::Dbase4),
    version(0xF5, Dialect::Plain, MemoKind::FoxPro),
    version(0xFB, Dialect::Plain, MemoKind::Dbase3),
    version(0x30, Dialect::VisualFoxPro, MemoKind::FoxPro),
    version(0x31, Dialect::VisualFoxPro, MemoKind::FoxPro),
    version(0x32, Dialect::VisualFoxPro, MemoKind::FoxPro),
];

const fn version(byte: u8, dialect: Dialect, memo: MemoKind) -> Version {
    Version {
        byte,
        dialect,
        memo,
    }
}

/// The bits of a column's flags: hidden; may be NULL.
const IS_SYSTEM: u8 = 1;
const MAY_BE_NULL: u8 = 2;

/// The head of a table.
pub(super) struct Header {
    pub(super) dialect: Dialect,
    pub(super) memo: Option<MemoKind>,
    /// Stated number of rows.
    pub(super) rows: u64,
    pub(super) row_length: usize,
    /// Stated code page, if it is supported.
    pub(super) encoding: Option<Encoding>,
    pub(super) fields: Vec<Field>,
}

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: Vec<u8>,
    pub(super) kind: u8,
    /// Offset in a row, after the mark.
    pub(super) offset: usize,
    pub(super) length: usize,
    /// The bits of the table's hidden column that mark it as NULL, and as shorter than its maximum.
    pub(super) null_bit: Option<usize>,
    pub(super) short_bit: Option<usize>,
    /// Whether it is the table's own, without meaning to people.
    pub(super) is_system: bool,
}

fn version_of(head: &[u8]) -> Option<&'static Version> {
    VERSIONS
        .iter()
        .find(|version| head.first() == Some(&version.byte))
}

/// The descriptions of the columns after the fixed part of a head, which may be cut off.
fn columns(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let columns = head.get(FIXED..).unwrap_or_default();
    columns
        .chunks_exact(COLUMN)
        .take_while(|column| column[0] != END)
}

/// Returns the format of a table's memos, if one of its columns has any: its version and flags are often wrong.
fn memo_kind(head: &[u8]) -> Option<MemoKind> {
    let version = version_of(head)?;
    let has_memos = columns(head).any(|column| column[11] == b'M');
    has_memos.then_some(version.memo)
}

/// Returns the suffixes that the file of a table's memos may have, if it has memos. `head` is its first [`HEAD`] bytes.
pub(in crate::ingest) fn memo_endings(head: &[u8]) -> Option<&'static [&'static str]> {
    if !is_plausible(head) {
        return None;
    }
    Some(memo_kind(head)?.endings())
}

impl MemoKind {
    pub(super) const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Dbase3 | Self::Dbase4 => &["dbt"],
            Self::FoxPro => &["fpt"],
        }
    }
}

/// Checks the version, the date, and the lengths.
fn is_plausible(head: &[u8]) -> bool {
    let Some(&[_, _, month, day, _, _, _, _, low, high, row_low, row_high]) = head.first_chunk()
    else {
        return false;
    };
    let length = usize::from(u16::from_le_bytes([low, high]));
    let row_length = u16::from_le_bytes([row_low, row_high]);
    // Some writers leave the date out.
    let is_dated = (1..=12).contains(&month) && (1..=31).contains(&day) || (month, day) == (0, 0);
    version_of(head).is_some() && is_dated && length > FIXED && row_length > 1
}

/// Returns whether a file that begins with `head` is a table: its columns end where they should.
pub(in crate::ingest) fn is_table(head: &[u8]) -> bool {
    if !is_plausible(head) {
        return false;
    }
    let length = usize::from(u16::from_le_bytes([head[8], head[9]]));
    let ends = |length: usize| {
        length > FIXED && (length - FIXED) % COLUMN <= 2 && {
            let end = length - (length - FIXED) % COLUMN;
            head.get(end) == Some(&END)
        }
    };
    ends(length) || ends(length.saturating_sub(CONTAINER))
}

impl Header {
    /// Returns the length of the whole head, from its first [`FIXED`] bytes.
    pub(super) fn length(fixed: &[u8; FIXED]) -> Result<usize, Fault> {
        if !is_plausible(fixed) {
            return Err(Fault::BadTable);
        }
        Ok(usize::from(u16::from_le_bytes([fixed[8], fixed[9]])))
    }

    /// Reads the whole head.
    pub(super) fn parse(head: &[u8]) -> Result<Self, Fault> {
        let version = version_of(head).ok_or(Fault::BadTable)?;
        let fixed = head.get(..FIXED).ok_or(Fault::BadTable)?;
        let row_length = usize::from(u16::from_le_bytes([fixed[10], fixed[11]]));
        let written: Vec<&[u8]> = columns(head).collect();
        // Clipper and FoxPro store the upper half of a text's length in place of a number's decimals.
        let fields = [true, false]
            .into_iter()
            .find_map(|is_long| fields(&written, is_long, row_length));
        Ok(Self {
            dialect: version.dialect,
            memo: memo_kind(head),
            rows: u64::from(u32::from_le_bytes([fixed[4], fixed[5], fixed[6], fixed[7]])),
            row_length,
            encoding: code_page(fixed[29]),
            fields: fields.ok_or(Fault::BadTable)?,
        })
    }
}

/// The columns, if a row has room for all of them.
fn fields(written: &[&[u8]], is_long: bool, row_length: usize) -> Option<Vec<Field>> {
    let (mut offset, mut bits) = (1, 0);
    let mut fields = Vec::with_capacity(written.len());
    for column in written {
        let (kind, flags) = (column[11], column[18]);
        let length = match kind {
            b'C' if is_long => usize::from(u16::from_le_bytes([column[16], column[17]])),
            _ => usize::from(column[16]),
        };
        let mut bit = |is_there: bool| {
            let bit = is_there.then_some(bits);
            bits += usize::from(is_there);
            bit
        };
        let short_bit = bit(matches!(kind, b'V' | b'Q'));
        let null_bit = bit(flags & MAY_BE_NULL != 0);
        let name = &column[..NAME];
        fields.push(Field {
            name: name.split(|&byte| byte == 0).next()?.trim_ascii().to_vec(),
            kind,
            offset,
            length,
            null_bit,
            short_bit,
            is_system: kind == b'0' || flags & IS_SYSTEM != 0,
        });
        offset += length;
    }
    (offset == row_length && !fields.is_empty()).then_some(fields)
}

/// The code page that a table's language driver stands for.
const fn code_page(driver: u8) -> Option<Encoding> {
    match driver {
        0x26 | 0x65 => Some(Encoding::Ibm866),
        0xC9 => Some(Encoding::Windows1251),
        0x96 => Some(Encoding::MacCyrillic),
        _ => None,
    }
}
