//! What the carriers sell, as their products' rules see it.

use crate::{Error, Hub, Principal};
use carriers::connector::DocumentKind;
use model::id::CarrierId;
use model::product::Product;
use model::role::Capability;
use store::Tx;

/// A carrier as a caller sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trader {
    pub name: String,
    /// The codes by which they are ordered.
    pub products: Vec<String>,
    pub payment_methods: Vec<&'static str>,
}

/// The lines that a carrier sells, in the order of its catalogue.
pub(crate) fn products(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<Vec<Product>, store::Error> {
    let mut products = everything(tx, carrier)?;
    products.retain(Product::is_line);
    Ok(products)
}

/// All that a carrier sells, also what is no line.
pub(crate) fn everything(tx: &mut Tx<'_>, carrier: CarrierId) -> Result<Vec<Product>, store::Error> {
    let stored = store::product::of_carrier(tx, carrier)?;
    let read = |listing: store::product::Listing| {
        let product: Result<Product, _> = serde_json::from_value(listing.offering);
        let product = product.map_err(|e| store::Error::Corrupt(format!("product {}: {e}", listing.code)))?;
        Ok(Product { id: listing.id, ..product })
    };
    stored.into_iter().map(read).collect()
}

impl Hub {
    /// The carriers that this caller may order from.
    pub async fn traders(&self, principal: &Principal) -> Result<Vec<Trader>, Error> {
        principal.require(Capability::Read)?;
        let names = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let mut members: Vec<_> = table.all().filter(|m| names.contains(&m.carrier.name)).cloned().collect();
        members.sort_by_key(|m| m.carrier.number);
        let mut traders = Vec::new();
        for member in members {
            let id = member.carrier.id;
            let products = self.store().read(move |tx| products(tx, id)).await?;
            traders.push(Trader {
                name: member.carrier.name.clone(),
                products: products.into_iter().map(|p| p.code).collect(),
                payment_methods: member.connector.capabilities().payment_methods.to_vec(),
            });
        }
        Ok(traders)
    }

    /// The identity documents that a carrier accepts; of all carriers when none is named.
    pub async fn documents(
        &self,
        principal: &Principal,
        carrier: Option<&str>,
    ) -> Result<Vec<DocumentKind>, Error> {
        principal.require(Capability::Read)?;
        if let Some(name) = carrier {
            return Ok(self.carrier_of(principal, name).await?.connector.capabilities().documents.to_vec());
        }
        let names = self.usable_carriers(principal.organization).await?;
        let table = self.engine().roster().table().await?;
        let mut kinds: Vec<DocumentKind> = Vec::new();
        for kind in table
            .all()
            .filter(|m| names.contains(&m.carrier.name))
            .flat_map(|m| m.connector.capabilities().documents)
        {
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
        Ok(kinds)
    }
}
