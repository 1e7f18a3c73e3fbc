//! The same key, the same answer: byte for byte, once, also for many at once.

use crate::app::{App, Reply};
use crate::{app, body};
use futures_util::future::join_all;
use model::organization::Kind;
use serde_json::{Value, json};
use store::testing::TestStore;

async fn post(app: &App, caller: &str, path: &str, key: &str, body: &Value) -> Reply {
    let request = app.bare("POST", path).header("Authorization", caller).header("Idempotency-Key", key);
    app.send(request.json(body)).await
}

async fn post_owned(app: &App, path: &str, key: &str, body: Value) -> Reply {
    post(app, &app.key, path, key, &body).await
}

/// What of an answer is the server's word and not the time of day.
fn said(reply: &Reply) -> (u16, &str, Option<&str>, Option<&str>) {
    (reply.status, &reply.text, reply.header("content-type"), reply.header("cache-control"))
}

const REPLAYED: &str = "idempotent-replayed";

fn requests() -> [(&'static str, Value); 2] {
    [
        ("/coverage", body::coverage("fastweb", "VIA CENERENTOLA")),
        ("/subscription", body::subscription("Mario", "iban")),
    ]
}

store::on_both!(a_repeated_post_is_answered_byte_for_byte, |store: TestStore| app::with(
    store,
    async |app| {
        for (path, body) in requests() {
            let first = post(app, &app.key, path, "k-1", &body).await;
            assert_eq!((first.status, first.header(REPLAYED)), (201, None));
            app.until(first.id(), if path == "/coverage" { "done" } else { "interrupted" }).await;
            for _ in 0..2 {
                let again = post(app, &app.key, path, "k-1", &body).await;
                assert_eq!(said(&again), said(&first));
                assert_eq!(again.header(REPLAYED), Some("true"));
            }
            let other = post(app, &app.key, path, "k-2", &body).await;
            assert_ne!(other.id(), first.id());
            assert_ne!(app.accepted(path, &body).await, other.id(), "without a key nothing is the same");
        }
    }
));

store::on_both!(the_order_of_members_makes_no_other_body, |store: TestStore| app::with(store, async |app| {
    let send = |text: &'static str| {
        let request =
            app.bare("POST", "/coverage").header("Authorization", &app.key).header("Idempotency-Key", "k");
        app.send(request.body(text))
    };
    let first = send(
        r#"{"driver":"fastweb","address":{"street":"A","number":1,"city":"B","province":"CT","zip_code":95034}}"#,
    )
    .await;
    let again = send(
        r#"{ "address": {"zip_code": 95034, "province": "CT", "city": "B", "number": 1, "street": "A"}, "driver": "fastweb" }"#,
    )
    .await;
    assert_eq!(first.status, 201);
    assert_eq!(said(&again), said(&first));
}));

store::on_both!(another_body_under_a_key_is_refused_and_named, |store: TestStore| app::with(
    store,
    async |app| {
        for (path, mut body) in requests() {
            let first = post(app, &app.key, path, "k-1", &body).await;
            body["debug"] = true.into();
            let other = post(app, &app.key, path, "k-1", &body).await;
            assert_eq!(other.status, 422);
            assert!(other.json()["errors"]["Idempotency-Key"][0].is_string(), "{}", other.text);
            assert_eq!(first.status, 201, "a key is of one operation only");
        }
    }
));

store::on_both!(a_thousand_posts_at_once_make_one_action, |store: TestStore| app::with(store, async |app| {
    for (path, body) in requests() {
        let replies = join_all((0..1_000).map(|_| post(app, &app.key, path, "parallel", &body))).await;
        let new = replies.iter().filter(|reply| reply.header(REPLAYED).is_none()).count();
        assert_eq!(new, 1);
        for reply in &replies {
            assert_eq!(said(reply), said(&replies[0]));
        }
    }
    app.until(post(app, &app.key, "/subscription", "parallel", &requests()[1].1).await.id(), "interrupted")
        .await;
    assert_eq!(app.bookings().await, 1);
}));

store::on_both!(errors_are_not_stored, |store: TestStore| app::with(store, async |app| {
    let mut body = body::subscription("Mario", "iban");
    for (field, wrong) in
        [("product", json!("no such product")), ("driver", json!("vercinge")), ("email", json!(7))]
    {
        let right = body[field].take();
        body[field] = wrong;
        let refused = post(app, &app.key, "/subscription", "k-1", &body).await;
        assert!(matches!(refused.status, 404 | 422), "{}", refused.text);
        body[field] = right;
    }
    let accepted = post(app, &app.key, "/subscription", "k-1", &body).await;
    assert_eq!((accepted.status, accepted.header(REPLAYED)), (201, None));
}));

store::on_both!(a_key_is_of_one_organization, |store: TestStore| app::with(store, async |app| {
    let stranger = app.stranger("other", Kind::Reseller, None).await;
    let (path, body) = &requests()[0];
    let ours = post(app, &app.key, path, "k-1", body).await;
    let theirs = post(app, &stranger, path, "k-1", body).await;
    assert_eq!((theirs.status, theirs.header(REPLAYED)), (201, None));
    assert_ne!(ours.id(), theirs.id());
    // Another key of the same organization is the same caller.
    let second = app.key_of("acme", None).await;
    assert_eq!(post(app, &second, path, "k-1", body).await.text, ours.text);
}));

store::on_both!(a_malformed_key_is_named, |store: TestStore| app::with(store, async |app| {
    let (path, body) = &requests()[0];
    for key in ["", "a b", &"k".repeat(256)] {
        let refused = post(app, &app.key, path, key, body).await;
        assert_eq!(refused.status, 422, "{key}");
        assert!(refused.json()["errors"]["Idempotency-Key"][0].is_string(), "{}", refused.text);
    }
    assert_eq!(post(app, &app.key, path, &"k".repeat(255), body).await.status, 201);
}));

store::on_both!(an_answer_is_given_again_when_the_carrier_is_no_longer_the_callers, |store: TestStore| {
    app::with(store, async |app| {
        let firsts = join_all(requests().map(|(path, body)| post_owned(app, path, "k-1", body))).await;
        app.withdraw("fastweb").await;
        for ((path, body), first) in requests().into_iter().zip(&firsts) {
            assert_eq!(app.post(path, &body).await.status, 404, "it is not there any more");
            let again = post(app, &app.key, path, "k-1", &body).await;
            assert_eq!((said(&again), again.header(REPLAYED)), (said(first), Some("true")));
        }
    })
});
