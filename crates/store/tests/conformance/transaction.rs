//! Transactions as callers know them: all or nothing, each for itself, and done once they began.

use crate::world::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use store::args;

const INSERT: &str = "INSERT INTO setting (name, value) VALUES ($1, $2)";
const MOMENT: Duration = Duration::from_secs(5);

fn insert(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    tx.run(sql(INSERT), args![name, "x"]).map(|_| ())
}

async fn count(store: &impl Run, prefix: &'static str) -> i64 {
    let statement = "SELECT count(*) AS n FROM setting WHERE name LIKE $1";
    store.saw(move |tx| tx.one(sql(statement), args![&format!("{prefix}%")], |row| row.get("n"))).await
}

#[derive(Debug)]
enum Own {
    Refused(u32),
    Store(Error),
}

impl From<Error> for Own {
    fn from(error: Error) -> Self {
        Own::Store(error)
    }
}

store::on_both!(an_error_undoes_its_own_closure_and_no_other, |t: TestStore| async move {
    let refused = |i: u32| i.is_multiple_of(3);
    // While this one is under way the others queue up, so that on SQLite they share a commit.
    let first = t.did(|_| {
        let _ = mpsc::channel::<()>().1.recv_timeout(Duration::from_millis(1));
        Ok(())
    });
    let one = |i: u32| {
        let store = t.store.clone();
        async move {
            let work = move |tx: &mut Tx<'_>| {
                insert(tx, &format!("row {i}"))?;
                if refused(i) { Err(Own::Refused(i)) } else { Ok(i) }
            };
            match store.write(work).await {
                Ok(done) => assert!(done == i && !refused(i)),
                Err(Own::Refused(own)) => assert!(own == i && refused(i)),
                Err(Own::Store(error)) => panic!("{error}"),
            }
        }
    };
    let ((), _) = tokio::join!(first, together((0..300).map(one)));
    assert_eq!(count(&t, "row").await, 200);
    assert_eq!(count(&t, "row 3").await, 6, "31, 32, 34, 35, 37, 38");
});

store::on_both!(a_panic_undoes_its_closure_and_the_store_goes_on, |t: TestStore| async move {
    for _ in 0..20 {
        let work = |tx: &mut Tx<'_>| -> Result<(), Error> {
            insert(tx, "row")?;
            panic!("on purpose")
        };
        let error = t.store.write(work).await.unwrap_err();
        assert!(matches!(&error, Error::Internal(reason) if reason.contains("on purpose")), "{error:?}");
        let read = |_: &mut Tx<'_>| -> Result<(), Error> { panic!("on purpose") };
        assert!(matches!(t.store.read(read).await, Err(Error::Internal(_))));
    }
    t.did(|tx| insert(tx, "row after")).await;
    assert_eq!(count(&t, "row").await, 1);
});

store::on_both!(a_caller_that_goes_away_stops_the_waiting_and_not_the_work, |t: TestStore| async move {
    let (began, begin) = mpsc::channel::<()>();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let store = t.store.clone();
    let caller = tokio::spawn(async move {
        store
            .write(move |tx| {
                insert(tx, "row under way")?;
                began.send(()).unwrap();
                may_go_on.lock().unwrap().recv_timeout(MOMENT).unwrap();
                insert(tx, "row at its end")
            })
            .await
    });
    let store = t.store.clone();
    tokio::task::spawn_blocking(move || begin.recv_timeout(MOMENT).unwrap()).await.unwrap();
    let waiting = tokio::spawn(async move { store.write(|tx| insert(tx, "row that waited")).await });
    while !caller.is_finished() || !waiting.is_finished() {
        tokio::time::sleep(Duration::from_millis(10)).await;
        caller.abort();
        waiting.abort();
    }
    go_on.send(()).unwrap();
    t.did(|tx| insert(tx, "row after")).await;
    let mut rounds = 0;
    while count(&t, "row").await < 4 {
        rounds += 1;
        assert!(rounds < 500, "only {} rows", count(&t, "row").await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
});

store::on_both!(what_a_unique_index_or_a_check_refuses_is_a_conflict, |t: TestStore| async move {
    t.did(|tx| insert(tx, "row")).await;
    let twice = t.store.write(|tx| insert(tx, "row")).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    let unheard_of = "UPDATE organization SET kind = 'planet'";
    let refused = t.store.write(|tx| tx.run(sql(unheard_of), &[])).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
});

store::on_both!(a_closure_that_goes_on_after_a_failed_statement_keeps_nothing, |t: TestStore| async move {
    let careless = |tx: &mut Tx<'_>| -> Result<(), Error> {
        insert(tx, "row")?;
        let again = insert(tx, "row");
        assert!(matches!(again, Err(Error::Conflict(_))));
        Ok(())
    };
    let answer = t.store.write(careless).await;
    assert!(matches!(answer, Err(Error::Internal(_))), "{answer:?}");
    assert_eq!(count(&t, "row").await, 0);
});

store::on_both!(
    a_statement_that_does_not_fit_the_schema_is_an_internal_error_that_names_it,
    |t: TestStore| async move {
        let answer = t.store.write(|tx| tx.run(sql("DELETE FROM nowhere"), &[])).await;
        assert!(
            matches!(&answer, Err(Error::Internal(reason)) if reason.contains("a test's own")),
            "{answer:?}"
        );
        let answer = t
            .store
            .read(|tx| tx.one(sql("SELECT value FROM setting"), &[], |row| row.get::<i64>("none")))
            .await;
        assert!(matches!(&answer, Err(Error::Internal(reason)) if reason.contains("none")), "{answer:?}");
    }
);

store::on_both!(a_thousand_writes_at_once_are_all_there_after_opening_again, |t: TestStore| async move {
    let one = |i: u32| {
        let store = t.store.clone();
        async move { store.did(move |tx| insert(tx, &format!("row {i}"))).await }
    };
    together((0..1_000).map(one)).await;
    let again = open_again(&t, store::Role::Command).await;
    assert_eq!(count(&again, "row").await, 1_000);
});

store::on_both!(readers_see_only_what_was_committed_and_that_at_once, |t: TestStore| async move {
    let (written, is_written) = mpsc::channel::<()>();
    let (seen, is_seen) = mpsc::channel::<()>();
    let is_seen = std::sync::Mutex::new(is_seen);
    let store = t.store.clone();
    let writing = tokio::spawn(async move {
        store
            .write(move |tx| {
                insert(tx, "row")?;
                written.send(()).unwrap();
                is_seen.lock().unwrap().recv_timeout(MOMENT).unwrap();
                Ok::<_, Error>(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || is_written.recv_timeout(MOMENT).unwrap()).await.unwrap();
    assert_eq!(count(&t, "row").await, 0);
    seen.send(()).unwrap();
    writing.await.unwrap().unwrap();
    assert_eq!(count(&t, "row").await, 1);
    for i in 0..50 {
        t.did(move |tx| insert(tx, &format!("more {i}"))).await;
        assert_eq!(count(&t, "more").await, i + 1);
    }
});

store::on_both!(a_reader_cannot_write, |t: TestStore| async move {
    for _ in 0..8 {
        assert!(t.store.read(|tx| insert(tx, "row")).await.is_err());
    }
    assert_eq!(count(&t, "row").await, 0);
});

store::on_both!(the_time_of_a_transaction_is_business_time_and_stands_still, |t: TestStore| async move {
    let year = Duration::from_secs(365 * 86_400);
    let wall = store::wall();
    t.store.clock().set_offset(year.as_micros() as i64);
    let (first, second, machine) = t
        .did(|tx| {
            let first = tx.now();
            let _ = mpsc::channel::<()>().1.recv_timeout(Duration::from_millis(3));
            Ok((first, tx.now(), tx.machine_time()?))
        })
        .await;
    assert_eq!(first, second);
    assert!(first >= wall.plus(year) && first < wall.plus(year + MOMENT));
    let machine = Timestamp::from_micros(machine);
    assert!(machine.plus(MOMENT) > wall && machine < wall.plus(MOMENT), "machine time is never moved");
});

store::on_both!(a_closure_runs_once_when_nothing_goes_wrong, |t: TestStore| async move {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    t.did(move |tx| {
        counted.fetch_add(1, Ordering::Relaxed);
        insert(tx, "row")
    })
    .await;
    assert_eq!(runs.load(Ordering::Relaxed), 1);
});

store::on_both!(a_read_sees_one_moment, |t: TestStore| async move {
    let (looked, has_looked) = mpsc::channel::<()>();
    let (wrote, has_written) = mpsc::channel::<()>();
    let has_written = std::sync::Mutex::new(has_written);
    let reading = t.saw(move |tx| {
        let statement = "SELECT count(*) AS n FROM setting WHERE name LIKE 'row%'";
        let first: i64 = tx.one(sql(statement), &[], |row| row.get("n"))?;
        let _ = looked.send(());
        has_written.lock().unwrap().recv_timeout(MOMENT).expect("a write beside a read is not held up");
        let second: i64 = tx.one(sql(statement), &[], |row| row.get("n"))?;
        Ok((first, second))
    });
    let writing = async {
        tokio::task::spawn_blocking(move || has_looked.recv_timeout(MOMENT).unwrap()).await.unwrap();
        t.did(|tx| insert(tx, "row")).await;
        wrote.send(()).unwrap();
    };
    let (seen, ()) = tokio::join!(reading, writing);
    assert_eq!(seen, (0, 0));
    assert_eq!(count(&t, "row").await, 1, "the next one sees it");
});
