//! Orders where the network is still to come.

use super::caller::{refused_as, text};
use super::network::{PLANNED, availability, build, furnish, order, position, premise};
use crate::on_both;
use crate::support::{House, until};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(a_preorder_becomes_an_order_when_the_network_is_there, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let point = availability(position(PLANNED));
    let offer = first.found(&point).await["items"][0].clone();
    assert_eq!(offer["status"], "Preorder");
    let wanted = order(PLANNED, text(&offer, "id"), "early@customer.example");
    let (status, made) = first.post("/services/full", &wanted).await;
    assert_eq!((status, made.get("work_order")), (201, None), "nobody can work there yet: {made}");
    let id = text(&made["service"], "service_id");
    let path = format!("/services/{id}");
    let record = first.found(&path).await;
    assert_eq!(
        (&record["status"], &record["status_id"], &record["preorder"]),
        (&json!("Preorder"), &json!(1), &json!(true))
    );
    let own = network.second.found(&point).await["items"][0].clone();
    let late = order(PLANNED, text(&own, "id"), "late@customer.example");
    refused_as(
        &network.second.post("/services/full", &late).await,
        "premise.external_reference",
        "already has an active service",
    );
    let place = format!("/premises/{}", premise(first, PLANNED).await);
    assert_eq!(first.found(&place).await["status"], "Has Existing Service");
    first.pass("P2D").await;
    assert_eq!(first.found(&path).await["status"], "Preorder", "it waits for the network, not for days");

    build(&house);
    let live = until(Duration::from_secs(30), || async {
        (first.found(&point).await["items"][0]["status"] == "Active").then_some(())
    });
    live.await.expect("the server notices the import");
    first.pass("P1DT1H").await;
    let record = first.wait(&path, "Pending").await;
    assert_eq!((&record["status_id"], &record["preorder"]), (&json!(2), &json!(false)));
    assert_eq!(first.found(&format!("/work-orders?service={id}")).await["items"][0]["status"], "New Order");
});

on_both!(a_preorder_that_is_cancelled_is_no_order_later, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let offer = first.found(&availability(position(PLANNED))).await["items"][0].clone();
    let wanted = order(PLANNED, text(&offer, "id"), "early@customer.example");
    let (_, made) = first.post("/services/full", &wanted).await;
    let path = format!("/services/{}", text(&made["service"], "service_id"));
    let ended = first.changed(&path, &json!({"service": {"cancelled": true}})).await;
    assert_eq!(
        (&ended["status"], &ended["preorder"], &ended["cancelled"]),
        (&json!("Cancelled"), &json!(false), &json!(true))
    );
    build(&house);
    let live = until(Duration::from_secs(30), || async {
        (first.found(&availability(position(PLANNED))).await["items"][0]["status"] == "Active").then_some(())
    });
    live.await.expect("the server notices the import");
    first.pass("P2D").await;
    let (status, made) = first.post("/services/full", &wanted).await;
    assert_eq!(status, 201, "the place is free: {made}");
    assert_ne!(made.get("work_order"), None::<&Value>);
    assert_eq!(first.found(&path).await["status"], "Cancelled");
});
