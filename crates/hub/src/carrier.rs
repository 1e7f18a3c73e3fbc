//! Carriers: made with their connector's settings, and with what it sells to begin with.

use crate::{Error, Hub, Principal};
use model::carrier::Carrier;
use model::product::Product;
use model::role::Capability;
use serde_json::Value;
use store::import::{Kind, Origin};
use store::product::Listing;

/// A carrier to be made.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub name: String,
    pub connector: String,
    /// A JSON object; what its connector takes.
    pub settings: Value,
    /// Who owns it; None: the root operator.
    pub organization: Option<String>,
    /// What it sells until products are imported.
    pub catalogue: Vec<Product>,
    /// Who may use it; empty: every organization.
    pub only: Vec<String>,
}

impl Hub {
    pub async fn create_carrier(&self, principal: &Principal, mut wanted: Wanted) -> Result<Carrier, Error> {
        principal.require(Capability::Administer)?;
        // Everywhere a carrier is named in any case.
        wanted.name.make_ascii_lowercase();
        if !model::carrier::is_name(&wanted.name) {
            return Err(Error::invalid(
                "name",
                "must be 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit",
            ));
        }
        if !wanted.settings.is_object() {
            return Err(Error::invalid("config", "must be a JSON object"));
        }
        let roster = self.engine().roster();
        roster
            .settings(&wanted.connector, &wanted.name, &wanted.settings)
            .map_err(|reason| Error::invalid("config", reason))?;
        let listings = listings(&wanted.catalogue)?;
        let carrier = self
            .store()
            .write(move |tx| {
                let owner = match &wanted.organization {
                    Some(name) => {
                        store::organization::by_name(tx, name)?.ok_or(Error::NotFound("organization"))?
                    }
                    None => store::organization::root(tx)?,
                };
                if owner.kind != model::organization::Kind::Operator {
                    return Err(Error::invalid("org", "must be an operator"));
                }
                let carrier =
                    store::carrier::insert(tx, &wanted.name, &wanted.connector, owner.id, &wanted.settings)?
                        .ok_or_else(|| {
                            Error::Conflict(format!("there is a carrier `{}` already", wanted.name))
                        })?;
                if !listings.is_empty() {
                    let import = store::import::begin(tx, carrier.id, Kind::Products, Origin::Default)?
                        .ok_or_else(|| Error::Conflict("an import is under way".into()))?;
                    store::product::load(tx, carrier.id, import, &listings)?;
                    store::import::commit(
                        tx,
                        carrier.id,
                        Kind::Products,
                        import,
                        false,
                        listings.len() as u64,
                    )?;
                }
                let mut only = Vec::new();
                for name in &wanted.only {
                    only.push(
                        store::organization::by_name(tx, name)?.ok_or(Error::NotFound("organization"))?.id,
                    );
                }
                if !only.is_empty() {
                    store::carrier::restrict(tx, carrier.id, &only)?;
                }
                Ok::<_, Error>(carrier)
            })
            .await?;
        roster.forget();
        self.forget_access();
        Ok(carrier)
    }

    pub async fn carriers(&self, principal: &Principal) -> Result<Vec<Carrier>, Error> {
        principal.require(Capability::Administer)?;
        Ok(self.store().read(store::carrier::all).await?)
    }
}

/// Products in the form in which they are stored.
pub(crate) fn listings(products: &[Product]) -> Result<Vec<Listing>, Error> {
    let mut listings = Vec::with_capacity(products.len());
    for (position, product) in products.iter().enumerate() {
        product.check().map_err(|flaw| Error::invalid("product", format!("{}: {flaw}", product.code)))?;
        let offering = serde_json::to_value(product).map_err(|e| Error::Internal(e.to_string()))?;
        let (code, technology) = (product.code.clone(), product.technology.clone());
        listings.push(Listing { id: product.id, code, position: position as i64, technology, offering });
    }
    Ok(listings)
}
