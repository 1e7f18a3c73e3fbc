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

fn asked(house: &House, args: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = ["atlas"].into_iter().chain(args.iter().copied()).chain(["--json"]).collect();
    serde_json::from_str(&house.must(&args)).unwrap()
}

fn found(house: &House, args: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = ["search"].into_iter().chain(args.iter().copied()).collect();
    asked(house, &args)
}

/// One member of each.
fn each<'a>(rows: &'a [Value], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str().unwrap_or("-")).collect()
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
    // A node that was killed while it built the index left this.
    let folder = if house.folder().join("atlas").exists() { "atlas" } else { "data/atlas" };
    let left = house.folder().join(folder).join("premises.atlas.1-0.unfinished");
    std::fs::write(&left, "half").unwrap();
    // What was imported since is found by the next search.
    furnish(&house, "external_reference,number,street,postcode,city\nP9,9,Via Nuova,95034,Bronte\n");
    assert_eq!(found(&house, &["via nuova 9"])[0]["reference"], "P9");
    assert!(!left.exists(), "it is swept away");
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

on_both!(premises_are_found_page_by_page_and_around_a_point, |house: House| async move {
    let server = house.serve(&[]).await;
    house.furnish();
    let mut rows = PREMISES.to_owned();
    rows.push_str(
        "S1,1,Long Street,,8001,Cape Town,-33.92,18.42\nS2,3,Long Street,,8001,Cape Town,-33.93,18.43\n",
    );
    rows.push_str("F1,1,Queen Street,,,Suva,-18.1,179.999\nF2,3,Queen Street,,,Suva,-18.1,-179.999\n");
    furnish(&house, &rows);
    let references = |args: &[&str]| -> Vec<String> {
        found(&house, args).iter().map(|row| row["reference"].as_str().unwrap().to_owned()).collect()
    };
    let all = references(&["via roma 3"]);
    assert_eq!(all.len(), 3);
    let pages = ["0", "1", "2", "3"].map(|n| references(&["via roma 3", "--limit", "1", "--offset", n]));
    assert_eq!(pages.concat(), all);
    assert_eq!(references(&["long street", "--near", "-33.92,18.42", "--within", "500"]), ["S1"]);
    assert_eq!(references(&["long street", "--near=-33.92,18.42"]), ["S1"], "a kilometre");
    assert_eq!(references(&["long street", "--near", "-33.92,18.42", "--within", "5000"]).len(), 2);
    assert_eq!(references(&["via roma", "--box", "37,14,38,15"]), ["P5"]);
    assert_eq!(
        references(&["queen street", "--box", "-19,179,-18,-179"]).len(),
        2,
        "over the 180th meridian"
    );
    assert_eq!(references(&["long street", "--box", "-33.925,18,-33,19"]), ["S1"]);
    let near = asked(&house, &["near", "-33.92", "18.42"]);
    assert_eq!(each(&near, "reference")[..2], ["S1", "S2"]);
    assert_eq!((&near[0]["metres"], &near[0]["carrier"]), (&json!(0.0), &json!("fastweb")));
    assert!((1_400.0..1_500.0).contains(&near[1]["metres"].as_f64().unwrap()), "{near:?}");
    assert_eq!(asked(&house, &["near", "-33.92", "18.42", "--within", "1000"]).len(), 1);
    assert_eq!(asked(&house, &["near", "-18.1", "180", "--within", "1000", "--limit", "5"]).len(), 2);
    assert_eq!(asked(&house, &["near", "0", "0", "--carrier", "aruba"]), Vec::<Value>::new());
    for wrong in [
        &["search", "x", "--within", "5"][..],
        &["search", "x", "--near", "1"],
        &["search", "x", "--near", "91,0"],
        &["search", "x", "--near", "1,1", "--box", "1,1,2,2"],
        &["search", "x", "--box", "2,1,1,2"],
        &["search", "x", "--box", "1,1,2"],
        &["near", "1", "2", "--within", "-5"],
    ] {
        let args: Vec<&str> = ["atlas"].iter().chain(wrong).copied().collect();
        assert_eq!(house.run(&args).status.code(), Some(2), "{wrong:?}");
    }
    drop(server);
});

on_both!(a_text_is_completed_by_streets_then_numbers_then_units, |house: House| async move {
    let server = house.serve(&[]).await;
    house.furnish();
    let mut rows = PREMISES.to_owned();
    rows.push_str("P6,30,Via Roma,,00187,Roma,41.91,12.5\n");
    furnish(&house, &rows);
    let completed = |args: &[&str]| {
        let args: Vec<&str> = ["complete"].iter().chain(args).copied().collect();
        let rows = asked(&house, &args);
        let of = |row: &Value| {
            ["kind", "text", "reference"].map(|name| row[name].as_str().unwrap_or("-").to_owned())
        };
        rows.iter().map(|row| of(row).join(" | ")).collect::<Vec<_>>()
    };
    assert_eq!(completed(&["via cen"]), ["street | Via Cenerentola, 95034 Bronte | -"]);
    let streets = completed(&["via r"]);
    assert_eq!(streets.len(), 2, "{streets:?}");
    assert!(streets.contains(&"street | Via Roma, 00187 Roma | -".to_owned()), "{streets:?}");
    assert_eq!(
        completed(&["via roma roma 3"])[..2],
        ["number | Via Roma 3, 00187 Roma | -", "number | Via Roma 30, 00187 Roma | P6"]
    );
    assert_eq!(
        completed(&["via roma 3, roma "])[..2],
        ["unit | Via Roma 3, int 1, 00187 Roma | P3", "unit | Via Roma 3, int 2, 00187 Roma | P4"]
    );
    assert_eq!(completed(&["via r", "--limit", "1"]).len(), 1);
    assert_eq!(completed(&["via r", "--near", "41.9,12.5"]), ["street | Via Roma, 00187 Roma | -"]);
    assert_eq!(completed(&["via r", "--country", "es"]), Vec::<String>::new());
    assert_eq!(completed(&["via r", "--carrier", "aruba"]), Vec::<String>::new());
    drop(server);
});
