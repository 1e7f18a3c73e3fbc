//! Carriers that insist on a session.

use serde_json::{Value, json};

use crate::support::{World, address, answer, order};

async fn session(world: &World, carrier: &str) -> String {
    let body = json!({"key": "any"});
    let (status, answer) = answer(world.post(&format!("/carriers/{carrier}/session"), &body)).await;
    assert_eq!(status, 200);
    assert_eq!(answer["valid_for_s"], 1800);
    answer["token"].as_str().unwrap().to_owned()
}

async fn coverage_with(world: &World, authorization: Option<&str>) -> (u16, Value) {
    let body = json!({"reference": "c-1", "address": address("VIA CENERENTOLA")});
    let mut request = world.post("/carriers/fastweb/coverage", &body).header("Sandbox-Session", "required");
    if let Some(value) = authorization {
        request = request.header("Authorization", value);
    }
    let (status, body) = answer(request).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn a_required_session_must_be_a_valid_one_of_this_carrier() {
    let world = World::new().await;
    let token = session(&world, "fastweb").await;
    let foreign = session(&world, "aruba").await;
    for refused in
        [None, Some("Bearer 00"), Some(token.as_str()), Some(&*format!("Bearer {foreign}")), Some("Bearer ")]
    {
        let (status, body) = coverage_with(&world, refused).await;
        assert_eq!((status, &body["code"]), (401, &json!("no_session")), "{refused:?}");
    }
    for _ in 0..2 {
        assert_eq!(coverage_with(&world, Some(&format!("Bearer {token}"))).await.0, 200);
    }
}

#[tokio::test]
async fn no_call_but_the_session_itself_escapes_the_requirement() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    let otp = json!({"reference": "t-1", "otp": "123456"});
    for request in [
        world.post("/carriers/fastweb/orders", &order("r-2", "Mario")),
        world.get("/carriers/fastweb/orders/by-reference/r-1"),
        world.get(&format!("/carriers/fastweb/orders/{id}")),
        world.post(&format!("/carriers/fastweb/orders/{id}/otp"), &otp),
        world.post(&format!("/carriers/fastweb/orders/{id}/otp/reset"), &otp),
    ] {
        assert_eq!(answer(request.header("Sandbox-Session", "required")).await.0, 401);
    }
    assert_eq!(world.status(&id).await.1["order"]["otp_tries"], 0);
    let request = world.post("/carriers/fastweb/session", &json!({"key": "k"}));
    assert_eq!(answer(request.header("Sandbox-Session", "required")).await.0, 200);
}

#[tokio::test]
async fn an_empty_key_gets_no_session() {
    let world = World::new().await;
    let (status, body) = answer(world.post("/carriers/fastweb/session", &json!({"key": ""}))).await;
    assert_eq!((status.as_u16(), &body["code"]), (401, &json!("wrong_key")));
}

#[tokio::test]
async fn a_session_holds_in_every_process_that_has_the_file_open() {
    let first = World::new().await;
    let second = World::at(&first.folder.as_ref().unwrap().path().join("sandbox.db")).await;
    let token = session(&first, "fastweb").await;
    assert_eq!(coverage_with(&second, Some(&format!("Bearer {token}"))).await.0, 200);
}
