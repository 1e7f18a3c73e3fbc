//! What may stand in an exchange's record. Everything is masked unless it is known to be plain.

use serde_json::{Map, Value};

const HIDDEN: &str = "•••";
/// Longer records are cut.
const LONGEST: usize = 8 * 1024;

/// A body with the values of all members masked but the plain ones, truth values and nulls. What
/// is not JSON is not recorded at all.
pub fn body(bytes: &[u8], plain: &[&str]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => json(&value, plain),
        Err(_) => format!("({} bytes, not JSON)", bytes.len()),
    }
}

pub fn json(value: &Value, plain: &[&str]) -> String {
    let mut text = masked(value, false, plain).to_string();
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

fn masked(value: &Value, shown: bool, plain: &[&str]) -> Value {
    match value {
        Value::Object(members) => {
            let mask = |(name, value): (&String, &Value)| {
                (name.clone(), masked(value, plain.contains(&name.as_str()), plain))
            };
            Value::Object(members.iter().map(mask).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| masked(item, shown, plain)).collect()),
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(_) | Value::Number(_) if shown => value.clone(),
        Value::String(_) | Value::Number(_) => Value::String(HIDDEN.into()),
    }
}

/// Method and URL; the query is masked.
pub fn target(request: &carriers::http::Request) -> String {
    let url = match request.url.split_once('?') {
        Some((path, _)) => format!("{path}?{HIDDEN}"),
        None => request.url.clone(),
    };
    format!("{} {url}", request.method.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_members_known_to_be_plain_are_shown() {
        let sent = json!({"reference": "R-1", "customer": {"tax_code": "MRORSS80A01H501U", "phone": 3933312345u64, "status": "vip"},
                          "addons": ["A"], "debug": true, "otp": "123456"});
        let text = super::json(&sent, &["reference", "addons", "status"]);
        assert_eq!(
            text,
            r#"{"addons":["A"],"customer":{"phone":"•••","status":"vip","tax_code":"•••"},"debug":true,"otp":"•••","reference":"R-1"}"#
        );
    }

    #[test]
    fn an_object_under_a_plain_name_does_not_uncover_what_is_in_it() {
        let text = super::json(&json!({"status": {"otp": "123456"}}), &["status"]);
        assert!(!text.contains("123456"));
    }

    #[test]
    fn what_is_not_json_is_not_recorded() {
        assert_eq!(body(b"<html>secret</html>", &[]), "(19 bytes, not JSON)");
    }
}
