//! The limits of one-time passwords: tries, resets, time, and guesses side by side.

use crate::app::App;
use crate::{app, body};
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use store::testing::TestStore;

async fn asked(app: &App) -> i64 {
    let id = app.accepted("/subscription", &body::subscription("Mario", "iban")).await;
    app.until(id, "interrupted").await;
    id
}

/// Calls of this operation that went to the carrier for an action.
async fn sent_to_carrier(app: &App, id: i64, operation: &'static str) -> usize {
    let exchanges = app.hub.store().read(move |tx| {
        let action = store::action::by_number(tx, id)?.unwrap();
        store::exchange::of_action(tx, action.id)
    });
    let exchanges: Result<_, store::Error> = exchanges.await;
    exchanges.unwrap().iter().filter(|exchange| exchange.operation == operation).count()
}

async fn check_not_interrupted(app: &App, id: i64) {
    for reply in [
        app.otp(id, "123456").await,
        app.reset(id).await,
        app.post("/send-otp", &json!({"id": id, "otp": "123456"})).await,
        app.post("/reset-otp", &json!({"id": id})).await,
    ] {
        let said = (reply.status, reply.text.as_str());
        assert_eq!(said, (409, r#"{"error":"Requires status to be interrupted"}"#));
    }
}

store::on_both!(the_sixth_otp_is_not_tried_any_more, |store: TestStore| app::with(store, async |app| {
    let id = asked(app).await;
    for at in 0..4 {
        assert_eq!(app.otp(id, &format!("00000{at}")).await.status, 200);
        app.until(id, "interrupted").await;
        if at == 1 {
            // A reset does not renew the tries.
            app.reset(id).await;
            app.until(id, "interrupted").await;
        }
    }
    assert_eq!(app.otp(id, "000009").await.status, 200);
    let canceled = app.until(id, "canceled").await;
    let reason = canceled["payload"]["__info"]["error"].as_str().unwrap();
    assert!(reason.contains("one-time password"), "{reason}");
    assert_eq!(canceled["error"], "interrupted or timeout by signal");
    check_not_interrupted(app, id).await;
    assert_eq!(sent_to_carrier(app, id, "otp").await, 5);
}));

store::on_both!(the_sixth_reset_cancels, |store: TestStore| app::with(store, async |app| {
    let id = asked(app).await;
    for _ in 0..5 {
        assert_eq!(app.reset(id).await.json()["status"], "running");
        app.until(id, "interrupted").await;
    }
    let sixth = app.post("/reset-otp", &json!({"id": id})).await;
    assert_eq!((sixth.status, sixth.json()["status"].clone()), (200, json!("canceled")));
    let reason = app.status(id).await["payload"]["__info"]["error"].clone();
    assert!(reason.as_str().unwrap().contains("too often"), "{reason}");
    assert_eq!(sent_to_carrier(app, id, "otp_reset").await, 5);
}));

store::on_both!(of_many_guesses_at_once_those_taken_are_tried_and_no_more_than_five, |store: TestStore| {
    app::with(store, async |app| {
        let id = asked(app).await;
        let otps: Vec<String> = (0..16).map(|at| format!("9000{at:02}")).collect();
        let replies = join_all(otps.iter().map(|otp| app.otp(id, otp))).await;
        let taken = replies.iter().filter(|reply| reply.status == 200).count();
        let refused = replies.iter().filter(|reply| reply.status == 409).count();
        // The carrier may have refused one in time for a next one to be taken.
        assert!((1..=5).contains(&taken), "{taken}");
        assert_eq!(taken + refused, otps.len());
        while app.status(id).await["status"] == "running" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(sent_to_carrier(app, id, "otp").await, taken);
    })
});

store::on_both!(a_prompt_that_nobody_answers_is_canceled_after_its_time, |store: TestStore| app::with(
    store,
    async |app| {
        let id = asked(app).await;
        app.hub.advance_clock(Duration::from_secs(29 * 60)).await.unwrap();
        assert_eq!(app.status(id).await["status"], "interrupted");
        // A wrong try keeps the deadline, a reset renews it.
        app.otp(id, "000000").await;
        app.until(id, "interrupted").await;
        app.reset(id).await;
        app.until(id, "interrupted").await;
        app.hub.advance_clock(Duration::from_secs(29 * 60)).await.unwrap();
        assert_eq!(app.status(id).await["status"], "interrupted");
        app.otp(id, "000001").await;
        app.until(id, "interrupted").await;
        app.hub.advance_clock(Duration::from_secs(2 * 60)).await.unwrap();
        let canceled = app.until(id, "canceled").await;
        assert_eq!(canceled["payload"]["__info"]["error"], "not answered within 30 minutes");
        assert_eq!(canceled["error"], "interrupted or timeout by signal");
        check_not_interrupted(app, id).await;
    }
));

store::on_both!(an_otp_is_taken_only_while_it_is_asked_for, |store: TestStore| app::with(
    store,
    async |app| {
        let coverage = app.accepted("/coverage", &body::coverage("fastweb", "VIA CENERENTOLA")).await;
        check_not_interrupted(app, coverage).await;
        app.until(coverage, "done").await;
        check_not_interrupted(app, coverage).await;

        let id = app.accepted("/subscription", &body::subscription("Mario", "credit_card")).await;
        app.until(id, "interrupted").await;
        app.otp(id, "123456").await;
        app.until_that(id, "interrupted", |info| info["message"] == "Credit Card is requested").await;
        // It waits, but for something else.
        check_not_interrupted(app, id).await;
        assert_eq!(app.status(id).await["status"], "interrupted");
    }
));

store::on_both!(the_path_names_the_action_whatever_the_body_says, |store: TestStore| app::with(
    store,
    async |app| {
        let id = asked(app).await;
        let reply =
            app.post(&format!("/subscription/{id}/send-otp"), &json!({"otp": "123456", "id": 999_999})).await;
        assert_eq!((reply.status, reply.id()), (200, id));
        app.until(id, "done").await;
    }
));
