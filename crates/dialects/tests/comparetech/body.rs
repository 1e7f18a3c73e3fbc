//! Requests that are right, to be made wrong where a test wants it.

use serde_json::{Value, json};

pub fn address(street: &str) -> Value {
    json!({"street": street, "number": 1, "city": "BRONTE", "province": "CT", "zip_code": 33333})
}

pub fn coverage(driver: &str, street: &str) -> Value {
    json!({"driver": driver, "address": address(street)})
}

pub fn subscription(firstname: &str, payment_method: &str) -> Value {
    let mut body = json!({
        "driver": "fastweb",
        "product": "fastweb casa light",
        "address": address("VIA CENERENTOLA"),
        "firstname": firstname,
        "lastname": "Bianchi",
        "tax_code": "BNCMRA80A01C351X",
        "email": "mario.bianchi@example.com",
        "phone": "+39 333 765 4321",
        "payment_method": payment_method,
        "document": {"nationality": "IT", "type": "passport", "number": "YB7654321", "issued_at": "2020-01-31",
                     "expires_at": "2030-01-30", "issued_by": "Questura di Catania"},
    });
    if payment_method == "iban" {
        body["iban"] = "IT60 X054 2811 1010 0000 0123 456".into();
    }
    body
}

/// What an order for the printed product of `aruba` with these addons is.
pub fn with_addons(addons: &[&str]) -> Value {
    let mut body = subscription("Mario", "iban");
    body["driver"] = "aruba".into();
    body["product"] = "FIBER_2022".into();
    body["addons"] = json!(addons);
    body
}
