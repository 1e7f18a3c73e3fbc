//! The closed sets of words of this wire. A word this version does not know is kept, not refused:
//! another server may say more than we do.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$each])* $variant,)+
            /// A word of another server that this version does not know.
            Other(String),
        }

        impl $name {
            /// The words that we say.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|word| Self::from(word.as_str()))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                Schema::from(
                    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Self::WORDS.iter().copied())),
                )
                .into()
            }
        }

        impl ToSchema for $name {}
    };
}

words! {
    /// Where an action stands: `pending → running → (interrupted ⇄ running)* → done | canceled`.
    Status {
        /// Accepted, not yet begun.
        Pending = "pending",
        /// Being worked on.
        Running = "running",
        /// Waits for the caller: see `payload.__info.message`.
        Interrupted = "interrupted",
        /// Ended well.
        Done = "done",
        /// Ended without success: see `payload.__info.error`.
        Canceled = "canceled",
    }
}

words! {
    /// What a driver can do.
    Operation {
        /// Asks whether an address can be served.
        Coverage = "coverage",
        /// Orders a line.
        Subscription = "subscription",
    }
}

words! {
    /// How a customer pays.
    PaymentMethod {
        /// On a hosted card page.
        CreditCard = "credit_card",
        /// By direct debit.
        Iban = "iban",
    }
}

impl Operation {
    /// The `action` of a record: `fastweb:coverage`.
    pub fn action(&self, driver: &str) -> String {
        format!("{driver}:{}", self.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_said_as_documented() {
        for word in ["pending", "running", "interrupted", "done", "canceled"] {
            let status: Status = serde_json::from_value(word.into()).unwrap();
            assert!(!matches!(status, Status::Other(_)), "{word}");
            assert_eq!(serde_json::to_value(&status).unwrap(), word);
        }
    }

    #[test]
    fn an_unknown_word_is_kept() {
        let status: Status = serde_json::from_value("queued".into()).unwrap();
        assert_eq!(status, Status::Other("queued".into()));
        assert_eq!(serde_json::to_value(&status).unwrap(), "queued");
    }

    #[test]
    fn an_action_names_driver_and_operation() {
        assert_eq!(Operation::Coverage.action("fastweb"), "fastweb:coverage");
    }
}
