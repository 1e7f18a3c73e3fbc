//! What resellers make of carriers' products: names and prices of their own.

use crate::{Error, Tx, args, statements};
use model::id::{CarrierId, Identity, OrganizationId, ProductId};
use serde_json::Value;
use sha2::Digest;

statements! {
    INSERT = "INSERT INTO reseller_product (id, organization_id, carrier_id, code, offering, version, created_at)
        VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT DO NOTHING RETURNING number";
    CHANGE = "UPDATE reseller_product SET code = $4, offering = $5, version = version + 1
        WHERE id = $1 AND organization_id = $2 AND carrier_id = $3";
    FORGET = "DELETE FROM reseller_product WHERE organization_id = $1 AND carrier_id = $2";
    OF = "SELECT id, code, offering FROM reseller_product WHERE organization_id = $1 AND carrier_id = $2 ORDER BY number";
}

/// What differs from a carrier's product.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    pub id: ProductId,
    /// The carrier's code, folded.
    pub code: String,
    pub offering: Value,
}

/// The id of what an organization sells of a carrier's product without having said anything of it: the same always
/// and on every node.
pub fn derived(organization: OrganizationId, product: ProductId) -> ProductId {
    let digest = sha2::Sha256::new()
        .chain_update("reseller product")
        .chain_update(organization.bytes())
        .chain_update(product.bytes())
        .finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    // UUID version 8 (RFC 9562): made of our own bits.
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    ProductId::from_bytes(bytes)
}

/// False: there is one under this id.
pub fn insert(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    carrier: CarrierId,
    own: &Own,
) -> Result<bool, Error> {
    let (now, offering) = (tx.now(), own.offering.to_string());
    let row = args![&own.id, &organization, &carrier, &own.code, offering.as_str(), now];
    Ok(tx.insert_new(INSERT, row)?.is_some())
}

/// Inserts one, or changes the one under its id. False: that is another organization's, or of another carrier.
pub fn put(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    carrier: CarrierId,
    own: &Own,
) -> Result<bool, Error> {
    if insert(tx, organization, carrier, own)? {
        return Ok(true);
    }
    let offering = own.offering.to_string();
    let row = args![&own.id, &organization, &carrier, &own.code, offering.as_str()];
    Ok(tx.run(CHANGE, row)? == 1)
}

/// Forgets all that an organization has said of a carrier's products.
pub fn forget(tx: &mut Tx<'_>, organization: OrganizationId, carrier: CarrierId) -> Result<(), Error> {
    tx.run(FORGET, args![&organization, &carrier]).map(|_| ())
}

/// In the order in which they were made.
pub fn of(tx: &mut Tx<'_>, organization: OrganizationId, carrier: CarrierId) -> Result<Vec<Own>, Error> {
    tx.all(OF, args![&organization, &carrier], |row| {
        Ok(Own { id: row.get("id")?, code: row.get("code")?, offering: row.json("offering")? })
    })
}
