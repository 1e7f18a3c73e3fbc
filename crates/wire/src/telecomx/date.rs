//! The dates of this wire: UTC with three digits of a second, `2018-01-01T00:00:00.000Z`; read in many more forms.
//! They are given, never taken from a clock.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::given::Reader;
use super::number;
use crate::civil::{self, Civil, PATTERN};

const SECOND: i64 = 1_000_000;
const MILLI: i64 = 1_000;
/// The beginning of the year 0000 and the end of 9999, in milliseconds since 1970.
const FIRST: i64 = -62_167_219_200_000;
const LAST: i64 = 253_402_300_799_999;

/// A moment in microseconds since 1970-01-01T00:00:00Z, within the years 0000 to 9999. What is less than a
/// millisecond is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(i64);

/// The text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAMoment;

impl fmt::Display for NotAMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a date, like 2018-01-01T00:00:00.000Z")
    }
}

impl Moment {
    /// From microseconds since the epoch. What lies outside the years 0000 to 9999 becomes the first or the last
    /// moment of them.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(FIRST * MILLI, LAST * MILLI + MILLI - 1))
    }

    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Reads any RFC 3339, with a blank for the `T` too, and a bare date: midnight. Without an offset it is UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let read = civil::read(text)?;
        let seconds = read.civil.seconds() - i64::from(read.offset.unwrap_or_default()) * 60;
        Some(Self::from_micros(seconds * SECOND + read.micros))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { date, hour, minute, second } = Civil::from_seconds(self.0.div_euclid(SECOND));
        let millis = self.0.rem_euclid(SECOND) / MILLI;
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = NotAMoment;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(NotAMoment)
    }
}

/// A number is milliseconds since the epoch.
impl Reader for Moment {
    fn take(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(&text),
            Value::Number(number) => {
                let millis = number::whole(&number).filter(|millis| (FIRST..=LAST).contains(millis))?;
                Some(Self::from_micros(millis * MILLI))
            }
            _ => None,
        }
    }

    fn shape() -> Schema {
        ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::String, Type::Integer]))
            .pattern(Some(PATTERN))
            // utoipa's bounds are isize, which is as wide as i64 on every machine we run on.
            .minimum(Some(FIRST as isize))
            .maximum(Some(LAST as isize))
            .examples(["2018-01-01T00:00:00.000Z"])
            .into()
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        Schema::from(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
                .pattern(Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"))
                .examples(["2018-01-01T00:00:00.000Z"]),
        )
        .into()
    }
}

impl ToSchema for Moment {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const PRINTED: i64 = 1_514_764_800_000_000;

    #[test]
    fn known_moments_are_written_with_three_digits() {
        for (micros, text) in [
            (PRINTED, "2018-01-01T00:00:00.000Z"),
            (PRINTED + 1_999, "2018-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (i64::MIN, "0000-01-01T00:00:00.000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Moment::from_micros(micros).to_string(), text);
        }
    }

    #[test]
    fn a_date_is_read_in_every_form() {
        for value in [
            json!("2018-01-01T00:00:00.000Z"),
            json!("2018-01-01T00:00:00Z"),
            json!("2018-01-01t01:00:00.000000000+01:00"),
            json!("2017-12-31 18:30:00-05:30"),
            json!("2018-01-01 00:00:00"),
            json!("2018-01-01"),
            json!(1_514_764_800_000_u64),
            json!(1_514_764_800_000.0),
        ] {
            assert_eq!(Moment::take(value.clone()), Some(Moment(PRINTED)), "{value}");
        }
        assert_eq!(Moment::parse("2018-01-01T00:00:00.123456789Z"), Some(Moment(PRINTED + 123_456)));
    }

    #[test]
    fn anything_else_is_no_date() {
        for value in [
            json!(""),
            json!("soon"),
            json!("1514764800000"),
            json!("2018-02-29"),
            json!("2018-01-01T00:00Z"),
            json!("2018-01-01T24:00:00Z"),
            json!(1.5),
            json!(LAST + 1),
            json!(FIRST - 1),
            json!(true),
            json!([]),
        ] {
            assert_eq!(Moment::take(value.clone()), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in FIRST..=LAST) {
            let moment = Moment(millis * MILLI);
            prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
            prop_assert_eq!(Moment::take(millis.into()), Some(moment));
        }
    }
}
