//! What the towns' networks sell, in short.

use model::id::ProductId;
use model::money::{Currency, Money};
use model::product::{Prices, Product};

pub const TECHNOLOGY: &str = "FTTH";

/// Prices are cost, wholesale, customer; None: it has none.
pub struct Plan {
    pub code: &'static str,
    pub name: &'static str,
    /// Megabits a second, down and up.
    pub speed: (u32, u32),
    pub term_months: u32,
    pub lead_days: u32,
    pub monthly: Option<[&'static str; 3]>,
    pub setup: Option<[&'static str; 3]>,
    /// None: made of carrier and code.
    pub id: Option<&'static str>,
}

impl Plan {
    pub fn product(&self, currency: Currency) -> Product {
        let prices = |texts: Option<[&str; 3]>| {
            let [cost, wholesale, customer] = match texts {
                Some(texts) => texts.map(|text| Money::parse(text, currency).ok()),
                None => [None; 3],
            };
            Prices { cost, wholesale, customer }
        };
        Product {
            id: self.id.and_then(|id| id.parse::<ProductId>().ok()),
            code: self.code.to_owned(),
            name: Some(self.name.to_owned()),
            description: None,
            kind: None,
            recurrence: None,
            sold_from: None,
            sold_until: None,
            technology: Some(TECHNOLOGY.to_owned()),
            down_mbps: Some(self.speed.0),
            up_mbps: Some(self.speed.1),
            term_months: self.term_months,
            lead_days: Some(self.lead_days),
            currency,
            monthly: prices(self.monthly),
            setup: prices(self.setup),
            addons: Vec::new(),
            exclusive_categories: Vec::new(),
        }
    }
}
