//! The monthly partitions of `event` and `exchange` on PostgreSQL: made ahead, dropped when all of a month
//! is too old. On SQLite there are none.

use crate::{Error, Tx};
use model::time::Timestamp;
use postgres::GenericClient;

const TABLES: [&str; 2] = ["event", "exchange"];
/// This month and so many after it have a partition; what falls outside goes into the rest.
const AHEAD: usize = 2;

/// Makes what is missing, by business time and by the wall's.
pub(crate) fn make(client: &mut impl GenericClient, moments: &[Timestamp]) -> Result<(), postgres::Error> {
    for moment in moments {
        let mut month = moment.month();
        for _ in 0..=AHEAD {
            for table in TABLES {
                make_one(client, table, month)?;
            }
            month = if month % 100 == 12 { month + 89 } else { month + 1 };
        }
    }
    Ok(())
}

fn make_one(client: &mut impl GenericClient, table: &str, month: i64) -> Result<(), postgres::Error> {
    let name = format!("{table}_{month}");
    let known: bool = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&name])?.get(0);
    if known {
        return Ok(());
    }
    // Rows of that month that lie in the rest already would not fit beside it.
    let strays = format!("SELECT EXISTS (SELECT 1 FROM {table}_rest WHERE month = $1)");
    if client.query_one(&strays, &[&month])?.get(0) {
        return Ok(());
    }
    client.batch_execute(&format!("CREATE TABLE {name} PARTITION OF {table} FOR VALUES IN ({month})"))
}

/// Makes partitions ahead of time while a node runs: one node at a time, the others find them made.
pub fn make_ahead(tx: &mut Tx<'_>) -> Result<(), Error> {
    let moments = [tx.now(), crate::wall()];
    let made = tx.postgres(|client| {
        client.batch_execute("SELECT pg_advisory_xact_lock(7301982465100114)")?;
        make(client, &moments)
    });
    made.unwrap_or(Ok(()))
}

/// Drops the partitions of a table whose month is over before a moment; says how many.
pub(crate) fn drop_before(tx: &mut Tx<'_>, table: &str, before: Timestamp) -> Result<u64, Error> {
    let dropped = tx.postgres(|client| {
        let old = client.query(
            "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
             WHERE i.inhparent = to_regclass($1) AND c.relname ~ '_[0-9]{6}$'",
            &[&table],
        )?;
        let mut dropped = 0;
        for row in old {
            let name: String = row.get(0);
            let month = name.rsplit_once('_').and_then(|(_, month)| month.parse::<i64>().ok());
            if month.is_some_and(|month| month < before.month()) {
                client.batch_execute(&format!("DROP TABLE {name}"))?;
                dropped += 1;
            }
        }
        Ok(dropped)
    });
    dropped.unwrap_or(Ok(0))
}
