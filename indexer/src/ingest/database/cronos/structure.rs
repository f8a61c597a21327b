//! Which tables does a bank have, and which fields do they have?

use super::parts::{Index, Slot, whole};
use super::record::Records;
use super::{CompanionFile, OTHER, STRUCTURE_LIMIT, damaged};
use crate::ingest::container::ReadSeek;
use crate::ingest::database::{TABLE_LIMIT, Table};
use crate::ingest::error::Failure;
use crate::ingest::text::code_page::Encoding;
use crate::ingest::text::sniff;

/// Table numbers of the first record of the structure, and of the others.
const FIRST: u8 = 3;

/// A flag of a size: it is the number of bytes that follow; otherwise it is the number of a record.
const INLINE: u32 = 1 << 31;

/// Prefix of keys that define tables.
const TABLE: &[u8] = b"Base";

/// The type of the field that is the number of the record.
const SYSTEM_NUMBER: u16 = 0;

/// The marker of a second list of fields.
const MORE_FIELDS: u8 = 2;

/// A table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// First byte of its records.
    pub(super) id: u32,
    name: Vec<u8>,
    /// The names of the fields in their order in a record, the system number first.
    pub(super) fields: Vec<Vec<u8>>,
}

/// The tables of a bank.
pub(super) struct Structure {
    pub(super) tables: Vec<Definition>,
}

impl Structure {
    pub(super) fn read(
        dat: &mut (dyn ReadSeek + 'static),
        tad: &mut (dyn ReadSeek + 'static),
    ) -> Result<Self, Failure> {
        let mut bytes = std::io::Cursor::new(whole(dat, STRUCTURE_LIMIT)?);
        if !bytes.get_ref().starts_with(b"CroFile\0") {
            return Err(damaged("its CroStru.dat is not a file of CronosPro").into());
        }
        let size = bytes.get_ref().len() as u64;
        let records = Records::open(&mut bytes, size)?;
        let index: CompanionFile = Box::new(std::io::Cursor::new(whole(tad, STRUCTURE_LIMIT)?));
        let mut index = Index::open(index, records.version)?;
        let (mut read, mut number) = (Vec::new(), 0);
        while let Some(slot) = index.next()? {
            number += 1;
            read.push(match slot {
                Slot::At(place) => records.read(&mut bytes, &place, number)?.ok(),
                Slot::Empty => None,
            });
        }
        let first = read.first().and_then(Option::as_deref);
        let entries = first.and_then(|first| first.strip_prefix(&[FIRST]));
        let entries = entries.and_then(dictionary).ok_or(OTHER)?;
        let mut tables = Vec::new();
        for (key, value) in entries {
            if !is_table(key) || tables.len() == TABLE_LIMIT {
                continue;
            }
            let bytes = match value {
                Value::Inline(bytes) => Some(bytes),
                Value::Record(number) => read
                    .get((number as usize).wrapping_sub(1))
                    .and_then(Option::as_deref),
            };
            let table = bytes.and_then(definition);
            let table = table.ok_or(damaged("the definition of a table is damaged"))?;
            // A table that has only numbers is the table of files.
            if table.fields.len() > 1 {
                tables.push(table);
            }
        }
        Ok(Self { tables })
    }

    /// The tables by their names, in the code page that the names look like.
    pub(super) fn tables(&self) -> Vec<Table> {
        let names = self.tables.iter().flat_map(|table| {
            let fields = table.fields.iter().map(Vec::as_slice);
            fields.chain(std::iter::once(&*table.name))
        });
        let names = names.collect::<Vec<_>>().join(&b'\n');
        let encoding = match sniff::encoding(&names) {
            Ok(encoding @ (Encoding::Kz1048 | Encoding::Ibm866)) => encoding,
            _ => Encoding::Windows1251,
        };
        let text = |bytes: &[u8]| {
            let mut text = Vec::new();
            encoding.decode(bytes, &mut text);
            String::from_utf8_lossy(&text).into_owned()
        };
        let table = |table: &Definition| Table {
            name: text(&table.name),
            columns: table.fields.iter().map(|field| text(field)).collect(),
        };
        self.tables.iter().map(table).collect()
    }
}

/// `Base000` and the like.
fn is_table(key: &[u8]) -> bool {
    let number = key.strip_prefix(TABLE);
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

enum Value<'b> {
    Inline(&'b [u8]),
    Record(u32),
}

/// Takes values from the beginning of bytes.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2)
            .map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn long(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes))
    }

    /// A name after its length.
    fn name(&mut self) -> Option<&'b [u8]> {
        let length = self.byte()?;
        self.take(usize::from(length))
    }
}

/// The keys and values of the first record.
fn dictionary(bytes: &[u8]) -> Option<Vec<(&[u8], Value<'_>)>> {
    let mut reader = Reader(bytes);
    let mut entries = Vec::new();
    while !reader.0.is_empty() {
        let key = reader.name()?;
        let word = reader.long()?;
        let value = match word & INLINE {
            0 => Value::Record(word),
            _ => Value::Inline(reader.take((word & !INLINE) as usize)?),
        };
        entries.push((key, value));
    }
    (!entries.is_empty()).then_some(entries)
}

/// The table that a value of a key or a record defines.
fn definition(bytes: &[u8]) -> Option<Definition> {
    let mut reader = Reader(bytes);
    reader.take(3)?;
    // A version of one byte, or of two.
    if reader.byte()? > 1 {
        reader.byte()?;
    }
    let skipped = reader.byte()?;
    reader.take(usize::from(skipped))?;
    let id = reader.long()?;
    let name = reader.name()?.to_vec();
    reader.name()?;
    reader.long()?;
    let count = reader.long()?;
    let mut fields = Vec::new();
    for _ in 0..count {
        fields.push(field(&mut reader)?);
    }
    fields.extend(more_fields(reader).unwrap_or_default());
    fields.sort_by_key(|(place, _)| *place);
    let is_numbered = fields.first().is_some_and(|(place, _)| *place == 0);
    is_numbered.then(|| Definition {
        id,
        name,
        fields: fields.into_iter().map(|(_, name)| name.to_vec()).collect(),
    })
}

/// A field: its place in a record, and its name.
fn field<'b>(reader: &mut Reader<'b>) -> Option<(u32, &'b [u8])> {
    let length = reader.short()?;
    let mut entry = Reader(reader.take(usize::from(length))?);
    let kind = entry.short()?;
    entry.long()?;
    let name = entry.name()?;
    entry.long()?;
    entry.byte()?;
    let place = match kind {
        SYSTEM_NUMBER => 0,
        _ => entry.long()?,
    };
    Some((place, name))
}

/// Further fields, which later versions list apart; `None` if there are none.
fn more_fields(mut reader: Reader<'_>) -> Option<Vec<(u32, &[u8])>> {
    for _ in 0..reader.long()? {
        let length = reader.short()?;
        reader.take(usize::from(length))?;
    }
    reader.long()?;
    if reader.byte()? != MORE_FIELDS {
        return None;
    }
    reader.long()?;
    let count = reader.long()?;
    let mut fields = Vec::new();
    for _ in 0..count {
        fields.push(field(&mut reader)?);
    }
    Some(fields)
}
