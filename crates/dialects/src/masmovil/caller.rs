//! Who calls: an API key, or a token that a program of an organization has signed, in `Authorization`. And what it takes
//! for an answer.

use super::Masmovil;
use super::refusal::Refusal;
use crate::caller::without_scheme;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use hub::Principal;
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

impl FromRequestParts<Masmovil> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, masmovil: &Masmovil) -> Result<Self, Refusal> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = without_scheme(header.ok_or(hub::Error::Unauthenticated)?);
        let principal = masmovil.hub.authenticate_program(token).await.map_err(hub::Error::from)?;
        match takes_json(&parts.headers) {
            true => Ok(Self(principal)),
            false => Err(Refusal::not_acceptable()),
        }
    }
}

/// Whether a caller takes JSON for an answer; who says nothing does (RFC 9110).
fn takes_json(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if lines.peek().is_none() {
        return true;
    }
    // The most telling range decides.
    let mut best: Option<(u8, bool)> = None;
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let rank = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "application/json" => 2,
            "application/*" => 1,
            "*/*" | "" => 0,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let takes = quality.is_none_or(|quality| quality.parse::<f32>().is_ok_and(|quality| quality > 0.0));
        if best.is_none_or(|(known, _)| known <= rank) {
            best = Some((rank, takes));
        }
    }
    best.is_some_and(|(_, takes)| takes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_unless_it_is_left_out_or_refused() {
        let takes = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            takes_json(&headers)
        };
        assert!(takes_json(&HeaderMap::new()));
        for accept in
            ["*/*", "application/json", "text/html, application/*;q=0.8", "application/json; charset=utf-8"]
        {
            assert!(takes(accept), "{accept}");
        }
        for accept in ["text/html", "application/xml", "application/json;q=0", "*/*, application/json;q=0"] {
            assert!(!takes(accept), "{accept}");
        }
    }
}
