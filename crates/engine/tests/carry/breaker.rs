//! The breaker: a carrier that fails is left alone, and looked at by one probe at a time.

use crate::fake::Fake;
use crate::node::Node;
use crate::world::{World, coverage};
use model::action::State;
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
