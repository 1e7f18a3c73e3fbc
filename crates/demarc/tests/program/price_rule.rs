//! Price rules through the command line.

use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Output, Stdio};

const HEAD: &str = "carrier,product,area,max_distance_m,level,initiation,monthly,commitment";
const RULES: &str = "\
fastweb,Fibra,A1,0,ADMIN,1000.00,100,24
fastweb,fibra,A1,0,RESELLER,1500,199.50,24
FASTWEB,FIBRA,A1,0,OWNER,1999.95,399,24
,,,150,,2500,499,
";

/// Carriers with a product each, and an area of the first.
fn furnished(house: &House) {
    house.furnish();
    for (carrier, code) in [("fastweb", "Fibra"), ("aruba", "Aria")] {
        let products = file(house, "products.csv", format!("code,currency\n{code},EUR\n").as_bytes());
        house.must(&["import", "products", &products, "--carrier", carrier]);
    }
    let ring = json!([[14.8, 37.7], [14.9, 37.7], [14.9, 37.8], [14.8, 37.8], [14.8, 37.7]]);
    let area = json!({"type": "Feature", "properties": {"id": "A1"},
        "geometry": {"type": "Polygon", "coordinates": [ring]}});
    let areas = file(house, "areas.geojson", area.to_string().as_bytes());
    house.must(&["import", "areas", &areas, "--carrier", "fastweb"]);
}

fn file(house: &House, name: &str, bytes: &[u8]) -> String {
    let path = house.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn import(house: &House, file: &str, more: &[&str]) -> Output {
    house.run(&[&["import", "price-rules", file, "--json"], more].concat())
}

fn check(output: &Output, expected: [u64; 3]) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = ["read", "imported", "refused"].map(|name| summary[name].as_u64().unwrap());
    assert_eq!(told, expected);
    assert!(summary["seconds"].is_number());
}

on_both!(price_rules_come_from_a_file_plain_or_packed_and_from_stdin, |house: House| async move {
    let _server = house.serve(&[]).await;
    furnished(&house);
    let text = format!("{HEAD}\n{RULES}");
    let plain = file(&house, "rules.csv", text.as_bytes());
    check(&import(&house, &plain, &["--carrier", "fastweb"]), [4, 4, 0]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let packed = file(&house, "rules", &packed.finish().unwrap());
    check(&import(&house, &packed, &["--carrier", "Aruba"]), [4, 4, 0]);
    // Every row names its carrier; the level is called as TelecomX has it.
    let args = ["import", "price-rules", "-", "--json"];
    let mut command = house.command(&args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let rows = "carrier,role level,monthly\nfastweb,OWNER,9.90\naruba,OWNER,9.90\n";
    child.stdin.take().unwrap().write_all(rows.as_bytes()).unwrap();
    check(&child.wait_with_output().unwrap(), [2, 2, 0]);
});

on_both!(bad_price_rules_are_told_by_line_and_nothing_or_the_rest_is_imported, |house: House| async move {
    let _server = house.serve(&[]).await;
    furnished(&house);
    let bad = "\
fastweb,Silber,,,,1,1,
fastweb,,B9,,,1,1,
fastweb,,,,,,,12
nobody,,,,,1,1,
aruba,,,100001,,1,1,
aruba,,,,,500000.01,1,
aruba,,,,,1,1,61
aruba,,,,VIEWER,1,1,
";
    let rules = file(&house, "bad.csv", format!("{HEAD}\n{RULES}{bad}").as_bytes());
    let output = import(&house, &rules, &["--carrier", "aruba"]);
    assert_eq!(output.status.code(), Some(4));
    let told = String::from_utf8(output.stderr).unwrap();
    for expected in [
        "line 6: product `Silber` is not sold by fastweb",
        "line 7: `B9` is not an area of fastweb",
        "line 8: initiation is missing, and so is monthly",
        "line 9: there is no carrier `nobody`",
        "line 10: max_distance_m `100001` is not from 0 to 100000",
        "line 11: initiation `500000.01` is not from 0 to 500000",
        "line 12: commitment `61` is not from 0 to 60 months",
        "line 13: level `VIEWER` is not one of",
        "nothing was imported because of bad rows",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    check(&import(&house, &rules, &["--carrier", "aruba", "--skip-bad"]), [12, 4, 8]);
    let all_bad = file(&house, "all_bad.csv", format!("{HEAD}\n{bad}").as_bytes());
    for more in [&["--skip-bad"][..], &["--skip-bad", "--carrier", "aruba", "--replace"]] {
        assert_eq!(import(&house, &all_bad, more).status.code(), Some(4), "no row is good");
    }
});

on_both!(a_file_of_price_rules_that_does_not_fit_is_refused_with_what_to_do, |house: House| async move {
    let _server = house.serve(&[]).await;
    furnished(&house);
    let refused = |text: &str, more: &[&str], code: i32, word: &str| {
        let output = import(&house, &file(&house, "rules.csv", text.as_bytes()), more);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(code) && told.contains(word), "{text}: {told}");
    };
    refused("carrier,max_distance,monthly\n", &[], 2, "`max_distance` is not one of");
    refused("carrier,product\nfastweb,Fibra\n", &[], 2, "monthly");
    refused("monthly\n", &["--carrier", "fastweb"], 2, "has no rows");
    refused("monthly\n1\n", &["--carrier", "nobody"], 3, "carrier");
    refused("monthly\n1\n", &[], 4, "line 2: carrier is missing");
    let none = file(&house, "none.csv", b"monthly\n");
    check(&import(&house, &none, &["--carrier", "fastweb", "--replace"]), [0, 0, 0]);
});
