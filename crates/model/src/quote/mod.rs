//! Quote requests: what a caller wants to know the price of, and the offers that a person or a rule answers with.

mod draft;
mod flaw;
mod offer;
mod request;
pub mod rule;

pub use draft::{Draft, DraftOffer, Given, Spot};
pub use flaw::{Flaw, Side};
pub use offer::{EXPIRES, Figure, Offer, PRICES};
pub use request::{Details, InstallTime, Kind, Place, State, Stored};
pub use rule::{PriceRule, Standing, Terms, offers};
