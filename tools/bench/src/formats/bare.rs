//! Readers that touch every row and keep nothing: what reading such a file costs at least.

use std::cell::Cell;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;
use std::rc::Rc;

use rars::ArchiveReader;
use rusqlite::{Connection, OpenFlags};

use super::write::{Format, Written};

const BUFFER: usize = 1 << 16;

/// The rows of a file, and its bytes; of what is packed, unpacked.
pub(super) fn read(format: Format, path: &Path) -> anyhow::Result<Written> {
    match format {
        Format::Dbf => dbf(path),
        Format::Sqlite => sqlite(path),
        Format::Rar => rar(path),
    }
}

/// One record after the other, by what the header says of them.
fn dbf(path: &Path) -> anyhow::Result<Written> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    let mut head = [0; 32];
    file.read_exact(&mut head)?;
    let rows = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let begin = u64::from(u16::from_le_bytes([head[8], head[9]]));
    let mut record = vec![0; usize::from(u16::from_le_bytes([head[10], head[11]]))];
    io::copy(&mut (&mut file).take(begin - 32), &mut io::sink())?;
    for _ in 0..rows {
        file.read_exact(&mut record)?;
        black_box(&record);
    }
    Ok(Written {
        rows: u64::from(rows),
        bytes: fs::metadata(path)?.len(),
    })
}

/// The crate `rusqlite`: every cell of every row, as it lies there.
fn sqlite(path: &Path) -> anyhow::Result<Written> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut question = database.prepare("SELECT * FROM people")?;
    let columns = question.column_count();
    let (mut found, mut rows) = (question.query([])?, 0);
    while let Some(row) = found.next()? {
        for column in 0..columns {
            black_box(row.get_ref(column)?);
        }
        rows += 1;
    }
    Ok(Written {
        rows,
        bytes: fs::metadata(path)?.len(),
    })
}

/// The crate `rars`, into a sink that counts.
fn rar(path: &Path) -> anyhow::Result<Written> {
    let lines = Lines::default();
    let archive = ArchiveReader::read_path(path)?;
    archive.extract_to(None, |_| {
        // The head of the table.
        lines.rows.set(lines.rows.get().wrapping_sub(1));
        Ok(Box::new(lines.clone()))
    })?;
    Ok(Written {
        rows: lines.rows.get(),
        bytes: lines.bytes.get(),
    })
}

/// Counts the lines of what is unpacked.
#[derive(Clone, Default)]
struct Lines {
    rows: Rc<Cell<u64>>,
    bytes: Rc<Cell<u64>>,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let ends = memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.rows.set(self.rows.get().wrapping_add(ends));
        self.bytes.set(self.bytes.get() + bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
