//! What is kept of a run: masked exchanges, events without a gap, and no password that was judged.

use crate::node::Node;
use crate::world::{World, subscription};
use model::action::State;
use model::id::Identity;
use model::order::Payment;
use model::prompt::Answer;
use serde_json::json;
use std::sync::Arc;
use store::sql::Sql;
use store::testing::TestStore;
use store::{Engine, on_both};

/// What was typed, and what is known of the customer.
const SECRETS: &[&str] = &[
    "OTP-7F3A9C",
    "MRORSS80A01H501U",
    "+393399988777",
    "secret@example.com",
    "Geheimnis",
    "YA-SECRET-1",
    "VIA SEGRETA",
    "the-key-of-fastweb",
];

fn sql(text: String) -> Sql {
    let text: &'static str = text.leak();
    Sql { name: "a test's own", postgres: text, sqlite: text }
}

/// Everything that lies in the database, as text and as the hexadecimal digits of its bytes.
async fn everything(world: &World) -> String {
    if world.store.engine() == Engine::Sqlite {
        let store::Location::Folder(folder) = &world.test.location else { panic!("a folder") };
        let files =
            std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        return files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    }
    let rows = |text: String| {
        let store = world.store.clone();
        async move {
            store
                .read(move |tx| tx.all(sql(text.clone()), &[], |row| row.get::<String>("text")))
                .await
                .unwrap()
        }
    };
    let mut all = String::new();
    for table in rows(
        "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'".into(),
    )
    .await
    {
        for row in rows(format!("SELECT t::text AS text FROM \"{table}\" AS t")).await {
            all.push_str(&row);
        }
    }
    all
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

async fn check_nothing_is_readable(world: &World, when: &str) {
    let all = everything(world).await;
    assert!(all.contains("action.created"), "the search sees what is not sealed");
    for secret in SECRETS {
        assert!(
            !all.contains(secret) && !all.contains(&hexadecimal(secret)),
            "{when}: {secret} lies in the database"
        );
    }
}

async fn approve(world: &Arc<World>, order: i64) {
    let action = world
        .until(order, "at the card page", |a| {
            a.progress["status"] == "card_required" && a.state == State::Interrupted
        })
        .await;
    let url = action.progress["card_url"].as_str().unwrap().to_owned();
    let page = world.client.post(url).header("Content-Type", "application/x-www-form-urlencoded");
    assert!(page.body("decision=approve").send().await.unwrap().status().is_success());
}

on_both!(exchanges_are_masked_and_a_judged_password_is_nowhere, |test: TestStore| async move {
    let world = World::new(test).await;
    let carrier = world.carrier("fastweb", json!({"session_key": "the-key-of-fastweb"})).await;
    let node = Node::start(&world);
    let order = world.place(carrier, subscription("Mario", Payment::CreditCard)).await;
    world.until_state(order, State::Interrupted).await;
    world.answer(order, Answer::Otp("OTP-7F3A9C".into())).await;
    let refused = world.until(order, "refused", |a| a.state == State::Interrupted && a.step == 2).await;
    check_nothing_is_readable(&world, "after a wrong one").await;
    assert!(!refused.progress.to_string().contains("OTP-7F3A9C"), "not even sealed");
    let prompts = world.store.read(move |tx| store::prompt::of_action(tx, refused.id)).await.unwrap();
    assert!(prompts.iter().all(|p| p.answer.is_none() && p.tries == 1), "{prompts:?}");

    world.answer(order, Answer::Otp("123456".into())).await;
    approve(&world, order).await;
    let done = world.until_state(order, State::Done).await;
    check_nothing_is_readable(&world, "at the end").await;

    let exchanges = world.store.read(move |tx| store::exchange::of_action(tx, done.id)).await.unwrap();
    let operations: Vec<_> = exchanges.iter().map(|e| e.operation.as_str()).collect();
    assert_eq!(operations[..4], ["session", "order", "otp", "otp"], "every request, in order");
    assert!(operations[4..].iter().all(|o| *o == "status") && operations.len() > 4);
    assert!(
        exchanges[1].request.contains("Fastweb Casa") && exchanges[1].attempt.is_some(),
        "{:?}",
        exchanges[1]
    );
    assert!(
        exchanges
            .iter()
            .all(|e| e.status.is_some() && !e.request.contains("123456") && !e.answer.contains("/card/")),
        "{exchanges:?}"
    );
    drop(node);
});

on_both!(the_events_of_an_action_have_no_gap, |test: TestStore| async move {
    let world = World::new(test).await;
    let carrier = world.carrier("fastweb", json!({})).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    for otp in ["000000", "123456"] {
        let prompt = world.until_state(order, State::Interrupted).await;
        world.answer(order, Answer::Otp(otp.into())).await;
        world.until(order, "judged", |a| a.step > prompt.step).await;
    }
    let action = world.until_state(order, State::Done).await;
    let events = world
        .store
        .write(move |tx| {
            while store::event::place(tx, 100)? > 0 {}
            store::event::after(tx, 0, 1_000)
        })
        .await
        .unwrap();
    let of_action: Vec<_> = events.iter().filter(|e| e.aggregate_id == action.id.bytes()).collect();
    let kinds: Vec<_> = of_action.iter().map(|e| e.kind.as_str()).collect();
    let again = ["action.interrupted", "action.running"];
    assert_eq!(
        kinds,
        [&["action.created", "action.running"], &again[..], &again[..], &["action.done"]].concat()
    );
    assert!(of_action.iter().map(|e| e.sequence).eq(1..=action.version));
    drop(node);
});
