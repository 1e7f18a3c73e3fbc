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
    /// A carrier's settings over the defaults, member by member.
    pub fn settings(&self, carrier: &Value) -> Value {
        let mut merged = Value::Object(self.defaults.as_object().cloned().unwrap_or_default());
        if carrier.is_object() {
            lay_over(&mut merged, carrier);
        }
        merged
    }
}

/// An object goes over an object member by member; anything else takes the place of what was there.
fn lay_over(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                lay_over(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_carrier_that_sets_one_limit_keeps_the_other_defaults() {
        let defaults = json!({"url": "http://x", "limits": {"timeout_ms": 5, "lookup_spacing_ms": [1, 2]}});
        let registry = Registry::default().with(crate::sandbox::Sandbox, defaults.clone());
        let entry = registry.get("sandbox").unwrap();
        assert_eq!(entry.settings(&json!({})), defaults);
        assert_eq!(
            entry.settings(&json!({"limits": {"timeout_ms": 7}, "feed": true})),
            json!({"url": "http://x", "feed": true, "limits": {"timeout_ms": 7, "lookup_spacing_ms": [1, 2]}})
        );
        let list = entry.settings(&json!({"limits": {"lookup_spacing_ms": [9]}}));
        assert_eq!(list["limits"], json!({"timeout_ms": 5, "lookup_spacing_ms": [9]}));
        assert_eq!(entry.settings(&json!({"limits": 3}))["limits"], 3, "left to the connector to refuse");
    }
}
