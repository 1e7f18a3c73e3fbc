//! The newer generation: each rule of its parsers, and the form of its answers.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::aex::provider::*;

use super::rule::{accepted, is_guid, is_text, is_when, may_lack, needs, refused, with};

pub fn customer() -> Value {
    json!({
        "first_name": "Thandi", "last_name": "Nkosi", "email": "thandi@example.co.za",
        "mobile_number": "+27821234567", "fno_opt_in": "2024-10-17T11:42:49Z", "isp_opt_in": "2024-10-17"
    })
}

pub fn order() -> Value {
    let guid = "287C94C4-0196-4999-9348-15ACC0EE7A0A";
    json!({"customer_id": guid, "product_id": guid, "premise_id": guid})
}

pub fn search() -> Value {
    json!({"latitude": -26.038965, "longitude": 27.738254, "page": 2})
}

pub fn changes() -> Value {
    json!({"isp_reference": "a", "wifi_username": "b", "wifi_password": "c"})
}

const PERSON: [&str; 4] = ["first_name", "last_name", "email", "mobile_number"];

#[test]
fn a_customer_is_a_flat_body() {
    let parse = NewCustomer::parse;
    for name in PERSON {
        needs(parse, &customer(), &[(name, name)]);
        is_text(parse, &customer(), name, name);
    }
    for name in ["fno_opt_in", "isp_opt_in"] {
        may_lack(parse, &customer(), &[name]);
        is_when(parse, &customer(), name);
    }
    refused(parse, json!("x"), ": body must be an object");
}

#[test]
fn a_customer_is_changed_in_at_least_one_way() {
    let parse = CustomerUpdate::parse;
    for nothing in [json!({}), json!({"email": null}), json!({"other": 1})] {
        refused(parse, nothing, ": body must change something");
    }
    for name in PERSON {
        accepted(parse, json!({name: "x"}));
        may_lack(parse, &customer(), &[name]);
        is_text(parse, &customer(), name, name);
    }
    for name in ["fno_opt_in", "isp_opt_in"] {
        accepted(parse, json!({name: "2024-10-17"}));
        may_lack(parse, &customer(), &[name]);
        is_when(parse, &customer(), name);
    }
}

#[test]
fn a_search_is_around_a_point_of_the_earth() {
    let parse = ProximitySearch::parse;
    needs(parse, &search(), &[("latitude", "latitude"), ("longitude", "longitude")]);
    may_lack(parse, &search(), &["page"]);
    for (name, wrong, message) in [
        ("latitude", json!("1"), "must be a number"),
        ("latitude", json!(90.1), "must be between -90 and 90"),
        ("latitude", json!(-91), "must be between -90 and 90"),
        ("longitude", json!([]), "must be a number"),
        ("longitude", json!(180.000001), "must be between -180 and 180"),
        ("longitude", json!(-181), "must be between -180 and 180"),
        ("page", json!(0), "must be between 1 and 1000000"),
        ("page", json!(1_000_001), "must be between 1 and 1000000"),
        ("page", json!(1.5), "must be an integer"),
        ("page", json!("1"), "must be an integer"),
    ] {
        refused(parse, with(search(), name, wrong), &format!("{name}: {message}"));
    }
    for (latitude, longitude) in [(90, 180), (-90, -180), (0, 0)] {
        let read = accepted(parse, json!({"latitude": latitude, "longitude": longitude}));
        assert_eq!(read.latitude.degrees(), f64::from(latitude));
        assert_eq!(read.longitude.degrees(), f64::from(longitude));
        assert!(read.page.is_none());
    }
}

#[test]
fn a_service_is_ordered_by_three_ids() {
    for name in ["customer_id", "product_id", "premise_id"] {
        needs(NewService::parse, &order(), &[(name, name)]);
        is_guid(NewService::parse, &order(), name);
    }
}

#[test]
fn a_service_is_changed_in_at_least_one_way() {
    let parse = ServiceUpdate::parse;
    refused(parse, json!({"cancelled": true}), ": body must change something");
    for name in ["isp_reference", "wifi_username", "wifi_password"] {
        accepted(parse, json!({name: "x"}));
        may_lack(parse, &changes(), &[name]);
        is_text(parse, &changes(), name, name);
        refused(parse, json!({name: null}), ": body must change something");
    }
}

/// Comes back as it is, and no member of it may be missing.
fn check<T: Serialize + DeserializeOwned + utoipa::PartialSchema>(value: Value) {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value);
    let schema = super::common::schema_of::<T>();
    let required = schema["required"].as_array().unwrap();
    assert_eq!(required.len(), value.as_object().unwrap().len());
    assert!(required.iter().all(|name| value.get(name.as_str().unwrap()).is_some()));
}

#[test]
fn answers_have_the_documented_members() {
    check::<Customer>(json!({
        "id": "A", "first_name": "Thandi", "last_name": "Nkosi", "email": "t@example.co.za", "mobile_number": "1",
        "fno_opt_in": null, "isp_opt_in": "2024-10-17T11:42:49Z",
        "created_at": "2024-10-17T11:42:49Z", "updated_at": "2024-10-17T11:42:49Z"
    }));
    check::<NearbyPremise>(json!({
        "premise_id": null, "predefined_premise_id": "B", "full_address": "9 Pompano Place",
        "latitude": -29.7852390438, "longitude": 30.9828323552, "distance": 12.5
    }));
    check::<Details>(json!({
        "availability": true, "areaId": "C", "premiseId": null, "predefined_premise_id": "B",
        "full_address": "9 Pompano Place", "latitude": -29.7852390438, "longitude": 30.9828323552
    }));
    check::<Service>(json!({
        "id": "D", "customer_id": "A", "product_id": "E", "premise_id": "F", "status": "Active",
        "isp_reference": null, "wifi_username": "RippleFiber_ID3Y",
        "created_at": "2024-10-17T11:42:49Z", "updated_at": "2024-10-17T11:42:49Z"
    }));
    check::<ServiceSnapshot>(json!({
        "service_id": "D", "customer_name": "Thandi Nkosi", "full_address": "9 Pompano Place", "status": "Active",
        "product": "Fibre 100", "last_updated_date": "2024-10-17T11:42:49Z"
    }));
    check::<WorkOrderSnapshot>(json!({
        "work_order_id": "G", "reference": "20241016-399307266", "type": "Installation", "status": "Scheduled",
        "customer_name": "Thandi Nkosi", "full_address": "9 Pompano Place", "product": "Fibre 100",
        "assigned": null, "start_date": "2024-10-16T11:05:30Z", "schedule_date": "2024-10-18",
        "schedule_time": "09:30", "last_update_date": "2024-10-17T11:42:49Z", "close_date": null
    }));
    check::<List<Customer>>(json!({"items": [], "page": 1, "page_size": 10, "total": 0}));
}
