//! What is indexed: one address of one carrier's listing.

use model::address::Address;
use model::premise::Position;

/// Handed over one by one while an index is built; a listing with several addresses comes once for each.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// The premise's number in the store: what a search answers.
    pub premise: i64,
    /// The carrier's number in the store.
    pub carrier: i64,
    pub address: &'a Address,
    /// ISO 3166-1 alpha-2, upper case, where the address names none; may be empty.
    pub country: &'a str,
    pub position: Option<Position>,
    /// External references by which it is found too: guid, gescal37, addressId, LOC id, UPRN …
    pub keys: &'a [&'a str],
}
