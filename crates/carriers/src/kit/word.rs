//! Answers with words exchanged for others.

use serde_json::Value;

/// A copy for each text in it, with that text replaced.
pub fn replaced(value: &Value, by: &str) -> Vec<Value> {
    match value {
        Value::String(_) => vec![Value::String(by.to_owned())],
        Value::Array(items) => {
            let mut copies = Vec::new();
            for (at, item) in items.iter().enumerate() {
                for changed in replaced(item, by) {
                    let mut copy = items.clone();
                    copy[at] = changed;
                    copies.push(Value::Array(copy));
                }
            }
            copies
        }
        Value::Object(members) => {
            let mut copies = Vec::new();
            for (name, member) in members {
                for changed in replaced(member, by) {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), changed);
                    copies.push(Value::Object(copy));
                }
            }
            copies
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// A copy with all its texts replaced.
pub fn all_replaced(value: &Value, by: &str) -> Value {
    match value {
        Value::String(_) => Value::String(by.to_owned()),
        Value::Array(items) => items.iter().map(|item| all_replaced(item, by)).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, member)| (name.clone(), all_replaced(member, by))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
