//! What those who run it look at.

use crate::on_both;
use crate::support::{House, PHONE, TAX_CODE, address, coverage, http, subscription};
use serde_json::json;

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
    let levels: Vec<String> = told
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["level"].to_string())
        .collect();
    assert!(levels.iter().all(|l| l == "\"ok\""), "{told}");
});

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
