//! Where on the pages of a database is each thing?

/// The places in the pages of one generation of the format, in bytes.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) is_jet_3: bool,
    pub(super) page_size: usize,
    /// On a page of rows: their number, followed by the offset of each.
    pub(super) row_count: usize,
    /// On the first page of a definition.
    pub(super) table_rows: usize,
    pub(super) table_variable: usize,
    pub(super) table_columns: usize,
    pub(super) table_indexes: usize,
    pub(super) table_pages: usize,
    /// Offset of the descriptions of indexes, and the length of one.
    pub(super) indexes: usize,
    pub(super) index_length: usize,
    /// Length of the description of a column, and the offsets in it.
    pub(super) column_length: usize,
    pub(super) column_number: usize,
    pub(super) column_variable: usize,
    pub(super) column_scale: usize,
    pub(super) column_flags: usize,
    pub(super) column_more_flags: Option<usize>,
    pub(super) column_fixed: usize,
    pub(super) column_size: usize,
    /// Number of encoded bytes in the header.
    pub(super) header_encoded: usize,
    /// Length of the number of columns at the beginning of a row.
    pub(super) count_length: usize,
}

pub(super) static JET_3: Layout = Layout {
    is_jet_3: true,
    page_size: 2048,
    row_count: 8,
    table_rows: 12,
    table_variable: 23,
    table_columns: 25,
    table_indexes: 31,
    table_pages: 35,
    indexes: 43,
    index_length: 8,
    column_length: 18,
    column_number: 1,
    column_variable: 3,
    column_scale: 9,
    column_flags: 13,
    column_more_flags: None,
    column_fixed: 14,
    column_size: 16,
    header_encoded: 126,
    count_length: 1,
};

pub(super) static JET_4: Layout = Layout {
    is_jet_3: false,
    page_size: 4096,
    row_count: 12,
    table_rows: 16,
    table_variable: 43,
    table_columns: 45,
    table_indexes: 51,
    table_pages: 55,
    indexes: 63,
    index_length: 12,
    column_length: 25,
    column_number: 5,
    column_variable: 7,
    column_scale: 12,
    column_flags: 15,
    column_more_flags: Some(16),
    column_fixed: 21,
    column_size: 23,
    header_encoded: 128,
    count_length: 2,
};

/// In the header: the generation; the beginning of the encoded part; the code page; the key of encoded pages; the
/// length of a description of the encryption is, if there is one.
pub(super) const GENERATION: usize = 0x14;
pub(super) const ENCODED: usize = 0x18;
pub(super) const CODE_PAGE: usize = 0x3C;
pub(super) const KEY: usize = 0x3E;
pub(super) const ENCRYPTION: usize = 0x299;

/// The first byte of a page.
pub(super) mod kind {
    pub(in super::super) const ROWS: u8 = 1;
    pub(in super::super) const DEFINITION: u8 = 2;
    pub(in super::super) const PAGES: u8 = 5;
}

/// On pages of rows and of definitions: the page of the definition that owns it, or the page that follows.
pub(super) const OWNER: usize = 4;

/// Flags of a row's offset: deleted; moved.
pub(super) const DELETED: u16 = 0x8000;
pub(super) const MOVED: u16 = 0x4000;
pub(super) const PLACE: u16 = 0x1FFF;

/// Reads two bytes, little-endian; 0 after the end.
pub(super) fn short(bytes: &[u8], place: usize) -> Option<u16> {
    let bytes = bytes.get(place..)?.first_chunk()?;
    Some(u16::from_le_bytes(*bytes))
}

/// Reads four bytes, little-endian.
pub(super) fn long(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}
