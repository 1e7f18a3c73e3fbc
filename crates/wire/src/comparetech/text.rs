//! The texts of a request: what each may hold, as a check and as the pattern that says the same to a client.
//! Whether they are true (the IBAN's check digits, a person's tax code) is the carrier's to find out.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::field::{At, Field};
use crate::text::{PLAIN, Rule, plain};

fn email(text: &str) -> Result<(), &'static str> {
    let Some((local, domain)) = text.split_once('@') else {
        return Err("must be an e-mail address");
    };
    let local = (1..=64).contains(&local.len()) && local.bytes().all(|byte| byte.is_ascii_graphic());
    let labels = domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    if local && labels && domain.contains('.') { Ok(()) } else { Err("must be an e-mail address") }
}

fn phone(text: &str) -> Result<(), &'static str> {
    let wrong = Err("must be a phone number in international form, like +393331234567");
    let Some(number) = text.strip_prefix('+') else {
        return wrong;
    };
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let grouped =
        number.split(' ').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    if grouped && !number.starts_with('0') && (6..=15).contains(&digits) { Ok(()) } else { wrong }
}

fn tax_code(text: &str) -> Result<(), &'static str> {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err("must be letters and digits only")
    }
}

fn iban(text: &str) -> Result<(), &'static str> {
    let compact: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let head = matches!(text.as_bytes(), [first, second, tens, ones, ..]
        if [first, second].into_iter().all(u8::is_ascii_alphabetic) && [tens, ones].into_iter().all(u8::is_ascii_digit));
    let single = !text.contains("  ") && !text.ends_with(' ');
    let held = (15..=34).contains(&compact.len()) && compact.iter().all(u8::is_ascii_alphanumeric);
    if head && single && held { Ok(()) } else { Err("must be an IBAN, like IT60X0542811101000000123456") }
}

macro_rules! texts {
    ($($(#[$about:meta])* $name:ident, $debug:ident, $rule:expr;)+) => {$(
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            const RULE: Rule = $rule;

            /// Without the blanks around it; on the wire it goes back as it came.
            pub fn as_str(&self) -> &str {
                self.0.trim()
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                Self::RULE.hold(&text).map(|()| Self(text))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = String;

            fn try_from(text: &str) -> Result<Self, String> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                texts!(@$debug self, f, $name)
            }
        }

        impl Field for $name {
            fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
                match Self::try_from(at.string(value)?) {
                    Ok(text) => Some(text),
                    Err(message) => at.refuse(message),
                }
            }

            fn shape() -> Schema {
                Self::RULE.shape().into()
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                Self::shape().into()
            }
        }

        impl ToSchema for $name {}
    )+};
    (@shown $self:ident, $f:ident, $name:ident) => { fmt::Debug::fmt($self.as_str(), $f) };
    (@hidden $self:ident, $f:ident, $name:ident) => { $f.write_str(concat!(stringify!($name), "(hidden)")) };
}

texts! {
    /// The name of a driver, product or addon: 1 to 255 characters. Not personal.
    Name, shown, Rule { min: 1, max: 255, pattern: PLAIN, check: plain, example: "fastweb" };
    /// Free text of or about a person: 1 to 255 characters, not shown in `Debug`.
    Text, hidden, Rule { min: 1, max: 255, pattern: PLAIN, check: plain, example: "String" };
    /// A country code or the word for a nationality.
    Nationality, hidden, Rule { min: 2, max: 64, pattern: PLAIN, check: plain, example: "IT" };
    /// A one-time password as the customer typed it.
    Otp, hidden, Rule { min: 1, max: 32, pattern: PLAIN, check: plain, example: "203912" };
    /// Letters and digits; an Italian *codice fiscale* has 16 of them.
    TaxCode, hidden, Rule { min: 1, max: 32, pattern: "^[A-Za-z0-9]{1,32}$", check: tax_code, example: "RSSMRA85T10A562S" };
    /// An ASCII address with a dotted domain (punycode where it is international).
    Email, hidden, Rule {
        min: 5,
        max: 254,
        pattern: "^[!-?A-~]{1,64}@[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63})+$",
        check: email,
        example: "mario.rossi@example.com",
    };
    /// `+` and 6 to 15 digits (E.164), with single spaces between them if one likes.
    Phone, hidden, Rule { min: 7, max: 30, pattern: "^\\+[1-9]( ?[0-9]){5,14}$", check: phone, example: "+393331234567" };
    /// An IBAN by its form, with single spaces if one likes; its check digits are verified by the carrier.
    Iban, hidden, Rule {
        min: 15,
        max: 64,
        pattern: "^[A-Za-z]{2}[0-9]{2}( ?[A-Za-z0-9]){11,30}$",
        check: iban,
        example: "IT60X0542811101000000123456",
    };
}

impl Phone {
    /// `+` and the digits.
    pub fn e164(&self) -> String {
        self.0.replace(' ', "")
    }
}

impl Iban {
    /// Without spaces, in upper case.
    pub fn compact(&self) -> String {
        self.0.replace(' ', "").to_ascii_uppercase()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_trimmed_and_written_as_it_came() {
        let text = Text::try_from("  VIA CENERENTOLA ").unwrap();
        assert_eq!(text.as_str(), "VIA CENERENTOLA");
        assert_eq!(serde_json::to_value(&text).unwrap(), "  VIA CENERENTOLA ");
    }

    #[test]
    fn personal_texts_do_not_show_in_debug() {
        assert_eq!(format!("{:?}", Text::try_from("Mario").unwrap()), "Text(hidden)");
        assert_eq!(format!("{:?}", Otp::try_from("203912").unwrap()), "Otp(hidden)");
        assert_eq!(format!("{:?}", Name::try_from("fastweb").unwrap()), "\"fastweb\"");
    }

    #[test]
    fn numbers_are_compacted() {
        assert_eq!(Phone::try_from("+39 333 123 4567").unwrap().e164(), "+393331234567");
        let iban = Iban::try_from("it60 X054 2811 1010 0000 0123 456").unwrap();
        assert_eq!(iban.compact(), "IT60X0542811101000000123456");
    }
}
