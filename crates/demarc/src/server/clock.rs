//! `POST /sandbox/clock`: moves business time, where the settings allow it.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use hub::Hub;
use jiff::{SignedDuration, Span, tz::TimeZone};
use model::role::Capability;
use model::time::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

pub fn router(hub: Hub) -> Router {
    Router::new().route("/clock", post(advance)).with_state(hub)
}

/// `{"advance": "P30D"}`, an ISO 8601 duration, with any key that may order: those of the demo are such.
async fn advance(State(hub): State<Hub>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let key = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match hub.authenticate(key.strip_prefix("Bearer ").unwrap_or(key)).await {
        Ok(caller) if caller.require(Capability::Order).is_ok() => {}
        Ok(_) => return refuse(StatusCode::FORBIDDEN, "this key may not move the clock: it may not order"),
        Err(hub::Error::Unavailable { .. }) => {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "the key could not be looked up");
        }
        Err(_) => return refuse(StatusCode::UNAUTHORIZED, "a key of this installation is needed"),
    }
    let asked = serde_json::from_slice::<Value>(&body).ok();
    let span = asked.as_ref().and_then(|b| b.get("advance")).and_then(Value::as_str);
    let Some(by) = span.and_then(|text| length(hub.store().clock().now(), text)) else {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "advance: must be a duration from now on, such as P30D or PT10M, of at most 100 years",
        );
    };
    match hub.advance_clock(by).await {
        Ok(now) => Json(json!({"now": now.to_string()})).into_response(),
        Err(_) => refuse(StatusCode::SERVICE_UNAVAILABLE, "the clock could not be moved"),
    }
}

fn refuse(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({"error": text}))).into_response()
}

/// How long a duration of the calendar is from a moment on.
fn length(from: Timestamp, text: &str) -> Option<Duration> {
    const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 36_600);
    let span: Span = text.parse().ok()?;
    let from = jiff::Timestamp::from_microsecond(from.micros()).ok()?.to_zoned(TimeZone::UTC);
    let to = from.checked_add(span).ok()?;
    let length = from.duration_until(&to);
    (length >= SignedDuration::ZERO && length <= LONGEST).then(|| length.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_by_the_calendar_and_only_forward() {
        let january = Timestamp::from_micros(1_735_689_600_000_000);
        assert_eq!(length(january, "P30D"), Some(Duration::from_secs(30 * 86_400)));
        assert_eq!(length(january, "P1M"), Some(Duration::from_secs(31 * 86_400)));
        assert_eq!(length(january, "PT90S"), Some(Duration::from_secs(90)));
        assert_eq!(length(january, "-P1D"), None);
        assert_eq!(length(january, "P1000Y"), None);
        assert_eq!(length(january, "soon"), None);
    }
}
