//! A calendar date (`2024-11-18`) and the arithmetic of the proleptic Gregorian calendar that dates and
//! timestamps need. No clocks, no time zones.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::{At, Field};

/// A real date of the years 0000 to 9999, as RFC 3339 writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

const MESSAGE: &str = "must be a date, like 2024-11-18";

/// Says all but the length of the month; `format: date` says that too.
const PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

impl Date {
    pub(super) const FIRST: Self = Self { year: 0, month: 1, day: 1 };

    /// `None` if there is no such day, or the year is past 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real =
            year <= 9999 && (1..=12).contains(&month) && (1..=month_length(year, month)).contains(&day);
        real.then_some(Self { year, month, day })
    }

    /// 0 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Reads exactly `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        let number = |range: std::ops::Range<usize>| {
            bytes[range]
                .iter()
                .try_fold(0u16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
        };
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        Self::new(number(0..4)?, u8::try_from(number(5..7)?).ok()?, u8::try_from(number(8..10)?).ok()?)
    }

    /// Days since 0000-01-01.
    pub(super) fn days(self) -> i64 {
        let months: i64 = (1..self.month).map(|month| i64::from(month_length(self.year, month))).sum();
        days_before(i64::from(self.year)) + months + i64::from(self.day) - 1
    }

    /// The date so many days after 0000-01-01; `None` before that and after 9999-12-31.
    pub(super) fn from_days(days: i64) -> Option<Self> {
        if !(0..days_before(10_000)).contains(&days) {
            return None;
        }
        // 400 years are 146,097 days: the guess is off by one year at most.
        let mut year = days * 400 / 146_097;
        if days_before(year) > days {
            year -= 1;
        } else if days_before(year + 1) <= days {
            year += 1;
        }
        let mut rest = days - days_before(year);
        let year = u16::try_from(year).ok()?;
        let mut month = 1;
        while rest >= i64::from(month_length(year, month)) {
            rest -= i64::from(month_length(year, month));
            month += 1;
        }
        Self::new(year, month, u8::try_from(rest + 1).ok()?)
    }
}

/// Days from 0000-01-01 to the first of January of `year` (0 or later). Year 0 is a leap year.
fn days_before(year: i64) -> i64 {
    if year == 0 {
        return 0;
    }
    let last = year - 1;
    year * 365 + 1 + last / 4 - last / 100 + last / 400
}

fn month_length(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(MESSAGE)
    }
}

impl Field for Date {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let text = at.string(value)?;
        Self::parse(&text).or_else(|| at.refuse(MESSAGE))
    }

    fn shape() -> Schema {
        let object: Object = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .pattern(Some(PATTERN))
            .examples(["2024-11-18"])
            .build();
        object.into()
    }
}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        Self::shape().into()
    }
}

impl ToSchema for Date {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_real_dates_are_read() {
        for text in ["2024-02-29", "2000-02-29", "1999-12-31", "0000-01-01", "0000-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(text).expect(text).to_string(), text);
        }
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2024-02-30",
            "2024-04-31",
            "2024-13-01",
            "2024-00-01",
            "2024-01-00",
            "2024-1-1",
            "24-01-01",
            "2024/01/01",
            "2024-01-01T00:00:00Z",
            "+024-01-01",
            "2024-01-1é",
            "",
            "String",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_from_year_zero() {
        assert_eq!(Date::parse("0000-01-01").unwrap().days(), 0);
        assert_eq!(Date::parse("1970-01-01").unwrap().days(), 719_528);
        assert_eq!(Date::parse("2000-03-01").unwrap().days(), 730_545);
        assert_eq!(Date::from_days(-1), None);
        assert_eq!(Date::from_days(Date::parse("9999-12-31").unwrap().days() + 1), None);
    }

    proptest! {
        #[test]
        fn each_day_follows_the_one_before_and_comes_back(days in 1i64..3_652_425) {
            let before = Date::from_days(days - 1).unwrap();
            let date = Date::from_days(days).unwrap();
            prop_assert!(before < date);
            prop_assert_eq!(date.days(), days);
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
        }
    }
}
