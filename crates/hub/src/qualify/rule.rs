//! The rule of qualification, over all carriers that the asker may use:
//!
//! 1. Where a carrier lists the premise that is meant, what it sells there is offered: all of its products that
//!    suit the premise's technology (`exact premise`).
//! 2. Where only a point is known, what is sold at a listed premise close by is offered (`nearby`).
//! 3. Otherwise there is a reason. A place whose listing, with whichever carrier, has a service in use is
//!    `already in service`.
//!
//! Offers are ranked by confidence, then speed, then price, then the carrier's name, unless the organization has
//! set another order.

use super::seller::{Market, Seller};
use crate::place::{Meant, meant};
use crate::{Error, Hub, Principal};
use atlas::address::{Addresses, Match, Question};
use model::id::OrganizationId;
use model::money::Money;
use model::premise::{Position, Premise};
use model::product::Product;
use model::qualification::{By, Confidence, Rankable, Ranking, Reason};
use model::role::Capability;
use std::collections::HashMap;

/// A listed premise so near is offered to a point.
const NEARBY_METRES: f64 = 30.0;
/// Listings looked at for one question, over all carriers.
const MOST_LISTINGS: usize = 60;

/// What is asked about.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// An address as somebody wrote it, and its country where it is known (ISO 3166-1 alpha-2), else empty.
    Address {
        text: String,
        country: String,
    },
    /// An external reference of any carrier's listing.
    Reference(String),
    Position(Position),
}

/// What one carrier comes to before its listings are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    carrier: i64,
    /// Numbers of the listings that are meant.
    premises: Vec<i64>,
    confidence: Confidence,
    /// Why there is none.
    reason: Reason,
}

/// An offer of a carrier.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered<'a> {
    pub carrier: &'a str,
    pub product: &'a Product,
    pub confidence: Confidence,
    pub premise: &'a Premise,
}

impl Offered<'_> {
    /// What the customer pays a month.
    pub fn monthly(&self) -> Option<&Money> {
        self.product.monthly.customer.as_ref()
    }

    fn rankable(&self) -> Rankable<'_> {
        Rankable {
            confidence: self.confidence,
            down_mbps: self.product.down_mbps,
            monthly: self.monthly(),
            carrier: self.carrier,
        }
    }
}

/// Where an organization's own ranking stands among the settings.
pub(crate) fn setting(organization: OrganizationId) -> String {
    format!("ranking.{organization}")
}

/// Finds out which listings are meant: without the store, as fast as the atlas is.
pub fn locate(market: &Market, addresses: &Addresses, asked: &Where) -> Vec<Located> {
    let listed = market.listed();
    let question = Question { carriers: Some(&listed), limit: MOST_LISTINGS, ..Question::default() };
    match asked {
        Where::Address { text, country } => {
            let found = addresses.search(&Question { text, country, ..question });
            listed.iter().map(|carrier| by_address(*carrier, &found)).collect()
        }
        // Whose they are is read with them.
        Where::Reference(key) => {
            let premises = addresses.by_key(key);
            let located = |carrier: &i64| Located {
                carrier: *carrier,
                premises: premises.clone(),
                confidence: Confidence::Exact,
                reason: Reason::NotCovered,
            };
            listed.iter().map(located).collect()
        }
        Where::Position(point) => {
            let near = addresses.nearest(*point, NEARBY_METRES, &question);
            let located = |carrier: &i64| {
                let nearest = near.iter().find(|near| near.carrier == *carrier);
                Located {
                    carrier: *carrier,
                    premises: nearest.map(|near| near.premise).into_iter().collect(),
                    confidence: Confidence::Nearby,
                    reason: Reason::NotCovered,
                }
            };
            listed.iter().map(located).collect()
        }
    }
}

fn by_address(carrier: i64, found: &[Match]) -> Located {
    let (premises, reason) = match meant(found.iter().filter(|found| found.carrier == carrier)) {
        Meant::Place(listings) => (listings.iter().map(|found| found.premise).collect(), Reason::NotCovered),
        Meant::Unclear => (Vec::new(), Reason::AddressUnclear),
        Meant::Nothing => (Vec::new(), Reason::NotCovered),
    };
    Located { carrier, premises, confidence: Confidence::Exact, reason }
}

impl Located {
    /// The listings that have to be read for an answer.
    pub fn premises(&self) -> &[i64] {
        &self.premises
    }
}

/// The offers at what was located, ranked; or the reason why there are none, the most helpful of all carriers'.
pub fn answer<'a>(
    market: &'a Market,
    asked: &Where,
    located: &[Located],
    premises: &'a HashMap<i64, Premise>,
) -> Result<Vec<Offered<'a>>, Reason> {
    let (mut offers, mut reason) = (Vec::new(), Reason::NotCovered);
    let mut note = |other: Reason| {
        if other.weight() > reason.weight() {
            reason = other;
        }
    };
    let listings = located.iter().map(|located| (located, read(market, asked, located, premises)));
    let listings: Vec<(&Located, Option<&Seller>, Vec<&Premise>)> =
        listings.map(|(located, (seller, premises))| (located, seller, premises)).collect();
    let in_service = |premise: &&Premise| market.in_service.contains(&premise.id);
    if listings.iter().flat_map(|(_, _, premises)| premises).any(in_service) {
        return Err(Reason::AlreadyInService);
    }
    for (located, seller, premises) in listings {
        let Some(seller) = seller else { continue };
        let before = offers.len();
        for product in &seller.products {
            let premise = premises.iter().find(|premise| product.suits(premise.technology.as_deref()));
            offers.extend(premise.map(|premise| Offered {
                carrier: &seller.name,
                product,
                confidence: located.confidence,
                premise,
            }));
        }
        if offers.len() == before {
            note(located.reason.clone());
        }
    }
    if market.sellers.iter().all(|seller| !seller.holds_premises) {
        note(Reason::DidNotAnswer);
    }
    if offers.is_empty() {
        return Err(reason);
    }
    offers.sort_by(|a, b| market.ranking.compare(&a.rankable(), &b.rankable()));
    Ok(offers)
}

/// The carrier, and its listings that were located, as far as they are still there.
fn read<'a>(
    market: &'a Market,
    asked: &Where,
    located: &Located,
    premises: &'a HashMap<i64, Premise>,
) -> (Option<&'a Seller>, Vec<&'a Premise>) {
    let seller = market.seller(located.carrier);
    let meant = located.premises.iter().filter_map(|number| premises.get(number));
    let meant = meant.filter(|premise| match asked {
        // A key is found by its fingerprint, for all carriers at once.
        Where::Reference(key) => {
            premise.external_reference.trim().eq_ignore_ascii_case(key.trim())
                && seller.is_some_and(|seller| seller.id == premise.carrier)
        }
        _ => true,
    });
    (seller, meant.collect())
}

impl Hub {
    /// Sets how offers are ranked for an organization; None: as for those that set nothing.
    pub async fn rank(
        &self,
        principal: &Principal,
        organization: &str,
        by: Option<Vec<By>>,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let name = organization.to_owned();
        self.store()
            .write(move |tx| {
                let organization =
                    store::organization::by_name(tx, &name)?.ok_or(Error::NotFound("organization"))?;
                match &by {
                    None => store::setting::forget(tx, &setting(organization.id))?,
                    Some(by) => {
                        let text = serde_json::json!(Ranking(by.clone())).to_string();
                        store::setting::set(tx, &setting(organization.id), &text)?;
                    }
                }
                Ok(())
            })
            .await
    }
}
