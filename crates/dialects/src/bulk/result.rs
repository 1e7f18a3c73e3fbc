//! `GET /qualifications/{id}/result`: the answers, streamed from the store chunk by chunk.

use super::Bulk;
use super::caller::Caller;
use super::job::named;
use super::openapi::{self, Found};
use super::refusal::Refusal;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use model::qualification::Format;

/// The result
///
/// In the format of the file and in the order of its rows: every row as it was sent, once for each offer, the best first,
/// or once with the reason why there is none. The last column is the `qualification` that an order can quote.
#[utoipa::path(
    get,
    path = "/qualifications/{id}/result",
    operation_id = "result",
    tag = "Qualifications",
    params(openapi::Id),
    responses(
        (status = 200, description = "The answers", body = String, content_type = "text/csv"),
        (status = 409, description = "The job is not done, or was canceled", body = wire::bulk::Problem, content_type = "application/problem+json"),
        (status = 410, description = "The result is no longer kept", body = wire::bulk::Problem, content_type = "application/problem+json"),
        Found
    )
)]
pub async fn fetch(
    State(bulk): State<Bulk>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let (job, chunks) = bulk.hub.bulk_result(&caller, named(id)?).await?;
    let chunks = stream::unfold(chunks, |mut chunks| async {
        match chunks.next().await {
            Ok(None) => None,
            Ok(Some(chunk)) => Some((Ok(chunk), chunks)),
            // The connection ends before the body does: the client sees that it has not all of it.
            Err(error) => {
                tracing::warn!(%error, "a result could not be read to its end");
                Some((Err(std::io::Error::other(error.to_string())), chunks))
            }
        }
    });
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    let (content_type, ending) = match job.file.format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::JsonLines => ("application/x-ndjson", "jsonl"),
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(job.bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.{ending}\"", job.id)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
