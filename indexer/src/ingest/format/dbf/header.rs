//! What does the head of a table say? Its columns, the length of its rows, its code page and whether it has memos.

use crate::ingest::Fault;
use crate::ingest::text::code_page::Encoding;

/// The length of what is before the columns, in bytes.
pub(super) const FIXED: usize = 32;

/// How much of a table shows whether it has memos, in bytes: the most columns that there can be.
pub(in crate::ingest) const HEAD: usize = 8 << 10;

/// The length of a column's description.
const COLUMN: usize = 32;

/// What ends the columns.
const END: u8 = b'\r';

/// How many bytes of a column's description its name takes; it ends with the first that is zero.
const NAME: usize = 11;

/// What Visual FoxPro has after the columns: the name of the table's container.
const CONTAINER: usize = 263;

/// Which program's table it is, as far as that makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// dBase III and IV, Clipper, FoxBASE, FoxPro 2.
    Plain,
    /// Visual FoxPro, which has numbers and times in binary.
    VisualFoxPro,
}

/// How memos are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemoKind {
    Dbase3,
    Dbase4,
    FoxPro,
}

/// What a table's first byte says of it.
struct Version {
    byte: u8,
    dialect: Dialect,
    /// How its memos are kept, if it has any.
    memo: MemoKind,
}

/// The versions that are read.
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

/// The bits of a column's flags: it is not shown; it may be NULL.
const IS_SYSTEM: u8 = 1;
const MAY_BE_NULL: u8 = 2;

/// What a table says of itself.
pub(super) struct Header {
    pub(super) dialect: Dialect,
    pub(super) memo: Option<MemoKind>,
    /// How many rows it says it has.
    pub(super) rows: u64,
    pub(super) row_length: usize,
    /// The code page that it states, if that is one that is read.
    pub(super) encoding: Option<Encoding>,
    pub(super) fields: Vec<Field>,
}

/// A column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: Vec<u8>,
    pub(super) kind: u8,
    /// Where it is in a row, after the mark.
    pub(super) offset: usize,
    pub(super) length: usize,
    /// The bit that says it is NULL, and the one that says it is shorter than it could be, in what the table has for that.
    pub(super) null_bit: Option<usize>,
    pub(super) short_bit: Option<usize>,
    /// It is the table's own, of no meaning to people.
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

/// How a table keeps its memos, if one of its columns has any: what its version or flags say of that is often wrong.
fn memo_kind(head: &[u8]) -> Option<MemoKind> {
    let version = version_of(head)?;
    let has_memos = columns(head).any(|column| column[11] == b'M');
    has_memos.then_some(version.memo)
}

/// The endings that the file of a table's memos may have, if it has memos. `head` is its beginning, of [`HEAD`] bytes.
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

/// A version that is read, a date, and lengths that can be.
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

/// Whether a file that begins with `head` is a table: its columns end where they should.
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
    /// What the first [`FIXED`] bytes say of the length of the whole head.
    pub(super) fn length(fixed: &[u8; FIXED]) -> Result<usize, Fault> {
        if !is_plausible(fixed) {
            return Err(Fault::BadTable);
        }
        Ok(usize::from(u16::from_le_bytes([fixed[8], fixed[9]])))
    }

    /// The head as a whole.
    pub(super) fn parse(head: &[u8]) -> Result<Self, Fault> {
        let version = version_of(head).ok_or(Fault::BadTable)?;
        let fixed = head.get(..FIXED).ok_or(Fault::BadTable)?;
        let row_length = usize::from(u16::from_le_bytes([fixed[10], fixed[11]]));
        let written: Vec<&[u8]> = columns(head).collect();
        // Clipper and FoxPro have the upper half of a text's length where the others have the places of a number.
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
