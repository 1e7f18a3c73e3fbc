//! Each rule of the request parsers: the field it names and what it says.

use serde_json::{Value, json};
use wire::aex::*;

pub fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The same body with one field (a path with dots) set; `null` stays.
pub fn with(mut body: Value, path: &str, value: Value) -> Value {
    let mut at = &mut body;
    let mut names: Vec<&str> = path.split('.').collect();
    let last = names.pop().unwrap();
    for name in names {
        at = &mut at[name];
    }
    at[last] = value;
    body
}

pub fn without(mut body: Value, path: &str) -> Value {
    let (at, name) = path.rsplit_once('.').unwrap_or(("", path));
    let at = if at.is_empty() { String::new() } else { format!("/{}", at.replace('.', "/")) };
    body.pointer_mut(&at).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    body
}

pub type Parse<T> = fn(Value) -> Result<T, Problems>;

pub fn said<T>(parse: Parse<T>, body: &Value) -> Vec<String> {
    let problems = parse(body.clone()).err().unwrap_or_else(|| panic!("{body} was accepted"));
    problems.iter().map(|(field, message)| format!("{field}: {message}")).collect()
}

pub fn refused<T>(parse: Parse<T>, body: Value, expected: &str) {
    assert_eq!(said(parse, &body), [expected], "{body}");
}

pub fn accepted<T>(parse: Parse<T>, body: Value) -> T {
    parse(body.clone()).unwrap_or_else(|problems| panic!("{body}: {problems}"))
}

/// `is required`, left out or `null`.
pub fn needs<T>(parse: Parse<T>, body: &Value, paths: &[(&str, &str)]) {
    for (path, field) in paths {
        refused(parse, without(body.clone(), path), &format!("{field}: is required"));
        refused(parse, with(body.clone(), path, Value::Null), &format!("{field}: is required"));
    }
}

pub fn may_lack<T>(parse: Parse<T>, body: &Value, paths: &[&str]) {
    for path in paths {
        accepted(parse, without(body.clone(), path));
        accepted(parse, with(body.clone(), path, Value::Null));
    }
}

/// The rules of free text.
pub fn is_text<T>(parse: Parse<T>, body: &Value, path: &str, field: &str) {
    let long = "é".repeat(256);
    for (text, message) in [
        (json!(7), "must be a string"),
        (json!(""), "must not be empty"),
        (json!(" \u{a0}"), "must not be blank"),
        (json!("a\nb"), "must not contain control characters"),
        (json!(long), "must be at most 255 characters"),
    ] {
        refused(parse, with(body.clone(), path, text), &format!("{field}: {message}"));
    }
    accepted(parse, with(body.clone(), path, json!("é".repeat(255))));
}

pub fn is_guid<T>(parse: Parse<T>, body: &Value, path: &str) {
    refused(parse, with(body.clone(), path, json!(7)), &format!("{path}: must be a string"));
    let message = format!("{path}: must be a GUID, like 287C94C4-0196-4999-9348-15ACC0EE7A0A");
    refused(parse, with(body.clone(), path, json!("String")), &message);
    accepted(parse, with(body.clone(), path, json!("287c94c4-0196-4999-9348-15acc0ee7a0a")));
}

pub fn is_when<T>(parse: Parse<T>, body: &Value, path: &str) {
    let message = format!(
        "{path}: must be a date, like 2024-10-17, 2024-10-17 13:42:49 +0200 or 2024-10-17T13:42:49+02:00"
    );
    refused(parse, with(body.clone(), path, json!("2024-02-30")), &message);
    refused(parse, with(body.clone(), path, json!(20241017)), &format!("{path}: must be a string"));
    for good in ["2024-02-29", "2024-10-17 13:42:49", "2024-10-17 13:42:49 +0200", "2024-10-17T13:42:49Z"] {
        accepted(parse, with(body.clone(), path, json!(good)));
    }
}

#[test]
fn a_new_customer_is_refused_by_bare_members() {
    let body = value(printed::NEW_CUSTOMER);
    let parse = NewCustomer::parse;
    for name in ["first_name", "last_name", "email", "password", "mobile_number"] {
        let path = format!("customer.{name}");
        needs(parse, &body, &[(&path, name)]);
        is_text(parse, &body, &path, name);
    }
    for name in ["username", "home_number"] {
        let path = format!("customer.{name}");
        may_lack(parse, &body, &[&path]);
        is_text(parse, &body, &path, name);
    }
    needs(parse, &body, &[("customer", "customer")]);
    refused(parse, json!({"customer": []}), "customer: must be an object");
    refused(parse, json!([]), ": body must be an object");
    let all = said(parse, &json!({"customer": {"email": 1}}));
    assert_eq!(
        all,
        [
            "first_name: is required",
            "last_name: is required",
            "email: must be a string",
            "password: is required",
            "mobile_number: is required"
        ]
    );
}

#[test]
fn texts_are_taken_without_the_blanks_around_them() {
    let body = with(value(printed::NEW_CUSTOMER), "customer.first_name", json!("  Thandi "));
    assert_eq!(accepted(NewCustomer::parse, body).first_name, "Thandi");
}

#[test]
fn a_full_service_is_refused_by_paths() {
    let body = value(printed::FULL_SERVICE);
    let parse = FullService::parse;
    for path in [
        "customer.first_name",
        "customer.last_name",
        "customer.email",
        "customer.mobile_number",
        "premise.external_reference",
    ] {
        needs(parse, &body, &[(path, path)]);
        is_text(parse, &body, path, path);
    }
    needs(
        parse,
        &body,
        &[
            ("customer", "customer"),
            ("premise", "premise"),
            ("service", "service"),
            ("service.product_id", "service.product_id"),
        ],
    );
    may_lack(parse, &body, &["customer.id", "customer.username"]);
    is_text(parse, &body, "customer.username", "customer.username");
    is_guid(parse, &body, "customer.id");
    is_guid(parse, &body, "service.product_id");
    refused(parse, with(body.clone(), "premise", json!("x")), "premise: must be an object");
    assert_eq!(
        said(parse, &json!({})),
        ["customer: is required", "premise: is required", "service: is required"]
    );
}

#[test]
fn a_service_is_changed_in_at_least_one_way_that_does_not_contradict_itself() {
    let parse = ServiceUpdate::parse;
    needs(parse, &value(printed::CANCELLATION), &[("service", "service")]);
    may_lack(
        parse,
        &value(printed::CANCELLATION),
        &["service.cancellation_reason", "service.cancelled_date"],
    );
    for nothing in [json!({}), json!({"cancelled": null, "suspended": null}), json!({"other": 1})] {
        refused(parse, json!({"service": nothing}), "service: must change something");
    }
    for (changes, problem) in [
        (json!({"cancelled": true, "suspended": true}), "service.suspended: must not stand beside cancelled"),
        (
            json!({"cancelled": true, "suspended": false}),
            "service.suspended: must not stand beside cancelled",
        ),
        (json!({"cancellation_reason": "x"}), "service.cancellation_reason: needs cancelled to be true"),
        (
            json!({"cancelled": false, "cancelled_date": "2024-11-30"}),
            "service.cancelled_date: needs cancelled to be true",
        ),
        (json!({"cancelled": "true"}), "service.cancelled: must be true or false"),
        (json!({"suspended": 1}), "service.suspended: must be true or false"),
    ] {
        refused(parse, json!({"service": changes}), problem);
    }
    let all = json!({"service": {
        "cancelled": false, "suspended": false, "isp_reference": "a", "wifi_username": "b", "wifi_password": "c"
    }});
    accepted(parse, all.clone());
    for name in ["isp_reference", "wifi_username", "wifi_password"] {
        let path = format!("service.{name}");
        is_text(parse, &all, &path, &path);
        accepted(parse, json!({"service": {name: "x"}}));
    }
    let end = value(printed::CANCELLATION);
    is_text(parse, &end, "service.cancellation_reason", "service.cancellation_reason");
    is_when(parse, &end, "service.cancelled_date");
}

#[test]
fn a_service_change_names_a_service_a_product_and_a_date() {
    let body = value(printed::NEW_SERVICE_CHANGE);
    let parse = NewServiceChange::parse;
    for path in [
        "service_change",
        "service_change.service_id",
        "service_change.product_id",
        "service_change.effective_date",
    ] {
        needs(parse, &body, &[(path, path)]);
    }
    may_lack(parse, &body, &["service_change.direction", "modified_by"]);
    is_guid(parse, &body, "service_change.service_id");
    is_guid(parse, &body, "service_change.product_id");
    is_when(parse, &body, "service_change.effective_date");
    is_text(parse, &body, "service_change.direction", "service_change.direction");
    is_text(parse, &body, "modified_by", "modified_by");
}

#[test]
fn a_work_order_is_changed_in_at_least_one_way() {
    let body = with(value(printed::WORK_ORDER_UPDATE), "work_order.on_hold", json!(false));
    let parse = WorkOrderUpdate::parse;
    needs(parse, &body, &[("work_order", "work_order")]);
    refused(parse, json!({"work_order": {"status": null}}), "work_order: must change something");
    for name in ["status", "schedule_date", "schedule_time", "assigned", "comment", "on_hold"] {
        let path = format!("work_order.{name}");
        may_lack(parse, &body, &[&path]);
        accepted(parse, json!({"work_order": {name: body["work_order"][name]}}));
    }
    for path in ["work_order.status", "work_order.assigned", "work_order.comment"] {
        is_text(parse, &body, path, path);
    }
    for (name, wrong, message) in [
        ("schedule_date", json!("2024-02-30"), "must be a date, like 2024-11-18"),
        ("schedule_date", json!("2024-10-18 09:30:00"), "must be a date, like 2024-11-18"),
        ("schedule_time", json!("24:00"), "must be a time of the day, like 09:30"),
        ("schedule_time", json!("9:30"), "must be a time of the day, like 09:30"),
        ("schedule_time", json!("09:30:01"), "must be a time of the day, like 09:30"),
        ("schedule_time", json!(930), "must be a string"),
        ("on_hold", json!("no"), "must be true or false"),
    ] {
        let path = format!("work_order.{name}");
        refused(parse, with(body.clone(), &path, wrong), &format!("{path}: {message}"));
    }
    let late = accepted(parse, with(body, "work_order.schedule_time", json!("23:59:00")));
    assert_eq!(late.work_order.schedule_time.unwrap().to_string(), "23:59");
}
