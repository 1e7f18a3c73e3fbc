//! The printed examples, each beside what the dialect answers: the same fields, the same types, and the same values
//! wherever the value is not this server's own.

use crate::{app, body};
use serde_json::Value;
use store::testing::TestStore;
use wire::comparetech::printed;

/// Every printed field is there with the same type, and with the same value unless its path ends with one of `own`.
fn check_like(printed: &Value, answered: &Value, own: &[&str], path: &str) {
    match (printed, answered) {
        (Value::Object(fields), Value::Object(others)) => {
            for (name, field) in fields {
                let path = format!("{path}.{name}");
                let other = others.get(name).unwrap_or_else(|| panic!("{path} is missing: {answered}"));
                check_like(field, other, own, &path);
            }
        }
        (Value::Array(items), Value::Array(others)) => {
            assert!(items.len() <= others.len(), "{path}: {answered}");
            for (at, (item, other)) in items.iter().zip(others).enumerate() {
                check_like(item, other, own, &format!("{path}[{at}]"));
            }
        }
        (printed, answered) if own.iter().any(|end| path.ends_with(end)) => {
            let same = std::mem::discriminant(printed) == std::mem::discriminant(answered);
            assert!(same, "{path}: {answered}");
        }
        (printed, answered) => assert_eq!(printed, answered, "{path}"),
    }
}

fn check_printed(printed: &str, answered: &Value, own: &[&str]) {
    check_like(&serde_json::from_str(printed).unwrap(), answered, own, "");
}

fn names(value: &Value) -> Vec<&String> {
    value.as_object().unwrap().keys().collect()
}

fn check_same_fields(printed: &str, answered: &Value) {
    let printed: Value = serde_json::from_str(printed).unwrap();
    assert_eq!(names(&printed), names(answered));
}

const RECORD: &[&str] = &[".id", ".created_at", ".updated_at"];

fn check_timestamps(record: &Value) {
    for name in ["created_at", "updated_at"] {
        let text = record[name].as_str().unwrap();
        let digits = text.replace(|c: char| c.is_ascii_digit(), "0");
        assert_eq!(digits, "0000-00-00T00:00:00.000000Z", "{text}");
    }
}

store::on_both!(a_coverage_is_answered_as_printed, |store: TestStore| app::with(store, async |app| {
    let reply = app.post("/coverage", &body::coverage("fastweb", "VIA CENERENTOLA")).await;
    assert_eq!(reply.status, 201);
    let accepted = reply.json();
    check_printed(printed::COVERAGE_PENDING, &accepted, RECORD);
    check_same_fields(printed::COVERAGE_PENDING, &accepted);
    assert_eq!(names(&accepted["payload"]).len(), 0);
    assert_eq!(accepted["created_at"], accepted["updated_at"]);
    check_timestamps(&accepted);

    let done = app.until(reply.id(), "done").await;
    check_printed(printed::COVERAGE_DONE, &done, RECORD);
    check_same_fields(printed::COVERAGE_DONE, &done);
    check_timestamps(&done);
    let printed: Value = serde_json::from_str(printed::COVERAGE_DONE).unwrap();
    assert_eq!(done["payload"], printed["payload"], "nothing more, nothing less");
}));

store::on_both!(an_address_without_coverage_is_answered_as_printed, |store: TestStore| app::with(
    store,
    async |app| {
        let id = app.accepted("/coverage", &body::coverage("fastweb", "VIA NO COVERAGE")).await;
        let canceled = app.until(id, "canceled").await;
        check_printed(printed::COVERAGE_CANCELED, &canceled, RECORD);
        check_same_fields(printed::COVERAGE_CANCELED, &canceled);
        check_timestamps(&canceled);
        assert_eq!(names(&canceled["payload"]["__info"]), ["error"]);
        assert_eq!(canceled["payload"]["address"]["street"], "VIA NO COVERAGE", "what was asked is echoed");
    }
));

store::on_both!(
    addons_are_answered_as_printed_with_the_digits_of_their_prices,
    |store: TestStore| app::with(store, async |app| {
        let id = app.accepted("/coverage", &body::coverage("aruba", "VIA CENERENTOLA")).await;
        let done = app.until(id, "done").await;
        check_printed(printed::COVERAGE_ADDONS, &done["payload"]["__info"]["data"], &[]);
        let addons = done["payload"]["__info"]["data"]["addons"].as_array().unwrap();
        assert_eq!(addons.len(), 1, "a product without addons is not listed");
        assert_eq!(names(&addons[0]["options"][0]).len(), 6);
        assert_eq!(done["payload"]["__info"]["result"], serde_json::json!(["FIBER_2022", "FIBER_PLAIN"]));
        let text = app.get(&format!("/status/{id}")).await.text;
        assert!(text.contains(r#""price":2.2,"#) && text.contains(r#""price":4,"#), "{text}");
    })
);

store::on_both!(the_prompts_of_a_subscription_are_answered_as_printed, |store: TestStore| app::with(
    store,
    async |app| {
        let id = app.accepted("/subscription", &body::subscription("Mario", "credit_card")).await;
        let asked = app.until(id, "interrupted").await;
        check_printed(printed::OTP_REQUESTED, &asked, &[]);
        assert_eq!(names(&asked["payload"]["__info"]), ["message"]);

        app.otp(id, "123456").await;
        let asked = app.until_that(id, "interrupted", |info| info["message"] != "OTP is requested").await;
        check_printed(printed::CARD_REQUESTED, &asked, &[".url", ".result"]);
        assert_eq!(names(&asked["payload"]["__info"]), ["data", "message"]);
        assert_eq!(asked["payload"]["__info"]["data"]["credit_card"]["result"], "waiting for the card");
    }
));

store::on_both!(an_unknown_driver_is_answered_as_printed, |store: TestStore| app::with(store, async |app| {
    let printed: Value = serde_json::from_str(printed::UNKNOWN_DRIVER).unwrap();
    for (path, wanted) in [
        ("/coverage", body::coverage("vercinge", "VIA CENERENTOLA")),
        // Where there is no such driver, what else is wrong does not matter.
        ("/coverage", serde_json::json!({"driver": "vercinge"})),
        ("/subscription", {
            let mut wanted = body::subscription("Mario", "iban");
            wanted["driver"] = "vercinge".into();
            wanted
        }),
    ] {
        let reply = app.post(path, &wanted).await;
        assert_eq!((reply.status, reply.json()), (404, printed.clone()), "{path}");
    }
    let reply = app.get("/documents?driver=vercinge").await;
    assert_eq!((reply.status, reply.json()), (404, printed));
}));

store::on_both!(drivers_and_their_documents_are_listed, |store: TestStore| app::with(store, async |app| {
    let traders = app.get("/traders").await.json();
    assert_eq!(traders[0]["name"], "fastweb");
    assert_eq!(traders[0]["operations"], serde_json::json!(["coverage", "subscription"]));
    assert_eq!(traders[0]["products"][0], "Fastweb Casa Light");
    assert_eq!(traders[0]["payment_methods"], serde_json::json!(["credit_card", "iban"]));
    assert_eq!(traders[1]["name"], "aruba");
    let all = app.get("/documents").await.json();
    assert_eq!(all, app.get("/documents?driver=FASTWEB").await.json());
    let passport = all.as_array().unwrap().iter().find(|kind| kind["type"] == "passport").unwrap();
    assert_eq!(names(passport), ["label", "required", "type"]);
    assert_eq!(passport["required"], serde_json::json!(["nationality", "type", "number", "issued_at"]));
}));
