//! A carrier that answers an order well and calls back a refusal: in its feed, where the next call is made, or
//! where its order is looked at. The caller reads the carrier's reason.

use crate::fake::Fake;
use crate::node::Node;
use crate::world::World;
use model::action::State;
use model::attempt::{self, Class};
use model::prompt::Answer;
use serde_json::json;
use std::sync::Arc;
use store::on_both;
use store::testing::TestStore;

/// How we come to know of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// While the customer is asked, and nobody answers.
    Feed,
    /// The one-time password is wanted no longer.
    Call,
    /// After the right one.
    Status,
}

const REASON: &str = "no port is free after all";

async fn called_back(world: Arc<World>, way: Way, class: Class) {
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let name = format!("fickle-{way:?}-{class}").to_ascii_lowercase();
    let settings =
        json!({"url": fake.url, "name": name, "classes": {"order": class}, "feed": way == Way::Feed});
    let carrier = world.carrier(&name, settings).await;
    let order = world.order(carrier).await;
    world.until_state(order, State::Interrupted).await;
    fake.withdraw(REASON, way == Way::Call);
    if way != Way::Feed {
        world.answer(order, Answer::Otp("123456".into())).await;
    }
    let ended = world.until_state(order, State::Canceled).await;
    assert_eq!(ended.error.as_deref(), Some(REASON), "{name}");
    let attempts = world.attempts(order).await;
    assert!(
        attempts.iter().all(|a| a.state == attempt::State::Confirmed && a.sends == 1),
        "{name}: {attempts:?}"
    );
    assert_eq!(fake.count("/orders"), 1, "{name}: not ordered again");
    assert_eq!(world.booked(&name).await.len(), 1, "{name}");
    let prompts = world.store.read(move |tx| store::prompt::of_action(tx, ended.id)).await.unwrap();
    assert!(prompts.iter().all(|p| p.state == model::prompt::State::Closed), "{name}: {prompts:?}");
}

on_both!(
    a_refusal_after_a_good_answer_ends_the_order_with_the_carriers_reason,
    |test: TestStore| async move {
        let world = World::new(test).await;
        let node = Node::start(&world);
        let mut cells = tokio::task::JoinSet::new();
        for way in [Way::Feed, Way::Call, Way::Status] {
            for class in Class::ALL {
                cells.spawn(called_back(world.clone(), way, *class));
            }
        }
        cells.join_all().await;
        assert_eq!(world.open_tasks().await, 0);
        drop(node);
    }
);
