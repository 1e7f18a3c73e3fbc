//! Offers by rule: what a carrier's price rules say of a product at a place.

use crate::Places;
use crate::place::distance::standing;
use model::carrier::Carrier;
use model::premise::Position;
use model::quote::{PriceRule, Terms, offers};
use store::Tx;

/// What a carrier's rules offer one of its products for, by rising commitment; nothing where none covers the place.
/// `wanted`: months that were asked for; none: all that the rules have. Without a position only rules that hold
/// everywhere are looked at. Before a transaction that writes, [`crate::Hub::know_extents`] spares it most of the work.
pub fn priced(
    tx: &mut Tx<'_>,
    places: &Places,
    carrier: &Carrier,
    code: &str,
    position: Option<Position>,
    wanted: &[u32],
) -> Result<Vec<Terms>, store::Error> {
    let folded = model::product::folded(code);
    let rules = store::price_rule::of_carrier(tx, carrier.id)?;
    let is_for = |rule: &PriceRule| rule.product.is_empty() || rule.product == folded;
    let rules: Vec<PriceRule> = rules.into_iter().filter(is_for).collect();
    let at = standing(tx, places, carrier, position, &rules)?;
    Ok(offers(&rules, code, &at, wanted))
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
