//! What a customer pays for a reseller's product, where that is agreed on; or that it is not sold to this customer.

use crate::{Error, Tx, args, statements};
use model::id::{CarrierId, CustomerId};
use model::money::Money;
use serde::{Deserialize, Serialize};

statements! {
    PUT = "INSERT INTO customer_product (customer_id, carrier_id, code, terms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (customer_id, carrier_id, code) DO UPDATE SET terms = excluded.terms";
    FORGET = "DELETE FROM customer_product WHERE customer_id = $1 AND carrier_id = $2";
    OF = "SELECT code, terms FROM customer_product WHERE customer_id = $1 AND carrier_id = $2";
}

/// What is agreed on with a customer about one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// The carrier's code, folded.
    #[serde(skip)]
    pub code: String,
    /// False: it is not sold to this customer.
    pub sold: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Money>,
}

pub fn put(tx: &mut Tx<'_>, customer: CustomerId, carrier: CarrierId, agreed: &Agreed) -> Result<(), Error> {
    let terms = serde_json::json!(agreed).to_string();
    tx.run(PUT, args![&customer, &carrier, &agreed.code, terms.as_str()]).map(|_| ())
}

/// Forgets all that is agreed on with a customer about a carrier's products.
pub fn forget(tx: &mut Tx<'_>, customer: CustomerId, carrier: CarrierId) -> Result<(), Error> {
    tx.run(FORGET, args![&customer, &carrier]).map(|_| ())
}

pub fn of(tx: &mut Tx<'_>, customer: CustomerId, carrier: CarrierId) -> Result<Vec<Agreed>, Error> {
    tx.all(OF, args![&customer, &carrier], |row| Ok(Agreed { code: row.get("code")?, ..row.json("terms")? }))
}
