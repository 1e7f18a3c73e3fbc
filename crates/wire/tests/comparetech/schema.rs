//! The published JSON Schemas and the parsers agree: what the one allows the other accepts, and nothing else.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::ToSchema;
use wire::comparetech::*;

use super::common::{agree, arbitrary_json_with, changed, examples_hold, instance, schema_of};

/// Any JSON, with names of fields that mean something here.
pub fn arbitrary_json() -> BoxedStrategy<Value> {
    arbitrary_json_with("driver|address|otp|id|payload|status|__info|[a-z]{1,4}")
}

static COVERAGE: LazyLock<Value> = LazyLock::new(schema_of::<Coverage>);
static SUBSCRIPTION: LazyLock<Value> = LazyLock::new(schema_of::<Subscription>);
static SEND_OTP: LazyLock<Value> = LazyLock::new(schema_of::<SendOtp>);
static SEND_OTP_BY_ID: LazyLock<Value> = LazyLock::new(schema_of::<SendOtpById>);
static RESET_OTP: LazyLock<Value> = LazyLock::new(schema_of::<ResetOtp>);
static RESET_OTP_BY_ID: LazyLock<Value> = LazyLock::new(schema_of::<ResetOtpById>);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_coverage_schema_and_parser_agree(
        body in instance(&COVERAGE), place in 0usize..64, value in proptest::option::weighted(0.8, arbitrary_json()),
    ) {
        agree(&COVERAGE, body.clone(), Coverage::parse)?;
        agree(&COVERAGE, changed(body, place, value), Coverage::parse)?;
    }

    #[test]
    fn the_subscription_schema_and_parser_agree(
        body in instance(&SUBSCRIPTION), place in 0usize..64, value in proptest::option::weighted(0.8, arbitrary_json()),
    ) {
        agree(&SUBSCRIPTION, body.clone(), Subscription::parse)?;
        agree(&SUBSCRIPTION, changed(body, place, value.clone()), Subscription::parse)?;
        agree(&SUBSCRIPTION, changed(super::rule::subscription(), place, value), Subscription::parse)?;
    }

    #[test]
    fn the_otp_schemas_and_parsers_agree(
        body in instance(&SEND_OTP_BY_ID), place in 0usize..2, value in proptest::option::weighted(0.8, arbitrary_json()),
    ) {
        for body in [body.clone(), changed(body, place, value)] {
            agree(&SEND_OTP, body.clone(), SendOtp::parse)?;
            agree(&SEND_OTP_BY_ID, body.clone(), SendOtpById::parse)?;
            agree(&RESET_OTP, body.clone(), ResetOtp::parse)?;
            agree(&RESET_OTP_BY_ID, body, ResetOtpById::parse)?;
        }
    }

    #[test]
    fn schemas_and_parsers_agree_on_any_json(body in arbitrary_json()) {
        agree(&COVERAGE, body.clone(), Coverage::parse)?;
        agree(&SUBSCRIPTION, body.clone(), Subscription::parse)?;
        agree(&SEND_OTP, body.clone(), SendOtp::parse)?;
        agree(&RESET_OTP, body, ResetOtp::parse)?;
    }
}

#[test]
fn every_example_of_a_request_is_as_its_schema_says() {
    assert!(examples_hold(&COVERAGE) > 5);
    assert!(examples_hold(&SUBSCRIPTION) > 20);
    assert_eq!(COVERAGE["examples"][0]["address"]["street"], "VIA CENERENTOLA");
    for schema in [&SEND_OTP, &SEND_OTP_BY_ID, &RESET_OTP_BY_ID] {
        assert!(examples_hold(schema) > 1);
    }
}

#[test]
fn the_schemas_of_answers_show_the_printed_examples_and_require_what_is_always_there() {
    let record = schema_of::<Record>();
    assert_eq!(record["required"], json!(["id", "action", "status", "payload", "created_at", "updated_at"]));
    for (index, text) in [printed::COVERAGE_PENDING, printed::COVERAGE_DONE, printed::COVERAGE_CANCELED]
        .into_iter()
        .enumerate()
    {
        assert_eq!(record["examples"][index], serde_json::from_str::<Value>(text).unwrap());
    }
    assert_eq!(record["properties"]["error"]["type"], "string");
    assert_eq!(
        schema_of::<Status>()["enum"],
        json!(["pending", "running", "interrupted", "done", "canceled"])
    );
    assert_eq!(schema_of::<Info>()["examples"][0], json!({"message": "OTP is requested"}));
    assert_eq!(
        schema_of::<Info>()["properties"]["data"],
        json!({"$ref": "#/components/schemas/Attachments", "description": "The details of a card prompt or of a coverage."})
    );
    assert_eq!(schema_of::<Error>()["examples"][0]["error"], "Driver with name: 'vercinge' doesn't exists");
    assert_eq!(
        schema_of::<Addon>()["required"],
        json!(["name", "category", "default", "type", "price", "incompatibilities"])
    );
}

#[test]
fn a_record_brings_every_schema_that_it_refers_to() {
    let mut schemas = Vec::new();
    Record::schemas(&mut schemas);
    let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "Status",
        "Payload",
        "Info",
        "Attachments",
        "CreditCard",
        "ProductAddons",
        "Addon",
        "Amount",
        "Timestamp",
    ] {
        assert!(names.contains(&name), "{name} not in {names:?}");
    }
}
