//! Which endpoints are kept, and which of them still wait for a message? A file of SQLite, the only state of the
//! server.
//!
//! What is deleted is overwritten (`secure_delete`) and the journal cut off, so that its bytes are in no file. A row
//! says nothing about a visit: it has no time except the day of expiry, and no address.

mod file;
mod round;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

pub(crate) use file::PushStoreError;
pub(crate) use file::check_mode;
pub(crate) use round::{Delivery, Round};

use super::PushService;
use super::encryption::{AUTH, BrowserKeys, POINT};
use super::subscription::{Removal, Subscription};
use file::cut_journal;

const DAY: i64 = 86_400;

/// Outcome of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The subscription is kept: new, renewed, or known under other keys and left as it was.
    Yes,
    /// The maximum number of subscriptions is reached.
    Full,
}

/// Limits on the number of endpoints and their age.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) most: u32,
    pub(crate) kept_days: u16,
}

/// An endpoint that a message is to be sent to. Has no `Debug`.
pub(crate) struct Recipient {
    pub(crate) id: i64,
    pub(crate) url: String,
    pub(crate) keys: BrowserKeys,
}

/// The endpoints of one key.
pub(crate) struct PushStore {
    connection: Mutex<Connection>,
    path: PathBuf,
    bounds: Bounds,
    /// Upper bound on the number of rows, except those recently added by other processes: counting takes milliseconds.
    most_known: AtomicU64,
}

impl PushStore {
    /// Opens the file, or makes it. A damaged one is renamed and logged, and a new one made; endpoints of another
    /// key, which none of our messages reach any more, are deleted.
    ///
    /// # Errors
    /// [`PushStoreError`] if the file is not accessible, others may read it, or it is not ours.
    pub(crate) fn open(
        path: &Path,
        public_key: &[u8; POINT],
        bounds: Bounds,
    ) -> Result<Self, PushStoreError> {
        let store = Self {
            connection: Mutex::new(file::open(path)?),
            path: path.to_owned(),
            bounds,
            most_known: AtomicU64::new(0),
        };
        store.keep_to_key(public_key)?;
        store.len()?;
        Ok(store)
    }

    /// Returns the path of the file.
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
                "the key of push messages has changed: endpoints of the earlier key are deleted"
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

    /// Returns whether there is room for one more, which is then counted.
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

    /// Returns the number of endpoints. O(endpoints), by an index: 2 ms for a million.
    pub(crate) fn len(&self) -> Result<u64, PushStoreError> {
        let len = count(&self.connection())?;
        self.most_known.store(len, Ordering::Relaxed);
        Ok(len)
    }

    /// Returns the day on which an endpoint is deleted, in days of Unix time: whole days, so that it says little about
    /// the visit.
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

/// Returns the number of an endpoint: the first 64 bits of SHA-256 of its URL.
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

/// Returns whether two secrets are equal, in constant time.
fn is_equal(one: &[u8; AUTH], other: &[u8; AUTH]) -> bool {
    let difference = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests;
