//! The demo's world: what is there when somebody tries Demarc for the first time.

pub mod catalogue;
mod printed;

use crate::failure::Failure;
use hub::{Hub, Principal};
use model::organization::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::setting;

/// Carriers of the demo, all sandbox carriers.
pub const CARRIERS: &[&str] = &["fastweb", "aruba"];
const RESELLER: &str = "Demo Reseller";
const SETTING: &str = "demo.keys";

/// The keys of a demo, one for each dialect.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    pub comparetech: String,
}

/// Makes the world, or finds the one that this store has.
pub async fn settle(hub: &Hub) -> Result<Keys, Failure> {
    let root = hub.root().await?;
    let stored =
        hub.store().read(|tx| setting::get(tx, SETTING)).await.map_err(|e: store::Error| Failure::from(e))?;
    if let Some(text) = stored {
        return hub.store().vault().open_json(&unhex(&text)).map_err(Failure::from);
    }
    make(hub, &root).await
}

/// Each step finds what an earlier start has made before it was ended.
async fn make(hub: &Hub, root: &Principal) -> Result<Keys, Failure> {
    check_is_for_demo(hub, root).await?;
    match hub.create_organization(root, RESELLER, Kind::Reseller, None).await {
        Ok(_) | Err(hub::Error::Conflict(_)) => {}
        Err(error) => return Err(error.into()),
    }
    for name in CARRIERS {
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
    printed::insert(hub, RESELLER).await?;
    let wanted =
        hub::key::Wanted { organization: RESELLER.into(), environment: "demo".into(), ..Default::default() };
    let keys = Keys { comparetech: hub.create_key(root, wanted).await?.reveal().to_owned() };
    let sealed = hex(&hub.store().vault().seal_json(&keys)?);
    // Written last: the world is there as a whole. A key that was made and not written is known to nobody.
    hub.store()
        .write(move |tx| setting::set(tx, SETTING, &sealed))
        .await
        .map_err(|e: store::Error| Failure::from(e))?;
    Ok(keys)
}

/// A store in which somebody works is not filled with a demo.
async fn check_is_for_demo(hub: &Hub, root: &Principal) -> Result<(), Failure> {
    let organizations = hub.organizations(root).await?;
    let carriers = hub.carriers(root).await?;
    let own = organizations.iter().all(|o| o.id == root.organization || o.name == RESELLER)
        && carriers.iter().all(|c| CARRIERS.contains(&c.name.as_str()));
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
