//! `GET /documents`: the identity documents that a driver accepts.

use super::answer;
use super::caller::Caller;
use super::openapi::{DriverRefused, ReadRefused};
use super::refusal::Refusal;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use hub::Hub;
use model::role::Capability;
use wire::comparetech::Document;

/// Identity documents
#[utoipa::path(
    get,
    path = "/documents",
    operation_id = "documents",
    tag = "Reference data",
    params(("driver" = Option<String>, Query, description = "Of this driver; of all that may be used when left out")),
    responses(
        (status = 200, description = "The kinds of document that are accepted", body = Vec<Document>),
        DriverRefused,
        ReadRefused,
    )
)]
pub async fn list(
    State(hub): State<Hub>,
    caller: Caller,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Refusal> {
    caller.require(Capability::Read)?;
    let fields = query.map(|Query(fields)| fields).unwrap_or_default();
    let driver = fields.iter().find(|(name, _)| name == "driver").map(|(_, driver)| driver.as_str());
    let kinds = hub.documents(&caller, driver).await?;
    let text = |text: &&str| (*text).to_owned();
    let shown: Vec<Document> = kinds
        .iter()
        .map(|kind| Document {
            kind: text(&kind.kind),
            label: text(&kind.label),
            required: kind.required.iter().map(text).collect(),
        })
        .collect();
    answer::ok(&shown)
}
