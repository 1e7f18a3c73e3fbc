//! Quoting: what a line at an address would cost, asked by a caller and answered by a person or by a rule.

pub(crate) mod check;
pub mod lookup;
pub(crate) mod owner;
pub mod product;
pub mod request;
pub(crate) mod rule;
pub mod spot;
pub(crate) mod told;

pub use model::quote::{Draft, DraftOffer, Flaw, Given, Side, Spot, Stored};
pub use product::Named;

use crate::Error;

/// Why a quote request, or what is asked of one, is refused.
#[derive(Debug)]
pub enum Refused {
    /// The first rule that it breaks.
    Flaw(Flaw),
    /// It has become an account.
    Ordered,
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Error(error)
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Refused::Error(error.into())
    }
}

impl From<Flaw> for Refused {
    fn from(flaw: Flaw) -> Self {
        Refused::Flaw(flaw)
    }
}
