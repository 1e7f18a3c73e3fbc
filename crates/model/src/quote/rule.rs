//! Price rules: what an operator asks for a product, by area and distance. The first row of the file that fits is the
//! one that counts. How far an address is from an area is measured elsewhere.

use crate::money::Money;
use crate::product::{Level, Prices, folded};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The longest commitment in months.
pub const LONGEST_COMMITMENT: u32 = 60;

/// The highest price, in whole units of its currency.
pub const HIGHEST_PRICE: u32 = 500_000;

/// Metres from an area beyond which no rule reaches.
pub const FARTHEST: f64 = 100_000.0;

/// One row of a carrier's price rules.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceRule {
    /// Of its file, from 1.
    pub line: u64,
    /// The carrier's code, folded; empty: any product.
    pub product: String,
    /// The external reference of an area, written exactly so; None: whichever live area is nearest.
    pub area: Option<String>,
    /// Metres from that area's edge up to which the rule holds; 0: inside only. None: inside the area that is named,
    /// and everywhere where none is.
    pub max_distance_m: Option<f64>,
    pub level: Level,
    pub initiation: Option<Money>,
    /// A month.
    pub monthly: Option<Money>,
    /// Months; None: any.
    pub commitment: Option<u32>,
}

/// Where an address is to a carrier's live areas, in metres to their edges; 0: inside. What is farther than any rule
/// asks for is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// The nearest of all.
    pub nearest: Option<f64>,
    /// Those that rules name, by external reference.
    pub areas: BTreeMap<String, f64>,
}

/// What a product is offered for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The carrier's code of the product.
    pub code: String,
    /// Once, at the start.
    pub initiation: Prices,
    /// A month.
    pub monthly: Prices,
    /// Months, up to [`LONGEST_COMMITMENT`]; 0: none.
    pub commitment: u32,
    /// By which rows, for people: `price rules, line 3, 4`.
    pub rule: String,
}

impl PriceRule {
    /// Metres from its area, or from the nearest where it names none, up to which it holds; None: everywhere.
    pub fn reach(&self) -> Option<f64> {
        self.max_distance_m.or(self.area.as_ref().map(|_| 0.0))
    }

    fn is_for(&self, folded: &str) -> bool {
        self.product.is_empty() || self.product == folded
    }

    fn holds_at(&self, at: &Standing) -> bool {
        let Some(reach) = self.reach() else { return true };
        let metres = match &self.area {
            Some(area) => at.areas.get(area).copied(),
            None => at.nearest,
        };
        metres.is_some_and(|metres| metres <= reach)
    }

    fn allows(&self, commitment: u32) -> bool {
        self.commitment.is_none_or(|own| own == commitment)
    }
}

/// What the rules offer a product for, by rising commitment. `wanted`: months that were asked for; none: those that the
/// fitting rules name, of which a blank one is 0. Nothing is offered without a rule for the customer.
pub fn offers(rules: &[PriceRule], product_code: &str, at: &Standing, wanted: &[u32]) -> Vec<Terms> {
    let folded = folded(product_code);
    let fits = |rule: &&PriceRule| rule.is_for(&folded) && rule.holds_at(at);
    let fitting: Vec<&PriceRule> = rules.iter().filter(fits).collect();
    let commitments: BTreeSet<u32> = match wanted {
        [] => fitting.iter().map(|rule| rule.commitment.unwrap_or(0)).collect(),
        wanted => wanted.iter().copied().collect(),
    };
    commitments.into_iter().filter_map(|commitment| terms(&fitting, product_code, commitment)).collect()
}

fn terms(fitting: &[&PriceRule], code: &str, commitment: u32) -> Option<Terms> {
    let first = |level| fitting.iter().find(|rule| rule.level == level && rule.allows(commitment));
    first(Level::Customer)?;
    let prices = |of: fn(&PriceRule) -> Option<Money>| {
        let at = |level| first(level).and_then(|rule| of(rule));
        Prices { cost: at(Level::Cost), wholesale: at(Level::Wholesale), customer: at(Level::Customer) }
    };
    let lines: BTreeSet<u64> = Level::ALL.iter().filter_map(|level| Some(first(*level)?.line)).collect();
    let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
    Some(Terms {
        code: code.to_owned(),
        initiation: prices(|rule| rule.initiation),
        monthly: prices(|rule| rule.monthly),
        commitment,
        rule: format!("price rules, line {}", lines.join(", ")),
    })
}

/// The level that a word means, in any case: its own, or the least role of TelecomX that sees it.
pub fn level(word: &str) -> Option<Level> {
    match word.to_ascii_lowercase().as_str() {
        "admin" => Some(Level::Cost),
        "reseller" => Some(Level::Wholesale),
        "owner" => Some(Level::Customer),
        word => word.parse().ok(),
    }
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
