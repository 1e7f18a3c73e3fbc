//! The carrier calls about orders: placing, looking up, reading the status, the OTP.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use wire::sandbox::{Class, OrderRequest, OtpRequest, OtpResetRequest, code};

use crate::answer::{self, Refusal};
use crate::caller::{Body, Caller, check_reference};
use crate::order::{self, Booked, OtpOutcome};
use crate::script::Script;
use crate::{Shared, script, token};

/// How long a `TIMEOUT` customer's connection is held.
const HELD: Duration = Duration::from_secs(60);

/// The path's carrier and its last part, an id or a reference.
type Named = Result<Path<(String, String)>, PathRejection>;

fn last_part(named: Named) -> Result<String, Refusal> {
    named.map(|Path((_, last))| last).map_err(|rejection| Refusal::invalid(rejection.body_text()))
}

/// `POST /carriers/{carrier}/orders`
pub async fn place(
    State(shared): State<Arc<Shared>>,
    Caller { carrier, class }: Caller,
    Body(asked): Body<OrderRequest>,
) -> Result<Response, Refusal> {
    check_reference(&asked.reference)?;
    if script::is_uncovered(&asked.address.street) {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code::DECLINED, script::NOT_COVERED));
    }
    let script = Script::of(&asked.customer.first_name);
    match script {
        Script::Decline => {
            let error = "the carrier declined this customer";
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code::DECLINED, error));
        }
        Script::Timeout => {
            shared.hold(HELD).await;
            return Ok(answer::broken());
        }
        Script::Plain | Script::Down | Script::LostReply => {}
    }
    let booked = shared
        .database
        .write(move |connection| {
            if script == Script::Down && order::order_meets_outage(connection, &carrier, &asked.reference)? {
                return Ok(None);
            }
            order::book(connection, &carrier, class, &asked).map(Some)
        })
        .await?
        .ok_or_else(down)?;
    match booked {
        Booked::New { first: true, .. } if script == Script::LostReply => Ok(answer::broken()),
        Booked::New { order, .. } => {
            Ok(answer::order(StatusCode::CREATED, order.on_wire(&shared.public_url)))
        }
        Booked::Before(order) if class == Class::B => {
            let error = "this reference is booked already";
            let order = order.on_wire(&shared.public_url);
            Err(Refusal::new(StatusCode::CONFLICT, code::DUPLICATE, error).about(order))
        }
        Booked::Before(order) => Ok(answer::order(StatusCode::OK, order.on_wire(&shared.public_url))),
    }
}

fn down() -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, code::DOWN, "the carrier is down")
}

/// `GET /carriers/{carrier}/orders/by-reference/{reference}`
pub async fn by_reference(
    State(shared): State<Arc<Shared>>,
    Caller { carrier, class }: Caller,
    named: Named,
) -> Result<Response, Refusal> {
    if class == Class::D {
        let error = "this carrier cannot be asked by reference";
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, code::NO_LOOKUP, error));
    }
    let reference = last_part(named)?;
    let found = shared
        .database
        .write(move |connection| {
            if order::lookup_meets_outage(connection, &carrier, &reference)? {
                return Ok(None);
            }
            let found = order::find_by_reference(connection, &carrier, &reference)?;
            found.map(|order| order::poll(connection, order)).transpose().map(Some)
        })
        .await?
        .ok_or_else(down)?;
    let order = found.ok_or_else(Refusal::no_such_order)?;
    Ok(answer::order(StatusCode::OK, order.on_wire(&shared.public_url)))
}

/// `GET /carriers/{carrier}/orders/{id}`
pub async fn by_id(
    State(shared): State<Arc<Shared>>,
    Caller { carrier, .. }: Caller,
    named: Named,
) -> Result<Response, Refusal> {
    let id = last_part(named)?;
    let found = shared
        .database
        .write(move |connection| {
            let found = order::find_by_id(connection, &carrier, &id)?;
            found.map(|order| order::poll(connection, order)).transpose()
        })
        .await?;
    let order = found.ok_or_else(Refusal::no_such_order)?;
    Ok(answer::order(StatusCode::OK, order.on_wire(&shared.public_url)))
}

/// `POST /carriers/{carrier}/orders/{id}/otp`
pub async fn otp(
    State(shared): State<Arc<Shared>>,
    Caller { carrier, .. }: Caller,
    named: Named,
    Body(asked): Body<OtpRequest>,
) -> Result<Response, Refusal> {
    check_reference(&asked.reference)?;
    let id = last_part(named)?;
    let card_token = token::random()?;
    let state = Arc::clone(&shared);
    let outcome = shared
        .database
        .write(move |connection| {
            let Some(order) = order::find_by_id(connection, &carrier, &id)? else { return Ok(None) };
            order::try_otp(connection, order, &asked.reference, &asked.otp, card_token, &state.public_url)
                .map(Some)
        })
        .await?;
    answer_otp(outcome)
}

/// `POST /carriers/{carrier}/orders/{id}/otp/reset`
pub async fn reset_otp(
    State(shared): State<Arc<Shared>>,
    Caller { carrier, .. }: Caller,
    named: Named,
    Body(asked): Body<OtpResetRequest>,
) -> Result<Response, Refusal> {
    check_reference(&asked.reference)?;
    let id = last_part(named)?;
    let state = Arc::clone(&shared);
    let outcome = shared
        .database
        .write(move |connection| {
            let Some(order) = order::find_by_id(connection, &carrier, &id)? else { return Ok(None) };
            order::reset_otp(connection, order, &asked.reference, &state.public_url).map(Some)
        })
        .await?;
    answer_otp(outcome)
}

fn answer_otp(outcome: Option<OtpOutcome>) -> Result<Response, Refusal> {
    match outcome {
        Some(OtpOutcome::Right(order)) => Ok(answer::order(StatusCode::OK, order)),
        Some(OtpOutcome::Wrong(order)) => {
            let error = "the OTP is not the right one";
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code::WRONG_OTP, error).about(order))
        }
        Some(OtpOutcome::NotWanted(order)) => {
            let error = "the order waits for no OTP";
            Err(Refusal::new(StatusCode::CONFLICT, code::NO_OTP_WANTED, error).about(order))
        }
        None => Err(Refusal::no_such_order()),
    }
}
