//! Whatever is sent, the answer is in the error shape and the server goes on.

use serde_json::{Value, json};

use crate::support::{World, answer, order};

#[tokio::test]
async fn a_body_that_is_not_the_wanted_json_is_a_400_that_names_the_field() {
    let world = World::new().await;
    let mut no_city = order("r-1", "Mario");
    no_city["address"].as_object_mut().unwrap().remove("city");
    let mut numeric = order("r-1", "Mario");
    numeric["product"] = json!(5);
    let deep = "[".repeat(100_000);
    for (body, named) in [
        (String::new(), "body"),
        ("{".to_owned(), "body"),
        ("null".to_owned(), "body"),
        (deep, "body"),
        ("\u{0}".to_owned(), "body"),
        (no_city.to_string(), "city"),
        (numeric.to_string(), "string"),
        (order("", "Mario").to_string(), "reference"),
        (order(&"x".repeat(129), "Mario").to_string(), "reference"),
    ] {
        let request = world.client.post(format!("{}/carriers/fastweb/orders", world.url));
        let (status, answer) = answer(request.body(body.clone())).await;
        assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("invalid")), "{:.80}", body);
        assert!(answer["error"].as_str().unwrap().contains(named), "{answer}");
    }
    assert_eq!(world.place("C", &order(&"é".repeat(128), "Mario")).await.0, 201);
    assert_eq!(world.bookings().await, 1);
}

#[tokio::test]
async fn every_route_with_a_body_refuses_a_wrong_one() {
    let world = World::new().await;
    let id = world.booked("r-1", "iban").await;
    for path in [
        "session".to_owned(),
        "coverage".to_owned(),
        format!("orders/{id}/otp"),
        format!("orders/{id}/otp/reset"),
    ] {
        let (status, answer) = answer(world.post(&format!("/carriers/fastweb/{path}"), &json!([]))).await;
        assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("invalid")), "{path}");
    }
}

#[tokio::test]
async fn a_body_over_256_kib_is_refused_unread() {
    let world = World::new().await;
    let mut long = order("r-1", "Mario");
    long["product"] = json!("x".repeat(256 * 1024));
    let (status, answer) = world.place("C", &long).await;
    assert_eq!((status.as_u16(), &answer["code"]), (413, &json!("too_large")));
}

#[tokio::test]
async fn a_carrier_name_is_1_to_64_plain_characters() {
    let world = World::new().await;
    for (name, expected) in [
        ("Fastweb", 400),
        ("fast%20web", 400),
        ("%C3%A9", 400),
        ("%ff", 400),
        (&"x".repeat(65), 400),
        (&"x".repeat(64), 404),
        ("a_b-9", 404),
    ] {
        let (status, _) = answer(world.get(&format!("/carriers/{name}/orders/SB-00000001"))).await;
        assert_eq!(status.as_u16(), expected, "{name}");
    }
}

#[tokio::test]
async fn an_unknown_class_is_refused_before_anything_is_booked() {
    let world = World::new().await;
    for class in ["E", "", "AB"] {
        let (status, answer) = world.place(class, &order("r-1", "Mario")).await;
        assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("invalid")), "{class}");
    }
    assert_eq!(world.bookings().await, 0);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_the_error_shape() {
    let world = World::new().await;
    let expect = |status: u16, code: &str| (status, json!(code));
    let got = |(status, body): (reqwest::StatusCode, Value)| (status.as_u16(), body["code"].clone());
    assert_eq!(got(answer(world.get("/nowhere")).await), expect(404, "not_found"));
    assert_eq!(got(answer(world.get("/carriers/fastweb/orders")).await), expect(405, "method_not_allowed"));
    assert_eq!(got(answer(world.get("/ledger?carrier=%ff&carrier=a")).await), expect(400, "invalid"));
    assert_eq!(
        got(answer(world.get("/carriers/fastweb/orders/by-reference/%ff")).await),
        expect(400, "invalid")
    );
}
