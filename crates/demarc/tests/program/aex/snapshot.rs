//! Snapshots of the newer generation: all, then what changed since, and not more often than is allowed.

use super::caller::{Caller, members, refused, text};
use super::network::{furnish, moved, placed};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

const SERVICES: &str = "/services/snapshot";
const WORK_ORDERS: &str = "/work-orders/snapshot";

async fn told(caller: &Caller, path: &str, id: &str) -> Vec<String> {
    let told = caller.newer().found(path).await;
    told.as_array().unwrap().iter().map(|line| text(line, id).to_owned()).collect()
}

/// Seconds until the next one.
async fn too_soon(caller: &Caller, path: &str) -> u64 {
    let answer = caller.newer().ask(Method::GET, path, None).await;
    assert_eq!(answer.status, 429, "{}", answer.text);
    assert_eq!((&answer.body()["code"], answer.body()["errors"][0].is_string()), (&json!(429), true));
    answer.header("retry-after").parse().unwrap()
}

on_both!(the_first_snapshot_tells_all_and_the_next_what_changed, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let (one, two) = (placed(first, 1).await, placed(first, 2).await);
    first.pass("PT5M").await;
    assert_eq!(told(first, SERVICES, "service_id").await, [one.service.as_str(), &two.service]);
    assert_eq!(told(first, WORK_ORDERS, "work_order_id").await, [one.work_order.as_str(), &two.work_order]);
    first.pass("PT11M").await;
    let three = placed(first, 3).await;
    network.operator.changed(&one.work_path(), &moved(json!({"assigned": "Sipho"}))).await;
    assert_eq!(told(first, SERVICES, "service_id").await, [three.service.as_str()]);
    assert_eq!(told(first, WORK_ORDERS, "work_order_id").await, [three.work_order.as_str(), &one.work_order]);
    first.pass("PT11M").await;
    first.changed(&two.path(), &json!({"service": {"cancelled": true}})).await;
    let ended = first.newer().found(SERVICES).await;
    refused(&first.newer().get("/services/snapshot?since=yesterday").await, "since");
    let ended: Vec<&Value> =
        ended.as_array().unwrap().iter().filter(|line| line["service_id"] == two.service).collect();
    assert_eq!((ended.len(), &ended[0]["status"]), (1, &json!("Cancelled")));
});

on_both!(whose_answer_was_lost_asks_again_since_a_moment, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first.newer();
    let one = placed(&network.first, 1).await;
    first.pass("PT5M").await;
    first.found(SERVICES).await;
    first.pass("PT11M").await;
    let since = format!("{SERVICES}?since=2024-10-17%2013:42:49");
    let told = first.found(&since).await;
    assert_eq!((told.as_array().unwrap().len(), &told[0]["service_id"]), (1, &json!(one.service)));
    assert_eq!(first.get(&since).await.0, 429, "it counts like any other");
});

on_both!(a_snapshot_is_taken_once_in_ten_minutes, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    placed(first, 1).await;
    let sent: Vec<_> = (0..8)
        .map(|_| {
            let caller = first.newer();
            tokio::spawn(async move { caller.get(SERVICES).await.0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for task in sent {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 429, 429, 429, 429, 429, 429, 429], "also of those that come at once");
    let after = too_soon(first, SERVICES).await;
    assert!((540..=600).contains(&after), "{after}");
    // Each kind, and each provider, has its own.
    first.newer().found(WORK_ORDERS).await;
    network.second.newer().found(SERVICES).await;
    // Another key of the same provider has not.
    let other = Caller::of(&network.server, &house.must(&["key", "create", "--org", "First"]));
    too_soon(&other, SERVICES).await;
    first.pass("PT9M").await;
    let after = too_soon(first, SERVICES).await;
    assert!((1..=60).contains(&after), "a refusal puts nothing off: {after}");
    first.pass("PT1M").await;
    assert_eq!(first.newer().get(SERVICES).await.0, 200);
});

on_both!(how_often_is_set_for_an_organization, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (first, second) = (&network.first, &network.second);
    house.must(&["org", "snapshots", "First", "2"]);
    for caller in [first, second] {
        caller.newer().found(SERVICES).await;
    }
    assert!(too_soon(first, SERVICES).await <= 120);
    first.pass("PT2M").await;
    first.newer().found(SERVICES).await;
    assert!(too_soon(second, SERVICES).await > 120, "it is the other one's setting");
    house.must(&["org", "snapshots", "First", "60"]);
    first.pass("PT11M").await;
    assert!(too_soon(first, SERVICES).await > 600);
    second.newer().found(SERVICES).await;
    assert_eq!(house.run(&["org", "snapshots", "Nobody", "1"]).status.code(), Some(3));
});

on_both!(a_line_of_a_snapshot_has_the_documented_members, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let first = &network.first;
    let own = placed(first, 7).await;
    network.book(&own).await;
    let services = first.newer().found(SERVICES).await;
    let line = &services[0];
    let names = ["service_id", "customer_name", "full_address", "status", "product", "last_updated_date"];
    assert_eq!(members(line), names.into());
    assert_eq!((&line["customer_name"], &line["status"]), (&json!("Thandi Nkosi"), &json!("Pending")));
    assert_eq!(line["product"], "Fibre 100");
    let address = text(line, "full_address");
    assert!(address.contains("Acacia Street") && address.contains("Randfontein"), "{address}");
    assert!(text(line, "last_updated_date").ends_with('Z'), "{line}");
    let orders = first.newer().found(WORK_ORDERS).await;
    let line = &orders[0];
    let names = [
        "work_order_id",
        "reference",
        "type",
        "status",
        "customer_name",
        "full_address",
        "product",
        "assigned",
        "start_date",
        "schedule_date",
        "schedule_time",
        "last_update_date",
        "close_date",
    ];
    assert_eq!(members(line), names.into());
    let record = first.found(&own.work_path()).await;
    for name in ["reference", "type", "status", "schedule_date", "schedule_time"] {
        assert_eq!(line[name], record[name], "{name}");
    }
    assert_eq!((&line["customer_name"], &line["full_address"]), (&json!("Thandi Nkosi"), &json!(address)));
    assert_eq!((&line["assigned"], &line["close_date"]), (&Value::Null, &Value::Null));
});
