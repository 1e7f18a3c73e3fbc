//! Attempts, and the answers that came for workers that had been replaced.

use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::attempt::Attempt;
use model::id::{ActionId, Identity};

statements! {
    SAVE = "INSERT INTO attempt (id, action_id, step, number, operation, reference, class, state, orphaned, sends, misses, unclear,
            body_hash, worker, fence, armed_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, orphaned = excluded.orphaned, sends = excluded.sends, misses = excluded.misses,
            unclear = excluded.unclear, class = excluded.class, worker = excluded.worker, fence = excluded.fence, updated_at = excluded.updated_at";
    OF_STEP = "SELECT * FROM attempt WHERE action_id = $1 AND step = $2 ORDER BY number";
    OF_ACTION = "SELECT * FROM attempt WHERE action_id = $1 ORDER BY step, number";
    CONFIRMED = "SELECT count(*) AS n FROM attempt WHERE action_id = $1 AND state = 'confirmed'";
    BY_REFERENCE = "SELECT action_id FROM attempt WHERE reference = $1 ORDER BY number DESC LIMIT 1";
    LOSE_ALL = "UPDATE attempt SET state = 'unknown' WHERE state IN ('armed', 'reconciling')";
    LATE = "INSERT INTO late_response (action_id, fence, operation, answer, created_at) VALUES ($1, $2, $3, $4, $5)";
    LATE_COUNT = "SELECT count(*) AS n FROM late_response";
}

pub fn save(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<(), Error> {
    let now = tx.now();
    tx.run(
        SAVE,
        args![
            &attempt.id,
            &attempt.action,
            attempt.step,
            attempt.number,
            &attempt.operation,
            &attempt.reference,
            attempt.class.word(),
            attempt.state.word(),
            attempt.orphaned,
            attempt.sends,
            attempt.misses,
            attempt.unclear,
            &attempt.body_hash,
            &attempt.worker,
            attempt.fence,
            attempt.armed,
            now,
        ],
    )
    .map(|_| ())
}

fn read(row: Row<'_>) -> Result<Attempt, Error> {
    Ok(Attempt {
        id: row.get("id")?,
        action: row.get("action_id")?,
        step: row.get("step")?,
        number: row.get("number")?,
        operation: row.get("operation")?,
        reference: row.get("reference")?,
        class: row.word("class")?,
        state: row.word("state")?,
        orphaned: row.get("orphaned")?,
        sends: row.get("sends")?,
        misses: row.get("misses")?,
        unclear: row.get("unclear")?,
        body_hash: row.get("body_hash")?,
        worker: row.get("worker")?,
        fence: row.get("fence")?,
        armed: row.get("armed_at")?,
    })
}

/// The attempts of a step; the last may be live.
pub fn of_step(tx: &mut Tx<'_>, action: ActionId, step: i64) -> Result<Vec<Attempt>, Error> {
    tx.all(OF_STEP, args![&action, step], read)
}

pub fn of_action(tx: &mut Tx<'_>, action: ActionId) -> Result<Vec<Attempt>, Error> {
    tx.all(OF_ACTION, args![&action], read)
}

/// Whether the carrier has confirmed anything for this action.
pub fn any_confirmed(tx: &mut Tx<'_>, action: ActionId) -> Result<bool, Error> {
    Ok(tx.one(CONFIRMED, args![&action], |row| row.get::<i64>("n"))? > 0)
}

/// Whose reference of ours this is.
pub fn action_of(tx: &mut Tx<'_>, reference: &str) -> Result<Option<ActionId>, Error> {
    tx.first(BY_REFERENCE, args![reference], |row| row.get("action_id"))
}

/// After a restore nothing is known of what was under way.
pub fn lose_all(tx: &mut Tx<'_>) -> Result<u64, Error> {
    tx.run(LOSE_ALL, &[])
}

/// Keeps an answer that came for a worker that had been replaced.
pub fn keep_late(
    tx: &mut Tx<'_>,
    action: ActionId,
    fence: i64,
    operation: &str,
    answer: &str,
) -> Result<(), Error> {
    let now = tx.now();
    tx.run(LATE, args![action.bytes().as_slice(), fence, operation, answer, now]).map(|_| ())
}

pub fn late_count(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.one(LATE_COUNT, &[], |row| row.get("n"))
}
