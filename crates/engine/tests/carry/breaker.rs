//! The breaker: a carrier that fails is left alone, and looked at by one probe at a time.

use crate::fake::Fake;
use crate::node::Node;
use crate::world::{World, coverage, subscription};
use engine::core::NO_ANSWER;
use model::action::{Driver, State};
use model::id::CarrierId;
use model::order::Payment;
use serde_json::json;
use std::time::Duration;
use store::on_both;
use store::testing::TestStore;

/// `engine::worker`'s.
const COOL_DOWN: Duration = Duration::from_secs(10);

on_both!(after_five_failures_one_probe_goes_out_in_each_cool_down, |test: TestStore| async move {
    const ACTIONS: usize = 30;
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    fake.refuse_all(Some(503));
    // One after another, so that none is under way when the breaker opens.
    let carrier = world.carrier("down", json!({"url": fake.url, "limits": {"concurrency": 1}})).await;
    let node = Node::start(&world);
    let mut actions = Vec::new();
    for _ in 0..ACTIONS {
        actions.push(world.place(carrier, coverage()).await);
    }
    while fake.count("/coverage") < 5 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(COOL_DOWN / 2).await;
    assert_eq!(fake.count("/coverage"), 5, "left alone");
    tokio::time::sleep(COOL_DOWN * 3 / 4).await;
    assert_eq!(fake.count("/coverage"), 6, "one probe");

    // Another process, which has seen none of it: its first good answer opens the way for all.
    node.kill();
    fake.refuse_all(None);
    let node = Node::start(&world);
    for action in &actions {
        world.until_state(*action, State::Done).await;
    }
    assert_eq!(fake.count("/coverage"), 6 + ACTIONS);
    drop(node);
});

/// As after five failures that anybody has seen.
async fn shut(world: &World, carrier: CarrierId, for_: Duration) {
    for _ in 0..store::health::LIMIT {
        world.store.write(move |tx| store::health::failed(tx, carrier, for_)).await.unwrap();
    }
}

on_both!(
    a_closed_breaker_holds_what_the_house_hands_over_and_leaves_the_rest_alone,
    |test: TestStore| async move {
        let world = World::new(test).await;
        let fake = Fake::start(&world.sandbox, &world.client).await;
        let carrier = world.carrier("down", json!({"url": fake.url})).await;
        shut(&world, carrier, Duration::from_secs(4)).await;
        let work = || subscription("Mario", Payment::Iban("IT60X0542811101000000123456".into()));
        let handed = world.place_with(carrier, work(), Driver::House).await;
        let waiting = world.place(carrier, work()).await;
        let node = Node::start(&world);
        // The house has had its part, and goes no further.
        world.until(handed, "handed over", |a| a.driver == Driver::Connector).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(fake.calls(), Vec::<String>::new());
        assert_eq!(world.action(waiting).await.fence, 0, "not taken up only to be put back");
        for order in [handed, waiting] {
            world.until_state(order, State::Interrupted).await;
        }
        assert_eq!(fake.count("/orders"), 2);
        drop(node);
    }
);

on_both!(what_a_dead_carrier_never_got_ends_after_its_limit, |test: TestStore| async move {
    const EACH: usize = 40;
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let limits = json!({"coverage_limit_s": 2, "order_limit_s": 3});
    let carrier = world.carrier("dead", json!({"url": fake.url, "limits": limits})).await;
    let patient = world.carrier("patient", json!({"url": fake.url})).await;
    for id in [carrier, patient] {
        shut(&world, id, Duration::from_secs(3)).await;
    }
    fake.refuse_all(Some(503));
    let mut given_up = Vec::new();
    for _ in 0..EACH {
        given_up.push(world.place(carrier, coverage()).await);
        given_up.push(world.order(carrier).await);
    }
    let (kept, node) = (world.place(patient, coverage()).await, Node::start(&world));
    for action in given_up {
        let ended = world.until_state(action, State::Canceled).await;
        assert_eq!(ended.error.as_deref(), Some(NO_ANSWER));
    }
    assert!(fake.calls().len() < 12, "a few probes, and not one call for each: {:?}", fake.calls());
    assert!(!world.action(kept).await.state.is_final(), "its time is not over");
    drop(node);
});
