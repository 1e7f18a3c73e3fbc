//! The class D carrier: nobody can be asked, so a person is.

use crate::on_both;
use crate::support::{Client, House, Running, ledger, subscription, until};
use serde_json::{Value, json};
use std::time::Duration;

/// A carrier that neither deduplicates nor can be asked, and an order whose answer was lost.
async fn lost(house: &House) -> (Running, Client, i64, Value) {
    let server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    let settings = house.folder().join("d.json");
    std::fs::write(&settings, r#"{"classes": {"order": "D"}}"#).unwrap();
    house.must(&[
        "carrier",
        "create",
        "fastweb",
        "--connector",
        "sandbox",
        "--config",
        settings.to_str().unwrap(),
    ]);
    let client = server.client(&house.must(&["key", "create", "--org", "Provider"]));
    let order = client.accept("/subscription", &subscription("LOSTREPLY", "iban")).await;
    let task = until(Duration::from_secs(30), || async {
        let open = house.must(&["task", "list", "--json"]);
        serde_json::from_str::<Vec<Value>>(&open).unwrap().into_iter().next()
    });
    let task = task.await.expect("a task for a person");
    (server, client, order, task)
}

on_both!(a_person_who_found_the_order_lets_it_go_on, |house: House| async move {
    let (server, client, order, task) = lost(&house).await;
    assert_eq!(client.status(order).await["status"], "running", "unknown is not a failure");
    let number = task["number"].to_string();
    let output = house.run(&["task", "decide", &number, "confirmed"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("reference"),
        "the carrier's reference is needed"
    );
    let ours = task["reference"].as_str().unwrap();
    let output = house.run(&["task", "decide", &number, "confirmed", "--reference", ours]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("ours"), "{output:?}");
    let booked = ledger(&server.url).await["bookings"][0]["id"].as_str().unwrap().to_owned();
    house.must(&["task", "decide", &number, "confirmed", "--reference", &booked]);
    client.wait(order, &["interrupted"]).await;
    client.post(&format!("/subscription/{order}/send-otp"), &json!({"otp": "123456"})).await;
    assert_eq!(client.wait(order, &["done", "canceled"]).await["status"], "done");
    assert_eq!(ledger(&server.url).await["duplicates"], json!([]));
    assert_eq!(house.run(&["task", "decide", &number, "absent"]).status.code(), Some(3), "decided once");
});

on_both!(a_person_who_gives_up_cancels_the_order, |house: House| async move {
    let (_server, client, order, task) = lost(&house).await;
    house.must(&["task", "decide", &task["number"].to_string(), "cancel"]);
    let record = client.wait(order, &["done", "canceled"]).await;
    assert_eq!(record["payload"]["__info"]["error"], "given up by a person who asked the carrier");
});
