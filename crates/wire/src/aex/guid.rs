//! The ids of this wire: GUIDs, written in upper case and read in any case. What they name is not here.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::field::{self, At, Field};

const MESSAGE: &str = "must be a GUID, like 287C94C4-0196-4999-9348-15ACC0EE7A0A";
const PATTERN: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// A GUID that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Guid(pub [u8; 16]);

/// Reads `287C94C4-0196-4999-9348-15ACC0EE7A0A` in any case; nothing around it, no braces.
pub fn parse(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 16];
    let mut digits = 0;
    for (at, letter) in text.iter().enumerate() {
        if HYPHENS.contains(&at) {
            if *letter != b'-' {
                return None;
            }
            continue;
        }
        let digit = u8::try_from(char::from(*letter).to_digit(16)?).ok()?;
        bytes[digits / 2] = bytes[digits / 2] << 4 | digit;
        digits += 1;
    }
    Some(bytes)
}

/// Writes it in upper case.
pub fn show(guid: [u8; 16]) -> String {
    Guid(guid).to_string()
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let hyphen = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{hyphen}{byte:02X}")?;
        }
        Ok(())
    }
}

impl From<Guid> for String {
    fn from(guid: Guid) -> Self {
        guid.to_string()
    }
}

impl TryFrom<String> for Guid {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse(&text).map(Self).ok_or(MESSAGE)
    }
}

impl Field for Guid {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let text = at.string(value)?;
        parse(&text).map(Self).or_else(|| at.refuse(MESSAGE))
    }

    fn shape() -> Schema {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .examples(["287C94C4-0196-4999-9348-15ACC0EE7A0A"])
            .into()
    }
}

field::schema!(Guid as "Guid");

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_guid_is_read_in_any_case_and_written_in_upper_case() {
        for text in ["287c94c4-0196-4999-9348-15acc0ee7a0a", "287C94c4-0196-4999-9348-15ACC0EE7A0A"] {
            assert_eq!(parse(text).map(show).as_deref(), Some("287C94C4-0196-4999-9348-15ACC0EE7A0A"));
        }
    }

    #[test]
    fn what_has_another_form_is_none() {
        for text in [
            "",
            "String",
            "287C94C4019649999348015ACC0EE7A0A000",
            "287C94C4-0196-4999-9348-15ACC0EE7A0",
            "287C94C4-0196-4999-9348-15ACC0EE7A0A ",
            "{87C94C4-0196-4999-9348-15ACC0EE7A0A}",
            "287C94C4-0196-4999-9348-15ACC0EE7A0G",
            "287C94C40-196-4999-9348-15ACC0EE7A0A",
            "287C94C4-0196-4999-9348-15ACC0EE7Aé",
            "+87C94C4-0196-4999-9348-15ACC0EE7A0A",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(guid in any::<[u8; 16]>()) {
            prop_assert_eq!(parse(&show(guid)), Some(guid));
        }
    }
}
