//! How the carrier answers: JSON bodies, the error shape, and the answer that never arrives whole.

use std::future::ready;
use std::io;

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use wire::sandbox::{Failure, Order, OrderAnswer, code};

use crate::database::Unavailable;

/// An answer that is not 2xx, in the error shape. Boxed, as it travels in every `Result`.
#[derive(Debug)]
pub struct Refusal(Box<(StatusCode, Failure)>);

impl Refusal {
    pub fn new(status: StatusCode, code: &str, error: impl Into<String>) -> Self {
        Self(Box::new((status, Failure { error: error.into(), code: code.to_owned(), order: None })))
    }

    pub fn about(mut self, order: Order) -> Self {
        self.0.1.order = Some(order);
        self
    }

    pub fn invalid(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::INVALID, error)
    }

    pub fn no_such_order() -> Self {
        Self::new(StatusCode::NOT_FOUND, code::NO_SUCH_ORDER, "there is no such order")
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, failure) = *self.0;
        let mut response = json(status, &failure);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    (status, Json(body)).into_response()
}

pub fn order(status: StatusCode, order: Order) -> Response {
    json(status, &OrderAnswer { order })
}

/// An answer that breaks off: the body fails before its first byte, so hyper closes the connection. The client sees
/// the connection closed with nothing sent; a layer or proxy in between may let it see a head that promises
/// [`PROMISED`] bytes that never come. Both are an unknown outcome, and cannot be taken for a whole answer.
pub fn broken() -> Response {
    let nothing = stream::once(ready(Err::<String, _>(io::Error::other("the script closes the connection"))));
    let mut response = Body::from_stream(nothing).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(PROMISED));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Any number but nought: without a length HTTP/1.0 would take the end of the connection for the end of the body.
const PROMISED: u64 = 64;

pub async fn not_found() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "the sandbox has no such path")
}

pub async fn method_not_allowed() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        code::METHOD_NOT_ALLOWED,
        "the path does not take this method",
    )
}
