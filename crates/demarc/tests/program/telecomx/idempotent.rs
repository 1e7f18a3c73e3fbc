//! Requests that come again under their key are one.

use super::caller::{Answer, Caller, at, refusal, row, send, text};
use super::network::{PASSWORD, furnish, order, user};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};
use wire::telecomx::Row;

async fn post(caller: Caller, path: &str, key: &str, body: Value) -> Answer {
    send(caller.request(Method::POST, path).header("idempotency-key", key).json(&body)).await
}

/// Sends it so often at the same time, and once more.
async fn many(caller: &Caller, path: &'static str, key: &'static str, body: &Value) -> Vec<Answer> {
    let sent: Vec<_> = (0..20).map(|_| tokio::spawn(post(caller.clone(), path, key, body.clone()))).collect();
    let mut answers = Vec::new();
    for one in sent {
        answers.push(one.await.unwrap());
    }
    answers.push(post(caller.clone(), path, key, body.clone()).await);
    answers
}

/// All are one answer, and all but one say that it was given before.
#[track_caller]
fn are_one(answers: &[Answer]) {
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.body());
        assert_eq!(answer.content, answers[0].content);
        assert_eq!(answer.header("content-type"), answers[0].header("content-type"));
    }
    let replayed = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
    assert_eq!(replayed, answers.len() - 1);
}

fn reused() -> (u16, Value) {
    refusal(422, "Idempotency-Key", "The key was used with another body")
}

on_both!(requests_under_one_key_are_one_request, |mut house: House| async move {
    const PATH: &str = "/internet/request";
    let network = furnish(&mut house).await;
    let over = &network.over;
    let wanted = network.wanted();
    let answers = many(over, PATH, "one", &wanted).await;
    are_one(&answers);
    assert_eq!(over.total(PATH).await, 1);
    let made = answers[0].body();
    let path = format!("{PATH}/{}", text(&made, "_id"));
    assert_eq!(over.found(&path).await, made, "the answer is the request");

    let mut other = wanted.clone();
    other["ipAddresses"] = json!(16);
    assert_eq!(post(over.clone(), PATH, "one", other.clone()).await.told(), reused());
    other["type"] = json!("ISDN");
    let wrong = post(over.clone(), PATH, "one", other.clone()).await;
    assert!(matches!(wrong.status, 409 | 422), "{}", wrong.body());
    // The same body in another layout.
    let text = serde_json::to_string_pretty(&wanted).unwrap();
    let again = over.request(Method::POST, PATH).header("idempotency-key", "one").body(text);
    let again = send(again).await;
    assert_eq!((again.header("idempotent-replayed"), &again.content), ("true", &answers[0].content));
    // The same answer also when the request has gone on since, or would not be taken any more.
    network.admin.made(&path, &json!({"offers": [network.offer(&network.fiber, 0)]})).await;
    network.admin.pass("P1D").await;
    over.deleted(&path).await;
    let again = post(over.clone(), PATH, "one", wanted.clone()).await;
    assert_eq!((again.status, &again.content), (200, &answers[0].content));
    assert_eq!(over.total(PATH).await, 0);

    // A key of the same name is another's own; what was refused has left none.
    let theirs = post(network.beside.clone(), PATH, "one", wanted.clone()).await;
    assert_eq!((theirs.status, theirs.header("idempotent-replayed")), (200, ""), "{}", theirs.body());
    assert_eq!(post(over.clone(), PATH, "two", other).await.told(), row(Row::TypeNotPermitted));
    are_one(&many(over, PATH, "two", &wanted).await);
    let rule = "must be 1 to 255 visible ASCII characters, given once";
    for key in ["", "a b", &"x".repeat(256)] {
        let answer = post(over.clone(), PATH, key, wanted.clone()).await;
        assert_eq!(answer.told(), refusal(422, "Idempotency-Key", rule), "{key}");
    }
    assert_eq!(post(over.with("nobody"), PATH, "two", wanted).await.status, 401, "first of all who it is");
});

on_both!(orders_under_one_key_are_one_account, |mut house: House| async move {
    const PATH: &str = "/internet/account";
    let network = furnish(&mut house).await;
    let over = &network.over;
    let [first, second] =
        [network.quoted(over, &network.wanted(), 0).await, network.quoted(over, &network.wanted(), 0).await];
    let answers = many(over, PATH, "one", &order(&first)).await;
    are_one(&answers);
    assert_eq!(over.total(PATH).await, 1);
    assert_eq!(over.found(&at(text(&answers[0].body(), "_id"))).await, answers[0].body());
    assert_eq!(post(over.clone(), PATH, "one", order(&second)).await.told(), reused());
    // Without a key, or under another, the request is ordered already.
    assert_eq!(over.post(PATH, &order(&first)).await, row(Row::RequestOrdered));
    assert_eq!(post(over.clone(), PATH, "two", order(&first)).await.told(), row(Row::RequestOrdered));
    // What one key is for on one path says nothing of another.
    let asked = post(over.clone(), "/internet/request", "one", network.wanted()).await;
    assert_eq!((asked.status, asked.header("idempotent-replayed")), (200, ""));
    // Twenty orders without a key: one becomes an account.
    let sent: Vec<_> = (0..20)
        .map(|_| {
            let (caller, body) = (over.clone(), order(&second));
            tokio::spawn(async move { caller.post(PATH, &body).await })
        })
        .collect();
    let mut made = 0;
    for one in sent {
        let answer = one.await.unwrap();
        made += usize::from(answer.0 == 200);
        assert!(answer.0 == 200 || answer == row(Row::RequestOrdered), "{answer:?}");
    }
    assert_eq!((made, over.total(PATH).await), (1, 2));
});

on_both!(who_has_signed_in_again_is_still_the_same, |mut house: House| async move {
    const PATH: &str = "/internet/request";
    let network = furnish(&mut house).await;
    user(&house, "anna@over.example", "Over", "RESELLER", &[]);
    let mut answers = Vec::new();
    for _ in 0..2 {
        let login = json!({"username": "anna@over.example", "password": PASSWORD});
        let token = send(network.admin.bare(Method::POST, "/auth/login").json(&login)).await.body();
        let mut wanted = network.wanted();
        wanted["token"] = token["token"].clone();
        let request = network.admin.bare(Method::POST, PATH).header("idempotency-key", "one");
        answers.push(send(request.json(&wanted)).await);
    }
    are_one(&answers);
});
