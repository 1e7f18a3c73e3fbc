//! The connectors of this installation, by their word.

use crate::connector::Connector;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A connector and what it is to assume where a carrier's settings are silent.
#[derive(Clone)]
pub struct Entry {
    pub connector: Arc<dyn Connector>,
    /// A JSON object.
    pub defaults: Value,
}

#[derive(Clone, Default)]
pub struct Registry {
    entries: BTreeMap<&'static str, Entry>,
}

impl Registry {
    #[must_use]
    pub fn with(mut self, connector: impl Connector + 'static, defaults: Value) -> Self {
        self.entries.insert(connector.kind(), Entry { connector: Arc::new(connector), defaults });
        self
    }

    pub fn get(&self, kind: &str) -> Option<&Entry> {
        self.entries.get(kind)
    }

    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.entries.keys().copied()
    }
}

impl Entry {
    /// A carrier's settings over the defaults.
    pub fn settings(&self, carrier: &Value) -> Value {
        let mut merged = self.defaults.as_object().cloned().unwrap_or_default();
        if let Some(own) = carrier.as_object() {
            merged.extend(own.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        Value::Object(merged)
    }
}
