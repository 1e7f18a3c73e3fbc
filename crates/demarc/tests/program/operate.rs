//! What those who run it look at.

use crate::on_both;
use crate::support::{House, PHONE, TAX_CODE, address, coverage, http, subscription};
use serde_json::{Value, json};
use std::process::Stdio;

on_both!(logs_and_metrics_hold_no_secret_and_no_personal_data, |mut house: House| async move {
    house.env.push(("DEMARC_LOG".into(), "debug".into()));
    let server = house.serve(&[]).await;
    let key = house.furnish();
    let client = server.client(&key);
    for name in ["Mario", "DECLINE", "LOSTREPLY"] {
        let order = client.accept("/subscription", &subscription(name, "iban")).await;
        client.wait(order, &["interrupted", "canceled"]).await;
        client.post(&format!("/subscription/{order}/send-otp"), &json!({"otp": "918273"})).await;
    }
    client.post("/subscription", &json!({"driver": "fastweb", "phone": PHONE, "tax_code": TAX_CODE})).await;
    let metrics = http().get(format!("{}/metrics", server.url)).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("demarc_http_request_seconds_bucket"), "{metrics}");
    assert!(metrics.contains("demarc_carrier_call_seconds"), "{metrics}");
    let secret = key.rsplit('_').next().unwrap();
    for (what, text) in [("log", server.log()), ("metrics", metrics)] {
        assert!(!text.is_empty());
        for hidden in [
            secret,
            TAX_CODE,
            PHONE,
            "mario.rossi",
            "YA1234567",
            "918273",
            "IT60X0542811101000000123456",
            "Rossi",
        ] {
            assert!(!text.contains(hidden), "{hidden} stands in the {what}");
        }
    }
});

on_both!(every_answer_has_a_request_id_and_an_unknown_path_a_word, |house: House| async move {
    let server = house.serve(&[]).await;
    let answer =
        http().get(format!("{}/nowhere", server.url)).header("X-Request-Id", "mine-1").send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["x-request-id"], "mine-1");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let answer = http().get(format!("{}/comparetech/api/v1/nowhere", server.url)).send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"].len(), 16);
    assert!(answer.json::<serde_json::Value>().await.unwrap()["error"].is_string());
});

on_both!(the_doctor_says_what_is_missing_and_then_that_all_is_well, |mut house: House| async move {
    let server = house.serve(&[]).await;
    house.env.push(("DEMARC_LISTEN".into(), server.url.trim_start_matches("http://").to_owned()));
    let told = house.must(&["doctor"]);
    assert!(told.contains("demarc org create") && told.contains("demarc carrier create"), "{told}");
    house.furnish();
    let told = house.must(&["doctor", "--json"]);
    let findings: Vec<Value> = serde_json::from_str(&told).unwrap();
    assert!(findings.iter().all(|finding| finding["level"] == "ok"), "{told}");
});

on_both!(the_doctor_makes_no_store_and_speaks_in_words, |mut house: House| async move {
    house.env.push(("DEMARC_LISTEN".into(), crate::support::free_address()));
    for _ in 0..2 {
        let told = house.must(&["doctor"]);
        assert!(told.contains("there is none yet"), "{told}");
    }
    let _server = house.serve(&[]).await;
    house.env.push(("DEMARC_SECRET_FILE".into(), house.folder().join("none").display().to_string()));
    let output = house.run(&["doctor"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("the master key") && !told.contains("Failure"), "{told}");
});

on_both!(what_is_listed_for_machines_is_one_array, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    for (list, rows, member) in [
        ("org", 2, "name"),
        ("key", 1, "prefix"),
        ("carrier", 2, "connector"),
        ("user", 0, ""),
        ("task", 0, ""),
    ] {
        let told = house.must(&[list, "list", "--json"]);
        assert_eq!(told.lines().count(), 1, "{told}");
        let all: Vec<Value> = serde_json::from_str(&told).unwrap();
        assert_eq!(all.len(), rows, "{told}");
        assert!(all.iter().all(|row| row[member].is_string()), "{told}");
    }
});

on_both!(a_reader_that_goes_away_is_no_failure, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    for args in [&["key", "list"][..], &["openapi", "comparetech"], &["doctor"]] {
        let mut child = house.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !told.contains("panicked"), "{args:?}: {told}");
    }
});

on_both!(a_variable_that_is_no_setting_is_told_and_ignored, |mut house: House| async move {
    let _server = house.serve(&[]).await;
    house.env.push(("DEMARC_PORT".into(), "tcp://10.0.0.7:8080".into()));
    let output = house.run(&["org", "list"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("DEMARC_PORT"));
    house.env.push(("DEMARC_LOG".into(), "a=b=c".into()));
    let output = house.run(&["org", "list"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`a=b=c` is not a filter"));
});

#[test]
fn the_environment_names_the_store_more_strongly_than_the_file() {
    let house = House::new(store::testing::Place::sqlite());
    std::fs::write(house.folder().join("demarc.toml"), "database = \"postgres://127.0.0.1:1/none\"\n")
        .unwrap();
    assert!(house.must(&["org", "list"]).contains("operator"), "DEMARC_DATA is set");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialect_can_have_a_listener_of_its_own() {
    let mut house = House::new(store::testing::Place::sqlite());
    let own = crate::support::free_address();
    let settings = house.folder().join("demarc.toml");
    std::fs::write(&settings, format!("[dialects.comparetech]\nlisten = \"{own}\"\n")).unwrap();
    house.env.push(("DEMARC_SETTINGS".into(), settings.to_str().unwrap().into()));
    let server = house.serve(&[]).await;
    let key = house.furnish();
    let id =
        server.client(&key).accept("/coverage", &coverage("fastweb", address("VIA ROMA", json!(1)))).await;
    let answer = http().get(format!("http://{own}/api/v1/status/{id}")).header("Authorization", &key);
    assert_eq!(answer.send().await.unwrap().status(), 200);
    for path in ["/", "/nowhere", "/api/v1/nowhere", "/api/v2"] {
        let answer = http().get(format!("http://{own}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({"error": "Not found"}), "{path}");
    }
}

#[test]
fn the_openapi_document_is_printed_without_a_store() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_demarc"))
        .args(["openapi", "comparetech"])
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["paths"].as_object().unwrap().keys().any(|p| p.ends_with("/coverage")));
}
