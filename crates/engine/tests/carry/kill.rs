//! A node that is killed while a call is out: what it left behind is adopted, not doubled. And two
//! nodes on one database.

use crate::fake::Fake;
use crate::fault::Fault;
use crate::matrix::Cell;
use crate::node::Node;
use crate::world::World;
use model::action::State;
use model::attempt::{self, Class};
use model::prompt::Answer;
use serde_json::json;
use std::time::Duration;
use store::testing::TestStore;
use store::{Engine, on_both};

const HOLDS: [Fault; 2] = [Fault::HoldUnbooked, Fault::HoldBooked];

/// As the program does when it starts and has its store to itself; on PostgreSQL the leases end.
async fn void_leases(world: &World) {
    if world.store.engine() == Engine::Sqlite {
        world.store.write(store::action::void_leases).await.unwrap();
    }
}

async fn cells(world: &World, part: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    for fault in HOLDS {
        for class in Class::ALL {
            cells.push(Cell::new(world, fault, *class, part).await);
        }
    }
    cells
}

async fn until_held(cells: &[Cell]) {
    for cell in cells {
        while cell.fake.held() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

on_both!(orders_that_were_out_when_the_node_was_killed_are_booked_once, |test: TestStore| async move {
    let world = World::new(test).await;
    let node = Node::start(&world);
    let cells = cells(&world, "order").await;
    let mut orders = Vec::new();
    for cell in &cells {
        cell.fake.fail_next("/orders", cell.fault).await;
        orders.push(world.order(cell.carrier).await);
    }
    until_held(&cells).await;
    node.kill();
    for order in &orders {
        assert_eq!(world.attempts(*order).await[0].state, attempt::State::Armed, "nobody could tell of it");
    }
    void_leases(&world).await;
    let node = Node::start(&world);
    for (cell, order) in cells.iter().zip(orders) {
        if cell.class == Class::D {
            cell.let_a_person_decide(&world, order).await;
        }
        cell.finish(&world, order).await;
        cell.check(&world.attempts(order).await, 0);
    }
    drop(node);
});

on_both!(
    one_time_passwords_that_were_out_when_the_node_was_killed_are_tried_once,
    |test: TestStore| async move {
        let world = World::new(test).await;
        let node = Node::start(&world);
        let cells = cells(&world, "otp").await;
        let mut orders = Vec::new();
        for cell in &cells {
            let order = world.order(cell.carrier).await;
            world.until_state(order, State::Interrupted).await;
            cell.fake.fail_next("/otp", cell.fault).await;
            world.answer(order, Answer::Otp("123456".into())).await;
            orders.push(order);
        }
        until_held(&cells).await;
        node.kill();
        void_leases(&world).await;
        let node = Node::start(&world);
        for (cell, order) in cells.iter().zip(orders) {
            world.until_state(order, State::Done).await;
            let booked = world.booked(&cell.name).await;
            assert_eq!(booked.len(), 1);
            let seen = world.get(&format!("carriers/{}/orders/{}", cell.name, booked[0])).await;
            assert_eq!(seen["order"]["otp_tries"], 1, "{}", cell.name);
            cell.check(&world.attempts(order).await, 1);
        }
        drop(node);
    }
);

/// Two processes with a store each, as in production.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_on_one_postgres_never_send_an_attempt_twice() {
    const ORDERS: usize = 80;
    let test = tokio::task::spawn_blocking(TestStore::postgres).await.unwrap();
    let world = World::new(test).await;
    let second = world.second_store().await;
    let fake = Fake::start(&world.sandbox, &world.client).await;
    let carrier = world.carrier("shared", json!({"url": fake.url, "limits": {"concurrency": 8}})).await;
    let nodes = [Node::start(&world), Node::start_on(&world, second)];
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        orders.push(world.order(carrier).await);
    }
    let mut workers = std::collections::BTreeSet::new();
    for order in &orders {
        world.until_state(*order, State::Interrupted).await;
        world.answer(*order, Answer::Otp("123456".into())).await;
    }
    for order in orders {
        world.until_state(order, State::Done).await;
        workers.extend(world.attempts(order).await.into_iter().map(|a| a.worker));
    }
    assert_eq!(workers.len(), 2, "both had their part");
    assert_eq!(fake.count("/orders"), ORDERS, "each went out once");
    assert_eq!(fake.count("/otp"), ORDERS);
    assert_eq!(world.booked("shared").await.len(), ORDERS);
    assert_eq!(world.get("ledger?carrier=shared").await["duplicates"], json!([]));
    drop(nodes);
}
