//! `/qualifications`: a file is sent, its job looked at and canceled.

use super::body::{Kind, drain};
use super::caller::Caller;
use super::openapi::{self, Create, Found, Read};
use super::refusal::Refusal;
use super::{Bulk, MOUNT, map};
use crate::idempotency;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub::Error;
use hub::bulk::Job;
use hub::idempotency::{Accepted, Answer, Idempotent, Key};
use model::id::ActionId;
use model::role::Capability;
use serde::Serialize;
use std::sync::Arc;
use wire::bulk as wire;

const OPERATION: &str = "bulk POST /qualifications";
const HEADERS: &str = "content-type: application/json\ncache-control: no-store";
/// Jobs on a page.
const PAGE: i64 = 20;
const MOST: i64 = 100;

/// Send a file
///
/// CSV with a head line or JSON lines, as `demarc qualify` reads them; gzip with `Content-Encoding: gzip`. The file is
/// read through before it is accepted: what is wrong with it is told at once.
#[utoipa::path(
    post,
    path = "/qualifications",
    operation_id = "create",
    tag = "Qualifications",
    params(openapi::IdempotencyKey),
    request_body(content = String, content_type = "text/csv", description = "The file itself, UTF-8"),
    responses(Create)
)]
pub async fn create(
    State(bulk): State<Bulk>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let begun = async {
        caller.require(Capability::Qualify)?;
        let kind = Kind::of(&headers)?;
        let key = idempotency::key(&headers)?;
        let idempotent = key.map(|key| Idempotent {
            // What of the file makes it the same one is known when it is in.
            key: Key { organization: caller.organization, operation: OPERATION, key, body_hash: [0; 32] },
            render: Arc::new(accepted),
        });
        let upload = bulk.hub.upload_bulk(&caller, kind.format, bulk.limits, idempotent).await?;
        Ok::<_, Refusal>((kind, upload))
    };
    let (kind, mut upload) = match begun.await {
        Ok(begun) => begun,
        Err(refusal) => {
            drain(body.into_data_stream()).await;
            return Err(refusal);
        }
    };
    kind.pump(body, &mut upload, bulk.limits.upload).await?;
    Ok(match upload.finish().await? {
        Accepted::New(job, written) => idempotency::respond(written.unwrap_or_else(|| accepted(&job)), false),
        Accepted::Replayed(answer) => idempotency::respond(answer, true),
    })
}

/// The answer to a new job: the same job gives the same bytes.
fn accepted(job: &Job) -> Answer {
    let headers = format!("{HEADERS}\nlocation: {}", map::location(job.id));
    let body = serde_json::to_vec(&map::job(job)).unwrap_or_default();
    Answer { status: StatusCode::ACCEPTED.as_u16(), headers, body }
}

/// 200 with any body.
pub fn ok(body: &impl Serialize) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(body).map_err(|error| Error::Internal(error.to_string()))?;
    let answer = Answer { status: StatusCode::OK.as_u16(), headers: HEADERS.to_owned(), body };
    Ok(idempotency::respond(answer, false))
}

/// The job that a path names.
pub fn named(id: Result<Path<String>, PathRejection>) -> Result<ActionId, Error> {
    let Path(text) = id.map_err(|_| Error::NotFound("job"))?;
    map::job_id(&text)
}

/// Progress of a job
///
/// Poll it every few seconds until it is `done` or `canceled`.
#[utoipa::path(
    get,
    path = "/qualifications/{id}",
    operation_id = "show",
    tag = "Qualifications",
    params(openapi::Id),
    responses((status = 200, description = "The job as it is now", body = wire::Job), Found)
)]
pub async fn show(
    State(bulk): State<Bulk>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    ok(&map::job(&bulk.hub.bulk(&caller, named(id)?).await?))
}

/// Cancel a job
///
/// One that is open ends, and what came of it is deleted; one that is canceled stays so.
#[utoipa::path(
    delete,
    path = "/qualifications/{id}",
    operation_id = "cancel",
    tag = "Qualifications",
    params(openapi::Id),
    responses(
        (status = 200, description = "The job, canceled", body = wire::Job),
        (status = 409, description = "It is done", body = wire::Problem, content_type = "application/problem+json"),
        Found
    )
)]
pub async fn cancel(
    State(bulk): State<Bulk>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    ok(&map::job(&bulk.hub.cancel_bulk(&caller, named(id)?).await?))
}

/// List jobs
///
/// Those of the key's organization and of all below it, the newest first.
#[utoipa::path(
    get,
    path = "/qualifications",
    operation_id = "list",
    tag = "Qualifications",
    params(
        ("limit" = Option<i64>, Query, description = "Jobs on a page: 1 to 100, 20 when left out", minimum = 1, maximum = 100),
        ("before" = Option<i64>, Query, description = "As `next` of the page before has it", minimum = 1),
    ),
    responses(
        (status = 200, description = "A page of jobs", body = wire::Jobs),
        (status = 422, description = "A parameter is not as it has to be", body = wire::Problem, content_type = "application/problem+json"),
        Read
    )
)]
pub async fn list(
    State(bulk): State<Bulk>,
    caller: Caller,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Refusal> {
    let fields = query.map(|Query(fields)| fields).unwrap_or_default();
    let number = |name: &'static str, default: i64, most: i64| {
        let Some((_, text)) = fields.iter().find(|(known, _)| known == name) else { return Ok(default) };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| Error::invalid(name, format!("must be an integer from 1 to {most}")))
    };
    let (limit, before) = (number("limit", PAGE, MOST)?, number("before", i64::MAX, i64::MAX)?);
    let mut jobs = bulk.hub.bulks(&caller, before, limit + 1).await?;
    let more = jobs.len() as i64 > limit;
    jobs.truncate(limit as usize);
    let last = jobs.last().filter(|_| more).map(|job| job.number);
    let next = last.map(|number| format!("{MOUNT}/qualifications?limit={limit}&before={number}"));
    ok(&wire::Jobs { jobs: jobs.iter().map(map::job).collect(), next })
}
