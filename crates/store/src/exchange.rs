//! Exchanges: the masked record of each request to a carrier. What is masked is the engine's matter.

use crate::sql::Row;
use crate::{Error, Tx, args, statements};
use model::id::{ActionId, AttemptId, CarrierId, ExchangeId};
use model::time::Timestamp;

statements! {
    INSERT = "INSERT INTO exchange (month, id, carrier_id, action_id, attempt_id, operation, request, status, answer, failure, duration_us, started_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OF_ACTION = "SELECT * FROM exchange WHERE action_id = $1 ORDER BY started_at, number";
}

#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub id: ExchangeId,
    pub carrier: CarrierId,
    pub action: Option<ActionId>,
    pub attempt: Option<AttemptId>,
    pub operation: String,
    /// Method, URL and masked body.
    pub request: String,
    /// None: no whole answer came.
    pub status: Option<i64>,
    /// The masked body of the answer.
    pub answer: String,
    /// Why no whole answer came.
    pub failure: Option<String>,
    pub duration_us: i64,
    /// Business time.
    pub started: Timestamp,
}

pub fn insert(tx: &mut Tx<'_>, exchange: &Exchange) -> Result<(), Error> {
    tx.run(
        INSERT,
        args![
            exchange.started.month(),
            &exchange.id,
            &exchange.carrier,
            exchange.action.as_ref(),
            exchange.attempt.as_ref(),
            &exchange.operation,
            &exchange.request,
            exchange.status,
            &exchange.answer,
            exchange.failure.as_deref(),
            exchange.duration_us,
            exchange.started,
        ],
    )
    .map(|_| ())
}

fn read(row: Row<'_>) -> Result<Exchange, Error> {
    Ok(Exchange {
        id: row.get("id")?,
        carrier: row.get("carrier_id")?,
        action: row.get("action_id")?,
        attempt: row.get("attempt_id")?,
        operation: row.get("operation")?,
        request: row.get("request")?,
        status: row.get("status")?,
        answer: row.get("answer")?,
        failure: row.get("failure")?,
        duration_us: row.get("duration_us")?,
        started: row.get("started_at")?,
    })
}

/// What was said to the carrier for an action, in order.
pub fn of_action(tx: &mut Tx<'_>, action: ActionId) -> Result<Vec<Exchange>, Error> {
    tx.all(OF_ACTION, args![&action], read)
}
