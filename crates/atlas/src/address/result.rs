//! What a search answers.

use super::index::Row;

/// How a part of what was asked stands to what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    Agrees,
    /// With typing errors, another suffix, a range that holds the number, or only in part.
    Close,
    /// It was not asked for.
    Unsaid,
    Differs,
}

/// The parts of an address, each with how it agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub street: Agreement,
    pub number: Agreement,
    pub unit: Agreement,
    pub place: Agreement,
    pub postcode: Agreement,
}

/// One row that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub entry: u32,
    pub row: Row,
    /// Comparable within one answer only.
    pub score: f32,
    /// 0 to 1: how well it fits, whatever else does.
    pub fit: f32,
    /// 0 to 1: how sure it is that this is what was meant; where several places fit alike, each is as likely.
    pub confidence: f32,
    pub parts: Parts,
    /// Every word and number of the question has its place; where the listing's region is not known, the postcode
    /// agrees. None was guessed, and none of the street's own words that tell it from others is missing: no direction, and
    /// nothing that a like-named street of the place can do without.
    pub whole: bool,
}
