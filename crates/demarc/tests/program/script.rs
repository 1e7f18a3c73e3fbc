//! The scripted first names of the sandbox carrier end as `docs/sandbox.md` says.

use crate::on_both;
use crate::support::{House, ledger, subscription};
use serde_json::json;

on_both!(each_scripted_name_comes_to_its_documented_end, |house: House| async move {
    let server = house.serve(&[]).await;
    house.must(&["org", "create", "Provider", "--kind", "reseller"]);
    let settings = house.folder().join("quick.json");
    std::fs::write(&settings, r#"{"limits": {"timeout_ms": 800, "lookup_spacing_ms": [200, 400, 500]}}"#)
        .unwrap();
    let settings = settings.to_str().unwrap();
    house.must(&["carrier", "create", "fastweb", "--connector", "sandbox", "--config", settings]);
    let client = server.client(&house.must(&["key", "create", "--org", "Provider"]));
    let mut ends = Vec::new();
    for (name, state, error) in [
        ("Mario", "interrupted", json!(null)),
        ("DECLINE", "canceled", json!("the carrier declined this customer")),
        ("TIMEOUT", "canceled", json!("the carrier did not answer")),
        ("DOWN", "interrupted", json!(null)),
        ("LOSTREPLY", "interrupted", json!(null)),
    ] {
        ends.push((client.accept("/subscription", &subscription(name, "iban")).await, name, state, error));
    }
    for (order, name, state, error) in &ends {
        let record = client.wait(*order, &["interrupted", "canceled", "done"]).await;
        assert_eq!(
            (&record["status"], &record["payload"]["__info"]["error"]),
            (&json!(state), error),
            "{name}"
        );
    }
    let booked = ledger(&server.url).await;
    assert_eq!(
        booked["bookings"].as_array().unwrap().len(),
        3,
        "Mario, DOWN and LOSTREPLY, once each: {booked}"
    );
});
