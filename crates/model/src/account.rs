//! Accounts: lines that were ordered from an offer, from the order until they are given up. States, and the time that
//! one is bound for; who may do what, and when it happens, is the hub's to say.

use crate::id::{
    CarrierId, CustomerId, KeyId, OrderId, OrganizationId, ProductId, QuoteRequestId, ServiceId, UserId,
};
use crate::product::Prices;
use crate::quote::{InstallTime, Kind, Place};
use crate::time::Timestamp;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

crate::words! {
    pub enum State ("state of an account") {
        Ordered = "ORDERED",
        /// The day of delivery is set.
        Confirmed = "CONFIRMED",
        Active = "ACTIVE",
        /// Given up: it ends, or has ended, on a day that is set.
        Cancelled = "CANCELLED",
    }
}

crate::words! {
    /// What can happen to an account.
    pub enum Change ("change of an account") {
        Confirm = "confirm",
        Activate = "activate",
        Cancel = "cancel",
        /// A line that was to end on a day stays.
        Keep = "keep",
    }
}

/// The state does not allow the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account that is {state} cannot {change}")]
pub struct Illegal {
    pub state: State,
    pub change: Change,
}

impl State {
    pub fn on(self, change: Change) -> Result<State, Illegal> {
        match (self, change) {
            (State::Ordered, Change::Confirm) => Ok(State::Confirmed),
            (State::Confirmed, Change::Activate) | (State::Cancelled, Change::Keep) => Ok(State::Active),
            (State::Ordered | State::Confirmed | State::Active, Change::Cancel) => Ok(State::Cancelled),
            _ => Err(Illegal { state: self, change }),
        }
    }
}

crate::words! {
    /// How far the wish for another product is.
    pub enum Wish ("state of a change request") {
        None = "NONE",
        Requested = "REQUESTED",
        /// Its day is set.
        Ordered = "ORDERED",
    }
}

/// Another product for a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub product: ProductId,
    /// The carrier's code.
    pub code: String,
    /// Who asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// When it takes effect; None: nobody has confirmed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Prices::is_empty")]
    pub monthly: Prices,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_name: Option<String>,
}

/// How the line is set up at the customer's.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Net {
    pub ip_address: Option<String>,
    pub subnet: Option<String>,
    pub gateway: Option<String>,
    pub lan_net: Option<String>,
    pub lan_subnet: Option<String>,
    pub failover: Option<bool>,
    pub failover_number: Option<String>,
}

/// Who delivers the line, and under which number there.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Provider {
    pub name: Option<String>,
    pub order: Option<String>,
    pub offer: Option<String>,
}

/// Who is told of what happens to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub user: UserId,
    pub email: bool,
    pub sms: bool,
}

/// What an account says beside what it is found by. It names people: sealed at rest.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    pub address: Place,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address2: Option<Place>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover_circuit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover_customer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_addresses: Option<u32>,
    #[serde(default)]
    pub notify: Vec<Told>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_time: Option<InstallTime>,
    /// Which of its request's offers was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<u32>,
    /// What the initiation is billed as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<ProductId>,
    #[serde(default)]
    pub initiation: Prices,
    #[serde(default)]
    pub monthly: Prices,
    /// Months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<u32>,
    #[serde(default)]
    pub net: Net,
    #[serde(default)]
    pub provider: Provider,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Wanted>,
}

/// An account.
#[derive(Clone, PartialEq)]
pub struct Stored {
    pub number: i64,
    pub id: crate::id::AccountId,
    pub organization: OrganizationId,
    pub customer: Option<CustomerId>,
    pub seller: OrganizationId,
    pub carrier: CarrierId,
    pub request: QuoteRequestId,
    pub order: OrderId,
    /// None: it was not in use yet.
    pub service: Option<ServiceId>,
    pub kind: Kind,
    pub product: ProductId,
    /// The carrier's code.
    pub code: String,
    pub details: Details,
    pub state: State,
    pub wish: Wish,
    /// Who ordered it.
    pub user: Option<UserId>,
    pub key: Option<KeyId>,
    /// The day that is wished for while it is ordered, that is set while it is confirmed, and the real one then.
    pub starts: Option<Timestamp>,
    /// Set when it is given up.
    pub ends: Option<Timestamp>,
    /// When the line was first in use; it is bound from then on.
    pub activated: Option<Timestamp>,
    pub version: i64,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Stored {
    /// Whether the line carries traffic.
    pub fn is_up(&self, now: Timestamp) -> bool {
        match self.state {
            State::Active => true,
            State::Cancelled => self.activated.is_some() && self.ends.is_some_and(|ends| now < ends),
            State::Ordered | State::Confirmed => false,
        }
    }

    /// The first moment at which it may end. None: it is not bound.
    pub fn bound_until(&self, zone: &TimeZone) -> Option<Timestamp> {
        let months = self.details.commitment.filter(|months| *months > 0)?;
        months_after(self.activated?, months, zone)
    }
}

/// The beginning of the day so many months after that of a moment, as a calendar of that zone has it. A day that the
/// month lacks is its last.
fn months_after(from: Timestamp, months: u32, zone: &TimeZone) -> Option<Timestamp> {
    let day = jiff::Timestamp::from_microsecond(from.micros()).ok()?.to_zoned(zone.clone()).date();
    let months: Span = i64::from(months).months();
    let end = day.checked_add(months).ok()?.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(end.timestamp().as_microsecond()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_life_of_an_account() {
        use Change::{Activate, Cancel, Confirm, Keep};
        let life = [Confirm, Activate, Cancel, Keep, Cancel];
        assert_eq!(
            life.iter().try_fold(State::Ordered, |state, change| state.on(*change)),
            Ok(State::Cancelled)
        );
        assert!(State::Ordered.on(Activate).is_err() && State::Active.on(Confirm).is_err());
        assert!(State::Cancelled.on(Cancel).is_err() && State::Confirmed.on(Keep).is_err());
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn one_is_bound_by_whole_months_of_the_calendar_where_the_line_is() {
        let copenhagen = TimeZone::get("Europe/Copenhagen").unwrap();
        // Half past midnight in Denmark: the day is the second of January there.
        let until = months_after(at("2027-01-01T23:30:00Z"), 12, &copenhagen);
        assert_eq!(until, Some(at("2028-01-01T23:00:00Z")));
        let until = months_after(at("2027-08-31T08:00:00Z"), 6, &copenhagen);
        assert_eq!(until, Some(at("2028-02-28T23:00:00Z")), "the month has no 31st");
    }

    proptest! {
        #[test]
        fn nothing_leads_back_to_an_order(changes in prop::collection::vec(0..Change::ALL.len(), 0..12)) {
            let mut state = State::Ordered;
            for change in changes {
                let Ok(next) = state.on(Change::ALL[change]) else { continue };
                prop_assert!(next != State::Ordered);
                prop_assert!(state != State::Active || next == State::Cancelled);
                state = next;
            }
        }
    }
}
