//! Files as people have them, in every format: what is read, what is repaired, what is refused and how it is told.
//! The awkward ones are in `tests/areas`.

use super::super::source::Mapping;
use super::super::{Options, Row};
use super::feature::Taking;
use model::area::Geometry;
use proptest::prelude::*;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

/// What is told of each feature, and at the end why the file was not read.
fn told(bytes: &[u8], options: &Options) -> Vec<String> {
    let mut told = Vec::new();
    let mut taking = Taking::new(&options.mapping, |row| {
        told.push(match row {
            Row::Good(area) => shown(&area),
            Row::Repaired(area, at, what) => format!("{} | {at}: {what}", shown(&area)),
            Row::Again => "again".into(),
            Row::Bad(at, why) => format!("{at}: {why}"),
        });
        Ok(())
    });
    let source = super::decompressed(Box::new(Cursor::new(bytes.to_vec())));
    let read = source.and_then(|source| super::read(source, options, &mut taking));
    let read = read.and_then(|()| taking.finish());
    drop(taking);
    told.extend(read.err().map(|error| format!("! {error}")));
    told
}

/// Reference, what is not usual, and how many vertices each ring has.
fn shown(area: &store::area::Listing) -> String {
    let geometry = Geometry::from_bytes(&area.geometry).unwrap();
    let rings: Vec<Vec<usize>> =
        geometry.0.iter().map(|rings| rings.iter().map(Vec::len).collect()).collect();
    let mut words = vec![area.external_reference.clone()];
    words.extend(area.name.clone());
    words.push(area.status.to_string());
    words.extend(area.ready_on.map(|date| date.to_string()));
    words.extend(area.products.as_ref().map(|codes| format!("{codes:?}")));
    format!("{} {rings:?}", words.join(", "))
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/areas")
}

fn check(name: &str, map: &str, expected: &[&str]) {
    let bytes = std::fs::read(corpus().join(name)).unwrap();
    let mapping = Mapping::parse(map, super::FIELDS).unwrap();
    let options = Options { name: Some(name.into()), mapping, ..Options::default() };
    assert_eq!(told(&bytes, &options), expected, "{name}");
    // Packed it is the same.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&bytes).unwrap();
    let options = Options { name: Some(format!("{name}.gz")), ..options };
    assert_eq!(told(&packed.finish().unwrap(), &options), expected, "{name}.gz");
}

#[test]
fn a_collection_is_read_feature_by_feature() {
    check(
        "collection.geojson",
        "",
        &[
            r#"A1, Centro — 日本, build, 2027-03-01, ["FIBER_2022", "casa; light"] [[4]]"#,
            "7, planned [[3], [3]]",
            "feature 3: is not a feature",
            "feature 4: `none`: has no geometry",
            "feature 5: `point`: a Point is no area",
            "feature 6: `flat`: the ring has no area",
            "feature 7: `far`: a latitude is beyond 90 or a longitude beyond 360 degrees",
            "feature 8: `shallow`: the coordinates are not those of such a geometry",
            "feature 9: external_reference is missing: name the property that has it with --map",
            "feature 10: `odd`: status `sold` is not one of: live, build, planned",
            "mixed, live [[3], [3]]",
        ],
    );
}

#[test]
fn of_lines_the_bad_ones_are_told_and_a_reference_may_have_several_parts() {
    let line_3 = "line 3: is not GeoJSON: EOF while parsing an object at line 1 column 46";
    let line_5 = "line 5: is not GeoJSON: expected ident at line 1 column 2";
    check(
        "lines.geojsonl",
        "",
        &["L1, live [[4]]", line_3, "L3, live [[4]]", line_5, "again", "L1, live [[4]]"],
    );
}

#[test]
fn features_may_follow_each_other_or_stand_alone() {
    check("sequence.json", "", &["S1, live [[4]]", "S2, live [[4]]"]);
    check(
        "bare.json",
        "",
        &["line 1: external_reference is missing: name the property that has it with --map"],
    );
    let feature = r#"{"type":"Feature","id":"a","properties":null,"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}}"#;
    let repaired = |at: &str| format!("a, live [[3]] | {at}: `a`: the ring was open, and is closed");
    let alone = |text: &str| told(text.as_bytes(), &Options::default());
    assert_eq!(alone(feature), [repaired("line 1")]);
    assert_eq!(alone(&format!("\n [ {feature} ] ")), [repaired("feature 1")]);
    assert_eq!(alone(&format!("{feature}{feature}")), [repaired("line 1"), "again".into()]);
    for nothing in ["[]", r#"{"type":"FeatureCollection","features":[]}"#, "{\"features\"\n:\t[ ] }"] {
        assert_eq!(alone(nothing), Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn what_is_repaired_is_told_by_feature() {
    check(
        "repairs.geojson",
        "",
        &[
            "bow tie, live [[3], [3]] | feature 1: `bow tie`: the ring crosses itself; what it goes around is kept",
            "open and doubled, live [[4]] | feature 2: `open and doubled`: the ring was open, and is closed; the same point in succession is there once",
            "fiji, live [[4], [4]] | feature 3: `fiji`: the ring is cut at the 180th meridian",
            "hole outside, live [[4]] | feature 4: `hole outside`: a hole beside its shell is left out",
            "feature 5: `around the pole`: the ring goes around a pole; draw it along the 180th meridian and the pole",
        ],
    );
}

#[test]
fn what_cannot_be_gone_on_with_ends_it() {
    let deep = "! file is not GeoJSON: line 1: too many lists and objects in each other";
    check("deep.geojson", "", &[deep]);
    check(
        "truncated.geojson",
        "",
        &["T1, live [[4]]", "! file is not GeoJSON: line 1: the file ends within a feature"],
    );
    check("deep.kml", "", &["! file is not KML: too many elements in each other"]);
    check("unclosed.kml", "", &["! file is not KML: the file ends in its middle"]);
    check("page.html", "", &["! file is not KML: there is no element `kml`"]);
    check("utf16.csv", "", &["! file is UTF-16: save it as UTF-8"]);
    check("empty.csv", "", &["! map no column fills `latitude`: name it, for example --map lat=latitude"]);
}

#[test]
fn numbers_that_are_none_are_told() {
    check(
        "numbers.geojson",
        "",
        &[
            "feature 1: is not GeoJSON: number out of range at line 1 column 112",
            "long, live [[4]]",
            "feature 3: is not GeoJSON: invalid type: null, expected coordinates at line 1 column 112",
        ],
    );
}

#[test]
fn placemarks_are_read_with_their_data_and_holes() {
    check(
        "network.kml",
        "",
        &[
            "pm1, Bront&euml; <1>, build, 2027-01-02 [[4, 3], [3]]",
            "Fish & Chips A, Fish & Chips A, live [[3]]",
            "placemark 3: `A pin`: there is no polygon",
            "placemark 4: `Words`: the coordinate `east` is not a number",
            "placemark 5: external_reference is missing: name the property that has it with --map",
        ],
    );
    // Entities of one's own are left out: nothing is expanded, nothing is fetched.
    check("laughs.kml", "", &["x, x, live [[3]] | placemark 1: `x`: the ring was open, and is closed"]);
}

#[test]
fn circles_have_a_position_and_a_radius() {
    check(
        "circles.csv",
        "id=external_reference,lat=latitude,lon=longitude,radius=radius_m,state=status,codes=products",
        &[
            r#"C1, live, ["A", "B"] [[71]]"#,
            "line 3: `C2`: radius_m 0 is not above 0 and at most 500000",
            "line 4: `C3`: latitude 97 and longitude 0 are not on the globe",
            "C4, build [[53], [51]] | line 5: `C4`: the ring is cut at the 180th meridian",
            "line 6: `C5`: the ring goes around a pole; draw it along the 180th meridian and the pole",
            "line 7: `C6`: radius_m `ten` is not a number",
            "line 8: `C7`: radius_m is missing",
            "line 9: is not UTF-8",
        ],
    );
}

#[test]
fn a_field_that_is_mapped_takes_nothing_else_and_a_misspelt_column_is_told() {
    let file = r#"{"type":"Feature","id":"a","properties":{"code":"x","state":"planned","status":"live"},
        "geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}"#;
    let with = |map: &str| {
        let mapping = Mapping::parse(map, super::FIELDS).unwrap();
        told(file.as_bytes(), &Options { mapping, ..Options::default() })
    };
    assert_eq!(with(""), ["a, live [[3]]"]);
    assert_eq!(with("code=external_reference,state=status"), ["x, planned [[3]]"]);
    assert_eq!(with("stauts=status"), ["a, live [[3]]", "! map no feature has a property `stauts`"]);
    assert!(with("no=external_reference")[0].contains("external_reference is missing"));
}

/// A ZIP archive of these files.
pub fn zip(files: &[(&str, &[u8])], method: rawzip::CompressionMethod) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in files {
        let (mut entry, config) = archive.new_file(name).compression_method(method).start().unwrap();
        if method == rawzip::CompressionMethod::STORE {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(bytes).unwrap();
            let (_, descriptor) = writer.finish().unwrap();
            entry.finish(descriptor).unwrap();
        } else {
            let packing = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::best());
            let mut writer = config.wrap(packing);
            writer.write_all(bytes).unwrap();
            let (packing, descriptor) = writer.finish().unwrap();
            packing.finish().unwrap();
            entry.finish(descriptor).unwrap();
        }
    }
    archive.finish().unwrap()
}

#[test]
fn of_an_archive_the_document_is_read() {
    let kml = std::fs::read(corpus().join("network.kml")).unwrap();
    let plain = told(&kml, &Options::default());
    let (other, picture) = (b"<kml/>".as_slice(), [7u8; 5_000]);
    for method in [rawzip::CompressionMethod::STORE, rawzip::CompressionMethod::DEFLATE] {
        let files: [(&str, &[u8]); 3] = [("files/a.png", &picture), ("other.kml", other), ("doc.kml", &kml)];
        let archive = zip(&files, method);
        assert_eq!(told(&archive, &Options::default()), plain);
        assert_eq!(told(&zip(&[("Area.KML", &kml)], method), &Options::default()), plain);
        assert_eq!(told(&zip(&files[..1], method), &Options::default()), ["! file has no KML in it"]);
        let mut damaged = zip(&[("doc.kml", &kml)], method);
        let at = damaged.len() / 2;
        damaged[at] ^= 0x55;
        assert!(told(&damaged, &Options::default()).last().unwrap().starts_with("! file"), "{method:?}");
        let cut = &archive[..archive.len() - 30];
        assert!(told(cut, &Options::default())[0].starts_with("! file is a damaged archive"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever becomes of a file on its way, reading it ends, and without a panic.
    #[test]
    fn a_damaged_file_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..12),
        packed in any::<bool>(),
    ) {
        let mut files: Vec<PathBuf> = std::fs::read_dir(corpus()).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        let file = which.get(&files);
        let mut bytes = std::fs::read(file).unwrap();
        if packed {
            bytes = zip(&[("doc.kml", &bytes)], rawzip::CompressionMethod::DEFLATE);
        }
        for (at, byte, what) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, b"{}[],:\"<>/\\0123456789eE.- \n"[usize::from(byte) % 27]),
                2 => drop(bytes.remove(at)),
                _ => {
                    let piece = bytes[at..(at + usize::from(byte)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let map = "id=external_reference,lat=latitude,lon=longitude,radius=radius_m";
        for mapping in ["", map] {
            let mapping = Mapping::parse(mapping, super::FIELDS).unwrap();
            told(&bytes, &Options { name: name.clone(), mapping, ..Options::default() });
        }
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300), head in 0..7_usize) {
        let head: &[u8] = [b"".as_slice(), b"{", b"[", b"<kml>", b"PK\x03\x04", b"\x1f\x8b\x08", b"latitude,longitude,radius_m,id\n"][head];
        told(&[head, &bytes].concat(), &Options::default());
    }

    /// Pieces are found as a parser of all of it would find them.
    #[test]
    fn features_are_found_whatever_stands_between_them(
        names in prop::collection::vec("[a-c\"\\\\{}\\[\\]:, \n]{0,12}", 1..6), pretty in any::<bool>(), after in any::<bool>()
    ) {
        let feature = |(n, name): (usize, &String)| serde_json::json!({
            "type": "Feature", "properties": {"id": format!("r{n}"), "note": name, name.clone(): [{"features": [1]}]},
            "geometry": {"type": "Polygon", "coordinates": [[[n, 0], [n + 1, 0], [n, 1], [n, 0]]]}
        });
        let features: Vec<_> = names.iter().enumerate().map(feature).collect();
        let mut whole = serde_json::Map::new();
        whole.insert(if after { "a".into() } else { "z".into() }, serde_json::json!({"features": [names]}));
        whole.insert("features".into(), serde_json::json!(features));
        let text = if pretty { serde_json::to_string_pretty(&whole) } else { serde_json::to_string(&whole) }.unwrap();
        let expected: Vec<String> = (0..features.len()).map(|n| format!("r{n}, live [[3]]")).collect();
        prop_assert_eq!(told(text.as_bytes(), &Options::default()), expected, "{}", text);
    }
}

#[test]
fn a_guard_lets_through_what_is_renewed_and_stops_what_is_not() {
    use std::io::BufRead;
    let mut guard = super::guard::Guard::new(std::io::BufReader::new(std::io::repeat(b'x')));
    let spend = |guard: &mut super::guard::Guard<_>, bytes: usize| {
        let mut left = bytes;
        while left > 0 {
            let there = BufRead::fill_buf(guard)?.len().min(left);
            guard.consume(there);
            left -= there;
        }
        Ok::<_, std::io::Error>(())
    };
    spend(&mut guard, super::LONGEST_FEATURE).unwrap();
    assert!(spend(&mut guard, 1).is_err());
    guard.renew();
    spend(&mut guard, super::LONGEST_FEATURE).unwrap();
    assert!(spend(&mut guard, 1).is_err());
}
