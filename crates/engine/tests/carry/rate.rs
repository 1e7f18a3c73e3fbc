//! A carrier's calls a second: those of all nodes together.

use crate::fake::Fake;
use crate::fault::Fault;
use crate::node::Node;
use crate::world::World;
use model::action::State;
use model::attempt;
use serde_json::json;
use std::time::{Duration, Instant};
use store::on_both;
use store::sql::Sql;
use store::testing::TestStore;

/// The most calls in any one second.
fn most_in_a_second(moments: &[Instant]) -> usize {
    let within = |from: &Instant| {
        moments.iter().filter(|at| *at >= from && **at < *from + Duration::from_secs(1)).count()
    };
    moments.iter().map(within).max().unwrap_or(0)
}

on_both!(two_nodes_together_keep_to_a_carriers_rate, |test: TestStore| async move {
    const RATE: usize = 20;
    const ORDERS: usize = 60;
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let settings = json!({"url": fake.url, "limits": {"rate_per_second": RATE}});
    let carrier = world.carrier("narrow", settings).await;
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        orders.push(world.order(carrier).await);
    }
    let second = world.second_store().await;
    let nodes = [Node::start(&world), Node::start_on(&world, second)];
    let mut workers = std::collections::BTreeSet::new();
    for order in orders {
        world.until_state(order, State::Interrupted).await;
        workers.extend(world.attempts(order).await.into_iter().map(|a| a.worker));
    }
    let moments = fake.moments("/orders");
    assert_eq!((moments.len(), workers.len()), (ORDERS, 2), "each once, and both had their part");
    // A call may begin a quarter of a second after its moment.
    let most = most_in_a_second(&moments);
    assert!(most <= RATE + RATE / 4 + 1, "{most} calls in one second");
    let took = moments[ORDERS - 1] - moments[0];
    assert!(took < Duration::from_secs(2 * ORDERS as u64 / RATE as u64), "{took:?}: the rate is made use of");
    drop(nodes);
});

/// Gives all calls of the near future to somebody else, or none.
const GIVEN: Sql = Sql {
    name: "a test's own",
    postgres: "UPDATE carrier_rate SET next_at = $1",
    sqlite: "UPDATE carrier_rate SET next_at = ?1",
};

async fn give(world: &World, ahead: Duration) {
    let given = move |tx: &mut store::Tx<'_>| {
        let until = tx.machine_time()? + ahead.as_micros() as i64;
        tx.run(GIVEN, &[store::sql::Arg::from(until)])
    };
    assert_eq!(world.store.write(given).await.unwrap(), 1);
}

on_both!(an_action_is_given_back_when_the_rate_takes_too_long, |test: TestStore| async move {
    let world = World::new(test).await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    // Booked by nobody, looked up, and to be sent once more as soon as the last look-up was answered.
    let limits =
        json!({"rate_per_second": 5, "lookup_spacing_ms": [50, 100, 150], "slowest_booking_ms": 100});
    let carrier = world.carrier("narrow", json!({"url": fake.url, "limits": limits})).await;
    fake.fail_next("/orders", Fault::ReadClose).await;
    let node = Node::start(&world);
    let order = world.order(carrier).await;
    let lookups = || fake.calls().iter().filter(|call| call.contains("/by-reference/")).count();
    while lookups() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fake.delay_all(Duration::from_secs(1));
    while lookups() < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    give(&world, Duration::from_secs(50)).await;
    let held_up = |a: &attempt::Attempt| a.state == attempt::State::Absent && a.sends == 0;
    while !world.attempts(order).await.iter().any(held_up) {
        assert_eq!(fake.count("/orders"), 1, "there is no room for it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let waiting = world.action(order).await;
    assert_eq!((waiting.state, waiting.retries), (State::Running, 0), "not counted against the carrier");
    let breaker = world.store.read(move |tx| store::health::look(tx, carrier)).await.unwrap();
    assert_eq!(breaker, store::health::Breaker::Open);
    give(&world, Duration::ZERO).await;
    world.until_state(order, State::Interrupted).await;
    assert_eq!((fake.count("/orders"), world.booked("narrow").await.len()), (2, 1));
    drop(node);
});
