//! A store that is out of reach for a moment, when an answer has to be stored.

use crate::fake::Fake;
use crate::node::Node;
use crate::world::{Ends, World, coverage};
use carriers::Outcome;
use engine::{House, Step};
use model::action::{Action, State};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::testing::TestStore;
use store::{Error, Tx, on_both};

/// The hub, with a store that is out of reach for the first ends.
struct Hiccup {
    left: AtomicUsize,
}

impl House for Hiccup {
    fn step(&self, tx: &mut Tx<'_>, action: &Action) -> Result<Step, Error> {
        Ends.step(tx, action)
    }

    fn ended(&self, tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), Error> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => Err(Error::Unavailable { after: Duration::from_secs(1), reason: "a hiccup".into() }),
            Err(_) => Ends.ended(tx, action, outcome),
        }
    }
}

on_both!(an_answer_in_hand_outlasts_a_hiccup_of_the_store, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let carrier = world.carrier("well", json!({"url": fake.url})).await;
    let house = Arc::new(Hiccup { left: AtomicUsize::new(3) });
    let node = Node::start_with(&world, world.store.clone(), house.clone());
    let check = world.place(carrier, coverage()).await;
    let done = world.until_state(check, State::Done).await;
    assert_eq!(house.left.load(Ordering::SeqCst), 0);
    assert_eq!(fake.count("/coverage"), 1, "not asked again");
    let kept = world.store.read(move |tx| store::exchange::of_action(tx, done.id)).await.unwrap();
    assert_eq!(kept.len(), 1, "recorded once");
    drop(node);
});
