//! What can be had at an address: asked as an action, answered as a qualification. The rule by which many addresses
//! are answered at once, over all carriers, is in `rule`.

pub mod bulk;
pub(crate) mod capacity;
mod page;
pub mod row;
pub mod rule;
mod seller;

pub(crate) use capacity::parted as parted_by_capacity;

use crate::idempotency::{Accepted, Idempotent, once};
use crate::place::keep_region;
use crate::{Error, Hub, Places, Principal, action::Receipt, catalogue};
use carriers::Outcome;
use model::action::{Action, Operation, Request, Work};
use model::address::{Address, keys_of};
use model::id::CarrierId;
use model::money::Currency;
use model::order::CoverageRequest;
use model::premise::Premise;
use model::product::{Addon, Prices, Product};
use model::qualification::Reason;
use model::role::Capability;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;

/// The reason for an address that is not covered.
pub const NOT_COVERED: &str = "no coverage for this address and number";

/// A caller's question.
pub struct Check {
    pub dialect: &'static str,
    pub carrier: String,
    /// The caller's own words.
    pub echo: Value,
    pub address: Address,
}

/// The answer to it, with prices of every level: who reads it may see less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// The listing that it was answered from, by its carrier's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premise: Option<String>,
    /// Why there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// As the catalogue spells it; what is ordered.
    pub code: String,
    pub product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_mbps: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_mbps: Option<u32>,
    /// Days from the order until the line carries traffic, usually.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<u32>,
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub monthly: Prices,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addons: Vec<Addon>,
}

impl From<Product> for Offer {
    fn from(product: Product) -> Self {
        Self {
            product: product.title().to_owned(),
            technology: product.technology,
            down_mbps: product.down_mbps,
            up_mbps: product.up_mbps,
            lead_days: product.lead_days,
            currency: product.currency,
            monthly: product.monthly,
            addons: product.addons,
            code: product.code,
        }
    }
}

impl Hub {
    /// Accepts the question; the action's result is the answer.
    pub async fn check_coverage(
        &self,
        principal: &Principal,
        check: Check,
        idempotent: Option<Idempotent>,
    ) -> Result<Accepted, Error> {
        principal.require(Capability::Qualify)?;
        let member = self.carrier_of(principal, &check.carrier).await?;
        let request = Request {
            echo: check.echo,
            work: Work::Coverage(Box::new(CoverageRequest { address: check.address })),
        };
        let sealed = store::action::seal(self.store().vault(), &request)?;
        let (organization, key, dialect) = (principal.organization, principal.key, check.dialect);
        let accepted = self
            .store()
            .write(move |tx| {
                once::<_, Error>(tx, idempotent.as_ref(), |tx| {
                    let new = store::action::New {
                        id: tx.identity()?,
                        organization,
                        seller: member.carrier.organization,
                        key,
                        dialect,
                        carrier: member.carrier.id,
                        operation: Operation::Coverage,
                        order: None,
                        driver: None,
                        request: &sealed,
                        at: tx.now(),
                    };
                    let (number, created) = (store::action::insert(tx, &new)?, tx.now());
                    Ok(Receipt {
                        number,
                        carrier: member.carrier.name.clone(),
                        operation: Operation::Coverage,
                        created,
                    })
                })
            })
            .await?;
        self.engine().wake();
        Ok(accepted)
    }
}

/// More listings of one address than this are not looked at.
const MOST_LISTINGS: i64 = 100;

/// The carrier's listings that an address means: a place may have one for each technology. Where it says no
/// country, those of the listings are tried. An address that says the same as a listing finds it at once, also
/// one that was imported a moment ago; else the atlas is asked what may be meant.
pub(crate) fn find_premises(
    tx: &mut Tx<'_>,
    places: &Places,
    carrier: CarrierId,
    address: &Address,
) -> Result<Vec<Premise>, store::Error> {
    let countries = match &address.country {
        Some(country) => vec![country.clone()],
        None => {
            let listed = store::import::countries(tx, carrier)?;
            if listed.is_empty() { vec![String::new()] } else { listed }
        }
    };
    for country in &countries {
        for key in keys_of(address, country) {
            let mut premises = store::premise::matching(tx, carrier, &key, MOST_LISTINGS)?;
            if !keep_region(&mut premises, |premise| &premise.address, address, country) {
                return Ok(Vec::new());
            }
            if !premises.is_empty() {
                return Ok(premises);
            }
        }
    }
    let Some(carrier) = store::carrier::by_id(tx, carrier)? else { return Ok(Vec::new()) };
    let country = if let [country] = &countries[..] { country } else { "" };
    let mut premises = store::premise::by_numbers(tx, &places.meant(carrier.number, address, country))?;
    premises.sort_by(|a, b| a.external_reference.cmp(&b.external_reference));
    Ok(premises)
}

/// The house's answer to a coverage question: what is sold at any of the address's listings.
pub(crate) fn from_premises(
    tx: &mut Tx<'_>,
    places: &Places,
    carrier: CarrierId,
    address: &Address,
) -> Result<Outcome, store::Error> {
    let premises = find_premises(tx, places, carrier, address)?;
    let (premises, full) = capacity::parted(tx, places, premises)?;
    let (mut products, mut first, mut is_full) = (Vec::new(), None, false);
    for product in catalogue::products(tx, carrier)? {
        let suits = |premise: &&Premise| product.suits(premise.technology.as_deref());
        is_full |= full.iter().any(|premise| suits(&premise));
        if let Some(premise) = premises.iter().find(suits) {
            first = first.or(Some(premise.id));
            products.push(product.code);
        }
    }
    Ok(match first {
        None if is_full => Outcome::Failed { reason: Reason::AtCapacity.to_string() },
        None => Outcome::Failed { reason: NOT_COVERED.into() },
        premise => Outcome::Covered { products: Some(products), premise },
    })
}

/// Stores the qualification that a coverage action led to.
pub(crate) fn conclude(tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), store::Error> {
    let (answer, premise) = match outcome {
        Outcome::Covered { products, premise } => {
            let wanted = |p: &Product| {
                products.as_ref().is_none_or(|names| names.iter().any(|name| p.is_called(name)))
            };
            let offers = catalogue::products(tx, action.carrier)?
                .into_iter()
                .filter(wanted)
                .map(Offer::from)
                .collect();
            (Answer { offers, premise: None, reason: None }, *premise)
        }
        Outcome::Failed { reason } => {
            action.error = Some(reason.clone());
            (Answer { offers: Vec::new(), premise: None, reason: Some(reason.clone()) }, None)
        }
        Outcome::Fulfilled { .. } => (Answer { offers: Vec::new(), premise: None, reason: None }, None),
    };
    let answer = serde_json::to_value(answer).map_err(|e| store::Error::Internal(e.to_string()))?;
    store::qualification::insert(tx, action, premise, &answer)?;
    action.result = Some(answer);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_has_the_product_s_lead_time_and_prices_of_every_level() {
        let product: Product = serde_json::from_str(
            r#"{"code": "FIBRE", "lead_days": 14, "currency": "EUR", "monthly": {
                "cost": {"amount": "10", "currency": "EUR"}, "wholesale": {"amount": "17", "currency": "EUR"},
                "customer": {"amount": "24.90", "currency": "EUR"}}}"#,
        )
        .unwrap();
        let stored = serde_json::to_value(Offer::from(product)).unwrap();
        assert_eq!(stored["lead_days"], 14);
        let amounts =
            ["cost", "wholesale", "customer"].map(|level| stored["monthly"][level]["amount"].as_str());
        assert_eq!(amounts, [Some("10"), Some("17"), Some("24.90")]);
    }
}
