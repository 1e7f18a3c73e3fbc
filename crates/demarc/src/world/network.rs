//! The networks of the demo's towns: their operators, premises, areas and products, brought into the store.

use super::town::{Area, Listed, Town};
use crate::failure::Failure;
use hub::{Hub, Principal};
use model::address::MatchKey;
use model::area::{Geometry, UNITS};
use model::organization::Kind;
use serde_json::{Value, json};
use store::Tx;
use store::import::{Kind as Rows, Origin};

/// Made of a town, where it is not there yet.
pub async fn settle(hub: &Hub, root: &Principal, town: &Town) -> Result<(), Failure> {
    super::organization(hub, root, town.operator, Kind::Operator, Some(town.zone)).await?;
    let wanted = hub::carrier::Wanted {
        name: town.carrier.to_owned(),
        connector: carriers::own::KIND.to_owned(),
        settings: settings(town),
        organization: Some(town.operator.to_owned()),
        catalogue: Vec::new(),
        only: Vec::new(),
    };
    let carrier = match hub.create_carrier(root, wanted).await {
        Ok(carrier) => carrier,
        Err(hub::Error::Conflict(_)) => {
            let name = town.carrier.to_owned();
            let known = hub.store().read(move |tx| store::carrier::by_name(tx, &name)).await;
            let known: Option<model::carrier::Carrier> = known.map_err(|e: store::Error| Failure::from(e))?;
            match known {
                Some(carrier) if carrier.holds_premises => return Ok(()),
                Some(carrier) => carrier,
                None => return Err(Failure::other("a carrier that was just made is gone")),
            }
        }
        Err(error) => return Err(error.into()),
    };
    let id = carrier.id;
    let products = town.products.clone();
    let areas = areas(&town.areas);
    let premises = premises(town)?;
    let country = town.country.to_owned();
    let loaded = hub.store().write(move |tx| {
        let listings = products.iter().enumerate().map(|(position, product)| listing(position, product));
        let listings = listings.collect::<Result<Vec<_>, _>>()?;
        let import = begin(tx, id, Rows::Products)?;
        store::product::load(tx, id, import, &listings)?;
        store::import::commit(tx, id, Rows::Products, import, true, listings.len() as u64)?;
        let import = begin(tx, id, Rows::Areas)?;
        store::area::load(tx, id, import, &areas)?;
        store::import::commit(tx, id, Rows::Areas, import, true, areas.len() as u64)?;
        // The premises are last: with them the network is there.
        let import = begin(tx, id, Rows::Premises)?;
        store::premise::load(tx, id, import, &premises)?;
        store::import::name_countries(tx, import, std::slice::from_ref(&country))?;
        store::import::commit(tx, id, Rows::Premises, import, true, premises.len() as u64)?;
        Ok::<_, store::Error>(())
    });
    loaded.await.map_err(Failure::from)
}

fn settings(town: &Town) -> Value {
    json!({
        "country": town.country,
        "zone": town.zone,
        "credentials": {"pppoe_username": format!("{{id}}@bb.{}.example", town.carrier), "wifi_username": "DemoFibre_{upper:4}"},
        "calendar": {"capacity": 8, "weekdays": [1, 2, 3, 4, 5, 6, 7]},
        "by_itself": {"scheduled_days": 1, "started_days": 3, "completed_days": 4},
        "quoting": super::telecomx::quoting(town.carrier),
    })
}

fn begin(tx: &mut Tx<'_>, carrier: model::id::CarrierId, rows: Rows) -> Result<i64, store::Error> {
    let under_way = || store::Error::Conflict("an import is under way".into());
    store::import::begin(tx, carrier, rows, Origin::File)?.ok_or_else(under_way)
}

fn listing(
    position: usize,
    product: &model::product::Product,
) -> Result<store::product::Listing, store::Error> {
    Ok(store::product::Listing {
        id: product.id,
        code: product.code.clone(),
        position: position as i64,
        technology: product.technology.clone(),
        offering: serde_json::to_value(product).map_err(|e| store::Error::Internal(e.to_string()))?,
    })
}

fn areas(areas: &[Area]) -> Vec<store::area::Listing> {
    let units = |degrees: f64| (degrees * UNITS).round() as i32;
    let geometry = |ring: &[(f64, f64)]| {
        let ring = ring.iter().map(|(longitude, latitude)| (units(*longitude), units(*latitude))).collect();
        Geometry(vec![vec![ring]]).to_bytes()
    };
    let listed = |area: &Area| store::area::Listing {
        external_reference: area.reference.clone(),
        name: Some(area.name.clone()),
        status: area.status,
        ready_on: area.ready_on,
        products: area.products.clone(),
        free_ports: None,
        geometry: geometry(&area.ring),
    };
    areas.iter().map(listed).collect()
}

fn premises(town: &Town) -> Result<Vec<store::premise::Listing>, Failure> {
    let listed = |listed: &Listed| {
        let key = MatchKey::of_listing(&listed.address, town.country);
        Ok(store::premise::Listing {
            id: listed.id,
            external_reference: listed.reference.clone(),
            key: key.ok_or_else(|| Failure::other("an address of the demo's says nothing"))?,
            address: serde_json::to_string(&listed.address).map_err(Failure::other)?,
            technology: listed.technology.map(ToOwned::to_owned),
            position: Some(listed.position),
            free_ports: None,
        })
    };
    town.premises.iter().map(listed).collect()
}
