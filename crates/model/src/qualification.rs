//! What can be had somewhere: how sure an answer is, why there is none, and which offer comes first.

use crate::money::Money;
use crate::product::Prices;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

crate::words! {
    /// What an offer was found by, the surest first.
    pub enum Confidence ("confidence") {
        /// The carrier lists just this premise.
        Exact = "exact premise",
        /// The point lies in an area that the carrier sells in.
        Area = "area",
        /// The carrier lists a premise close by.
        Nearby = "nearby",
    }
}

/// Why a carrier offers nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    NotCovered,
    /// It will be built; the day where it is known, as `2027-03-01`.
    PlannedUntil(Option<String>),
    AtCapacity,
    /// Several premises may be meant, or none that is close enough.
    AddressUnclear,
    AlreadyInService,
    DidNotAnswer,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reason::NotCovered => "not covered",
            Reason::PlannedUntil(Some(day)) => return write!(f, "planned until {day}"),
            Reason::PlannedUntil(None) => "planned",
            Reason::AtCapacity => "at capacity",
            Reason::AddressUnclear => "address unclear",
            Reason::AlreadyInService => "already in service",
            Reason::DidNotAnswer => "carrier did not answer",
        })
    }
}

impl Reason {
    /// Of several carriers' reasons the one that helps most: what can be done about it.
    pub fn weight(&self) -> u8 {
        match self {
            Reason::AlreadyInService => 5,
            Reason::PlannedUntil(_) => 4,
            Reason::AtCapacity => 3,
            Reason::AddressUnclear => 2,
            Reason::DidNotAnswer => 1,
            Reason::NotCovered => 0,
        }
    }
}

crate::words! {
    /// What offers are compared by.
    pub enum By ("ranking") {
        Confidence = "confidence",
        /// Faster down first.
        Speed = "speed",
        /// Cheaper a month first; one without a price last.
        Price = "price",
        /// By the carrier's name.
        Carrier = "carrier",
    }
}

/// How offers of several carriers are ranked: by the first criterion in which two differ. An organization may have
/// its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking(pub Vec<By>);

impl Default for Ranking {
    fn default() -> Self {
        Self(vec![By::Confidence, By::Speed, By::Price, By::Carrier])
    }
}

crate::words! {
    /// How a file of questions, and that of its answers, is written.
    pub enum Format ("format") {
        Csv = "csv",
        /// One JSON object a line.
        JsonLines = "jsonl",
    }
}

#[allow(clippy::derivable_impls, reason = "the macro derives for all alike")]
impl Default for Format {
    fn default() -> Self {
        Self::Csv
    }
}

/// A caller's file of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub format: Format,
    pub rows: u64,
    /// Unpacked.
    pub bytes: u64,
}

/// What was asked of a bulk qualification, as it is stored: personal data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// As somebody wrote it, and the country where that was said.
    Address(String, String),
    Reference(String),
    /// Latitude and longitude, degrees.
    Position(f64, f64),
    /// The row named no place.
    Nothing,
}

/// An offer as it is stored with the answer that it was made in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// By name.
    pub carrier: String,
    /// As the catalogue spelled it.
    pub product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_mbps: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_mbps: Option<u32>,
    /// Of every level: who reads it may see less.
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub monthly: Prices,
    /// From the order to the line in use, as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<u32>,
    pub confidence: Confidence,
}

/// A stored answer of a bulk qualification.
#[derive(Clone, PartialEq)]
pub struct Answer {
    pub asked: Asked,
    /// The best first, each with the carrier's own reference of the premise where it was found by one.
    pub offers: Vec<(Offered, Option<String>)>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// What a ranking looks at.
#[derive(Clone, Copy, Debug)]
pub struct Rankable<'a> {
    pub confidence: Confidence,
    pub down_mbps: Option<u32>,
    pub monthly: Option<&'a Money>,
    pub carrier: &'a str,
    /// Decides where nothing else does.
    pub product: &'a str,
}

impl Ranking {
    /// Which of two offers comes first. Of prices in different currencies those in one come first, and then the others.
    pub fn compare(&self, a: &Rankable<'_>, b: &Rankable<'_>) -> Ordering {
        let by = |by: &By| match by {
            By::Confidence => (a.confidence as u8).cmp(&(b.confidence as u8)),
            By::Speed => b.down_mbps.cmp(&a.down_mbps),
            By::Price => match (a.monthly, b.monthly) {
                (Some(a), Some(b)) => {
                    a.currency.to_string().cmp(&b.currency.to_string()).then(a.amount.cmp(&b.amount))
                }
                (None, None) => Ordering::Equal,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            },
            By::Carrier => a.carrier.cmp(b.carrier),
        };
        let first = self.0.iter().map(by).find(|order| order.is_ne());
        first.unwrap_or_else(|| (a.carrier, a.product).cmp(&(b.carrier, b.product)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_first_criterion_in_which_two_offers_differ_decides() {
        let (cheap, dear): (Money, Money) = (
            serde_json::from_str(r#"{"amount": "20", "currency": "EUR"}"#).unwrap(),
            serde_json::from_str(r#"{"amount": "30", "currency": "EUR"}"#).unwrap(),
        );
        let offer = |confidence, down_mbps, monthly, carrier| Rankable {
            confidence,
            down_mbps,
            monthly,
            carrier,
            product: "p",
        };
        let near = offer(Confidence::Nearby, Some(1_000), Some(&cheap), "a");
        let exact = offer(Confidence::Exact, Some(100), Some(&dear), "b");
        let ranking = Ranking::default();
        assert_eq!(ranking.compare(&exact, &near), Ordering::Less);
        let faster = Rankable { down_mbps: Some(200), ..exact };
        assert_eq!(ranking.compare(&faster, &exact), Ordering::Less);
        let cheaper = Rankable { monthly: Some(&cheap), ..exact };
        assert_eq!(ranking.compare(&cheaper, &exact), Ordering::Less);
        let free = Rankable { monthly: None, ..exact };
        assert_eq!(ranking.compare(&free, &exact), Ordering::Greater, "no price is not the best price");
        assert_eq!(Ranking(vec![By::Price]).compare(&near, &exact), Ordering::Less);
    }
}
