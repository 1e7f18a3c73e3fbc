//! What may be wrong about a quote request, in the order in which it is looked at.

use super::Figure;

/// Which of a request's two products of an offer, or addresses, or texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    First,
    Second,
}

/// The first of these that applies is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Kind,
    InstallTime,
    Notes,
    /// No such address; the second one is the far end of a line between two points.
    Address(Side),
    ProductUnknown,
    /// There is such a product, and this customer cannot have it.
    ProductUnfit,
    TakeoverCircuit,
    TakeoverCustomer,
    IpAddresses,
    Start,
    OfferProductUnknown,
    OfferProductUnfit,
    OfferFeeUnknown,
    OfferFeeUnfit,
    OfferPrice(Figure),
    OfferCommitment,
    Recipient,
    /// A text or a flag that no rule of its own says anything of cannot be read.
    Unreadable(&'static str),
}
