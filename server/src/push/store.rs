//! Which endpoints are there, and which of them still wait for a message? A file of SQLite, the only state of the
//! server.
//!
//! What is deleted is overwritten (`secure_delete`) and the journal cut off, so that its bytes are in no file. A row
//! says nothing of a visit: it has no time but the day of expiry, and no address.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use exposure_index::index::GenerationId;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, ToSql, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::PushService;
use super::encryption::{AUTH, BrowserKeys, POINT};
use super::subscription::{Removal, Subscription};

/// `PRAGMA application_id`: the file is one of ours.
const APPLICATION: i32 = 0x7465_6b70;
/// `PRAGMA user_version`.
const VERSION: i32 = 1;
const OWNER_ONLY: u32 = 0o600;
const DAY: i64 = 86_400;
/// How long another process that shares the file may keep it locked.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a message may be sent without an answer that says whether it was taken.
const MOST_SENDS: i64 = 2;
/// How often a push service may be out of reach for an endpoint until its message is given up.
const MOST_MISSES: i64 = 5;
/// How far back in the queue an endpoint goes whose push service was out of reach or silent: a 64th of all turns, so
/// that names that lead nowhere hold nobody up.
const STEP_BACK: i64 = 1 << 26;

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
pub enum PushStoreError {
    /// The file cannot be made or read.
    #[error("cannot use {path} for the endpoints of push messages")]
    Io {
        /// The file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// Others may read the file.
    #[error("{path} has mode {mode:04o}: others may read it. Run: chmod 600 {path}")]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is of another program, or of a later version of this one.
    #[error(
        "{path} is a database of another program or of a later tekser-server: name another file with --push-store"
    )]
    Foreign {
        /// The file.
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

/// What came of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is kept: new, renewed, or known under other keys and left as it was.
    Yes,
    /// As many are kept as may be.
    Full,
}

/// How many endpoints are kept, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) most: u32,
    pub(crate) kept_days: u16,
}

/// A generation of which the endpoints are being notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    /// When it was begun.
    pub(crate) begun: Timestamp,
    /// How many endpoints there were.
    pub(crate) total: u64,
}

/// An endpoint that a message is to be sent to. Has no `Debug`.
pub(crate) struct Recipient {
    pub(crate) id: i64,
    pub(crate) url: String,
    pub(crate) keys: BrowserKeys,
}

/// What is known of a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The push service took it.
    Taken,
    /// The push service will never take it.
    Refused,
    /// The endpoint is no more.
    Gone,
    /// The push service asks to come again later.
    Later,
    /// The push service could not be reached.
    Unreached,
    /// There was no answer: it may have been taken.
    Unanswered,
}

/// Nothing was sent, and the endpoint goes back in the queue, or out of it after too many misses.
const UNREACHED: &str = "UPDATE endpoint SET sends = sends - 1, misses = misses + 1,
    turn = CASE WHEN misses + 1 < ?2 THEN min(turn + ?3, 4294967295) END WHERE id = ?1";
/// It counts as sent, and the endpoint goes back in the queue.
const UNANSWERED: &str = "UPDATE endpoint SET turn = min(turn + ?2, 4294967295) WHERE id = ?1";

impl Delivery {
    fn record(self, transaction: &Connection, id: i64) -> Result<(), PushStoreError> {
        let done = "UPDATE endpoint SET turn = NULL WHERE id = ?1";
        let later = "UPDATE endpoint SET sends = sends - 1 WHERE id = ?1";
        let run = |statement, values: &[&dyn ToSql]| {
            transaction.prepare_cached(statement)?.execute(values)
        };
        match self {
            Self::Taken | Self::Refused => run(done, params![id]),
            Self::Gone => run("DELETE FROM endpoint WHERE id = ?1", params![id]),
            Self::Later => run(later, params![id]),
            Self::Unreached => run(UNREACHED, params![id, MOST_MISSES, STEP_BACK]),
            Self::Unanswered => run(UNANSWERED, params![id, STEP_BACK]),
        }?;
        Ok(())
    }
}

/// The endpoints of one key.
pub(crate) struct PushStore {
    connection: Mutex<Connection>,
    path: PathBuf,
    bounds: Bounds,
    /// At least as many as there are, but for what other processes have added lately: counting takes milliseconds.
    most_known: AtomicU64,
}

impl PushStore {
    /// Opens the file, or makes it. A damaged one is renamed and logged, and a new one made; endpoints of another
    /// key, which none of our messages reach any more, are deleted.
    ///
    /// # Errors
    /// [`PushStoreError`] if there is no access to the file, others may read it, or it is not ours.
    pub(crate) fn open(
        path: &Path,
        public_key: &[u8; POINT],
        bounds: Bounds,
    ) -> Result<Self, PushStoreError> {
        let connection = match connect(path) {
            Err(PushStoreError::Database(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) => {
                let aside = rename_damaged(path).map_err(io_error(path))?;
                tracing::error!(
                    "the file of endpoints is damaged and now called {}: delete it, browsers subscribe again",
                    aside.display()
                );
                connect(path)?
            }
            connected => connected?,
        };
        let store = Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
            bounds,
            most_known: AtomicU64::new(0),
        };
        store.keep_to_key(public_key)?;
        store.len()?;
        Ok(store)
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn keep_to_key(&self, public_key: &[u8; POINT]) -> Result<(), PushStoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let known: Option<Vec<u8>> = transaction
            .query_row("SELECT public_key FROM round", [], |row| row.get(0))
            .optional()?;
        let mut deleted = 0;
        if known.as_deref() != Some(public_key) {
            deleted = transaction.execute("DELETE FROM endpoint", [])?;
            transaction.execute("DELETE FROM round", [])?;
            let insert = "INSERT INTO round (one, public_key) VALUES (1, ?1)";
            transaction.execute(insert, [&public_key[..]])?;
        }
        transaction.commit()?;
        cut_journal(&connection)?;
        if deleted > 0 {
            tracing::warn!(
                deleted,
                "the key of push messages is another: endpoints of the earlier one are deleted"
            );
        }
        Ok(())
    }

    /// Keeps a subscription, or renews it if it is known with the same keys. O(log endpoints).
    pub(crate) fn keep(
        &self,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Result<Kept, PushStoreError> {
        let (endpoint, keys) = (&subscription.endpoint, &subscription.keys);
        let url = endpoint.url().as_str();
        let day = self.expiry(subscription.expires, now);
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let known = find(&transaction, url)?;
        if let Some(known) = &known {
            if known.url == url && known.keys == *keys {
                let renew = "UPDATE endpoint SET day = ?2 WHERE id = ?1";
                transaction
                    .prepare_cached(renew)?
                    .execute(params![known.id, day])?;
            }
        } else {
            if !self.has_room(&transaction)? {
                return Ok(Kept::Full);
            }
            let insert = "INSERT INTO endpoint (id, url, p256dh, auth, service, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let service = endpoint.service().as_str();
            let values = params![
                id_of(url),
                url,
                &keys.p256dh[..],
                &keys.auth[..],
                service,
                day
            ];
            transaction.prepare_cached(insert)?.execute(values)?;
        }
        transaction.commit()?;
        Ok(Kept::Yes)
    }

    /// Whether there is room for one more, which is then counted.
    fn has_room(&self, connection: &Connection) -> Result<bool, PushStoreError> {
        let most = u64::from(self.bounds.most);
        if self.most_known.load(Ordering::Relaxed) >= most {
            self.most_known.store(count(connection)?, Ordering::Relaxed);
        }
        Ok(self.most_known.fetch_add(1, Ordering::Relaxed) < most)
    }

    /// Deletes a subscription if its secret is this one, and returns how many were deleted: none or one.
    pub(crate) fn remove(&self, removal: &Removal) -> Result<u64, PushStoreError> {
        let url = removal.endpoint.url().as_str();
        let connection = self.connection();
        let known = find(&connection, url)?;
        let proven =
            known.filter(|known| known.url == url && is_equal(&known.keys.auth, &removal.auth));
        let Some(known) = proven else {
            return Ok(0);
        };
        delete(&connection, known.id)?;
        cut_journal(&connection)?;
        Ok(1)
    }

    /// Deletes the endpoints that have expired, and returns how many there were.
    pub(crate) fn expire(&self, now: Timestamp) -> Result<u64, PushStoreError> {
        let connection = self.connection();
        let deleted = connection
            .prepare_cached("DELETE FROM endpoint WHERE day <= ?1")?
            .execute([now.as_second().div_euclid(DAY)])?;
        cut_journal(&connection)?;
        Ok(deleted as u64)
    }

    /// The number of endpoints. O(endpoints), by an index: 2 ms for a million.
    pub(crate) fn len(&self) -> Result<u64, PushStoreError> {
        let len = count(&self.connection())?;
        self.most_known.store(len, Ordering::Relaxed);
        Ok(len)
    }

    /// The number of endpoints that a message waits for.
    pub(crate) fn pending(&self) -> Result<u64, PushStoreError> {
        let query = "SELECT count(*) FROM endpoint WHERE turn IS NOT NULL";
        let connection = self.connection();
        Ok(connection.prepare_cached(query)?.query_row([], unsigned)?)
    }

    /// The generation of which endpoints were notified last.
    pub(crate) fn notified(&self) -> Result<Option<GenerationId>, PushStoreError> {
        let connection = self.connection();
        let name: Option<String> = connection
            .prepare_cached("SELECT generation FROM round")?
            .query_row([], |row| row.get(0))?;
        Ok(name.as_deref().and_then(GenerationId::parse))
    }

    /// Whether endpoints are being notified.
    pub(crate) fn round(&self) -> Result<Option<Round>, PushStoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached("SELECT begun, total FROM round")?;
        let (begun, total): (Option<i64>, u64) = query.query_row([], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        let begun = begun.and_then(|begun| Timestamp::from_second(begun).ok());
        Ok(begun.map(|begun| Round { begun, total }))
    }

    /// Records that endpoints need no message of this generation.
    pub(crate) fn skip(&self, generation: &GenerationId) -> Result<(), PushStoreError> {
        let update = "UPDATE round SET generation = ?1";
        let connection = self.connection();
        connection.execute(update, [generation.as_str()])?;
        Ok(())
    }

    /// Begins to notify the endpoints at these services of a generation; `turn` says when it is an endpoint's turn.
    /// O(endpoints), in one step.
    pub(crate) fn begin(
        &self,
        generation: &GenerationId,
        now: Timestamp,
        services: &[PushService],
        turn: impl Fn(i64) -> u32,
    ) -> Result<(), PushStoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let mut total = 0_i64;
        {
            let mut ids =
                transaction.prepare_cached("SELECT id FROM endpoint WHERE service = ?1")?;
            let update = "UPDATE endpoint SET turn = ?2, sends = 0, misses = 0 WHERE id = ?1";
            let mut update = transaction.prepare_cached(update)?;
            for service in services {
                let ids = ids.query_map([service.as_str()], |row| row.get(0))?;
                for id in ids.collect::<Result<Vec<i64>, _>>()? {
                    update.execute(params![id, turn(id)])?;
                    total += 1;
                }
            }
            let begin = "UPDATE round SET generation = ?1, begun = ?2, total = ?3";
            transaction.execute(begin, params![generation.as_str(), now.as_second(), total])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Ends it, and returns how many endpoints had no message of it.
    pub(crate) fn end(&self) -> Result<u64, PushStoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let left = "UPDATE endpoint SET turn = NULL WHERE turn IS NOT NULL";
        let left = transaction.execute(left, [])?;
        transaction.execute("UPDATE round SET begun = NULL", [])?;
        transaction.commit()?;
        cut_journal(&connection)?;
        Ok(left as u64)
    }

    /// The next recipients at a push service whose turn has come, at most so many. Before they are returned it is
    /// recorded that a message goes to them, so that after a kill none gets more than [`MOST_SENDS`]. Those that had
    /// as many already are passed over; the second figure counts them.
    pub(crate) fn take(
        &self,
        service: &str,
        turn: u32,
        most: usize,
    ) -> Result<(Vec<Recipient>, u64), PushStoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let over =
            "UPDATE endpoint SET turn = NULL WHERE service = ?1 AND turn <= ?2 AND sends >= ?3";
        let over = transaction
            .prepare_cached(over)?
            .execute(params![service, turn, MOST_SENDS])?;
        let next = "SELECT id, url, p256dh, auth FROM endpoint
            WHERE service = ?1 AND turn <= ?2 ORDER BY turn LIMIT ?3";
        let recipients = transaction
            .prepare_cached(next)?
            .query_map(params![service, turn, most as i64], recipient)?
            .collect::<Result<Vec<_>, _>>()?;
        for recipient in &recipients {
            let sent = "UPDATE endpoint SET sends = sends + 1 WHERE id = ?1";
            transaction.prepare_cached(sent)?.execute([recipient.id])?;
        }
        transaction.commit()?;
        Ok((recipients, over as u64))
    }

    /// Records what came of messages, and deletes the endpoints that are gone.
    pub(crate) fn settle(&self, deliveries: &[(i64, Delivery)]) -> Result<(), PushStoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for (id, delivery) in deliveries {
            delivery.record(&transaction, *id)?;
        }
        transaction.commit()?;
        if deliveries
            .iter()
            .any(|(_, delivery)| *delivery == Delivery::Gone)
        {
            cut_journal(&connection)?;
        }
        Ok(())
    }

    /// The day on which an endpoint is deleted, in days of Unix time: whole days, so that it says little about the
    /// visit.
    fn expiry(&self, expires: Option<Timestamp>, now: Timestamp) -> i64 {
        let today = now.as_second().div_euclid(DAY);
        let longest = today + i64::from(self.bounds.kept_days);
        expires.map_or(longest, |expires| {
            longest.min(expires.as_second().div_euclid(DAY))
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Endpoints are found by the first 64 bits of SHA-256 of their URL.
fn id_of(url: &str) -> i64 {
    let digest = Sha256::digest(url);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

fn find(connection: &Connection, url: &str) -> Result<Option<Recipient>, PushStoreError> {
    let query = "SELECT id, url, p256dh, auth FROM endpoint WHERE id = ?1";
    let mut query = connection.prepare_cached(query)?;
    Ok(query.query_row([id_of(url)], recipient).optional()?)
}

fn recipient(row: &Row<'_>) -> rusqlite::Result<Recipient> {
    Ok(Recipient {
        id: row.get(0)?,
        url: row.get(1)?,
        keys: BrowserKeys {
            p256dh: row.get(2)?,
            auth: row.get::<_, [u8; AUTH]>(3)?,
        },
    })
}

fn delete(connection: &Connection, id: i64) -> Result<(), PushStoreError> {
    let delete = "DELETE FROM endpoint WHERE id = ?1";
    connection.prepare_cached(delete)?.execute([id])?;
    Ok(())
}

fn count(connection: &Connection) -> Result<u64, PushStoreError> {
    let query = "SELECT count(*) FROM endpoint";
    Ok(connection.prepare_cached(query)?.query_row([], unsigned)?)
}

fn unsigned(row: &Row<'_>) -> rusqlite::Result<u64> {
    row.get::<_, i64>(0).map(i64::unsigned_abs)
}

/// Whether two secrets are equal, in constant time.
fn is_equal(one: &[u8; AUTH], other: &[u8; AUTH]) -> bool {
    let difference = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0
}

/// Writes the journal into the file and cuts it off, so that deleted bytes are in neither. Where another process
/// reads at this moment, the next time does it.
fn cut_journal(connection: &Connection) -> Result<(), PushStoreError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, PushStoreError> {
    make_private(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    // One that reads first and then writes would fail, not wait, where another process wrote in between.
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

/// Whether only its owner may read the file, if there is one.
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

/// SQLite gives its journals the mode of the file.
fn make_private(path: &Path) -> Result<(), PushStoreError> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false);
    let file = file.mode(OWNER_ONLY).open(path).map_err(io_error(path))?;
    check_private(path, &file.metadata().map_err(io_error(path))?)
}

/// Gives a damaged file and its journals other names. What was there under that name is replaced: it was damaged, too.
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

#[cfg(test)]
mod tests;
