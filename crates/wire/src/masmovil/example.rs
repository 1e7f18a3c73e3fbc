//! Examples: fixtures of the tests of every crate and examples of the OpenAPI document. The documentation prints
//! none; the people and numbers are made up.

use serde_json::Value;

/// Every example by its name and what it is.
macro_rules! examples {
    ($($(#[$about:meta])* $name:ident = $file:literal;)+) => {$(
        $(#[$about])*
        pub const $name: &str = include_str!(concat!("../../fixtures/masmovil/", $file, ".json"));
    )+};
}

examples! {
    /// The answer of `GET /v1/ftth/accesses/info`: an access in use, and a vacant one.
    ACCESSES = "accesses";
    /// The answer of `GET /v1/ftth/orange_accesses/info`: an access in use, and a vacant one.
    ORANGE_ACCESSES = "orange_accesses";
    /// The body of `POST /v1/ftth/retentions` that reuses the access.
    RETENTION = "retention";
    /// The same that makes a new one.
    RETENTION_NEW = "retention_new";
    /// The answer to [`RETENTION`].
    RETENTION_ACCEPTED = "retention_accepted";
    /// 400: several fields are at fault.
    INVALID = "invalid";
    /// 404.
    NOT_FOUND = "not_found";
}

// An unreadable example would show as `null`; the tests read every one of them.
pub(super) fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
