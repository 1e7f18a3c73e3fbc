//! The demo's four towns, each with its network: premises, areas and products, the same in every demo. Who sells
//! what to whom, and everything that happens there, is not here.

mod denmark;
mod italy;
mod plan;
mod quarter;
pub(super) mod seeded;
mod south_africa;
mod spain;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use model::address::Address;
use model::area::Status;
use model::id::PremiseId;
use model::premise::Position;
use model::product::Product;
use quarter::{House, Quarter};

pub struct Town {
    /// Name of its network's carrier.
    pub carrier: &'static str,
    /// Name of the organization that owns it.
    pub operator: &'static str,
    /// ISO 3166-1 alpha-2: `IT`.
    pub country: &'static str,
    /// In the IANA database: `Europe/Rome`.
    pub zone: &'static str,
    pub premises: Vec<Listed>,
    /// Each premise lies in one of them.
    pub areas: Vec<Area>,
    pub products: Vec<Product>,
}

pub struct Listed {
    /// None: it is made of its carrier and its reference.
    pub id: Option<PremiseId>,
    /// Unique within the town, in the form that is usual in its country.
    pub reference: String,
    /// In parts and in one line as its country prints it.
    pub address: Address,
    pub position: Position,
    /// None: nothing is built there yet.
    pub technology: Option<&'static str>,
}

pub struct Area {
    /// Unique within the town.
    pub reference: String,
    pub name: String,
    pub status: Status,
    /// Where it is not live yet.
    pub ready_on: Option<Date>,
    /// Codes of what is sold here; None: all that the carrier sells.
    pub products: Option<Vec<String>>,
    /// Longitude, latitude; open: the last point is not the first again.
    pub ring: Vec<(f64, f64)>,
}

/// Italy, Spain, Denmark, South Africa.
pub fn all() -> Vec<Town> {
    vec![italy::town(), spain::town(), denmark::town(), south_africa::town()]
}

impl Area {
    fn of(quarter: &Quarter) -> Self {
        Self {
            reference: quarter.reference.to_owned(),
            name: quarter.name.to_owned(),
            status: if quarter.ready_on.is_some() { Status::Planned } else { Status::Live },
            ready_on: quarter.ready_on,
            products: quarter.products.map(|codes| codes.iter().map(|code| (*code).to_owned()).collect()),
            ring: quarter.ring(),
        }
    }
}

/// Every home of the quarters, and their areas.
fn settled(quarters: &[Quarter], homes: impl Fn(&Quarter, House) -> Vec<Listed>) -> (Vec<Listed>, Vec<Area>) {
    let premises = quarters
        .iter()
        .flat_map(|quarter| quarter.houses().into_iter().map(move |house| (quarter, house)))
        .flat_map(|(quarter, house)| homes(quarter, house))
        .collect();
    (premises, quarters.iter().map(Area::of).collect())
}

/// A listing in that quarter; the rest of its address is still to be written.
fn listed(quarter: &Quarter, country: &str, street: &str, number: String, position: Position) -> Listed {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Listed {
        id: None,
        reference: String::new(),
        address: Address {
            street: Some(street.to_owned()),
            number: Some(number),
            suburb: owned(quarter.suburb),
            city: owned(Some(quarter.city)),
            postcode: owned(Some(quarter.postcode)),
            province: owned(quarter.province),
            country: owned(Some(country)),
            ..Address::default()
        },
        position,
        technology: quarter.ready_on.is_none().then_some(plan::TECHNOLOGY),
    }
}
