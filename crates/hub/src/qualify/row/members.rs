//! An object of JSON lines: its members are carried along as they are written, whatever numbers and order they have.

use super::super::rule::Where;
use super::lines::{LONGEST, Line};
use super::{ADDED, Asked, Carried, Flaw, QUALIFICATION, Words, place};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// So much of a line that cannot be read is carried along.
const SHOWN: usize = 1_000;

/// None: an empty line.
pub fn row(line: &Line, quotable: bool) -> Option<Asked> {
    let text = line.bytes.trim_ascii();
    if text.is_empty() {
        return None;
    }
    let read = match std::str::from_utf8(text) {
        _ if !line.is_whole => Err(format!("is longer than {LONGEST} bytes")),
        Ok(text) => read(text, quotable),
        Err(_) => Err("is not UTF-8".to_owned()),
    };
    Some(match read {
        Ok((object, place)) => {
            let (place, flaw) = match place {
                Ok(place) => (place, None),
                Err(why) => (None, Some(Flaw { line: line.number, why })),
            };
            Asked { place, flaw, carried: Carried::Members(object) }
        }
        Err(why) => {
            let shown = String::from_utf8_lossy(&text[..text.len().min(SHOWN)]);
            let object = format!("{{\"row\":{}", serde_json::Value::from(shown));
            let flaw = Some(Flaw { line: line.number, why });
            Asked { place: None, flaw, carried: Carried::Members(object) }
        }
    })
}

/// The object as it is carried, without its end, and the place that it names.
type Read = (String, Result<Option<Where>, String>);

fn read(text: &str, quotable: bool) -> Result<Read, String> {
    let no_object = |_| "is not a JSON object".to_owned();
    let Members(members) = serde_json::from_str(text).map_err(no_object)?;
    let (mut values, mut wrong) = ([const { None }; Words::NAMES.len()], None);
    // Where the last member ended, whether it is carried along or not.
    let (mut object, mut end, mut is_first) = (String::with_capacity(text.len()), None, true);
    for (name, value) in members {
        let (from, to) = (offset(text, name.get()), offset(text, value.get()) + value.get().len());
        let name: Cow<'_, str> = serde_json::from_str(name.get()).map_err(no_object)?;
        let before = end.replace(to);
        let between = text.get(before.unwrap_or(0)..from).unwrap_or_default();
        if before.is_none() {
            object.push_str(between);
        }
        if ADDED.contains(&&*name) || (quotable && name == QUALIFICATION) {
            continue;
        }
        if !is_first {
            object.push_str(between);
        }
        is_first = false;
        object.push_str(text.get(from..to).unwrap_or_default());
        if let Some(slot) = Words::NAMES.iter().position(|wanted| *wanted == name) {
            let word = word(value.get()).ok_or_else(|| format!("{name} is neither a text nor a number"));
            let word = word.unwrap_or_else(|why| {
                wrong = Some(why);
                Cow::default()
            });
            if values[slot].replace(word).is_some() {
                wrong = Some(format!("has two members `{name}`"));
            }
        }
    }
    if end.is_none() {
        object.push('{');
    }
    let place = match wrong {
        Some(why) => Err(why),
        None => place(&Words(values.map(Option::unwrap_or_default))),
    };
    Ok((object, place))
}

/// Where a part of a text begins.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// A text or a number, as it is written; nothing for null. None: it is neither.
fn word(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'"' => serde_json::from_str(value).ok(),
        b'n' => Some(Cow::default()),
        b'-' | b'0'..=b'9' => Some(value.into()),
        _ => None,
    }
}

/// Names and values as they are written, in their order.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Written)
    }
}
