//! The dates of this wire: `2024-10-17 13:42:49 +0200` on objects, RFC 3339 on predefined premises and in the newer
//! generation. Whole seconds; moments and zones are handed in, no clock is read.

use std::fmt;

use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::civil::{self, Civil, PATTERN};
use crate::field::{self, At, Field};

const MESSAGE: &str =
    "must be a date, like 2024-10-17, 2024-10-17 13:42:49 +0200 or 2024-10-17T13:42:49+02:00";
const SECOND: i64 = 1_000_000;
/// 0000-01-02 and the end of 9999-12-29: no offset leaves the four digits of a year, and jiff knows every zone then.
const FIRST: i64 = -62_167_132_800;
const LAST: i64 = 253_402_127_999;

/// A second as it is shown in a zone: `2024-10-17 13:42:49 +0200`. The default is the beginning of 1970 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    seconds: i64,
    /// In minutes, ahead of UTC.
    offset: i32,
}

impl Moment {
    /// From microseconds since 1970 in UTC; what is less than a second is cut off. Outside of the years 0000 to
    /// 9999 it becomes the first or last day of them.
    pub fn new(micros: i64, zone: &TimeZone) -> Self {
        let seconds = micros.div_euclid(SECOND).clamp(FIRST, LAST);
        let offset = jiff::Timestamp::from_second(seconds).map_or(Offset::UTC, |at| zone.to_offset(at));
        Self { seconds, offset: offset.seconds().div_euclid(60) }
    }

    /// Microseconds since 1970 in UTC.
    pub fn micros(self) -> i64 {
        self.seconds * SECOND
    }

    fn civil(self) -> Civil {
        Civil::from_seconds(self.seconds + i64::from(self.offset) * 60)
    }

    /// The offset as its sign, hours and minutes.
    fn ahead(self) -> (char, i32, i32) {
        let sign = if self.offset < 0 { '-' } else { '+' };
        (sign, self.offset.abs() / 60, self.offset.abs() % 60)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, hours, minutes) = self.ahead();
        let Civil { date, hour, minute, second } = self.civil();
        write!(f, "{date} {hour:02}:{minute:02}:{second:02} {sign}{hours:02}{minutes:02}")
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = &'static str;

    /// With whatever offset was written; without one in UTC.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = civil::read(&text).ok_or(MESSAGE)?;
        let offset = read.offset.unwrap_or_default();
        let seconds = (read.civil.seconds() - i64::from(offset) * 60).clamp(FIRST, LAST);
        Ok(Self { seconds, offset })
    }
}

/// `2023-07-05T11:02:23+02:00`: the same in the form of predefined premises.
pub fn rfc3339(micros: i64, zone: &TimeZone) -> String {
    let moment = Moment::new(micros, zone);
    let (sign, hours, minutes) = moment.ahead();
    let Civil { date, hour, minute, second } = moment.civil();
    format!("{date}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{minutes:02}")
}

/// `2023-07-05T09:02:23Z`: the same in the form of the newer generation.
pub fn utc(micros: i64) -> String {
    let Civil { date, hour, minute, second } = Moment::new(micros, &TimeZone::UTC).civil();
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads any [`When`] and says it in microseconds since 1970 in UTC.
pub fn parse(text: &str, zone: &TimeZone) -> Option<i64> {
    When::parse(text).map(|when| when.micros(zone))
}

/// A moment as a client says it: `2024-10-17` (the start of that day), `2024-10-17 13:42:49` (both in the zone of
/// whoever reads it), or with an offset of its own: `2024-10-17 13:42:49 +0200`, or any RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct When(String);

impl When {
    /// `None` if it has another form, or there is no such day or time of the day.
    pub fn parse(text: &str) -> Option<Self> {
        civil::read(text).map(|_| Self(text.to_owned()))
    }

    /// As it was said.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In microseconds since 1970 in UTC. In the hour that a zone skips it is as much later; of the hour that it
    /// has twice, the first.
    pub fn micros(&self, zone: &TimeZone) -> i64 {
        // Always read: it was when it was made.
        let Some(read) = civil::read(&self.0) else { return 0 };
        let seconds = match read.offset {
            Some(offset) => read.civil.seconds() - i64::from(offset) * 60,
            None => read.civil.seconds_in(zone),
        };
        seconds * SECOND + read.micros
    }
}

impl From<When> for String {
    fn from(when: When) -> Self {
        when.0
    }
}

impl TryFrom<String> for When {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(MESSAGE)
    }
}

impl Field for When {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let text = at.string(value)?;
        Self::parse(&text).or_else(|| at.refuse(MESSAGE))
    }

    fn shape() -> Schema {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .examples(["2024-10-17", "2024-10-17 13:42:49 +0200", "2024-10-17T13:42:49+02:00"])
            .into()
    }
}

field::schema!(When as "When");

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}$";
        Schema::from(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(pattern))
                .examples(["2024-10-17 13:42:49 +0200"]),
        )
        .into()
    }
}

impl ToSchema for Moment {}

/// The schema of what [`rfc3339`] and [`utc`] write.
pub(super) fn date_time() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn south_africa() -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(2))
    }

    fn italy() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    const PRINTED: i64 = 1_729_165_369_000_000;

    #[test]
    fn a_moment_is_shown_in_its_zone_in_each_form() {
        let moment = Moment::new(PRINTED + 999_999, &south_africa());
        assert_eq!(moment.to_string(), "2024-10-17 13:42:49 +0200");
        assert_eq!(moment.micros(), PRINTED);
        assert_eq!(rfc3339(PRINTED, &south_africa()), "2024-10-17T13:42:49+02:00");
        assert_eq!(utc(PRINTED), "2024-10-17T11:42:49Z");
        let west = TimeZone::fixed(Offset::from_seconds(-(3 * 60 + 30) * 60).unwrap());
        assert_eq!(Moment::new(PRINTED, &west).to_string(), "2024-10-17 08:12:49 -0330");
        assert_eq!(Moment::new(-1, &TimeZone::UTC).to_string(), "1969-12-31 23:59:59 +0000");
        assert_eq!(Moment::new(1_719_828_000_000_000, &italy()).to_string(), "2024-07-01 12:00:00 +0200");
        assert_eq!(Moment::new(1_735_729_200_000_000, &italy()).to_string(), "2025-01-01 12:00:00 +0100");
    }

    #[test]
    fn what_is_past_every_year_is_shown_as_the_last_day() {
        assert_eq!(Moment::new(i64::MAX, &south_africa()).to_string(), "9999-12-30 01:59:59 +0200");
        assert_eq!(Moment::new(i64::MIN, &TimeZone::UTC).to_string(), "0000-01-02 00:00:00 +0000");
    }

    #[test]
    fn every_form_of_a_moment_is_read() {
        for text in [
            "2024-10-17 13:42:49",
            "2024-10-17 13:42:49 +0200",
            "2024-10-17 13:42:49+0200",
            "2024-10-17T13:42:49+02:00",
            "2024-10-17T13:42:49.000+02:00",
            "2024-10-17t11:42:49z",
            "2024-10-17T11:42:49Z",
            "2024-10-17 11:42:49 Z",
            // A `+` that nobody encoded in a query.
            "2024-10-17 13:42:49  0200",
            "2024-10-17T13:42:49 02:00",
        ] {
            assert_eq!(parse(text, &south_africa()), Some(PRINTED), "{text}");
        }
        assert_eq!(parse("2024-10-17T11:42:49.5Z", &south_africa()), Some(PRINTED + 500_000));
        assert_eq!(parse("2016-12-31T23:59:60Z", &italy()), parse("2017-01-01T00:00:00Z", &italy()));
        assert_eq!(parse("2024-10-17", &south_africa()), parse("2024-10-16T22:00:00Z", &TimeZone::UTC));
    }

    #[test]
    fn hours_that_a_zone_skips_or_repeats_have_one_meaning() {
        assert_eq!(parse("2024-03-31 02:30:00", &italy()), parse("2024-03-31T01:30:00Z", &italy()));
        assert_eq!(parse("2024-10-27 02:30:00", &italy()), parse("2024-10-27T00:30:00Z", &italy()));
    }

    #[test]
    fn anything_else_is_not_read() {
        for text in [
            "",
            "String",
            "2024-02-30",
            "2024-10-17 13:42",
            "2024-10-17 24:00:00",
            "2024-10-17 13:60:00",
            "2024-10-17 13:42:61",
            "2024-10-17 13:42:49.",
            "2024-10-17 13:42:49 +02",
            "2024-10-17 13:42:49 +2400",
            "2024-10-17 13:42:49 +0260",
            "2024-10-17 13:42:49 ",
            " 2024-10-17",
            "2024-10-17_13:42:49",
            "2024-10-17 13:42:4é",
            "17/10/2024",
        ] {
            assert_eq!(parse(text, &south_africa()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn moments_come_back_from_every_form(seconds in FIRST..=LAST, minutes in -1439i32..=1439) {
            let zone = TimeZone::fixed(Offset::from_seconds(minutes * 60).unwrap());
            let moment = Moment::new(seconds * SECOND, &zone);
            prop_assert_eq!(moment.micros(), seconds * SECOND);
            prop_assert_eq!(Moment::try_from(moment.to_string()), Ok(moment));
            for text in [moment.to_string(), rfc3339(moment.micros(), &zone), utc(moment.micros())] {
                prop_assert_eq!(parse(&text, &italy()), Some(moment.micros()), "{}", text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.+Zé -]{0,24}") {
            let _ = parse(&text, &italy());
        }
    }
}
