//! The published JSON Schemas and the parsers agree: what the one allows the other accepts, and nothing else.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};
use wire::masmovil::*;

use super::common::{agree, arbitrary_json_with, changed, examples_hold, instance, schema_of, valid};
use super::rule::value;

const NAMES: &str = "reuseAccess|source|destination|gescal37|iua|brand|bandwidth|tv|phoneNumber|[a-z]{1,4}";

fn arbitrary_json() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => arbitrary_json_with(NAMES),
        1 => "[0-9A-Za-z Ñ\\n-]{0,39}".prop_map(Value::from),
        1 => "(OTT|IPTV|\\+){0,3}".prop_map(Value::from),
        1 => prop_oneof![Just(json!("")), Just(json!("true")), Just(json!("false")), Just(json!({}))],
    ]
    .boxed()
}

static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<RetentionsRequest>);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn schema_and_parser_of_a_retention_agree(
        body in instance(&SCHEMA), place in 0usize..64, any in arbitrary_json(),
        value in proptest::option::weighted(0.8, arbitrary_json()), reuse in any::<bool>(),
    ) {
        let parse = RetentionsRequest::parse;
        prop_assert!(valid(&SCHEMA, &body), "{}", body);
        agree(&SCHEMA, body.clone(), parse)?;
        agree(&SCHEMA, changed(body, place, value.clone()), parse)?;
        let right: Value =
            super::rule::value(if reuse { example::RETENTION } else { example::RETENTION_NEW });
        agree(&SCHEMA, changed(right, place, value), parse)?;
        agree(&SCHEMA, any, parse)?;
    }

    #[test]
    fn what_a_retention_writes_it_reads_again(body in instance(&SCHEMA)) {
        let request = RetentionsRequest::parse(body.clone()).ok().unwrap();
        prop_assert_eq!(request.reused().is_some(), request.reuse_access);
        let written = serde_json::to_value(&request).unwrap();
        prop_assert!(RetentionsRequest::parse(written).is_ok_and(|again| again == request), "{}", body);
    }

    #[test]
    fn schema_and_reader_of_each_code_agree(
        gescal37 in "[0-9A-Za-z Ñ\\n-]{0,2}[0-9A-Za-z ]{0,37}", id in "[0-9JÑ]{0,2}[0-9]{36,37}",
        phone in "\\+? ?[-./() 0-9]{0,24}[0-9+ \\n]?",
    ) {
        for text in [&gescal37, &id, &phone] {
            let allows = |schema: Value| valid(&schema, &json!(text));
            prop_assert_eq!(allows(schema_of::<Gescal37>()), Gescal37::parse(text).is_ok(), "{:?}", text);
            prop_assert_eq!(allows(schema_of::<AddressId>()), AddressId::parse(text).is_ok(), "{:?}", text);
            prop_assert_eq!(allows(schema_of::<PhoneNumber>()), PhoneNumber::parse(text).is_ok(), "{:?}", text);
        }
    }

    #[test]
    fn nothing_that_is_sent_makes_a_reader_panic(any in arbitrary_json(), texts in [".{0,40}", ".{0,40}", ".{0,40}"]) {
        let _ = RetentionsRequest::parse(any.clone());
        let _ = serde_json::from_value::<RetentionsResponse>(any.clone());
        let _ = serde_json::from_value::<Accesses>(any.clone());
        let _ = serde_json::from_value::<OrangeAccesses>(any.clone());
        let _ = serde_json::from_value::<ErrorResponse>(any);
        let _ = Query::parse(["phoneNumber", "gescal37", "addressId"].into_iter().zip(texts));
    }
}

#[test]
fn every_example_is_as_the_schema_says() {
    assert!(examples_hold(&SCHEMA) > 2);
    for example in [example::RETENTION, example::RETENTION_NEW] {
        assert!(valid(&SCHEMA, &value(example)));
    }
    for code in [schema_of::<Gescal37>(), schema_of::<AddressId>(), schema_of::<PhoneNumber>()] {
        assert_eq!(examples_hold(&code), 1);
    }
}

#[test]
fn schemas_have_the_names_of_the_documentation() {
    fn named<T: ToSchema + PartialSchema>() -> String {
        T::name().into_owned()
    }
    assert_eq!(
        [
            named::<Accesses>(),
            named::<OrangeAccesses>(),
            named::<RetentionsRequest>(),
            named::<RetentionsResponse>(),
            named::<ErrorResponse>(),
        ],
        [
            "GetFtthAccesesInfoResponse",
            "FtthOrangeAccessResponse",
            "RetentionsRequest",
            "RetentionsResponse",
            "errorResponseDto",
        ]
    );
    let mut schemas = Vec::new();
    RetentionsResponse::schemas(&mut schemas);
    let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["Destination", "RetentionStatus", "Gescal37", "Tv"] {
        assert!(names.contains(&name), "{name} not in {names:?}");
    }
}
