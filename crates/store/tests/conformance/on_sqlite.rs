//! What only SQLite can show: the writer's group commit, its manners towards other processes, a
//! full disk and a full queue.

use crate::world::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use store::args;

async fn store() -> TestStore {
    tokio::task::spawn_blocking(TestStore::sqlite).await.unwrap()
}

fn write(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    store::setting::set(tx, name, "x")
}

/// Holds the writer until the answer is sent something.
fn hold_writer(t: &TestStore) -> (mpsc::Sender<()>, Doing<()>) {
    let (release, released) = mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let held = t.did(move |_| {
        released.lock().unwrap().recv_timeout(Duration::from_secs(10)).unwrap();
        Ok(())
    });
    (release, held)
}

/// Commits that the write-ahead log holds: frames that name the size of the database after them.
fn commits(t: &TestStore) -> usize {
    let store::Location::Folder(folder) = &t.location else { panic!("{:?}", t.location) };
    let wal = std::fs::read(folder.join("demarc.db-wal")).unwrap();
    let number = |at: usize| u32::from_be_bytes(wal[at..at + 4].try_into().unwrap());
    let frame = 24 + number(8) as usize;
    (32..=wal.len() - frame)
        .step_by(frame)
        .filter(|at| number(at + 4) != 0 && wal[at + 8..at + 16] == wal[16..24])
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_together_is_committed_together() {
    let t = store().await;
    let (release, held) = hold_writer(&t);
    let held = tokio::spawn(held);
    let before = commits(&t);
    let writes: Vec<_> =
        (0..500).map(|i| tokio::spawn(t.did(move |tx| write(tx, &format!("row {i}"))))).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    release.send(()).unwrap();
    held.await.unwrap();
    for each in writes {
        each.await.unwrap();
    }
    let made = commits(&t) - before;
    assert!((1..=60).contains(&made), "{made} commits for 500 writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_gets_its_turn_under_continuous_load() {
    let t = store().await;
    let stop = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicUsize::new(0));
    // Far more than fit into a group, so that somebody is always waiting and the writer never rests by itself.
    let load: Vec<_> = (0..64)
        .map(|i| {
            let (store, stop, written) = (t.store.clone(), stop.clone(), written.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let work = move |tx: &mut Tx<'_>| {
                        let _ = mpsc::channel::<()>().1.recv_timeout(Duration::from_millis(1));
                        write(tx, &format!("load {i}"))
                    };
                    store.did(work).await;
                    written.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let foreign = open_again(&t, store::Role::Command).await;
    for i in 0..10 {
        let before = written.load(Ordering::Relaxed);
        let turn = foreign.did(move |tx| write(tx, &format!("foreign {i}")));
        tokio::time::timeout(Duration::from_secs(3), turn).await.expect("no turn within 3 s");
        while written.load(Ordering::Relaxed) < before + 16 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for task in load {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writing_and_goes_on_reading() {
    let t = store().await;
    let big = "x".repeat(1_000_000);
    t.did(|tx| write(tx, "before")).await;
    t.did(|tx| tx.all(sql("PRAGMA max_page_count = 1"), &[], |_| Ok(()))).await;
    let text = big.clone();
    let refused = t.store.write(move |tx| store::setting::set(tx, "big", &text)).await;
    assert!(matches!(refused, Err(Error::Full)), "{refused:?}");
    assert_eq!(t.saw(|tx| store::setting::get(tx, "before")).await.as_deref(), Some("x"));
    assert_eq!(t.saw(|tx| store::setting::get(tx, "big")).await, None);
    t.did(|tx| tx.all(sql("PRAGMA max_page_count = 1000000"), &[], |_| Ok(()))).await;
    t.did(move |tx| store::setting::set(tx, "big", &big)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_the_engine_ended_is_answered_as_unavailable_to_its_whole_group() {
    let t = store().await;
    let (release, held) = hold_writer(&t);
    let held = tokio::spawn(held);
    tokio::time::sleep(Duration::from_millis(30)).await;
    let before = tokio::spawn({
        let store = t.store.clone();
        async move { store.write(|tx| write(tx, "before")).await }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    let ended = tokio::spawn({
        let store = t.store.clone();
        async move { store.write(|tx| tx.run(sql("ROLLBACK"), args![]).map(|_| ())).await }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    release.send(()).unwrap();
    held.await.unwrap();
    for answer in [before.await.unwrap(), ended.await.unwrap()] {
        assert!(matches!(answer, Err(Error::Unavailable { .. })), "{answer:?}");
    }
    assert_eq!(t.saw(|tx| store::setting::get(tx, "before")).await, None);
    t.did(|tx| write(tx, "after")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_the_queue_holds_is_refused_at_once_and_the_rest_is_done() {
    let t = store().await;
    let (release, held) = hold_writer(&t);
    let held = tokio::spawn(held);
    let nothing = |_: &mut Tx<'_>| Ok::<_, Error>(());
    let waiting: Vec<_> = (0..17_000)
        .map(|_| {
            let store = t.store.clone();
            tokio::spawn(async move { store.write(nothing).await })
        })
        .collect();
    while !waiting.iter().any(tokio::task::JoinHandle::is_finished) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    release.send(()).unwrap();
    held.await.unwrap();
    let mut done = 0;
    for each in waiting {
        match each.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert!(matches!(error, Error::Unavailable { .. }), "{error:?}"),
        }
    }
    assert!((16_384..17_000).contains(&done), "{done} of 17000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_that_fails_after_it_wrote_has_its_group_run_again_without_it() {
    let t = store().await;
    let (release, held) = hold_writer(&t);
    let held = tokio::spawn(held);
    let runs = Arc::new(AtomicUsize::new(0));
    let one = |i: u32| {
        let (store, runs) = (t.store.clone(), runs.clone());
        async move {
            let work = move |tx: &mut Tx<'_>| {
                runs.fetch_add(1, Ordering::Relaxed);
                write(tx, &format!("row {i}"))?;
                if i == 5 { Err(Error::Full) } else { Ok(()) }
            };
            store.write(work).await.is_ok()
        }
    };
    let writes: Vec<_> = (0..10).map(|i| tokio::spawn(one(i))).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    release.send(()).unwrap();
    held.await.unwrap();
    for (i, each) in writes.into_iter().enumerate() {
        assert_eq!(each.await.unwrap(), i != 5, "{i}");
    }
    assert!((11..=20).contains(&runs.load(Ordering::Relaxed)), "{runs:?}");
    let left = t
        .saw(|tx| {
            tx.all(sql("SELECT name FROM setting WHERE name LIKE 'row %'"), &[], |row| {
                row.get::<String>("name")
            })
        })
        .await;
    assert_eq!(left.len(), 9);
    assert!(!left.contains(&"row 5".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_begins_anew_however_long_the_writing_goes_on() {
    let t = store().await;
    let store::Location::Folder(folder) = &t.location else { panic!("{:?}", t.location) };
    let log = folder.join("demarc.db-wal");
    let text = "x".repeat(100_000);
    let mut written = 0;
    // Four times as much as is left in the log before it is brought back.
    while written < 256 << 20 {
        let batch = (0..20).map(|i| {
            let (name, text) = (format!("row {i}"), text.clone());
            t.did(move |tx| store::setting::set(tx, &name, &text))
        });
        together(batch).await;
        written += 20 * text.len();
    }
    let length = std::fs::metadata(log).unwrap().len();
    assert!(length < 128 << 20, "{length}");
}
