//! Events: gapless within an aggregate, and over all of them in positions that keep that order.

use crate::world::*;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::event::{self, Stored};

store::on_both!(an_event_is_read_as_it_was_written, |t: TestStore| async move {
    let w = world(&t).await;
    let (written, at) = t
        .did(move |tx| {
            let (kind, version, aggregate, aggregate_id) = ("order.created", 3, "order", [8; 16]);
            let data = serde_json::json!({"number": 7, "state": "in_progress"});
            let event = model::event::Event {
                kind,
                version,
                aggregate,
                aggregate_id,
                sequence: 1,
                organization: w.shop,
                data,
            };
            event::insert(tx, &event)?;
            Ok((event, tx.now()))
        })
        .await;
    t.did(|tx| event::place(tx, 1_000)).await;
    let stored = t.saw(|tx| event::after(tx, 0, 1_000)).await.pop().unwrap();
    assert_eq!(
        (stored.kind.as_str(), stored.version, stored.aggregate.as_str()),
        (written.kind, written.version, written.aggregate)
    );
    assert_eq!((stored.aggregate_id.as_slice(), stored.sequence), (&written.aggregate_id[..], 1));
    assert_eq!((stored.organization, stored.data, stored.occurred), (w.shop, written.data, at));
});

store::on_both!(events_are_read_on_from_a_position, |t: TestStore| async move {
    world(&t).await;
    while t.did(|tx| event::place(tx, 2)).await > 0 {}
    let all = t.saw(|tx| event::after(tx, 0, 1_000)).await;
    assert_eq!(all.iter().map(|e| e.position).collect::<Vec<_>>(), (1..=6).collect::<Vec<_>>());
    let rest = t.saw(|tx| event::after(tx, 2, 3)).await;
    assert_eq!(rest, all[2..5]);
    assert_eq!(t.saw(|tx| event::after(tx, 6, 3)).await, []);
    assert_eq!(t.did(|tx| event::place(tx, 2)).await, 0, "nothing is placed twice");
});

store::on_both!(what_was_undone_left_no_gap, |t: TestStore| async move {
    let w = world(&t).await;
    let one = |i: u32| {
        let store = t.store.clone();
        async move {
            let work = move |tx: &mut Tx<'_>| {
                action(tx, &w)?;
                if i.is_multiple_of(2) { Err(Error::Full) } else { Ok(()) }
            };
            let _ = store.write(work).await;
        }
    };
    together((0..60).map(one)).await;
    while t.did(|tx| event::place(tx, 7)).await > 0 {}
    let positions: Vec<i64> =
        t.saw(|tx| event::after(tx, 0, 1_000)).await.iter().map(|e| e.position).collect();
    assert_eq!(positions, (1..=36).collect::<Vec<_>>());
});

// Eight writers change the same few actions while two sequencers place events and a reader follows.
store::on_both!(
    positions_are_gapless_and_keep_each_sequence_whoever_writes_and_places,
    |t: TestStore| async move {
        use model::action::State;
        const CHANGES: usize = 30;
        let w = world(&t).await;
        let actions: Vec<i64> =
            t.did(move |tx| (0..5).map(|_| action(tx, &w).map(|(number, _)| number)).collect()).await;
        let done = Arc::new(AtomicBool::new(false));
        let writer = |i: usize| {
            let (store, actions) = (t.store.clone(), actions.clone());
            async move {
                for change in 0..CHANGES {
                    let number = actions[(i + change) % actions.len()];
                    store
                        .did(move |tx| {
                            let before = store::action::lock(tx, number)?.unwrap();
                            let mut after = before.clone();
                            after.state = if before.state == State::Running {
                                State::Interrupted
                            } else {
                                State::Running
                            };
                            store::action::settle(tx, &before, &mut after, Duration::ZERO)
                        })
                        .await;
                }
            }
        };
        let sequencer = |limit: i64| {
            let (store, done) = (t.store.clone(), done.clone());
            async move {
                // What was committed before `done` was set is placed by a round that begins after it.
                loop {
                    let last = done.load(Ordering::Acquire);
                    while store.did(move |tx| event::place(tx, limit)).await > 0 {}
                    if last {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
            }
        };
        let follower = {
            let (store, done) = (t.store.clone(), done.clone());
            async move {
                let mut followed: Vec<Stored> = Vec::new();
                let mut last = false;
                loop {
                    let from = followed.last().map_or(0, |e| e.position);
                    let some = store.saw(move |tx| event::after(tx, from, 13)).await;
                    if some.is_empty() && last {
                        return followed;
                    }
                    last = some.is_empty() && done.load(Ordering::Acquire);
                    if last {
                        // The sequencers may have a last round to make.
                        while store.did(|tx| event::place(tx, 100)).await > 0 {}
                    }
                    followed.extend(some);
                }
            }
        };
        let sequencers = tokio::spawn(together([3, 50].map(sequencer)));
        let follower = tokio::spawn(follower);
        together((0..8).map(writer)).await;
        done.store(true, Ordering::Release);
        sequencers.await.unwrap();
        let followed = follower.await.unwrap();
        let expected = 6 + 5 + 8 * CHANGES;
        let positions: Vec<i64> = followed.iter().map(|e| e.position).collect();
        assert_eq!(
            positions,
            (1..=expected as i64).collect::<Vec<_>>(),
            "nothing is missed by following positions"
        );
        let mut sequences: HashMap<Vec<u8>, i64> = HashMap::new();
        for event in followed {
            let last = sequences.entry(event.aggregate_id).or_default();
            *last += 1;
            assert_eq!(event.sequence, *last, "{}", event.kind);
        }
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_an_event_has_its_position_at_once() {
    let t = tokio::task::spawn_blocking(TestStore::sqlite).await.unwrap();
    world(&t).await;
    assert_eq!(t.saw(|tx| event::after(tx, 0, 1_000)).await.len(), 6);
    assert_eq!(t.did(|tx| event::place(tx, 1_000)).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_an_event_is_read_only_once_it_is_placed() {
    let t = tokio::task::spawn_blocking(TestStore::postgres).await.unwrap();
    world(&t).await;
    assert_eq!(t.saw(|tx| event::after(tx, 0, 1_000)).await, []);
    assert_eq!(t.did(|tx| event::place(tx, 4)).await, 4);
    assert_eq!(t.saw(|tx| event::after(tx, 0, 1_000)).await.len(), 4);
    assert_eq!(t.did(|tx| event::place(tx, 4)).await, 2);
}
