//! Carriers: networks one can order from.

use crate::id::{CarrierId, OrganizationId};

#[derive(Debug, Clone, PartialEq)]
pub struct Carrier {
    pub number: i64,
    pub id: CarrierId,
    /// Lower case, unique; on the Compare Tech wire it is the driver's name.
    pub name: String,
    /// Which connector speaks to it.
    pub connector: String,
    /// The seller: who owns it.
    pub organization: OrganizationId,
    /// What its connector needs to know, checked by the connector when it was set.
    pub settings: serde_json::Value,
    /// Once premises are imported, coverage is answered from them and the connector is not asked.
    pub holds_premises: bool,
}

/// Names are 1–64 of `a–z 0–9 - _`, beginning with a letter or digit.
pub fn is_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with(['-', '_'])
}
