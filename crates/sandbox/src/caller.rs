//! What every carrier call brings along, read once at the edge: the carrier's name, its class, its session, its
//! JSON body.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use wire::sandbox::{CLASS_HEADER, Class, SESSION_HEADER, SESSION_REQUIRED, code};

use crate::Shared;
use crate::answer::Refusal;

/// The longest carrier name and the longest reference, in characters.
const CARRIER_LENGTH: usize = 64;
const REFERENCE_LENGTH: usize = 128;

/// The carrier that the path names. Any name is one, 1–64 characters of `[a-z0-9_-]`.
#[derive(Debug)]
pub struct Carrier(pub String);

/// A carrier call that may go on: it has its session, if one is required.
#[derive(Debug)]
pub struct Caller {
    pub carrier: String,
    pub class: Class,
}

/// A JSON body, whatever the content type says.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync> FromRequestParts<S> for Carrier {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Refusal::invalid(rejection.body_text()))?;
        let name =
            params.iter().find_map(|(key, value)| (key == "carrier").then_some(value)).unwrap_or_default();
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
        if name.is_empty() || name.len() > CARRIER_LENGTH || !name.bytes().all(is_plain) {
            return Err(Refusal::invalid("carrier: must be 1-64 characters of a-z, 0-9, _ and -"));
        }
        Ok(Self(name.to_owned()))
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let Carrier(carrier) = Carrier::from_request_parts(parts, shared).await?;
        let class = match parts.headers.get(CLASS_HEADER) {
            None => Class::default(),
            Some(value) => value
                .to_str()
                .ok()
                .and_then(Class::parse)
                .ok_or_else(|| Refusal::invalid("Sandbox-Class: must be A, B, C or D"))?,
        };
        let required = parts
            .headers
            .get(SESSION_HEADER)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(SESSION_REQUIRED.as_bytes()));
        if required {
            let valid = match bearer(&parts.headers) {
                Some(token) => shared.sessions.is_valid(&shared.database, &carrier, token).await?,
                None => false,
            };
            if !valid {
                let error = "a valid session of this carrier is required";
                return Err(Refusal::new(StatusCode::UNAUTHORIZED, code::NO_SESSION, error));
            }
        }
        Ok(Self { carrier, class })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Refusal::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    code::TOO_LARGE,
                    "the body is longer than 256 KiB",
                )
            } else {
                Refusal::invalid("the body could not be read")
            }
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Refusal::invalid(format!("body: {error}")))
    }
}

/// Refuses a reference of the body that is empty or too long.
pub fn check_reference(reference: &str) -> Result<(), Refusal> {
    if (1..=REFERENCE_LENGTH).contains(&reference.chars().count()) {
        Ok(())
    } else {
        Err(Refusal::invalid("reference: must be 1-128 characters"))
    }
}
