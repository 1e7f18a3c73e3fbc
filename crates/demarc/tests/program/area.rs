//! Areas and accesses: imported through the command line in every format, and areas asked for at a point.

use crate::on_both;
use crate::support::{House, until};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

fn import(house: &House, name: &str, bytes: &[u8], more: &[&str]) -> Output {
    let path = house.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    house
        .run(&[&["import", "areas", path.to_str().unwrap(), "--carrier", "fastweb", "--json"], more].concat())
}

/// Imports what has to be good; the summary and what was noted.
fn must(house: &House, name: &str, text: &str, more: &[&str]) -> (Value, String) {
    let output = import(house, name, text.as_bytes(), more);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{name}: {told}");
    (serde_json::from_slice(&output.stdout).unwrap(), told)
}

fn at(house: &House, latitude: &str, longitude: &str) -> Vec<Value> {
    serde_json::from_str(&house.must(&["atlas", "at", latitude, longitude, "--json"])).unwrap()
}

fn references(house: &House, latitude: &str, longitude: &str) -> Vec<String> {
    at(house, latitude, longitude).iter().map(|area| area["reference"].as_str().unwrap().to_owned()).collect()
}

fn feature(properties: Value, ring: Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn square(x: f64, y: f64, side: f64) -> Value {
    json!([[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]])
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

on_both!(a_point_is_held_by_the_areas_around_it, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    assert_eq!(at(&house, "37.78", "14.83"), Vec::<Value>::new(), "there are none yet");
    let centre = json!({
        "id": "A1", "name": "Bronte", "status": "build", "ready_on": "2027-03-01", "products": ["FIBER_2022"]
    });
    let file = collection(&[
        feature(centre, square(14.8, 37.7, 0.1)),
        feature(json!({"id": "A2"}), square(14.85, 37.7, 0.1)),
        feature(json!({"id": "south west"}), square(-47.1, -23.1, 0.2)),
    ]);
    let (summary, _) = must(&house, "areas.geojson", &file, &[]);
    assert_eq!(
        (&summary["read"], &summary["imported"], &summary["refused"]),
        (&json!(3), &json!(3), &json!(0))
    );
    assert!(summary["seconds"].is_number());
    let bronte = json!({
        "reference": "A1", "name": "Bronte", "carrier": "fastweb", "status": "build", "ready_on": "2027-03-01",
        "products": ["FIBER_2022"]
    });
    assert_eq!(at(&house, "37.78", "14.83"), [bronte]);
    assert_eq!(references(&house, "37.78", "14.87"), ["A1", "A2"]);
    let other = json!({
        "reference": "A2", "name": null, "carrier": "fastweb", "status": "live", "ready_on": null, "products": null
    });
    assert_eq!(at(&house, "37.78", "14.93"), [other]);
    assert_eq!(references(&house, "-23.0", "-47.05"), ["south west"]);
    let shown = house.must(&["atlas", "at", "37.78", "14.83"]);
    assert!(shown.starts_with("reference") && shown.contains("FIBER_2022"), "{shown}");
    for wrong in [["91", "0"], ["0", "-180.5"], ["north", "0"], ["NaN", "0"]] {
        assert_eq!(house.run(&["atlas", "at", wrong[0], wrong[1]]).status.code(), Some(2), "{wrong:?}");
    }
    // A later file moves one, and leaves the others; with --replace they go.
    let moved = collection(&[feature(json!({"id": "A1"}), square(20.0, 20.0, 1.0))]);
    must(&house, "moved.geojson", &moved, &[]);
    assert_eq!(references(&house, "37.78", "14.87"), ["A2"]);
    assert_eq!(references(&house, "20.5", "20.5"), ["A1"]);
    must(&house, "moved.geojson", &moved, &["--replace"]);
    assert_eq!(references(&house, "37.78", "14.87"), Vec::<String>::new());
    assert_eq!(references(&house, "20.5", "20.5"), ["A1"]);
});

on_both!(what_is_drawn_wrongly_is_repaired_and_told_or_refused, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    let bow_tie = json!([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]);
    let fiji = json!([[177.0, -19.0], [-178.0, -19.0], [-178.0, -16.0], [177.0, -16.0], [177.0, -19.0]]);
    let flat = json!([[5.0, 5.0], [6.0, 6.0], [7.0, 7.0], [5.0, 5.0]]);
    let good = [feature(json!({"id": "bow tie"}), bow_tie), feature(json!({"id": "fiji"}), fiji)];
    let all = collection(&[&good[..], &[feature(json!({"id": "flat"}), flat)]].concat());
    let output = import(&house, "all.geojson", all.as_bytes(), &[]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    for expected in [
        "feature 1: note: `bow tie`: the ring crosses itself",
        "feature 2: note: `fiji`: the ring is cut at the 180th meridian",
        "feature 3: `flat`: the ring has no area",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    assert_eq!(references(&house, "-17", "179"), Vec::<String>::new(), "nothing of it is there");
    let (summary, _) = must(&house, "all.geojson", &all, &["--skip-bad"]);
    assert_eq!((&summary["imported"], &summary["refused"]), (&json!(2), &json!(1)));
    for (latitude, longitude) in [("-17", "179"), ("-17", "-179"), ("-17", "180"), ("-17", "-180")] {
        assert_eq!(references(&house, latitude, longitude), ["fiji"], "{longitude}");
    }
    assert_eq!(references(&house, "-17", "0"), Vec::<String>::new());
    for (latitude, longitude) in [("0.5", "0.2"), ("0.5", "1.8")] {
        assert_eq!(references(&house, latitude, longitude), ["bow tie"]);
    }
    assert_eq!(references(&house, "0.2", "1"), Vec::<String>::new());
});

on_both!(kmz_from_stdin_and_circles_from_csv, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    let kml = r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Bari &amp; more</name>
        <ExtendedData><Data name="state"><value>planned</value></Data></ExtendedData>
        <Polygon><outerBoundaryIs><LinearRing><coordinates>16,41,0 17,41,0 17,42,0 16,42,0 16,41,0</coordinates></LinearRing></outerBoundaryIs>
        <innerBoundaryIs><LinearRing><coordinates>16.4,41.4 16.6,41.4 16.6,41.6 16.4,41.6 16.4,41.4</coordinates></LinearRing></innerBoundaryIs>
        </Polygon></Placemark></Document></kml>"#;
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = archive.new_file("doc.kml").start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(kml.as_bytes()).unwrap();
    let (_, descriptor) = writer.finish().unwrap();
    entry.finish(descriptor).unwrap();
    let args = ["import", "areas", "-", "--carrier", "fastweb", "--map", "state=status"];
    let mut child = house.command(&args).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&archive.finish().unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = at(&house, "41.2", "16.5");
    assert_eq!((&found[0]["reference"], &found[0]["status"]), (&json!("Bari & more"), &json!("planned")));
    assert!(at(&house, "41.5", "16.5").is_empty(), "the hole");

    let circles = "tower,lat,lon,radius\nT1,-33.9,18.4,1000\nT2,-33.9,18.4,zero\n";
    let map = "tower=external_reference,lat=latitude,lon=longitude,radius=radius_m";
    let output = import(&house, "towers.csv", circles.as_bytes(), &["--map", map]);
    assert_eq!(output.status.code(), Some(4));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("line 3: `T2`: radius_m `zero` is not a number")
    );
    must(&house, "towers.csv", circles, &["--map", map, "--skip-bad"]);
    assert_eq!(references(&house, "-33.9085", "18.4"), ["T1"], "945 m away");
    assert_eq!(references(&house, "-33.9095", "18.4"), Vec::<String>::new(), "1,056 m away");
    let output = import(&house, "towers.csv", circles.as_bytes(), &["--map", "tower=nothing"]);
    assert_eq!(output.status.code(), Some(2), "there is no such field");
    let output = import(
        &house,
        "other.geojson",
        collection(&[feature(json!({"id": "a"}), square(0.0, 0.0, 1.0))]).as_bytes(),
        &["--map", "stauts=status"],
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("no feature has a property `stauts`"));
    assert_eq!(output.status.code(), Some(2));
});

on_both!(a_server_keeps_its_index_of_areas_and_a_damaged_one_is_built_again, |mut house: House| async move {
    let folder = house.folder().join("atlas");
    house.env.push(("DEMARC_ATLAS".into(), folder.to_str().unwrap().into()));
    let server = house.serve(&[]).await;
    house.furnish();
    must(&house, "one.geojson", &feature(json!({"id": "one"}), square(0.0, 0.0, 1.0)).to_string(), &[]);
    let file = folder.join("areas.atlas");
    let built = until(Duration::from_secs(15), || async { file.exists().then_some(()) });
    assert!(built.await.is_some(), "the server notices an import within seconds");
    assert_eq!(references(&house, "0.5", "0.5"), ["one"]);
    // It has the file mapped.
    drop(server);
    for damage in [&b"nothing"[..], &[]] {
        std::fs::write(&file, damage).unwrap();
        assert_eq!(references(&house, "0.5", "0.5"), ["one"]);
    }
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 0x10;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(references(&house, "0.5", "0.5"), ["one"]);
});

on_both!(accesses_are_checked_row_by_row, |house: House| async move {
    let _server = house.serve(&[]).await;
    house.furnish();
    let import = |text: &str, more: &[&str]| {
        let path = house.folder().join("accesses.csv");
        std::fs::write(&path, text).unwrap();
        let args = ["import", "accesses", path.to_str().unwrap(), "--carrier", "fastweb", "--json"];
        house.run(&[&args[..], more].concat())
    };
    let text = "IUA,gescal37,phone,brand,technology\n\
        V33904AHB202,28000010276800007 006DCHA,900 000 000,ORANGE,FTTH\n\
        V33904AHB203,,,YOIGO,FTTH\n\
        V33904AHB203,,,ORANGE,FTTH\n\
        V33904AHB204,2800001027680000?,,ORANGE,FTTH\n\
        V33904AHB205,,call me,ORANGE,FTTH\n";
    let output = import(text, &["--map", "IUA=iua"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{told}");
    for expected in ["line 4: external_reference `V33904AHB203`", "line 5: gescal37", "line 6: phone"] {
        assert!(told.contains(expected), "{told}");
    }
    assert!(!told.contains("call me"), "what may be somebody's is not shown: {told}");
    let output = import(text, &["--map", "IUA=iua", "--skip-bad"]);
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&summary["read"], &summary["imported"], &summary["refused"]),
        (&json!(5), &json!(2), &json!(3))
    );
    let output = import("iua\nV1\nV1\n", &["--replace"]);
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["imported"], 2, "the same row again changes nothing");
    assert_eq!(import("brand\nORANGE\n", &[]).status.code(), Some(2));
});

/// 34,753 areas with 2.1 M vertices, where they are at hand: nothing else has so many borders in common.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_layer_is_imported_and_found() {
    let layer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/uk_lsoa.geojsonl.gz");
    if !layer.exists() {
        return;
    }
    let house = House::new(tokio::task::spawn_blocking(store::testing::Place::sqlite).await.unwrap());
    let _server = house.serve(&[]).await;
    house.furnish();
    let began = Instant::now();
    let summary = house.must(&[
        "import",
        "areas",
        layer.to_str().unwrap(),
        "--carrier",
        "fastweb",
        "--json",
        "--skip-bad",
    ]);
    println!("imported in {:?}: {summary}", began.elapsed());
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!((&summary["read"], &summary["refused"]), (&json!(34_753), &json!(0)));
    let began = Instant::now();
    // Hartlepool; its first vertex is on the border.
    assert_eq!(references(&house, "54.676", "-1.228"), ["E01011949"]);
    println!("the index in {:?}", began.elapsed());
    assert!(references(&house, "54.678913", "-1.232987").contains(&"E01011949".to_owned()));
    assert!(references(&house, "56.0", "3.0").is_empty(), "the North Sea");
}
