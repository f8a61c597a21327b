//! How is the file of endpoints opened, so that only its owner can read it, deleted rows are gone, and a damaged file
//! stops nobody?

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::unsigned;

/// `PRAGMA application_id`: the file is one of ours.
const APPLICATION: i32 = 0x7465_6b70;
/// `PRAGMA user_version`.
const VERSION: i32 = 1;
const OWNER_ONLY: u32 = 0o600;
/// Time for which another process that shares the file may keep it locked.
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
    CREATE TABLE endpoint (
        id INTEGER PRIMARY KEY, url TEXT NOT NULL, p256dh BLOB NOT NULL, auth BLOB NOT NULL, service TEXT NOT NULL,
        day INTEGER NOT NULL, turn INTEGER, sends INTEGER NOT NULL DEFAULT 0,
        misses INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE INDEX pending ON endpoint (service, turn) WHERE turn IS NOT NULL;
    CREATE INDEX expiry ON endpoint (day);
    CREATE TABLE round (
        one INTEGER PRIMARY KEY CHECK (one = 1), public_key BLOB NOT NULL, generation TEXT, begun INTEGER,
        total INTEGER NOT NULL DEFAULT 0) STRICT;";

/// Why the endpoints cannot be kept. Names no endpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum PushStoreError {
    /// The file cannot be made or read.
    #[error("cannot use {path} for the endpoints of push messages")]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// Others may read the file.
    #[error("{path} has mode {mode:04o}: others may read it. Run: chmod 600 {path}")]
    Permissions {
        /// Path of the file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is of another program, or of a later version of this one.
    #[error(
        "{path} is a database of another program or of a later tekser-server: name another file with --push-store"
    )]
    Foreign {
        /// Path of the file.
        path: PathBuf,
    },
    /// SQLite failed. Its message is not repeated: it may quote what is in the file.
    #[error("the file of endpoints cannot be read or written: {0:?}")]
    Database(ErrorCode),
}

impl From<rusqlite::Error> for PushStoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.sqlite_error_code().unwrap_or(ErrorCode::Unknown))
    }
}

/// Opens the file, or makes it. A damaged one is renamed and logged, and a new one made.
pub(super) fn open(path: &Path) -> Result<Connection, PushStoreError> {
    match connect(path) {
        Err(PushStoreError::Database(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) => {
            let aside = rename_damaged(path).map_err(io_error(path))?;
            tracing::error!(
                "the file of endpoints is damaged and now called {}: delete it, browsers subscribe again",
                aside.display()
            );
            connect(path)
        }
        connected => connected,
    }
}

/// Writes the journal into the file and cuts it off, so that deleted bytes are in neither. Where another process
/// reads at this moment, the next call does it.
pub(super) fn cut_journal(connection: &Connection) -> Result<(), PushStoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, PushStoreError> {
    make_private(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    // A transaction that reads first and then writes would fail, not wait, if another process wrote in between.
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if is_empty(&connection)? => make_tables(&connection)?,
        (APPLICATION, VERSION) => check_whole(&connection)?,
        _ => {
            let path = path.to_owned();
            return Err(PushStoreError::Foreign { path });
        }
    }
    Ok(connection)
}

fn is_empty(connection: &Connection) -> Result<bool, PushStoreError> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], unsigned)?;
    Ok(tables == 0)
}

fn make_tables(connection: &Connection) -> Result<(), PushStoreError> {
    let pragmas =
        format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};");
    connection.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} {pragmas} COMMIT;"))?;
    Ok(())
}

fn check_whole(connection: &Connection) -> Result<(), PushStoreError> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match said.as_str() {
        "ok" => Ok(()),
        _ => Err(PushStoreError::Database(ErrorCode::DatabaseCorrupt)),
    }
}

/// Checks that only its owner may read the file, if it exists.
pub(crate) fn check_mode(path: &Path) -> Result<(), PushStoreError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        metadata => check_private(path, &metadata.map_err(io_error(path))?),
    }
}

fn check_private(path: &Path, metadata: &Metadata) -> Result<(), PushStoreError> {
    let mode = metadata.permissions().mode() & 0o7777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(PushStoreError::Permissions {
            path: path.to_owned(),
            mode,
        }),
    }
}

/// Makes the file private. SQLite gives its journals the mode of the file.
fn make_private(path: &Path) -> Result<(), PushStoreError> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false);
    let file = file.mode(OWNER_ONLY).open(path).map_err(io_error(path))?;
    check_private(path, &file.metadata().map_err(io_error(path))?)
}

/// Renames a damaged file and its journals. An existing file of that name is replaced: it was damaged, too.
fn rename_damaged(path: &Path) -> io::Result<PathBuf> {
    let named = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    for journal in ["-wal", "-shm"] {
        match fs::remove_file(named(journal)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => (),
        }
    }
    let aside = named(".damaged");
    fs::rename(path, &aside)?;
    Ok(aside)
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> PushStoreError {
    move |source| PushStoreError::Io {
        path: path.to_owned(),
        source,
    }
}
