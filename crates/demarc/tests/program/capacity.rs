//! Where a carrier has no line left, by its listing's or its area's word: not offered, not covered, not ordered.

use crate::on_both;
use crate::support::{House, coverage, subscription, until};
use serde_json::{Value, json};
use std::time::Duration;

/// 6 does not say, and lies where the area is full; so does 7, with ports of its own, and 8, in another area too.
const PREMISES: &str = "\
external_reference,number,street,postcode,city,latitude,longitude,technology,free
P1,1,Via Cenerentola,95034,Bronte,37.70,14.80,FTTH,0
P2,2,Via Cenerentola,95034,Bronte,37.70,14.80,FTTH,5
P3,3,Via Cenerentola,95034,Bronte,37.70,14.80,FTTH,0
P4,3,Via Cenerentola,95034,Bronte,37.70,14.80,FWA,
P6,6,Via Cenerentola,95034,Bronte,37.78,14.83,FTTH,
P7,7,Via Cenerentola,95034,Bronte,37.78,14.83,FTTH,1
P8,8,Via Cenerentola,95034,Bronte,37.78,14.87,FTTH,
";
const PRODUCTS: &str = r#"[
{"code": "FIBRE", "technology": "FTTH", "lead_days": 14, "currency": "EUR"},
{"code": "AIR", "technology": "FWA", "currency": "EUR"}]"#;

fn area(reference: &str, ports: Value, [west, east]: [f64; 2]) -> Value {
    let (south, north) = (37.75, 37.85);
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    json!({"type": "Feature", "properties": {"id": reference, "free_ports": ports},
        "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn import(house: &House, kind: &str, name: &str, text: &str, more: &[&str]) {
    let path = house.folder().join(name);
    std::fs::write(&path, text).unwrap();
    house.must(&[&["import", kind, path.to_str().unwrap()], more].concat());
}

fn furnish(house: &House) -> String {
    let key = house.furnish();
    let areas = [area("A1", json!(0), [14.82, 14.88]), area("A2", json!("12.0"), [14.86, 14.9])];
    let areas = json!({"type": "FeatureCollection", "features": areas}).to_string();
    for carrier in ["fastweb", "aruba"] {
        import(house, "products", "p.json", PRODUCTS, &["--carrier", carrier]);
        import(house, "areas", "a.geojson", &areas, &["--carrier", carrier]);
    }
    let more = ["--carrier", "fastweb", "--country", "IT", "--map", "free=free_ports"];
    import(house, "premises", "p.csv", PREMISES, &more);
    key
}

on_both!(where_a_carrier_is_full_it_offers_nothing, |house: House| async move {
    let server = house.serve(&[]).await;
    furnish(&house);
    let asked = house.folder().join("asked.csv");
    let rows = "n,reference,address,latitude,longitude\n1,P1,,,\n2,P2,,,\n3,P3,,,\n4,,Via Cenerentola 3 95034 Bronte,,\n\
        6,P6,,,\n7,P7,,,\n8,P8,,,\n9,,,37.78,14.825\n10,,,37.8,14.87\n";
    std::fs::write(&asked, rows).unwrap();
    let out = house.must(&["qualify", asked.to_str().unwrap(), "--out", "-"]);
    let shown = |line: &str| {
        let line = line.replace(", ", " ");
        let fields: Vec<&str> = line.split(',').collect();
        [fields[0], fields[7], fields[8], fields[9], fields[15]].join(" ").trim().to_owned()
    };
    let answers: Vec<String> = out.lines().skip(1).map(shown).collect();
    assert_eq!(
        answers,
        [
            "1    at capacity",
            "2 exact premise fastweb FIBRE",
            "3    at capacity",
            // The fibre is full, the radio is not.
            "4 exact premise fastweb AIR",
            "6    at capacity",
            "7 exact premise fastweb FIBRE",
            "8 exact premise fastweb FIBRE",
            "8 area aruba AIR",
            "8 area aruba FIBRE",
            "9    at capacity",
            "10 area aruba AIR",
            "10 area aruba FIBRE",
            "10 area fastweb AIR",
            "10 area fastweb FIBRE",
        ]
    );
    drop(server);
});

on_both!(what_is_full_is_neither_covered_nor_ordered, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&furnish(&house));
    let at = |number: i32| json!({"street": "VIA CENERENTOLA", "number": number, "city": "BRONTE", "province": "CT", "zip_code": 95034});
    // The server notices an import of areas within seconds.
    let noticed = until(Duration::from_secs(15), || async {
        let id = client.accept("/coverage", &coverage("fastweb", at(6))).await;
        (client.wait(id, &["done", "canceled"]).await["status"] == "canceled").then_some(())
    });
    assert!(noticed.await.is_some());
    for (number, expected) in
        [(1, Err("at capacity")), (2, Ok("FIBRE")), (3, Ok("AIR")), (6, Err("at capacity"))]
    {
        let id = client.accept("/coverage", &coverage("fastweb", at(number))).await;
        let record = client.wait(id, &["done", "canceled"]).await;
        let info = &record["payload"]["__info"];
        match expected {
            Ok(product) => assert_eq!(info["result"], json!([product]), "{record}"),
            Err(reason) => {
                assert_eq!((&record["status"], &info["error"]), (&json!("canceled"), &json!(reason)))
            }
        }
        assert!(!record.to_string().contains("lead"), "the wire is printed: {record}");
    }
    for (number, product, error) in [
        (1, "FIBRE", "at capacity"),
        (3, "FIBRE", "at capacity"),
        (6, "FIBRE", "at capacity"),
        (1, "AIR", "this product is not available at this address"),
    ] {
        let mut wanted = subscription("Mario", "iban");
        wanted["address"] = at(number);
        wanted["product"] = json!(product);
        let id = client.accept("/subscription", &wanted).await;
        let record = client.wait(id, &["interrupted", "canceled"]).await;
        assert_eq!(record["payload"]["__info"]["error"], error, "{number} {product}: {record}");
    }
    let mut wanted = subscription("Mario", "iban");
    wanted["address"] = at(3);
    wanted["product"] = json!("AIR");
    let id = client.accept("/subscription", &wanted).await;
    assert_eq!(client.wait(id, &["interrupted", "canceled"]).await["status"], "interrupted");
    drop(server);
});

on_both!(counts_that_are_none_are_told_by_line, |house: House| async move {
    house.serve(&[]).await;
    house.furnish();
    let told = |kind: &str, name: &str, text: &str| {
        let path = house.folder().join(name);
        std::fs::write(&path, text).unwrap();
        let run = house.run(&["import", kind, path.to_str().unwrap(), "--carrier", "fastweb"]);
        assert_eq!(run.status.code(), Some(4), "{run:?}");
        String::from_utf8(run.stderr).unwrap()
    };
    let premises = "external_reference,full_text,free_ports\n1,Via Roma 1 Roma,-1\n";
    assert!(told("premises", "p.csv", premises).contains("line 2: free_ports `-1` is not a whole number"));
    let areas = json!({"type": "FeatureCollection", "features": [area("A1", json!(1.5), [14.8, 14.9])]});
    assert!(told("areas", "a.json", &areas.to_string()).contains("free_ports `1.5` is not a whole number"));
    let products = "code,currency,lead_days\nA,EUR,3650\nB,EUR,3651\nC,EUR,soon\n";
    let told = told("products", "p.csv", products);
    assert!(told.contains("line 3: lead_days 3651 is more than 3650"), "{told}");
    assert!(told.contains("line 4: lead_days `soon` is not a whole number"), "{told}");
});
