//! The address that a caller names: one that the lookup knows, or none.

use crate::place::{Meant, Places, meant};
use atlas::address::{Question, fingerprint};
use model::address::Address;
use model::id::{CarrierId, PremiseId};
use model::premise::Premise;
use model::quote::{Place, Spot};
use store::Tx;

/// Listings of one address that are looked at.
const MOST_LISTINGS: usize = 100;

/// A premise's id in 64 bits. It is by this that an address is found again, and two may have the same: whoever finds one
/// compares.
pub fn print(id: PremiseId) -> u64 {
    fingerprint(&id.to_string())
}

/// What one looks among.
#[derive(Clone)]
pub struct Among {
    pub places: Places,
    /// Numbers and ids of carriers.
    pub carriers: Vec<(i64, CarrierId)>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

impl Among {
    /// None: there is no such address, or more than one.
    pub fn resolve(&self, tx: &mut Tx<'_>, spot: &Spot) -> Result<Option<Place>, store::Error> {
        let addresses = self.places.addresses();
        let (numbers, print_of) = match spot {
            Spot::Premise(id) => (addresses.by_key(&id.to_string()), Some(print(*id))),
            Spot::Print(own) => (addresses.by_fingerprint(*own), Some(*own)),
            Spot::Text { address, postcode, city } => (self.meant(address, postcode, city), None),
        };
        let named = |premise: &Premise| match spot {
            Spot::Premise(id) => premise.id == *id,
            _ => print_of.is_none_or(|own| print(premise.id) == own),
        };
        let found = store::premise::by_numbers(tx, &numbers)?;
        let own = found
            .iter()
            .find(|premise| self.carriers.iter().any(|(_, id)| *id == premise.carrier) && named(premise));
        Ok(own.map(|premise| place(premise, &self.country)))
    }

    fn meant(&self, address: &str, postcode: &str, city: &str) -> Vec<i64> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let numbers: Vec<i64> = self.carriers.iter().map(|(number, _)| *number).collect();
        let place = [postcode, city].map(str::trim).join(" ");
        let text = format!("{}, {}", address.trim(), place.trim());
        let asked = Address {
            full_text: some(&text),
            postcode: some(postcode),
            city: some(city),
            country: some(&self.country),
            ..Address::default()
        };
        let question = Question {
            text: &text,
            address: Some(&asked),
            country: &self.country,
            carriers: Some(&numbers),
            limit: MOST_LISTINGS,
            compare_houses: true,
            ..Question::default()
        };
        let found = self.places.addresses().search(&question);
        match meant(&found) {
            Meant::Place(listings) => listings.iter().map(|found| found.premise).collect(),
            Meant::Unclear | Meant::Nothing => Vec::new(),
        }
    }
}

/// A listing as a place of a request.
pub fn place(premise: &Premise, country: &str) -> Place {
    Place {
        premise: premise.id,
        carrier: premise.carrier,
        listing: premise.external_reference.clone(),
        key: premise.key.as_str().to_owned(),
        text: text(&premise.address, country),
        postcode: premise.address.postcode.clone(),
        city: premise.address.city.clone(),
        at: premise.position.map(|position| (position.latitude, position.longitude)),
    }
}

/// Road, number, floor and door: `Vallensbækvej 20A, 3. th.`
fn text(address: &Address, country: &str) -> String {
    if address.street.is_none() {
        return address.one_line(country);
    }
    let house = Address {
        floor: None,
        door: None,
        suburb: None,
        city: None,
        postcode: None,
        province: None,
        full_text: None,
        ..address.clone()
    };
    let mut line = house.one_line(country);
    if let Some(floor) = address.floor.as_deref() {
        line.push_str(&format!(", {floor}."));
    }
    if let Some(door) = address.door.as_deref() {
        let stop = if door.chars().all(char::is_alphabetic) { "." } else { "" };
        line.push_str(&format!(" {door}{stop}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_as_it_is_written_in_denmark() {
        let some = |text: &str| Some(text.to_owned());
        let mut address = Address {
            street: some("Vallensbækvej"),
            number: some("20A"),
            floor: some("3"),
            door: some("th"),
            city: some("Brøndby"),
            postcode: some("2605"),
            full_text: some("Vallensbækvej 20A, 3. th., 2605 Brøndby"),
            ..Address::default()
        };
        assert_eq!(text(&address, "DK"), "Vallensbækvej 20A, 3. th.");
        address.door = some("12");
        assert_eq!(text(&address, "DK"), "Vallensbækvej 20A, 3. 12");
        (address.floor, address.door) = (None, None);
        assert_eq!(text(&address, "DK"), "Vallensbækvej 20A");
        let line = Address { full_text: some("Havnen 1, 8000 Aarhus"), ..Address::default() };
        assert_eq!(text(&line, "DK"), "Havnen 1, 8000 Aarhus");
    }

    #[test]
    fn the_print_of_an_id_never_changes() {
        let id = "01933dc1-c3a8-7707-8707-070707070707".parse().unwrap();
        assert_eq!(print(id), 1_610_611_558_196_895_400);
    }
}
