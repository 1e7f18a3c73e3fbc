//! Imports through the command line while a server runs.

use crate::on_both;
use crate::support::{House, coverage, subscription};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const PREMISES: &str = "\
id,no,street,postcode,city,lat,lon,tech
P1,1,Via Cenerentola,95034,Bronte,37.78,14.83,FTTH
P2,8 bis,rue de l'Église,04510,Aiglun,44.04,6.13,FTTH
P3,3,Via Roma,00100,Roma,41.9,12.5,FWA
";
const MAP: &str = "id=external_reference,no=number,lat=latitude,lon=longitude,tech=technology";

fn file(house: &House, name: &str, text: &str) -> String {
    let path = house.folder().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn at(street: &str, number: Value, city: &str, zip_code: Value) -> Value {
    coverage(
        "fastweb",
        json!({"street": street, "number": number, "city": city, "province": "XX", "zip_code": zip_code}),
    )
}

on_both!(coverage_is_answered_from_imported_premises, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let premises = file(&house, "premises.csv", PREMISES);
    let summary = house.must(&[
        "import",
        "premises",
        &premises,
        "--carrier",
        "fastweb",
        "--country",
        "IT",
        "--map",
        MAP,
        "--json",
    ]);
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(
        (&summary["read"], &summary["imported"], &summary["refused"]),
        (&json!(3), &json!(3), &json!(0))
    );
    assert!(summary["seconds"].is_number());
    let known = [
        at("VIA CENERENTOLA", json!(1), "BRONTE", json!(95034)),
        at("v. cenerentola", json!("1"), "Brònte", json!("95034")),
        at("Rue de l'eglise", json!("8BIS"), "AIGLUN", json!(4510)),
    ];
    for asked in known {
        let id = client.accept("/coverage", &asked).await;
        assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], "done", "{asked}");
    }
    let id = client.accept("/coverage", &at("VIA CENERENTOLA", json!(2), "BRONTE", json!(95034))).await;
    let record = client.wait(id, &["done", "canceled"]).await;
    assert_eq!(record["payload"]["__info"]["error"], "no coverage for this address and number");
});

on_both!(bad_rows_are_told_by_line_and_nothing_or_the_rest_is_imported, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let text = format!(
        "{PREMISES}P1,9,Via Roma,95034,Bronte,37.7,14.8,FTTH\n,4,Via Muta,95034,Bronte,37.7,14.8,FTTH\nP6,5,Via Lontana,95034,Bronte,97.7,14.8,FTTH\n"
    );
    let premises = file(&house, "bad.csv", &text);
    let args = ["import", "premises", &premises, "--carrier", "fastweb", "--country", "IT", "--map", MAP];
    let output = house.run(&args);
    assert_eq!(output.status.code(), Some(4));
    let told = String::from_utf8(output.stderr).unwrap();
    for expected in ["line 6: external_reference is missing", "line 7: latitude 97.7"] {
        assert!(told.contains(expected), "{told}");
    }
    let head = PREMISES.lines().next().unwrap();
    let all_bad =
        file(&house, "all_bad.csv", &format!("{head}\n{}", ",4,Via Muta,95034,Bronte,,,\n".repeat(1_500)));
    let with = |more: &[&str]| {
        let args = ["import", "premises", &all_bad, "--carrier", "fastweb", "--map", MAP, "--skip-bad"];
        house.run(&[&args[..], more].concat())
    };
    for more in [&[][..], &["--replace"]] {
        let output = with(more);
        assert_eq!(output.status.code(), Some(4), "nothing was imported");
        let told = String::from_utf8(output.stderr).unwrap();
        let lines = told.lines().filter(|line| line.contains("external_reference is missing")).count();
        assert_eq!(lines, 1_500, "each of them is told");
    }
    // Nothing of it is there: the carrier still covers everything but what is scripted.
    let anywhere = at("VIA QUALUNQUE", json!(77), "ENNA", json!(94100));
    let id = client.accept("/coverage", &anywhere).await;
    assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], "done");
    let summary = house.must(&[&args[..], &["--skip-bad", "--json"]].concat());
    assert!(summary.contains("\"imported\":4") && summary.contains("\"refused\":2"), "{summary}");
    let id = client.accept("/coverage", &anywhere).await;
    assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], "canceled");
});

on_both!(a_listing_is_found_by_each_of_its_addresses, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let twice = format!(
        "{PREMISES}P1,2,Via Cenerentola,95034,Bronte,37.78,14.83,FTTH\nP1,1,VIA CENERENTOLA,95034,Bronte,37.78,14.83,FTTH\n"
    );
    let premises = file(&house, "twice.csv", &twice);
    let summary = house.must(&[
        "import",
        "premises",
        &premises,
        "--carrier",
        "fastweb",
        "--country",
        "IT",
        "--map",
        MAP,
        "--json",
    ]);
    assert!(summary.contains("\"imported\":5") && summary.contains("\"refused\":0"), "{summary}");
    for number in [1, 2] {
        let id =
            client.accept("/coverage", &at("Via Cenerentola", json!(number), "Bronte", json!(95034))).await;
        assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], "done", "{number}");
    }
});

on_both!(a_later_import_adds_and_replaces_rows_and_withdraws_only_when_asked, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let import = |name: &str, text: &str, more: &[&str]| {
        let path = file(&house, name, text);
        house.must(
            &[&["import", "premises", &path, "--carrier", "fastweb", "--country", "IT", "--map", MAP], more]
                .concat(),
        );
    };
    let state = |asked: Value| {
        let client = client.clone();
        async move {
            let id = client.accept("/coverage", &asked).await;
            client.wait(id, &["done", "canceled"]).await["status"].as_str().unwrap().to_owned()
        }
    };
    import("first.csv", PREMISES, &[]);
    let moved = "id,no,street,postcode,city,lat,lon,tech\nP3,4,Via Roma,00100,Roma,41.9,12.5,FTTH\n";
    import("second.csv", moved, &[]);
    assert_eq!(state(at("Via Roma", json!(4), "Roma", json!(100))).await, "done");
    assert_eq!(
        state(at("Via Roma", json!(3), "Roma", json!(100))).await,
        "canceled",
        "the listing was replaced"
    );
    assert_eq!(
        state(at("Via Cenerentola", json!(1), "Bronte", json!(95034))).await,
        "done",
        "what a file lacks stays"
    );
    import("third.csv", moved, &["--replace"]);
    assert_eq!(state(at("Via Cenerentola", json!(1), "Bronte", json!(95034))).await, "canceled");
});

on_both!(imported_products_take_the_place_of_the_default_ones, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let premises = file(&house, "premises.csv", PREMISES);
    house.must(&["import", "premises", &premises, "--carrier", "fastweb", "--country", "IT", "--map", MAP]);
    let products = "code,technology,currency,monthly_price\nFibra,FTTH,EUR,24.90\nAria,FWA,EUR,19.90\nTutto,,EUR,29.90\n";
    let products = file(&house, "products.csv", products);
    house.must(&["import", "products", &products, "--carrier", "fastweb"]);
    let offered = |asked: Value| {
        let client = client.clone();
        async move {
            let id = client.accept("/coverage", &asked).await;
            client.wait(id, &["done"]).await["payload"]["__info"]["result"].clone()
        }
    };
    assert_eq!(
        offered(at("Via Cenerentola", json!(1), "Bronte", json!(95034))).await,
        json!(["Fibra", "Tutto"])
    );
    assert_eq!(offered(at("Via Roma", json!(3), "Roma", json!(100))).await, json!(["Aria", "Tutto"]));
});

on_both!(a_file_that_does_not_fit_is_refused_with_what_to_do, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    let premises = file(&house, "premises.csv", PREMISES);
    let refused = |args: &[&str], word: &str| {
        let output = house.run(args);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(word), "{args:?}: {told}");
    };
    refused(&["import", "premises", &premises, "--carrier", "fastweb"], "external_reference");
    refused(&["import", "premises", &premises, "--carrier", "nobody", "--map", MAP], "carrier");
    refused(&["import", "premises", "absent.csv", "--carrier", "fastweb"], "absent.csv");
    refused(&["import", "premises", &premises, "--carrier", "fastweb", "--map", "id=nothing"], "not a field");
});

on_both!(
    an_order_for_an_address_that_is_not_listed_is_canceled_and_harms_no_other,
    |house: House| async move {
        let server = house.serve(&[]).await;
        let client = server.client(&house.furnish());
        let premises = file(&house, "premises.csv", PREMISES);
        house.must(&[
            "import",
            "premises",
            &premises,
            "--carrier",
            "fastweb",
            "--country",
            "IT",
            "--map",
            MAP,
        ]);
        let mut elsewhere = subscription("Mario", "iban");
        elsewhere["address"]["street"] = json!("VIA INESISTENTE");
        let order = client.accept("/subscription", &elsewhere).await;
        let record = client.wait(order, &["canceled", "interrupted"]).await;
        assert_eq!(record["payload"]["__info"]["error"], "no coverage for this address and number");
        let order = client.accept("/subscription", &subscription("Mario", "iban")).await;
        assert_eq!(client.wait(order, &["canceled", "interrupted"]).await["status"], "interrupted");
    }
);

on_both!(a_file_without_rows_turns_nothing_off, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let head = file(&house, "head.csv", PREMISES.lines().next().unwrap());
    let args = ["import", "premises", &head, "--carrier", "fastweb", "--country", "IT", "--map", MAP];
    assert_eq!(house.run(&args).status.code(), Some(2));
    let anywhere = at("VIA QUALUNQUE", json!(77), "ENNA", json!(94100));
    let id = client.accept("/coverage", &anywhere).await;
    assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], "done");
});

/// An import that waits for the rest of its file, and has begun.
fn waiting(house: &House) -> std::process::Child {
    let args = ["import", "premises", "-", "--carrier", "fastweb", "--country", "IT", "--map", MAP];
    let mut child = house.command(&args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let head = PREMISES.lines().next().unwrap();
    // More than a pipe holds: it is taken only by one that has begun to read.
    let rows: String = (0..20_000).map(|n| format!("W{n},{n},Via Lunga,95034,Bronte,,,\n")).collect();
    child.stdin.as_mut().unwrap().write_all(format!("{head}\n{rows}").as_bytes()).unwrap();
    child
}

on_both!(an_import_that_was_ended_does_not_hold_up_the_next, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    let premises = file(&house, "premises.csv", PREMISES);
    let args = ["import", "premises", &premises, "--carrier", "fastweb", "--country", "IT", "--map", MAP];
    let mut killed = waiting(&house);
    killed.kill().unwrap();
    killed.wait().unwrap();
    house.must(&args);

    let mut asked = waiting(&house);
    assert!(Command::new("kill").args(["-TERM", &asked.id().to_string()]).status().unwrap().success());
    let stdin = asked.stdin.take();
    let output = asked.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was imported"));
    let began = std::time::Instant::now();
    house.must(&args);
    assert!(began.elapsed() < std::time::Duration::from_secs(4), "it gave itself up");
});

on_both!(an_import_that_waits_for_its_rows_is_not_taken_for_interrupted, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    let premises = file(&house, "premises.csv", PREMISES);
    let mut slow = waiting(&house);
    let other = house.run(&["import", "premises", &premises, "--carrier", "fastweb", "--map", MAP]);
    assert_eq!(other.status.code(), Some(3), "{}", String::from_utf8_lossy(&other.stderr));
    drop(slow.stdin.take());
    let output = slow.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
});

on_both!(an_address_with_several_listings_has_what_is_sold_at_any_of_them, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let head = PREMISES.lines().next().unwrap();
    let row = |id: &str, technology: &str| format!("{id},1,Via Cenerentola,95034,Bronte,,,{technology}\n");
    let text = format!("{head}\n{}{}", row("A", "FWA"), row("B", "FTTH"));
    let premises = file(&house, "two.csv", &text);
    house.must(&["import", "premises", &premises, "--carrier", "fastweb", "--country", "IT", "--map", MAP]);
    let products = "code,technology,currency\nFibra,FTTH,EUR\nAria,FWA,EUR\nRame,ADSL,EUR\n";
    let products = file(&house, "products.csv", products);
    house.must(&["import", "products", &products, "--carrier", "fastweb"]);
    let id = client.accept("/coverage", &at("Via Cenerentola", json!(1), "Bronte", json!(95034))).await;
    let record = client.wait(id, &["done"]).await;
    assert_eq!(record["payload"]["__info"]["result"], json!(["Fibra", "Aria"]));
    for (product, state) in [("Fibra", "interrupted"), ("Aria", "interrupted"), ("Rame", "canceled")] {
        let mut order = subscription("Mario", "iban");
        order["product"] = json!(product);
        let id = client.accept("/subscription", &order).await;
        assert_eq!(client.wait(id, &["interrupted", "canceled"]).await["status"], state, "{product}");
    }
});

on_both!(without_a_country_a_postcode_that_lost_its_zeros_is_still_the_same, |house: House| async move {
    let server = house.serve(&[]).await;
    let client = server.client(&house.furnish());
    let premises = file(&house, "premises.csv", PREMISES);
    house.must(&["import", "premises", &premises, "--carrier", "fastweb", "--map", MAP]);
    let id = client.accept("/coverage", &at("Rue de l'eglise", json!("8BIS"), "AIGLUN", json!(4510))).await;
    assert_eq!(client.wait(id, &["done", "canceled"]).await["status"], "done");
});
