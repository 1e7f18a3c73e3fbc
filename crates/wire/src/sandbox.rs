//! What is said on the wire between the sandbox carrier and its connector: header names, bodies, status words.
//! Plain JSON over HTTP; the paths are in `docs/sandbox.md`. How the carrier behaves is not here.

use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Header with a [`Class`]: how the carrier treats duplicates. Absent means [`Class::C`].
pub const CLASS_HEADER: &str = "sandbox-class";
/// Header that makes the carrier insist on a session when its value is [`SESSION_REQUIRED`].
pub const SESSION_HEADER: &str = "sandbox-session";
/// The value of [`SESSION_HEADER`] that asks for a session; any other is ignored.
pub const SESSION_REQUIRED: &str = "required";

/// The words of `code` in a [`Failure`].
pub mod code {
    /// 400: the request is malformed; `error` names the field.
    pub const INVALID: &str = "invalid";
    /// 401: a session is required and none, or an expired one, was sent.
    pub const NO_SESSION: &str = "no_session";
    /// 401: the session request has no key.
    pub const WRONG_KEY: &str = "wrong_key";
    /// 404: no order has this id or reference.
    pub const NO_SUCH_ORDER: &str = "no_such_order";
    /// 404: the path is not one of the carrier's.
    pub const NOT_FOUND: &str = "not_found";
    /// 405: the path exists, the method does not.
    pub const METHOD_NOT_ALLOWED: &str = "method_not_allowed";
    /// 405: a carrier of class D cannot be asked by reference.
    pub const NO_LOOKUP: &str = "no_lookup";
    /// 409: the reference is booked already (class B); `order` is the first one.
    pub const DUPLICATE: &str = "duplicate";
    /// 409: the order waits for no OTP; `order` is its present state.
    pub const NO_OTP_WANTED: &str = "no_otp_wanted";
    /// 413: the body is longer than 256 KiB.
    pub const TOO_LARGE: &str = "too_large";
    /// 422: the OTP is not the right one; the order still waits for it.
    pub const WRONG_OTP: &str = "wrong_otp";
    /// 422: the carrier declined the customer, nothing is booked.
    pub const DECLINED: &str = "declined";
    /// 503: the carrier is down; `Retry-After` says for how long.
    pub const DOWN: &str = "down";
    /// 503: the carrier could not write to its own disk. Whether it booked is unknown.
    pub const UNAVAILABLE: &str = "unavailable";
}

/// A closed set of words that stays readable when the carrier invents another.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know, kept as it came.
            Other(String),
        }

        impl $name {
            /// The word as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                match word {
                    $name::Other(word) => word,
                    known => known.as_str().to_owned(),
                }
            }
        }

        // Derived, this would be an object for `Other`; on the wire it is always a string.
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                String::schema()
            }
        }

        impl ToSchema for $name {}
    };
}

words! {
    /// Where an order stands. An unknown word means "still pending", never "failed".
    Status {
        /// Booked; the customer has been sent an OTP.
        OtpRequired = "otp_required",
        /// The OTP was right; the customer has to approve the card page.
        CardRequired = "card_required",
        /// Nothing is wanted any more; the next status read finds it active.
        Provisioning = "provisioning",
        /// The line carries traffic.
        Active = "active",
        /// The carrier gave the order up; `reason` says why.
        Refused = "refused",
    }
}

words! {
    /// What the customer did on the card page.
    CardState {
        /// Nothing yet.
        Open = "open",
        /// Approved; the order goes on.
        Approved = "approved",
        /// Declined; it may still be approved on the same page.
        Declined = "declined",
    }
}

/// How a carrier treats a mutating call that names a reference it has booked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
pub enum Class {
    /// Answers 200 with the first order and books nothing.
    A,
    /// Answers 409 `duplicate` with the first order and books nothing.
    B,
    /// Books again; can be asked by reference.
    #[default]
    C,
    /// Books again; a look-up answers 405 `no_lookup`.
    D,
}

impl Class {
    /// The value of [`CLASS_HEADER`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// Reads the value of [`CLASS_HEADER`], in either case; `None` when it is no class.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "A" | "a" => Some(Self::A),
            "B" | "b" => Some(Self::B),
            "C" | "c" => Some(Self::C),
            "D" | "d" => Some(Self::D),
            _ => None,
        }
    }
}

/// Body of `POST carriers/{carrier}/session`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionRequest {
    /// Any text but the empty one is accepted.
    pub key: String,
}

/// A session, sent as `Authorization: Bearer <token>` with each other call to the same carrier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Opaque.
    pub token: String,
    /// Seconds from the answer on.
    pub valid_for_s: u64,
}

/// A place, as the carrier is told of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Address {
    pub street: String,
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    pub postcode: String,
    /// ISO 3166-1, two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The whole address as one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<String>,
}

/// Body of `POST carriers/{carrier}/coverage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CoverageRequest {
    pub reference: String,
    pub address: Address,
}

/// Answer to a [`CoverageRequest`], always 200.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    pub covered: bool,
    /// Present when not covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The end customer. The carrier reads the first name for its script and keeps none of this.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Customer {
    pub first_name: String,
    pub last_name: String,
    pub tax_code: String,
    pub email: String,
    pub phone: String,
}

/// An identity document. Dates are `YYYY-MM-DD`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub nationality: String,
    /// For example `passport`.
    #[serde(rename = "type")]
    pub kind: String,
    pub number: String,
    pub issued_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_by: Option<String>,
}

/// The payment method that leads to a card page; every other goes on without one.
pub const CREDIT_CARD: &str = "credit_card";

/// Body of `POST carriers/{carrier}/orders`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderRequest {
    /// The caller's own name for this order, 1–128 characters; look-ups and duplicates go by it.
    pub reference: String,
    pub product: String,
    /// Names of addons.
    #[serde(default)]
    pub addons: Vec<String>,
    pub payment_method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    pub customer: Customer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    pub address: Address,
}

/// The card page of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Card {
    /// Absolute; for the customer's browser, also within an iframe.
    pub url: String,
    pub state: CardState,
}

/// An order as the carrier sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Order {
    /// The carrier's name for it, `SB-00000001`.
    pub id: String,
    pub reference: String,
    pub carrier: String,
    pub status: Status,
    /// Present from the moment when a card is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// OTPs tried so far, wrong or right; a reset does not lower it.
    #[serde(default)]
    pub otp_tries: u32,
    /// Present when refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The answer of every call about one order that went well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderAnswer {
    pub order: Order,
}

/// Body of `POST carriers/{carrier}/orders/{id}/otp`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OtpRequest {
    /// The caller's own name for this try, 1–128 characters: sent again it is answered as the first time.
    pub reference: String,
    pub otp: String,
}

/// Body of `POST carriers/{carrier}/orders/{id}/otp/reset`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OtpResetRequest {
    /// The caller's own name for this reset, 1–128 characters: sent again it changes nothing.
    pub reference: String,
}

/// Answer of `GET carriers/{carrier}/changes?after=CURSOR`: orders that changed since, each once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Changes {
    /// To be sent as `after` the next time; 0 is the beginning.
    pub cursor: i64,
    /// In the order of their last change.
    pub changes: Vec<Order>,
}

/// The body of every answer that is not 2xx.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// For people.
    pub error: String,
    /// For programs: one of [`code`].
    pub code: String,
    /// The order concerned, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

/// Answer of `GET ledger`: every booking ever made, and the references that were booked more than once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ledger {
    /// In the order in which they were booked.
    pub bookings: Vec<Booking>,
    pub duplicates: Vec<Duplicate>,
}

/// One booking. It is never changed or deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Booking {
    /// The [`Order`]'s id.
    pub id: String,
    pub carrier: String,
    pub reference: String,
    /// RFC 3339, UTC, six decimals.
    pub booked_at: String,
}

/// A reference that one carrier booked more than once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Duplicate {
    pub carrier: String,
    pub reference: String,
    /// At least 2.
    pub count: u64,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_status_word_of_a_later_version_is_kept_as_it_came() {
        let text = r#"{"id":"SB-00000001","reference":"r","carrier":"fastweb","status":"on_hold","later":1}"#;
        let order: Order = serde_json::from_str(text).unwrap();
        assert_eq!(order.status, Status::Other("on_hold".to_owned()));
        assert_eq!(serde_json::to_value(&order).unwrap()["status"], "on_hold");
    }

    #[test]
    fn known_words_are_read_and_written_as_the_protocol_spells_them() {
        for (word, status) in [
            ("otp_required", Status::OtpRequired),
            ("card_required", Status::CardRequired),
            ("provisioning", Status::Provisioning),
            ("active", Status::Active),
            ("refused", Status::Refused),
        ] {
            assert_eq!(serde_json::to_value(&status).unwrap(), word);
            assert_eq!(Status::from(word.to_owned()), status);
        }
        assert_eq!(serde_json::to_value(CardState::Declined).unwrap(), "declined");
    }

    #[test]
    fn what_is_not_there_is_left_out_not_null() {
        let covered = Coverage { covered: true, reason: None };
        assert_eq!(serde_json::to_string(&covered).unwrap(), r#"{"covered":true}"#);
        let document = Document { kind: "passport".to_owned(), ..Document::default() };
        let written = serde_json::to_value(&document).unwrap();
        assert_eq!(written["type"], "passport");
        assert!(written.get("expires_at").is_none());
    }
}
