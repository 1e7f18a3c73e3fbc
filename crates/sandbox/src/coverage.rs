//! Coverage checks. They change nothing and touch no disk.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use wire::sandbox::{Coverage, CoverageRequest};

use crate::answer::{self, Refusal};
use crate::caller::{Body, Caller, check_reference};
use crate::{Shared, script};

/// How late the answer for a street with `SLOW` in it comes.
const SLOW: Duration = Duration::from_secs(5);

/// `POST /carriers/{carrier}/coverage`
pub async fn check(
    State(shared): State<Arc<Shared>>,
    _: Caller,
    Body(asked): Body<CoverageRequest>,
) -> Result<Response, Refusal> {
    check_reference(&asked.reference)?;
    if script::is_slow(&asked.address.street) {
        shared.hold(SLOW).await;
    }
    let covered = !script::is_uncovered(&asked.address.street);
    let reason = (!covered).then(|| script::NOT_COVERED.to_owned());
    Ok(answer::json(StatusCode::OK, &Coverage { covered, reason }))
}
