//! Addons: what may be added to a product, and which of them go together. Prices are only carried.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addon {
    /// By which it is chosen, unique within its product in any case: `FIBER_ADDON_VOICE`.
    pub name: String,
    /// Groups addons; whether one at most can be had of it is said by the product.
    pub category: String,
    /// `type` on the wire: groups addons for showing only.
    #[serde(rename = "type")]
    pub kind: String,
    /// Included when nothing that was chosen stands against it.
    #[serde(default)]
    pub default: bool,
    /// A month, in the currency of the product; as text in JSON.
    #[serde(with = "crate::money::text")]
    pub price: Decimal,
    /// Names of addons with which it cannot be had; it need not be said on both sides, and a name
    /// that is not on offer says nothing.
    #[serde(default)]
    pub incompatibilities: Vec<String>,
}

/// Why addons cannot be had as they were asked for. All names are the catalogue's, but for the
/// unknown one, which is as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no addon `{name}`")]
    Unknown { name: String },
    #[error("`{first}` and `{second}` are incompatible")]
    Incompatible { first: String, second: String },
    #[error("`{first}` and `{second}` are both {category}: only one can be had")]
    Exclusive { category: String, first: String, second: String },
}

/// What stands between two addons.
enum Clash {
    Incompatible,
    Exclusive,
}

/// The addons of an order, by their names in the catalogue and in its order: those asked for
/// (naming one twice is naming it once) and the defaults that were left out.
///
/// A choice goes before a default: a default is left out when it is incompatible with what was
/// chosen, or in the same exclusive category (choosing another bandwidth replaces the default one).
/// Should defaults contradict each other, the first in the catalogue stays. So no contradictory set
/// ever comes out, and no choice is refused because of a default.
///
/// # Errors
/// The first unknown name in alphabetical order; else the first clashing pair in the order of the
/// catalogue. The order of the names asked for does not matter.
pub fn choose<T: AsRef<str>>(
    addons: &[Addon],
    exclusive_categories: &[String],
    names: &[T],
) -> Result<Vec<String>, Refusal> {
    let known = |name: &str| addons.iter().position(|addon| same(&addon.name, name));
    let unknown = names.iter().map(AsRef::as_ref).filter(|name| known(name).is_none()).min();
    if let Some(name) = unknown {
        return Err(Refusal::Unknown { name: name.to_owned() });
    }
    let mut chosen: Vec<usize> = names.iter().filter_map(|name| known(name.as_ref())).collect();
    chosen.sort_unstable();
    chosen.dedup();
    for (at, second) in chosen.iter().enumerate() {
        for first in &chosen[..at] {
            let (first, second) = (&addons[*first], &addons[*second]);
            let names = (first.name.clone(), second.name.clone());
            match clash(first, second, exclusive_categories) {
                None => {}
                Some(Clash::Incompatible) => {
                    return Err(Refusal::Incompatible { first: names.0, second: names.1 });
                }
                Some(Clash::Exclusive) => {
                    let category = first.category.clone();
                    return Err(Refusal::Exclusive { category, first: names.0, second: names.1 });
                }
            }
        }
    }
    for (at, addon) in addons.iter().enumerate().filter(|(_, addon)| addon.default) {
        let free = |other: &usize| clash(&addons[*other], addon, exclusive_categories).is_none();
        if !chosen.contains(&at) && chosen.iter().all(free) {
            chosen.push(at);
        }
    }
    chosen.sort_unstable();
    Ok(chosen.into_iter().map(|at| addons[at].name.clone()).collect())
}

/// Two different addons: an incompatibility counts whichever of them names it.
fn clash(first: &Addon, second: &Addon, exclusive_categories: &[String]) -> Option<Clash> {
    let names = |one: &Addon, other: &Addon| one.incompatibilities.iter().any(|name| same(name, &other.name));
    if same(&first.category, &second.category)
        && exclusive_categories.iter().any(|category| same(category, &first.category))
    {
        return Some(Clash::Exclusive);
    }
    (names(first, second) || names(second, first)).then_some(Clash::Incompatible)
}

/// Equal in any case, without outer spaces.
pub(crate) fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.trim(), right.trim());
    left.eq_ignore_ascii_case(right)
        || (!left.is_ascii()
            && left.chars().flat_map(char::to_lowercase).eq(right.chars().flat_map(char::to_lowercase)))
}

#[cfg(test)]
#[path = "addon_tests.rs"]
mod tests;
