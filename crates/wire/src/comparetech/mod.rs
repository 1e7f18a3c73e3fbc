//! The Compare Tech "online cart" wire: its requests, action records, prompts and errors, as both
//! sides say them. Requests are read by `parse`, which names every field at fault at once.
//! No routes, no rules of the business and no calls live here.
//!
//! Source: <https://docs.online-cart.compare-tech.com> (page api-1475594m0 and the endpoint pages).

mod action_id;
mod address;
mod coverage;
mod coverage_id;
mod error;
mod info;
mod listing;
mod otp;
pub mod printed;
mod problem;
mod record;
mod subscription;
mod text;
mod timestamp;
mod word;

use crate::field;

pub use crate::date::Date;
pub use crate::field::Extra;
pub use crate::problem::Problems;
pub use action_id::ActionId;
pub use address::{Address, AddressVariants, NumberOrText};
pub use coverage::Coverage;
pub use coverage_id::CoverageId;
pub use error::Error;
pub use info::{Addon, Attachments, CreditCard, Info, ProductAddons};
pub use listing::{Document, Trader};
pub use otp::{ResetOtp, ResetOtpById, SendOtp, SendOtpById};
pub use record::{Payload, Record};
pub use subscription::{IdentityDocument, Payment, Subscription};
pub use text::{Email, Iban, Name, Nationality, Otp, Phone, TaxCode, Text};
pub use timestamp::{NotATimestamp, Timestamp};
pub use word::{Operation, PaymentMethod, Status};

/// `__info.message` while the action waits for a one-time password.
pub const OTP_REQUESTED: &str = "OTP is requested";
/// `__info.message` while the action waits for the customer's card.
pub const CARD_REQUESTED: &str = "Credit Card is requested";
/// `__info.data.credit_card.description`.
pub const CARD_DESCRIPTION: &str = "Action will change to `running` when is good";
/// The top-level `error` of every canceled action; the reason is in `payload.__info.error`.
pub const CANCELED: &str = "interrupted or timeout by signal";
/// `__info.error` of a coverage that found nothing.
pub const NOT_COVERED: &str = "no coverage for this address and number";
/// `error` of an OTP operation on an action that waits for none.
pub const NOT_INTERRUPTED: &str = "Requires status to be interrupted";
/// The field of a payload that is ours; a client's own is not echoed.
pub const INFO: &str = "__info";
