//! Everything that goes wrong, in the dialect's shape: a status, the field or keyword, a sentence. The one place where
//! errors of the hub get their words.

use crate::{error, idempotency, json};
use ::wire::telecomx::{self as wire, Row};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub::{account, quote, session};
use model::product::Level;
use model::quote::{Figure, Flaw, Side};

/// An answer that says no.
#[derive(Debug)]
pub struct Refusal {
    error: wire::Error,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    fn said(code: u16, message: impl Into<String>, description: impl Into<String>) -> Self {
        let said = wire::Said { code, message: message.into(), description: description.into() };
        Self { error: wire::Error { error: said }, retry_after: None }
    }

    pub fn no_token() -> Self {
        Row::InvalidToken.into()
    }

    pub fn is_forbidden(&self) -> bool {
        self.error.error.code == StatusCode::FORBIDDEN.as_u16()
    }

    pub fn not_found() -> Self {
        Row::NotFound.into()
    }

    /// 422 with the one field at fault.
    pub fn field(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::said(422, field, rule)
    }

    pub fn bad_request(why: impl Into<String>) -> Self {
        Self::said(400, Row::BadRequest.message(), why)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = self.error.error.code;
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.error)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Row> for Refusal {
    fn from(row: Row) -> Self {
        Self { error: row.into(), retry_after: None }
    }
}

impl From<wire::NotAnObject> for Refusal {
    fn from(_: wire::NotAnObject) -> Self {
        Self::bad_request("the body must be an object")
    }
}

impl From<hub::Error> for Refusal {
    fn from(refused: hub::Error) -> Self {
        let (status, retry_after) = (error::status(&refused).as_u16(), error::retry_after(&refused));
        let refusal = match refused {
            hub::Error::Invalid { field, rule } => Self::field(field, rule),
            hub::Error::KeyReused => {
                Self::said(status, idempotency::HEADER, "The key was used with another body")
            }
            hub::Error::Unauthenticated => Row::InvalidToken.into(),
            hub::Error::Forbidden => Row::AccessDenied.into(),
            hub::Error::NotFound(_) | hub::Error::UnknownCarrier(_) => Row::NotFound.into(),
            hub::Error::Conflict(text) => Self::said(status, "conflict", text),
            hub::Error::Gone(text) => Self::said(status, "gone", text),
            hub::Error::TooLarge(text) => Self::said(status, "too_large", text),
            hub::Error::TooMany { what, .. } => Self::said(status, "too_many_requests", what),
            hub::Error::Unavailable { .. } => {
                Self::said(status, "unavailable", "Not available at the moment, try again")
            }
            hub::Error::Full => Self::said(status, "full", "No space is left"),
            hub::Error::Internal(reason) => {
                tracing::error!(reason, "a request failed");
                Row::InternalError.into()
            }
        };
        Self { retry_after, ..refusal }
    }
}

impl From<session::Refused> for Refusal {
    fn from(refused: session::Refused) -> Self {
        match refused {
            session::Refused::Invalid => Row::InvalidToken.into(),
            session::Refused::Expired => Row::Expired.into(),
            session::Refused::Failed(error) => error.into(),
        }
    }
}

impl From<session::SignInError> for Refusal {
    fn from(refused: session::SignInError) -> Self {
        match refused {
            session::SignInError::Failed(error) => error.into(),
            _ => Row::CredentialsInvalid.into(),
        }
    }
}

impl From<quote::Refused> for Refusal {
    fn from(refused: quote::Refused) -> Self {
        match refused {
            quote::Refused::Flaw(flaw) => flawed(flaw),
            quote::Refused::Ordered => Row::RequestState.into(),
            quote::Refused::Error(error) => error.into(),
        }
    }
}

fn flawed(flaw: Flaw) -> Refusal {
    let row = match flaw {
        Flaw::Kind => Row::TypeNotPermitted,
        Flaw::InstallTime => Row::InstallTimeNotPermitted,
        Flaw::Notes => Row::NotesTooLong,
        Flaw::Address(Side::First) => Row::AddressNotFound,
        Flaw::Address(Side::Second) => Row::Address2NotFound,
        Flaw::ProductUnknown => Row::ProductNotFound,
        Flaw::ProductUnfit => Row::ProductNotValid,
        Flaw::TakeoverCircuit => Row::TakeoverCircuitRequired,
        Flaw::TakeoverCustomer => Row::TakeoverCustomerRequired,
        Flaw::IpAddresses => Row::IpAddresses,
        Flaw::Start => Row::StartDate,
        Flaw::OfferProductUnknown => Row::OfferProductNotFound,
        Flaw::OfferProductUnfit => Row::OfferProductNotValid,
        Flaw::OfferFeeUnknown => Row::OfferFeeProductNotFound,
        Flaw::OfferFeeUnfit => Row::OfferFeeProductNotValid,
        Flaw::OfferPrice(figure) => match figure {
            Figure::Initiation(Level::Cost) => Row::OfferInitiationCost,
            Figure::Initiation(Level::Wholesale) => Row::OfferInitiationWholesale,
            Figure::Initiation(Level::Customer) => Row::OfferInitiationCustomer,
            Figure::Monthly(Level::Cost) => Row::OfferMonthlyCost,
            Figure::Monthly(Level::Wholesale) => Row::OfferMonthlyWholesale,
            Figure::Monthly(Level::Customer) => Row::OfferMonthlyCustomer,
        },
        Flaw::OfferCommitment => Row::OfferCommitment,
        Flaw::Recipient => Row::RecipientNotFound,
        Flaw::Unreadable(field) => return Refusal::field(field, "Invalid value"),
    };
    row.into()
}

impl From<account::Refused> for Refusal {
    fn from(refused: account::Refused) -> Self {
        use account::Refused;
        let row = match refused {
            Refused::RequestUnknown => Row::RequestNotFound,
            Refused::RequestOrdered => Row::RequestOrdered,
            Refused::OfferUnknown => Row::OfferNotFound,
            Refused::OfferExpired => Row::OfferExpired,
            Refused::State { needed } => {
                return Refusal::said(422, "state", format!("Account must be {needed}"));
            }
            Refused::NotConfirmed => Row::NotConfirmed,
            Refused::Kind => Row::NotDsl,
            Refused::ChangePending => Row::ChangePending,
            Refused::NoChange => Row::NoChange,
            Refused::Bound => Row::CommitmentNotHonoured,
            Refused::AddressTaken => Row::IpAddressInUse,
            Refused::ProductUnknown => Row::NewProductNotFound,
            Refused::ProductUnfit => Row::NewProductNotValid,
            Refused::FeeUnknown => Row::FeeProductNotFound,
            Refused::FeeUnfit => Row::FeeProductNotValid,
            Refused::Recipient => Row::RecipientNotFound,
            Refused::Invalid("name") => Row::AccountName,
            Refused::Invalid(path) => return Refusal::field(path, "Invalid value"),
            Refused::Price(path) => return Refusal::field(path, "Must be between 0 and 500000"),
            Refused::Choice(_) => Row::InstallTimeNotPermitted,
            Refused::TooMany => return Refusal::field("file", "The account has too many documents"),
            Refused::File => Row::FileNotPermitted,
            Refused::Error(error) => return error.into(),
        };
        row.into()
    }
}

impl From<json::Refused> for Refusal {
    fn from(refused: json::Refused) -> Self {
        match refused.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::said(413, "too_large", refused.to_string()),
            _ => Self::bad_request(refused.to_string()),
        }
    }
}

impl From<idempotency::Malformed> for Refusal {
    fn from(_: idempotency::Malformed) -> Self {
        Self::field(idempotency::HEADER, idempotency::RULE)
    }
}

/// A path that there is not.
pub async fn no_such_path() -> Refusal {
    Refusal::not_found()
}

/// A path that there is, with another method; `Allow` is set by the router.
pub async fn no_such_method() -> Refusal {
    Refusal::said(405, "method_not_allowed", "There is no such method here")
}
