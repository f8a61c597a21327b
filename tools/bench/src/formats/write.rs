//! Files of other programs, of any size, about people who do not exist.

use std::fs::{self, File};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use anyhow::Context;
use csv::StringRecord;
use encoding_rs::WINDOWS_1251;
use rars::{ArchiveVersion, Builder};
use rusqlite::{Connection, params_from_iter};
use tekser_demo::synth::{TABLE_COLUMNS, TableFormat, write_table};

/// Amount that is made from one seed, in bytes of CSV.
const PORTION: u64 = 16_000_000;

/// Bytes of each column in a DBF.
const WIDTHS: [u8; TABLE_COLUMNS.len()] = [12, 60, 10, 120, 24, 24, 64, 12];

/// Format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Dbf,
    Sqlite,
    /// Endings of CSV.
    Rar,
}

impl Format {
    pub(super) const ALL: [Self; 3] = [Self::Dbf, Self::Sqlite, Self::Rar];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Dbf => "dbf",
            Self::Sqlite => "sqlite",
            Self::Rar => "rar",
        }
    }

    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Dbf => "people.dbf",
            Self::Sqlite => "people.db",
            Self::Rar => "people.rar",
        }
    }
}

/// Content of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) rows: u64,
    /// Bytes of the file, unpacked.
    pub(super) bytes: u64,
}

/// Writes a file of about `bytes` bytes to `path`.
pub(super) fn people(format: Format, bytes: u64, path: &Path) -> anyhow::Result<Written> {
    match format {
        Format::Dbf => dbf(bytes, path),
        Format::Sqlite => sqlite(bytes, path),
        Format::Rar => rar(bytes, path),
    }
}

/// The people of each seed in turn, of whom `take` says when there are enough; about `bytes` bytes of them from each.
fn portions(
    path: &Path,
    bytes: u64,
    mut take: impl FnMut(&mut dyn Iterator<Item = csv::Result<StringRecord>>) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let table = path.with_extension("csv");
    for seed in 1.. {
        write_table(TableFormat::Csv, seed, bytes.min(PORTION), &table)?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_path(&table)?;
        if take(&mut reader.records())? {
            break;
        }
    }
    Ok(fs::remove_file(table)?)
}

fn dbf(bytes: u64, path: &Path) -> anyhow::Result<Written> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let head = dbf_head(0);
    file.write_all(&head)?;
    let length = dbf_record_length();
    let (mut rows, wanted) = (0_u32, bytes.div_ceil(length));
    portions(path, bytes, |people| {
        for person in people {
            file.write_all(b" ")?;
            for (cell, width) in person?.iter().zip(WIDTHS) {
                file.write_all(&padded(cell, usize::from(width)))?;
            }
            rows += 1;
            if u64::from(rows) == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    })?;
    file.write_all(b"\x1A")?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&dbf_head(rows))?;
    file.flush()?;
    Ok(Written {
        rows: u64::from(rows),
        bytes: fs::metadata(path)?.len(),
    })
}

fn dbf_record_length() -> u64 {
    1 + WIDTHS.iter().copied().map(u64::from).sum::<u64>()
}

/// A head of dBase III with the mark of Windows-1251.
fn dbf_head(rows: u32) -> Vec<u8> {
    let length = 32 + 32 * WIDTHS.len() as u16 + 1;
    let mut head = vec![3, 125, 1, 1];
    head.extend(rows.to_le_bytes());
    head.extend(length.to_le_bytes());
    head.extend((dbf_record_length() as u16).to_le_bytes());
    head.resize(29, 0);
    head.extend([0xC9, 0, 0]);
    for (name, width) in TABLE_COLUMNS.iter().zip(WIDTHS) {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([b'C', 0, 0, 0, 0, width]);
        field.resize(32, 0);
        head.extend(field);
    }
    head.push(b'\r');
    head
}

/// A cell in Windows-1251, without the letters that this lacks.
fn padded(cell: &str, width: usize) -> Vec<u8> {
    let mut buffer = [0; 4];
    let letters = cell.chars().map(|letter| {
        let (bytes, _, is_lacking) = WINDOWS_1251.encode(letter.encode_utf8(&mut buffer));
        bytes
            .first()
            .copied()
            .filter(|_| !is_lacking)
            .unwrap_or(b'?')
    });
    let mut bytes: Vec<u8> = letters.take(width).collect();
    bytes.resize(width, b' ');
    bytes
}

fn sqlite(bytes: u64, path: &Path) -> anyhow::Result<Written> {
    let columns = TABLE_COLUMNS.map(|name| format!("{name} TEXT")).join(", ");
    let places = TABLE_COLUMNS.map(|_| "?").join(", ");
    let database = Connection::open(path)?;
    database.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE people ({columns}); BEGIN"
    ))?;
    let mut insert = database.prepare(&format!("INSERT INTO people VALUES ({places})"))?;
    let mut rows = 0;
    portions(path, bytes.div_ceil(20), |people| {
        for person in people {
            insert.execute(params_from_iter(person?.iter()))?;
            rows += 1;
        }
        let size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let size: i64 = database.query_row(size, [], |row| row.get(0))?;
        Ok(u64::try_from(size)? >= bytes)
    })?;
    drop(insert);
    database.execute_batch("COMMIT")?;
    drop(database);
    Ok(Written {
        rows,
        bytes: fs::metadata(path)?.len(),
    })
}

/// An archive of RAR 5 whose members are one and the same: packing them all would take longer than everything else.
fn rar(bytes: u64, path: &Path) -> anyhow::Result<Written> {
    let table = path.with_extension("csv");
    let rows = write_table(TableFormat::Csv, 1, bytes.min(PORTION), &table)?;
    let text = fs::read(&table)?;
    fs::remove_file(table)?;
    let size = text.len() as u64;
    let mut builder = Builder::new(ArchiveVersion::Rar50);
    builder.add_bytes(b"people.csv".to_vec(), text, None, None)?;
    let archive = builder.to_bytes()?;
    let member = member(&archive).context("the archive has no member")?;
    let times = bytes.div_ceil(size);
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&archive[..member.start])?;
    for _ in 0..times {
        file.write_all(&archive[member.clone()])?;
    }
    file.write_all(&archive[member.end..])?;
    file.flush()?;
    Ok(Written {
        rows: rows * times,
        bytes: size * times,
    })
}

/// Returns the place of the first member of an archive of RAR 5, with its head.
fn member(archive: &[u8]) -> Option<Range<usize>> {
    const SIGNATURE: usize = 8;
    const CHECKSUM: usize = 4;
    const MEMBER: u64 = 2;
    const HAS_MORE: u64 = 1;
    const HAS_DATA: u64 = 2;
    let mut begin = SIGNATURE;
    loop {
        let mut at = begin + CHECKSUM;
        let size = number(archive, &mut at)?;
        let head_end = at + usize::try_from(size).ok()?;
        let (kind, flags) = (number(archive, &mut at)?, number(archive, &mut at)?);
        if flags & HAS_MORE != 0 {
            number(archive, &mut at)?;
        }
        let data = match flags & HAS_DATA {
            0 => 0,
            _ => number(archive, &mut at)?,
        };
        let end = head_end + usize::try_from(data).ok()?;
        if kind == MEMBER {
            return Some(begin..end);
        }
        begin = end;
    }
}

/// Encodes a number of RAR 5: seven bits per byte, the lowest first.
fn number(archive: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let byte = *archive.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
