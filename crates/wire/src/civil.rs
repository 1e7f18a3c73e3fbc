//! A day and a time of the day as text, with or without an offset: what the dates of requests are read from.
//! Years 0000 to 9999; the second 60 is the first of the next minute.

use jiff::tz::TimeZone;

use crate::date::Date;

const DAY: i64 = 86_400;
/// 1970-01-01 in days since 0000-01-01.
const EPOCH: i64 = 719_528;

/// Says the same as [`read`], down to the days of February.
pub(super) const PATTERN: &str = concat!(
    "^(",
    "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))",
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29",
    ")([Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?( ?([Zz]|[ +-]([01][0-9]|2[0-3]):?[0-5][0-9]))?)?$",
);

#[derive(Clone, Copy)]
pub(super) struct Civil {
    pub(super) date: Date,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

/// What a text says.
pub(super) struct Read {
    pub(super) civil: Civil,
    /// What is less than a second.
    pub(super) micros: i64,
    /// In minutes; `None` where the text leaves the zone open.
    pub(super) offset: Option<i32>,
}

impl Civil {
    /// As if it were UTC: seconds since 1970.
    pub(super) fn seconds(self) -> i64 {
        (self.date.days() - EPOCH) * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    pub(super) fn from_seconds(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(DAY) + EPOCH, seconds.rem_euclid(DAY));
        // Callers keep within the years 0000 to 9999.
        let date = Date::from_days(days).unwrap_or(Date::FIRST);
        Self { date, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 }
    }

    /// Seconds since 1970 in UTC of this time of the day in a zone.
    pub(super) fn seconds_in(self, zone: &TimeZone) -> i64 {
        let asif = self.seconds();
        // At the two ends of the calendar jiff has no such moment: there it is read as UTC.
        let civil = jiff::Timestamp::from_second(asif).map(|at| TimeZone::UTC.to_datetime(at));
        civil
            .and_then(|civil| zone.to_ambiguous_timestamp(civil).compatible())
            .map_or(asif, jiff::Timestamp::as_second)
    }
}

pub(super) fn read(text: &str) -> Option<Read> {
    let date = Date::parse(text.get(..10)?)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(Read { civil: Civil { date, hour: 0, minute: 0, second: 0 }, micros: 0, offset: None });
    }
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let hour = two_digits(clock)?;
    let minute = two_digits(clock.get(2..)?.strip_prefix(':')?)?;
    let second = two_digits(clock.get(5..)?.strip_prefix(':')?)?;
    let (micros, rest) = fraction(clock.get(8..)?)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(Read { civil: Civil { date, hour, minute, second }, micros, offset: offset(rest)? })
}

/// Microseconds, and what follows them. Digits past the sixth are cut off.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(digits) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let six = digits.bytes().take(length).chain(std::iter::repeat(b'0')).take(6);
    let micros = six.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    (length > 0).then_some((micros, digits.get(length..)?))
}

/// `Z`, `+02:00`, `+0200` with or without a blank before it, or nothing at all. A blank in the place of the sign
/// is a `+` that was not encoded in a query.
fn offset(text: &str) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    let zulu = text.strip_prefix(' ').unwrap_or(text);
    if zulu.eq_ignore_ascii_case("z") {
        return Some(Some(0));
    }
    let signed = text.strip_prefix(' ').filter(|rest| rest.starts_with([' ', '+', '-'])).unwrap_or(text);
    let digits = signed.strip_prefix([' ', '+', '-'])?;
    let hours = two_digits(digits)?;
    let rest = digits.get(2..)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = two_digits(rest)?;
    if hours > 23 || minutes > 59 || rest.len() != 2 {
        return None;
    }
    let ahead = i32::try_from(hours * 60 + minutes).ok()?;
    Some(Some(if signed.starts_with('-') { -ahead } else { ahead }))
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
