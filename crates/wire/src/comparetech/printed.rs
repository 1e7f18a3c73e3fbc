//! The examples printed in the source document, byte for byte: fixtures of the tests of every crate
//! and the examples of the OpenAPI document.

use serde_json::Value;

/// The answer to `POST /coverage`.
pub const COVERAGE_PENDING: &str = include_str!("../../fixtures/comparetech/coverage_pending.json");
/// A covered address, with six products and no addons.
pub const COVERAGE_DONE: &str = include_str!("../../fixtures/comparetech/coverage_done.json");
/// An address without coverage.
pub const COVERAGE_CANCELED: &str = include_str!("../../fixtures/comparetech/coverage_canceled.json");
/// The value of `payload.__info.data` of a coverage by `aruba`.
pub const COVERAGE_ADDONS: &str = include_str!("../../fixtures/comparetech/coverage_addons.json");
/// The part of a record that asks for the OTP.
pub const OTP_REQUESTED: &str = include_str!("../../fixtures/comparetech/subscription_otp_requested.json");
/// The part of a record that asks for the card.
pub const CARD_REQUESTED: &str = include_str!("../../fixtures/comparetech/subscription_card_requested.json");
/// The error for a driver that does not exist.
pub const UNKNOWN_DRIVER: &str = include_str!("../../fixtures/comparetech/unknown_driver.json");

// An unreadable example would show as `null`; the tests read every one of them.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

pub(super) fn coverage_pending() -> Value {
    value(COVERAGE_PENDING)
}

pub(super) fn coverage_done() -> Value {
    value(COVERAGE_DONE)
}

pub(super) fn coverage_canceled() -> Value {
    value(COVERAGE_CANCELED)
}

pub(super) fn coverage_addons() -> Value {
    value(COVERAGE_ADDONS)
}

pub(super) fn unknown_driver() -> Value {
    value(UNKNOWN_DRIVER)
}

pub(super) fn otp_info() -> Value {
    value(OTP_REQUESTED)["payload"][super::INFO].take()
}

pub(super) fn card_info() -> Value {
    value(CARD_REQUESTED)["payload"][super::INFO].take()
}

pub(super) fn address() -> Value {
    coverage_done()["payload"]["address"].take()
}

/// The request behind [`COVERAGE_DONE`]: its payload without what the server added.
pub(super) fn coverage_request() -> Value {
    let mut payload = coverage_done()["payload"].take();
    if let Some(fields) = payload.as_object_mut() {
        fields.remove(super::INFO);
    }
    payload
}
