//! Who calls: a token from any of the places that the documentation names. The first that there is counts: the header
//! `Authorization`, `X-API-Key`, the member `token` of a body, the query, the cookie.

use super::TelecomX;
use super::refusal::Refusal;
use crate::json;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use hub::Principal;
use serde_json::Value;
use std::ops::Deref;
use std::sync::Arc;

/// The cookie's name, and those of the member and of the field of a query.
pub const TOKEN: &str = "token";

/// Taking it authenticates, before anything else of the request is looked at.
pub struct Caller(Arc<Principal>);

impl Deref for Caller {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

/// The tokens that stand around a body.
pub struct Offered {
    header: Option<String>,
    late: Option<String>,
}

impl Offered {
    fn of(parts: &Parts) -> Self {
        let header = of_headers(&parts.headers);
        Self { header, late: of_query(parts.uri.query()).or_else(|| of_cookies(&parts.headers)) }
    }

    /// Whoever sends a body: the token may stand in it.
    pub async fn with(self, telecomx: &TelecomX, body: Body) -> Result<(Caller, Value), Refusal> {
        if let Some(token) = &self.header {
            let caller = authenticate(telecomx, token).await?;
            return Ok((caller, read(body).await?));
        }
        let read = read(body).await;
        let inside = match &read {
            Ok(body) => body.get(TOKEN).and_then(Value::as_str).map(ToOwned::to_owned),
            Err(_) => None,
        };
        let token = inside.or(self.late).ok_or_else(Refusal::no_token)?;
        Ok((authenticate(telecomx, &token).await?, read?))
    }

    /// The same of a caller who need not be signed in any more.
    pub async fn alone(self, body: Body) -> Result<String, Refusal> {
        if let Some(token) = self.header {
            return Ok(token);
        }
        let body = read(body).await.ok();
        let inside = body.and_then(|body| body.get(TOKEN).and_then(Value::as_str).map(ToOwned::to_owned));
        inside.or(self.late).ok_or_else(Refusal::no_token)
    }
}

/// A body that is left out says nothing.
async fn read(body: Body) -> Result<Value, Refusal> {
    Ok(json::read_exactly(body).await?.unwrap_or_else(|| Value::Object(serde_json::Map::new())))
}

async fn authenticate(telecomx: &TelecomX, token: &str) -> Result<Caller, Refusal> {
    Ok(Caller(telecomx.hub.authenticate_any(token).await?))
}

impl FromRequestParts<TelecomX> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, telecomx: &TelecomX) -> Result<Self, Refusal> {
        let offered = Offered::of(parts);
        let token = offered.header.or(offered.late).ok_or_else(Refusal::no_token)?;
        authenticate(telecomx, &token).await
    }
}

impl FromRequestParts<TelecomX> for Offered {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &TelecomX) -> Result<Self, Refusal> {
        Ok(Self::of(parts))
    }
}

fn of_headers(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(header::AUTHORIZATION.as_str()).map(crate::caller::without_scheme);
    // Another scheme says nothing of a token.
    let bearer = bearer.filter(|token| !token.is_empty() && !token.contains(' ') && *token != "Bearer");
    let token = bearer.or_else(|| text("x-api-key").map(str::trim).filter(|token| !token.is_empty()));
    token.map(ToOwned::to_owned)
}

fn of_query(query: Option<&str>) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(query?).ok()?;
    fields.into_iter().find(|(name, value)| name == TOKEN && !value.is_empty()).map(|(_, value)| value)
}

fn of_cookies(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let found = pairs.find(|(name, value)| *name == TOKEN && !value.is_empty());
    found.map(|(_, value)| value.trim_matches('"').to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, Request};

    fn offered(headers: &[(&'static str, &'static str)], uri: &str) -> Offered {
        let (mut parts, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
        for (name, value) in headers {
            parts.headers.append(*name, HeaderValue::from_static(value));
        }
        Offered::of(&parts)
    }

    #[test]
    fn a_token_stands_in_any_of_the_documented_places() {
        let header = |headers: &[_]| offered(headers, "/").header;
        assert_eq!(header(&[("authorization", "Bearer a")]).as_deref(), Some("a"));
        assert_eq!(header(&[("x-api-key", " b ")]).as_deref(), Some("b"));
        assert_eq!(header(&[("x-api-key", "b"), ("authorization", "a")]).as_deref(), Some("a"));
        assert_eq!(offered(&[], "/?filter=x&token=c%2B").late.as_deref(), Some("c+"));
        assert_eq!(offered(&[("cookie", "x=1; token=d; y=2")], "/").late.as_deref(), Some("d"));
        assert_eq!(offered(&[("cookie", "token=d")], "/?token=c").late.as_deref(), Some("c"));
        assert!(offered(&[("authorization", "Bearer ")], "/?token=").late.is_none());
    }
}
