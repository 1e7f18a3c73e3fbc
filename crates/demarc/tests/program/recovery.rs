//! Kills, restarts, second servers, backups.

use crate::on_both;
use crate::support::{
    Ended, House, Running, address, coverage, free_address, http, ledger, subscription, until,
};
use serde_json::json;
use std::time::Duration;

on_both!(an_order_goes_on_after_the_server_was_killed_at_its_prompt, |house: House| async move {
    let mut server = house.serve(&[]).await;
    let key = house.furnish();
    let order = server.client(&key).accept("/subscription", &subscription("Mario", "iban")).await;
    server.client(&key).wait(order, &["interrupted"]).await;
    server.kill();
    let server = house.serve(&[]).await;
    let client = server.client(&key);
    assert_eq!(client.status(order).await["status"], "interrupted");
    client.post(&format!("/subscription/{order}/send-otp"), &json!({"otp": "123456"})).await;
    assert_eq!(client.wait(order, &["done", "canceled"]).await["status"], "done");
});

on_both!(what_was_accepted_before_a_kill_is_carried_out_once_after_it, |house: House| async move {
    let mut server = house.serve(&[]).await;
    let key = house.furnish();
    let client = server.client(&key);
    let mut orders = Vec::new();
    for _ in 0..20 {
        orders.push(client.accept("/subscription", &subscription("Mario", "iban")).await);
    }
    server.kill();
    let server = house.serve(&[]).await;
    let client = server.client(&key);
    for order in &orders {
        client.wait(*order, &["interrupted"]).await;
    }
    let booked = ledger(&server.url).await;
    assert_eq!(booked["bookings"].as_array().unwrap().len(), orders.len());
    assert_eq!(booked["duplicates"], json!([]));
});

on_both!(a_node_without_workers_accepts_and_another_carries_out, |house: House| async move {
    let accepting = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let client = accepting.client(&key);
    let id = client.accept("/coverage", &coverage("fastweb", address("VIA ROMA", json!(1)))).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(client.status(id).await["status"], "pending");
    drop(accepting);
    let working = house.serve(&[]).await;
    assert_eq!(working.client(&key).wait(id, &["done", "canceled"]).await["status"], "done");
});

#[tokio::test(flavor = "multi_thread")]
async fn several_nodes_on_one_postgres_database_share_the_work() {
    let house = House::new(tokio::task::spawn_blocking(store::testing::Place::postgres).await.unwrap());
    let first = house.serve(&[]).await;
    let key = house.furnish();
    let second = house.serve(&[]).await;
    let (one, other) = (first.client(&key), second.client(&key));
    let mut orders = Vec::new();
    for i in 0..20 {
        let client = if i % 2 == 0 { &one } else { &other };
        orders.push(client.accept("/subscription", &subscription("Mario", "iban")).await);
    }
    for order in &orders {
        other.wait(*order, &["interrupted"]).await;
        one.post(&format!("/subscription/{order}/send-otp"), &json!({"otp": "123456"})).await;
    }
    for order in &orders {
        assert_eq!(other.wait(*order, &["done", "canceled"]).await["status"], "done");
    }
    let booked = ledger(&first.url).await;
    assert_eq!(booked["bookings"].as_array().unwrap().len(), orders.len());
    assert_eq!(booked["duplicates"], json!([]));
    for node in [&first, &second] {
        assert!(claimed(node).await > 0, "{} did nothing", node.url);
    }
}

/// Actions that a node has claimed since its start.
async fn claimed(node: &Running) -> u64 {
    let metrics = http().get(format!("{}/metrics", node.url)).send().await.unwrap().text().await.unwrap();
    let line = metrics.lines().find_map(|line| line.strip_prefix("demarc_actions_claimed_total "));
    line.map_or(0, |count| count.trim().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_nodes_work_is_taken_over_within_its_lease_on_postgres() {
    /// A call's deadline and what a lease outlasts it by, and what a takeover may take.
    const LEASE: Duration = Duration::from_secs(6 + 20);
    const TAKEOVER: Duration = Duration::from_secs(5);
    /// What the carrier takes for this address, and for the rest.
    const ANSWER: Duration = Duration::from_secs(5 + 2);
    let house = House::new(tokio::task::spawn_blocking(store::testing::Place::postgres).await.unwrap());
    let mut first = house.serve(&[]).await;
    let key = house.furnish();
    let client = first.client(&key);
    let slow = client.accept("/coverage", &coverage("fastweb", address("VIA SLOW", json!(1)))).await;
    until(Duration::from_secs(10), || async {
        (client.status(slow).await["status"] == "running").then_some(())
    })
    .await
    .unwrap();
    first.kill();
    let killed = std::time::Instant::now();
    let second = house.serve(&[]).await;
    assert_eq!(second.client(&key).wait(slow, &["done", "canceled"]).await["status"], "done");
    assert!(killed.elapsed() < LEASE + TAKEOVER + ANSWER, "{:?}", killed.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_a_folder_is_refused() {
    let house = House::new(store::testing::Place::sqlite());
    let _server = house.serve(&[]).await;
    let output = house.run(&["serve", "--listen", &free_address()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("in use by another demarc server"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_orders_nothing_again() {
    let mut house = House::new(store::testing::Place::sqlite());
    // The carrier outlives both stores.
    let carrier = format!("http://{}", free_address());
    let listen = carrier.trim_start_matches("http://").to_owned();
    let carriers_data = house.folder().join("carrier");
    let mut command = house.command(&["sandbox", "--listen", &listen]);
    command.env("DEMARC_DATA", &carriers_data);
    let _sandbox = Ended(command.stderr(std::process::Stdio::null()).spawn().unwrap());
    house.env.push(("DEMARC_SANDBOX_URL".into(), format!("{carrier}/sandbox")));
    // Accepted, not carried out, backed up; then carried out.
    let accepting = house.serve(&["--no-worker"]).await;
    let key = house.furnish();
    let order = accepting.client(&key).accept("/subscription", &subscription("Mario", "iban")).await;
    let backup = house.folder().join("backup.db");
    house.must(&["backup", backup.to_str().unwrap()]);
    drop(accepting);
    let working = house.serve(&[]).await;
    working.client(&key).wait(order, &["interrupted"]).await;
    drop(working);
    // The backup knows nothing of the booking.
    let restored = house.folder().join("restored");
    std::fs::create_dir(&restored).unwrap();
    std::fs::copy(&backup, restored.join("demarc.db")).unwrap();
    let address = free_address();
    let mut command = house.command(&["serve", "--restored", "--listen", &address]);
    command.env("DEMARC_DATA", &restored);
    let server = Running::start(command, format!("http://{address}"), house.folder()).await;
    let client = server.client(&key);
    client.wait(order, &["interrupted"]).await;
    // It goes on with the order that the carrier has.
    client.post(&format!("/subscription/{order}/send-otp"), &json!({"otp": "123456"})).await;
    assert_eq!(client.wait(order, &["done", "canceled"]).await["status"], "done");
    // Numbers that were given out since the backup do not come to mean something else.
    let next = server
        .client(&key)
        .accept("/coverage", &coverage("fastweb", crate::support::address("VIA ROMA", json!(1))))
        .await;
    assert!(next > 1_000_000, "{next}");
    let booked = ledger(&carrier).await;
    assert_eq!(booked["bookings"].as_array().unwrap().len(), 1, "{booked}");
    assert_eq!(booked["duplicates"], json!([]));
}

on_both!(a_stop_ends_what_is_under_way_and_refuses_nothing_that_was_accepted, |house: House| async move {
    let mut server = house.serve(&[]).await;
    let key = house.furnish();
    let client = server.client(&key);
    let slow = client.accept("/coverage", &coverage("fastweb", address("VIA SLOW", json!(1)))).await;
    until(Duration::from_secs(10), || async {
        (client.status(slow).await["status"] == "running").then_some(())
    })
    .await
    .unwrap();
    assert!(server.terminate().await.success());
    assert!(!server.log().contains("panicked"), "{}", server.log());
    let server = house.serve(&[]).await;
    assert_eq!(server.client(&key).wait(slow, &["done", "canceled"]).await["status"], "done");
});
