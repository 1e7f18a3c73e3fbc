//! Whole subscriptions, from the address to the line, and all the ways in which they end.

use crate::{app, body};
use serde_json::{Value, json};
use store::testing::TestStore;

fn info(record: &Value) -> &Value {
    &record["payload"]["__info"]
}

store::on_both!(a_subscription_goes_from_the_address_to_the_approved_card, |store: TestStore| app::with(
    store,
    async |app| {
        let coverage = app.accepted("/coverage", &body::coverage("fastweb", "VIA CENERENTOLA")).await;
        let covered = app.until(coverage, "done").await;

        let mut order = body::subscription("Mario", "credit_card");
        order["product"] = info(&covered)["result"][1].clone();
        order["coverage_id"] = coverage.into();
        let id = app.accepted("/subscription", &order).await;
        let asked = app.until(id, "interrupted").await;
        assert_eq!(asked["action"], "fastweb:subscription");
        assert_eq!(app.bookings().await, 1);

        let sent = app.otp(id, "000000").await;
        assert_eq!((sent.status, sent.json()["status"].clone()), (200, json!("running")));
        assert_eq!(info(&sent.json()), &json!({"message": ""}), "nothing is known yet");
        let refused = app.until(id, "interrupted").await;
        assert_eq!(info(&refused)["message"], "OTP is requested");
        assert!(info(&refused)["error"].as_str().unwrap().contains("refused"), "{refused}");

        let reset = app.reset(id).await;
        assert_eq!((reset.status, reset.json()["status"].clone()), (200, json!("running")));
        let renewed = app.until(id, "interrupted").await;
        assert_eq!(info(&renewed), &json!({"message": "OTP is requested"}), "a new OTP was not refused yet");

        // The old one is wrong now, and the same id in the body does what the path does.
        let sent = app.post("/send-otp", &json!({"otp": "654321", "id": id})).await;
        assert_eq!((sent.status, sent.json()["status"].clone()), (200, json!("running")));
        let card =
            app.until_that(id, "interrupted", |info| info["data"]["credit_card"]["url"].is_string()).await;
        let url = info(&card)["data"]["credit_card"]["url"].as_str().unwrap();

        app.decide_card(url, "decline").await;
        let declined = |info: &Value| info["data"]["credit_card"]["result"] == "the card was declined";
        app.until_that(id, "interrupted", declined).await;
        app.decide_card(url, "approve").await;
        let done = app.until(id, "done").await;
        assert_eq!(info(&done), &json!({"message": ""}));
        assert_eq!(done.get("error"), None);
        assert_eq!(app.bookings().await, 1);
    }
));

store::on_both!(
    a_polled_subscription_echoes_its_request_with_the_spellings_of_its_address,
    |store: TestStore| {
        app::with(store, async |app| {
            let mut order = body::subscription("Mario", "iban");
            order["address"]["number"] = "1/A".into();
            order["address"]["note"] = "second door".into();
            order["debug"] = true.into();
            order["campaign"] = json!({"code": 7});
            let id = app.accepted("/subscription", &order).await;
            let mut payload = app.until(id, "interrupted").await["payload"].take();
            payload.as_object_mut().unwrap().remove("__info");
            let mut wanted = order.clone();
            wanted["address"]["full"] = "VIA CENERENTOLA 1/A, BRONTE (CT)".into();
            for (name, text) in [
                ("province_type1", "CT"),
                ("province_type2", "CATANIA"),
                ("street_type1", "VIA CENERENTOLA"),
                ("street_type2", "V. CENERENTOLA"),
                ("street_type3", "CENERENTOLA"),
                ("city_type1", "BRONTE"),
                ("city_type2", "BRONTE"),
                ("city_type3", "BRONTE"),
            ] {
                wanted["address"][name] = text.into();
            }
            assert_eq!(payload, wanted);
        })
    }
);

store::on_both!(an_action_under_way_echoes_its_request_with_an_empty_message, |store: TestStore| {
    app::with(store, async |app| {
        let slow = body::coverage("fastweb", "VIA SLOW");
        for status in ["running", "pending"] {
            if status == "pending" {
                app.rest().await;
            }
            let reply = app.post("/coverage", &slow).await;
            assert_eq!(reply.json()["payload"], json!({}), "the first answer has none of it");
            let record = app.until(reply.id(), status).await;
            assert_eq!(info(&record), &json!({"message": ""}), "{status}");
            assert_eq!(record["payload"]["address"]["street"], "VIA SLOW", "{status}");
        }
    })
});

store::on_both!(an_iban_needs_no_card, |store: TestStore| app::with(store, async |app| {
    let id = app.accepted("/subscription", &body::subscription("Mario", "iban")).await;
    app.until(id, "interrupted").await;
    app.otp(id, "123456").await;
    let done = app.until(id, "done").await;
    assert_eq!(info(&done), &json!({"message": ""}));
    assert_eq!(app.bookings().await, 1);
}));

store::on_both!(a_declined_customer_is_canceled_with_the_carriers_reason, |store: TestStore| app::with(
    store,
    async |app| {
        let id = app.accepted("/subscription", &body::subscription("DECLINE", "iban")).await;
        let canceled = app.until(id, "canceled").await;
        assert_eq!(info(&canceled), &json!({"error": "the carrier declined this customer"}));
        assert_eq!(canceled["error"], "interrupted or timeout by signal");
        assert_eq!(app.bookings().await, 0);
    }
));

store::on_both!(an_order_whose_answer_was_lost_is_found_and_booked_once, |store: TestStore| app::with(
    store,
    async |app| {
        let id = app.accepted("/subscription", &body::subscription("LOSTREPLY", "iban")).await;
        app.until(id, "interrupted").await;
        app.otp(id, "123456").await;
        app.until(id, "done").await;
        assert_eq!(app.bookings().await, 1);
    }
));

store::on_both!(an_order_names_a_coverage_of_its_own_or_none, |store: TestStore| app::with(
    store,
    async |app| {
        let uncovered = app.accepted("/coverage", &body::coverage("fastweb", "VIA NO COVERAGE")).await;
        app.until(uncovered, "canceled").await;
        let elsewhere = app.accepted("/coverage", &body::coverage("aruba", "VIA CENERENTOLA")).await;
        app.until(elsewhere, "done").await;
        for id in [uncovered, elsewhere, 4_000_000_000] {
            let mut order = body::subscription("Mario", "iban");
            order["coverage_id"] = id.into();
            let reply = app.post("/subscription", &order).await;
            assert_eq!(reply.status, 422);
            assert!(reply.json()["errors"]["coverage_id"][0].is_string(), "{}", reply.text);
        }
    }
));

store::on_both!(an_order_is_of_a_product_that_its_coverage_offers, |store: TestStore| app::with(
    store,
    async |app| {
        let coverage = app.accepted("/coverage", &body::coverage("fastweb", "VIA CENERENTOLA")).await;
        app.until(coverage, "done").await;
        let mut order = body::subscription("Mario", "iban");
        order["coverage_id"] = coverage.into();
        app.accepted("/subscription", &order).await;
        app.sell("fastweb", "Fastweb Later").await;
        order["product"] = "fastweb later".into();
        let reply = app.post("/subscription", &order).await;
        let said = json!({"coverage_id": ["does not offer this product"]});
        assert_eq!((reply.status, &reply.json()["errors"]), (422, &said));
    }
));

store::on_both!(a_document_is_named_in_any_case, |store: TestStore| app::with(store, async |app| {
    let mut order = body::subscription("Mario", "iban");
    order["document"]["type"] = "PASSPORT".into();
    let id = app.accepted("/subscription", &order).await;
    let asked = app.until(id, "interrupted").await;
    assert_eq!(asked["payload"]["document"]["type"], "PASSPORT", "the echo is what was sent");
}));

store::on_both!(waiting_for_the_card_is_no_change, |store: TestStore| app::with(store, async |app| {
    let id = app.accepted("/subscription", &body::subscription("Mario", "credit_card")).await;
    app.until(id, "interrupted").await;
    app.otp(id, "123456").await;
    let asked = app.until_that(id, "interrupted", |info| info["data"]["credit_card"].is_object()).await;
    // The page is looked at every second.
    tokio::time::sleep(std::time::Duration::from_millis(3_500)).await;
    assert_eq!(app.status(id).await, asked);
    let url = info(&asked)["data"]["credit_card"]["url"].as_str().unwrap();
    app.decide_card(url, "decline").await;
    let declined = |info: &Value| info["data"]["credit_card"]["result"] == "the card was declined";
    let declined = app.until_that(id, "interrupted", declined).await;
    assert!(declined["updated_at"].as_str() > asked["updated_at"].as_str(), "{declined}");
}));
