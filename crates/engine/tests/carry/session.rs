//! Carriers that want a login: one session for all calls, renewed when the carrier forgot it.

use crate::fake::Fake;
use crate::node::Node;
use crate::world::{World, coverage};
use model::action::State;
use model::attempt;
use model::prompt::Answer;
use serde_json::json;
use std::time::Duration;
use store::on_both;
use store::testing::TestStore;

on_both!(one_session_serves_all_calls_and_is_renewed_when_it_is_over, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let carrier = world.carrier("shy", json!({"url": fake.url, "session_key": "the-key-of-shy"})).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    world.until_state(order, State::Interrupted).await;
    assert_eq!(fake.count("/session"), 1);

    // As if it had been thrown away at the carrier.
    let until = world.store.clock().now().plus(Duration::from_secs(600));
    world
        .store
        .write(move |tx| store::carrier::save_session(tx, carrier, &json!("forgotten"), until))
        .await
        .unwrap();
    world.answer(order, Answer::Otp("123456".into())).await;
    world.until_state(order, State::Done).await;
    assert_eq!(fake.count("/session"), 2, "one login more");
    assert_eq!(fake.count("/otp"), 2, "not looked at, and sent again with the new session");
    assert!(world.attempts(order).await.iter().all(|a| a.state == attempt::State::Confirmed && a.sends == 1));
    assert_eq!(world.booked("shy").await.len(), 1);
    drop(node);
});

on_both!(an_order_is_not_sent_while_there_is_no_session, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    fake.refuse_all(Some(500));
    // Class D: had anything been sent, a person would be asked.
    let settings = json!({"url": fake.url, "session_key": "the-key-of-shy", "classes": {"order": "D"}});
    let carrier = world.carrier("locked", settings).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    while fake.count("/session") < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(fake.count("/orders"), 0);
    fake.refuse_all(None);
    world.until_state(order, State::Interrupted).await;
    assert_eq!((world.open_tasks().await, world.booked("locked").await.len()), (0, 1));
    drop(node);
});

on_both!(many_calls_without_a_session_make_one_login, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    fake.delay_all(Duration::from_millis(200));
    let carrier = world.carrier("shy", json!({"url": fake.url, "session_key": "the-key-of-shy"})).await;
    let mut actions = Vec::new();
    for _ in 0..20 {
        actions.push(world.place(carrier, coverage()).await);
    }
    let node = Node::start(&world);
    for action in &actions {
        world.until_state(*action, State::Done).await;
    }
    assert_eq!(fake.count("/session"), 1);

    // All of them find it over, and the first to log in does so for all.
    let until = world.store.clock().now().plus(Duration::from_secs(600));
    world
        .store
        .write(move |tx| store::carrier::save_session(tx, carrier, &json!("forgotten"), until))
        .await
        .unwrap();
    actions.clear();
    for _ in 0..20 {
        actions.push(world.place(carrier, coverage()).await);
    }
    for action in &actions {
        world.until_state(*action, State::Done).await;
    }
    assert_eq!(fake.count("/session"), 2);
    drop(node);
});

on_both!(a_session_that_is_rejected_twice_has_sent_nothing, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    fake.forget_sessions(true);
    // Class D: had anything been sent, a person would be asked.
    let settings = json!({"url": fake.url, "session_key": "the-key-of-shy", "classes": {"order": "D"}});
    let carrier = world.carrier("amnesiac", settings).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    while fake.count("/orders") < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    fake.forget_sessions(false);
    world.until_state(order, State::Interrupted).await;
    assert_eq!((world.open_tasks().await, world.booked("amnesiac").await.len()), (0, 1));
    drop(node);
});
