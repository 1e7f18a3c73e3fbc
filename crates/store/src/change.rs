//! What caches must notice: a generation for each topic, raised in the same transaction as the
//! change and read by every node once a second.

use crate::{Error, Tx, args, statements};

/// Organizations, users and keys.
pub const ACCESS: &str = "access";
/// Carriers and what they sell.
pub const CARRIER: &str = "carrier";
/// The offset of business time.
pub const CLOCK: &str = "clock";

statements! {
    RAISE = "INSERT INTO change (topic, generation) VALUES ($1, 1)
        ON CONFLICT (topic) DO UPDATE SET generation = change.generation + 1";
    ALL = "SELECT topic, generation FROM change ORDER BY topic";
}

pub fn raise(tx: &mut Tx<'_>, topic: &str) -> Result<(), Error> {
    tx.run(RAISE, args![topic]).map(|_| ())
}

/// Every topic that was ever raised, with its generation.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, Error> {
    tx.all(ALL, &[], |row| Ok((row.get("topic")?, row.get("generation")?)))
}
