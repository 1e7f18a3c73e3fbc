//! Old rows of the tables that grow without end, forgotten in small steps; idempotency keys are in their own file.
//! How long each is kept is the hub's decision.

use crate::{Engine, Error, Tx, args, difference, partition, statements};
use model::time::Timestamp;

statements! {
    /// Numbers rise with time: looking at the lowest is enough.
    LATE_RESPONSES = "DELETE FROM late_response WHERE created_at < $1
        AND number IN (SELECT number FROM late_response ORDER BY number LIMIT $2)";
}

/// Forgets events that occurred before a moment, at most `limit`; on PostgreSQL by whole months. Says how many rows,
/// or partitions, went: 0 when nothing is left to do.
pub fn events(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    match tx.engine() {
        Engine::Sqlite => tx.run(difference::sqlite::OLD_EVENTS, args![before, limit]),
        Engine::Postgres => {
            let partitions = partition::drop_before(tx, "event", before)?;
            Ok(partitions + tx.run(difference::postgres::STRAY_EVENTS, args![before.month(), limit])?)
        }
    }
}

/// The same for exchanges with carriers.
pub fn exchanges(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    match tx.engine() {
        Engine::Sqlite => tx.run(difference::sqlite::OLD_EXCHANGES, args![before, limit]),
        Engine::Postgres => {
            let partitions = partition::drop_before(tx, "exchange", before)?;
            Ok(partitions + tx.run(difference::postgres::STRAY_EXCHANGES, args![before.month(), limit])?)
        }
    }
}

/// The same for answers that came too late, row by row on both.
pub fn late_responses(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(LATE_RESPONSES, args![before, limit])
}
