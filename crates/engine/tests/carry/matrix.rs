//! The fault matrix: every fault, in every class, for every mutating call of an order. Each cell
//! has a carrier of its own and an end that is written down here.

use crate::fake::Fake;
use crate::fault::Fault;
use crate::node::Node;
use crate::world::World;
use model::action::State;
use model::attempt::{self, Attempt, Class};
use model::id::CarrierId;
use model::prompt::Answer;
use model::task::Decision;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::on_both;
use store::testing::TestStore;

pub struct Cell {
    pub fault: Fault,
    pub class: Class,
    pub name: String,
    pub carrier: CarrierId,
    pub fake: Fake,
}

impl Cell {
    pub async fn new(world: &World, fault: Fault, class: Class, part: &str) -> Cell {
        let fake = Fake::start(&world.sandbox, &world.client).await;
        let name = format!("{part}-{class}-{fault:?}").to_ascii_lowercase().replace(['(', ')'], "-");
        // Where the deadline is not what is tried out, a busy machine must not run into it.
        let timeout = match fault {
            Fault::BookLate | Fault::BookTrickle => 300,
            // The lease that a killed node leaves behind is as much longer.
            Fault::HoldBooked | Fault::HoldUnbooked => 2_000,
            _ => 10_000,
        };
        let settings = json!({
            "url": fake.url, "name": name, "classes": {"order": class},
            // What is booked besides is told there.
            "feed": fault == Fault::BookTwice,
            "limits": {"timeout_ms": timeout, "lookup_spacing_ms": [50, 100, 150], "slowest_booking_ms": 100},
        });
        let carrier = world.carrier(&name, settings).await;
        Cell { fault, class, name, carrier, fake }
    }

    /// Opens again what was closed for a `Refuse`, once it was run into.
    pub async fn relent(&self, world: &World, order: i64) {
        if self.fault == Fault::Refuse {
            let is_refused = |a: &Attempt| a.state == attempt::State::Absent;
            while !world.attempts(order).await.iter().any(is_refused) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            self.fake.open().await;
        }
    }

    /// A person looks into the carrier's ledger and says what is there.
    pub async fn let_a_person_decide(&self, world: &World, order: i64) {
        let task = world.task(order).await;
        assert_eq!(world.action(order).await.state, State::Running, "{}: not shown as a failure", self.name);
        assert_eq!(task.evidence["attempt"]["class"], json!("D"), "{}", self.name);
        let booked = world.booked(&self.name).await.into_iter().next();
        assert_eq!(booked.is_some(), self.fault.is_booked(), "{}", self.name);
        let decision = if booked.is_some() { Decision::Confirmed } else { Decision::Absent };
        world.decide(&task, decision, booked).await;
    }

    /// From the prompt to the end, and what must be true there.
    pub async fn finish(&self, world: &World, order: i64) {
        world.until_state(order, State::Interrupted).await;
        if self.fault.is_told() {
            // Until the feed has told of both.
            let polls = || self.fake.calls().iter().filter(|call| call.contains("/changes")).count();
            let seen = polls();
            while polls() < seen + 2 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        world.answer(order, Answer::Otp("123456".into())).await;
        let action = world.until_state(order, State::Done).await;
        let booked = world.booked(&self.name).await;
        assert_eq!(booked.len(), self.fault.bookings(), "{}: {:?}", self.name, self.fake.calls());
        // Of two it is the one that we were told of.
        assert_eq!(action.result, Some(json!({"reference": booked[0]})), "{}", self.name);
    }

    /// What the attempts of the failed step must look like in the end.
    pub fn check(&self, attempts: &[Attempt], step: i64) {
        let attempts: Vec<_> = attempts.iter().filter(|a| a.step == step).collect();
        let shown = format!("{}: {attempts:?}", self.name);
        let (last, earlier) = attempts.split_last().expect("an attempt");
        assert_eq!(last.state, attempt::State::Confirmed, "{shown}");
        assert!(attempts.iter().all(|a| a.reference == last.reference), "{shown}");
        let sent = attempts.iter().filter(|a| a.sends > 0).count();
        let class = if step == 0 { self.class } else { Class::A };
        match (self.fault, class) {
            (Fault::Refuse, _) => {
                assert!(earlier.iter().all(|a| a.state == attempt::State::Absent && a.sends == 0), "{shown}");
                assert!(!earlier.is_empty() && sent == 1, "{shown}");
            }
            (fault, _) if fault.is_told() => assert!(earlier.is_empty() && last.sends == 1, "{shown}"),
            // The carrier deduplicates, or refuses the duplicate: one attempt, sent again.
            (_, Class::A | Class::B) => assert!(earlier.is_empty() && last.sends >= 2, "{shown}"),
            // It was found: adopted, and not sent again.
            (fault, Class::C | Class::D) if fault.is_booked() => {
                assert!(earlier.is_empty() && last.sends == 1, "{shown}")
            }
            (_, Class::C) => assert!(
                earlier.len() == 1 && earlier[0].state == attempt::State::Absent && earlier[0].misses == 3,
                "{shown}"
            ),
            (_, Class::D) => {
                assert!(earlier.len() == 1 && earlier[0].state == attempt::State::Absent, "{shown}")
            }
        }
    }
}

async fn at_the_order(world: Arc<World>, fault: Fault, class: Class) {
    let cell = Cell::new(&world, fault, class, "order").await;
    cell.fake.fail_next("/orders", fault).await;
    let order = world.order(cell.carrier).await;
    cell.relent(&world, order).await;
    if class == Class::D && fault != Fault::Refuse && !fault.is_told() {
        cell.let_a_person_decide(&world, order).await;
    }
    cell.finish(&world, order).await;
    cell.check(&world.attempts(order).await, 0);
    if class == Class::D {
        assert_eq!(
            cell.fake.calls().iter().filter(|call| call.contains("by-reference")).count(),
            0,
            "it cannot be asked"
        );
    }
}

async fn at_the_otp(world: Arc<World>, fault: Fault, class: Class) {
    let cell = Cell::new(&world, fault, class, "otp").await;
    let order = world.order(cell.carrier).await;
    world.until_state(order, State::Interrupted).await;
    cell.fake.fail_next("/otp", fault).await;
    world.answer(order, Answer::Otp("123456".into())).await;
    cell.relent(&world, order).await;
    world.until_state(order, State::Done).await;
    let booked = world.booked(&cell.name).await;
    assert_eq!(booked.len(), 1, "{}", cell.name);
    let seen = world.get(&format!("carriers/{}/orders/{}", cell.name, booked[0])).await;
    assert_eq!(
        (&seen["order"]["status"], &seen["order"]["otp_tries"]),
        (&json!("active"), &json!(1)),
        "{}: tried once",
        cell.name
    );
    cell.check(&world.attempts(order).await, 1);
}

async fn at_the_reset(world: Arc<World>, fault: Fault, class: Class) {
    let cell = Cell::new(&world, fault, class, "reset").await;
    let order = world.order(cell.carrier).await;
    world.until_state(order, State::Interrupted).await;
    cell.fake.fail_next("/otp/reset", fault).await;
    world.answer(order, Answer::Reset).await;
    cell.relent(&world, order).await;
    world.until(order, "asked again", |a| a.state == State::Interrupted && a.step == 2).await;
    cell.check(&world.attempts(order).await, 1);
    // The old one is void, and there was one reset.
    world.answer(order, Answer::Otp("654321".into())).await;
    world.until_state(order, State::Done).await;
    let booked = world.booked(&cell.name).await;
    assert_eq!(booked.len(), 1, "{}", cell.name);
    let seen = world.get(&format!("carriers/{}/orders/{}", cell.name, booked[0])).await;
    assert_eq!(seen["order"]["otp_tries"], json!(1), "{}", cell.name);
}

/// The most that this process ever had in memory.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() / 1_024
}

on_both!(every_fault_in_every_class_ends_with_one_booking, |test: TestStore| async move {
    let world = World::new(test).await;
    let node = Node::start(&world);
    let mut cells = tokio::task::JoinSet::new();
    for (n, fault) in Fault::ALL.iter().enumerate() {
        for class in Class::ALL {
            cells.spawn(at_the_order(world.clone(), *fault, *class));
        }
        // A one-time password is class A, whatever an order is.
        // Where the deadline is short, a busy machine may run into it with the order, which nobody is there to decide.
        let is_short = matches!(fault, Fault::BookLate | Fault::BookTrickle);
        let of_order = if is_short { Class::A } else { Class::ALL[n % Class::ALL.len()] };
        cells.spawn(at_the_otp(world.clone(), *fault, of_order));
        cells.spawn(at_the_reset(world.clone(), *fault, of_order));
    }
    assert!(cells.len() >= 200);
    cells.join_all().await;
    assert_eq!(world.open_tasks().await, 0);
    // What is too large is not read, and what is packed is not unpacked.
    assert!(peak_mb() < 250, "{} MB", peak_mb());
    drop(node);
});

on_both!(what_was_never_reached_was_never_sent, |test: TestStore| async move {
    let world = World::new(test).await;
    let node = Node::start(&world);
    // A name that cannot be found, a port where nobody listens, a server that speaks no TLS.
    let (closed, plain) =
        (Fake::start(&world.sandbox, &world.client).await, Fake::start(&world.sandbox, &world.client).await);
    closed.close().await;
    let urls = [
        "http://no-such-name.invalid/sandbox".to_owned(),
        closed.url.clone(),
        plain.url.replace("http://", "https://"),
    ];
    let mut orders = Vec::new();
    for (n, url) in urls.iter().enumerate() {
        let settings = json!({"url": url, "classes": {"order": "D"}});
        let carrier = world.carrier(&format!("unreachable-{n}"), settings).await;
        orders.push(world.order(carrier).await);
    }
    for order in orders {
        while world.attempts(order).await.iter().filter(|a| a.state == attempt::State::Absent).count() < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(
            world
                .attempts(order)
                .await
                .iter()
                .filter(|a| a.state == attempt::State::Absent)
                .all(|a| a.sends == 0)
        );
        assert_eq!(world.action(order).await.state, State::Running);
    }
    assert_eq!(world.open_tasks().await, 0, "class D, and still nobody has to be asked");
    assert!(plain.calls().is_empty());
    drop(node);
});

on_both!(two_bookings_that_a_look_up_tells_of_are_put_to_a_person, |test: TestStore| async move {
    let world = World::new(test).await;
    let node = Node::start(&world);
    let cell = Cell::new(&world, Fault::BookTwiceClose, Class::C, "several").await;
    cell.fake.tell_all();
    cell.fake.fail_next("/orders", cell.fault).await;
    let order = world.order(cell.carrier).await;
    while world.attempts(order).await.iter().all(|a| a.unclear < 2) {
        assert!(cell.fake.count("/orders") <= 1, "sent again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // As after all but one of those that are made before somebody is asked.
    world
        .store
        .write(move |tx| {
            let action = store::action::lock(tx, order)?.unwrap();
            let mut attempts = store::attempt::of_action(tx, action.id)?;
            attempts[0].unclear = 9;
            store::attempt::save(tx, &attempts[0])
        })
        .await
        .unwrap();
    let task = world.task(order).await;
    assert_eq!(world.action(order).await.state, State::Running, "not shown as a failure");
    let booked = world.booked(&cell.name).await;
    assert_eq!((booked.len(), cell.fake.count("/orders")), (2, 1), "nothing was sent again");
    world.decide(&task, Decision::Confirmed, Some(booked[1].clone())).await;
    world.until_state(order, State::Interrupted).await;
    world.answer(order, Answer::Otp("123456".into())).await;
    let done = world.until_state(order, State::Done).await;
    assert_eq!(done.result, Some(json!({"reference": booked[1]})), "the one that the person names");
    assert_eq!((world.booked(&cell.name).await.len(), cell.fake.count("/orders")), (2, 1));
    assert_eq!(world.open_tasks().await, 0);
    drop(node);
});
