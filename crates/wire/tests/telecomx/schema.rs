//! The published JSON Schemas and the parsers agree: in what the one allows the other finds nothing wrong, and in
//! anything else it does.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::ToSchema;
use wire::telecomx::*;

use super::common::{agree, arbitrary_json_with, changed, examples_hold, instance, schema_of, valid};
use super::rule::value;

fn arbitrary_json() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => arbitrary_json_with("_id|zip|offers|Offers|notify|product|commitment|monthlyCost|net|[a-z]{1,4}"),
        1 => "[0-9]{2}[02][0-9]-[01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9][ +Z:0-9-]{0,6})?"
            .prop_map(Value::from),
        1 => "(0?7_30|12|12_00)_TO_(12|16)(_00)?|true|false|[Dd]SL|Fibe?r".prop_map(Value::from),
        1 => "[0-9]{1,7}([.][0-9]{0,21})?".prop_map(Value::from),
        1 => (-1i64..70).prop_map(Value::from),
        1 => (-1.0..500_001.0).prop_map(Value::from),
        1 => (63usize..66).prop_map(|length| Value::from("a".repeat(length))),
        1 => (4095usize..4098).prop_map(|length| Value::from("é".repeat(length))),
        1 => (99usize..102).prop_map(|length| json!(vec![Value::Null; length])),
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

            fn parse(body: Value) -> Result<$request, String> {
                let read = <$request>::parse(body).map_err(|error| error.to_string())?;
                read.wrong().map_or(Ok(read), Err)
            }

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(384))]

                #[test]
                fn schema_and_parser_agree(
                    body in instance(&SCHEMA), place in 0usize..64, any in arbitrary_json(),
                    value in proptest::option::weighted(0.8, arbitrary_json()),
                ) {
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
                let read = parse($right).unwrap_or_else(|path| panic!("{path} is wrong"));
                assert!(parse(serde_json::to_value(&read).unwrap()) == Ok(read));
            }
        }
    )+};
}

fn answered() -> Value {
    let mut body = value(printed::REQUEST);
    body["offers"] = json!([{"product": "a", "monthlyCost": 1}]);
    body
}

agreements! {
    new_request: NewRequest, value(printed::NEW_REQUEST);
    answered_request: NewRequest, answered();
    address: AddressGiven, json!({"_id": "a", "address": "Vallensbækvej 20A", "zip": 2605, "city": "Brøndby"});
    offer: OfferGiven, value(printed::REQUEST)["Offers"][0].clone();
    new_account: NewAccount, value(printed::NEW_ACCOUNT);
    confirm: Confirm, value(printed::CONFIRM);
    change_request: ChangeRequest, value(printed::CHANGE_REQUEST);
    change_confirm: ChangeConfirm, value(printed::CHANGE_CONFIRM);
    login: Login, value(printed::LOGIN);
}

#[test]
fn requests_and_answers_have_schemas_of_different_names() {
    let mut named = Vec::new();
    Requests::<Request>::schemas(&mut named);
    Requests::<RequestBrief>::schemas(&mut named);
    Accounts::<Account>::schemas(&mut named);
    Accounts::<AccountBrief>::schemas(&mut named);
    Products::<Product>::schemas(&mut named);
    let mut names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    for name in
        ["Id", "Moment", "Amount", "Offer", "Address", "Notified", "Change", "Net", "Initiation", "Type"]
    {
        assert!(names.contains(&name), "{name} not in {names:?}");
    }
    names.extend([
        "NewRequest",
        "NewAccount",
        "Confirm",
        "ChangeRequest",
        "ChangeConfirm",
        "Login",
        "AddressFound",
    ]);
    names.sort_unstable();
    let twice: Vec<&str> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    for name in twice {
        let mut schemas = named.iter().filter(|(other, _)| other == name).map(|(_, schema)| json!(schema));
        let first = schemas.next();
        assert!(schemas.all(|schema| Some(schema) == first), "{name} is two things");
    }
}

#[test]
fn answers_say_what_is_always_there_and_in_which_form() {
    let request = schema_of::<Request>();
    let required = ["_id", "type", "customer", "address", "address2", "notify", "offers", "created"];
    assert_eq!(request["required"], json!(required));
    assert_eq!(request["properties"]["takeoverCircuit"]["type"], "string");
    assert_eq!(request["properties"]["commitment1"]["type"], "boolean");
    assert_eq!(schema_of::<Type>()["enum"], json!(["DSL", "FIBER"]));
    assert_eq!(schema_of::<InstallTime>()["enum"], json!(["7_30_TO_16", "7_30_TO_12", "12_TO_16"]));
    assert_eq!(schema_of::<AccountState>()["enum"], json!(["ORDERED", "CONFIRMED", "ACTIVE", "CANCELLED"]));
    assert_eq!(schema_of::<AccessLevel>()["enum"].as_array().unwrap().len(), 8);
}
