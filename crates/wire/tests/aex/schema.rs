//! The published JSON Schemas and the parsers agree: what the one allows the other accepts, and nothing else.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::ToSchema;
use wire::aex::*;

use super::common::{agree, arbitrary_json_with, changed, examples_hold, instance, schema_of, valid};
use super::rule::{Parse, value};

fn arbitrary_json() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => arbitrary_json_with("customer|service|work_order|cancelled|suspended|email|id|page|[a-z]{1,4}"),
        1 => "[0-9]{2}[02][0-9]-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9][ +Z:0-9-]{0,6})?"
            .prop_map(Value::from),
        1 => "[0-2][0-9]:[0-6][0-9](:0[01])?".prop_map(Value::from),
        1 => "[0-9A-Ga-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-F]{12,13}".prop_map(Value::from),
        1 => (-200.0..200.0).prop_map(Value::from),
    ]
    .boxed()
}

/// The schema and the parser of one request, tried on a body made from the schema, the same with one place changed,
/// a right body with one place changed, and any JSON.
macro_rules! agreements {
    ($($test:ident: $request:ty, $right:expr;)+) => {$(
        mod $test {
            use super::*;

            static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<$request>);

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(384))]

                #[test]
                fn schema_and_parser_agree(
                    body in instance(&SCHEMA), place in 0usize..64, any in arbitrary_json(),
                    value in proptest::option::weighted(0.8, arbitrary_json()),
                ) {
                    let parse: Parse<$request> = <$request>::parse;
                    prop_assert!(valid(&SCHEMA, &body), "{}", body);
                    agree(&SCHEMA, body.clone(), parse)?;
                    agree(&SCHEMA, changed(body, place, value.clone()), parse)?;
                    let right: Value = $right;
                    agree(&SCHEMA, changed(right, place, value), parse)?;
                    agree(&SCHEMA, any, parse)?;
                }
            }

            #[test]
            fn every_example_is_as_the_schema_says() {
                assert!(examples_hold(&SCHEMA) > 0);
                assert!(valid(&SCHEMA, &$right));
            }
        }
    )+};
}

agreements! {
    new_customer: NewCustomer, value(printed::NEW_CUSTOMER);
    full_service: FullService, value(printed::FULL_SERVICE);
    service_update: ServiceUpdate, value(printed::CANCELLATION);
    service_rest: ServiceUpdate, json!({"service": {"cancelled": false, "suspended": true, "wifi_username": "a"}});
    new_service_change: NewServiceChange, value(printed::NEW_SERVICE_CHANGE);
    work_order_update: WorkOrderUpdate, value(printed::WORK_ORDER_UPDATE);
    provider_new_customer: provider::NewCustomer, super::super::provider::customer();
    provider_customer_update: provider::CustomerUpdate, super::super::provider::customer();
    proximity_search: provider::ProximitySearch, super::super::provider::search();
    provider_new_service: provider::NewService, super::super::provider::order();
    provider_service_update: provider::ServiceUpdate, super::super::provider::changes();
}

#[test]
fn the_two_generations_have_schemas_of_different_names() {
    let names = [
        NewCustomer::name(),
        provider::NewCustomer::name(),
        Customer::name(),
        provider::Customer::name(),
        Service::name(),
        provider::Service::name(),
        ServiceUpdate::name(),
        provider::ServiceUpdate::name(),
        provider::NewService::name(),
        provider::CustomerUpdate::name(),
    ];
    let mut single = names.to_vec();
    single.sort();
    single.dedup();
    assert_eq!(single.len(), names.len(), "{names:?}");
}

#[test]
fn a_page_holds_its_records_and_brings_every_schema_that_they_refer_to() {
    let mut schemas = Vec::new();
    Page::<Product>::schemas(&mut schemas);
    Page::<WorkOrder>::schemas(&mut schemas);
    let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["Pricing", "Figure", "Moment", "Date", "Time"] {
        assert!(names.contains(&name), "{name} not in {names:?}");
    }
}

#[test]
fn the_schema_of_errors_shows_both_forms() {
    let schema = schema_of::<Errors>();
    assert_eq!(schema["oneOf"][0]["examples"][0]["errors"], json!(["Not Authenticated"]));
    assert_eq!(schema["oneOf"][1]["examples"][0]["full_errors"], json!(["email is already taken"]));
}

#[test]
fn empty_members_are_null_and_the_others_are_not() {
    let service = schema_of::<Service>();
    assert_eq!(service["properties"]["isp_reference"]["type"], json!(["string", "null"]));
    assert_eq!(service["properties"]["status"]["type"], "string");
    assert_eq!(service["properties"]["status_id"]["type"], "integer");
}
