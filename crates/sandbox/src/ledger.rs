//! The judge: what was booked, read from the durable ledger, and what was booked more than once.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use rusqlite::Connection;
use serde::Deserialize;
use wire::sandbox::{Booking, Duplicate, Ledger};

use crate::answer::{self, Refusal};
use crate::{Shared, clock, order};

const BOOKINGS: &str = "SELECT number, carrier, reference, booked_at FROM booking \
     WHERE (?1 IS NULL OR carrier = ?1) AND (?2 IS NULL OR reference = ?2) ORDER BY number";

const DUPLICATES: &str = "SELECT carrier, reference, count(*) FROM booking \
     WHERE (?1 IS NULL OR carrier = ?1) AND (?2 IS NULL OR reference = ?2) \
     GROUP BY carrier, reference HAVING count(*) > 1 ORDER BY min(number)";

/// Which part of the ledger is wanted; all of it when empty.
#[derive(Debug, Deserialize)]
pub struct Filter {
    carrier: Option<String>,
    reference: Option<String>,
}

/// `GET /ledger[?carrier=NAME][&reference=R]`
pub async fn show(
    State(shared): State<Arc<Shared>>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(filter) = filter.map_err(|rejection| Refusal::invalid(rejection.body_text()))?;
    let ledger = shared.database.read(move |connection| read(connection, &filter)).await?;
    Ok(answer::json(StatusCode::OK, &ledger))
}

fn read(connection: &Connection, filter: &Filter) -> rusqlite::Result<Ledger> {
    let filter = (&filter.carrier, &filter.reference);
    let bookings = connection
        .prepare(BOOKINGS)?
        .query_map(filter, |row| {
            Ok(Booking {
                id: order::id(row.get("number")?),
                carrier: row.get("carrier")?,
                reference: row.get("reference")?,
                booked_at: clock::rfc3339(row.get("booked_at")?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let duplicates = connection
        .prepare(DUPLICATES)?
        .query_map(filter, |row| {
            let count: i64 = row.get(2)?;
            Ok(Duplicate { carrier: row.get(0)?, reference: row.get(1)?, count: count.unsigned_abs() })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Ledger { bookings, duplicates })
}
