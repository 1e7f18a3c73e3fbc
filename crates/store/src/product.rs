//! Products: what a carrier sells. Loaded like premises, a few at a time.

use crate::{Error, Tx, args, statements};
use model::id::{CarrierId, ProductId};
use model::time::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

statements! {
    INSERT = "INSERT INTO product (id, carrier_id, import_number, code, position, technology, offering) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LISTED = "SELECT i.created_at AS at FROM carrier AS c JOIN import AS i ON i.number = c.products_import WHERE c.id = $1";
    OF_CARRIER = "SELECT p.id, p.code, p.technology, p.offering, p.import_number FROM product AS p JOIN import AS i ON i.number = p.import_number
            JOIN carrier AS c ON c.id = p.carrier_id
        WHERE p.carrier_id = $1 AND i.state = 'committed' AND p.import_number >= c.products_floor
            AND NOT EXISTS (SELECT 1 FROM product AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND n.code = p.code AND n.import_number > p.import_number AND ni.state = 'committed')
        ORDER BY p.position, p.code";
}

/// A product as it is stored: its rules are `model::product`'s.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// None: made of carrier and code, so that it outlives an import.
    pub id: Option<ProductId>,
    /// Unique within the carrier, in any case.
    pub code: String,
    /// Where it stands in the catalogue.
    pub position: i64,
    /// Sold only at premises of this technology; None: at all.
    pub technology: Option<String>,
    pub offering: Value,
}

/// Loads products into an import that nobody sees yet.
pub fn load(tx: &mut Tx<'_>, carrier: CarrierId, import: i64, listings: &[Listing]) -> Result<(), Error> {
    for listing in listings {
        let made = || crate::import::identity("product", carrier, &model::product::folded(&listing.code));
        let (id, offering) = (listing.id.unwrap_or_else(made), listing.offering.to_string());
        tx.run(
            INSERT,
            args![
                &id,
                &carrier,
                import,
                &listing.code,
                listing.position,
                listing.technology.as_deref(),
                offering.as_str()
            ],
        )?;
    }
    Ok(())
}

/// Since when a carrier's catalogue is as it is. None: it sells nothing.
pub fn listed(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<Option<Timestamp>, Error> {
    tx.first(LISTED, args![&carrier], |row| row.get("at"))
}

/// What a carrier sells, in the order of its catalogue. A code stands there once, whatever its case: the
/// statement compares exactly, because the engines know different letters.
pub fn of_carrier(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<Vec<Listing>, Error> {
    let rows = tx.all(OF_CARRIER, args![&carrier], |row| {
        let listing = Listing {
            id: Some(row.get("id")?),
            code: row.get("code")?,
            position: 0,
            technology: row.get("technology")?,
            offering: row.json("offering")?,
        };
        Ok((row.get::<i64>("import_number")?, listing))
    })?;
    let mut latest: HashMap<String, i64> = HashMap::new();
    for (import, listing) in &rows {
        let known = latest.entry(model::product::folded(&listing.code)).or_insert(*import);
        *known = (*known).max(*import);
    }
    let kept = rows.into_iter().filter(|(import, listing)| {
        latest.get(&model::product::folded(&listing.code)).is_none_or(|last| last == import)
    });
    Ok((1..).zip(kept).map(|(position, (_, listing))| Listing { position, ..listing }).collect())
}
