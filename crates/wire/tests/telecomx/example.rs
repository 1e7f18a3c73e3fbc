//! The printed examples are read, and written with the same members in the same order.

use regex::Regex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::telecomx::*;

use super::rule::value;

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// Comes back as it is.
fn check<T: Serialize + DeserializeOwned + PartialEq>(shown: Value) -> T {
    let read: T = serde_json::from_value(shown.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), shown);
    assert!(serde_json::from_str::<T>(&shown.to_string()).unwrap() == read);
    read
}

#[test]
fn the_printed_request_is_read_as_it_is_meant() {
    let read = NewRequest::parse(value(printed::NEW_REQUEST)).unwrap();
    assert_eq!(read.wrong(), None);
    let expected = NewRequest {
        type_: Given::Is(Type::Fiber),
        reseller: Given::Is(id("12345678901234567890AAAA")),
        notes: Given::Is("Main building on the right".into()),
        address: Given::Is(AddressGiven {
            id: Given::Absent,
            address: Given::Is("Vallensbækvej 20A, 3. th.".into()),
            zip: Given::Is("2605".into()),
            city: Given::Is("Brøndby".into()),
        }),
        product: Given::Is(id("12345678901234567890BBBB")),
        ip_addresses: Given::Is(32),
        commitment1: Given::Is(true),
        commitment2: Given::Is(true),
        commitment3: Given::Is(false),
        reference: Given::Is("REQ567365836".into()),
        notify: Given::Is(vec![Given::Is(id("1234567890123457890FEDD"))]),
        start_date: Given::Is(Moment::from_micros(1_514_764_800_000_000)),
        install_call_number: Given::Is("71919999".into()),
        install_call_name: Given::Is("Donald Duck".into()),
        install_time: Given::Is(InstallTime::Day),
        ..NewRequest::default()
    };
    assert!(read == expected);
}

fn printed_request() -> Request {
    let offer = Offer {
        id: id("12345678901234567890FFFF"),
        product: id("1234567890123457890AABB"),
        initiation_fee_product: Some(id("1234567890124567890AACC")),
        initiation_cost: amount(1000),
        initiation_wholesale: amount(2000),
        initiation_customer: amount(3000),
        monthly_cost: amount(500),
        monthly_wholesale: amount(600),
        monthly_customer: amount(700),
        commitment: Some(36),
        provider_name: Some("Nianet".into()),
        provider_offer_id: Some("4656367R".into()),
    };
    Request {
        id: id("123457890123457890AAAA"),
        type_: Type::Fiber,
        customer: None,
        reseller: Some(id("1234567890123457890CCCC")),
        notes: Some("In stairwell behind the door".into()),
        address: Address {
            id: Some(id("12345678901234567890DDDD")),
            address: Some("Vallensbækvej 20A, 3. th.".into()),
            zip: Some("2605".into()),
            city: Some("Brøndby".into()),
        },
        address2: None,
        product: Some(id("12345678901234567890EEEE")),
        takeover: Some(true),
        takeover_circuit: Some("fake347465".into()),
        takeover_customer: Some("5646756475".into()),
        ip_addresses: Some(8),
        commitment1: Some(true),
        commitment2: Some(true),
        commitment3: Some(true),
        reference: Some("Donald Duck".into()),
        notify: vec![Notified { id: id("1234567890123456780FEDD"), name: Some("Donald Duck".into()) }],
        start_date: Some(Moment::from_micros(1_514_764_800_000_000)),
        install_call_number: Some("71919999".into()),
        install_call_name: Some("Donald".into()),
        install_time: Some(InstallTime::Morning),
        offers: vec![offer],
        created: Moment::from_micros(1_514_764_800_000_000),
        created_by: Some(id("1234567890123457890FEDE")),
        answered: Some(Moment::from_micros(1_514_808_000_000_000)),
    }
}

fn amount(units: i64) -> Option<Amount> {
    serde_json::from_value(units.into()).unwrap()
}

#[test]
fn the_printed_answer_is_written_member_for_member() {
    let text = serde_json::to_string(&printed_request()).unwrap();
    let printed = printed::REQUEST.replace("Offers", "offers");
    assert_eq!(value(&text), value(&printed));
    let members = Regex::new("\"([A-Za-z0-9_]+)\":").unwrap();
    let names = |text: &str| members.captures_iter(text).map(|it| it[1].to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&text), names(&printed));
    assert!(serde_json::from_str::<Request>(printed::REQUEST).unwrap() == printed_request());
}

#[test]
fn what_has_no_value_is_left_out_but_for_customer_and_address2() {
    let bare = check::<Request>(json!({
        "_id": "a", "type": "DSL", "customer": null, "address": {}, "address2": null,
        "notify": [], "offers": [], "created": "2018-01-01T00:00:00.000Z"
    }));
    assert!(bare.answered.is_none());
    let lists = json!({"_id": "a", "type": "dsl", "address": {}, "created": "2018-01-01T00:00:00Z"});
    assert!(serde_json::from_value::<Request>(lists).unwrap() == bare);
}

#[test]
fn prices_that_are_not_seen_are_left_out() {
    let offer = Offer { monthly_cost: None, initiation_cost: None, ..printed_request().offers[0].clone() };
    let shown = serde_json::to_value(offer).unwrap();
    assert!(shown.get("monthlyCost").is_none() && shown.get("initiationCost").is_none());
    assert_eq!(shown["monthlyWholesale"], 600);
}

#[test]
fn accounts_have_the_documented_members() {
    let account = json!({
        "_id": "a", "type": "DSL", "state": "CONFIRMED", "customer": "b", "reseller": "c", "name": "Head office",
        "request": "d", "offer": "e", "orderedBy": "f", "address": {"_id": "g", "zip": "2605"}, "address2": null,
        "circuit": "EB1", "product": "h", "initiationFeeProduct": "i", "takeover": true, "takeoverCircuit": "EB0",
        "takeoverCustomer": "7", "ipAddresses": 1, "commitment": 12, "reference": "r", "notes": "n",
        "notify": [{"_id": "f"}], "orderDate": "2018-01-01T00:00:00.000Z", "startDate": "2018-02-01T00:00:00.000Z",
        "terminationDate": "2019-02-01T00:00:00.000Z", "installCallNumber": "1", "installCallName": "D",
        "installTime": "12_TO_16",
        "changeRequest": {"state": "REQUESTED", "product": "h", "by": "f", "date": "2018-01-01T00:00:00.000Z",
            "feeProduct": "i", "monthlyCost": 1.5, "monthlyWholesale": 2, "monthlyCustomer": 3},
        "net": {"ipAddress": "192.0.2.1", "subnet": "30", "gateway": "g", "lanNet": "l", "lanSubnet": "s",
            "failover": false, "failoverNumber": "1"},
        "fiber": {"initiationCost": 1, "initiationWholesale": 2, "initiationCustomer": 3, "monthlyCost": 4,
            "monthlyWholesale": 5, "monthlyCustomer": 6.5},
        "provider": {"orderId": "o", "name": "Nianet"},
        "documents": [{"_id": "k", "filename": "a.pdf", "size": 7, "type": "application/pdf",
            "created": "2018-01-01T00:00:00.000Z"}],
        "customerName": "A", "resellerName": "B", "productName": "C", "initiationFeeProductName": "D"
    });
    let read: Account = check(account);
    assert_eq!(read.state, AccountState::Confirmed);
    check::<Account>(json!({
        "_id": "a", "type": "FIBER", "state": "SUSPENDED", "customer": null, "address": {}, "address2": null,
        "notify": [], "orderDate": "2018-01-01T00:00:00.000Z", "documents": []
    }));
    check::<DocumentAdded>(
        json!({"success": true, "document": {"_id": "k", "filename": "a.pdf", "size": 7}}),
    );
}

#[test]
fn the_other_answers_have_the_documented_members() {
    check::<Product>(json!({
        "_id": "a", "start": "2018-01-01T00:00:00.000Z", "end": "2019-01-01T00:00:00.000Z", "type": "FIBER",
        "productCode": "F100", "name": "Fiber 100/100", "unitType": "MONTHS", "recurrence": "MONTHLY",
        "recurrenceFullMonth": true, "cost": 1, "wholesale": 2, "price": 2.5, "reseller": "b", "inheritFrom": "c",
        "download": 100, "upload": 100, "initiation": {"cost": 1, "wholesale": 2, "price": 3}, "commitment": 12
    }));
    check::<AddressFound>(json!({"road": "Vallensbækvej", "zip": 2605, "city": "Brøndby"}));
    check::<AddressFound>(json!({
        "_id": "a", "road": "Vallensbækvej", "number": "20A", "floor": "3", "door": "th", "zip": 2605,
        "city": "Brøndby", "code": "7652", "muni": "153", "geo": [55.65, 12.41]
    }));
    check::<LoggedIn>(
        json!({"token": "t", "expiresInMinutes": -1, "employee": "a", "accessLevel": "RESELLER_ADMIN"}),
    );
    check::<Validated>(json!({
        "success": true, "employee": "a", "customer": "b", "accessLevel": "OWNER", "name": "D", "language": "da",
        "customerName": "C", "customerFeatures": ["INTERNET"], "customerIntegrations": []
    }));
    check::<Employee>(json!({
        "_id": "a", "name": "D", "email": "d@example.dk", "username": "d", "accessLevel": "VIEWER", "customer": "b",
        "reseller": "c"
    }));
    check::<Customer>(json!({"_id": "a", "name": "C", "reseller": "b"}));
    check::<TokenMade>(json!({"success": true, "token": "t"}));
    assert_eq!(serde_json::to_value(Success::DONE).unwrap(), json!({"success": true}));
}

#[test]
fn a_page_names_its_records() {
    let brief = json!({
        "_id": "a", "type": "DSL", "customer": null, "reseller": "b", "address": {"zip": "2605"}, "product": "c",
        "reference": "r", "created": "2018-01-01T00:00:00.000Z", "answered": "2018-01-01T00:00:00.000Z",
        "state": "HAS_OFFER"
    });
    check::<Requests<RequestBrief>>(json!({"offset": 0, "limit": 100, "total": 1, "requests": [brief]}));
    let brief = json!({
        "_id": "a", "type": "DSL", "state": "ORDERED", "customer": "b", "address": {}, "circuit": "EB1",
        "product": "c", "orderDate": "2018-01-01T00:00:00.000Z"
    });
    check::<Accounts<AccountBrief>>(json!({"offset": 0, "limit": 100, "total": 1, "accounts": [brief]}));
    check::<Products<Product>>(json!({"offset": 0, "limit": 1, "total": 0, "products": []}));
    check::<Employees<Employee>>(json!({"offset": 0, "limit": 1, "total": 0, "employees": []}));
    check::<Customers<Customer>>(json!({"offset": 0, "limit": 1, "total": 0, "customers": []}));
}
