//! Each rule of the request parsers: the field it names and what it says.

use serde_json::{Value, json};
use wire::masmovil::*;

pub fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The body with what is at a path (`source.iua`) set.
fn with(mut body: Value, path: &str, value: Value) -> Value {
    let mut at = &mut body;
    for name in path.split('.') {
        at = &mut at[name];
    }
    *at = value;
    body
}

fn without(mut body: Value, path: &str) -> Value {
    let (at, name) = path.rsplit_once('.').unwrap_or(("", path));
    let at = if at.is_empty() { &mut body } else { &mut body[at] };
    at.as_object_mut().unwrap().remove(name).unwrap();
    body
}

fn said(body: &Value) -> Vec<String> {
    let problems =
        RetentionsRequest::parse(body.clone()).err().unwrap_or_else(|| panic!("{body} was accepted"));
    problems.iter().map(|(field, message)| format!("{field}: {message}")).collect()
}

fn refused(body: Value, expected: &str) {
    assert_eq!(said(&body), [expected], "{body}");
}

fn accepted(body: Value) -> RetentionsRequest {
    RetentionsRequest::parse(body.clone()).unwrap_or_else(|problems| panic!("{body}: {problems}"))
}

/// Left out, `null` and empty are the same.
fn absent(body: &Value, path: &str) -> [Value; 3] {
    [without(body.clone(), path), with(body.clone(), path, Value::Null), with(body.clone(), path, json!(""))]
}

const SOURCE: [&str; 6] = [
    "source.gescal37",
    "source.iua",
    "source.phoneNumber",
    "source.documentNumber",
    "source.clientName",
    "source.brand",
];
const NEEDED: [&str; 4] =
    ["destination.gescal37", "destination.brand", "destination.bandwidth", "destination.customerType"];
const OTHERS: [&str; 5] = [
    "destination.iua",
    "destination.phoneNumber",
    "destination.documentNumber",
    "destination.clientName",
    "destination.tv",
];
const NUMBERS: [&str; 5] = [
    "source.phoneNumber",
    "source.documentNumber",
    "destination.phoneNumber",
    "destination.documentNumber",
    "destination.bandwidth",
];

#[test]
fn whether_the_access_is_reused_is_required() {
    let body = value(example::RETENTION);
    for body in absent(&body, "reuseAccess") {
        refused(body, "reuseAccess: is required");
    }
    for wrong in [json!(1), json!("yes"), json!("TRUE"), json!(" true"), json!([])] {
        refused(with(body.clone(), "reuseAccess", wrong), "reuseAccess: must be true or false");
    }
    assert!(accepted(with(body.clone(), "reuseAccess", json!("true"))).reuse_access);
    assert!(!accepted(with(body, "reuseAccess", json!("false"))).reuse_access);
}

#[test]
fn an_access_is_reused_only_with_every_field_of_its_source() {
    let body = value(example::RETENTION);
    let word = with(body.clone(), "reuseAccess", json!("true"));
    let new = with(body.clone(), "reuseAccess", json!(false));
    for path in SOURCE {
        for body in absent(&body, path).into_iter().chain(absent(&word, path)) {
            refused(body, &format!("{path}: is required"));
        }
        for body in absent(&new, path) {
            accepted(body);
        }
    }
    let all = SOURCE.map(|path| format!("{path}: is required"));
    for body in absent(&body, "source").into_iter().chain([with(body, "source", json!({}))]) {
        assert_eq!(said(&body), all, "{body}");
    }
    for body in absent(&new, "source") {
        assert!(accepted(body).source.is_none());
    }
}

#[test]
fn a_destination_has_four_fields_at_least() {
    let body = value(example::RETENTION);
    for path in NEEDED.iter().chain(&["destination"]) {
        for body in absent(&body, path) {
            refused(body, &format!("{path}: is required"));
        }
    }
    for path in OTHERS {
        for body in absent(&body, path) {
            accepted(body);
        }
    }
}

#[test]
fn every_field_at_fault_is_named_at_once() {
    let body =
        json!({"reuseAccess": true, "source": {"iua": 1}, "destination": {"tv": "DVB", "gescal37": "Ñ"}});
    assert_eq!(
        said(&body),
        [
            "source.gescal37: is required",
            "source.iua: must be a string",
            "source.phoneNumber: is required",
            "source.documentNumber: is required",
            "source.clientName: is required",
            "source.brand: is required",
            "destination.gescal37: must be digits, letters from A to Z and blanks only",
            "destination.brand: is required",
            "destination.bandwidth: is required",
            "destination.customerType: is required",
            "destination.tv: must be OTT, IPTV or IPTV+OTT",
        ]
    );
    assert_eq!(said(&json!({})), ["reuseAccess: is required", "destination: is required"]);
    refused(json!([]), ": body must be an object");
    for path in ["source", "destination"] {
        refused(with(value(example::RETENTION), path, json!([])), &format!("{path}: must be an object"));
    }
}

#[test]
fn a_source_that_is_not_needed_is_read_all_the_same() {
    let body = with(value(example::RETENTION_NEW), "source", json!({"iua": "A", "gescal37": "-"}));
    refused(body, "source.gescal37: must be digits, letters from A to Z and blanks only");
    let kept = accepted(with(value(example::RETENTION_NEW), "source", json!({"iua": "A"})));
    assert!(kept.reused().is_none());
    assert_eq!(serde_json::to_value(&kept.source).unwrap(), json!({"iua": "A"}));
}

#[test]
fn texts_are_plain_and_taken_without_the_blanks_around_them() {
    let body = value(example::RETENTION);
    for path in SOURCE.iter().chain(&NEEDED).chain(&OTHERS) {
        if path.ends_with("gescal37") || path.ends_with("tv") {
            continue;
        }
        for (text, message) in [
            (json!(true), "must be a string"),
            (json!(" \u{a0}"), "must not be blank"),
            (json!("a\nb"), "must not contain control characters"),
            (json!("é".repeat(256)), "must be at most 255 characters"),
        ] {
            refused(with(body.clone(), path, text), &format!("{path}: {message}"));
        }
        accepted(with(body.clone(), path, json!("é".repeat(255))));
    }
    let named = accepted(with(body, "destination.clientName", json!("  Ana ")));
    assert_eq!(named.destination.client_name.as_deref(), Some("Ana"));
}

#[test]
fn what_is_made_of_digits_may_be_a_whole_number() {
    let body = value(example::RETENTION);
    for path in NUMBERS {
        for (number, text) in [(json!(600), "600"), (json!(600.0), "600"), (json!(0), "0")] {
            let read = serde_json::to_value(accepted(with(body.clone(), path, number))).unwrap();
            assert_eq!(read, with(body.clone(), path, json!(text)));
        }
        refused(with(body.clone(), path, json!(2.5)), &format!("{path}: must be an integer"));
        for number in [json!(-1), json!(1e300), json!(u64::MAX)] {
            let message = format!("{path}: must be between 0 and 9007199254740991");
            refused(with(body.clone(), path, number), &message);
        }
    }
    refused(with(body, "destination.customerType", json!(1)), "destination.customerType: must be a string");
}

#[test]
fn a_gescal_is_read_in_any_case_up_to_37_positions() {
    let body = value(example::RETENTION);
    for path in ["source.gescal37", "destination.gescal37"] {
        let read = accepted(with(body.clone(), path, json!("28000000000000005ba ")));
        assert_eq!(
            serde_json::to_value(read).unwrap(),
            with(body.clone(), path, json!("28000000000000005BA "))
        );
        accepted(with(body.clone(), path, json!("Z".repeat(37))));
        for (wrong, message) in [
            (json!("Z".repeat(38)), "must be at most 37 characters"),
            (json!("28/7"), "must be digits, letters from A to Z and blanks only"),
            (json!("  "), "must not be blank"),
            (json!(28), "must be a string"),
        ] {
            refused(with(body.clone(), path, wrong), &format!("{path}: {message}"));
        }
    }
}

#[test]
fn television_is_one_of_three_words() {
    let body = value(example::RETENTION);
    for tv in Tv::ALL {
        let read = accepted(with(body.clone(), "destination.tv", json!(tv.as_str())));
        assert_eq!(read.destination.tv, Some(tv));
        assert_eq!(serde_json::to_value(tv).unwrap(), tv.as_str());
    }
    for wrong in ["ott", "OTT+IPTV", "IPTV OTT", " OTT", "NONE"] {
        let body = with(body.clone(), "destination.tv", json!(wrong));
        refused(body, "destination.tv: must be OTT, IPTV or IPTV+OTT");
    }
    refused(with(body, "destination.tv", json!(["OTT"])), "destination.tv: must be a string");
}

fn query(parameters: &[(&str, &str)]) -> Result<Query, Vec<String>> {
    Query::parse(parameters.iter().copied())
        .map_err(|problems| problems.iter().map(|(field, message)| format!("{field}: {message}")).collect())
}

#[test]
fn an_access_is_looked_up_by_one_parameter_at_least() {
    let id = format!("j{}", "0".repeat(37));
    let all = [("phoneNumber", "900 000 000"), ("gescal37", "28ba"), ("addressId", id.as_str())];
    let read = query(&all).ok().unwrap();
    assert_eq!(read.phone_number.unwrap().as_str(), "900 000 000");
    assert_eq!(read.gescal37.unwrap().as_str(), "28BA");
    assert_eq!(read.address_id.unwrap().as_str(), id.to_uppercase());
    for one in all {
        assert!(query(&[one, ("other", "x")]).is_ok());
    }
    let needs = [": one of phoneNumber, gescal37 and addressId is required"];
    assert!(query(&[]).err().unwrap() == needs && query(&[("other", "x")]).err().unwrap() == needs);
    assert_eq!(query(&[("gescal37", ""), ("phoneNumber", "")]).err().unwrap(), needs);
}

#[test]
fn every_parameter_at_fault_is_named() {
    let wrong = [("addressId", "J1"), ("gescal37", "28-7"), ("phoneNumber", "nine")];
    assert_eq!(
        query(&wrong).err().unwrap(),
        [
            "phoneNumber: must be a phone number of 3 to 15 digits, like 900000000",
            "gescal37: must be digits, letters from A to Z and blanks only",
            "addressId: must be a letter and 37 digits",
        ]
    );
    let twice = [("phoneNumber", "900000000"), ("phoneNumber", "900000001")];
    assert_eq!(query(&twice).err().unwrap(), ["phoneNumber: must be given once"]);
}
