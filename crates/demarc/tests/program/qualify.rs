//! Many questions at once, from a file into a file.

use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};

const PREMISES: &str = "\
external_reference,number,street,unit,postcode,city,latitude,longitude,technology
P1,1,Via Cenerentola,,95034,Bronte,37.78,14.83,FTTH
P2,2,Via Cenerentola,,95034,Bronte,37.79,14.84,FWA
P3,3,Via Roma,int 1,00187,Roma,41.9,12.5,FTTH
P4,3,Via Roma,int 2,00187,Roma,41.9,12.5,FTTH
";
const PRODUCTS: &str = r#"[
{"code": "FIBRE", "technology": "FTTH", "down_mbps": 1000, "up_mbps": 300, "currency": "EUR",
 "monthly": {"customer": {"amount": "29.90", "currency": "EUR"}}},
{"code": "AIR", "technology": "FWA", "down_mbps": 100, "currency": "EUR",
 "monthly": {"customer": {"amount": "19.90", "currency": "EUR"}}}]"#;

fn file(house: &House, name: &str, text: &str) -> String {
    let path = house.folder().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn furnish(house: &House) {
    house.furnish();
    let (premises, products) = (file(house, "p.csv", PREMISES), file(house, "p.json", PRODUCTS));
    for carrier in ["fastweb", "second"] {
        if carrier == "second" {
            house.must(&["carrier", "create", "second", "--connector", "sandbox"]);
        }
        house.must(&["import", "products", &products, "--carrier", carrier]);
        house.must(&["import", "premises", &premises, "--carrier", carrier, "--country", "IT"]);
    }
}

fn lines(house: &House, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(house.folder().join(name)).unwrap();
    text.lines().map(str::to_owned).collect()
}

on_both!(every_row_is_answered_in_order_with_ranked_offers_or_a_reason, |house: House| async move {
    let server = house.serve(&[]).await;
    furnish(&house);
    let asked = "id,address,reference,latitude,longitude\n\
        1,\"via cenrentola 1, 95034 bronte\",,,\n\
        2,,p2,,\n\
        3,,,37.78001,14.83001\n\
        4,Via Roma 3 Roma,,,\n\
        5,\"Via Milano 9, Bronte\",,,\n\
        6,,,,\n\
        7,,P9,,\n";
    let (asked, out) = (file(&house, "asked.csv", asked), house.folder().join("out.csv"));
    house.must(&["qualify", &asked, "--out", out.to_str().unwrap()]);
    let added = "premise_reference,matched_text,confidence,carrier,product,technology,down_mbps,up_mbps,monthly_price,currency,reason";
    let text = "\"Via Cenerentola 1, 95034 Bronte\"";
    let fibre =
        |carrier: &str, how: &str| format!("P1,{text},{how},{carrier},FIBRE,FTTH,1000,300,29.90,EUR,");
    let air = |carrier: &str| {
        format!("P2,\"Via Cenerentola 2, 95034 Bronte\",exact premise,{carrier},AIR,FWA,100,,19.90,EUR,")
    };
    assert_eq!(
        lines(&house, "out.csv"),
        [
            format!("id,address,reference,latitude,longitude,{added}"),
            format!("1,\"via cenrentola 1, 95034 bronte\",,,,{}", fibre("fastweb", "exact premise")),
            format!("1,\"via cenrentola 1, 95034 bronte\",,,,{}", fibre("second", "exact premise")),
            format!("2,,p2,,,{}", air("fastweb")),
            format!("2,,p2,,,{}", air("second")),
            format!("3,,,37.78001,14.83001,{}", fibre("fastweb", "nearby")),
            format!("3,,,37.78001,14.83001,{}", fibre("second", "nearby")),
            "4,Via Roma 3 Roma,,,,,,,,,,,,,,address unclear".to_owned(),
            // Another carrier, whose premises nobody has listed, has to be asked.
            "5,\"Via Milano 9, Bronte\",,,,,,,,,,,,,,carrier did not answer".to_owned(),
            "6,,,,,,,,,,,,,,,address unclear".to_owned(),
            "7,,P9,,,,,,,,,,,,,carrier did not answer".to_owned(),
        ]
    );
    let left: Vec<_> = std::fs::read_dir(house.folder()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("out.csv.")), "{left:?}");
    drop(server);
});

on_both!(json_lines_keep_their_members_and_an_organization_its_ranking, |house: House| async move {
    let server = house.serve(&[]).await;
    furnish(&house);
    house.must(&["org", "create", "Shop", "--kind", "reseller"]);
    house.must(&["carrier", "create", "third", "--connector", "sandbox", "--only", "Provider"]);
    let asked = file(&house, "asked.jsonl", "{\"id\": 7, \"tags\": [1], \"reference\": \"P1\"}\n");
    let answered = |args: &[&str]| -> Vec<Value> {
        let all: Vec<&str> = ["qualify", asked.as_str(), "--out", "-"].iter().chain(args).copied().collect();
        house.must(&all).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let first = &answered(&["--org", "Shop"])[0];
    assert_eq!(
        *first,
        json!({"id": 7, "tags": [1], "reference": "P1", "premise_reference": "P1",
            "matched_text": "Via Cenerentola 1, 95034 Bronte", "confidence": "exact premise", "carrier": "fastweb",
            "product": "FIBRE", "technology": "FTTH", "down_mbps": 1000, "up_mbps": 300, "monthly_price": "29.90",
            "currency": "EUR", "reason": null})
    );
    house.must(&["org", "rank", "Shop", "--by", "price,carrier"]);
    assert_eq!(answered(&["--org", "Shop"]).len(), 2);
    assert_eq!(house.run(&["org", "rank", "Shop", "--by", "colour"]).status.code(), Some(2));
    assert_eq!(house.run(&["qualify", &asked, "--out", "-", "--org", "Nobody"]).status.code(), Some(3));
    let bad = file(&house, "bad.csv", "id,name\n1,x\n");
    assert_eq!(house.run(&["qualify", &bad, "--out", "-"]).status.code(), Some(2));
    drop(server);
});

on_both!(a_bad_row_is_told_in_its_place_and_the_others_are_answered, |house: House| async move {
    let server = house.serve(&[]).await;
    furnish(&house);
    let out = house.folder().join("out");
    let run = |name: &str, text: &[u8]| {
        let path = house.folder().join(name);
        std::fs::write(&path, text).unwrap();
        house.run(&["qualify", path.to_str().unwrap(), "--out", out.to_str().unwrap()])
    };
    let answered = |name: &str, text: &[u8]| {
        let told = run(name, text);
        let (words, code) = (String::from_utf8(told.stderr).unwrap(), told.status.code());
        (std::fs::read(&out).unwrap(), words, code)
    };
    let (answers, told, code) = answered(
        "asked.csv",
        b"name;reference;country\r\n\xe8;P1;\r\n1;P1\r\n\"2;P1;\r\n3;;\xff\r\n4;P2;IT\r\n",
    );
    let lines: Vec<&[u8]> = answers.split(|byte| *byte == b'\n').skip(1).collect();
    let good = "P1;Via Cenerentola 1, 95034 Bronte;exact premise;fastweb;FIBRE;FTTH;1000;300;29.90;EUR;";
    assert_eq!(lines[0], [b"\xe8;P1;;", good.as_bytes()].concat());
    let reason =
        |line: &[u8]| String::from_utf8_lossy(line).rsplit(';').next().unwrap().trim_end().to_owned();
    assert_eq!(reason(lines[2]), "row not readable: has 2 values, the head line has 3");
    assert!(reason(lines[3]).starts_with("row not readable: a quote is not closed"), "{told}");
    assert_eq!(reason(lines[4]), "row not readable: is not UTF-8");
    assert!(lines[5].starts_with(b"4;P2;IT;P2;"));
    assert_eq!(code, Some(4), "{told}");
    for expected in
        ["line 3: has 2 values", "line 5: is not UTF-8", "answered 5 rows", "3 of 5 rows are not readable"]
    {
        assert!(told.contains(expected), "{told}");
    }
    let many = "{}\n[]\n".repeat(1_000);
    let (answers, told, code) = answered("asked.jsonl", many.as_bytes());
    assert_eq!((answers.split(|byte| *byte == b'\n').count(), code), (2_001, Some(4)));
    assert!(told.contains("line 40: is not a JSON object") && !told.contains("line 42:"), "{told}");
    assert!(told.contains("1000 of 2000 rows are not readable"), "{told}");
    // A file that is nothing to be asked is refused as a whole.
    let (_, _, code) = answered("empty.csv", b"");
    assert_eq!(code, Some(2));
    let (answers, _, code) = answered("head.csv", b"address\n");
    assert_eq!((answers.split(|byte| *byte == b'\n').count(), code), (2, Some(0)));
    drop(server);
});

on_both!(an_interrupted_run_goes_on_where_it_was, |house: House| async move {
    let server = house.serve(&[]).await;
    furnish(&house);
    let mut asked = "address\n".to_owned();
    for n in 0..60_000 {
        asked.push_str(&format!("Via Cenerentola {}, 95034 Bronte\n", n % 3 + 1));
    }
    let (asked, out) = (file(&house, "asked.csv", &asked), house.folder().join("out.csv"));
    let args = ["qualify", asked.as_str(), "--out", out.to_str().unwrap()];
    house.must(&args);
    let whole = std::fs::read(&out).unwrap();
    std::fs::remove_file(&out).unwrap();
    // Ctrl-C, once there is more than the head line.
    let part = house.folder().join("out.csv.part");
    let mut run = house.command(&args).stderr(std::process::Stdio::piped()).spawn().unwrap();
    while std::fs::metadata(&part).map_or(0, |part| part.len()) < 10_000 && run.try_wait().unwrap().is_none()
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // A second one does not disturb it.
    let second = house.run(&args);
    assert!(
        second.status.success() || String::from_utf8_lossy(&second.stderr).contains("another run writes")
    );
    let _ = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status();
    let ended = run.wait().unwrap();
    if !ended.success() {
        let told = house.run(&args);
        let told = String::from_utf8_lossy(&told.stderr);
        assert!(told.contains("going on after"), "{told}");
        // Both parts are counted.
        assert!(told.contains("answered 60000 rows, 40000 of them with offers (80000 in all)"), "{told}");
        assert!(told.contains("20000  rows without:"), "{told}");
    }
    assert_eq!(std::fs::read(&out).unwrap(), whole);
    // Another question is not gone on with.
    let told = house.run(&["qualify", &asked, "--out", out.to_str().unwrap(), "--org", "Provider"]);
    assert!(!String::from_utf8_lossy(&told.stderr).contains("going on"));
    drop(server);
});

on_both!(a_reference_of_one_carrier_finds_the_place_with_all_of_them, |house: House| async move {
    let server = house.serve(&[]).await;
    house.furnish();
    let products = file(&house, "p.json", PRODUCTS);
    let other = "external_reference,full_text,technology,latitude,longitude\n\
        A1,\"V. Cenerentola 1, 95034 BRONTE\",FTTH,37.78,14.83\n\
        A2,\"Via Nuova 7, 95034 Bronte\",FTTH,37.78,14.83\nP4,\"Via Nuova 9, 95034 Bronte\",FTTH,37.78,14.83\n";
    let twice =
        "P5,5,Via Etna,,95034,Bronte,37.78,14.83,FTTH\nP5,7,Via Nuova,,95034,Bronte,37.78,14.83,FTTH\n";
    for (carrier, premises) in [("fastweb", format!("{PREMISES}{twice}")), ("aruba", other.to_owned())] {
        house.must(&["import", "products", &products, "--carrier", carrier]);
        let premises = file(&house, "premises.csv", &premises);
        house.must(&["import", "premises", &premises, "--carrier", carrier, "--country", "IT"]);
    }
    let asked = file(&house, "asked.csv", "reference\nP1\nA1\nP2\nP4\nP5\n");
    let answered = house.must(&["qualify", &asked, "--out", "-"]);
    let shown = |line: &str| {
        let line = line.replace(", ", " ");
        let fields: Vec<&str> = line.split(',').collect();
        [fields[0], fields[1], fields[3], fields[4], fields[11]].join(" ").trim_end().to_owned()
    };
    let answers: Vec<String> = answered.lines().skip(1).map(shown).collect();
    assert_eq!(
        answers,
        [
            "P1 A1 exact premise aruba",
            "P1 P1 exact premise fastweb",
            "A1 A1 exact premise aruba",
            "A1 P1 exact premise fastweb",
            "P2 P2 exact premise fastweb",
            "P4    address unclear",
            // It has two addresses, of which the other knows the second.
            "P5 A2 exact premise aruba",
            "P5 P5 exact premise fastweb",
        ]
    );
    drop(server);
});

const AREAS: &str = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "id": "A1", "properties": {"name": "Bronte", "products": ["fibre"]}, "geometry": {"type": "Polygon",
 "coordinates": [[[14.8, 37.7], [14.9, 37.7], [14.9, 37.8], [14.8, 37.8], [14.8, 37.7]]]}},
{"type": "Feature", "id": "A2", "properties": {"status": "planned", "ready_on": "2027-03-01"}, "geometry": {"type": "Polygon",
 "coordinates": [[[12.0, 41.0], [13.0, 41.0], [13.0, 42.0], [12.0, 42.0], [12.0, 41.0]]]}}]}"#;

on_both!(areas_answer_where_a_place_is_known_and_no_listing_does, |house: House| async move {
    let server = house.serve(&[]).await;
    house.furnish();
    let products = file(&house, "p.json", PRODUCTS);
    house.must(&["import", "products", &products, "--carrier", "aruba"]);
    house.must(&["import", "areas", &file(&house, "areas.geojson", AREAS), "--carrier", "aruba"]);
    let answered = |rows: &str| {
        let asked = file(&house, "asked.csv", &format!("address,latitude,longitude\n{rows}"));
        let out = house.must(&["qualify", &asked, "--out", "-"]);
        out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let by_point = ",37.75,14.85\n,41.5,12.5\n,1,1\nVia Cenerentola 1 Bronte,,\n";
    assert_eq!(
        answered(by_point),
        [
            ",37.75,14.85,,,area,aruba,FIBRE,FTTH,1000,300,29.90,EUR,",
            ",41.5,12.5,,,,,,,,,,,planned until 2027-03-01",
            // The other carrier has to be asked.
            ",1,1,,,,,,,,,,,carrier did not answer",
            "Via Cenerentola 1 Bronte,,,,,,,,,,,,,address unclear",
        ]
    );
    // Where another carrier's listing says that the premise is.
    house.must(&["import", "products", &products, "--carrier", "fastweb"]);
    house.must(&[
        "import",
        "premises",
        &file(&house, "p.csv", PREMISES),
        "--carrier",
        "fastweb",
        "--country",
        "IT",
    ]);
    let offers = answered("Via Cenerentola 1 Bronte,,\n");
    let shown = "\"Via Cenerentola 1, 95034 Bronte\"";
    assert_eq!(
        offers,
        [
            format!(
                "Via Cenerentola 1 Bronte,,,P1,{shown},exact premise,fastweb,FIBRE,FTTH,1000,300,29.90,EUR,"
            ),
            format!("Via Cenerentola 1 Bronte,,,,{shown},area,aruba,FIBRE,FTTH,1000,300,29.90,EUR,"),
        ]
    );
    drop(server);
});
