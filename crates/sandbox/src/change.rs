//! The feed: what changed since a cursor, for all orders of a carrier in one answer.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use wire::sandbox::Changes;

use crate::Shared;
use crate::answer::{self, Refusal};
use crate::caller::Caller;
use crate::order;

/// Orders in one answer; the next call goes on behind them.
const PAGE: i64 = 500;

#[derive(Debug, Deserialize)]
pub struct Since {
    #[serde(default)]
    after: i64,
}

/// `GET /carriers/{carrier}/changes[?after=CURSOR]`
pub async fn list(
    State(shared): State<Arc<Shared>>,
    Caller { carrier, .. }: Caller,
    since: Result<Query<Since>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(Since { after }) = since.map_err(|rejection| Refusal::invalid(rejection.body_text()))?;
    let (cursor, orders) = shared
        .database
        .read(move |connection| order::changed_after(connection, &carrier, after, PAGE))
        .await?;
    let changes = orders.iter().map(|order| order.on_wire(&shared.public_url)).collect();
    Ok(answer::json(StatusCode::OK, &Changes { cursor, changes }))
}
