//! What a user can type to make the carrier behave in a certain way.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{World, address, answer, order};

async fn coverage(world: &World, street: &str) -> serde_json::Value {
    let body = json!({"reference": "c-1", "address": address(street)});
    let (status, answer) = answer(world.post("/carriers/fastweb/coverage", &body)).await;
    assert_eq!(status, 200);
    answer
}

#[tokio::test]
async fn every_street_is_covered_but_the_scripted_one() {
    let world = World::new().await;
    assert_eq!(coverage(&world, "VIA CENERENTOLA").await, json!({"covered": true}));
    assert_eq!(
        coverage(&world, "Via No Coverage").await,
        json!({"covered": false, "reason": "no coverage for this address and number"})
    );
}

#[tokio::test]
async fn a_slow_street_gets_the_same_answer_after_five_seconds() {
    let world = World::new().await;
    let began = Instant::now();
    assert_eq!(coverage(&world, "Slow No Coverage Street").await["covered"], false);
    assert!(began.elapsed() >= Duration::from_secs(5));
}

#[tokio::test]
async fn decline_is_refused_and_nothing_is_booked() {
    let world = World::new().await;
    let (status, answer) = world.place("C", &order("r-1", "Decline Mario")).await;
    assert_eq!(status, 422);
    assert_eq!(answer, json!({"code": "declined", "error": "the carrier declined this customer"}));
    assert_eq!(world.look_up("C", "r-1").await.0, 404);
    assert_eq!(world.bookings().await, 0);
}

#[tokio::test]
async fn an_order_for_a_street_that_is_not_covered_is_declined_whoever_places_it() {
    let world = World::new().await;
    for name in ["Mario", "LOSTREPLY"] {
        let mut uncovered = order("r-1", name);
        uncovered["address"] = address("VIA NO COVERAGE");
        let (status, answer) = world.place("C", &uncovered).await;
        assert_eq!(status, 422);
        let error = "no coverage for this address and number";
        assert_eq!(answer, json!({"code": "declined", "error": error}));
    }
    assert_eq!(world.bookings().await, 0);
}

#[tokio::test]
async fn timeout_never_answers_and_books_nothing_and_does_not_hold_up_a_stop() {
    let world = World::new().await;
    for _ in 0..2 {
        let request = world.post("/carriers/fastweb/orders", &order("r-1", "TIMEOUT"));
        let error = request.timeout(Duration::from_millis(300)).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
    }
    assert_eq!(world.look_up("C", "r-1").await.0, 404);
    assert_eq!(world.bookings().await, 0);

    let request = world.post("/carriers/fastweb/orders", &order("r-1", "TIMEOUT"));
    let held = tokio::spawn(request.timeout(Duration::from_secs(20)).send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!held.is_finished());
    world.sandbox.stop();
    let error = held.await.unwrap().unwrap_err();
    assert!(!error.is_timeout(), "closed, not answered: {error:?}");
}

#[tokio::test]
async fn timeout_closes_the_connection_after_sixty_seconds() {
    let world = World::new().await;
    let began = Instant::now();
    let request = world.post("/carriers/fastweb/orders", &order("r-1", "TIMEOUT"));
    let held = tokio::spawn(request.timeout(Duration::from_secs(500)).send());
    // The clock is only stopped once the server waits, so that real sockets do not race it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(55)).await;
    tokio::time::resume();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!held.is_finished(), "still held after 55 s");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(6)).await;
    tokio::time::resume();
    let error = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap().unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn down_answers_503_three_times_counting_orders_and_look_ups_together() {
    let world = World::new().await;
    let down = order("r-1", "DOWN");
    for call in ["order", "look-up", "order"] {
        let request = match call {
            "order" => world.post("/carriers/fastweb/orders", &down),
            _ => world.get("/carriers/fastweb/orders/by-reference/r-1"),
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 503, "{call}");
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(response.json::<serde_json::Value>().await.unwrap()["code"], "down");
    }
    assert_eq!(world.look_up("C", "r-1").await.0, 404, "up again, and nothing was booked");
    assert_eq!(world.place("C", &down).await.0, 201);
    assert_eq!(world.look_up("C", "r-1").await.0, 200);
    assert_eq!(world.place("C", &order("r-2", "Downey")).await.0, 201, "another word, another reference");
}

#[tokio::test]
async fn lostreply_books_and_closes_without_a_whole_answer_the_first_time_only() {
    let world = World::new().await;
    let lost = order("r-1", "LOSTREPLY");
    let error = world.post("/carriers/fastweb/orders", &lost).send().await.unwrap_err();
    assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
    let (status, found) = world.look_up("C", "r-1").await;
    assert_eq!((status.as_u16(), &found["order"]["status"]), (200, &json!("otp_required")));
    let (status, again) = world.place("A", &lost).await;
    assert_eq!(status, 200);
    assert_eq!(again, found);
    assert_eq!(world.place("C", &lost).await.0, 201, "only the first answer is lost");
}

/// A retrying client must not be able to read "no content" or a short body as success.
#[tokio::test]
async fn a_lost_reply_is_never_a_whole_answer_on_the_socket() {
    for version in ["HTTP/1.1", "HTTP/1.0"] {
        let world = World::new().await;
        let body = order("r-1", "LOSTREPLY").to_string();
        let host = world.url.trim_start_matches("http://").trim_end_matches("/sandbox");
        let mut socket = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST /sandbox/carriers/fastweb/orders {version}\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        socket.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut received = Vec::new();
        // A reset is as good as an end here.
        let _ =
            tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut received)).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&received), "", "{version}");
        assert_eq!(world.bookings().await, 1);
    }
}
