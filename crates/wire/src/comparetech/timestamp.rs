//! The timestamps of this wire: UTC with exactly six digits of a second, `2024-11-18T05:32:09.000000Z`.
//! They are given, never taken from a clock.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::date::Date;

/// A moment in microseconds since 1970-01-01T00:00:00Z, within the years 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// The text is no RFC 3339 date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATimestamp;

impl fmt::Display for NotATimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a date and time, like 2024-11-18T05:32:09.000000Z")
    }
}

impl std::error::Error for NotATimestamp {}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// 1970-01-01 in days since 0000-01-01.
const EPOCH: i64 = 719_528;
const FIRST: i64 = -EPOCH * DAY;
/// 9999-12-31T23:59:59.999999Z.
const LAST: i64 = (3_652_425 - EPOCH) * DAY - 1;

impl Timestamp {
    /// From microseconds since the epoch. What lies outside the years 0000 to 9999 becomes the first or the last
    /// moment of them.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(FIRST, LAST))
    }

    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Reads any RFC 3339 date and time: any offset, any number of decimals (those past the sixth are cut off).
    /// A leap second is the first of the next minute.
    pub fn parse(text: &str) -> Result<Self, NotATimestamp> {
        read(text).ok_or(NotATimestamp)
    }
}

fn read(text: &str) -> Option<Timestamp> {
    let date = Date::parse(text.get(..10)?)?;
    let clock = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let (hour, minute) = hour_and_minute(clock.get(..5)?)?;
    let second = two_digits(clock.get(5..)?.strip_prefix(':')?)?;
    if second > 60 {
        return None;
    }
    let mut rest = clock.get(8..)?;
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        micros = fraction
            .bytes()
            .take(length)
            .chain(std::iter::repeat(b'0'))
            .take(6)
            .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'));
        rest = fraction.get(length..)?;
    }
    let offset = match (rest, rest.get(1..)) {
        ("Z" | "z", _) => 0,
        (_, Some(ahead)) if rest.starts_with('+') => minutes(ahead)?,
        (_, Some(behind)) if rest.starts_with('-') => -minutes(behind)?,
        _ => return None,
    };
    let seconds = (hour * 60 + minute - offset) * 60 + second;
    let total = (date.days() - EPOCH) * DAY + seconds * SECOND + micros;
    (FIRST..=LAST).contains(&total).then_some(Timestamp(total))
}

fn minutes(offset: &str) -> Option<i64> {
    let (hour, minute) = hour_and_minute(offset)?;
    (offset.len() == 5).then_some(hour * 60 + minute)
}

fn hour_and_minute(text: &str) -> Option<(i64, i64)> {
    let hour = two_digits(text)?;
    let minute = two_digits(text.get(2..)?.strip_prefix(':')?)?;
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// The number that the first two characters are.
fn two_digits(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(date) = Date::from_days(self.0.div_euclid(DAY) + EPOCH) else {
            // Not reachable: every constructor keeps within these years.
            return Err(fmt::Error);
        };
        let (seconds, micros) = (self.0.rem_euclid(DAY) / SECOND, self.0.rem_euclid(SECOND));
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

impl TryFrom<String> for Timestamp {
    type Error = NotATimestamp;

    fn try_from(text: String) -> Result<Self, NotATimestamp> {
        Self::parse(&text)
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        Schema::from(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
                .pattern(Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$"))
                .examples(["2024-11-18T05:32:09.000000Z"]),
        )
        .into()
    }
}

impl ToSchema for Timestamp {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_moments_are_written_with_six_digits() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_731_907_929_000_000, "2024-11-18T05:32:09.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
            (i64::MIN, "0000-01-01T00:00:00.000000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(Timestamp::from_micros(micros).to_string(), text);
            assert_eq!(Timestamp::parse(text), Ok(Timestamp::from_micros(micros)));
        }
    }

    #[test]
    fn every_way_of_rfc_3339_to_say_a_moment_is_read() {
        for text in [
            "2024-11-18T05:32:09Z",
            "2024-11-18t05:32:09.0z",
            "2024-11-18 05:32:09.0000000009Z",
            "2024-11-18T06:32:09.000+01:00",
            "2024-11-17T23:02:09-06:30",
            "2024-11-18T05:32:09-00:00",
        ] {
            assert_eq!(Timestamp::parse(text).expect(text).micros(), 1_731_907_929_000_000, "{text}");
        }
        assert_eq!(Timestamp::parse("2024-11-18T05:32:09.5Z").unwrap().micros(), 1_731_907_929_500_000);
        assert_eq!(Timestamp::parse("2016-12-31T23:59:60Z"), Timestamp::parse("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "2024-11-18",
            "2024-11-18T05:32:09",
            "2024-11-18T05:32Z",
            "2024-11-18T05:32:09.Z",
            "2024-11-18T24:00:00Z",
            "2024-11-18T05:60:00Z",
            "2024-11-18T05:32:61Z",
            "2024-11-18T05:32:09+01",
            "2024-11-18T05:32:09+24:00",
            "2024-11-18T05:32:09+01:00 ",
            "2024-11-18T05:32:09Z ",
            "2024-02-30T05:32:09Z",
            "2024-11-18_05:32:09Z",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2024-11-18T05:32:0éZ",
            "2024-11-18T05:32:09é",
        ] {
            assert_eq!(Timestamp::parse(text), Err(NotATimestamp), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(micros in FIRST..=LAST) {
            let timestamp = Timestamp::from_micros(micros);
            prop_assert_eq!(Timestamp::parse(&timestamp.to_string()), Ok(timestamp));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.+Zé-]{0,24}") {
            if let Ok(timestamp) = Timestamp::parse(&text) {
                prop_assert_eq!(Timestamp::parse(&timestamp.to_string()), Ok(timestamp));
            }
        }
    }
}
