//! Who still waits for a message? The queue of a round, in the rows of the endpoints.

use exposure_index::index::GenerationId;
use jiff::Timestamp;
use rusqlite::{Connection, ToSql, params};

use super::file::{PushStoreError, cut_journal};
use super::{PushService, PushStore, Recipient, recipient, unsigned};

/// Maximum number of times that a message is sent without an answer that says whether it was taken.
const MOST_SENDS: i64 = 2;
/// Maximum number of times that a push service may be out of reach before a message is given up.
const MOST_MISSES: i64 = 5;
/// Turns by which an endpoint goes back in the queue if its push service was out of reach or silent: a 64th of all, so
/// that names that lead nowhere hold nobody up.
const STEP_BACK: i64 = 1 << 26;

/// The notification of all endpoints of one generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Round {
    /// Time when it began.
    pub(crate) begun: Timestamp,
    /// Number of endpoints at that time.
    pub(crate) total: u64,
}

/// Outcome of a message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The push service took it.
    Taken,
    /// The push service will never take it.
    Refused,
    /// The endpoint no longer exists.
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
/// The message counts as sent, and the endpoint goes back in the queue.
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

/// Removes the endpoints that had [`MOST_SENDS`] from the queue, if they are among the next `most`, and returns how
/// many there were. O(`most`) for each `most` of them: however many wait, a batch costs the same.
fn pass_over(
    transaction: &Connection,
    service: &str,
    turn: u32,
    most: usize,
) -> Result<u64, PushStoreError> {
    let over = "UPDATE endpoint SET turn = NULL WHERE sends >= ?3 AND id IN
        (SELECT id FROM endpoint WHERE service = ?1 AND turn <= ?2 ORDER BY turn LIMIT ?4)";
    let mut over = transaction.prepare_cached(over)?;
    let mut all = 0;
    loop {
        let some = over.execute(params![service, turn, MOST_SENDS, most as i64])?;
        if some == 0 {
            return Ok(all);
        }
        all += some as u64;
    }
}

impl PushStore {
    /// Returns the number of endpoints that a message waits for.
    pub(crate) fn pending(&self) -> Result<u64, PushStoreError> {
        let query = "SELECT count(*) FROM endpoint WHERE turn IS NOT NULL";
        let connection = self.connection();
        Ok(connection.prepare_cached(query)?.query_row([], unsigned)?)
    }

    /// Returns the last generation that endpoints were notified of.
    pub(crate) fn notified(&self) -> Result<Option<GenerationId>, PushStoreError> {
        let connection = self.connection();
        let name: Option<String> = connection
            .prepare_cached("SELECT generation FROM round")?
            .query_row([], |row| row.get(0))?;
        Ok(name.as_deref().and_then(GenerationId::parse))
    }

    /// Returns the round under way, if there is one.
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

    /// Begins to notify the endpoints at these services of a generation; `turn` gives the turn of an endpoint.
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

    /// Ends the round, and returns how many endpoints got no message.
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

    /// Returns the next recipients at a push service whose turn has come, at most `most`. Before they are returned, it
    /// is recorded that a message goes to them, so that after a kill none gets more than [`MOST_SENDS`]. Those that had
    /// as many already are left out; the second figure counts them.
    pub(crate) fn take(
        &self,
        service: &str,
        turn: u32,
        most: usize,
    ) -> Result<(Vec<Recipient>, u64), PushStoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let over = pass_over(&transaction, service, turn, most)?;
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
        Ok((recipients, over))
    }

    /// Records the outcome of messages, and deletes the endpoints that are gone.
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
}
