//! Many at the same moment: one place, one address, one appointment, one key of idempotency.

use super::caller::{Answer, Caller, refused_as, text};
use super::network::{CAPACITY, customer, furnish, moved, order, placed, product};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};

/// Sends all of them before any is answered.
async fn together(caller: &Caller, requests: Vec<(Method, String, Value)>) -> Vec<(u16, Value)> {
    let sent: Vec<_> = requests
        .into_iter()
        .map(|(method, path, body)| {
            let caller = caller.clone();
            tokio::spawn(async move {
                let answer = caller.ask(method, &path, Some(&body)).await;
                (answer.status, answer.body())
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in sent {
        answers.push(task.await.unwrap());
    }
    answers
}

/// So many said yes; the others named this field.
#[track_caller]
fn only(answers: &[(u16, Value)], yes: (usize, u16), field: &str, message: &str) {
    let (made, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.0 == yes.1);
    assert_eq!(made.len(), yes.0, "{answers:?}");
    for other in others {
        refused_as(other, field, message);
    }
}

on_both!(of_many_orders_of_one_premise_one_is_made, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let fibre = product(&network.first, "Fibre 100").await;
    let wanted = |n: usize| order(1, &fibre, &format!("customer{n}@customer.example"));
    let requests = (0..20).map(|n| (Method::POST, "/services/full".to_owned(), wanted(n))).collect();
    let answers = together(&network.first, requests).await;
    only(&answers, (1, 201), "premise.external_reference", "already has an active service");
    assert_eq!(network.first.found("/services").await["total"], 1);
    assert_eq!(network.first.found("/work-orders").await["total"], 1);
    for (n, answer) in answers.iter().enumerate() {
        let known = network.first.found(&format!("/customers?q=customer{n}@customer.example")).await;
        assert_eq!(known["total"], u8::from(answer.0 == 201), "an order that is refused leaves no customer");
    }
});

on_both!(of_many_customers_with_one_email_address_one_is_made, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let new = customer("one@customer.example");
    let requests = (0..20).map(|_| (Method::POST, "/customers".to_owned(), new.clone())).collect();
    only(&together(&network.first, requests).await, (1, 201), "email", "is already taken");
    assert_eq!(network.first.found("/customers?q=one@customer.example").await["total"], 1);
    // Orders find or make the same one.
    let fibre = product(&network.first, "Fibre 100").await;
    let requests = (1..=10)
        .map(|house| {
            (Method::POST, "/services/full".to_owned(), order(house, &fibre, "ten@customer.example"))
        })
        .collect();
    let answers = together(&network.first, requests).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.0 == 201).collect();
    assert_eq!(made.len(), 10, "{answers:?}");
    assert!(made.iter().all(|answer| answer.1["customer"] == made[0].1["customer"]), "{made:?}");
});

on_both!(an_appointment_is_given_as_often_as_there_are_technicians, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let mut orders = Vec::new();
    for house in 1..=8 {
        orders.push(placed(&network.first, house).await);
    }
    let slot = network.free().await;
    assert_eq!((&slot["capacity"], &slot["free"]), (&json!(CAPACITY), &json!(CAPACITY)));
    let at =
        moved(json!({"status": "Scheduled", "schedule_date": slot["date"], "schedule_time": slot["time"]}));
    let requests = orders.iter().map(|order| (Method::PUT, order.work_path(), at.clone())).collect();
    let answers = together(&network.operator, requests).await;
    only(&answers, (CAPACITY, 200), "work_order.schedule_time", "is fully booked");
    let is_it = |other: &&Value| (&other["date"], &other["time"]) == (&slot["date"], &slot["time"]);
    assert_eq!(network.slots().await.iter().find(is_it).unwrap()["free"], 0);
    let scheduled = network.first.found("/work-orders").await;
    let scheduled =
        scheduled["items"].as_array().unwrap().iter().filter(|order| order["status"] == "Scheduled");
    assert_eq!(scheduled.count(), CAPACITY);
});

on_both!(requests_under_one_key_of_idempotency_are_one_order, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let fibre = product(&network.first, "Fibre 100").await;
    let wanted = order(1, &fibre, "once@customer.example");
    let send = async |caller: Caller, body: Value| {
        let request = caller.request(Method::POST, "/services/full").header("idempotency-key", "one");
        caller.send(request.json(&body)).await
    };
    let sent: Vec<_> = (0..10).map(|_| tokio::spawn(send(network.first.clone(), wanted.clone()))).collect();
    let mut answers: Vec<Answer> = Vec::new();
    for task in sent {
        answers.push(task.await.unwrap());
    }
    answers.push(send(network.first.clone(), wanted.clone()).await);
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (201, &answers[0].text));
        assert_eq!(answer.header("location"), answers[0].header("location"));
    }
    let replayed = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
    assert_eq!(replayed, answers.len() - 1);
    assert_eq!(network.first.found("/services").await["total"], 1);

    let mut other = wanted.clone();
    other["customer"]["first_name"] = json!("Eve");
    let reused = send(network.first.clone(), other).await;
    assert_eq!(reused.status, 422, "{}", reused.text);
    assert!(reused.body()["errors"]["Idempotency-Key"].is_array(), "{}", reused.text);
    // Another provider's key of the same name is another one.
    let theirs = order(2, &product(&network.second, "Fibre 100").await, "once@customer.example");
    let theirs = send(network.second.clone(), theirs).await;
    assert_eq!(theirs.status, 201, "{}", theirs.text);
    assert_ne!(
        text(&theirs.body()["service"], "service_id"),
        text(&answers[0].body()["service"], "service_id")
    );
});
