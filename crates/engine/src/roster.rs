//! The carriers with their connectors, as all nodes see them: read from the store, kept until the
//! store says that something changed.

use carriers::{Connector, Limits, Registry};
use model::carrier::Carrier;
use model::id::CarrierId;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use store::Store;

/// A carrier that can be worked with.
pub struct Member {
    pub carrier: Carrier,
    pub connector: Arc<dyn Connector>,
    /// The carrier's settings over the connector's defaults.
    pub settings: Value,
    pub limits: Limits,
}

#[derive(Clone)]
pub struct Roster {
    store: Store,
    registry: Registry,
    known: Arc<RwLock<Known>>,
}

/// What was read, and how often it was forgotten.
#[derive(Default)]
struct Known {
    epoch: u64,
    table: Option<Arc<Table>>,
}

/// All carriers at one moment.
#[derive(Default)]
pub struct Table {
    by_id: HashMap<CarrierId, Arc<Member>>,
    by_name: HashMap<String, Arc<Member>>,
}

impl Table {
    pub fn id(&self, id: CarrierId) -> Option<&Arc<Member>> {
        self.by_id.get(&id)
    }

    pub fn name(&self, name: &str) -> Option<&Arc<Member>> {
        self.by_name.get(name)
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<Member>> {
        self.by_id.values()
    }
}

impl Roster {
    pub fn new(store: Store, registry: Registry) -> Self {
        Self { store, registry, known: Arc::default() }
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Everything is read again when it is next wanted.
    pub fn forget(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known { epoch: known.epoch + 1, table: None };
    }

    /// The carriers as last read.
    pub async fn table(&self) -> Result<Arc<Table>, store::Error> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).table.clone();
        match known {
            Some(table) => Ok(table),
            None => self.read_again().await,
        }
    }

    /// A carrier by name; one that is not known is looked for in the store.
    pub async fn by_name(&self, name: &str) -> Result<Option<Arc<Member>>, store::Error> {
        if let Some(member) = self.table().await?.name(name) {
            return Ok(Some(member.clone()));
        }
        Ok(self.read_again().await?.name(name).cloned())
    }

    pub async fn by_id(&self, id: CarrierId) -> Result<Option<Arc<Member>>, store::Error> {
        if let Some(member) = self.table().await?.id(id) {
            return Ok(Some(member.clone()));
        }
        Ok(self.read_again().await?.id(id).cloned())
    }

    async fn read_again(&self) -> Result<Arc<Table>, store::Error> {
        let read_in = self.known.read().unwrap_or_else(PoisonError::into_inner).epoch;
        let carriers = self.store.read(store::carrier::all).await?;
        let mut table = Table::default();
        for carrier in carriers {
            match self.member(carrier) {
                Ok(member) => {
                    let member = Arc::new(member);
                    table.by_id.insert(member.carrier.id, member.clone());
                    table.by_name.insert(member.carrier.name.clone(), member);
                }
                Err((name, reason)) => {
                    tracing::error!(carrier = name, reason, "carrier left out: its settings do not fit")
                }
            }
        }
        let table = Arc::new(table);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // What was read before it was last forgotten may be what had to be forgotten.
        if known.epoch == read_in {
            known.table = Some(table.clone());
        }
        Ok(table)
    }

    fn member(&self, carrier: Carrier) -> Result<Member, (String, String)> {
        let unfit = |reason: String| (carrier.name.clone(), reason);
        let (connector, settings) =
            self.settings(&carrier.connector, &carrier.name, &carrier.settings).map_err(unfit)?;
        let limits = Limits::read(&settings).map_err(unfit)?;
        Ok(Member { carrier, connector, settings, limits })
    }

    /// A connector and the settings that it would see for a carrier; the words say what is wrong.
    pub fn settings(
        &self,
        kind: &str,
        name: &str,
        own: &Value,
    ) -> Result<(Arc<dyn Connector>, Value), String> {
        let entry = self.registry.get(kind).ok_or_else(|| {
            format!(
                "connector: there is no `{kind}`; there are: {}",
                self.registry.kinds().collect::<Vec<_>>().join(", ")
            )
        })?;
        let mut settings = entry.settings(own);
        if let Some(members) = settings.as_object_mut() {
            members.entry("name").or_insert_with(|| json!(name));
        }
        entry.connector.check(&settings)?;
        Ok((entry.connector.clone(), settings))
    }
}
