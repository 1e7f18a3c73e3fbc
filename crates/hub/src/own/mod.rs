//! The own network: a carrier behind which no other system stands. What is ordered on it is fulfilled here: a service
//! is made with its credentials, a work order opened and carried out, and the line goes into use.

pub mod change;
mod credential;
pub(crate) mod install;
pub mod order;
pub mod premise;
pub mod product;
pub(crate) mod rule;
pub mod service;
pub mod snapshot;
pub mod work_order;

pub use premise::Listing;
pub use product::Offer;
pub use rule::Standing;

use crate::{Error, Hub, Principal};
use carriers::own::{KIND, Settings};
use jiff::tz::TimeZone;
use model::carrier::Carrier;
use model::id::CarrierId;
use model::role::Capability;
use serde_json::{Value, json};
use store::Tx;

/// An own network, with its settings read.
#[derive(Debug, Clone)]
pub struct Network {
    pub carrier: Carrier,
    pub(crate) settings: Settings,
}

impl Network {
    /// None: another system stands behind the carrier.
    fn of(carrier: Carrier) -> Result<Option<Self>, store::Error> {
        if carrier.connector != KIND {
            return Ok(None);
        }
        let mut settings = carrier.settings.clone();
        if let Value::Object(members) = &mut settings {
            members.entry("name").or_insert_with(|| json!(carrier.name));
        }
        let settings = Settings::read(&settings).map_err(store::Error::Corrupt)?;
        Ok(Some(Self { carrier, settings }))
    }

    pub(crate) fn read(tx: &mut Tx<'_>, id: CarrierId) -> Result<Option<Self>, store::Error> {
        store::carrier::by_id(tx, id)?.map_or(Ok(None), Self::of)
    }

    /// Of its calendar.
    pub fn zone(&self) -> TimeZone {
        self.settings.time_zone()
    }
}

impl Hub {
    /// The own networks that the caller may order from.
    pub(crate) async fn networks(&self, principal: &Principal) -> Result<Vec<Network>, Error> {
        principal.require(Capability::Read)?;
        let usable = self.usable_carriers(principal.organization).await?;
        let mut networks = self.all_networks().await?;
        networks.retain(|network| usable.contains(&network.carrier.name));
        Ok(networks)
    }

    /// All own networks that there are. Who may use which is asked where they are used.
    pub(crate) async fn all_networks(&self) -> Result<Vec<Network>, Error> {
        let table = self.engine().roster().table().await?;
        let mut networks = Vec::new();
        for member in table.all() {
            networks.extend(Network::of(member.carrier.clone())?);
        }
        networks.sort_by_key(|network| network.carrier.number);
        Ok(networks)
    }
}
