//! What is booked stays booked, whoever has the file open.

use std::sync::Arc;

use rusqlite::Connection;
use sandbox::{Error, Sandbox};
use serde_json::json;

use crate::support::{World, answer, order};

#[tokio::test]
async fn orders_and_ledger_are_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let world = World::at(&path).await;
    let id = world.booked("r-1", "credit_card").await;
    let tried = world.otp(&id, "t-1", "000000").await;
    assert_eq!(world.place("C", &order("r-2", "DOWN")).await.0, 503);
    let before = world.ledger("").await;
    assert_eq!(before["bookings"].as_array().unwrap().len(), 1);
    let booked_at = before["bookings"][0]["booked_at"].as_str().unwrap();
    assert!(
        booked_at.ends_with('Z') && booked_at.len() == "2024-11-18T05:32:09.000000Z".len(),
        "{booked_at}"
    );
    drop(world);

    let world = World::at(&path).await;
    assert_eq!(world.ledger("").await, before);
    assert_eq!(world.otp(&id, "t-1", "000000").await, tried, "also the answers to OTP calls");
    for expected in [503, 503, 201] {
        assert_eq!(world.place("C", &order("r-2", "DOWN")).await.0, expected, "also the count of an outage");
    }
}

#[tokio::test]
async fn two_servers_on_one_file_share_one_ledger_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    let worlds = [Arc::new(World::at(&path).await), Arc::new(World::at(&path).await)];
    let mut sent = tokio::task::JoinSet::new();
    for n in 0..400 {
        // Each reference is sent to both, at the same time.
        let world = Arc::clone(&worlds[n % 2]);
        sent.spawn(async move { world.place("A", &order(&format!("r-{}", n / 2), "Mario")).await });
    }
    let answers = sent.join_all().await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 200);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 200);
    let ledger = worlds[0].ledger("").await;
    assert_eq!(ledger, worlds[1].ledger("").await);
    assert_eq!(ledger["bookings"].as_array().unwrap().len(), 200);
    assert_eq!(ledger["duplicates"], json!([]));
}

#[test]
fn many_processes_may_make_the_same_new_file_at_the_same_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.db");
    std::thread::scope(|scope| {
        let opening: Vec<_> =
            (0..8).map(|_| scope.spawn(|| Sandbox::open(&path, "http://x".to_owned()).map(drop))).collect();
        for opened in opening {
            opened.join().unwrap().unwrap();
        }
    });
}

#[tokio::test]
async fn a_booking_can_be_neither_changed_nor_deleted() {
    let world = World::new().await;
    world.booked("r-1", "iban").await;
    let connection = Connection::open(world.folder.as_ref().unwrap().path().join("sandbox.db")).unwrap();
    for sql in ["UPDATE booking SET reference = 'r-2'", "DELETE FROM booking"] {
        assert!(connection.execute(sql, []).unwrap_err().to_string().contains("never"), "{sql}");
    }
    assert_eq!(world.bookings().await, 1);
}

#[test]
fn a_file_of_another_version_or_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, sql) in
        [("newer.db", "PRAGMA user_version = 99"), ("foreign.db", "CREATE TABLE person (name TEXT)")]
    {
        let path = folder.path().join(name);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let error = Sandbox::open(&path, "http://x".to_owned()).unwrap_err();
        assert!(matches!(error, Error::Version { known: 2, .. }), "{error}");
        assert!(error.to_string().contains(name));
    }
    std::fs::write(folder.path().join("text.db"), "x".repeat(5000)).unwrap();
    let error = Sandbox::open(&folder.path().join("text.db"), "http://x".to_owned()).unwrap_err();
    assert!(matches!(error, Error::Database { .. }), "{error}");
    let error = Sandbox::open(&folder.path().join("no/such/folder.db"), "http://x".to_owned()).unwrap_err();
    assert!(matches!(error, Error::Database { .. }), "{error}");
}

#[tokio::test]
async fn a_full_ledger_answers_503_and_the_server_goes_on() {
    let world = World::new().await;
    world.booked("r-1", "iban").await;
    let path = world.folder.as_ref().unwrap().path().join("sandbox.db");
    // A trigger stands in for a write that fails.
    let connection = Connection::open(path).unwrap();
    let sql = "CREATE TRIGGER full BEFORE INSERT ON booking WHEN NEW.reference = 'full' \
         BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    connection.execute_batch(sql).unwrap();
    let (status, body) = world.place("C", &order("full", "Mario")).await;
    assert_eq!((status.as_u16(), &body["code"]), (503, &json!("unavailable")));
    assert_eq!(world.place("C", &order("r-2", "Mario")).await.0, 201);
    let coverage =
        json!({"reference": "c", "address": {"street": "a", "number": "1", "city": "b", "postcode": "1"}});
    assert_eq!(answer(world.post("/carriers/fastweb/coverage", &coverage)).await.0, 200);
    assert_eq!(world.bookings().await, 2);
}
