//! What a caller says of a request, before it is known to be right: each part read on its own, because the first rule
//! that fails is the one that is told.

use super::{InstallTime, Kind};
use crate::id::{CustomerId, OrganizationId, PremiseId, UserId};
use crate::time::Timestamp;
use rust_decimal::Decimal;

/// A part of what a caller says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Given<T> {
    #[default]
    Absent,
    /// It is there and cannot be what it should be; or it names nothing that there is.
    Wrong,
    Is(T),
}

impl<T> Given<T> {
    pub fn is(&self) -> Option<&T> {
        match self {
            Given::Is(value) => Some(value),
            Given::Absent | Given::Wrong => None,
        }
    }

    pub fn is_wrong(&self) -> bool {
        matches!(self, Given::Wrong)
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Given::Absent)
    }

    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Given::Absent => Given::Absent,
            Given::Wrong => Given::Wrong,
            Given::Is(value) => Given::Is(map(value)),
        }
    }

    /// The value; none where nothing is said. `flaw` where it is wrong.
    pub fn or<E>(self, flaw: E) -> Result<Option<T>, E> {
        match self {
            Given::Absent => Ok(None),
            Given::Wrong => Err(flaw),
            Given::Is(value) => Ok(Some(value)),
        }
    }
}

/// How a caller names an address.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    Premise(PremiseId),
    /// By what stands for a premise's id in 64 bits.
    Print(u64),
    /// What people write.
    Text {
        address: String,
        postcode: String,
        city: String,
    },
}

/// A quote request that is asked for. `P` is how a product is named.
#[derive(Debug, Clone)]
pub struct Draft<P> {
    pub kind: Given<Kind>,
    pub customer: Given<CustomerId>,
    pub reseller: Given<OrganizationId>,
    pub notes: Given<String>,
    pub address: Given<Spot>,
    pub address2: Given<Spot>,
    pub product: Given<P>,
    pub takeover: Given<bool>,
    pub takeover_circuit: Given<String>,
    pub takeover_customer: Given<String>,
    pub ip_addresses: Given<i64>,
    pub commitments: [Given<bool>; 3],
    pub reference: Given<String>,
    pub notify: Given<Vec<Given<UserId>>>,
    pub start: Given<Timestamp>,
    pub call_number: Given<String>,
    pub call_name: Given<String>,
    pub install_time: Given<InstallTime>,
    pub offers: Given<Vec<Given<DraftOffer<P>>>>,
}

/// An offer that is made.
#[derive(Debug, Clone)]
pub struct DraftOffer<P> {
    /// One that the request has, by its number within it.
    pub number: Option<u32>,
    pub product: Given<P>,
    pub fee: Given<P>,
    /// In the order of [`super::Figure::ALL`].
    pub prices: [Given<Decimal>; 6],
    pub commitment: Given<i64>,
    pub provider_name: Given<String>,
    pub provider_offer: Given<String>,
}
