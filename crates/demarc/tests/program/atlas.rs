//! Premises found by what people type: on the command line, and where an order's address is looked up.

use crate::on_both;
use crate::support::{House, coverage};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PREMISES: &str = "\
external_reference,number,street,unit,postcode,city,latitude,longitude
P1,1,Via Cenerentola,,95034,Bronte,37.78,14.83
P2,2,Via Cenerentola,,95034,Bronte,37.78,14.83
P3,3,Via Roma,int 1,00187,Roma,41.9,12.5
P4,3,Via Roma,int 2,00187,Roma,41.9,12.5
P5,3,Via Roma,,95034,Bronte,37.78,14.83
";

fn furnish(house: &House, text: &str) {
    let path = house.folder().join("premises.csv");
    std::fs::write(&path, text).unwrap();
    house.must(&["import", "premises", path.to_str().unwrap(), "--carrier", "fastweb", "--country", "IT"]);
}

fn found(house: &House, args: &[&str]) -> Vec<Value> {
    let args: Vec<&str> =
        ["atlas", "search"].into_iter().chain(args.iter().copied()).chain(["--json"]).collect();
    serde_json::from_str(&house.must(&args)).unwrap()
}

on_both!(a_text_finds_its_premises_on_the_command_line, |house: House| async move {
    let server = house.serve(&[]).await;
    house.furnish();
    assert_eq!(found(&house, &["via roma"]), Vec::<Value>::new(), "there are none yet");
    furnish(&house, PREMISES);
    let first = &found(&house, &["1 via cenrentola, BRONTE (CT)"])[0];
    assert_eq!(
        (&first["reference"], &first["full_text"], &first["carrier"], &first["country"]),
        (&json!("P1"), &json!("Via Cenerentola 1, 95034 Bronte"), &json!("fastweb"), &json!("IT"))
    );
    assert_eq!((&first["latitude"], &first["longitude"]), (&json!(37.78), &json!(14.83)));
    assert!(first["confidence"].as_f64().unwrap() > 0.8);
    assert_eq!(found(&house, &["via roma 3 roma int 2"])[0]["reference"], "P4");
    assert_eq!(found(&house, &["via roma 3", "--limit", "2"]).len(), 2);
    assert_eq!(found(&house, &["via roma 3", "--country", "es"]), Vec::<Value>::new());
    assert_eq!(found(&house, &["via roma 3 bronte", "--carrier", "FASTWEB"])[0]["reference"], "P5");
    assert_eq!(house.run(&["atlas", "search", "x", "--carrier", "nobody"]).status.code(), Some(3));
    assert_eq!(house.run(&["atlas", "search", "x", "--country", "ITA"]).status.code(), Some(2));
    let told = house.must(&["atlas", "inspect", "cenrentola 1"]);
    for expected in [
        "word `cenrentola`",
        "`cenerentola` with a typing error",
        "word `1` (may be a number)",
        "with the number",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    // What was imported since is found by the next search.
    furnish(&house, "external_reference,number,street,postcode,city\nP9,9,Via Nuova,95034,Bronte\n");
    assert_eq!(found(&house, &["via nuova 9"])[0]["reference"], "P9");
    drop(server);
});

on_both!(an_order_s_address_may_be_mistyped_but_not_another_s, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    furnish(&house, PREMISES);
    let at = |street: &str, number: i32, city: &str, zip_code: i32| {
        let address =
            json!({"street": street, "number": number, "city": city, "province": "CT", "zip_code": zip_code});
        coverage("fastweb", address)
    };
    // The server notices an import within seconds.
    let began = Instant::now();
    loop {
        let id = client.accept("/coverage", &at("VIA CENRENTOLA", 1, "BRONTTE", 95034)).await;
        if client.wait(id, &["done", "canceled"]).await["status"] == "done" {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(15), "typing errors are forgiven");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for (asked, expected) in [
        (at("V. Cenerentola", 2, "Bronte", 95034), "done"),
        // Another postcode may be another town of that name.
        (at("V. Cenerentola", 2, "Bronte", 95033), "canceled"),
        // A street that is mistyped where the postcode is wrong, and one that is only like it.
        (at("Via Cenrentola", 2, "Bronte", 95033), "canceled"),
        (at("Piazza Cenerentola", 2, "Bronte", 95034), "canceled"),
        (at("Via Cenerentola Vecchia", 2, "Bronte", 95034), "canceled"),
        (at("Via Cenerentola", 3, "Bronte", 95034), "canceled"),
        (at("Via Cenerentola", 1, "Roma", 187), "canceled"),
        (at("Via Milano", 1, "Bronte", 95034), "canceled"),
        // Which of two flats is not said.
        (at("Via Roma", 3, "Roma", 187), "canceled"),
        (at("Via Roma", 3, "Bronte", 95034), "done"),
    ] {
        let id = client.accept("/coverage", &asked).await;
        assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], expected, "{asked}");
    }
});
