//! Which columns has this table, and on which pages are its rows?

use super::damaged;
use super::layout::{Layout, OWNER, kind, long, short};
use super::pages::{File, RowId};
use super::text;
use crate::ingest::error::Failure;
use crate::ingest::text::code_page::Encoding;
use crate::ingest::text::sniff;

/// Maximum number of pages of a definition: a table has at most 255 columns.
const PAGE_LIMIT: usize = 256;

/// Length of the header of a definition's pages.
const PAGE_HEADER: usize = 8;

/// A flag of a column whose values are all equally long.
const FIXED: u8 = 1;

/// The flags of a column that is computed.
const COMPUTED: u8 = 0xC0;

/// A column.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: u8,
    /// Place of its bit in a row's mask of filled columns.
    pub(super) number: usize,
    /// Place among the variable-length columns, if it is one.
    pub(super) variable: Option<usize>,
    /// Offset in a row, if not.
    pub(super) fixed: usize,
    pub(super) size: usize,
    pub(super) scale: u8,
    pub(super) is_computed: bool,
}

/// The definition of a table.
pub(super) struct Definition {
    page: u32,
    pub(super) rows: u64,
    pub(super) fields: Vec<Field>,
    /// Whether some columns have variable length.
    pub(super) has_variable: bool,
    /// The pages with rows and long values.
    pub(super) pages: Vec<u32>,
}

impl Definition {
    pub(super) fn read(file: &mut File<'_>, page: u32) -> Result<Self, Failure> {
        let bytes = whole(file, page)?;
        let layout = file.layout;
        let broken = damaged("the definition of a table is damaged");
        let read = || {
            let rows = long(&bytes, layout.table_rows)?;
            let variable = short(&bytes, layout.table_variable)?;
            let map = long(&bytes, layout.table_pages)?;
            let fields = fields(&bytes, layout, file.code_page())?;
            Some((u64::from(rows), variable > 0, map, fields))
        };
        let (rows, has_variable, map, fields) = read().ok_or(broken)?;
        Ok(Self {
            page,
            rows,
            fields,
            has_variable,
            pages: pages(file, map)?,
        })
    }

    /// Returns whether a page holds rows of this table, and not long values or data of an earlier use.
    pub(super) fn owns(&self, page: &[u8]) -> bool {
        page.first() == Some(&kind::ROWS) && long(page, OWNER) == Some(self.page)
    }
}

/// Reads the whole definition that begins on a page.
fn whole(file: &mut File<'_>, first: u32) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut next = first;
    for _ in 0..PAGE_LIMIT {
        let page = file.page(next)?;
        if page.first() != Some(&kind::DEFINITION) {
            return Err(damaged("the definition of a table is damaged, or it is encrypted").into());
        }
        let skipped = if bytes.is_empty() { 0 } else { PAGE_HEADER };
        bytes.extend_from_slice(&page[skipped..]);
        next = long(page, OWNER).unwrap_or(0);
        if next == 0 {
            return Ok(bytes);
        }
    }
    Err(damaged("the definition of a table never ends").into())
}

/// Returns the columns, in the order of creation.
fn fields(bytes: &[u8], layout: &Layout, code_page: Encoding) -> Option<Vec<Field>> {
    let count = usize::from(short(bytes, layout.table_columns)?);
    let indexes = long(bytes, layout.table_indexes)? as usize;
    let begin = layout
        .indexes
        .checked_add(indexes.checked_mul(layout.index_length)?)?;
    let end = begin.checked_add(count * layout.column_length)?;
    let mut fields: Vec<Field> = bytes
        .get(begin..end)?
        .chunks_exact(layout.column_length)
        .map(|column| field(column, layout))
        .collect::<Option<_>>()?;
    let names = names(bytes.get(end..)?, count, layout)?;
    let code_page = match layout.is_jet_3 {
        true => sniff::encoding(&names.join(&b'\n')).unwrap_or(code_page),
        false => Encoding::Utf16Le,
    };
    for (field, name) in fields.iter_mut().zip(names) {
        field.name = text::decoded(name, code_page);
    }
    fields.sort_by_key(|field| field.number);
    Some(fields)
}

fn field(column: &[u8], layout: &Layout) -> Option<Field> {
    let place = |place: usize| short(column, place).map(usize::from);
    let is_fixed = column.get(layout.column_flags)? & FIXED != 0;
    let more = layout.column_more_flags.and_then(|place| column.get(place));
    Some(Field {
        name: String::new(),
        kind: *column.first()?,
        number: place(layout.column_number)?,
        variable: match is_fixed {
            true => None,
            false => Some(place(layout.column_variable)?),
        },
        fixed: place(layout.column_fixed)?,
        size: place(layout.column_size)?,
        scale: *column.get(layout.column_scale)?,
        is_computed: more.is_some_and(|flags| flags & COMPUTED == COMPUTED),
    })
}

/// Reads names, each after its length.
fn names<'b>(mut bytes: &'b [u8], count: usize, layout: &Layout) -> Option<Vec<&'b [u8]>> {
    let mut names = Vec::new();
    for _ in 0..count {
        let length = match layout.is_jet_3 {
            true => usize::from(*bytes.first()?),
            false => usize::from(short(bytes, 0)?),
        };
        let begin = layout.count_length;
        names.push(bytes.get(begin..begin + length)?);
        bytes = &bytes[begin + length..];
    }
    Some(names)
}

/// Returns the pages that a table uses: a row of some page lists them, as bits from a first page on, or through pages
/// of such bits.
fn pages(file: &mut File<'_>, map: u32) -> Result<Vec<u32>, Failure> {
    const BITS: usize = 4;
    let broken = || damaged("the list of a table's pages is damaged");
    if map == 0 {
        return Ok(Vec::new());
    }
    let map = file.row(RowId::of(map))?.ok_or_else(broken)?;
    let mut pages = Vec::new();
    match map.split_first() {
        Some((0, rest)) => {
            let first = long(rest, 0).ok_or_else(broken)?;
            add_bits(first, &rest[BITS..], &mut pages);
        }
        Some((1, rest)) => {
            #[expect(clippy::cast_possible_truncation, reason = "a page has at most 4 KiB")]
            let each = 8 * (file.layout.page_size - BITS) as u32;
            for (number, place) in rest.chunks_exact(4).zip(0..) {
                let number = long(number, 0).unwrap_or(0);
                if number == 0 {
                    continue;
                }
                let bits = file.page(number)?;
                if bits.first() != Some(&kind::PAGES) {
                    return Err(broken().into());
                }
                add_bits(each.saturating_mul(place), &bits[BITS..], &mut pages);
            }
        }
        _ => return Err(broken().into()),
    }
    Ok(pages)
}

fn add_bits(first: u32, bits: &[u8], pages: &mut Vec<u32>) {
    for (number, byte) in (0..).map(|byte| 8 * byte).zip(bits) {
        let set = (0..8).filter(|bit| byte >> bit & 1 == 1);
        pages.extend(set.map(|bit| first.saturating_add(number + bit)));
    }
}
