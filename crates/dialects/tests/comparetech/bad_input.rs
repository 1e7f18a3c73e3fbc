//! Whatever a client sends, it gets an answer that says what is wrong, and the server goes on.

use crate::app::{App, Reply};
use crate::{app, body};
use serde_json::{Value, json};
use store::testing::TestStore;

const POSTS: [&str; 6] = [
    "/coverage",
    "/subscription",
    "/subscription/1/send-otp",
    "/send-otp",
    "/subscription/1/reset-otp",
    "/reset-otp",
];

async fn raw(app: &App, path: &str, body: impl Into<reqwest::Body>) -> Reply {
    app.send(app.bare("POST", path).header("Authorization", &app.key).body(body)).await
}

async fn check_goes_on(app: &App) {
    let id = app.accepted("/coverage", &body::coverage("fastweb", "VIA CENERENTOLA")).await;
    app.until(id, "done").await;
}

store::on_both!(a_body_that_is_no_json_object_is_refused, |store: TestStore| app::with(store, async |app| {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let deep_object = "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000);
    let unclosed = "[".repeat(100_000);
    let bodies: Vec<Vec<u8>> = [
        "{",
        "{]",
        "nope",
        "'{}'",
        "{\"driver\": \"fastweb\",}",
        "[]",
        "7",
        "\"text\"",
        "true",
        "{}{}",
        "\u{0}",
        "{\"driver\": \"\\ud800\"}",
        "{\"a\": 1e999}",
        "driver=fastweb&city=BRONTE",
        "<coverage/>",
        &deep,
        &deep_object,
        &unclosed,
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([b"\xff\xfe{\x00}\x00".to_vec(), b"{\"driver\": \"\xe8\"}".to_vec(), b"\x1f\x8b\x08\x00".to_vec()])
    .collect();
    for path in POSTS {
        for body in &bodies {
            let reply = raw(app, path, body.clone()).await;
            assert_eq!(reply.status, 422, "{path} {:?}: {}", String::from_utf8_lossy(body), reply.text);
            assert!(
                reply.json()["errors"][""][0].as_str().unwrap().starts_with("body must"),
                "{}",
                reply.text
            );
        }
    }
    check_goes_on(app).await;
}));

store::on_both!(an_empty_body_is_refused_where_one_is_needed, |store: TestStore| app::with(
    store,
    async |app| {
        for path in POSTS {
            for empty in ["", " \n", "null"] {
                let reply = raw(app, path, empty).await;
                assert_eq!(
                    reply.status,
                    if path == "/subscription/1/reset-otp" { 404 } else { 422 },
                    "{path}"
                );
            }
        }
    }
));

store::on_both!(a_body_of_ten_megabytes_is_refused_with_an_answer, |store: TestStore| app::with(
    store,
    async |app| {
        let mut large = body::coverage("fastweb", "VIA CENERENTOLA");
        large["note"] = "x".repeat(10 * 1024 * 1024).into();
        for path in POSTS {
            let reply = raw(app, path, large.to_string()).await;
            assert_eq!(reply.status, 413, "{path}");
        }
        check_goes_on(app).await;
    }
));

store::on_both!(the_content_type_does_not_matter, |store: TestStore| app::with(store, async |app| {
    let body = body::coverage("fastweb", "VIA CENERENTOLA").to_string();
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
    ] {
        let request =
            app.bare("POST", "/coverage").header("Authorization", &app.key).header("Content-Type", kind);
        assert_eq!(app.send(request.body(body.clone())).await.status, 201, "{kind}");
    }
}));

fn changed(mut body: Value, path: &str, value: Value) -> Value {
    let pointer = format!("/{}", path.replace('.', "/"));
    match body.pointer_mut(&pointer) {
        Some(field) => *field = value,
        None => body[path] = value,
    }
    body
}

store::on_both!(every_field_that_is_wrong_is_named, |store: TestStore| app::with(store, async |app| {
    let order = body::subscription("Mario", "iban");
    let long = "x".repeat(256);
    let table = [
        ("driver", json!(7)),
        ("driver", json!("")),
        ("product", json!(null)),
        ("product", json!("Fastweb Castle")),
        ("address", json!("VIA CENERENTOLA 1")),
        ("address.street", json!(["VIA"])),
        ("address.number", json!(1.5)),
        ("address.number", json!(-1)),
        ("address.city", json!("   ")),
        ("address.province", json!(null)),
        ("address.zip_code", json!(true)),
        ("firstname", json!("Mario\u{0}")),
        ("lastname", json!(long)),
        ("tax_code", json!("RSS MRA")),
        ("email", json!("mario")),
        ("phone", json!("333 123")),
        ("payment_method", json!("bitcoin")),
        ("iban", json!("IT")),
        ("document.type", json!(1)),
        ("document.type", json!("library_card")),
        ("document.issued_at", json!("31/01/2020")),
        ("document.issued_at", json!("2023-02-29")),
        ("addons", json!("FIBER_ADDON_VOICE")),
        ("addons", json!(["FIBER_ADDON_VOICE"])),
        ("coverage_id", json!("1; DROP TABLE action")),
        ("coverage_id", json!(9_007_199_254_740_992_i64)),
        ("coverage_id", json!(4_000_000_000_i64)),
        ("debug", json!("yes")),
    ];
    for (field, wrong) in table {
        let reply = app.post("/subscription", &changed(order.clone(), field, wrong.clone())).await;
        assert_eq!(reply.status, 422, "{field} {wrong}: {}", reply.text);
        let said = reply.json();
        assert!(said["errors"][field][0].is_string(), "{field} {wrong}: {said}");
        assert!(said["error"].as_str().unwrap().starts_with(&format!("{field} ")), "{said}");
    }
    for (path, wanted) in [
        ("/coverage", vec!["driver", "address"]),
        ("/send-otp", vec!["otp", "id"]),
        ("/reset-otp", vec!["id"]),
    ] {
        let said = app.post(path, &json!({})).await.json();
        for field in wanted {
            assert_eq!(said["errors"][field], json!(["is required"]), "{path}");
        }
    }
    assert_eq!(app.bookings().await, 0);
}));

store::on_both!(an_id_that_is_none_is_not_found, |store: TestStore| app::with(store, async |app| {
    let unknown = app.get("/status/4000000000").await;
    let (long, longer) = ("1".repeat(65), "9".repeat(4_000));
    let ids = [
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e3",
        "abc",
        "%20",
        "%00",
        "%ff",
        "%F0%9F%98%80",
        "1%2F2",
        "{id}",
        "1;--",
        "9223372036854775807",
        "9223372036854775808",
        &long,
        &longer,
    ];
    for id in ids {
        for (method, path) in [
            ("GET", format!("/status/{id}")),
            ("POST", format!("/subscription/{id}/send-otp")),
            ("POST", format!("/subscription/{id}/reset-otp")),
        ] {
            let mut request = app.bare(method, &path).header("Authorization", &app.key);
            if method == "POST" {
                request = request.json(&json!({"otp": "123456"}));
            }
            let reply = app.send(request).await;
            assert_eq!((reply.status, &reply.text), (404, &unknown.text), "{method} {path}");
        }
    }
}));

store::on_both!(an_id_in_a_body_is_judged_as_in_a_path, |store: TestStore| app::with(store, async |app| {
    let id = app.accepted("/subscription", &body::subscription("Mario", "iban")).await;
    app.until(id, "interrupted").await;
    let unknown = app.get("/status/4000000000").await.text;
    for path in ["/send-otp", "/reset-otp"] {
        let post = async |id: Value| app.post(path, &json!({"id": id, "otp": "000000"})).await;
        for none in
            [json!(0), json!(-1), json!(1_i64 << 53), json!(u64::MAX), json!("0"), json!("abc"), json!("")]
        {
            let reply = post(none.clone()).await;
            assert_eq!((reply.status, &reply.text), (404, &unknown), "{path} {none}");
        }
        for wrong in [json!(1.5), json!(true), json!([id]), json!({}), json!(null)] {
            let reply = post(wrong.clone()).await;
            assert_eq!(reply.status, 422, "{path} {wrong}");
            assert!(reply.json()["errors"]["id"][0].is_string(), "{path} {wrong}");
        }
        let reply = post(json!(id.to_string())).await;
        assert_eq!((reply.status, reply.id()), (200, id), "{path}: its digits as text");
        app.until(id, "interrupted").await;
    }
}));

store::on_both!(paths_and_methods_that_there_are_not_are_answered_in_the_same_shape, |store: TestStore| {
    app::with(store, async |app| {
        for (method, path) in
            [("GET", "/nothing"), ("POST", "/coverage/1"), ("GET", "/status/"), ("GET", "/status/1/2")]
        {
            let reply = app.send(app.bare(method, path)).await;
            assert_eq!((reply.status, reply.json()), (404, json!({"error": "Not found"})), "{method} {path}");
        }
        for (method, path, allowed) in [
            ("GET", "/coverage", "POST"),
            ("DELETE", "/status/1", "GET,HEAD"),
            ("PATCH", "/traders", "GET,HEAD"),
            ("OPTIONS", "/subscription", "POST"),
        ] {
            let reply = app.send(app.bare(method, path)).await;
            assert_eq!(
                (reply.status, reply.json()),
                (405, json!({"error": "Method not allowed"})),
                "{method} {path}"
            );
            assert_eq!(reply.header("allow"), Some(allowed), "{method} {path}");
        }
    })
});

store::on_both!(what_a_client_adds_is_echoed_and_stored_at_any_depth_that_is_taken, |store: TestStore| {
    app::with(store, async |app| {
        let mut nested = json!(1);
        for _ in 0..30 {
            nested = json!({ "n": nested });
        }
        let mut body = body::coverage("fastweb", "String");
        body["deep"] = nested.clone();
        body["__info"] = json!({"message": "not theirs to say"});
        let id = app.accepted("/coverage", &body).await;
        let done = app.until(id, "done").await;
        assert_eq!(done["payload"]["deep"], nested);
        assert_eq!(done["payload"]["__info"]["message"], "");
    })
});
