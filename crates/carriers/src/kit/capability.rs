//! What the connector says of itself: it fits together, its classes are proven, its settings are
//! read strictly.

use super::{Kit, Proof, Sample};
use crate::connector::{Found, Operation};
use model::attempt::Class;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Members that never stand in a record, whoever calls them plain.
const SECRET: &[&str] = &[
    "otp",
    "iban",
    "tax_code",
    "first_name",
    "last_name",
    "email",
    "phone",
    "password",
    "token",
    "key",
    "document",
    "birth_date",
];

pub fn check(kit: &Kit<'_>, broken: &mut Vec<String>) {
    let known = kit.connector.capabilities();
    unique(broken, "operation", known.operations.iter().map(|o| o.name));
    unique(broken, "prompt", known.prompts.iter().map(|p| p.word()));
    unique(broken, "payment method", known.payment_methods.iter().copied());
    unique(broken, "document", known.documents.iter().map(|d| d.kind));
    if kit.connector.kind().is_empty() {
        broken.push("capabilities: the connector has no word".into());
    }
    if known.reference_limit < 16 {
        broken.push("capabilities: a reference of less than 16 characters is not unique".into());
    }
    for member in known.plain_members.iter().filter(|m| SECRET.contains(m)) {
        broken.push(format!("capabilities: `{member}` would stand in the records"));
    }
    for operation in known.operations.iter().filter(|o| o.mutating) {
        let raised = operation.proven.iter().filter(|class| **class < operation.class);
        for class in raised.chain([&operation.class]) {
            proven(kit, operation, *class, broken);
        }
    }
    settings(kit, broken);
}

fn unique<'a>(broken: &mut Vec<String>, what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.is_empty() || !seen.insert(name) {
            broken.push(format!("capabilities: {what} `{name}` is named twice, or not at all"));
        }
    }
}

/// An unproven class is D.
fn proven(kit: &Kit<'_>, operation: &Operation, class: Class, broken: &mut Vec<String>) {
    let of = |sample: &&Sample| sample.operation == operation.name;
    let samples = |pick: fn(&Proof) -> Option<&Sample>| {
        kit.proofs.iter().filter_map(pick).filter(of).collect::<Vec<_>>()
    };
    let repeated = samples(|p| if let Proof::Repeated(s) = p { Some(s) } else { None });
    let duplicate = samples(|p| if let Proof::Duplicate(s) = p { Some(s) } else { None });
    let found = samples(|p| if let Proof::Found(s) = p { Some(s) } else { None });
    let absent = samples(|p| if let Proof::Absent(s) = p { Some(s) } else { None });
    let name = operation.name;
    let has_proof = match class {
        Class::A => !repeated.is_empty(),
        Class::B => !duplicate.is_empty(),
        Class::C => !found.is_empty() && !absent.is_empty(),
        Class::D => true,
    };
    if !has_proof {
        broken.push(format!("class {class} of `{name}` is not proven"));
    }
    if class == Class::C {
        if found.iter().any(|s| !matches!(kit.found(name, &s.reply), Found::Found(_))) {
            broken.push(format!("class C of `{name}`: the look-up's answer is not read as found"));
        }
        if absent.iter().any(|s| kit.found(name, &s.reply) != Found::Absent) {
            broken.push(format!("class C of `{name}`: the look-up's answer is not read as absent"));
        }
    }
}

fn settings(kit: &Kit<'_>, broken: &mut Vec<String>) {
    if let Err(reason) = kit.connector.check(&kit.settings) {
        broken.push(format!("settings: valid ones are refused: {reason}"));
    }
    let mut strange = kit.settings.clone();
    if let Some(members) = strange.as_object_mut() {
        members.insert("no_such_member".into(), json!(1));
    }
    for (what, wrong) in
        [("an unknown member", strange), ("null", Value::Null), ("a list", json!([])), ("a number", json!(1))]
    {
        let taken = kit.guarded(broken, "check", || kit.connector.check(&wrong).is_ok());
        if taken == Some(true) {
            broken.push(format!("settings: {what} is accepted"));
        }
    }
    for (member, value) in kit.settings.as_object().into_iter().flatten() {
        let mut wrong = kit.settings.clone();
        wrong[member] = if value.is_array() { json!("text") } else { json!([[]]) };
        let taken = kit.guarded(broken, "check", || kit.connector.check(&wrong).is_ok());
        if taken == Some(true) {
            broken.push(format!("settings: `{member}` is accepted as {}", wrong[member]));
        }
    }
}
