//! `send-otp` and `reset-otp`, each by the path of the subscription and, with its id in the body, without one.

use super::caller::Caller;
use super::openapi::{self, ActionRefused, NotInterrupted, PostRefused, Seen};
use super::refusal::Refusal;
use super::status::named;
use super::{DIALECT, answer};
use crate::json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use hub::{Error, Hub};
use model::role::Capability;
use serde_json::{Map, Value};
use wire::comparetech::{ActionId, ResetOtp, ResetOtpById, SendOtp, SendOtpById};

/// Send the OTP
///
/// Answers at once with the record in `running`: whether the OTP was right is seen in its status. It is tried at
/// most 5 times for a subscription.
#[utoipa::path(
    post,
    path = "/subscription/{id}/send-otp",
    operation_id = "sendOtp",
    tag = "Subscription",
    params(openapi::ActionId),
    request_body = SendOtp,
    responses(Seen, ActionRefused, NotInterrupted, PostRefused)
)]
pub async fn send(
    State(hub): State<Hub>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Refusal> {
    caller.require(Capability::Order)?;
    let sent = SendOtp::parse(json::read(body).await?)?;
    answer::seen(hub.answer_otp(&caller, DIALECT, named(id)?, sent.otp.as_str().to_owned()).await?)
}

/// Send the OTP, the subscription's id in the body
#[utoipa::path(
    post,
    path = "/send-otp",
    operation_id = "sendOtpById",
    tag = "Subscription",
    request_body = SendOtpById,
    responses(Seen, ActionRefused, NotInterrupted, PostRefused)
)]
pub async fn send_by_id(State(hub): State<Hub>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    caller.require(Capability::Order)?;
    let sent = SendOtpById::parse(json::read(body).await?)?;
    answer::seen(hub.answer_otp(&caller, DIALECT, number(sent.id)?, sent.otp.as_str().to_owned()).await?)
}

/// Ask for a new OTP
///
/// The carrier sends the customer another one; at most 5 times for a subscription.
#[utoipa::path(
    post,
    path = "/subscription/{id}/reset-otp",
    operation_id = "resetOtp",
    tag = "Subscription",
    params(openapi::ActionId),
    request_body(content = Option<ResetOtp>, description = "May be left out"),
    responses(Seen, ActionRefused, NotInterrupted, PostRefused)
)]
pub async fn reset(
    State(hub): State<Hub>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Response, Refusal> {
    caller.require(Capability::Order)?;
    let body = json::read_optional(body).await?.filter(|body| !body.is_null());
    ResetOtp::parse(body.unwrap_or_else(|| Value::Object(Map::new())))?;
    answer::seen(hub.reset_otp(&caller, DIALECT, named(id)?).await?)
}

/// Ask for a new OTP, the subscription's id in the body
#[utoipa::path(
    post,
    path = "/reset-otp",
    operation_id = "resetOtpById",
    tag = "Subscription",
    request_body = ResetOtpById,
    responses(Seen, ActionRefused, NotInterrupted, PostRefused)
)]
pub async fn reset_by_id(State(hub): State<Hub>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    caller.require(Capability::Order)?;
    let sent = ResetOtpById::parse(json::read(body).await?)?;
    answer::seen(hub.reset_otp(&caller, DIALECT, number(sent.id)?).await?)
}

/// The action that a body names.
fn number(id: ActionId) -> Result<i64, Error> {
    id.number().ok_or(Error::NotFound("action"))
}
