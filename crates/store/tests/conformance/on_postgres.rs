//! What only PostgreSQL can show: retried conflicts, lost connections, partitions.

use crate::world::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use store::{Location, args};

async fn store() -> TestStore {
    tokio::task::spawn_blocking(TestStore::postgres).await.unwrap()
}

/// Runs text on a connection of the test's own.
async fn directly(t: &TestStore, text: &'static str) {
    let Location::Postgres(url) = t.location.clone() else { panic!("{:?}", t.location) };
    let run = move || postgres::Client::connect(&url, postgres::NoTls).unwrap().batch_execute(text).unwrap();
    tokio::task::spawn_blocking(run).await.unwrap();
}

fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), Error> {
    store::setting::set(tx, name, value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_lock_each_other_out_both_come_through() {
    let t = store().await;
    t.did(|tx| set(tx, "a", "").and(set(tx, "b", ""))).await;
    let met = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    let one = |first: &'static str, second: &'static str| {
        let (store, met, runs) = (t.store.clone(), met.clone(), runs.clone());
        let mut before = true;
        async move {
            store
                .did(move |tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    set(tx, first, first)?;
                    if std::mem::take(&mut before) {
                        met.wait();
                    }
                    set(tx, second, first)
                })
                .await
        }
    };
    let (store_a, store_b) = (one("a", "b"), one("b", "a"));
    tokio::join!(store_a, store_b);
    // They may meet again, but somebody always gets on.
    assert!(runs.load(Ordering::Relaxed) >= 3, "neither of them was run again");
    let (a, b) = t.saw(|tx| Ok((store::setting::get(tx, "a")?, store::setting::get(tx, "b")?))).await;
    assert!(a.is_some_and(|a| !a.is_empty()) && b.is_some_and(|b| !b.is_empty()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serialization_failure_is_tried_again_on_what_is_there_then() {
    let t = store().await;
    t.did(|tx| set(tx, "a", "old")).await;
    let (read, is_read) = mpsc::channel::<()>();
    let (changed, is_changed) = mpsc::channel::<()>();
    let is_changed = std::sync::Mutex::new(is_changed);
    let mut first = true;
    let store = t.store.clone();
    let one = tokio::spawn(async move {
        store
            .did(move |tx| {
                if !std::mem::take(&mut first) {
                    let now = store::setting::get(tx, "a")?;
                    set(tx, "a", "own")?;
                    return Ok(now);
                }
                tx.run(sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"), args![])?;
                let old = store::setting::get(tx, "a")?;
                read.send(()).unwrap();
                is_changed.lock().unwrap().recv_timeout(Duration::from_secs(5)).unwrap();
                set(tx, "a", "own")?;
                Ok(old)
            })
            .await
    });
    tokio::task::spawn_blocking(move || is_read.recv_timeout(Duration::from_secs(5)).unwrap()).await.unwrap();
    t.did(|tx| set(tx, "a", "another's")).await;
    changed.send(()).unwrap();
    assert_eq!(one.await.unwrap().as_deref(), Some("another's"));
    assert_eq!(t.saw(|tx| store::setting::get(tx, "a")).await.as_deref(), Some("own"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_again_and_again_is_given_up_as_unavailable() {
    let t = store().await;
    directly(
        &t,
        "CREATE FUNCTION collide() RETURNS BIGINT LANGUAGE plpgsql AS $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$",
    )
    .await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let work = move |tx: &mut Tx<'_>| {
        counted.fetch_add(1, Ordering::Relaxed);
        tx.all(sql("SELECT collide()"), &[], |_| Ok(())).map(|_| ())
    };
    let answer = t.store.write(work).await;
    assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
    assert!((3..20).contains(&runs.load(Ordering::Relaxed)), "{runs:?}");
    t.did(|tx| set(tx, "a", "after")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_in_a_transaction_is_unavailable_and_the_next_job_works() {
    let t = store().await;
    let die = "SELECT pg_terminate_backend(pg_backend_pid())";
    for i in 0..15 {
        let work = move |tx: &mut Tx<'_>| {
            set(tx, "lost", "")?;
            tx.all(sql(die), &[], |_| Ok(())).map(|_| ())
        };
        let answer = t.store.write(work).await;
        assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
        t.did(move |tx| set(tx, &format!("kept {i}"), "")).await;
        let answer = t.store.read(move |tx| tx.all(sql(die), &[], |_| Ok(()))).await;
        assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
        assert_eq!(t.saw(|tx| store::setting::get(tx, "lost")).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_lost_while_idle_are_replaced_without_anybody_noticing() {
    let t = store().await;
    let everybody = |what: &'static str| {
        let store = t.store.clone();
        together((0..60).map(move |i| {
            let store = store.clone();
            async move {
                store.did(move |tx| set(tx, &format!("{what} {i}"), "")).await;
                store
                    .saw(move |tx| store::setting::get(tx, &format!("{what} {i}")))
                    .await
                    .expect("what was written")
            }
        }))
    };
    everybody("before").await;
    directly(
        &t,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    everybody("after").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails_is_unavailable_because_its_outcome_is_not_known() {
    let t = store().await;
    directly(&t, "CREATE TABLE late (n BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)").await;
    let twice = |tx: &mut Tx<'_>| {
        tx.run(sql("INSERT INTO late VALUES (1)"), &[])?;
        tx.run(sql("INSERT INTO late VALUES (1)"), &[])
    };
    let answer = t.store.write(twice).await;
    assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
    t.did(|tx| set(tx, "a", "after")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_and_exchanges_have_a_partition_for_this_month_and_the_next_two() {
    let t = store().await;
    let names = "SELECT CAST(inhrelid AS regclass)::text AS name FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1";
    let names: Vec<String> = t.saw(move |tx| tx.all(sql(names), &[], |row| row.get("name"))).await;
    let mut month = store::wall().month();
    for _ in 0..3 {
        assert!(names.contains(&format!("event_{month}")), "{month} is not in {names:?}");
        month = if month % 100 == 12 { (month / 100 + 1) * 100 + 1 } else { month + 1 };
    }
    assert_eq!(names.len(), 4, "{names:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_falls_outside_the_partitions_is_kept_and_read_like_the_rest() {
    let t = store().await;
    t.store.clock().set_offset(400 * 86_400 * 1_000_000);
    let world = world(&t).await;
    let events = events_of(&t, *world.carrier.bytes()).await;
    assert_eq!(events, [("carrier.created".to_owned(), 1)]);
    let rest: i64 =
        t.saw(|tx| tx.one(sql("SELECT count(*) AS n FROM event_rest"), &[], |row| row.get("n"))).await;
    assert!(rest > 0);
    open_again(&t, store::Role::Server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_prepared_before_a_table_changed_is_prepared_again_on_postgres() {
    let t = tokio::task::spawn_blocking(TestStore::postgres).await.unwrap();
    // Every connection has prepared it.
    let everybody = || {
        together((0..60).map(|_| {
            let t = t.store.clone();
            async move { t.saw(store::carrier::all).await.len() + t.did(store::carrier::all).await.len() }
        }))
    };
    everybody().await;
    t.did(|tx| tx.run(sql("ALTER TABLE carrier ADD COLUMN later BIGINT"), args![])).await;
    assert!(everybody().await.iter().all(|carriers| *carriers == 0));
}
