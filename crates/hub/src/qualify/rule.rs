//! The rule of qualification, over all carriers that the asker may use:
//!
//! 1. Where a carrier lists the premise that is meant, what it sells there is offered: all of its products that
//!    suit the premise's technology (`exact premise`).
//!    Who asked by one carrier's reference asks the others for the address of its listing.
//! 2. Where it does not, but sells in an area that holds the place, what is sold in that area is offered (`area`). The
//!    place is the point that was asked for, or where a carrier's listing says that the premise is.
//! 3. Where only a point is known, what is sold at a listed premise close by is offered (`nearby`).
//! 4. Where a carrier's listing is full it offers nothing there, nor does a full area; a listing that does not say how
//!    many ports are free is as full as its carrier's areas that hold it.
//! 5. Otherwise there is a reason. A place whose listing, with whichever carrier, has a service in use is
//!    `already in service`; one in an area that is still to be built is `planned until` its day.
//!
//! Offers are ranked by confidence, then speed, then price, then the carrier's name, unless the organization has
//! set another order.

use super::capacity::is_full;
use super::seller::{Market, Seller};
use crate::place::{Meant, meant};
use crate::{Error, Hub, Places, Principal};
use atlas::address::{Addresses, Agreement, Match, Question};
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
/// Listings of one carrier that are looked at for one question.
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
    /// They may be other carriers', or others': only the reference that was asked for tells.
    by_reference: bool,
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
    let question =
        Question { carriers: Some(&listed), limit: MOST_LISTINGS, each_carrier: true, ..Question::default() };
    match asked {
        Where::Address { text, country } => {
            let found = addresses.search(&Question { text, country, compare_houses: true, ..question });
            by_address(&listed, &found, None)
        }
        // Whose they are is read with them.
        Where::Reference(key) => {
            let premises = addresses.by_key(key);
            let located = |carrier: &i64| Located {
                carrier: *carrier,
                premises: premises.clone(),
                by_reference: true,
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
                    by_reference: false,
                    confidence: Confidence::Nearby,
                    reason: Reason::NotCovered,
                }
            };
            listed.iter().map(located).collect()
        }
    }
}

/// Asks for the address of what was found by reference those carriers that know it by another one, or by none; `premises`
/// are the listings that were located. None: that changes nothing.
pub fn locate_others(
    market: &Market,
    addresses: &Addresses,
    asked: &Where,
    located: &[Located],
    premises: &HashMap<i64, Premise>,
) -> Option<Vec<Located>> {
    if !matches!(asked, Where::Reference(_)) {
        return None;
    }
    let (known, others): (Vec<&Located>, Vec<&Located>) =
        located.iter().partition(|located| !read(market, asked, located, premises).is_empty());
    // One listing may have several addresses, of which others know one or the other.
    let listings = known.first().map(|located| read(market, asked, located, premises))?;
    let mut others: Vec<i64> = others.iter().map(|located| located.carrier).collect();
    let mut answers: Vec<Located> = known.into_iter().cloned().collect();
    for listing in listings {
        if others.is_empty() {
            break;
        }
        let found = addresses.search(&Question {
            text: &listing.address.one_line(""),
            address: Some(&listing.address),
            country: listing.address.country.as_deref().unwrap_or_default(),
            carriers: Some(&others),
            limit: MOST_LISTINGS,
            each_carrier: true,
            compare_houses: true,
            ..Question::default()
        });
        let found = by_address(&others, &found, listing.position);
        answers.extend(found.into_iter().filter(|located| !located.premises.is_empty()));
        others.retain(|carrier| answers.iter().all(|located| located.carrier != *carrier));
    }
    Some(answers)
}

/// `at` is where the place is, if that is known already.
fn by_address(listed: &[i64], found: &[Match], at: Option<Position>) -> Vec<Located> {
    let of = |carrier: &i64| meant(found.iter().filter(|found| found.carrier == *carrier));
    let answers: Vec<(i64, Meant<'_>)> = listed.iter().map(|carrier| (*carrier, of(carrier))).collect();
    // Towns of one name: each carrier may know another of them.
    let own = answers.iter().filter_map(|(_, meant)| match meant {
        Meant::Place(listings) => listings.iter().find_map(|found| found.position),
        _ => None,
    });
    let positions: Vec<Position> = at.into_iter().chain(own).collect();
    let apart = positions.iter().any(|position| !is_near(*position, positions[0]));
    let apart = apart || at.is_none() && may_differ(&answers);
    let located = |(carrier, meant): (i64, Meant<'_>)| {
        let (premises, reason) = match meant {
            Meant::Place(listings) if !apart => {
                (listings.iter().map(|found| found.premise).collect(), Reason::NotCovered)
            }
            Meant::Place(_) | Meant::Unclear => (Vec::new(), Reason::AddressUnclear),
            Meant::Nothing => (Vec::new(), Reason::NotCovered),
        };
        Located { carrier, premises, by_reference: false, confidence: Confidence::Exact, reason }
    };
    answers.into_iter().map(located).collect()
}

/// Without positions and an agreeing postcode, nothing says that two carriers' listings are of one place unless they
/// are written alike.
fn may_differ(answers: &[(i64, Meant<'_>)]) -> bool {
    let mut first = answers.iter().filter_map(|(_, meant)| match meant {
        Meant::Place(listings) => listings.first().copied(),
        _ => None,
    });
    let Some(one) = first.next() else { return false };
    let told = |found: &Match| found.position.is_some() || found.parts.postcode == Agreement::Agrees;
    first.any(|other| other.place != one.place && !(told(one) && told(other)))
}

/// So near that two listings may be of one house, however each carrier has measured it.
fn is_near(a: Position, b: Position) -> bool {
    let east = (a.longitude - b.longitude).abs();
    (a.latitude - b.latitude).abs() < 0.01 && east.min(360.0 - east) < 0.02
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
    // Two carriers may call different places by one reference; one of them may know a place under several addresses.
    let mut named = listings.iter().filter(|(located, own)| located.by_reference && !own.is_empty());
    if let Some((_, first)) = named.next()
        && named.any(|(_, own)| !own.iter().any(|a| first.iter().any(|b| a.key == b.key)))
    {
        return Err(Reason::AddressUnclear);
    }
    // A neighbour's service says nothing of the point that was asked for.
    let exact = !matches!(asked, Where::Position(_));
    if exact && listed.clone().any(|premise| market.in_service.contains(&premise.id)) {
        return Err(Reason::AlreadyInService);
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
        let found = match own {
            None => by_area(),
            Some((located, premises)) => match by_listing(market, places, seller, located, premises) {
                // The carrier's own word on the very premise goes before its areas.
                Ok(found) if located.confidence == Confidence::Exact => Ok(found),
                Err(Reason::AtCapacity) if located.confidence == Confidence::Exact => Err(Reason::AtCapacity),
                Ok(near) => by_area().or(Ok(near)),
                Err(reason) => by_area().map_err(|other| better(reason, other)),
            },
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

/// What is sold at a carrier's own listings, unless they are full.
fn by_listing<'a>(
    market: &Market,
    places: &Places,
    seller: &'a Seller,
    located: &Located,
    premises: &[&'a Premise],
) -> Result<Vec<Offered<'a>>, Reason> {
    let full = |premise: &&Premise| {
        let at = premise.position.filter(|_| premise.free_ports.is_none());
        let areas = at.map(|at| areas_of(market, places, seller, at)).unwrap_or_default();
        is_full(premise, areas.into_iter().filter(|area| area.status == Status::Live))
    };
    let (full, free): (Vec<&Premise>, Vec<&Premise>) = premises.iter().copied().partition(full);
    let suits = |product: &Product, premise: &Premise| product.suits(premise.technology.as_deref());
    let offers = seller.products.iter().filter_map(|product| {
        let premise = *free.iter().find(|premise| suits(product, premise))?;
        Some(Offered {
            carrier: &seller.name,
            product,
            confidence: located.confidence,
            premise: Some(premise),
            matched: Some(premise),
        })
    });
    let offers: Vec<Offered<'a>> = offers.collect();
    if !offers.is_empty() {
        return Ok(offers);
    }
    let is_sold = |premise: &&Premise| seller.products.iter().any(|product| suits(product, premise));
    Err(if full.iter().any(is_sold) { Reason::AtCapacity } else { located.reason.clone() })
}

/// A carrier's areas that hold a point.
fn areas_of<'a>(market: &'a Market, places: &Places, seller: &Seller, point: Position) -> Vec<&'a Area> {
    if !seller.holds_areas {
        return Vec::new();
    }
    let areas = places.areas_at(point).into_iter().filter_map(|number| market.areas.get(&number));
    areas.filter(|area| area.carrier == seller.id).collect()
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
    let (live, planned): (Vec<&Area>, Vec<&Area>) =
        areas_of(market, places, seller, point).into_iter().partition(|area| area.status == Status::Live);
    let (full, free): (Vec<&Area>, Vec<&Area>) =
        live.into_iter().partition(|area| area.free_ports == Some(0));
    let sells = |area: &&Area, product: &Product| {
        area.products.as_ref().is_none_or(|codes| codes.iter().any(|code| product.is_called(code)))
    };
    let sold = |product: &&Product| free.iter().any(|area| sells(area, product));
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
    let planned = match planned.iter().map(|area| area.ready_on).min_by_key(|day| (day.is_none(), *day)) {
        Some(day) => Reason::PlannedUntil(day.map(|day| day.to_string())),
        None => Reason::NotCovered,
    };
    let is_full = full.iter().any(|area| seller.products.iter().any(|product| sells(area, product)));
    Err(if is_full { better(planned, Reason::AtCapacity) } else { planned })
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
        Where::Reference(key) if located.by_reference => {
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
