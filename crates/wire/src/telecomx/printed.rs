//! The examples of the source document, as JSON, and its table of errors: fixtures of the tests of every crate and
//! examples of the OpenAPI document.

use serde_json::Value;

/// The printed table: code, message and description, between tabs.
pub const ERRORS: &str = include_str!("../../fixtures/telecomx/errors.tsv");

/// Every example by its name and what it is.
macro_rules! examples {
    ($($(#[$about:meta])* $name:ident = $file:literal;)+) => {$(
        $(#[$about])*
        pub const $name: &str = include_str!(concat!("../../fixtures/telecomx/", $file, ".json"));
    )+};
}

examples! {
    /// The body of `POST /internet/request`.
    NEW_REQUEST = "new_request";
    /// Its answer, as it is printed: with `Offers`, of which the second, `{ ... }`, is left out.
    REQUEST = "request";
    /// The body of `POST /internet/account`; this and those below are ours.
    NEW_ACCOUNT = "new_account";
    /// The body of `POST /internet/account/{id}/confirm`.
    CONFIRM = "confirm";
    /// The body of `POST /internet/account/{id}/change/request`.
    CHANGE_REQUEST = "change_request";
    /// The body of `POST /internet/account/{id}/change/confirm`.
    CHANGE_CONFIRM = "change_confirm";
    /// The body of `POST /auth/login`.
    LOGIN = "login";
}

// An unreadable example would show as `null`; the tests read every one of them.
pub(super) fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
