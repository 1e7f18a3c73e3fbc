//! The ids of this wire. On input they are opaque texts, as the printed ones are 22, 23 or 24 characters long; those
//! that we make are 24 hex characters that say what they name.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::Object;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::given::Reader;
use crate::text::{PLAIN, Rule, plain};

const RULE: Rule =
    Rule { min: 1, max: 64, pattern: PLAIN, check: plain, example: "70726f6400000000000004d2" };

/// An id: 1 to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// The text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident = $tag:literal,)+) => {
        /// What an id of ours names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$about])* $kind,)+
        }

        impl Kind {
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The four letters with which ids begin.
            const fn tag(self) -> u32 {
                match self {
                    $(Self::$kind => u32::from_be_bytes(*$tag),)+
                }
            }
        }
    };
}

kinds! {
    Organization = b"orgn",
    Customer = b"cust",
    Employee = b"empl",
    Key = b"akey",
    Product = b"prod",
    Address = b"addr",
    Request = b"rqst",
    Offer = b"offr",
    Account = b"acct",
    Document = b"docu",
    Mail = b"mail",
}

impl Id {
    /// `None` if it is empty, blank, longer than 64 characters, or has control characters.
    pub fn parse(text: &str) -> Option<Self> {
        RULE.hold(text).is_ok().then(|| Self(text.to_owned()))
    }

    /// An id of ours: the kind's tag and the number, in hex.
    pub fn made(kind: Kind, number: u64) -> Self {
        Self(format!("{:08x}{number:016x}", kind.tag()))
    }

    /// What [`Id::made`] made it of, in any case; `None` if the id is another's.
    pub fn read(&self) -> Option<(Kind, u64)> {
        let digits = self.0.len() == 24 && self.0.bytes().all(|digit| digit.is_ascii_hexdigit());
        let (tag, number) = self.0.split_at_checked(8).filter(|_| digits)?;
        let tag = u32::from_str_radix(tag, 16).ok()?;
        let kind = Kind::ALL.iter().copied().find(|kind| kind.tag() == tag)?;
        Some((kind, u64::from_str_radix(number, 16).ok()?))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The schema of an id, to which other types of value may be added.
pub(super) fn object() -> Object {
    RULE.shape()
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be an id of 1 to 64 characters")
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl TryFrom<String> for Id {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(NotAnId)
    }
}

impl Reader for Id {
    fn take(value: Value) -> Option<Self> {
        Self::parse(value.as_str()?)
    }

    fn shape() -> Schema {
        object().into()
    }
}

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        Self::shape().into()
    }
}

impl ToSchema for Id {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_says_in_hex_what_it_names() {
        let id = Id::made(Kind::Product, 1234);
        assert_eq!(id.as_str(), "70726f6400000000000004d2");
        assert_eq!(Id::parse("70726F6400000000000004D2").unwrap().read(), Some((Kind::Product, 1234)));
    }

    #[test]
    fn ids_of_others_are_taken_and_name_nothing() {
        for text in [
            "1",
            "123457890123457890AAAA",
            "12345678901234567890BBBB",
            "70726f64+0000000000004d2",
            "70726f6400000000000004d",
            "70726f6400000000000004d2 ",
            "70726f640000000000000éd2",
            "æøåæøåæøåæøå",
        ] {
            assert_eq!(Id::parse(text).expect(text).read(), None, "{text}");
        }
        assert!(Id::parse(&"é".repeat(64)).is_some());
        for text in ["", "  ", "a\0", &"a".repeat(65)] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_have_tags_of_their_own() {
        let mut tags: Vec<u32> = Kind::ALL.iter().map(|kind| kind.tag()).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), Kind::ALL.len());
    }

    proptest! {
        #[test]
        fn what_is_made_is_read_back_in_any_case(kind in proptest::sample::select(Kind::ALL), number in any::<u64>()) {
            let id = Id::made(kind, number);
            prop_assert!(id.as_str().len() == 24 && !id.as_str().contains(char::is_uppercase));
            prop_assert_eq!(id.read(), Some((kind, number)));
            prop_assert_eq!(Id::parse(&id.as_str().to_uppercase()).unwrap().read(), Some((kind, number)));
        }

        #[test]
        fn what_is_read_was_made(text in ".{0,70}|[0-9a-fA-F]{24}|(70726F64|61636374|616b6579)[0-9A-Fa-f]{16}") {
            if let Some((kind, number)) = Id::parse(&text).and_then(|id| id.read()) {
                prop_assert_eq!(String::from(Id::made(kind, number)), text.to_lowercase());
            }
        }
    }
}
