//! Who calls: the key in `Authorization`, behind `Bearer` or, as some wires have it, on its own.

use axum::http::header;
use axum::http::request::Parts;
use hub::{Error, Hub, Principal};
use std::sync::Arc;

pub async fn principal(parts: &Parts, hub: &Hub) -> Result<Arc<Principal>, Error> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = header.ok_or(Error::Unauthenticated)?;
    hub.authenticate(without_scheme(key)).await
}

pub fn without_scheme(header: &str) -> &str {
    let header = header.trim();
    match header.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        _ => header,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_is_tolerated_and_nothing_else() {
        for header in ["key", " key ", "Bearer key", "bearer  key"] {
            assert_eq!(without_scheme(header), "key", "{header}");
        }
        assert_eq!(without_scheme("Basic key"), "Basic key");
        assert_eq!(without_scheme("Bearer"), "Bearer");
    }
}
