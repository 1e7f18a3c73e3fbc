//! The feed: every change is told once, in order, from any cursor.

use serde_json::{Value, json};

use crate::support::{World, answer, order};

async fn changes(world: &World, query: &str) -> (u16, Value) {
    let (status, body) = answer(world.get(&format!("/carriers/fastweb/changes{query}"))).await;
    (status.as_u16(), body)
}

/// The cursor, and id and status of each order.
async fn since(world: &World, cursor: i64) -> (i64, Vec<(String, String)>) {
    let (status, body) = changes(world, &format!("?after={cursor}")).await;
    assert_eq!(status, 200, "{body}");
    let text = |order: &Value, name: &str| order[name].as_str().unwrap().to_owned();
    let orders =
        body["changes"].as_array().unwrap().iter().map(|o| (text(o, "id"), text(o, "status"))).collect();
    (body["cursor"].as_i64().unwrap(), orders)
}

fn told(id: &str, status: &str) -> (String, String) {
    (id.to_owned(), status.to_owned())
}

#[tokio::test]
async fn an_order_is_told_with_its_last_change_and_not_again() {
    let world = World::new().await;
    assert_eq!(changes(&world, "").await, (200, json!({"cursor": 0, "changes": []})));
    let (first, second) = (world.booked("r-1", "iban").await, world.booked("r-2", "credit_card").await);
    let (cursor, orders) = since(&world, 0).await;
    assert_eq!(orders, [told(&first, "otp_required"), told(&second, "otp_required")]);
    assert_eq!(since(&world, cursor).await, (cursor, vec![]));

    world.otp(&first, "t-1", "123456").await;
    let (later, orders) = since(&world, cursor).await;
    assert_eq!(orders, [told(&first, "provisioning")]);
    world.otp(&first, "t-1", "123456").await;
    assert_eq!(since(&world, later).await, (later, vec![]), "answered as the first time: nothing changed");
    world.status(&first).await;
    world.otp(&second, "t-2", "000000").await;
    assert_eq!(since(&world, later).await.1, [told(&first, "active"), told(&second, "otp_required")]);
    assert_eq!(
        since(&world, 0).await.1,
        [told(&first, "active"), told(&second, "otp_required")],
        "each once"
    );
}

#[tokio::test]
async fn the_card_page_is_a_change_too() {
    let world = World::new().await;
    let id = world.booked("r-1", "credit_card").await;
    let (_, answered) = world.otp(&id, "t-1", "123456").await;
    let (cursor, _) = since(&world, 0).await;
    let url = answered["order"]["card"]["url"].as_str().unwrap();
    world
        .client
        .post(url)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("decision=approve")
        .send()
        .await
        .unwrap();
    assert_eq!(since(&world, cursor).await.1, [told(&id, "provisioning")]);
}

#[tokio::test]
async fn many_changes_come_in_several_answers_and_none_is_left_out() {
    let world = World::new().await;
    for n in 0..620 {
        assert_eq!(world.place("C", &order(&format!("r-{n}"), "Mario")).await.0, 201);
    }
    let (mut cursor, mut seen) = (0, Vec::new());
    loop {
        let (next, orders) = since(&world, cursor).await;
        if orders.is_empty() {
            break;
        }
        assert!(orders.len() <= 500);
        seen.extend(orders.into_iter().map(|(id, _)| id));
        cursor = next;
    }
    assert_eq!(seen.len(), 620);
    assert!(seen.is_sorted());
}

#[tokio::test]
async fn the_cursor_outlives_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let world = World::at(&path).await;
    world.booked("r-1", "iban").await;
    let (cursor, _) = since(&world, 0).await;
    drop(world);
    let world = World::at(&path).await;
    assert_eq!(since(&world, cursor).await, (cursor, vec![]));
    let id = world.booked("r-2", "iban").await;
    assert_eq!(since(&world, cursor).await.1, [told(&id, "otp_required")]);
}

#[tokio::test]
async fn a_carrier_is_told_of_its_own_orders_only_and_a_wrong_cursor_is_refused() {
    let world = World::new().await;
    world.booked("r-1", "iban").await;
    let (_, other) = answer(world.get("/carriers/aruba/changes")).await;
    assert_eq!(other, json!({"cursor": 0, "changes": []}));
    let (status, body) = changes(&world, "?after=soon").await;
    assert_eq!((status, &body["code"]), (400, &json!("invalid")));
    let (status, body) =
        answer(world.get("/carriers/fastweb/changes").header("Sandbox-Session", "required")).await;
    assert_eq!((status.as_u16(), &body["code"]), (401, &json!("no_session")));
}
