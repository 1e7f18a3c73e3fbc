//! What one organization may order from whom: read once, then asked for many addresses.

use crate::{Error, Hub, catalogue};
use model::area::Area;
use model::id::{CarrierId, OrganizationId, PremiseId};
use model::product::Product;
use model::qualification::Ranking;
use std::collections::{HashMap, HashSet};

/// Areas read from the store at a time.
const PAGE: i64 = 5_000;

/// A carrier that the asker may use.
pub struct Seller {
    pub number: i64,
    pub id: CarrierId,
    pub name: String,
    /// Coverage is answered from listings that we hold.
    pub holds_premises: bool,
    /// It sells in areas that we hold.
    pub holds_areas: bool,
    /// In the order of its catalogue.
    pub products: Vec<Product>,
}

/// All of them, and what else an answer depends on.
pub struct Market {
    pub sellers: Vec<Seller>,
    /// The sellers' areas by number, without their geometry.
    pub areas: HashMap<i64, Area>,
    /// Premises with a service in use.
    pub in_service: HashSet<PremiseId>,
    pub ranking: Ranking,
}

impl Market {
    /// By the carrier's number.
    pub fn seller(&self, number: i64) -> Option<&Seller> {
        self.sellers.iter().find(|seller| seller.number == number)
    }

    /// Numbers of the carriers whose listings we hold.
    pub fn listed(&self) -> Vec<i64> {
        self.sellers.iter().filter(|seller| seller.holds_premises).map(|seller| seller.number).collect()
    }
}

impl Hub {
    /// What an organization may order, from whom.
    pub(crate) async fn market(&self, organization: OrganizationId) -> Result<Market, Error> {
        let usable = self.usable_carriers(organization).await?;
        let table = self.engine().roster().table().await?;
        let members: Vec<_> = table.all().filter(|m| usable.contains(&m.carrier.name)).cloned().collect();
        self.store()
            .read(move |tx| {
                let (mut sellers, mut areas) = (Vec::new(), HashMap::new());
                for member in &members {
                    let (mut after, before) = (0, areas.len());
                    loop {
                        let page = store::area::of_carrier(tx, member.carrier.id, after, PAGE)?;
                        let Some(last) = page.last() else { break };
                        after = last.number;
                        areas.extend(page.into_iter().map(|area| (area.number, area)));
                    }
                    sellers.push(Seller {
                        number: member.carrier.number,
                        id: member.carrier.id,
                        name: member.carrier.name.clone(),
                        holds_premises: store::carrier::by_id(tx, member.carrier.id)?
                            .is_some_and(|carrier| carrier.holds_premises),
                        holds_areas: areas.len() > before,
                        products: catalogue::products(tx, member.carrier.id)?,
                    });
                }
                sellers.sort_by_key(|seller| seller.number);
                let ranking = store::setting::get(tx, &super::rule::setting(organization))?;
                let ranking = ranking.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
                Ok(Market {
                    sellers,
                    areas,
                    in_service: store::service::premises(tx)?.into_iter().collect(),
                    ranking,
                })
            })
            .await
    }
}
