//! Every example is read, and written back with the same members in the same order.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::masmovil::*;

use super::rule::value;

/// From the text and from a JSON value, back to the same JSON.
fn check<T: Serialize + DeserializeOwned + PartialEq>(example: &str) -> T {
    let from_text: T = serde_json::from_str(example).unwrap();
    let from_value: T = serde_json::from_value(value(example)).unwrap();
    assert!(from_text == from_value);
    let written = serde_json::to_string_pretty(&from_text).unwrap();
    let lines =
        |text: &str| -> Vec<String> { text.lines().map(|line| line.trim_start().to_owned()).collect() };
    assert_eq!(lines(&written), lines(example));
    from_text
}

/// The members that are always there, and all that there are.
fn members<T: utoipa::PartialSchema>(required: &[&str], all: &Value) {
    let schema = super::common::schema_of::<T>();
    assert_eq!(schema["required"], json!(required));
    let known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let mut names: Vec<&String> = all.as_object().unwrap().keys().collect();
    assert_eq!(known.len(), names.len());
    names.retain(|name| !known.contains(name));
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn accesses_have_all_members_and_leave_out_those_without_a_value() {
    let found: Accesses = check(example::ACCESSES);
    let [used, vacant] = &found.accesses[..] else { panic!("two accesses") };
    assert_eq!((used.access_id.as_str(), used.brand.as_deref()), ("A-1000231", Some("YOIGO")));
    assert_eq!((vacant.brand.as_deref(), vacant.client_name.as_deref()), (None, None));
    members::<Access>(&["accessId"], &value(example::ACCESSES)["accesses"][0]);
    assert_eq!(
        serde_json::to_value(Access { access_id: "A".into(), ..Access::default() }).unwrap(),
        json!({"accessId": "A"})
    );
    assert_eq!(serde_json::to_value(Accesses::default()).unwrap(), json!({"accesses": []}));
}

#[test]
fn accesses_of_orange_say_whether_they_are_vacant() {
    let found: OrangeAccesses = check(example::ORANGE_ACCESSES);
    assert_eq!(found.accesses.iter().map(|access| access.vacant).collect::<Vec<_>>(), [false, true]);
    members::<OrangeAccess>(&["brand", "vacant"], &value(example::ORANGE_ACCESSES)["accesses"][0]);
}

#[test]
fn a_retention_that_reuses_the_access_has_a_whole_source() {
    let request: RetentionsRequest = check(example::RETENTION);
    let source = request.reused().unwrap();
    assert_eq!((source.iua, source.phone_number, source.brand), ("V33904AHB202", "900000000", "YOIGO"));
    assert_eq!((source.document_number, source.client_name), ("00000000T", "Juana Pérez Ejemplo"));
    assert_eq!(source.gescal37.as_str(), "28000010276800007 006DCHA");
    assert_eq!(request.destination.tv, Some(Tv::Both));

    let new: RetentionsRequest = check(example::RETENTION_NEW);
    assert!(new.reused().is_none() && new.source.is_none() && !new.reuse_access);
}

#[test]
fn a_retention_is_answered_with_its_destination() {
    let accepted: RetentionsResponse = check(example::RETENTION_ACCEPTED);
    assert_eq!(accepted.status, RetentionStatus::Accepted);
    let request = RetentionsRequest::parse(value(example::RETENTION)).ok().unwrap();
    assert!(accepted.destination == request.destination);
    members::<RetentionsResponse>(
        &["retentionId", "status", "reuseAccess", "destination"],
        &value(example::RETENTION_ACCEPTED),
    );
    members::<Destination>(
        &["gescal37", "brand", "bandwidth", "customerType"],
        &value(example::RETENTION_ACCEPTED)["destination"],
    );
}

#[test]
fn a_refusal_lists_every_problem_in_its_details() {
    let printed: ErrorResponse = check(example::INVALID);
    let mut body = value(example::RETENTION);
    body["source"]["iua"] = "".into();
    body["destination"]["tv"] = "DVB".into();
    let problems = RetentionsRequest::parse(body).err().unwrap();
    assert_eq!(ErrorResponse::invalid(&problems, printed.reference.clone()), printed);

    let missing: ErrorResponse = check(example::NOT_FOUND);
    assert_eq!(ErrorResponse::of(404, missing.reference.clone()), missing);
    let members = super::common::schema_of::<ErrorResponse>();
    assert_eq!(members["required"], json!(["code", "title", "ref"]));
}

#[test]
fn what_is_wrong_about_a_request_as_a_whole_stands_without_a_field() {
    let refusal = ErrorResponse::invalid(&Problems::body("body must be an object"), "r");
    assert_eq!(refusal.details.as_deref(), Some("body must be an object"));
    assert_eq!(refusal.to_string(), "400 Invalid body supplied: body must be an object");
    assert_eq!(ErrorResponse::invalid(&Problems::new(), "r").details, None);
}

#[test]
fn titles_are_as_the_documentation_describes_each_status() {
    for (status, title) in [
        (400, "Invalid body supplied"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Data not found"),
        (406, "Not Acceptable"),
        (500, "Something was wrong :("),
        (502, "Something was wrong :("),
    ] {
        let refusal = ErrorResponse::of(status, "r");
        assert_eq!((refusal.code, refusal.title.as_str()), (status.to_string(), title));
    }
}

#[test]
fn a_refusal_of_another_server_may_lack_any_member() {
    let refusal: ErrorResponse = serde_json::from_value(json!({"title": "x", "details": null})).unwrap();
    assert_eq!(refusal, ErrorResponse { title: "x".into(), ..ErrorResponse::default() });
}
