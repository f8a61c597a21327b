//! How is an SQLite database opened, so that nothing in it is run and nothing next to it is written or ignored?

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::header::{Header, VERSIONS};
use super::{MEMORY_LIMIT, VALUE_LIMIT, fault};
use crate::ingest::Fault;
use crate::ingest::container::{Pages, ReadSeek};
use crate::ingest::error::Failure;

/// The part of SQLite that reads files without locking them: nobody else writes to a dump, and a lock would be a file.
const WITHOUT_LOCKS: &std::ffi::CStr = if cfg!(windows) {
    c"win32-none"
} else {
    c"unix-none"
};

/// Magic number of a rollback journal that is still to be applied.
const JOURNAL: [u8; 8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7];

/// Lengths of the headers of a write-ahead log and of a page in it, in bytes.
const LOG_HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

/// Opens a database, and returns the file that it is, if it is one.
pub(super) fn open(
    mut pages: Pages<'_>,
) -> Result<(Connection, Option<&mut dyn ReadSeek>), Failure> {
    let size = pages.size()?;
    let header = Header::read(pages.source(), size)?;
    let (connection, file) = match pages {
        Pages::File { path, source } => (on_disk(path, &header)?, Some(source)),
        Pages::Held(held) => (in_memory(held.bytes.into_inner())?, None),
    };
    restrict(&connection).map_err(fault)?;
    Ok((connection, file))
}

fn on_disk(path: &Path, header: &Header) -> Result<Connection, Failure> {
    refuse_journal(&beside(path, "-journal"))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if has_log(&beside(path, "-wal"), header)? {
        let connection = Connection::open_with_flags_and_vfs(path, flags, WITHOUT_LOCKS);
        let connection = connection.map_err(fault)?;
        // The index of the log is then kept in memory, and not in a file; and the log is left as it is.
        let mode =
            connection.pragma_update_and_check(None, "locking_mode", "exclusive", |_| Ok(()));
        mode.map_err(fault)?;
        configure(
            &connection,
            DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
            true,
        )?;
        return Ok(connection);
    }
    let flags = flags | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(immutable(path), flags).map_err(fault)
}

/// Returns the URI of an immutable file: SQLite ignores the files next to it.
fn immutable(path: &Path) -> String {
    let mut address = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?immutable=1"
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Returns whether there is a write-ahead log with content. A truncated one is refused: SQLite would read it as far as
/// it goes and report nothing.
fn has_log(path: &Path, header: &Header) -> Result<bool, Failure> {
    let size = match path.metadata() {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let frames = size.checked_sub(LOG_HEADER);
    match frames {
        _ if size == 0 => Ok(false),
        Some(frames) if frames.is_multiple_of(FRAME_HEADER + header.page_size) => Ok(true),
        _ => Err(Fault::BadDatabase {
            what: "the write-ahead log beside it (-wal) was cut off",
        }
        .into()),
    }
}

fn refuse_journal(path: &Path) -> Result<(), Failure> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut head = Vec::new();
    (&mut file)
        .take(JOURNAL.len() as u64)
        .read_to_end(&mut head)?;
    match head == JOURNAL {
        false => Ok(()),
        true => Err(Fault::BadDatabase {
            what: "a change to it was broken off (there is a -journal beside it); open it once with the program sqlite3, which ends the change",
        }
        .into()),
    }
}

/// A database in memory. One that had a write-ahead log, which is empty or not a member of the archive, is opened as
/// one without.
fn in_memory(mut bytes: Vec<u8>) -> Result<Connection, Failure> {
    bytes[VERSIONS].copy_from_slice(&[1, 1]);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(":memory:", flags).map_err(fault)?;
    let size = bytes.len();
    connection
        .deserialize_read_exact(MAIN_DB, &*bytes, size, true)
        .map_err(fault)?;
    Ok(connection)
}

fn configure(connection: &Connection, option: DbConfig, is_on: bool) -> Result<(), Failure> {
    let outcome = connection.set_db_config(option, is_on).map_err(fault)?;
    match outcome == is_on {
        true => Ok(()),
        false => Err(Fault::BadDatabase {
            what: "this SQLite cannot be kept from trusting it",
        }
        .into()),
    }
}

/// Disables everything that the database could make SQLite do.
fn restrict(connection: &Connection) -> Result<(), rusqlite::Error> {
    for (option, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    ] {
        connection.set_db_config(option, is_on)?;
    }
    let limit = i32::try_from(VALUE_LIMIT).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, limit)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20)?;
    let pragmas = format!(
        "PRAGMA hard_heap_limit = {MEMORY_LIMIT}; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; \
         PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384"
    );
    connection.execute_batch(&pragmas)
}
