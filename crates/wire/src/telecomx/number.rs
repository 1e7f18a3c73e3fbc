//! Numbers and booleans as clients write them: bare, or as text. What is out of its documented bounds is no such value.

use rust_decimal::Decimal;
use serde_json::{Number, Value};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::given::Reader;
use crate::money::Amount;

/// The whole numbers of JSON Schema: `3` and `3.0`, not `3.5`.
pub(super) fn whole(number: &Number) -> Option<i64> {
    /// Floats hold every integer below it.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < EXACT)?;
        Some(float as i64)
    })
}

fn either(number: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Array(vec![number, Type::String]))
}

/// `true`, `"true"` or 1; `false`, `"false"` or 0.
impl Reader for bool {
    fn take(value: Value) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(flag),
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => match whole(&number)? {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            },
            _ => None,
        }
    }

    fn shape() -> Schema {
        ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::Boolean, Type::String, Type::Integer]))
            .pattern(Some("^(true|false)$"))
            .minimum(Some(0))
            .maximum(Some(1))
            .into()
    }
}

/// A price of an offer: 0 to 500000, its digits kept; as text with at most 20 of them behind the point.
pub(super) struct Price;

const HIGHEST: i64 = 500_000;

impl Reader<Amount> for Price {
    fn take(value: Value) -> Option<Amount> {
        let price = match value {
            Value::Number(number) => decimal(&number)?,
            Value::String(text) => written(&text)?,
            _ => return None,
        };
        let price = if price.is_zero() { Decimal::ZERO } else { price };
        (Decimal::ZERO..=HIGHEST.into()).contains(&price).then(|| price.into())
    }

    fn shape() -> Schema {
        either(Type::Number)
            .minimum(Some(0))
            .maximum(Some(HIGHEST as isize))
            .pattern(Some("^([0-4]?[0-9]{1,5}([.][0-9]{1,20})?|500000([.]0{1,20})?)$"))
            .examples([serde_json::json!(1000), serde_json::json!(99.95)])
            .into()
    }
}

/// The digits as they are written. What is above zero by less than a decimal can say is zero.
fn decimal(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    let tiny = text.contains("e-") && !text.starts_with('-');
    text.parse().ok().or(tiny.then_some(Decimal::ZERO))
}

fn written(text: &str) -> Option<Decimal> {
    let (units, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
    };
    (digits(units, 6) && digits(places, 20)).then(|| text.parse().ok())?
}

/// Months of commitment: 0 to 60.
pub(super) struct Months;

impl Reader<i64> for Months {
    fn take(value: Value) -> Option<i64> {
        let months = match value {
            Value::Number(number) => whole(&number)?,
            Value::String(text) => i64::from(small(&text)?),
            _ => return None,
        };
        (0..=60).contains(&months).then_some(months)
    }

    fn shape() -> Schema {
        either(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(60))
            .pattern(Some("^([0-5]?[0-9]|60)$"))
            .examples([36])
            .into()
    }
}

/// One or two digits.
fn small(text: &str) -> Option<u8> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// How many IP addresses there may be.
pub(super) struct IpAddresses;

const COUNTS: [i64; 6] = [1, 2, 4, 8, 16, 32];

impl Reader<i64> for IpAddresses {
    fn take(value: Value) -> Option<i64> {
        COUNTS.into_iter().find(|count| match &value {
            Value::Number(number) => whole(number) == Some(*count),
            Value::String(text) => *text == count.to_string(),
            _ => false,
        })
    }

    fn shape() -> Schema {
        let bare = COUNTS.map(Value::from);
        let texts = COUNTS.map(|count| Value::from(count.to_string()));
        either(Type::Integer).enum_values(Some(bare.into_iter().chain(texts))).examples([8]).into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_boolean_may_be_a_word_or_a_digit() {
        for (value, flag) in [(json!("true"), true), (json!(1), true), (json!(1.0), true), (json!(0), false)]
        {
            assert_eq!(bool::take(value), Some(flag));
        }
        for value in [json!("True"), json!("1"), json!(2), json!(0.5), json!(""), json!([])] {
            assert_eq!(bool::take(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn a_price_keeps_its_digits() {
        let read = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            Price::take(value).map(|price| price.to_string())
        };
        for (text, price) in [
            ("1000", "1000"),
            ("0.1", "0.1"),
            ("99.95", "99.95"),
            ("\"19.90\"", "19.90"),
            ("500000", "500000"),
            ("5e5", "500000"),
            ("\"500000.00\"", "500000.00"),
            ("-0.0", "0"),
            ("1e-300", "0"),
        ] {
            assert_eq!(
                read(text).map(|it| it.trim_end_matches(".0").to_owned()).as_deref(),
                Some(price),
                "{text}"
            );
        }
        for text in [
            "-1",
            "-0.01",
            "-1e-300",
            "500000.01",
            "\"500000.01\"",
            "1e400",
            "\"-1\"",
            "\"1e3\"",
            "\"\"",
            "\"1.\"",
            "\".5\"",
            "\" 1\"",
            "\"1_0\"",
            "\"+1\"",
            "true",
        ] {
            let value = serde_json::from_str::<Value>(text);
            assert_eq!(value.ok().and_then(Price::take), None, "{text}");
        }
    }

    #[test]
    fn months_and_addresses_are_whole_numbers_within_their_bounds() {
        for value in [json!(36), json!(36.0), json!("36")] {
            assert_eq!(Months::take(value), Some(36));
        }
        for value in [json!(61), json!(-1), json!("61"), json!("+3"), json!("036"), json!(3.5), json!(1e300)]
        {
            assert_eq!(Months::take(value.clone()), None, "{value}");
        }
        for value in [json!(32), json!(32.0), json!("32")] {
            assert_eq!(IpAddresses::take(value), Some(32));
        }
        for value in [json!(0), json!(3), json!(64), json!("032"), json!(true)] {
            assert_eq!(IpAddresses::take(value.clone()), None, "{value}");
        }
    }
}
