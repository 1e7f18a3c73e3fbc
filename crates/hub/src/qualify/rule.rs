//! The rule of qualification, over all carriers that the asker may use:
//!
//! 1. Where a carrier lists the premise that is meant, what it sells there is offered: all of its products that
//!    suit the premise's technology (`exact premise`).
//! 2. Where it does not, but sells in an area that holds the place, what is sold in that area is offered (`area`). The
//!    place is the point that was asked for, or where a carrier's listing says that the premise is.
//! 3. Where only a point is known, what is sold at a listed premise close by is offered (`nearby`).
//! 4. Otherwise there is a reason. A place whose listing, with whichever carrier, has a service in use is
//!    `already in service`; one in an area that is still to be built is `planned until` its day.
//!
//! Offers are ranked by confidence, then speed, then price, then the carrier's name, unless the organization has
//! set another order.

use super::seller::{Market, Seller};
use crate::place::{Meant, meant};
use crate::{Error, Hub, Places, Principal};
use atlas::address::{Addresses, Match, Question};
use model::area::{Area, Status};
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
    /// The carrier's own listing; None where it was found by an area.
    pub premise: Option<&'a Premise>,
    /// The listing that the place was found by, whosever it is.
    pub matched: Option<&'a Premise>,
}

impl Offered<'_> {
    /// What the customer pays a month.
    pub fn monthly(&self) -> Option<&Money> {
        self.product.monthly.customer.as_ref()
    }

    pub fn technology(&self) -> Option<&str> {
        let own = self.premise.and_then(|premise| premise.technology.as_deref());
        self.product.technology.as_deref().or(own)
    }

    fn rankable(&self) -> Rankable<'_> {
        Rankable {
            confidence: self.confidence,
            down_mbps: self.product.down_mbps,
            monthly: self.monthly(),
            carrier: self.carrier,
            product: &self.product.code,
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
            by_address(&listed, &found)
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
            let located = |carrier: &i64| {
                let question = Question { carriers: Some(&[*carrier]), limit: 1, ..question };
                let near = addresses.nearest(*point, NEARBY_METRES, &question);
                Located {
                    carrier: *carrier,
                    premises: near.iter().map(|near| near.premise).collect(),
                    confidence: Confidence::Nearby,
                    reason: Reason::NotCovered,
                }
            };
            listed.iter().map(located).collect()
        }
    }
}

fn by_address(listed: &[i64], found: &[Match]) -> Vec<Located> {
    let of = |carrier: &i64| meant(found.iter().filter(|found| found.carrier == *carrier));
    let answers: Vec<(i64, Meant<'_>)> = listed.iter().map(|carrier| (*carrier, of(carrier))).collect();
    // Towns of one name: each carrier may know another of them.
    let positions: Vec<Position> = answers
        .iter()
        .filter_map(|(_, meant)| match meant {
            Meant::Place(listings) => listings.iter().find_map(|found| found.position),
            _ => None,
        })
        .collect();
    let apart = positions.iter().any(|position| !is_near(*position, positions[0]));
    let located = |(carrier, meant): (i64, Meant<'_>)| {
        let (premises, reason) = match meant {
            Meant::Place(listings) if !apart => {
                (listings.iter().map(|found| found.premise).collect(), Reason::NotCovered)
            }
            Meant::Place(_) | Meant::Unclear => (Vec::new(), Reason::AddressUnclear),
            Meant::Nothing => (Vec::new(), Reason::NotCovered),
        };
        Located { carrier, premises, confidence: Confidence::Exact, reason }
    };
    answers.into_iter().map(located).collect()
}

/// So near that two listings may be of one house, however each carrier has measured it.
fn is_near(a: Position, b: Position) -> bool {
    (a.latitude - b.latitude).abs() < 0.01 && (a.longitude - b.longitude).abs() < 0.02
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
    places: &Places,
    asked: &Where,
    located: &[Located],
    premises: &'a HashMap<i64, Premise>,
) -> Result<Vec<Offered<'a>>, Reason> {
    let listings: Vec<(&Located, Vec<&'a Premise>)> =
        located.iter().map(|located| (located, read(market, asked, located, premises))).collect();
    let mut listed = listings.iter().flat_map(|(_, premises)| premises).copied();
    // A neighbour's service says nothing of the point that was asked for.
    let exact = !matches!(asked, Where::Position(_));
    if exact && listed.clone().any(|premise| market.in_service.contains(&premise.id)) {
        return Err(Reason::AlreadyInService);
    }
    // Two carriers may call different places by one reference.
    let mut keys = listed.clone().map(|premise| &premise.key);
    if matches!(asked, Where::Reference(_))
        && let Some(first) = keys.next()
        && keys.any(|key| key != first)
    {
        return Err(Reason::AddressUnclear);
    }
    let matched = listed.clone().next();
    let point = match asked {
        Where::Position(point) => Some(*point),
        _ => listed.find_map(|premise| premise.position),
    };
    let (mut offers, mut reason) = (Vec::new(), Reason::NotCovered);
    for seller in &market.sellers {
        let own = listings.iter().find(|(located, _)| located.carrier == seller.number);
        let by_area = || by_area(market, places, seller, point, matched);
        let found = match own.map(|(located, premises)| by_listing(seller, located, premises)) {
            // The carrier's own word on the very premise goes before its areas.
            Some(Ok(found)) if found.iter().all(|offer| offer.confidence == Confidence::Exact) => Ok(found),
            Some(Ok(near)) => by_area().or(Ok(near)),
            Some(Err(reason)) => by_area().map_err(|other| better(reason, other)),
            None => by_area(),
        };
        match found {
            Ok(found) => offers.extend(found),
            Err(other) => reason = better(reason, other),
        }
    }
    if market.sellers.iter().any(|seller| !seller.holds_premises && !seller.holds_areas) {
        reason = better(reason, Reason::DidNotAnswer);
    }
    if offers.is_empty() {
        return Err(reason);
    }
    offers.sort_by(|a, b| market.ranking.compare(&a.rankable(), &b.rankable()));
    Ok(offers)
}

/// The reason that helps more.
fn better(a: Reason, b: Reason) -> Reason {
    if b.weight() > a.weight() { b } else { a }
}

/// What is sold at a carrier's own listings.
fn by_listing<'a>(
    seller: &'a Seller,
    located: &Located,
    premises: &[&'a Premise],
) -> Result<Vec<Offered<'a>>, Reason> {
    let offers = seller.products.iter().filter_map(|product| {
        let premise = *premises.iter().find(|premise| product.suits(premise.technology.as_deref()))?;
        Some(Offered {
            carrier: &seller.name,
            product,
            confidence: located.confidence,
            premise: Some(premise),
            matched: Some(premise),
        })
    });
    let offers: Vec<Offered<'a>> = offers.collect();
    if offers.is_empty() { Err(located.reason.clone()) } else { Ok(offers) }
}

/// What is sold in a carrier's areas that hold the point.
fn by_area<'a>(
    market: &'a Market,
    places: &Places,
    seller: &'a Seller,
    point: Option<Position>,
    matched: Option<&'a Premise>,
) -> Result<Vec<Offered<'a>>, Reason> {
    if !seller.holds_areas {
        return Err(Reason::NotCovered);
    }
    let point = point.ok_or(Reason::AddressUnclear)?;
    let areas = places.areas_at(point).into_iter().filter_map(|number| market.areas.get(&number));
    let areas: Vec<&Area> = areas.filter(|area| area.carrier == seller.id).collect();
    let (live, planned): (Vec<&Area>, Vec<&Area>) =
        areas.into_iter().partition(|area| area.status == Status::Live);
    let sold = |product: &&Product| {
        live.iter().any(|area| {
            area.products.as_ref().is_none_or(|codes| codes.iter().any(|code| product.is_called(code)))
        })
    };
    let offer = |product: &'a Product| Offered {
        carrier: &seller.name,
        product,
        confidence: Confidence::Area,
        premise: None,
        matched,
    };
    let offers: Vec<Offered<'a>> = seller.products.iter().filter(sold).map(offer).collect();
    if !offers.is_empty() {
        return Ok(offers);
    }
    // The first of several days on which it may be ready.
    match planned.iter().map(|area| area.ready_on).min_by_key(|day| (day.is_none(), *day)) {
        Some(day) => Err(Reason::PlannedUntil(day.map(|day| day.to_string()))),
        None => Err(Reason::NotCovered),
    }
}

/// A carrier's listings that were located, as far as they are still there.
fn read<'a>(
    market: &Market,
    asked: &Where,
    located: &Located,
    premises: &'a HashMap<i64, Premise>,
) -> Vec<&'a Premise> {
    let meant = located.premises.iter().filter_map(|number| premises.get(number));
    let meant = meant.filter(|premise| match asked {
        // A key is found by its fingerprint, for all carriers at once.
        Where::Reference(key) => {
            let own = market.seller(located.carrier).is_some_and(|seller| seller.id == premise.carrier);
            own && premise.external_reference.trim().eq_ignore_ascii_case(key.trim())
        }
        _ => true,
    });
    meant.collect()
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
