//! A small validator and generator of JSON Schema, of just the keywords that ours use, and JSON to try on both.
//! What schemas and parsers say is in the folder of each dialect.

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::string::string_regex;
use regex::Regex;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

pub fn schema_of<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

/// A keyword that the validator below does not know would make it blind.
const KNOWN: &[&str] = &[
    "type",
    "title",
    "format",
    "description",
    "enum",
    "required",
    "properties",
    "examples",
    "maximum",
    "minimum",
    "maxLength",
    "minLength",
    "pattern",
    "items",
    "maxItems",
    "oneOf",
    "anyOf",
    "allOf",
];

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => value.as_f64().is_some_and(|float| float.fract() == 0.0),
        "number" => value.is_number(),
        other => panic!("unknown type {other}"),
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().map(|one| one.as_str().unwrap()).collect(),
        _ => vec!["null", "boolean", "string", "array", "object", "integer"],
    }
}

/// Numbers are equal by value: `1` and `1.0`.
fn equal(word: &Value, value: &Value) -> bool {
    word == value || (word.is_number() && word.as_f64() == value.as_f64())
}

pub fn valid(schema: &Value, value: &Value) -> bool {
    for keyword in schema.as_object().unwrap().keys() {
        assert!(KNOWN.contains(&keyword.as_str()), "the validator does not know {keyword}");
    }
    if let Value::Array(choices) = &schema["oneOf"] {
        return choices.iter().filter(|choice| valid(choice, value)).count() == 1;
    }
    if let Value::Array(choices) = &schema["anyOf"] {
        return choices.iter().any(|choice| valid(choice, value));
    }
    if let Value::Array(parts) = &schema["allOf"] {
        return parts.iter().all(|part| valid(part, value));
    }
    types(schema).iter().any(|name| is_type(name, value))
        && schema["enum"].as_array().is_none_or(|words| words.iter().any(|word| equal(word, value)))
        && match value {
            Value::String(text) => valid_text(schema, text),
            Value::Number(number) => {
                let number = number.as_f64().unwrap();
                schema["minimum"].as_f64().is_none_or(|first| number >= first)
                    && schema["maximum"].as_f64().is_none_or(|last| number <= last)
            }
            Value::Array(entries) => {
                schema["maxItems"].as_u64().is_none_or(|most| entries.len() as u64 <= most)
                    && entries.iter().all(|entry| valid(&schema["items"], entry))
            }
            Value::Object(fields) => {
                schema["required"]
                    .as_array()
                    .is_none_or(|names| names.iter().all(|name| fields.contains_key(name.as_str().unwrap())))
                    && schema["properties"].as_object().is_none_or(|known| {
                        known
                            .iter()
                            .all(|(name, schema)| fields.get(name).is_none_or(|value| valid(schema, value)))
                    })
            }
            _ => true,
        }
}

fn valid_text(schema: &Value, text: &str) -> bool {
    let length = text.chars().count() as u64;
    let real_date = || {
        let parts: Vec<usize> = text.split('-').map(|part| part.parse().unwrap_or(99)).collect();
        let leap =
            |year: usize| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
        let days = [31, if leap(parts[0]) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        parts.len() == 3 && (1..=12).contains(&parts[1]) && (1..=days[parts[1] - 1]).contains(&parts[2])
    };
    schema["minLength"].as_u64().is_none_or(|least| length >= least)
        && schema["maxLength"].as_u64().is_none_or(|most| length <= most)
        && schema["pattern"].as_str().is_none_or(|pattern| Regex::new(pattern).unwrap().is_match(text))
        && (schema["format"] != "date" || real_date())
}

/// The text with at most as many characters as it may have, if that is still one.
fn cut(schema: &Value, text: String) -> Option<String> {
    let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX) as usize;
    match text.char_indices().nth(most) {
        Some((end, _)) => Some(text[..end].to_owned()).filter(|cut| valid_text(schema, cut)),
        None => Some(text),
    }
}

/// Values that the schema allows.
pub fn instance(schema: &Value) -> BoxedStrategy<Value> {
    if let Value::Array(choices) = &schema["oneOf"] {
        return Union::new(choices.iter().map(instance)).boxed();
    }
    if let Value::Array(choices) = &schema["anyOf"] {
        return Union::new(choices.iter().map(instance)).boxed();
    }
    if let Value::Array(parts) = &schema["allOf"] {
        return parts
            .iter()
            .map(instance)
            .fold(Just(Map::new()).boxed(), |whole, part| {
                (whole, part)
                    .prop_map(|(mut whole, part)| {
                        whole.extend(part.as_object().unwrap().clone());
                        whole
                    })
                    .boxed()
            })
            .prop_map(Value::from)
            .boxed();
    }
    if let Value::Array(words) = &schema["enum"] {
        return proptest::sample::select(words.clone()).boxed();
    }
    Union::new(types(schema).into_iter().map(|name| {
        match name {
            "null" => Just(Value::Null).boxed(),
            "boolean" => any::<bool>().prop_map(Value::from).boxed(),
            "integer" => {
                let bound = |name: &str, otherwise| schema[name].as_i64().unwrap_or(otherwise);
                let (first, last) = (bound("minimum", i64::MIN), bound("maximum", i64::MAX));
                prop_oneof![Just(first), Just(last), first..=last].prop_map(Value::from).boxed()
            }
            "number" => {
                let bound = |name: &str, otherwise| schema[name].as_f64().unwrap_or(otherwise);
                let (first, last) = (bound("minimum", -1e9), bound("maximum", 1e9));
                prop_oneof![Just(first), Just(last), first..=last].prop_map(Value::from).boxed()
            }
            "string" if schema["format"] == "date" => (0u16..=9999, 1u8..=12, 1u8..=28)
                .prop_map(|(y, m, d)| json!(format!("{y:04}-{m:02}-{d:02}")))
                .boxed(),
            "string" => {
                let pattern = schema["pattern"]
                    .as_str()
                    .unwrap_or(".{0,8}")
                    .trim_start_matches('^')
                    .trim_end_matches('$')
                    .to_owned();
                let schema = schema.clone();
                string_regex(&pattern)
                    .unwrap()
                    .prop_filter_map("cut off", move |text| cut(&schema, text).map(Value::from))
                    .boxed()
            }
            "array" => {
                proptest::collection::vec(instance(&schema["items"]), 0..4).prop_map(Value::from).boxed()
            }
            "object" => {
                let required = schema["required"].clone();
                schema["properties"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .fold(Just(Map::new()).boxed(), |object, (name, schema)| {
                        let needed = required.as_array().is_some_and(|names| names.contains(&json!(name)));
                        let name = name.clone();
                        (object, instance(schema), any::<bool>())
                            .prop_map(move |(mut object, value, given)| {
                                if needed || given {
                                    object.insert(name.clone(), value);
                                }
                                object
                            })
                            .boxed()
                    })
                    .prop_map(Value::from)
                    .boxed()
            }
            other => panic!("unknown type {other}"),
        }
    }))
    .boxed()
}

/// Any JSON, with the texts and numbers that rules are about more often than chance would have them.
/// `names` is a pattern of the names of fields.
pub fn arbitrary_json_with(names: &'static str) -> BoxedStrategy<Value> {
    let text = prop_oneof![
        ".{0,8}",
        "[ \\x00\\t\\x7f\\u00a0\\ufeff\\u3000a]{0,3}",
        "\\+?[0-9 ]{5,19}",
        "[A-Z]{2}[0-9]{2} ?[A-Z0-9 ]{9,32}",
        "[a-z@.\\-]{3,9}",
        "[12][09][0-9]{2}-[01][0-9]-[0-3][0-9]\\n?",
        "[A-Za-z0-9]{31,33}",
        Just("x".repeat(255)),
        Just("x".repeat(256)),
        Just("credit_card".to_owned()),
        Just("iban".to_owned()),
    ];
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-2i64..3).prop_map(Value::from),
        (-2i64..3).prop_map(|number| Value::from(number as f64)),
        (9_007_199_254_740_990i64..9_007_199_254_740_994).prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(names, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Puts `value` at one of the places of `body`, or takes that place away.
pub fn changed(mut body: Value, place: usize, value: Option<Value>) -> Value {
    fn pointers(value: &Value, at: &str, all: &mut Vec<(String, String)>) {
        if let Value::Object(fields) = value {
            for (name, inner) in fields {
                all.push((at.to_owned(), name.clone()));
                pointers(inner, &format!("{at}/{name}"), all);
            }
        }
    }
    let mut all = Vec::new();
    pointers(&body, "", &mut all);
    if all.is_empty() {
        return body;
    }
    let (at, name) = &all[place % all.len()];
    let object = body.pointer_mut(at).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => object.insert(name.clone(), value),
        None => object.remove(name),
    };
    body
}

/// What the schema allows the parser accepts, and nothing else.
pub fn agree<T, E>(
    schema: &Value,
    body: Value,
    parse: fn(Value) -> Result<T, E>,
) -> Result<(), TestCaseError> {
    let allowed = valid(schema, &body);
    let read = parse(body.clone());
    prop_assert_eq!(allowed, read.is_ok(), "{}", body);
    Ok(())
}

/// Every example inside the schema is as it says; how many there are.
pub fn examples_hold(schema: &Value) -> usize {
    let own = schema["examples"].as_array().into_iter().flatten();
    let mut count =
        own.inspect(|example| assert!(valid(schema, example), "{example} is not as {schema} says")).count();
    let parts = ["oneOf", "anyOf", "allOf"].map(|word| schema[word].as_array());
    for inner in parts.into_iter().flatten().flatten().chain(schema.get("items")) {
        count += examples_hold(inner);
    }
    for inner in schema["properties"].as_object().into_iter().flat_map(Map::values) {
        count += examples_hold(inner);
    }
    count
}
