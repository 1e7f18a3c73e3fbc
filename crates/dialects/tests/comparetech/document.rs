//! The OpenAPI document and its page.

use dialects::comparetech;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::to_value(comparetech::openapi("/somewhere/api/v1")).unwrap()
}

fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    })
}

#[test]
fn it_has_every_operation_with_the_answers_that_it_gives() {
    let document = document();
    let listed: Vec<(String, Vec<&String>)> = operations(&document)
        .map(|(name, operation)| (name, operation["responses"].as_object().unwrap().keys().collect()))
        .collect();
    let read = ["200", "401", "403", "500", "503"];
    let found = ["200", "401", "403", "404", "500", "503"];
    let create = ["201", "400", "401", "403", "404", "413", "422", "500", "503", "507"];
    let answer = ["200", "400", "401", "403", "404", "409", "413", "422", "500", "503", "507"];
    let wanted: [(&str, &[&str]); 9] = [
        ("POST /coverage", &create),
        ("GET /documents", &found),
        ("POST /reset-otp", &answer),
        ("POST /send-otp", &answer),
        ("GET /status/{id}", &found),
        ("POST /subscription", &create),
        ("POST /subscription/{id}/reset-otp", &answer),
        ("POST /subscription/{id}/send-otp", &answer),
        ("GET /traders", &read),
    ];
    assert_eq!(listed.len(), wanted.len());
    for ((name, statuses), (wanted_name, wanted_statuses)) in listed.iter().zip(wanted) {
        assert_eq!(name, wanted_name);
        assert_eq!(statuses, wanted_statuses, "{name}");
    }
}

#[test]
fn it_says_where_the_server_is_and_how_the_key_is_given() {
    let document = document();
    assert_eq!(document["servers"], json!([{"url": "/somewhere/api/v1"}]));
    let scheme = &document["components"]["securitySchemes"]["key"];
    assert_eq!(
        (&scheme["type"], &scheme["in"], &scheme["name"]),
        (&json!("apiKey"), &json!("header"), &json!("Authorization"))
    );
    assert_eq!(document["security"], json!([{"key": []}]));
    for (name, operation) in operations(&document) {
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_no_example_is_empty() {
    fn walk(value: &Value, path: &str, references: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    references.insert(reference.clone());
                }
                for (name, field) in fields {
                    let path = format!("{path}/{name}");
                    assert!(!(name.starts_with("example") && field.is_null()), "{path}");
                    walk(field, &path, references);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, path, references)),
            _ => {}
        }
    }
    let document = document();
    let mut references = BTreeSet::new();
    walk(&document, "", &mut references);
    assert!(references.len() > 5, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn a_new_action_links_to_what_can_be_done_with_it() {
    let document = document();
    let known: BTreeSet<&str> =
        operations(&document).filter_map(|(_, operation)| operation["operationId"].as_str()).collect();
    for (path, wanted) in
        [("/coverage", vec!["status"]), ("/subscription", vec!["resetOtp", "sendOtp", "status"])]
    {
        let links = document["paths"][path]["post"]["responses"]["201"]["links"].as_object().unwrap();
        let linked: Vec<&str> = links.values().map(|link| link["operationId"].as_str().unwrap()).collect();
        assert_eq!(linked, wanted);
        assert!(linked.iter().all(|operation| known.contains(operation)));
    }
}

#[test]
fn only_the_operations_that_create_take_an_idempotency_key() {
    let document = document();
    let with: Vec<String> = operations(&document)
        .filter(|(_, operation)| {
            operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(with, ["POST /coverage", "POST /subscription"]);
}

#[tokio::test]
async fn the_page_and_the_document_are_served() {
    use tower::ServiceExt;
    let get = async |path: &str| {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let response = dialects::openapi_router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts, axum::body::to_bytes(body, usize::MAX).await.unwrap())
    };
    let (head, body) = get("/openapi").await;
    assert_eq!(
        (head.status.as_u16(), head.headers["content-type"].to_str().unwrap()),
        (200, "text/html; charset=utf-8")
    );
    assert!(head.headers["content-security-policy"].to_str().unwrap().contains("script-src 'self';"));
    assert!(String::from_utf8_lossy(&body).contains("openapi/initialize.js"));
    let (head, body) = get("/openapi/comparetech.json").await;
    assert_eq!(head.headers["content-type"], "application/json");
    let served: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(served, serde_json::to_value(comparetech::openapi(comparetech::MOUNT)).unwrap());
    assert_eq!(
        get("/openapi/swagger-ui-bundle.js").await.0.headers["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert_eq!(get("/openapi/").await.0.headers["location"], "../openapi");
    assert_eq!(get("/openapi/..%2FCargo.toml").await.0.status, 404);
}
