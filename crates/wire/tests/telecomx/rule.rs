//! What each field of a request takes, and what it leaves to the dialect.

use serde_json::{Value, json};
use wire::telecomx::*;

pub fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn request(body: Value) -> NewRequest {
    NewRequest::parse(body).unwrap()
}

fn id(text: &str) -> Given<Id> {
    Given::Is(Id::parse(text).unwrap())
}

#[test]
fn only_a_body_that_is_no_object_is_refused() {
    for body in [json!(null), json!([]), json!("x"), json!(1), json!(true)] {
        assert_eq!(NewRequest::parse(body).err(), Some(NotAnObject));
    }
    assert!(request(json!({})) == NewRequest::default());
    assert!(request(json!({"other": [1], "product": null})) == NewRequest::default());
    assert_eq!(request(json!({})).wrong(), None);
}

#[test]
fn each_field_is_absent_wrong_or_right_whatever_the_others_are() {
    let read = request(json!({
        "type": "dsl", "customer": 5, "notes": "x".repeat(4097), "takeover": "true", "ipAddresses": 3,
        "startDate": "tomorrow", "installTime": "NOON", "notify": "me", "address": [],
    }));
    assert_eq!(read.type_, Given::Is(Type::Dsl));
    assert_eq!(read.takeover, Given::Is(true));
    assert!(read.customer.is_wrong() && read.notes.is_wrong() && read.ip_addresses.is_wrong());
    assert!(read.start_date.is_wrong() && read.install_time.is_wrong() && read.notify.is_wrong());
    assert!(read.address.is_wrong() && read.address2.is_absent() && read.product.is_absent());
    assert_eq!(read.wrong().as_deref(), Some("customer"));
}

#[test]
fn people_to_notify_are_ids_or_objects_with_one() {
    let read = request(json!({"notify": ["a", {"_id": "b", "name": "Donald"}, null, 7, {"id": "c"}]}));
    assert_eq!(read.notify, Given::Is(vec![id("a"), id("b"), Given::Wrong, Given::Wrong]));
    assert_eq!(read.wrong().as_deref(), Some("notify[]"));
}

#[test]
fn offers_are_read_from_both_of_their_names() {
    let offer = |id: &str| json!([{"_id": id, "commitment": "36", "monthlyCost": "99.90"}]);
    for body in [
        json!({"offers": offer("a")}),
        json!({"Offers": offer("a")}),
        json!({"offers": null, "Offers": offer("a")}),
    ] {
        let offers = request(body).offers.into_value().unwrap();
        let offer = offers[0].value().unwrap();
        assert_eq!((&offer.id, offer.commitment), (&id("a"), Given::Is(36)));
        assert_eq!(offer.monthly_cost.value().unwrap().to_string(), "99.90");
        assert_eq!(offers.len(), 1);
    }
    let both = request(json!({"offers": offer("a"), "Offers": offer("b")}));
    assert_eq!(both.offers.value().unwrap().len(), 2);
    assert!(request(json!({"offers": offer("a"), "Offers": 1})).offers.is_wrong());
}

#[test]
fn what_is_wrong_inside_is_named_by_its_path() {
    for (body, path) in [
        (json!({"address": {"_id": ""}}), "address._id"),
        (json!({"address2": {"zip": "12345678901"}}), "address2.zip"),
        (json!({"offers": [{}, {"product": 7}]}), "offers[].product"),
        (json!({"offers": [{"monthlyCost": 500_000.01}]}), "offers[].monthlyCost"),
        (json!({"Offers": [{"commitment": 61}]}), "offers[].commitment"),
        (json!({"offers": [7]}), "offers[]"),
        (json!({"takeover": 1, "reference": {}}), "reference"),
    ] {
        assert_eq!(request(body.clone()).wrong().as_deref(), Some(path), "{body}");
    }
}

#[test]
fn what_was_written_for_another_server_is_read_the_same() {
    let body = value(printed::CONFIRM);
    let read = Confirm::parse(body.clone()).unwrap();
    assert_eq!(read.wrong(), None);
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
    assert_eq!(read.net.value().unwrap().failover, Given::Is(true));
    assert_eq!(read.fiber.value().unwrap().monthly_customer.value().unwrap().to_string(), "699.95");
    let long = Confirm::parse(json!({"name": "a".repeat(101), "net": {"subnet": 30}})).unwrap();
    assert!(long.name.is_wrong());
    assert_eq!(long.net.value().unwrap().subnet.text(), Some("30"));
}

#[test]
fn a_login_may_come_from_a_query() {
    let login = Login::parse(
        json!({"username": " donald ", "password": " 1 ", "persist": "true", "smsKey": 123_456}),
    );
    let login = login.unwrap();
    assert_eq!((login.username.text(), login.password.text()), (Some("donald"), Some(" 1 ")));
    assert_eq!((login.sms_key.text(), login.persist), (Some("123456"), Given::Is(true)));
}
