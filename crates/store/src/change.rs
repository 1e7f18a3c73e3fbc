//! What caches must notice: a generation for each topic, raised in the same transaction as the
//! change and read by every node once a second. Generations are times, so that no two stores, and no store and its
//! restored copy, come to the same one: what was derived from one is never taken for the other's.

use crate::{Error, Tx, args, statements};

/// Organizations, keys and service accounts.
pub const ACCESS: &str = "access";
/// Users' tokens that ended, and users that may no longer sign in.
pub const SESSION: &str = "session";
/// Carriers and what they sell.
pub const CARRIER: &str = "carrier";
/// Which premises there are.
pub const PREMISES: &str = "premises";
/// Which areas there are.
pub const AREAS: &str = "areas";
/// The offset of business time.
pub const CLOCK: &str = "clock";

statements! {
    RAISE = "INSERT INTO change (topic, generation) VALUES ($1, $2)
        ON CONFLICT (topic) DO UPDATE SET generation = CASE WHEN change.generation >= excluded.generation
            THEN change.generation + 1 ELSE excluded.generation END";
    OF = "SELECT generation FROM change WHERE topic = $1";
    ALL = "SELECT topic, generation FROM change ORDER BY topic";
}

pub fn raise(tx: &mut Tx<'_>, topic: &str) -> Result<(), Error> {
    let now = tx.machine_time()?;
    tx.run(RAISE, args![topic, now]).map(|_| ())
}

/// A topic's generation; 0: it was never raised.
pub fn of(tx: &mut Tx<'_>, topic: &str) -> Result<i64, Error> {
    Ok(tx.first(OF, args![topic], |row| row.get("generation"))?.unwrap_or(0))
}

/// Every topic that was ever raised, with its generation.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, Error> {
    tx.all(ALL, &[], |row| Ok((row.get("topic")?, row.get("generation")?)))
}
