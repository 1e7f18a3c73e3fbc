//! A carrier's feed: what happens there is learned without asking about each order.

use crate::fake::Fake;
use crate::node::Node;
use crate::world::World;
use model::action::State;
use serde_json::json;
use std::time::Duration;
use store::on_both;
use store::testing::TestStore;

on_both!(what_the_customer_does_at_the_carrier_is_seen_in_the_feed, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let carrier = world.carrier("chatty", json!({"url": fake.url, "feed": true})).await;
    let node = Node::start(&world);
    let (order, other) = (world.order(carrier).await, world.order(carrier).await);
    world.until_state(order, State::Interrupted).await;
    world.until_state(other, State::Interrupted).await;
    let reference = world.attempts(order).await[0].reference.clone();
    let found = world.get(&format!("carriers/chatty/orders/by-reference/{reference}")).await;

    // Typed on the carrier's own page: no caller ever answers us.
    let path =
        format!("{}/carriers/chatty/orders/{}/otp", world.sandbox, found["order"]["id"].as_str().unwrap());
    let typed = world
        .client
        .post(path)
        .body(json!({"reference": "own-page", "otp": "123456"}).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(typed.status(), 200);
    world.until_state(order, State::Done).await;
    assert_eq!(world.action(other).await.state, State::Interrupted, "the other one still waits");
    assert_eq!(fake.count("/otp"), 0);
    drop(node);
});

on_both!(a_feed_that_never_answers_holds_up_no_other, |test: TestStore| async move {
    let world = World::new(test).await;
    let (sick, well) =
        (Fake::start(&world.sandbox, &world.client).await, Fake::start(&world.sandbox, &world.client).await);
    sick.delay_all(Duration::from_secs(600));
    for n in 0..3 {
        world
            .carrier(
                &format!("mute-{n}"),
                json!({"url": sick.url, "feed": true, "limits": {"timeout_ms": 60_000}}),
            )
            .await;
    }
    world.carrier("chatty", json!({"url": well.url, "feed": true})).await;
    let node = Node::start(&world);
    let polls = |fake: &Fake| fake.calls().iter().filter(|call| call.contains("/changes")).count();
    while polls(&well) < 4 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(polls(&sick), 3, "one each, still out");
    drop(node);
});

on_both!(a_feed_waits_for_its_carriers_breaker, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let carrier = world.carrier("chatty", json!({"url": fake.url, "feed": true})).await;
    for _ in 0..store::health::LIMIT {
        let cool_down = Duration::from_secs(4);
        world.store.write(move |tx| store::health::failed(tx, carrier, cool_down)).await.unwrap();
    }
    let node = Node::start(&world);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(fake.calls(), Vec::<String>::new());
    // Nobody orders anything: the feed is the probe, and opens the way.
    while fake.calls().len() < 3 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let breaker = world.store.read(move |tx| store::health::look(tx, carrier)).await.unwrap();
    assert_eq!(breaker, store::health::Breaker::Open);
    drop(node);
});
