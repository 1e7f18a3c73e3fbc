//! An offer: what a line would cost, for how long one is bound.

use crate::id::{CarrierId, ProductId};
use crate::product::{Level, Prices};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// An offer is good for so long after the request was answered.
pub const EXPIRES: Duration = Duration::from_secs(30 * 86_400);

/// Prices are 0 to this.
pub const PRICES: i64 = 500_000;

/// One of the six prices of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Initiation(Level),
    Monthly(Level),
}

impl Figure {
    /// In the order in which they are looked at.
    pub const ALL: [Figure; 6] = [
        Figure::Initiation(Level::Cost),
        Figure::Initiation(Level::Wholesale),
        Figure::Initiation(Level::Customer),
        Figure::Monthly(Level::Cost),
        Figure::Monthly(Level::Wholesale),
        Figure::Monthly(Level::Customer),
    ];
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Within its request, from 1; never given again.
    pub number: u32,
    pub product: ProductId,
    /// Whose it is, and the code that it has there.
    pub carrier: CarrierId,
    pub code: String,
    /// What the initiation is billed as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<ProductId>,
    /// Once.
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub initiation: Prices,
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub monthly: Prices,
    /// Months before the line can be given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_offer: Option<String>,
    /// What answered, where no person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl Offer {
    /// Whether an offer of a request that was answered then is no longer good.
    pub fn is_expired(answered: Timestamp, now: Timestamp) -> bool {
        now > answered.plus(EXPIRES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_good_for_thirty_days_to_the_moment() {
        let answered = Timestamp::from_micros(1_000_000);
        let last = answered.plus(Duration::from_secs(30 * 86_400));
        assert!(!Offer::is_expired(answered, last));
        assert!(Offer::is_expired(answered, last.plus(Duration::from_micros(1))));
    }
}
