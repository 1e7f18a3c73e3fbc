//! The demo's world: what is there when somebody tries Demarc for the first time.

mod aex;
pub mod catalogue;
mod masmovil;
mod network;
mod printed;
mod telecomx;
mod town;

use crate::failure::Failure;
use hub::{Hub, Principal};
use model::organization::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::setting;

/// The demo's sandbox carriers.
const SANDBOX: &[&str] = &["fastweb", "aruba"];
const RESELLER: &str = "Demo Reseller";
const SETTING: &str = "demo.keys";

/// The keys of a demo, one for each dialect.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    pub comparetech: String,
    /// Of a provider.
    pub aex: String,
    /// Of the network's own people.
    pub aex_operator: String,
    /// Of a reseller, and of the network's own people.
    pub telecomx: String,
    pub telecomx_admin: String,
    /// Of the Spanish network's own people, who hold all its brands.
    pub masmovil: String,
}

/// The keys, and who may sign in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Entrances {
    pub keys: Keys,
    pub logins: telecomx::Logins,
}

/// A premise to try things with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    pub reference: String,
    pub full_text: String,
    pub latitude: f64,
    pub longitude: f64,
    pub country: &'static str,
    pub carrier: &'static str,
}

/// So many of each town are shown.
const SHOWN: usize = 150;

/// Makes the world, or finds the one that this store has.
pub async fn settle(hub: &Hub) -> Result<Entrances, Failure> {
    let root = hub.root().await?;
    let stored =
        hub.store().read(|tx| setting::get(tx, SETTING)).await.map_err(|e: store::Error| Failure::from(e))?;
    let entrances = match stored {
        Some(text) => hub.store().vault().open_json(&unhex(&text)).map_err(Failure::from)?,
        None => make(hub, &root).await?,
    };
    // Whoever is told that it is there can look for premises.
    hub.refresh_places().await?;
    hub.refresh_areas().await?;
    Ok(entrances)
}

/// The names of all carriers of the demo.
pub fn carriers() -> Vec<&'static str> {
    SANDBOX.iter().copied().chain(town::all().iter().map(|town| town.carrier)).collect()
}

/// Premises of every town where something can be ordered, those with fixed ids first.
pub fn premises() -> Vec<Shown> {
    let mut shown = Vec::new();
    for town in town::all() {
        let mut live: Vec<_> =
            town.premises.into_iter().filter(|listed| listed.technology.is_some()).collect();
        live.sort_by_key(|listed| listed.id.is_none());
        shown.extend(live.into_iter().take(SHOWN).map(|listed| Shown {
            full_text: listed.address.one_line(town.country),
            reference: listed.reference,
            latitude: listed.position.latitude,
            longitude: listed.position.longitude,
            country: town.country,
            carrier: town.carrier,
        }));
    }
    shown
}

/// Makes an organization, or finds the one that is there.
async fn organization(
    hub: &Hub,
    root: &Principal,
    name: &'static str,
    kind: Kind,
    zone: Option<&str>,
) -> Result<(), Failure> {
    let (above, fixed) = (
        root.organization,
        match name {
            aex::OPERATOR => Some(aex::organization(aex::OPERATOR_ID)),
            aex::PROVIDER => Some(aex::organization(aex::PROVIDER_ID)),
            _ => None,
        },
    );
    let made = hub.store().write(move |tx| match fixed {
        Some(id) => store::organization::insert_as(tx, id, name, kind, above),
        None => store::organization::insert(tx, name, kind, above),
    });
    made.await.map_err(|e: store::Error| Failure::from(e))?;
    if let Some(zone) = zone {
        hub.set_zone(root, name, zone).await?;
    }
    Ok(())
}

/// Each step finds what an earlier start has made before it was ended.
async fn make(hub: &Hub, root: &Principal) -> Result<Entrances, Failure> {
    check_is_for_demo(hub, root).await?;
    organization(hub, root, RESELLER, Kind::Reseller, None).await?;
    organization(hub, root, aex::PROVIDER, Kind::Reseller, Some(aex::ZONE)).await?;
    for name in SANDBOX {
        let wanted = hub::carrier::Wanted {
            name: (*name).to_owned(),
            connector: "sandbox".into(),
            settings: json!({}),
            organization: None,
            catalogue: catalogue::of(name),
            only: Vec::new(),
        };
        match hub.create_carrier(root, wanted).await {
            Ok(_) | Err(hub::Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for town in town::all() {
        network::settle(hub, root, &town).await?;
    }
    let logins = telecomx::insert(hub, root).await?;
    masmovil::insert(hub, root).await?;
    hub.refresh_places().await?;
    hub.refresh_areas().await?;
    let key = async |organization: &str| {
        let environment = "demo".to_owned();
        let wanted =
            hub::key::Wanted { organization: organization.into(), environment, ..Default::default() };
        Ok::<_, Failure>(hub.create_key(root, wanted).await?.reveal().to_owned())
    };
    let keys = Keys {
        comparetech: key(RESELLER).await?,
        aex: key(aex::PROVIDER).await?,
        aex_operator: key(aex::OPERATOR).await?,
        telecomx: key(telecomx::RESELLER).await?,
        telecomx_admin: key(telecomx::OPERATOR).await?,
        masmovil: key(masmovil::OPERATOR).await?,
    };
    // What has no number of its own in any document takes those between: the first action of a caller is the 186th.
    printed::insert(hub, RESELLER, 134).await?;
    aex::insert(hub, &*hub.authenticate(&keys.aex).await?).await?;
    printed::insert(hub, RESELLER, i64::MAX).await?;
    let entrances = Entrances { keys, logins };
    let sealed = hex(&hub.store().vault().seal_json(&entrances)?);
    // Written last: the world is there as a whole. A key that was made and not written is known to nobody.
    hub.store()
        .write(move |tx| setting::set(tx, SETTING, &sealed))
        .await
        .map_err(|e: store::Error| Failure::from(e))?;
    Ok(entrances)
}

/// A store in which somebody works is not filled with a demo.
async fn check_is_for_demo(hub: &Hub, root: &Principal) -> Result<(), Failure> {
    let organizations = hub.organizations(root).await?;
    let carriers = hub.carriers(root).await?;
    let (towns, known) = (town::all(), self::carriers());
    let others = [RESELLER, aex::PROVIDER, telecomx::RESELLER, telecomx::SUB_RESELLER];
    let names: Vec<&str> = towns.iter().map(|town| town.operator).chain(others).collect();
    let own = organizations.iter().all(|o| o.id == root.organization || names.contains(&o.name.as_str()))
        && carriers.iter().all(|c| known.contains(&c.name.as_str()));
    match own {
        true => Ok(()),
        false => Err(Failure::usage(
            "this data folder is no demo's: there are organizations or carriers in it; name another with --data",
        )),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).unwrap_or(0) as u8;
    text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
