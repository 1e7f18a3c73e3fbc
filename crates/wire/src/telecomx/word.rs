//! The words of this wire. Those that a request may say are closed sets; of those that only answers say, a word that
//! this version does not know is kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type as JsonType};

use super::given::Reader;
use crate::word::words;

/// The type of a circuit; read in any case, as the printed request says `Fiber`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
pub enum Type {
    #[serde(rename = "DSL")]
    Dsl,
    #[serde(rename = "FIBER")]
    Fiber,
}

/// When the technician is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
pub enum InstallTime {
    #[serde(rename = "7_30_TO_16")]
    Day,
    #[serde(rename = "7_30_TO_12")]
    Morning,
    #[serde(rename = "12_TO_16")]
    Afternoon,
}

impl Type {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Dsl, Self::Fiber].into_iter().find(|it| it.as_str().eq_ignore_ascii_case(text))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dsl => "DSL",
            Self::Fiber => "FIBER",
        }
    }
}

impl InstallTime {
    /// Takes the spellings of 2018 too: `07_30_TO_16_00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("_TO_")?;
        match (from, to.strip_suffix("_00").unwrap_or(to)) {
            ("7_30" | "07_30", "16") => Some(Self::Day),
            ("7_30" | "07_30", "12") => Some(Self::Morning),
            ("12" | "12_00", "16") => Some(Self::Afternoon),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "7_30_TO_16",
            Self::Morning => "7_30_TO_12",
            Self::Afternoon => "12_TO_16",
        }
    }
}

impl TryFrom<String> for Type {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("must be DSL or FIBER")
    }
}

impl TryFrom<String> for InstallTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("must be 7_30_TO_16, 7_30_TO_12 or 12_TO_16")
    }
}

fn text(pattern: &str, example: &str) -> Schema {
    ObjectBuilder::new().schema_type(JsonType::String).pattern(Some(pattern)).examples([example]).into()
}

impl Reader for Type {
    fn take(value: Value) -> Option<Self> {
        Self::parse(value.as_str()?)
    }

    fn shape() -> Schema {
        text("^([Dd][Ss][Ll]|[Ff][Ii][Bb][Ee][Rr])$", "FIBER")
    }
}

impl Reader for InstallTime {
    fn take(value: Value) -> Option<Self> {
        Self::parse(value.as_str()?)
    }

    fn shape() -> Schema {
        text("^(0?7_30_TO_(12|16)(_00)?|12(_00)?_TO_16(_00)?)$", "7_30_TO_16")
    }
}

words! {
    /// Where a request stands.
    RequestState {
        /// Without offers.
        New = "NEW",
        /// Answered with offers.
        HasOffer = "HAS_OFFER",
    }
}

words! {
    /// Where an account stands: `ORDERED → CONFIRMED → ACTIVE`; `CANCELLED` ends on its termination date.
    AccountState {
        /// Waits for a date.
        Ordered = "ORDERED",
        /// Has a date of delivery.
        Confirmed = "CONFIRMED",
        /// In use.
        Active = "ACTIVE",
        /// Ends, or has ended.
        Cancelled = "CANCELLED",
    }
}

words! {
    /// Where a change of product stands.
    ChangeState {
        /// There is none.
        None = "NONE",
        /// Asked for.
        Requested = "REQUESTED",
        /// Has a date.
        Ordered = "ORDERED",
    }
}

words! {
    /// What a product is.
    ProductType {
        SipRateplan = "SIP_RATEPLAN",
        MvnoRateplan = "MVNO_RATEPLAN",
        Dsl = "DSL",
        Fiber = "FIBER",
        NumberRent = "NUMBER_RENT",
        Dns = "DNS",
        PbxExtension = "PBX_EXTENSION",
        PbxSipPhone = "PBX_SIP_PHONE",
        PbxUser = "PBX_USER",
        MvnoDataTopUp = "MVNO_DATA_TOP_UP",
        ExternalLicense = "EXTERNAL_LICENSE",
        MvnoRowRoaming = "MVNO_ROW_ROAMING",
        Misc = "OTHER",
    }
}

words! {
    /// What a product's price is for.
    UnitType {
        Minutes = "MIN",
        Megabytes = "MB",
        Units = "UNITS",
        Hours = "HOURS",
        Kilometres = "KM",
        Months = "MONTHS",
    }
}

words! {
    /// How often a price is due; `NONE` never for DSL and FIBER.
    Recurrence {
        Monthly = "MONTHLY",
        Quarterly = "QUARTERLY",
        Yearly = "YEARLY",
        Never = "NONE",
    }
}

words! {
    /// What a user may do. Each includes those before it.
    AccessLevel {
        NoLogin = "NO_LOGIN",
        Personal = "PERSONAL",
        Viewer = "VIEWER",
        Manager = "MANAGER",
        Owner = "OWNER",
        Reseller = "RESELLER",
        ResellerAdmin = "RESELLER_ADMIN",
        Admin = "ADMIN",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_type_is_read_in_any_case_and_written_in_capitals() {
        for word in ["Fiber", "FIBER", "fiber"] {
            assert_eq!(Type::take(json!(word)), Some(Type::Fiber));
            assert_eq!(serde_json::from_value::<Type>(json!(word)).unwrap(), Type::Fiber);
        }
        assert_eq!(serde_json::to_value(Type::Dsl).unwrap(), Type::Dsl.as_str());
        for value in [json!(""), json!("FIBRE"), json!("DSL "), json!(1), json!(["DSL"])] {
            assert_eq!(Type::take(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn a_time_of_installation_may_be_spelt_as_in_2018() {
        for (time, words) in [
            (InstallTime::Day, ["7_30_TO_16", "07_30_TO_16_00", "7_30_TO_16_00"]),
            (InstallTime::Morning, ["7_30_TO_12", "07_30_TO_12_00", "7_30_TO_12_00"]),
            (InstallTime::Afternoon, ["12_TO_16", "12_00_TO_16_00", "12_TO_16_00"]),
        ] {
            assert_eq!(serde_json::to_value(time).unwrap(), time.as_str());
            for word in words {
                assert_eq!(InstallTime::take(json!(word)), Some(time), "{word}");
            }
        }
        for word in ["", "7_TO_16", "12_TO_12", "12_TO_16_30", "012_TO_16", "7_30_TO_16_00_00", "7_30-16"] {
            assert_eq!(InstallTime::parse(word), None, "{word}");
        }
    }
}
