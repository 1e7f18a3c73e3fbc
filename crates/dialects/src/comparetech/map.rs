//! Wire ⇄ hub: what a request asks of the hub, and how an action looks on the wire.

use super::{DIALECT, answer};
use crate::idempotency;
use hub::action::{Receipt, View};
use hub::idempotency::{Idempotent, Key};
use hub::{Error, Principal, order, qualify};
use model::action::{Action, Operation, State, Work};
use model::address::{Address, Variants};
use model::order::{IdentityDocument, Payment, Person};
use model::prompt::{self, Prompt};
use serde_json::{Map, Value};
use std::sync::Arc;
use wire::comparetech as wire;

pub fn check(asked: &wire::Coverage) -> qualify::Check {
    qualify::Check {
        dialect: DIALECT,
        carrier: asked.driver.as_str().to_owned(),
        echo: Value::Object(asked.echo()),
        address: address(&asked.address),
    }
}

pub fn place(wanted: &wire::Subscription) -> order::Place {
    order::Place {
        dialect: DIALECT,
        carrier: wanted.driver.as_str().to_owned(),
        echo: Value::Object(wanted.echo()),
        product: wanted.product.as_str().to_owned(),
        addons: wanted.addons.iter().flatten().map(|name| name.as_str().to_owned()).collect(),
        address: address(&wanted.address),
        person: person(wanted),
        payment: match &wanted.payment {
            wire::Payment::CreditCard => Payment::CreditCard,
            wire::Payment::Iban { iban } => Payment::Iban(iban.compact()),
        },
        qualified_by: wanted.coverage_id.as_ref().and_then(qualified_by),
    }
}

/// A text that this wire lets pass is an identity.
fn qualified_by(id: &wire::CoverageId) -> Option<order::QualifiedBy> {
    match id {
        wire::CoverageId::Action(number) => Some(order::QualifiedBy::Action(*number)),
        wire::CoverageId::Qualification(text) => text.parse().ok().map(order::QualifiedBy::Qualification),
    }
}

/// The country is not said on this wire.
fn address(said: &wire::Address) -> Address {
    Address {
        street: Some(said.street.as_str().to_owned()),
        number: Some(said.number.to_string().trim().to_owned()),
        city: Some(said.city.as_str().to_owned()),
        province: Some(said.province.as_str().to_owned()),
        postcode: Some(said.zip_code.to_string().trim().to_owned()),
        full_text: said.full.as_ref().map(|full| full.as_str().to_owned()),
        ..Address::default()
    }
}

fn person(said: &wire::Subscription) -> Person {
    let document = &said.document;
    Person {
        first_name: said.firstname.as_str().to_owned(),
        last_name: said.lastname.as_str().to_owned(),
        tax_code: said.tax_code.as_str().to_owned(),
        email: said.email.as_str().to_owned(),
        phone: said.phone.e164(),
        document: Some(IdentityDocument {
            nationality: document.nationality.as_str().to_owned(),
            kind: document.kind.as_str().to_owned(),
            number: document.number.as_str().to_owned(),
            issued_at: document.issued_at.to_string(),
            expires_at: document.expires_at.map(|date| date.to_string()),
            issued_by: document.issued_by.as_ref().map(|office| office.as_str().to_owned()),
        }),
        ..Person::default()
    }
}

/// A creating request under a key of its caller. `body` is the body as it was sent.
pub fn idempotent(caller: &Principal, operation: &'static str, key: String, body: &Value) -> Idempotent {
    Idempotent {
        key: Key { organization: caller.organization, operation, key, body_hash: idempotency::hash(body) },
        render: Arc::new(answer::created),
    }
}

/// The number of an action in a path. Whatever is not one names no action.
pub fn number(text: &str) -> Result<i64, Error> {
    wire::ActionId::of_text(text).number().ok_or(Error::NotFound("action"))
}

/// A new action: nothing is in its payload yet.
pub fn receipt(receipt: &Receipt) -> wire::Record {
    let at = wire::Timestamp::from_micros(receipt.created.micros());
    wire::Record {
        id: receipt.number,
        action: name(receipt.operation, &receipt.carrier),
        status: wire::Status::Pending,
        payload: wire::Payload::default(),
        error: None,
        created_at: at,
        updated_at: at,
    }
}

/// None: this wire has no word for it.
pub fn operation(operation: Operation) -> Option<wire::Operation> {
    match operation {
        Operation::Coverage => Some(wire::Operation::Coverage),
        Operation::Subscription => Some(wire::Operation::Subscription),
        Operation::Bulk | Operation::Change => None,
    }
}

fn name(of: Operation, carrier: &str) -> String {
    operation(of).map_or_else(|| of.to_string(), |operation| operation.action(carrier))
}

pub fn record(view: View) -> Result<wire::Record, Error> {
    let View { action, carrier, prompt } = view;
    let (status, info) = standing(&action, prompt.filter(|prompt| prompt.state == prompt::State::Open))?;
    Ok(wire::Record {
        id: action.number,
        action: name(action.operation, &carrier),
        error: (status == wire::Status::Canceled).then(|| wire::CANCELED.to_owned()),
        status,
        created_at: wire::Timestamp::from_micros(action.created.micros()),
        updated_at: wire::Timestamp::from_micros(action.updated.micros()),
        payload: payload(action, info),
    })
}

/// Where an action stands, and what there is to say about it.
fn standing(action: &Action, asked: Option<Prompt>) -> Result<(wire::Status, wire::Info), Error> {
    Ok(match (action.state, asked) {
        (State::Pending, _) => (wire::Status::Pending, wire::Info::under_way()),
        (State::Interrupted, Some(prompt)) => (wire::Status::Interrupted, wanted(prompt)),
        // Interrupted without an open prompt is an answer on its way, seen between two statements.
        (State::Running | State::Interrupted, _) => (wire::Status::Running, wire::Info::under_way()),
        (State::Done, _) => (wire::Status::Done, outcome(action)?),
        (State::Canceled, _) => {
            let reason = action.error.as_deref().unwrap_or(wire::CANCELED);
            (wire::Status::Canceled, wire::Info::canceled(reason))
        }
    })
}

fn wanted(prompt: Prompt) -> wire::Info {
    match prompt.kind {
        prompt::Kind::Otp => prompt.refusal.map_or_else(wire::Info::otp, wire::Info::otp_refused),
        prompt::Kind::Card => {
            let text = |name: &str| prompt.data.get(name).and_then(Value::as_str);
            wire::Info::card(wire::CreditCard {
                url: text("url").unwrap_or_default().to_owned(),
                description: Some(wire::CARD_DESCRIPTION.to_owned()),
                result: text("result").map(card_result),
            })
        }
    }
}

/// A sandbox carrier says the page's state in a word; others say a sentence, which is passed on.
fn card_result(said: &str) -> String {
    match said {
        "open" => "waiting for the card".to_owned(),
        "approved" => "the card was approved".to_owned(),
        "declined" => "the card was declined".to_owned(),
        other => other.to_owned(),
    }
}

fn outcome(action: &Action) -> Result<wire::Info, Error> {
    if action.operation != Operation::Coverage {
        return Ok(wire::Info::done());
    }
    let result = action.result.clone().unwrap_or_default();
    let answer: qualify::Answer = serde_json::from_value(result)
        .map_err(|error| Error::Internal(format!("a coverage's result: {error}")))?;
    // What can be ordered is told by the name that it is ordered by.
    let names = answer.offers.iter().map(|offer| offer.code.clone()).collect();
    let addons = answer.offers.into_iter().filter(|offer| !offer.addons.is_empty()).map(addons).collect();
    Ok(wire::Info::covered(names, addons))
}

fn addons(offer: qualify::Offer) -> wire::ProductAddons {
    let option = |addon: model::product::Addon| wire::Addon {
        name: addon.name,
        category: addon.category,
        default: addon.default,
        kind: addon.kind,
        price: addon.price.into(),
        incompatibilities: addon.incompatibilities,
    };
    wire::ProductAddons { product: offer.code, options: offer.addons.into_iter().map(option).collect() }
}

/// The request as it was sent, its address completed.
fn payload(action: Action, info: wire::Info) -> wire::Payload {
    let Value::Object(mut echo) = action.request.echo else {
        return wire::Payload::new(Map::new(), Some(info));
    };
    let address = match &action.request.work {
        Work::Coverage(asked) => &asked.address,
        Work::Subscription(wanted) => &wanted.address,
        Work::Bulk(_) | Work::Change { .. } | Work::Account { .. } => {
            return wire::Payload::new(echo, Some(info));
        }
    };
    if let Some(Value::Object(shown)) = echo.get_mut("address") {
        shown.entry("full").or_insert_with(|| Value::from(one_line(address)));
    }
    let payload = wire::Payload::new(echo, Some(info));
    match action.operation {
        Operation::Coverage | Operation::Bulk | Operation::Change => payload,
        Operation::Subscription => payload.with_variants(&variants(address)),
    }
}

/// As the source document prints it: `VIA CENERENTOLA 1, BRONTE (CT)`.
fn one_line(address: &Address) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let (street, number) = (part(&address.street), part(&address.number));
    format!("{street} {number}, {} ({})", part(&address.city), part(&address.province))
}

fn variants(address: &Address) -> wire::AddressVariants {
    // Without a country an address is read as an Italian one, where this wire comes from.
    let found = Variants::of(address, "");
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    wire::AddressVariants {
        province_type1: some(found.province_type1),
        province_type2: some(found.province_type2),
        street_type1: some(found.street_type1),
        street_type2: some(found.street_type2),
        street_type3: some(found.street_type3),
        city_type1: some(found.city_type1),
        city_type2: some(found.city_type2),
        city_type3: some(found.city_type3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_positive_integer_names_an_action() {
        assert_eq!(number("134").ok(), Some(134));
        assert_eq!(number("9223372036854775807").ok(), Some(i64::MAX));
        let long = "1".repeat(65);
        for text in
            ["0", "-1", "+1", "01", "1.0", "1e3", " 1", "", "x", "9223372036854775808", "١", long.as_str()]
        {
            assert!(number(text).is_err(), "{text}");
        }
    }
}
