//! Who may do what, for every operation of the document: an operation without a line here fails the test.

use crate::app::{App, Reply};
use crate::{app, body};
use model::organization::Kind;
use model::role::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::testing::TestStore;

/// How an operation is called: method, path, body. Those on an action name it.
struct Call {
    operation: &'static str,
    method: &'static str,
    path: String,
    body: Option<Value>,
    least: Role,
    /// Reads or changes an action, which may be somebody else's.
    on_action: bool,
}

fn calls(id: i64) -> Vec<Call> {
    let call = |operation, method, path: &str, body, least, on_action| Call {
        operation,
        method,
        path: path.replace("{id}", &id.to_string()),
        body,
        least,
        on_action,
    };
    let coverage = Some(body::coverage("fastweb", "VIA CENERENTOLA"));
    let order = Some(body::subscription("Mario", "iban"));
    let otp = |with_id: bool| Some(if with_id { json!({"otp": "1", "id": id}) } else { json!({"otp": "1"}) });
    vec![
        call("coverage", "POST", "/coverage", coverage, Role::Owner, false),
        call("subscription", "POST", "/subscription", order, Role::Owner, false),
        call("status", "GET", "/status/{id}", None, Role::Viewer, true),
        call("sendOtp", "POST", "/subscription/{id}/send-otp", otp(false), Role::Owner, true),
        call("sendOtpById", "POST", "/send-otp", otp(true), Role::Owner, true),
        call("resetOtp", "POST", "/subscription/{id}/reset-otp", None, Role::Owner, true),
        call("resetOtpById", "POST", "/reset-otp", Some(json!({"id": id})), Role::Owner, true),
        call("documents", "GET", "/documents", None, Role::Viewer, false),
        call("traders", "GET", "/traders", None, Role::Viewer, false),
    ]
}

async fn make(app: &App, key: Option<&str>, call: &Call) -> Reply {
    let mut request = app.bare(call.method, &call.path);
    if let Some(key) = key {
        request = request.header("Authorization", key);
    }
    if let Some(body) = &call.body {
        request = request.json(body);
    }
    app.send(request).await
}

async fn finished_coverage(app: &App) -> i64 {
    let id = app.accepted("/coverage", &body::coverage("fastweb", "VIA CENERENTOLA")).await;
    app.until(id, "done").await;
    id
}

#[test]
fn every_operation_of_the_document_has_its_line() {
    let document = serde_json::to_value(dialects::comparetech::openapi("/")).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let mut documented: Vec<&str> = paths
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let mut listed: Vec<&str> = calls(1).iter().map(|call| call.operation).collect();
    documented.sort_unstable();
    listed.sort_unstable();
    assert_eq!(documented, listed);
}

store::on_both!(each_role_may_do_what_the_table_says, |store: TestStore| app::with(store, async |app| {
    let id = finished_coverage(app).await;
    for role in Role::ALL {
        let key = app.key_of("acme", Some(*role)).await;
        for call in calls(id) {
            let reply = make(app, Some(&key), &call).await;
            if *role >= call.least {
                assert!(matches!(reply.status, 200 | 201 | 409), "{role} {}: {}", call.operation, reply.text);
            } else {
                let said = (reply.status, reply.text.as_str());
                assert_eq!(said, (403, r#"{"error":"Forbidden"}"#), "{role} {}", call.operation);
            }
        }
    }
}));

store::on_both!(a_role_is_judged_before_the_body, |store: TestStore| app::with(store, async |app| {
    let viewer = app.key_of("acme", Some(Role::Manager)).await;
    for call in calls(1).iter().filter(|call| call.method == "POST") {
        let request =
            app.bare("POST", &call.path).header("Authorization", &viewer).header("Idempotency-Key", "a b");
        assert_eq!(app.send(request.body("{not json")).await.status, 403, "{}", call.operation);
    }
}));

store::on_both!(without_a_key_that_is_known_nothing_is_answered, |store: TestStore| app::with(
    store,
    async |app| {
        let revoked = app.key_of("acme", None).await;
        app.hub.revoke_key(&app.root, &revoked).await.unwrap();
        let mistyped = format!("{}0", &app.key[..app.key.len() - 1]);
        let other_end = format!("{}1", &app.key[..app.key.len() - 1]);
        let basic = format!("Basic {}", app.key);
        for call in calls(1) {
            for key in [None, Some(""), Some("x"), Some(&*revoked), Some(&*basic)] {
                let reply = make(app, key, &call).await;
                let said = (reply.status, reply.text.as_str());
                assert_eq!(said, (401, r#"{"error":"Unauthenticated"}"#), "{key:?} {}", call.operation);
            }
            let statuses = [
                make(app, Some(&mistyped), &call).await.status,
                make(app, Some(&other_end), &call).await.status,
            ];
            assert!(statuses.contains(&401), "one of two other last characters is wrong");
        }
        let bearer = format!("Bearer {}", app.key);
        assert_eq!(app.get_as(&bearer, "/traders").await.status, 200);
    }
));

store::on_both!(anothers_action_is_answered_as_one_that_never_was, |store: TestStore| app::with(
    store,
    async |app| {
        let id = app.accepted("/subscription", &body::subscription("Mario", "iban")).await;
        app.until(id, "interrupted").await;
        let before = app.status(id).await;
        let strangers = BTreeMap::from([
            ("a sibling", app.stranger("sibling", Kind::Reseller, None).await),
            ("a child", app.stranger("child", Kind::Reseller, Some("acme")).await),
            ("another operator", app.stranger("northnet", Kind::Operator, None).await),
        ]);
        let unknown = 4_000_000_000;
        for (who, key) in &strangers {
            for (ours, never) in calls(id).iter().zip(calls(unknown)).filter(|(call, _)| call.on_action) {
                let refused = make(app, Some(key), ours).await;
                let absent = make(app, Some(key), &never).await;
                assert_eq!(refused.status, 404, "{who} {}", ours.operation);
                assert_eq!(refused.text, absent.text, "{who} {}", ours.operation);
                assert_eq!(without_date(&refused), without_date(&absent), "{who} {}", ours.operation);
            }
            let mut order = body::subscription("Mario", "iban");
            let mut answers = Vec::new();
            for coverage in [id, unknown] {
                order["coverage_id"] = coverage.into();
                answers.push(app.post_as(key, "/subscription", &order).await);
            }
            assert_eq!((answers[0].status, &answers[0].text), (422, &answers[1].text), "{who}");
        }
        assert_eq!(app.status(id).await, before, "nothing of all that was done");
    }
));

fn without_date(reply: &Reply) -> Vec<(String, String)> {
    let headers = reply.headers.iter().filter(|(name, _)| *name != "date");
    headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

store::on_both!(an_operator_sees_what_its_resellers_do, |store: TestStore| app::with(store, async |app| {
    let id = finished_coverage(app).await;
    let parent = app.hub.organizations(&app.root).await.unwrap();
    let root = parent.iter().find(|one| one.parent.is_none()).unwrap();
    let key = app.key_of(&root.name, None).await;
    assert_eq!(app.get_as(&key, &format!("/status/{id}")).await.json(), app.status(id).await);
}));
