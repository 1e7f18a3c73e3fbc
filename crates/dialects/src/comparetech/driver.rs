//! The driver is looked at before the rest of a body: where there is none of that name, nothing else matters.

use super::caller::Caller;
use super::refusal::Refusal;
use hub::Hub;
use serde_json::Value;

/// Refuses a body that names a driver that this caller may not use. A body without a name is left to its parser.
pub async fn check(hub: &Hub, caller: &Caller, body: &Value) -> Result<(), Refusal> {
    match body.get("driver").and_then(Value::as_str).map(str::trim) {
        Some(name) if !name.is_empty() && name.chars().count() <= 255 => {
            Ok(hub.check_carrier(caller, name).await?)
        }
        _ => Ok(()),
    }
}
