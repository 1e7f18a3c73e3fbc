//! Events, written in the transaction of the change they tell of.

use crate::{Engine, Error, Tx, args, difference, statements};
use model::event::Event;
use model::id::{EventId, OrganizationId};
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO event (month, id, kind, version, aggregate, aggregate_id, sequence, organization_id, data, occurred_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    AFTER = "SELECT position, id, kind, version, aggregate, aggregate_id, sequence, organization_id, data, occurred_at
        FROM event WHERE position > $1 ORDER BY position LIMIT $2";
    LOCK_SEQUENCER = "UPDATE sequencer SET position = position WHERE name = 'event' RETURNING position";
    MOVE_SEQUENCER = "UPDATE sequencer SET position = $1 WHERE name = 'event'";
}

/// An event as it can be replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Over all events, in an order that keeps each aggregate's sequence.
    pub position: i64,
    pub id: EventId,
    pub kind: String,
    pub version: i64,
    pub aggregate: String,
    pub aggregate_id: Vec<u8>,
    pub sequence: i64,
    pub organization: OrganizationId,
    pub data: serde_json::Value,
    pub occurred: Timestamp,
}

pub fn insert(tx: &mut Tx<'_>, event: &Event) -> Result<(), Error> {
    let now = tx.now();
    let id: EventId = tx.identity()?;
    let data = event.data.to_string();
    tx.run(
        INSERT,
        args![
            now.month(),
            &id,
            event.kind,
            event.version,
            event.aggregate,
            event.aggregate_id.as_slice(),
            event.sequence,
            &event.organization,
            data.as_str(),
            now,
        ],
    )
    .map(|_| ())
}

/// The events after a position, in order.
pub fn after(tx: &mut Tx<'_>, position: i64, limit: i64) -> Result<Vec<Stored>, Error> {
    tx.all(AFTER, args![position, limit], |row| {
        Ok(Stored {
            position: row.get("position")?,
            id: row.get("id")?,
            kind: row.get("kind")?,
            version: row.get("version")?,
            aggregate: row.get("aggregate")?,
            aggregate_id: row.get("aggregate_id")?,
            sequence: row.get("sequence")?,
            organization: row.get("organization_id")?,
            data: row.json("data")?,
            occurred: row.get("occurred_at")?,
        })
    })
}

/// Gives positions to committed events that have none; says how many. On SQLite they have one from
/// the start. One sequencer works at a time, because it holds its row's lock; whatever it sees of
/// an aggregate includes all earlier events of that aggregate, and lower sequences go first.
pub fn place(tx: &mut Tx<'_>, limit: i64) -> Result<u64, Error> {
    if tx.engine() == Engine::Sqlite {
        return Ok(0);
    }
    let last: i64 = tx.one(LOCK_SEQUENCER, &[], |row| row.get("position"))?;
    let placed = tx.run(difference::postgres::PLACE_EVENTS, args![last, limit])?;
    if placed > 0 {
        tx.run(MOVE_SEQUENCER, args![last + placed as i64])?;
    }
    Ok(placed)
}
