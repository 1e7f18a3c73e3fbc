//! How a carrier of each class treats a reference that comes again; the ledger is the judge.

use serde_json::json;

use crate::support::{World, answer, order};

#[tokio::test]
async fn class_a_answers_with_the_first_order_and_books_once() {
    let world = World::new().await;
    let (status, first) = world.place("A", &order("r-1", "Mario")).await;
    assert_eq!(status, 201);
    let (status, again) = world.place("A", &order("r-1", "Mario")).await;
    assert_eq!(status, 200);
    assert_eq!(again, first);
    assert_eq!(world.bookings().await, 1);
}

#[tokio::test]
async fn class_b_refuses_the_duplicate_with_the_first_order() {
    let world = World::new().await;
    let (_, first) = world.place("B", &order("r-1", "Mario")).await;
    let (status, again) = world.place("B", &order("r-1", "Mario")).await;
    assert_eq!((status.as_u16(), &again["code"]), (409, &json!("duplicate")));
    assert_eq!(again["order"], first["order"]);
    assert_eq!(world.bookings().await, 1);
}

#[tokio::test]
async fn class_c_books_again_and_a_look_up_finds_the_first() {
    let world = World::new().await;
    // Without the header the class is C.
    let (status, first) = answer(world.post("/carriers/fastweb/orders", &order("r-1", "Mario"))).await;
    assert_eq!(status, 201);
    let (status, second) = world.place("C", &order("r-1", "Mario")).await;
    assert_eq!(status, 201);
    assert_ne!(first["order"]["id"], second["order"]["id"]);
    assert_eq!(world.look_up("C", "r-1").await.1, first);
    let ledger = world.ledger("?carrier=fastweb&reference=r-1").await;
    assert_eq!(ledger["bookings"].as_array().unwrap().len(), 2);
    assert_eq!(ledger["duplicates"], json!([{"carrier": "fastweb", "reference": "r-1", "count": 2}]));
}

#[tokio::test]
async fn class_d_books_again_and_cannot_be_asked_by_reference() {
    let world = World::new().await;
    for _ in 0..2 {
        assert_eq!(world.place("D", &order("r-1", "Mario")).await.0, 201);
    }
    let (status, answer) = world.look_up("D", "r-1").await;
    assert_eq!((status.as_u16(), &answer["code"]), (405, &json!("no_lookup")));
    assert_eq!(world.ledger("").await["duplicates"][0]["count"], 2);
    assert_eq!(world.status("SB-00000001").await.0, 200, "an id that it gave out can be asked for");
}

#[tokio::test]
async fn one_hundred_simultaneous_class_a_orders_with_one_reference_book_once() {
    let world = World::new().await;
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..100 {
        sent.spawn(answer(
            world.post("/carriers/fastweb/orders", &order("r-1", "Mario")).header("Sandbox-Class", "A"),
        ));
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 99);
    assert_eq!(world.bookings().await, 1);
}

#[tokio::test]
async fn the_same_reference_at_another_carrier_is_another_order() {
    let world = World::new().await;
    for carrier in ["fastweb", "aruba"] {
        let request = world.post(&format!("/carriers/{carrier}/orders"), &order("r-1", "Mario"));
        assert_eq!(answer(request.header("Sandbox-Class", "A")).await.0, 201);
    }
    assert_eq!(world.ledger("").await["duplicates"], json!([]));
    assert_eq!(world.ledger("?carrier=aruba").await["bookings"][0]["id"], "SB-00000002");
    assert_eq!(world.status("SB-00000002").await.0, 404, "fastweb does not know aruba's order");
}
