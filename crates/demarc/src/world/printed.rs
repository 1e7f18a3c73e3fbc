//! The actions that the examples of the Compare Tech document name: there under exactly those ids.

use super::catalogue;
use crate::failure::Failure;
use hub::Hub;
use hub::qualify::{Answer, NOT_COVERED, Offer};
use model::action::{Driver, Operation, Request, State, Work};
use model::address::Address;
use model::order::CoverageRequest;
use model::time::Timestamp;
use serde_json::{Value, json};
use store::action::{New, Past, insert_past, seal};

struct Printed {
    number: i64,
    at: &'static str,
    covered: bool,
    echo: Value,
}

fn printed() -> [Printed; 3] {
    let address = json!({"street": "VIA CENERENTOLA", "number": 1, "city": "BRONTE", "province": "CT", "zip_code": 33333,
                         "full": "VIA CENERENTOLA 1, BRONTE (CT)"});
    let echo = json!({"driver": "fastweb", "address": address});
    [
        Printed { number: 1, at: "2024-11-17T23:35:22Z", covered: false, echo: json!({}) },
        Printed { number: 134, at: "2024-11-18T05:32:09Z", covered: true, echo: echo.clone() },
        Printed { number: 185, at: "2024-11-18T09:21:36Z", covered: true, echo },
    ]
}

/// Inserts those up to a number that are not there yet, as actions of that organization.
pub async fn insert(hub: &Hub, organization: &'static str, last: i64) -> Result<(), Failure> {
    let offers: Vec<Offer> = catalogue::of("fastweb").into_iter().map(Offer::from).collect();
    let write = move |tx: &mut store::Tx<'_>| {
        let carrier = store::carrier::by_name(tx, "fastweb")?
            .ok_or_else(|| store::Error::Internal("no fastweb".into()))?;
        let organization = store::organization::by_name(tx, organization)?
            .ok_or_else(|| store::Error::Internal("no reseller".into()))?
            .id;
        for example in printed().into_iter().filter(|example| example.number <= last) {
            if store::action::by_number(tx, example.number)?.is_some() {
                continue;
            }
            let work = Work::Coverage(Box::new(CoverageRequest { address: Address::default() }));
            let sealed = seal(tx.vault(), &Request { echo: example.echo.clone(), work })?;
            let at = Timestamp::parse(example.at).unwrap_or_default();
            let reason = (!example.covered).then(|| NOT_COVERED.to_owned());
            let answer = Answer {
                offers: if example.covered { offers.clone() } else { Vec::new() },
                premise: None,
                reason,
            };
            let new = New {
                id: tx.identity()?,
                organization,
                seller: carrier.organization,
                key: None,
                dialect: "comparetech",
                carrier: carrier.id,
                operation: Operation::Coverage,
                order: None,
                driver: Some(Driver::House),
                request: &sealed,
                at,
            };
            let result = serde_json::to_value(&answer).map_err(|e| store::Error::Internal(e.to_string()))?;
            let state = if example.covered { State::Done } else { State::Canceled };
            let error = (!example.covered).then_some(NOT_COVERED);
            insert_past(
                tx,
                &Past { number: example.number, new, state, result: Some(result), error, updated: at },
            )?;
        }
        Ok(())
    };
    hub.store().write(write).await.map_err(|e: store::Error| Failure::from(e))
}
