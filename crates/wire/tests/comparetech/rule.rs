//! Each rule of the request parsers: the field it names and what it says.

use proptest::prelude::*;
use serde_json::{Value, json};
use wire::comparetech::*;

use super::schema::arbitrary_json;

pub fn subscription() -> Value {
    json!({
        "driver": "fastweb",
        "product": "fastweb casa light",
        "address": {"street": "VIA CENERENTOLA", "number": "12/A", "city": "BRONTE", "province": "CT", "zip_code": "95034"},
        "firstname": "Mario",
        "lastname": "Rossi",
        "tax_code": "RSSMRA85T10A562S",
        "email": "mario.rossi@example.com",
        "phone": "+39 333 123 4567",
        "payment_method": "iban",
        "iban": "IT60 X054 2811 1010 0000 0123 456",
        "document": {
            "nationality": "IT", "type": "passport", "number": "YA0000000", "issued_at": "2020-02-29",
            "expires_at": "2030-02-28", "issued_by": "Comune di Bronte"
        },
        "addons": ["FIBER_ADDON_VOICE"],
        "coverage_id": 185,
        "debug": true
    })
}

/// The same body with one field (a path with dots) set; `null` leaves it out.
pub fn with(mut body: Value, path: &str, value: Value) -> Value {
    let mut at = &mut body;
    let mut names: Vec<&str> = path.split('.').collect();
    let last = names.pop().unwrap();
    for name in names {
        at = &mut at[name];
    }
    match value {
        Value::Null => at.as_object_mut().unwrap().remove(last),
        value => at.as_object_mut().unwrap().insert(last.into(), value),
    };
    body
}

pub fn refused(path: &str, value: Value, field: &str, message: &str) {
    let problems = Subscription::parse(with(subscription(), path, value.clone()))
        .expect_err(&format!("{path} = {value}"));
    assert_eq!(problems.iter().collect::<Vec<_>>(), [(field, message)], "{path} = {value}");
}

pub fn accepted(path: &str, value: Value) {
    let body = with(subscription(), path, value);
    let read = Subscription::parse(body.clone()).unwrap_or_else(|problems| panic!("{body}: {problems}"));
    assert_eq!(Value::Object(read.echo()), body);
    assert_eq!(serde_json::from_value::<Subscription>(body).unwrap(), read);
}

#[test]
fn a_full_subscription_is_read_and_echoed_as_it_was_sent() {
    accepted("driver", "fastweb".into());
    let read = Subscription::parse(subscription()).unwrap();
    assert_eq!(read.payment.method(), PaymentMethod::Iban);
    assert_eq!(read.address.number.to_string(), "12/A");
    assert_eq!(read.coverage_id, Some(CoverageId::Action(185)));
}

#[test]
fn every_required_field_is_missed() {
    for field in [
        "driver",
        "product",
        "address",
        "firstname",
        "lastname",
        "tax_code",
        "email",
        "phone",
        "payment_method",
        "iban",
        "document",
        "address.street",
        "address.number",
        "address.city",
        "address.province",
        "address.zip_code",
        "document.nationality",
        "document.type",
        "document.number",
        "document.issued_at",
    ] {
        refused(field, Value::Null, field, "is required");
        let explicit = with(subscription(), field, json!(0));
        let explicit: Value = serde_json::from_str(&explicit.to_string()).unwrap();
        let mut explicit = explicit;
        *explicit.pointer_mut(&format!("/{}", field.replace('.', "/"))).unwrap() = Value::Null;
        let problems = Subscription::parse(explicit).unwrap_err();
        assert_eq!(problems.iter().collect::<Vec<_>>(), [(field, "is required")]);
    }
}

#[test]
fn every_optional_field_may_be_left_out_or_null() {
    for field in
        ["addons", "coverage_id", "debug", "address.full", "document.expires_at", "document.issued_by"]
    {
        accepted(field, Value::Null);
        let mut explicit = with(subscription(), field, json!(0));
        *explicit.pointer_mut(&format!("/{}", field.replace('.', "/"))).unwrap() = Value::Null;
        let read = Subscription::parse(explicit).unwrap();
        assert_eq!(Value::Object(read.echo()), with(subscription(), field, Value::Null));
    }
}

#[test]
fn a_wrong_json_type_is_named() {
    let texts = [
        "driver",
        "product",
        "firstname",
        "lastname",
        "tax_code",
        "email",
        "phone",
        "payment_method",
        "iban",
        "address.street",
        "address.city",
        "address.province",
        "address.full",
        "document.nationality",
        "document.type",
        "document.number",
        "document.issued_at",
        "document.expires_at",
        "document.issued_by",
    ];
    for field in texts {
        for wrong in [json!(1), json!(false), json!(["x"]), json!({})] {
            refused(field, wrong, field, "must be a string");
        }
    }
    for field in ["address", "document"] {
        refused(field, "String".into(), field, "must be an object");
    }
    for field in ["address.number", "address.zip_code"] {
        for wrong in [json!(1.5), json!(true), json!([1]), json!({})] {
            refused(field, wrong, field, "must be an integer or a string");
        }
    }
    refused("addons", "FIBER_ADDON_VOICE".into(), "addons", "must be an array");
    refused("addons", json!(["a", 2]), "addons.1", "must be a string");
    refused("coverage_id", "185".into(), "coverage_id", "must be an integer or a UUID");
    refused("coverage_id", json!([185]), "coverage_id", "must be an integer or a UUID");
    refused("coverage_id", json!(1.5), "coverage_id", "must be an integer");
    refused("debug", "true".into(), "debug", "must be true or false");
    refused("debug", json!(1), "debug", "must be true or false");
}

#[test]
fn numbers_are_bounded() {
    for field in ["address.number", "address.zip_code"] {
        accepted(field, json!(0));
        accepted(field, json!(999_999_999));
        accepted(field, "00146".into());
        for wrong in [json!(-1), json!(1_000_000_000), json!(u64::MAX), json!(1e300)] {
            refused(field, wrong, field, "must be between 0 and 999999999");
        }
    }
    accepted("coverage_id", json!(1));
    accepted("coverage_id", json!(9_007_199_254_740_991_i64));
    for wrong in [json!(0), json!(-4), json!(9_007_199_254_740_992_i64), json!(u64::MAX), json!(1e300)] {
        refused("coverage_id", wrong, "coverage_id", "must be between 1 and 9007199254740991");
    }
    // JSON Schema calls 3.0 an integer.
    let read = Subscription::parse(with(subscription(), "coverage_id", json!(3.0))).unwrap();
    assert_eq!(read.coverage_id, Some(CoverageId::Action(3)));
}

#[test]
fn an_array_is_bounded() {
    accepted("addons", json!([]));
    accepted("addons", json!(vec!["a"; 100]));
    refused("addons", json!(vec!["a"; 101]), "addons", "must have at most 100 entries");
}

#[test]
fn unknown_fields_are_echoed_except_ours() {
    let body = with(with(subscription(), "note", json!({"x": [1, null]})), "address.floor", json!(3));
    let body = with(body, "document.note", json!("x"));
    let read = Subscription::parse(with(body.clone(), INFO, json!({"error": "forged"}))).unwrap();
    assert_eq!(Value::Object(read.echo()), body);
    let coverage = Coverage::parse(with(body, INFO, json!({"error": "forged"}))).unwrap();
    assert_eq!(coverage.other.get(INFO), None);
    assert_eq!(coverage.other.get("note"), Some(&json!({"x": [1, null]})));
}

#[test]
fn all_problems_are_told_in_the_order_of_the_documented_fields() {
    let body = json!({"driver": 1, "address": {"city": ""}, "email": "x", "document": {"type": "passport"}, "debug": 0});
    let problems = Subscription::parse(body).unwrap_err();
    let fields: Vec<&str> = problems.iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [
            "driver",
            "product",
            "address.street",
            "address.number",
            "address.city",
            "address.province",
            "address.zip_code",
            "firstname",
            "lastname",
            "tax_code",
            "email",
            "phone",
            "payment_method",
            "document.nationality",
            "document.number",
            "document.issued_at",
            "debug",
        ]
    );
    let body = serde_json::to_value(&problems).unwrap();
    assert_eq!(body["error"], "driver must be a string");
    assert_eq!(body["errors"]["address.city"], json!(["must not be empty"]));
}

#[test]
fn a_body_that_is_no_object_is_refused_as_a_whole() {
    for body in [Value::Null, json!([]), json!("String"), json!(1), json!(true)] {
        let whole = Problems::body("body must be an object");
        assert_eq!(Coverage::parse(body.clone()), Err(whole.clone()));
        assert_eq!(Subscription::parse(body.clone()), Err(whole.clone()));
        assert_eq!(SendOtp::parse(body.clone()), Err(whole.clone()));
        assert_eq!(ResetOtp::parse(body), Err(whole));
    }
}

#[test]
fn a_coverage_needs_a_driver_and_an_address() {
    let problems = Coverage::parse(json!({})).unwrap_err();
    assert_eq!(problems.iter().collect::<Vec<_>>(), [("driver", "is required"), ("address", "is required")]);
    let body = json!({"driver": "fastweb", "address": subscription()["address"], "debug": false});
    assert_eq!(Value::Object(Coverage::parse(body.clone()).unwrap().echo()), body);
}

#[test]
fn an_otp_is_a_short_text() {
    assert_eq!(SendOtp::parse(json!({"otp": "203912"})).unwrap().otp.as_str(), "203912");
    assert_eq!(SendOtp::parse(json!({"otp": " 203912 ", "id": 7})).unwrap().id, Some(7.into()));
    assert_eq!(SendOtpById::parse(json!({"otp": "203912", "id": 7})).unwrap().id, 7.into());
    for (body, field, message) in [
        (json!({}), "otp", "is required"),
        (json!({"otp": 203912}), "otp", "must be a string"),
        (json!({"otp": ""}), "otp", "must not be empty"),
        (json!({"otp": " "}), "otp", "must not be blank"),
        (json!({"otp": "1".repeat(33)}), "otp", "must be at most 32 characters"),
        (json!({"otp": "1", "id": 7.5}), "id", "must be an integer, or its digits as a string"),
    ] {
        assert_eq!(SendOtp::parse(body), Err(Problems::one(field, message)));
    }
    assert_eq!(SendOtpById::parse(json!({"otp": "1"})), Err(Problems::one("id", "is required")));
}

#[test]
fn a_reset_names_its_action_only_where_the_path_does_not() {
    assert_eq!(ResetOtp::parse(json!({})), Ok(ResetOtp::default()));
    let refused = Problems::one("id", "must be an integer, or its digits as a string");
    assert_eq!(ResetOtp::parse(json!({"id": [1]})), Err(refused));
    assert_eq!(ResetOtpById::parse(json!({"id": 134})), Ok(ResetOtpById { id: 134.into() }));
    assert_eq!(ResetOtpById::parse(json!({})), Err(Problems::one("id", "is required")));
}

proptest! {
    #[test]
    fn no_json_makes_a_parser_panic(body in arbitrary_json(), place in 0usize..22) {
        let _ = Coverage::parse(body.clone());
        let _ = SendOtpById::parse(body.clone());
        let _ = ResetOtpById::parse(body.clone());
        let _ = serde_json::from_value::<Record>(body.clone());
        let fields = [
            "driver", "product", "address", "address.street", "address.number", "address.zip_code", "address.full",
            "firstname", "tax_code", "email", "phone", "payment_method", "iban", "document", "document.nationality",
            "document.type", "document.issued_at", "document.expires_at", "addons", "coverage_id", "debug", "new",
        ];
        let body = with(subscription(), fields[place], body);
        match Subscription::parse(body) {
            Ok(read) => {
                let echo = Value::Object(read.echo());
                prop_assert_eq!(Subscription::parse(echo), Ok(read));
            }
            Err(problems) => prop_assert!(problems.iter().all(|(field, _)| field.starts_with(fields[place]))),
        }
    }
}
