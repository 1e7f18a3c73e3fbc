//! Which organization sells under a brand on a carrier's network.

use crate::{Error, Tx, args, statements};
use model::id::{CarrierId, OrganizationId};

statements! {
    PUT = "INSERT INTO brand (carrier_id, name, organization_id) VALUES ($1, $2, $3)
        ON CONFLICT (carrier_id, name) DO UPDATE SET organization_id = excluded.organization_id";
    HOLDER = "SELECT organization_id FROM brand WHERE carrier_id = $1 AND name = $2";
}

/// Gives a brand to an organization.
pub fn put(
    tx: &mut Tx<'_>,
    carrier: CarrierId,
    name: &str,
    organization: OrganizationId,
) -> Result<(), Error> {
    tx.run(PUT, args![&carrier, &model::access::folded(name), &organization]).map(|_| ())
}

/// Who sells under a brand, in any case; None: nobody that is known.
pub fn holder(tx: &mut Tx<'_>, carrier: CarrierId, name: &str) -> Result<Option<OrganizationId>, Error> {
    tx.first(HOLDER, args![&carrier, &model::access::folded(name)], |row| row.get("organization_id"))
}
