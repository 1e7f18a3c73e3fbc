//! The examples printed in the source document, without their `//` comments and with the brackets that are missing
//! there: fixtures of the tests of every crate and examples of the OpenAPI document.

use serde_json::Value;

/// Every example by its name and what it is.
macro_rules! examples {
    ($($(#[$about:meta])* $name:ident = $file:literal;)+) => {$(
        $(#[$about])*
        pub const $name: &str = include_str!(concat!("../../fixtures/aex/", $file, ".json"));
    )+};
}

examples! {
    /// The body of `POST /customers`.
    NEW_CUSTOMER = "new_customer";
    /// The same as its cURL example says it: without a `username`.
    NEW_CUSTOMER_CURL = "new_customer_curl";
    /// The body of `POST /services/full`.
    FULL_SERVICE = "full_service";
    /// The body of a service change (published on another page; its ids are made up).
    NEW_SERVICE_CHANGE = "new_service_change";
    /// The body of `PUT /services/{id}` that cancels; ours.
    CANCELLATION = "cancellation";
    /// The body of `PUT /work-orders/{guid}`; ours.
    WORK_ORDER_UPDATE = "work_order_update";
    /// The answer of `GET /customers/{guid}`.
    CUSTOMER = "customer";
    /// The answer of `GET /predefined-premises`, as it is printed: without `page`, `count` and `total`.
    PREDEFINED_PREMISES = "predefined_premises";
    /// The answer of `GET /products/availability/{latitude}/{longitude}`.
    PRODUCTS = "products";
    /// The answer of `POST /services/full`.
    FULL_SERVICE_CREATED = "full_service_created";
    /// The answer of `GET /premises/{id}`.
    PREMISE = "premise";
    /// The answer of `GET /customers/{id}/services`.
    CUSTOMER_SERVICES = "customer_services";
    /// The answer of `GET /work-orders?service=`.
    WORK_ORDERS = "work_orders";
    /// The answer of a service change (published on another page; its ids are made up).
    SERVICE_CHANGED = "service_changed";
    /// 400: the customer exists.
    ALREADY_TAKEN = "already_taken";
    /// 401.
    NOT_AUTHENTICATED = "not_authenticated";
    /// 404.
    NOT_FOUND = "not_found";
}

// An unreadable example would show as `null`; the tests read every one of them.
pub(super) fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
