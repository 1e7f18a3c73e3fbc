//! Who calls, in this dialect.

use super::Aex;
use super::refusal::Refusal;
use crate::caller;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
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

impl FromRequestParts<Aex> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, aex: &Aex) -> Result<Self, Refusal> {
        Ok(Self(caller::principal(parts, &aex.hub).await?))
    }
}
