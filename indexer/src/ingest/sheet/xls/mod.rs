//! Excel's binary workbooks of 1997 to 2003 (BIFF8), [MS-XLS], in a compound file.
//!
//! Not by calamine, which allocates for as many cells as a sheet states, and so can be made to end the process.
//! Here the file is held, its shared texts, and a row.

mod records;
mod texts;

#[cfg(test)]
pub(in crate::ingest) mod tests;

use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::rows::{Sheets, TakeCells};
use crate::ingest::Fault;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::format::jsonl::float_text;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::survey::TABLES;
use crate::ingest::text::sniff;
use records::{Record, Records, double, short, word};
use texts::{Texts, characters};

/// Magic number of compound files.
pub(in crate::ingest) const MAGIC: [u8; 8] = *b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Largest workbook that is read, in bytes.
const FILE_LIMIT: u64 = 128 << 20;

/// Maximum number of columns of a sheet of this format.
const COLUMN_LIMIT: u16 = 256;

/// Maximum number of sheets; a workbook of this format can hardly hold as many.
const SHEET_LIMIT: usize = 4_096;

/// The types of records, [MS-XLS] 2.3.2.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const PASSWORD: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const RSTRING: u16 = 0x00D6;
    pub(super) const SST: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_ERR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const BOF: u16 = 0x0809;
}

/// The version that a BOF of BIFF8 states.
const BIFF8: u16 = 0x0600;

/// Reads the wanted sheets of a workbook.
pub(in crate::ingest) fn read(
    stream: &mut dyn Read,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let bytes = workbook(stream)?;
    let (texts, bound) = globals(&bytes)?;
    if bound.is_empty() {
        return Err(Fault::BadWorkbook.into());
    }
    let mut sheets = Sheets::new(rules, builder);
    for sheet in &bound {
        let name = sheet.name.as_deref().unwrap_or_default();
        sheets.sheet(name, |rows| cells(&bytes, sheet, &texts, rows))?;
    }
    Ok(sheets.end()?)
}

/// Shows every sheet of a workbook: `taker` returns for each name the receiver of its cells, which stops when it has
/// enough.
pub(in crate::ingest) fn show<T: TakeCells>(
    stream: &mut dyn Read,
    mut taker: impl FnMut(String) -> T,
    mut shown: impl FnMut(T),
) -> Result<(), Failure> {
    let bytes = workbook(stream)?;
    let (texts, sheets) = globals(&bytes)?;
    for sheet in sheets.iter().take(TABLES) {
        let mut taken = taker(sheet.name.clone().unwrap_or_default());
        match cells(&bytes, sheet, &texts, &mut taken) {
            Err(failure) if !failure.is_stop() => return Err(failure),
            _ => shown(taken),
        }
    }
    Ok(())
}

/// The stream of records in the compound file.
fn workbook(stream: &mut dyn Read) -> Result<Vec<u8>, Failure> {
    let mut file = Vec::new();
    if stream.take(FILE_LIMIT + 1).read_to_end(&mut file)? as u64 > FILE_LIMIT {
        return Err(Fault::TooLarge { limit: FILE_LIMIT }.into());
    }
    // A library may panic on a forged chain of sectors.
    let unpacked = catch_unwind(AssertUnwindSafe(|| records_in(file)));
    match unpacked.map(|bytes| bytes.map_err(Failure::from)) {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(Failure::Fault(fault))) => Err(fault.into()),
        Ok(Err(_)) | Err(_) => Err(Fault::BadWorkbook.into()),
    }
}

fn records_in(file: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut compound = cfb::CompoundFile::open(Cursor::new(file))?;
    if compound.is_stream("/WordDocument") {
        return Err(io::Error::other(sniff::DOCUMENT));
    }
    let mut bytes = Vec::new();
    let stream = compound.open_stream("/Workbook")?;
    stream.take(FILE_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The shared texts, and the sheets of cells.
fn globals(bytes: &[u8]) -> Result<(Texts, Vec<BoundSheet>), Failure> {
    let mut records = Records::new(bytes);
    match records.next()? {
        Some(first) if first.kind == kind::BOF && short(first.data, 0)? == BIFF8 => {}
        _ => return Err(Fault::BadWorkbook.into()),
    }
    let (mut texts, mut sheets) = (Texts::default(), Vec::new());
    while let Some(record) = records.next()? {
        match record.kind {
            kind::PASSWORD => return Err(Fault::BadWorkbook.into()),
            kind::BOUND_SHEET if sheets.len() < SHEET_LIMIT => {
                sheets.extend(bound_sheet(record.data)?);
            }
            kind::SST => texts = Texts::read(record.data, &mut records)?,
            kind::EOF => break,
            _ => {}
        }
    }
    Ok((texts, sheets))
}

/// A sheet of cells: its name, if that can be read, and where it begins.
struct BoundSheet {
    name: Option<String>,
    start: u32,
}

/// A sheet, if it is one of cells: 2.4.28.
fn bound_sheet(data: &[u8]) -> Result<Option<BoundSheet>, Fault> {
    let &[_, _, _, _, _, sheet, length, flags, ref name @ ..] = data else {
        return Err(Fault::BadWorkbook);
    };
    let is_worksheet = sheet == 0;
    let name = characters(name, usize::from(length), flags);
    let start = word(data, 0)?;
    Ok(is_worksheet.then_some(BoundSheet { name, start }))
}

/// Puts a sheet's cells into rows, up to its end; embedded objects, such as charts, are passed over.
fn cells(
    bytes: &[u8],
    bound: &BoundSheet,
    texts: &Texts,
    sheet: &mut dyn TakeCells,
) -> Result<(), Failure> {
    let bytes = bytes.get(bound.start as usize..);
    let mut records = Records::new(bytes.ok_or(Fault::BadWorkbook)?);
    let (mut depth, mut formula) = (0_u32, None);
    while let Some(record) = records.next()? {
        match record.kind {
            kind::BOF => depth = depth.saturating_add(1),
            kind::EOF if depth <= 1 => return sheet.end_row(),
            kind::EOF => depth -= 1,
            _ if depth != 1 => {}
            kind::STRING => {
                if let Some((row, column)) = formula.take() {
                    put(row, column, label(record.data, 0)?, sheet)?;
                }
            }
            kind::MUL_RK => multiple(record.data, sheet)?,
            _ => {
                if let Some(text) = text(&record, texts)? {
                    let (row, column) = (short(record.data, 0)?, short(record.data, 2)?);
                    formula = Some((row, column));
                    put(row, column, text, sheet)?;
                }
            }
        }
    }
    // A sheet has an end: without it, rows are missing.
    Err(Fault::BadWorkbook.into())
}

fn put(row: u16, column: u16, text: String, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
    if column >= COLUMN_LIMIT {
        return Err(Fault::BadWorkbook.into());
    }
    sheet.go_to(u32::from(row))?;
    sheet.put(usize::from(column), text);
    Ok(())
}

/// The text of a record that is one cell.
fn text(record: &Record<'_>, texts: &Texts) -> Result<Option<String>, Fault> {
    let data = record.data;
    Ok(Some(match record.kind {
        kind::NUMBER => float_text(double(data, 6)?),
        kind::RK => float_text(rk(word(data, 6)?)),
        kind::LABEL_SST => texts.get(word(data, 6)?).to_owned(),
        kind::LABEL | kind::RSTRING => label(data, 6)?,
        kind::FORMULA => result(data)?,
        kind::BOOL_ERR => match data.get(6..8) {
            Some([value, 0]) => (*value != 0).to_string(),
            _ => String::new(),
        },
        _ => return Ok(None),
    }))
}

/// Returns a formula's result when the workbook was saved; a text follows in a separate record: 2.5.133.
fn result(data: &[u8]) -> Result<String, Fault> {
    match data.get(12..14) {
        Some([0xFF, 0xFF]) => Ok(String::new()),
        _ => Ok(float_text(double(data, 6)?)),
    }
}

/// Numbers of neighbouring cells: 2.4.175.
fn multiple(data: &[u8], sheet: &mut dyn TakeCells) -> Result<(), Failure> {
    let (row, first) = (short(data, 0)?, short(data, 2)?);
    let numbers = data.get(4..data.len().saturating_sub(2)).unwrap_or(&[]);
    for (column, number) in (first..COLUMN_LIMIT).zip(numbers.chunks_exact(6)) {
        put(row, column, float_text(rk(word(number, 2)?)), sheet)?;
    }
    Ok(())
}

/// A number in four bytes: thirty bits of an integer or of a float, possibly to be divided by a hundred: 2.5.217.
fn rk(number: u32) -> f64 {
    let value = match number & 2 {
        0 => f64::from_bits(u64::from(number & !3) << 32),
        _ => f64::from(number.cast_signed() >> 2),
    };
    if number & 1 == 0 {
        value
    } else {
        value / 100.0
    }
}

/// A text with its length before it: 2.5.294.
fn label(data: &[u8], place: usize) -> Result<String, Fault> {
    let length = usize::from(short(data, place)?);
    let flags = *data.get(place + 2).ok_or(Fault::BadWorkbook)?;
    characters(&data[place + 3..], length, flags).ok_or(Fault::BadWorkbook)
}
