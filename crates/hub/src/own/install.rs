//! An installation for somebody who names a speed and no product: what suits best is ordered.

use super::Network;
use super::order::{Choice, Fixed, Ordered, Placed, insert};
use super::premise::Listing;
use super::rule::{Sold, sold};
use crate::Error;
use crate::customer::taken;
use crate::place::Places;
use model::id::{AreaId, KeyId, OrganizationId};
use model::order::Person;
use model::premise::Premise;
use model::product::Product;
use store::Tx;
use store::customer::Sealed;

/// An installation for somebody who names a speed and no product.
pub(crate) struct Installation<'a> {
    pub network: &'a Network,
    pub premise: Premise,
    /// A product's name, or a speed in it: `600`, `1 Gb`.
    pub bandwidth: &'a str,
    pub organization: OrganizationId,
    pub key: Option<KeyId>,
    pub dialect: &'static str,
    pub person: Person,
}

/// Orders what suits best at a premise, with customer, service and work order. None: nothing is sold there.
pub(crate) fn install(
    tx: &mut Tx<'_>,
    places: &Places,
    wanted: Installation<'_>,
) -> Result<Option<Placed>, Error> {
    let network = wanted.network;
    let found = sold(tx, places, &network.carrier, wanted.premise.position, &[&wanted.premise])?;
    let Some(Sold { standing, products, area, full: false }) = found else { return Ok(None) };
    let digits: String = wanted.bandwidth.chars().filter(char::is_ascii_digit).collect();
    let factor = if wanted.bandwidth.to_ascii_lowercase().contains('g') { 1_000 } else { 1 };
    let speed = digits.parse::<u32>().ok().and_then(|speed| speed.checked_mul(factor));
    let named = |product: &&Product| product.is_called(wanted.bandwidth);
    let fast = |product: &&Product| product.down_mbps.is_some() && product.down_mbps == speed;
    let product = products.iter().find(named).or_else(|| products.iter().find(fast)).or(products.first());
    let Some((product, product_id)) = product.and_then(|own| Some((own.clone(), own.id?))) else {
        return Ok(None);
    };
    let sealed = Sealed::new(tx.vault(), &wanted.person, false)?;
    let customer = store::customer::insert(tx, wanted.organization, &sealed)?.ok_or_else(taken)?;
    let listing = Listing {
        text: wanted.premise.address.one_line(""),
        operator: network.carrier.organization,
        area: area.clone(),
        premise: wanted.premise,
    };
    let choice = Choice {
        network: network.clone(),
        listing,
        product,
        product_id,
        standing,
        area: area.map_or(AreaId::NONE, |area| area.id),
    };
    let ordered = Ordered {
        organization: wanted.organization,
        key: wanted.key,
        dialect: wanted.dialect,
        customer,
        person: wanted.person,
        fixed: Fixed::default(),
    };
    insert(tx, &choice, &ordered).map(Some)
}
