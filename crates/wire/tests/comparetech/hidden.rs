//! `Debug` output ends up in logs: it must not tell who the customer is.

use serde_json::json;
use wire::comparetech::*;

use super::rule::subscription;

#[test]
fn debug_output_of_requests_and_records_holds_no_personal_data() {
    let mut body = subscription();
    body["note"] = "Via Segreta".into();
    let request = Subscription::parse(body).unwrap();
    let card = CreditCard {
        url: "https://pay.example/SECRET".into(),
        description: None,
        result: Some("Mario".into()),
    };
    let record = Record {
        id: 1,
        action: "fastweb:subscription".into(),
        status: Status::Interrupted,
        payload: Payload::new(
            request.echo(),
            Some(Info { error: Some("Mario Rossi is unknown".into()), ..Info::card(card) }),
        ),
        error: Some("Mario Rossi".into()),
        created_at: Timestamp::from_micros(0),
        updated_at: Timestamp::from_micros(0),
    };
    let otp = SendOtp::parse(json!({"otp": "203912"})).unwrap();
    let shown = format!("{request:#?} {record:#?} {otp:#?}");
    for secret in [
        "Mario",
        "Rossi",
        "RSSMRA",
        "mario.rossi",
        "333",
        "X054",
        "YA0000000",
        "CENERENTOLA",
        "12/A",
        "BRONTE",
        "95034",
        "2020",
        "2030",
        "Comune",
        "Segreta",
        "SECRET",
        "203912",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    for useful in ["fastweb casa light", "Interrupted", "Credit Card is requested"] {
        assert!(shown.contains(useful), "{useful} not in {shown}");
    }
}
