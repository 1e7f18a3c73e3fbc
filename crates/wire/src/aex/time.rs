//! A time of the day at which a technician comes: `09:30`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::field::{self, At, Field};

const MESSAGE: &str = "must be a time of the day, like 09:30";

/// From `00:00` to `23:59`. Seconds may be written if they are `00`; they are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time {
    hour: u8,
    minute: u8,
}

impl Time {
    /// `None` if there is no such time.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute })
    }

    /// Reads `HH:MM` and `HH:MM:00`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix(":00").filter(|rest| rest.len() == 5).unwrap_or(text).as_bytes() {
            [h @ b'0'..=b'9', hh @ b'0'..=b'9', b':', m @ b'0'..=b'9', mm @ b'0'..=b'9'] => {
                Self::new((h - b'0') * 10 + hh - b'0', (m - b'0') * 10 + mm - b'0')
            }
            _ => None,
        }
    }

    /// 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for Time {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(MESSAGE)
    }
}

impl Field for Time {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let text = at.string(value)?;
        Self::parse(&text).or_else(|| at.refuse(MESSAGE))
    }

    fn shape() -> Schema {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"))
            .examples(["09:30"])
            .into()
    }
}

field::schema!(Time as "Time");
