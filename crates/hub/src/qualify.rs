//! What can be had at an address: asked as an action, answered as a qualification.

use crate::idempotency::{Accepted, Idempotent, once};
use crate::{Error, Hub, Principal, action::Receipt, catalogue};
use carriers::Outcome;
use model::action::{Action, Operation, Request, Work};
use model::address::{Address, keys_of};
use model::id::{CarrierId, OrganizationId};
use model::money::{Currency, Money};
use model::order::CoverageRequest;
use model::premise::Premise;
use model::product::{Addon, Product};
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

/// The answer to it: no cost or wholesale prices, they are not every caller's to see.
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
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Money>,
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
            currency: product.currency,
            monthly: product.monthly.customer,
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
                once(tx, idempotent.as_ref(), |tx| {
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

/// The carrier's listing that an address means. Where it says no country, those of the listings are tried.
pub(crate) fn find_premise(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    address: &Address,
) -> Result<Option<Premise>, store::Error> {
    let countries = match &address.country {
        Some(country) => vec![country.clone()],
        None => {
            let listed = store::import::countries(tx, carrier)?;
            if listed.is_empty() { vec![String::new()] } else { listed }
        }
    };
    for country in countries {
        for key in keys_of(address, &country) {
            if let Some(premise) = store::premise::matching(tx, carrier, &key, 1)?.into_iter().next() {
                return Ok(Some(premise));
            }
        }
    }
    Ok(None)
}

/// The house's answer to a coverage question.
pub(crate) fn from_premises(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    address: &Address,
) -> Result<Outcome, store::Error> {
    let Some(premise) = find_premise(tx, carrier, address)? else {
        return Ok(Outcome::Failed { reason: NOT_COVERED.into() });
    };
    let sold =
        catalogue::products(tx, carrier)?.into_iter().filter(|p| p.suits(premise.technology.as_deref()));
    let products: Vec<String> = sold.map(|p| p.code).collect();
    if products.is_empty() {
        return Ok(Outcome::Failed { reason: NOT_COVERED.into() });
    }
    Ok(Outcome::Covered { products: Some(products), premise: Some(premise.id) })
}

/// Stores the qualification that a coverage action led to.
pub(crate) fn conclude(
    tx: &mut Tx<'_>,
    action: &mut Action,
    outcome: &Outcome,
    seller: OrganizationId,
) -> Result<(), store::Error> {
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
    store::qualification::insert(tx, action, seller, premise, &answer)?;
    action.result = Some(answer);
    Ok(())
}
