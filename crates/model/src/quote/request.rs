//! A quote request as it is kept.

use super::Offer;
use crate::id::{CarrierId, CustomerId, KeyId, OrganizationId, PremiseId, ProductId, QuoteRequestId, UserId};
use crate::premise::Position;
use crate::product;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

crate::words! {
    /// Over what a line runs.
    pub enum Kind ("type of circuit") {
        Dsl = "DSL",
        Fiber = "FIBER",
    }
}

impl From<Kind> for product::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Dsl => product::Kind::Dsl,
            Kind::Fiber => product::Kind::Fiber,
        }
    }
}

crate::words! {
    /// In which part of a day an installer may come.
    pub enum InstallTime ("time of delivery") {
        WholeDay = "7_30_TO_16",
        Morning = "7_30_TO_12",
        Afternoon = "12_TO_16",
    }
}

crate::words! {
    pub enum State ("state of a quote request") {
        /// Nobody has answered.
        New = "new",
        /// It has offers.
        Answered = "answered",
        /// One of them was ordered.
        Ordered = "ordered",
        /// Taken back: it is shown to nobody.
        Deleted = "deleted",
    }
}

/// An address that is known, as one of its listings has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub premise: PremiseId,
    /// Whose listing it is, and by which reference and key.
    pub carrier: CarrierId,
    pub listing: String,
    pub key: String,
    /// Road, number, floor and door.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Latitude and longitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<(f64, f64)>,
}

impl Place {
    pub fn position(&self) -> Option<Position> {
        self.at.and_then(|(latitude, longitude)| Position::new(latitude, longitude))
    }
}

/// What a request says beside what it is found by. It names people: sealed at rest.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    pub address: Place,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address2: Option<Place>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover_circuit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover_customer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_addresses: Option<u32>,
    /// Whether offers for one, two and three years are wanted.
    #[serde(default)]
    pub commitments: [Option<bool>; 3],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Who is told by e-mail when it is answered.
    #[serde(default)]
    pub notify: Vec<UserId>,
    /// None: as soon as possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Rung 30 minutes before somebody comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_time: Option<InstallTime>,
}

impl Details {
    /// The commitments in months for which offers are wanted; empty: it does not matter.
    pub fn wanted(&self) -> Vec<u32> {
        let years = (1..).zip(self.commitments);
        years.filter(|(_, wanted)| *wanted == Some(true)).map(|(year, _)| 12 * year).collect()
    }

    /// What a list is filtered by: address and reference, folded.
    pub fn search(&self) -> String {
        let places = [Some(&self.address), self.address2.as_ref()].into_iter().flatten();
        let texts = places
            .flat_map(|place| [Some(place.text.as_str()), place.postcode.as_deref(), place.city.as_deref()]);
        let all: Vec<&str> = texts.chain([self.reference.as_deref()]).flatten().collect();
        product::folded(&all.join(" "))
    }
}

/// A quote request.
#[derive(Clone, PartialEq)]
pub struct Stored {
    pub number: i64,
    pub id: QuoteRequestId,
    /// The reseller that it belongs to.
    pub organization: OrganizationId,
    pub customer: Option<CustomerId>,
    pub seller: OrganizationId,
    pub carrier: CarrierId,
    /// The product as it was named.
    pub product: ProductId,
    pub kind: Kind,
    pub details: Details,
    /// In the order of the answer.
    pub offers: Vec<Offer>,
    /// So many offers were ever made: the next one has the number after it.
    pub offers_made: u32,
    pub state: State,
    /// Who made it.
    pub user: Option<UserId>,
    pub key: Option<KeyId>,
    pub answered: Option<Timestamp>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Stored {
    /// When its offers stop being good.
    pub fn expires(&self) -> Option<Timestamp> {
        self.answered.map(|answered| answered.plus(super::EXPIRES))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::id::Identity;

    fn details() -> Details {
        Details {
            address: Place {
                premise: PremiseId::from_bytes([1; 16]),
                carrier: CarrierId::from_bytes([2; 16]),
                listing: "0a3f50b9".into(),
                key: "vallensbaekvej 20a".into(),
                text: "Vallensbækvej 20A, 3. th.".into(),
                postcode: Some("2605".into()),
                city: Some("Brøndby".into()),
                at: Some((55.6, 12.4)),
            },
            address2: None,
            notes: None,
            takeover: None,
            takeover_circuit: None,
            takeover_customer: None,
            ip_addresses: Some(8),
            commitments: [Some(true), Some(false), Some(true)],
            reference: Some("REQ567365836".into()),
            notify: Vec::new(),
            start: None,
            call_number: None,
            call_name: None,
            install_time: Some(InstallTime::Morning),
        }
    }

    #[test]
    fn what_is_wanted_is_told_in_months() {
        assert_eq!(details().wanted(), [12, 36]);
    }

    #[test]
    fn a_request_is_found_by_its_address_and_reference_in_any_case() {
        assert_eq!(details().search(), "vallensbækvej 20a, 3. th. 2605 brøndby req567365836");
    }

    #[test]
    fn details_are_read_back_as_they_were_kept() {
        let kept = serde_json::to_string(&details()).unwrap();
        assert!(serde_json::from_str::<Details>(&kept).unwrap() == details());
    }
}
