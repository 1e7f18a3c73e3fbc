//! The way of an order from booking to an active line: OTP, reset, status reads.

use serde_json::json;

use crate::support::{World, order};

#[tokio::test]
async fn a_booked_order_waits_for_the_otp() {
    let world = World::new().await;
    let (status, answer) = world.place("C", &order("r-1", "Mario")).await;
    assert_eq!(status, 201);
    let expected = json!({"order": {
        "id": "SB-00000001", "reference": "r-1", "carrier": "fastweb", "status": "otp_required", "otp_tries": 0
    }});
    assert_eq!(answer, expected);
    assert_eq!(world.status("SB-00000001").await, (status_code(200), expected.clone()));
    assert_eq!(world.look_up("C", "r-1").await, (status_code(200), expected));
}

#[tokio::test]
async fn the_right_otp_provisions_and_the_next_status_read_finds_the_line_active() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    let (status, answer) = world.otp(&id, "t-1", "123456").await;
    assert_eq!((status.as_u16(), &answer["order"]["status"]), (200, &json!("provisioning")));
    assert_eq!(world.status(&id).await.1["order"]["status"], "active");
    assert_eq!(world.look_up("C", "r-1").await.1["order"]["status"], "active");
}

#[tokio::test]
async fn a_wrong_otp_is_refused_and_counted() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    for tries in 1..=3 {
        let (status, answer) = world.otp(&id, &format!("t-{tries}"), "000000").await;
        assert_eq!((status.as_u16(), &answer["code"]), (422, &json!("wrong_otp")));
        assert_eq!(answer["order"]["otp_tries"], tries);
        assert_eq!(answer["order"]["status"], "otp_required");
    }
}

#[tokio::test]
async fn a_try_sent_again_is_answered_as_the_first_time_and_not_counted() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    let wrong = world.otp(&id, "t-1", "000000").await;
    assert_eq!(world.otp(&id, "t-1", "000000").await, wrong);
    assert_eq!(world.otp(&id, "t-1", "123456").await, wrong, "the reference decides, not the code");
    let right = world.otp(&id, "t-2", "123456").await;
    assert_eq!(right.1["order"]["otp_tries"], 2);
    assert_eq!(world.status(&id).await.1["order"]["status"], "active");
    assert_eq!(world.otp(&id, "t-2", "123456").await, right, "also when the order has gone on since");
}

#[tokio::test]
async fn after_a_reset_only_the_new_otp_is_right_and_the_tries_stay() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    world.otp(&id, "t-1", "654321").await;
    let reset = world.reset_otp(&id, "s-1").await;
    assert_eq!(reset.0, 200);
    assert_eq!(reset.1["order"]["otp_tries"], 1);
    assert_eq!(world.reset_otp(&id, "s-1").await, reset);
    assert_eq!(world.reset_otp(&id, "s-2").await.0, 200);
    assert_eq!(world.otp(&id, "t-2", "123456").await.0, 422);
    assert_eq!(world.otp(&id, "t-3", "654321").await.0, 200);
}

#[tokio::test]
async fn a_try_and_a_reset_may_have_the_same_reference() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    assert_eq!(world.reset_otp(&id, "x").await.0, 200);
    assert_eq!(world.otp(&id, "x", "654321").await.0, 200);
}

#[tokio::test]
async fn an_otp_that_nobody_waits_for_is_a_conflict() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    world.otp(&id, "t-1", "123456").await;
    for (status, answer) in [world.otp(&id, "t-2", "123456").await, world.reset_otp(&id, "s-1").await] {
        assert_eq!((status.as_u16(), &answer["code"]), (409, &json!("no_otp_wanted")));
        assert_eq!(answer["order"]["id"], json!(id));
    }
}

#[tokio::test]
async fn an_order_that_does_not_exist_is_not_found_by_any_call() {
    let world = World::new().await;
    world.booked("r-1", "iban").await;
    for id in ["SB-00000002", "SB-1", "SB-+0000001", "SB--0000001", "1", "SB-99999999999999999999", "%00"] {
        for (status, answer) in
            [world.status(id).await, world.otp(id, "t-1", "123456").await, world.reset_otp(id, "s-1").await]
        {
            assert_eq!((status.as_u16(), &answer["code"]), (404, &json!("no_such_order")), "{id}");
        }
    }
    assert_eq!(world.look_up("C", "r-2").await.1["code"], "no_such_order");
}

#[tokio::test]
async fn a_reference_may_hold_any_characters() {
    let world = World::new().await;
    assert_eq!(world.place("C", &order("a/b c?é", "Mario")).await.0, 201);
    assert_eq!(world.look_up("C", "a%2Fb%20c%3F%C3%A9").await.1["order"]["reference"], "a/b c?é");
}

fn status_code(code: u16) -> reqwest::StatusCode {
    reqwest::StatusCode::from_u16(code).unwrap()
}
