//! Products as their buyer sees them: a reseller's own, made of the network's where it has defined none, at the
//! customer's price.

use super::rule::sold;
use super::{Network, Standing};
use crate::{Error, Hub, Principal};
use model::id::{OrganizationId, ProductId};
use model::premise::{Position, Premise};
use model::product::{Prices, Product};
use model::role::Capability;
use model::tax;
use model::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::service::Service;

/// Listings this near to a point are at it: what cannot be had at them is not offered there.
const AT: f64 = 5.0;

/// What a reseller says of a carrier's product.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In place of the carrier's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Prices>,
    /// Megabits a second, as the reseller shapes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down_mbps: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_mbps: Option<u32>,
}

/// A product of the caller's.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub id: ProductId,
    /// The network's product that it is made of; None: it is that one.
    pub parent: Option<ProductId>,
    pub provider: OrganizationId,
    /// Of the organization that sells it.
    pub provider_name: String,
    /// The carrier's code, and the provider's name and price.
    pub product: Product,
    /// Percent, included in the price.
    pub tax: Decimal,
    pub since: Timestamp,
    pub standing: Standing,
}

/// Who asks, and by what the products of one network are shown to them.
pub(crate) struct Shelf<'n> {
    network: &'n Network,
    organization: OrganizationId,
    name: String,
    tax: Decimal,
    since: Timestamp,
    own: Vec<(store::reseller_product::Own, Terms)>,
}

impl<'n> Shelf<'n> {
    pub(crate) fn read(
        tx: &mut Tx<'_>,
        network: &'n Network,
        organization: OrganizationId,
    ) -> Result<Self, store::Error> {
        let carrier = network.carrier.id;
        let name = store::organization::by_id(tx, organization)?.map_or_else(String::new, |own| own.name);
        let country = match &network.settings.country {
            Some(country) => country.clone(),
            None => store::import::countries(tx, carrier)?.into_iter().next().unwrap_or_default(),
        };
        let mut own = Vec::new();
        for product in store::reseller_product::of(tx, organization, carrier)? {
            let terms = serde_json::from_value(product.offering.clone())
                .map_err(|e| store::Error::Corrupt(format!("reseller product {}: {e}", product.id)))?;
            own.push((product, terms));
        }
        let since = store::product::listed(tx, carrier)?.unwrap_or_default();
        Ok(Self { network, organization, name, tax: tax::percent(&country), since, own })
    }

    /// What the caller sells of a product of the network.
    pub(crate) fn offers(&self, product: &Product, standing: Standing) -> Vec<Offer> {
        let Some(original) = product.id else { return Vec::new() };
        let offer = |id, parent, product| Offer {
            id,
            parent,
            provider: self.organization,
            provider_name: self.name.clone(),
            product,
            tax: self.tax,
            since: self.since,
            standing,
        };
        if self.organization == self.network.carrier.organization {
            return vec![offer(original, None, product.clone())];
        }
        let code = model::product::folded(&product.code);
        let defined: Vec<Offer> = self
            .own
            .iter()
            .filter(|(own, _)| own.code == code)
            .map(|(own, terms)| offer(own.id, Some(original), terms.over(product)))
            .collect();
        if !defined.is_empty() {
            return defined;
        }
        let derived = store::reseller_product::derived(self.organization, original);
        vec![offer(derived, Some(original), product.clone())]
    }

    /// The caller's product under an id, and the network's that it is made of.
    pub(super) fn find(&self, id: ProductId, products: &[Product], standing: Standing) -> Option<Offer> {
        products.iter().flat_map(|product| self.offers(product, standing)).find(|offer| offer.id == id)
    }
}

impl Offer {
    /// The network's own product, with nobody who sells it on.
    pub(crate) fn own(id: ProductId, product: Product) -> Self {
        Self {
            id,
            parent: None,
            provider: OrganizationId::NONE,
            provider_name: String::new(),
            product,
            tax: Decimal::ZERO,
            since: Timestamp::default(),
            standing: Standing::Live,
        }
    }
}

impl Terms {
    /// What a reseller says of a product. Without any price it has none.
    pub fn of(product: &Product) -> Self {
        Self {
            name: product.name.clone(),
            description: product.description.clone(),
            monthly: Some(product.monthly),
            down_mbps: product.down_mbps,
            up_mbps: product.up_mbps,
        }
    }

    /// The carrier's product with these.
    fn over(&self, product: &Product) -> Product {
        Product {
            name: self.name.clone().or_else(|| product.name.clone()),
            description: self.description.clone().or_else(|| product.description.clone()),
            monthly: self.monthly.unwrap_or(product.monthly),
            down_mbps: self.down_mbps.or(product.down_mbps),
            up_mbps: self.up_mbps.or(product.up_mbps),
            ..product.clone()
        }
    }
}

pub(super) fn of_service(tx: &mut Tx<'_>, service: &Service) -> Result<Option<Offer>, store::Error> {
    let Some(network) = Network::read(tx, service.carrier)? else { return Ok(None) };
    let shelf = Shelf::read(tx, &network, service.organization)?;
    let products = crate::catalogue::products(tx, service.carrier)?;
    Ok(service.product_id.and_then(|id| shelf.find(id, &products, Standing::Live)))
}

impl Hub {
    /// What the caller sells at a point: in the areas that hold it, and where listings are just there, at those.
    pub async fn available_products(
        &self,
        principal: &Principal,
        point: Position,
    ) -> Result<Vec<Offer>, Error> {
        principal.require(Capability::Qualify)?;
        let (networks, organization) = (self.networks(principal).await?, principal.organization);
        let (places, near) = (self.places().clone(), self.numbers_at(&networks, point));
        self.store()
            .read(move |tx| {
                let listings = store::premise::by_numbers(tx, &near)?;
                let mut offers = Vec::new();
                for network in &networks {
                    let own: Vec<&Premise> =
                        listings.iter().filter(|found| found.carrier == network.carrier.id).collect();
                    let Some(sold) = sold(tx, &places, &network.carrier, Some(point), &own)? else {
                        continue;
                    };
                    if sold.full {
                        continue;
                    }
                    let shelf = Shelf::read(tx, network, organization)?;
                    offers.extend(
                        sold.products.iter().flat_map(|product| shelf.offers(product, sold.standing)),
                    );
                }
                Ok::<_, Error>(offers)
            })
            .await
    }

    fn numbers_at(&self, networks: &[Network], point: Position) -> Vec<i64> {
        let carriers: Vec<i64> = networks.iter().map(|network| network.carrier.number).collect();
        let question = atlas::address::Question {
            carriers: Some(&carriers),
            limit: 50,
            ..atlas::address::Question::default()
        };
        let found = self.places().addresses().nearest(point, AT, &question);
        found.into_iter().map(|found| found.premise).collect()
    }

    /// The product of a service, as its buyer sells it. None: it is no longer sold.
    pub async fn product_of(&self, principal: &Principal, service: &Service) -> Result<Option<Offer>, Error> {
        principal.require(Capability::Read)?;
        let service = service.clone();
        let read = move |tx: &mut Tx<'_>| of_service(tx, &service);
        Ok(self.store().read(read).await?)
    }

    /// One of the caller's products.
    pub async fn product(&self, principal: &Principal, id: ProductId) -> Result<Offer, Error> {
        let (networks, organization) = (self.networks(principal).await?, principal.organization);
        self.store()
            .read(move |tx| {
                for network in &networks {
                    let shelf = Shelf::read(tx, network, organization)?;
                    let products = crate::catalogue::products(tx, network.carrier.id)?;
                    if let Some(offer) = shelf.find(id, &products, Standing::Live) {
                        return Ok(offer);
                    }
                }
                Err(Error::NotFound("product"))
            })
            .await
    }
}
