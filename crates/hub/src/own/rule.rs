//! What is sold where on an own network: at a premise, its technology and the areas that hold it decide.

use crate::place::Places;
use crate::qualify::capacity::is_full;
use model::area::{Area, Status};
use model::carrier::Carrier;
use model::premise::{Position, Premise};
use model::product::Product;
use std::collections::HashMap;
use store::Tx;

/// Whether the network is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Live,
    /// It is to come: what is ordered now is a preorder.
    Planned,
}

/// What may be had at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Sold {
    pub standing: Standing,
    pub products: Vec<Product>,
    /// The area that decides; None: the network has none.
    pub area: Option<Area>,
    /// There is no line left.
    pub full: bool,
}

/// Areas that were read, by number; None: there is none that can be seen.
pub type Known = HashMap<i64, Option<Area>>;

/// A carrier's areas that hold a point. What is known of them is not read again.
pub fn areas(
    tx: &mut Tx<'_>,
    places: &Places,
    carrier: &Carrier,
    point: Position,
    known: &mut Known,
) -> Result<Vec<Area>, store::Error> {
    let mut areas = Vec::new();
    for number in places.areas_at(point) {
        let area = match known.get(&number) {
            Some(area) => area.clone(),
            None => known.entry(number).or_insert(store::area::by_number(tx, number)?).clone(),
        };
        areas.extend(area.filter(|area| area.carrier == carrier.id));
    }
    Ok(areas)
}

/// `at`: listings of the place; none: only the point is known. None: nothing is sold there.
pub fn sold(
    tx: &mut Tx<'_>,
    places: &Places,
    carrier: &Carrier,
    point: Option<Position>,
    at: &[&Premise],
) -> Result<Option<Sold>, store::Error> {
    let products = crate::catalogue::products(tx, carrier.id)?;
    let suits = |product: &Product| {
        at.is_empty() || at.iter().any(|premise| product.suits(premise.technology.as_deref()))
    };
    let products: Vec<Product> = products.into_iter().filter(suits).collect();
    let holds_areas = store::carrier::holds_areas(tx, carrier.id)?;
    let Some(point) = point.filter(|_| holds_areas) else {
        // Without areas, or a position, the listing is the network's word.
        let full = at.first().is_some_and(|first| is_full(first, []));
        let known = !at.is_empty() && (!holds_areas || point.is_none());
        return Ok(known.then_some(Sold { standing: Standing::Live, products, area: None, full }));
    };
    let (live, planned): (Vec<Area>, Vec<Area>) = areas(tx, places, carrier, point, &mut Known::new())?
        .into_iter()
        .partition(|area| area.status == Status::Live);
    let (standing, own) = if live.is_empty() { (Standing::Planned, planned) } else { (Standing::Live, live) };
    let sells = |product: &Product| {
        let has = |area: &Area| {
            area.products.as_ref().is_none_or(|codes| codes.iter().any(|code| product.is_called(code)))
        };
        own.iter().any(has)
    };
    let Some(area) = own.first().cloned() else { return Ok(None) };
    let full = standing == Standing::Live
        && match at.first() {
            Some(first) => is_full(first, &own),
            None => own.iter().all(|area| area.free_ports == Some(0)),
        };
    let products = products.into_iter().filter(sells).collect();
    Ok(Some(Sold { standing, products, area: Some(area), full }))
}
