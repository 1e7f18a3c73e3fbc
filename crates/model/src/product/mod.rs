//! Products: what a carrier sells on a line, at which prices, with which addons. Where it is sold
//! (premises, areas) is not here.

pub mod addon;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::ProductId;
use crate::money::{Currency, Money};

pub use addon::Addon;

crate::words! {
    /// Who pays a price: each level sees its own and those below it.
    pub enum Level ("price level") {
        /// What the carrier costs the operator.
        Cost = "cost",
        /// What a reseller pays.
        Wholesale = "wholesale",
        /// What the customer pays.
        Customer = "customer",
    }
}

crate::words! {
    /// What a product is. Only a line needs a place; all others are sold beside one.
    pub enum Kind ("kind of product") {
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
        /// A fee, for example.
        Other = "OTHER",
    }
}

crate::words! {
    /// How often a product is billed.
    pub enum Recurrence ("recurrence") {
        Monthly = "MONTHLY",
        Quarterly = "QUARTERLY",
        Yearly = "YEARLY",
        /// Once.
        None = "NONE",
    }
}

/// One price at each level, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prices {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wholesale: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Money>,
}

impl Prices {
    pub fn at(&self, level: Level) -> Option<Money> {
        match level {
            Level::Cost => self.cost,
            Level::Wholesale => self.wholesale,
            Level::Customer => self.customer,
        }
    }

    /// What somebody may see of them.
    pub fn seen(self, sees: impl Fn(Level) -> bool) -> Prices {
        let at = |level| self.at(level).filter(|_| sees(level));
        Prices { cost: at(Level::Cost), wholesale: at(Level::Wholesale), customer: at(Level::Customer) }
    }

    /// Whether there is no price of any level.
    pub fn is_empty(&self) -> bool {
        *self == Prices::default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// None: it is made of its carrier and its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ProductId>,
    /// By which it is ordered, unique within its carrier in any case: `Fastweb Casa Light`.
    pub code: String,
    /// Shown to people; the code where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In a sentence or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// None: a line, DSL or fibre by its technology.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Sold only at premises of this technology (`FTTP`); `None`: at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// None: a line every month, anything else once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// The first day on which it is sold, and the first on which it no longer is.
    #[serde(default, with = "day", skip_serializing_if = "Option::is_none")]
    pub sold_from: Option<Date>,
    #[serde(default, with = "day", skip_serializing_if = "Option::is_none")]
    pub sold_until: Option<Date>,
    /// Megabits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_mbps: Option<u32>,
    /// Megabits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_mbps: Option<u32>,
    /// The least time of the contract; 0: none.
    #[serde(default)]
    pub term_months: u32,
    /// Days from the order until the line carries traffic, usually; at most [`LONGEST_LEAD`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<u32>,
    /// Of the addons' prices, and of all others.
    pub currency: Currency,
    /// A month.
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub monthly: Prices,
    /// Once, at the start.
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub setup: Prices,
    /// In the order of the catalogue.
    #[serde(default)]
    pub addons: Vec<Addon>,
    /// Categories of which one addon at most can be had (`FIBER_BANDWIDTH`).
    #[serde(default)]
    pub exclusive_categories: Vec<String>,
}

/// A day as `2027-01-31`.
mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(day),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

/// The longest lead time of a product in days.
pub const LONGEST_LEAD: u32 = 3_650;

/// What a product may not be: its rules could not be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("the product has no code")]
    NoCode,
    #[error("a price is in {0}, the product in {1}")]
    Currency(Currency, Currency),
    #[error("lead_days {0} is more than {LONGEST_LEAD}")]
    Lead(u32),
    #[error("a line is billed again and again")]
    LineOnce,
    #[error("an addon has no name")]
    NoAddonName,
    #[error("two addons have the name `{0}`")]
    TwoOfOneName(String),
    #[error("the defaults contradict each other: {0}")]
    Defaults(addon::Refusal),
}

/// A code as codes are compared: two with the same form are one.
pub fn folded(code: &str) -> String {
    code.trim().chars().flat_map(char::to_lowercase).collect()
}

impl Product {
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.code)
    }

    /// Codes are compared in any case, without outer spaces.
    pub fn is_called(&self, name: &str) -> bool {
        addon::same(&self.code, name)
    }

    /// May it be sold at a premise of this technology? Where either says nothing, yes.
    pub fn suits(&self, technology: Option<&str>) -> bool {
        match (self.technology.as_deref(), technology) {
            (Some(own), Some(other)) => addon::same(own, other),
            _ => true,
        }
    }

    pub fn kind(&self) -> Kind {
        let is_copper = |technology: &str| {
            let technology = folded(technology);
            technology.contains("dsl") || matches!(technology.as_str(), "copper" | "fttc" | "fttn")
        };
        let by_technology =
            || if self.technology.as_deref().is_some_and(is_copper) { Kind::Dsl } else { Kind::Fiber };
        self.kind.unwrap_or_else(by_technology)
    }

    pub fn is_line(&self) -> bool {
        matches!(self.kind(), Kind::Dsl | Kind::Fiber)
    }

    pub fn recurrence(&self) -> Recurrence {
        let usual = || if self.is_line() { Recurrence::Monthly } else { Recurrence::None };
        self.recurrence.unwrap_or_else(usual)
    }

    /// Whether it is sold on a day.
    pub fn is_sold(&self, day: Date) -> bool {
        self.sold_from.is_none_or(|from| from <= day) && self.sold_until.is_none_or(|until| day < until)
    }

    /// The addons of an order for which these names were asked: see [`addon::choose`].
    pub fn choose<T: AsRef<str>>(&self, names: &[T]) -> Result<Vec<String>, addon::Refusal> {
        addon::choose(&self.addons, &self.exclusive_categories, names)
    }

    /// For those who take products in: the first thing in it that must not be.
    pub fn check(&self) -> Result<(), Flaw> {
        if self.code.trim().is_empty() {
            return Err(Flaw::NoCode);
        }
        if let Some(days) = self.lead_days.filter(|days| *days > LONGEST_LEAD) {
            return Err(Flaw::Lead(days));
        }
        if self.is_line() && self.recurrence() == Recurrence::None {
            return Err(Flaw::LineOnce);
        }
        for level in Level::ALL {
            for price in [self.monthly.at(*level), self.setup.at(*level)].into_iter().flatten() {
                if price.currency != self.currency {
                    return Err(Flaw::Currency(price.currency, self.currency));
                }
            }
        }
        for (at, addon) in self.addons.iter().enumerate() {
            if addon.name.trim().is_empty() {
                return Err(Flaw::NoAddonName);
            }
            if self.addons[..at].iter().any(|other| addon::same(&other.name, &addon.name)) {
                return Err(Flaw::TwoOfOneName(addon.name.clone()));
            }
        }
        let defaults: Vec<&str> =
            self.addons.iter().filter(|addon| addon.default).map(|addon| addon.name.as_str()).collect();
        self.choose(&defaults).map_err(Flaw::Defaults)?;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn product() -> Product {
        serde_json::from_str(
            r#"{"code": "FIBER_2022", "technology": "FTTH", "currency": "EUR",
                "monthly": {"customer": {"amount": "24.90", "currency": "EUR"}},
                "addons": [
                  {"name": "FAST", "category": "BAND", "type": "BAND", "default": true, "price": "0"},
                  {"name": "FASTER", "category": "BAND", "type": "BAND", "price": "5"}],
                "exclusive_categories": ["BAND"]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_product_survives_being_stored() {
        let stored = serde_json::to_string(&product()).unwrap();
        assert_eq!(serde_json::from_str::<Product>(&stored).unwrap(), product());
        assert_eq!(product().monthly.at(Level::Customer).unwrap().to_string(), "24.90 EUR");
        assert_eq!(product().monthly.at(Level::Cost), None);
    }

    #[test]
    fn a_product_is_a_line_of_its_technology_unless_it_says_what_it_is() {
        assert_eq!(product().kind(), Kind::Fiber);
        let dsl = Product { technology: Some("VDSL2".into()), ..product() };
        assert_eq!((dsl.kind(), dsl.recurrence()), (Kind::Dsl, Recurrence::Monthly));
        let fee = Product { kind: Some(Kind::Other), ..product() };
        assert_eq!((fee.is_line(), fee.recurrence()), (false, Recurrence::None));
        let once = Product { recurrence: Some(Recurrence::None), ..product() };
        assert_eq!(once.check(), Err(Flaw::LineOnce));
    }

    #[test]
    fn a_product_is_sold_from_its_first_day_until_its_last() {
        let product: Product = serde_json::from_str(
            r#"{"code": "A", "currency": "EUR", "sold_from": "2027-01-01", "sold_until": "2027-02-01"}"#,
        )
        .unwrap();
        let sold = ["2026-12-31", "2027-01-01", "2027-01-31", "2027-02-01"]
            .map(|day| product.is_sold(day.parse().unwrap()));
        assert_eq!(sold, [false, true, true, false]);
    }

    #[test]
    fn codes_are_compared_in_any_case() {
        assert!(product().is_called(" fiber_2022"));
        assert_eq!(folded(" Fibra Ñ"), folded("FIBRA ñ"));
        assert!(!product().is_called("fiber_2023"));
    }

    #[test]
    fn a_product_suits_its_technology_and_where_none_is_known() {
        assert!(product().suits(Some("ftth")) && product().suits(None));
        assert!(!product().suits(Some("FTTN")));
        assert!(Product { technology: None, ..product() }.suits(Some("FTTN")));
    }

    #[test]
    fn a_product_whose_rules_cannot_be_kept_is_refused() {
        assert_eq!(product().check(), Ok(()));
        let mut flawed = product();
        flawed.addons[1].default = true;
        assert!(matches!(flawed.check(), Err(Flaw::Defaults(addon::Refusal::Exclusive { .. }))));
        let mut flawed = product();
        flawed.addons[1].name = "fast".to_owned();
        assert_eq!(flawed.check(), Err(Flaw::TwoOfOneName("fast".to_owned())));
        let flawed = Product { currency: Currency::ZAR, ..product() };
        assert_eq!(flawed.check(), Err(Flaw::Currency(Currency::EUR, Currency::ZAR)));
        let flawed = Product { lead_days: Some(3_651), ..product() };
        assert_eq!(flawed.check(), Err(Flaw::Lead(3_651)));
        assert_eq!(Product { lead_days: Some(3_650), ..product() }.check(), Ok(()));
        let flawed = Product { code: " ".to_owned(), ..product() };
        assert_eq!(flawed.check(), Err(Flaw::NoCode));
    }
}
