//! Who calls: the key in `Authorization`, on its own or, for clients that know no other form, behind `Bearer`.

use super::refusal::Refusal;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hub::{Error, Hub, Principal};
use std::ops::Deref;
use std::sync::Arc;

/// Taking it authenticates, before anything else of the request is looked at.
pub struct Caller(Arc<Principal>);

impl Deref for Caller {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

impl FromRequestParts<Hub> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = header.ok_or(Error::Unauthenticated)?;
        Ok(Self(hub.authenticate(without_scheme(key)).await?))
    }
}

fn without_scheme(header: &str) -> &str {
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
