//! Stored answers keep prices of every level; who reads them sees as far as their role reaches.

use super::{ASKED, Caller, PREMISES};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};

const PRODUCTS: &str = "\
code,technology,currency,monthly_price,monthly_wholesale,monthly_cost
FIBRE,FTTH,EUR,29.90,19.50,11
";

on_both!(a_stored_answer_shows_prices_as_far_as_the_role_reaches, |house: House| async move {
    let server = house.serve(&[]).await;
    house.furnish();
    for (name, text) in [("products", PRODUCTS), ("premises", PREMISES)] {
        let path = house.folder().join(name);
        std::fs::write(&path, text).unwrap();
        let country: &[&str] = if name == "premises" { &["--country", "IT"] } else { &[] };
        let import = ["import", name, path.to_str().unwrap(), "--carrier", "fastweb"];
        house.must(&[&import[..], country].concat());
    }
    house.must(&["org", "create", "Network", "--kind", "operator"]);
    let key = |org: &str, role: &str| {
        Caller::of(&server, &house.must(&["key", "create", "--org", org, "--role", role]))
    };
    let read = async |caller: &Caller, id: &str| -> Value {
        let answer: Value = caller.get(&format!("/bulk/answers/{id}")).await.json().await.unwrap();
        let offer = &answer["offers"][0];
        assert_eq!((&offer["product"], &offer["currency"]), (&json!("FIBRE"), &json!("EUR")), "{answer}");
        json!([offer["monthly_price"], offer["wholesale_price"], offer["cost_price"]])
    };
    let ask = async |caller: &Caller| {
        let location = caller.accept(ASKED).await;
        caller.wait(&location, "done").await;
        let result = caller.result(&location).await;
        assert!(!result.contains("19.50") && !result.contains(",11"), "{result}");
        result.lines().nth(1).unwrap().rsplit_once(',').unwrap().1.to_owned()
    };
    let asked = ask(&key("Provider", "RESELLER")).await;
    assert_eq!(read(&key("Provider", "VIEWER"), &asked).await, json!(["29.90", null, null]));
    assert_eq!(read(&key("Provider", "RESELLER"), &asked).await, json!(["29.90", "19.50", null]));
    assert_eq!(read(&key("Provider", "ADMIN"), &asked).await, json!(["29.90", "19.50", null]));
    // The carrier is the root operator's.
    assert_eq!(read(&key("operator", "ADMIN"), &asked).await, json!(["29.90", "19.50", "11"]));
    assert_eq!(read(&key("operator", "OWNER"), &asked).await, json!(["29.90", null, null]));
    let anothers = ask(&key("Network", "ADMIN")).await;
    assert_eq!(read(&key("Network", "ADMIN"), &anothers).await, json!(["29.90", "19.50", null]));
    drop(server);
});
