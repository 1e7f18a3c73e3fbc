//! Of several rules that a body breaks the first is told: every pair of them, and all together.

use super::caller::{denied, row};
use super::error::{check, right, rows, ways};
use super::network::furnish;
use crate::on_both;
use crate::support::House;
use serde_json::json;
use wire::telecomx::Row;

/// In the order in which they are told: whose it is comes first, then the table as it is printed.
fn told() -> Vec<Row> {
    let mut rows: Vec<Row> = rows().collect();
    assert_eq!(rows.pop(), Some(Row::AccessDenied));
    rows.insert(0, Row::AccessDenied);
    rows
}

on_both!(of_two_broken_rules_the_earlier_is_told, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let told = told();
    let mut pairs = 0;
    for (at, first) in told.iter().enumerate() {
        for second in &told[at + 1..] {
            // One field breaks one rule.
            if first.message() == second.message() {
                continue;
            }
            let mut body = right(&network);
            ways(*second)[0](&mut body, &network);
            ways(*first)[0](&mut body, &network);
            check(&network.admin, &body, &row(*first), &format!("{first:?} before {second:?}")).await;
            pairs += 1;
        }
    }
    assert_eq!(pairs, 23 * 22 / 2 - 3);
    assert_eq!(network.admin.total("/internet/request").await, 0);
});

on_both!(rules_are_told_one_after_another_while_they_are_mended, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let mut told = told();
    // Of one field the later would undo the earlier.
    told.retain(|row| {
        !matches!(row, Row::ProductNotValid | Row::OfferProductNotValid | Row::OfferFeeProductNotValid)
    });
    for from in 0..told.len() {
        let mut body = right(&network);
        for broken in &told[from..] {
            ways(*broken)[0](&mut body, &network);
        }
        check(&network.admin, &body, &row(told[from]), &format!("{:?} and all after it", told[from])).await;
    }
    // A rule is looked at for all offers before the next one.
    let mut body = right(&network);
    let (mut dear, mut long) = (network.offer(&network.fiber, 0), network.offer(&network.fiber, 61));
    dear["monthlyCustomer"] = json!(500_001);
    long["initiationCost"] = json!(-1);
    body["offers"] = json!([dear, long]);
    check(&network.admin, &body, &row(Row::OfferInitiationCost), "two offers").await;
    // A circuit is asked for before its customer.
    let mut body = network.wanted_dsl();
    body["takeover"] = json!(true);
    check(&network.over, &body, &row(Row::TakeoverCircuitRequired), "takeover").await;
    body["takeoverCircuit"] = json!("EB1");
    check(&network.over, &body, &row(Row::TakeoverCustomerRequired), "takeover").await;
    body["takeoverCustomer"] = json!("7");
    network.over.made("/internet/request", &body).await;
    // When it is answered, the same order holds.
    let made = network.over.made("/internet/request", &network.wanted()).await;
    let path = format!("/internet/request/{}", made["_id"].as_str().unwrap());
    for (at, first) in told.iter().enumerate() {
        let Some(second) = told.get(at + 1) else { continue };
        let mut body = json!({"offers": [network.offer(&network.fiber, 12)]});
        ways(*second)[0](&mut body, &network);
        ways(*first)[0](&mut body, &network);
        let refused = network.admin.post(&path, &body).await;
        let expected = if *first == Row::AccessDenied { denied() } else { row(*first) };
        assert_eq!(refused, expected, "{first:?} before {second:?}");
    }
    assert_eq!(network.admin.found(&path).await, made, "nothing was changed");
});
