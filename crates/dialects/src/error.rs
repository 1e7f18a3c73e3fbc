//! What an error of the hub is in HTTP, the same in every dialect. Its body is each dialect's own.

use axum::http::StatusCode;
use hub::Error;

pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::NotFound(_) | Error::UnknownCarrier(_) => StatusCode::NOT_FOUND,
        Error::Invalid { .. } | Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::Gone(_) => StatusCode::GONE,
        Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Full => StatusCode::INSUFFICIENT_STORAGE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The value of `Retry-After`: whole seconds, at least one.
pub fn retry_after(error: &Error) -> Option<u64> {
    match error {
        Error::Unavailable { after } | Error::TooMany { after, .. } => {
            Some(after.as_millis().div_ceil(1_000).clamp(1, 3_600) as u64)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_pause_is_told_in_whole_seconds_and_never_as_none() {
        for (after, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (u64::MAX, 3_600)] {
            assert_eq!(
                retry_after(&Error::Unavailable { after: Duration::from_millis(after) }),
                Some(seconds)
            );
        }
        assert_eq!(retry_after(&Error::Full), None);
    }
}
