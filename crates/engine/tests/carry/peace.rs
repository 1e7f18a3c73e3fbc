//! When nothing is wrong, or only with somebody else: a stop that drains, and a carrier that never
//! answers beside one that does.

use crate::fake::Fake;
use crate::fault::Fault;
use crate::node::Node;
use crate::world::{World, coverage};
use model::action::State;
use model::attempt;
use serde_json::json;
use std::time::Duration;
use store::on_both;
use store::testing::TestStore;

on_both!(a_stop_waits_for_the_call_that_is_out_and_begins_nothing_new, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    fake.delay_all(Duration::from_millis(600));
    let carrier = world.carrier("slow", json!({"url": fake.url})).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    while fake.count("/orders") == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    node.stop(Duration::from_secs(20)).await;
    assert_eq!(world.action(order).await.state, State::Interrupted, "its outcome was stored before the end");
    let later = world.order(carrier).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.action(later).await.state, State::Pending);
    assert_eq!(fake.count("/orders"), 1);
    drop(node);
});

on_both!(a_stop_has_its_patience_and_what_is_left_is_adopted, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let settings =
        json!({"url": fake.url, "limits": {"lookup_spacing_ms": [50, 100, 150], "slowest_booking_ms": 100}});
    let carrier = world.carrier("stuck", settings).await;
    fake.fail_next("/orders", Fault::HoldBooked).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    while fake.held() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    node.stop(Duration::from_millis(300)).await;
    node.kill();
    assert_eq!(world.attempts(order).await[0].state, attempt::State::Armed);
    world.store.write(store::action::void_leases).await.unwrap();
    let node = Node::start(&world);
    world.until_state(order, State::Interrupted).await;
    assert_eq!(world.booked("stuck").await.len(), 1);
    assert_eq!(fake.count("/orders"), 1, "found, not sent again");
    drop(node);
});

on_both!(a_carrier_that_never_answers_takes_its_own_places_only, |test: TestStore| async move {
    const EACH: usize = 60;
    let world = World::new(test).await;
    let (sick, well) =
        (Fake::start(&world.sandbox, &world.client).await, Fake::start(&world.sandbox, &world.client).await);
    sick.delay_all(Duration::from_secs(600));
    let limits = json!({"concurrency": 4, "timeout_ms": 60_000});
    let ill = world.carrier("ill", json!({"url": sick.url, "limits": limits})).await;
    let fit = world.carrier("fit", json!({"url": well.url, "limits": limits})).await;
    let node = Node::start(&world);
    let mut answered = Vec::new();
    for _ in 0..EACH {
        world.place(ill, coverage()).await;
        answered.push(world.place(fit, coverage()).await);
    }
    for action in answered {
        world.until_state(action, State::Done).await;
    }
    assert_eq!(well.count("/coverage"), EACH);
    assert_eq!(
        (sick.count("/coverage"), sick.most_open()),
        (4, 4),
        "no more than its limit were out all the time"
    );
    drop(node);
});
