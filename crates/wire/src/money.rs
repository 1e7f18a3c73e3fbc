//! Money on the wire: a JSON number that keeps its decimal digits.
//! Currencies and arithmetic are not here; what a price means is the dialect's matter.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An amount written as a bare JSON number, without a detour through binary floats: `2.2` stays
/// `2.2`, `4` stays `4` and `19.90` stays `19.90`. An exponent (`1e2`) is accepted and written out.
///
/// Up to 28 significant digits; more are rounded, and a number beyond 7.9 × 10²⁸ is refused.
/// Equal means equal in value: `2.2 == 2.20`. It can be read and written by `serde_json` only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

impl Amount {
    /// The value, with as many decimal places as were written.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        Self(value)
    }
}

impl From<Amount> for Decimal {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err(D::Error::custom("an amount must be a number"));
        }
        text.parse().map(Self).map_err(|_| D::Error::custom("an amount is out of range"))
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let object: Object = ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("An amount of money; its decimal digits are exact."))
            .examples([serde_json::json!(4), serde_json::json!(2.2)])
            .build();
        Schema::Object(object).into()
    }
}

impl ToSchema for Amount {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rewritten(text: &str) -> String {
        let amount: Amount = serde_json::from_str(text).expect(text);
        serde_json::to_string(&amount).unwrap()
    }

    #[test]
    fn digits_come_back_as_they_were_written() {
        for text in ["4", "2.2", "19.90", "0", "0.1", "-3.50", "123456789012345678.99"] {
            assert_eq!(rewritten(text), text);
        }
    }

    #[test]
    fn an_exponent_is_written_out() {
        assert_eq!(rewritten("1e2"), "100");
        assert_eq!(rewritten("1.25E+1"), "12.5");
        assert_eq!(rewritten("22e-1"), "2.2");
    }

    #[test]
    fn what_is_no_number_in_range_is_refused() {
        for text in ["\"4\"", "null", "true", "[4]", "{}", "1e400", "99999999999999999999999999999999"] {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_amount_in_a_json_value_is_a_number() {
        let amount: Amount = serde_json::from_value(serde_json::json!(2.2)).unwrap();
        assert_eq!(amount.decimal(), Decimal::new(22, 1));
        assert_eq!(serde_json::to_value(amount).unwrap(), serde_json::json!(2.2));
    }

    proptest! {
        #[test]
        fn every_decimal_survives_the_wire_with_its_scale(mantissa in any::<i64>(), scale in 0u32..=28) {
            let value = Decimal::new(mantissa, scale);
            let text = serde_json::to_string(&Amount::from(value)).unwrap();
            let back: Amount = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(back.decimal(), value);
            prop_assert_eq!(back.to_string(), value.to_string());
        }
    }
}
