//! The codes by which an access is found. They tell where somebody lives: none of them has a `Debug`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::field::{self, At, Field};

/// Each with the longest text it may be, the pattern that says the same as `read`, and how it is read.
macro_rules! codes {
    ($(
        $(#[$about:meta])*
        $name:ident as $word:literal to $max:literal, $pattern:literal, $example:literal, $read:expr;
    )+) => {$(
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads a text, or says what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, &'static str> {
                if text.is_empty() {
                    return Err("must not be empty");
                }
                let read: fn(&str) -> Result<String, &'static str> = $read;
                read(text).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl Field for $name {
            fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
                Self::parse(&at.string(value)?).map_or_else(|message| at.refuse(message), Some)
            }

            fn shape() -> Schema {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .max_length(Some($max))
                    .pattern(Some($pattern))
                    .examples([$example])
                    .into()
            }
        }

        field::schema!($name as $word);
    )+};
}

codes! {
    /// A place down to the door: 1 to 37 positions of `0-9 A-Z` and blanks, in upper case and otherwise as it came.
    /// Positions that are missing on the right are blanks; whoever compares fills them up.
    Gescal37 as "Gescal37" to 37, "^[0-9A-Za-z ]*[0-9A-Za-z][0-9A-Za-z ]*$", "28000010276800007 006DCHA ", gescal37;

    /// A letter and 37 digits, in upper case.
    AddressId as "AddressId" to 38, "^[A-Za-z][0-9]{37}$", "J2800001027680000700000000000000000001", address_id;

    /// 3 to 15 digits, however they are grouped, with a `+` in front if one likes; without the blanks around it.
    PhoneNumber as "PhoneNumber" to 40, "^ *\\+?([-./() ]*[0-9]){3,15}[-./() ]*$", "900000000", phone_number;
}

fn gescal37(text: &str) -> Result<String, &'static str> {
    if text.chars().count() > 37 {
        return Err("must be at most 37 characters");
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ') {
        return Err("must be digits, letters from A to Z and blanks only");
    }
    if text.bytes().all(|byte| byte == b' ') {
        return Err("must not be blank");
    }
    Ok(text.to_ascii_uppercase())
}

fn address_id(text: &str) -> Result<String, &'static str> {
    match text.as_bytes() {
        [letter, digits @ ..]
            if letter.is_ascii_alphabetic()
                && digits.len() == 37
                && digits.iter().all(u8::is_ascii_digit) =>
        {
            Ok(text.to_ascii_uppercase())
        }
        _ => Err("must be a letter and 37 digits"),
    }
}

fn phone_number(text: &str) -> Result<String, &'static str> {
    let number = text.trim_matches(' ');
    let rest = number.strip_prefix('+').unwrap_or(number);
    let known = rest.bytes().all(|byte| byte.is_ascii_digit() || b"-./() ".contains(&byte));
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    if known && (3..=15).contains(&digits) && text.len() <= 40 {
        Ok(number.to_owned())
    } else {
        Err("must be a phone number of 3 to 15 digits, like 900000000")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_gescal_is_read_in_any_case_and_keeps_its_blanks() {
        let door = Gescal37::parse("28000010276800007 006dcha ").ok().unwrap();
        assert_eq!(door.as_str(), "28000010276800007 006DCHA ");
        assert_eq!(Gescal37::parse("28000000000000005BA").ok().unwrap().as_str().len(), 19);
        assert!(Gescal37::parse(&"7".repeat(37)).is_ok());
        let letters = "must be digits, letters from A to Z and blanks only";
        let long = "7".repeat(38);
        for (text, message) in [
            ("", "must not be empty"),
            ("   ", "must not be blank"),
            (long.as_str(), "must be at most 37 characters"),
            ("28-0", letters),
            ("28Ñ0", letters),
            ("28\t0", letters),
        ] {
            assert_eq!(Gescal37::parse(text).err(), Some(message), "{text}");
        }
    }

    #[test]
    fn an_address_id_is_a_letter_and_37_digits() {
        let id = format!("j{}", "0".repeat(37));
        assert_eq!(AddressId::parse(&id).ok().unwrap().as_str(), id.to_uppercase());
        for wrong in
            [&id[1..], &id[..37], &format!("{id}0"), &format!("Ñ{}", &id[1..]), &format!(" {}", &id[1..])]
        {
            assert_eq!(AddressId::parse(wrong).err(), Some("must be a letter and 37 digits"), "{wrong}");
        }
    }

    #[test]
    fn a_phone_number_may_be_grouped() {
        for good in ["900000000", "+34 900-000.000", "(91) 5/0", "900", "123456789012345"] {
            assert_eq!(PhoneNumber::parse(&format!(" {good} ")).ok().unwrap().as_str(), good);
        }
        for wrong in [" ", "12", "9+1234", "++900", "ninety", "1234567890123456", "９００", "900\n"] {
            assert!(PhoneNumber::parse(wrong).is_err(), "{wrong}");
        }
    }
}
