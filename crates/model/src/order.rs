//! Orders: the wish to have a service, and what a caller says of it in the hub's words.

use crate::address::Address;
use crate::time::Timestamp;

crate::words! {
    pub enum State ("state of an order") {
        /// Its action is under way.
        InProgress = "in_progress",
        Completed = "completed",
        Canceled = "canceled",
    }
}

/// Can this address be served?
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CoverageRequest {
    pub address: Address,
}

/// A new service for a customer.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Subscription {
    /// The product's code, as the carrier's catalogue spells it.
    pub product: String,
    /// Names of all addons, defaults included.
    pub addons: Vec<String>,
    pub address: Address,
    pub person: Person,
    pub payment: Payment,
}

/// The end customer. Personal data: sealed at rest, never logged, so there is no `Debug`.
#[derive(Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Person {
    pub first_name: String,
    pub last_name: String,
    pub tax_code: String,
    pub email: String,
    /// E.164 where the caller kept to it.
    pub phone: String,
    pub document: Option<IdentityDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_number: Option<String>,
    /// When they agreed to be told of news by the network owner, and by the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fno_opt_in: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isp_opt_in: Option<Timestamp>,
}

/// An identity document. Dates are `YYYY-MM-DD`.
#[derive(Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct IdentityDocument {
    pub nationality: String,
    pub kind: String,
    pub number: String,
    pub issued_at: String,
    pub expires_at: Option<String>,
    pub issued_by: Option<String>,
}

/// How the customer pays the carrier. A card's number never reaches us: it is entered on the
/// carrier's own page.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    CreditCard,
    Iban(String),
    /// The organization that orders pays, as it has agreed with the carrier.
    Account,
}
