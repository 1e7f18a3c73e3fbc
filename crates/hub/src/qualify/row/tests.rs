//! What comes in comes out as it was, whatever it is.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn open(bytes: impl AsRef<[u8]>, format: Format) -> Result<Rows, Error> {
    Rows::open(Box::new(std::io::Cursor::new(bytes.as_ref().to_vec())), format)
}

fn rows(bytes: impl AsRef<[u8]>, format: Format) -> Vec<Asked> {
    open(bytes, format).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The output of rows that all have one reason, or their flaw.
fn written(bytes: impl AsRef<[u8]>, format: Format) -> Vec<u8> {
    let rows = open(bytes, format).unwrap();
    let mut out = rows.head();
    for row in rows {
        let row = row.unwrap();
        let reason = row.flaw.as_ref().map_or("none", |flaw| flaw.why.as_str());
        row.write_reason(reason, None, &mut out).unwrap();
    }
    out
}

fn told(bytes: impl AsRef<[u8]>, format: Format) -> Vec<(u64, String)> {
    let flaws = rows(bytes, format).into_iter().filter_map(|row| row.flaw);
    flaws.map(|flaw| (flaw.line, flaw.why)).collect()
}

fn refused(bytes: impl AsRef<[u8]>) -> String {
    open(bytes, Format::Csv).err().unwrap().to_string()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_row_names_its_place_by_reference_address_or_position() {
    let text = "id,reference,address,latitude,longitude,country\n\
        1,LOC1,Via Roma 1,1,2,\n2,,Via Roma 1,1,2,it\n3,,,1,-2,\n4,,,,,\n";
    let places: Vec<Option<Where>> = rows(text, Format::Csv).into_iter().map(|row| row.place).collect();
    let address = Where::Address { text: "Via Roma 1".into(), country: "IT".into() };
    let position = Where::Position(Position { latitude: 1.0, longitude: -2.0 });
    assert_eq!(places, [Some(Where::Reference("LOC1".into())), Some(address), Some(position.clone()), None]);
    let json = "{\"id\": 1, \"latitude\": \"1\", \"longitude\": -2.0, \"address\": null}\n\n\
        {\"reference\": 12345678901234567890}\n";
    let places: Vec<Option<Where>> = rows(json, Format::JsonLines).into_iter().map(|row| row.place).collect();
    assert_eq!(places, [Some(position), Some(Where::Reference("12345678901234567890".into()))]);
}

#[test]
fn a_row_is_carried_along_without_what_an_earlier_run_added() {
    let csv = "id,address,reason,confidence\n7,\"a \"\"b\"\", c\",old,old\n";
    let expected = format!("id,address,{}\n7,\"a \"\"b\"\", c\",,,,,,,,,,,none\n", ADDED.join(","));
    assert_eq!(text(written(csv, Format::Csv)), expected);
    assert_eq!(text(written(&expected, Format::Csv)), expected, "and so again");
}

#[test]
fn an_object_keeps_its_order_its_numbers_and_its_blanks() {
    let carried =
        r#"{ "n": 1.0, "big": 12345678901234567890, "e":1e3 , "a": [1.50, {"z": 1, "a": 2}], "A": "\u0041""#;
    let added = r#""premise_reference":null,"matched_text":null,"confidence":null,"carrier":null,"product":null,"technology":null,"down_mbps":null,"up_mbps":null,"monthly_price":null,"currency":null,"reason":"none"}"#;
    let expected = format!("{carried},{added}\n");
    assert_eq!(text(written(format!("{carried} }}\r\n"), Format::JsonLines)), expected);
    assert_eq!(text(written(&expected, Format::JsonLines)), expected, "and so again");
    let between = r#"{"reason": "old", "id": 7, "carrier": "x", "tags": [], "currency": null}"#;
    assert_eq!(text(written(between, Format::JsonLines)), format!("{{\"id\": 7, \"tags\": [],{added}\n"));
    assert_eq!(text(written("{}\n{\"reason\":1}", Format::JsonLines)), format!("{{{added}\n").repeat(2));
}

#[test]
fn a_head_line_has_not_more_columns_than_rows_have_room_for() {
    let head = |more: usize| format!("address{}\na\n", ",".repeat(more));
    assert_eq!(refused(head(1_000)), "file has more than 1000 columns");
    let rows = rows(head(999), Format::Csv);
    assert!(rows[0].bytes() > 1_000 * size_of::<Vec<u8>>(), "the room of empty values counts");
}

#[test]
fn a_bad_row_comes_out_in_its_place_and_says_why() {
    let csv = b"id,address,country\n1,a\n2,a,it,x\n3,a,ITA\n4,\xff,\n\xff5,a,it,\n6,a,\n";
    let expected = [
        (2, "has 2 values, the head line has 3".to_owned()),
        (3, "has 4 values, the head line has 3".to_owned()),
        (4, "country `ITA` is not two letters".to_owned()),
        (5, "is not UTF-8".to_owned()),
    ];
    assert_eq!(told(csv, Format::Csv), expected);
    let out = written(csv, Format::Csv);
    let lines: Vec<&[u8]> = out.split(|byte| *byte == b'\n').skip(1).collect();
    let empty = ",".repeat(9);
    assert_eq!(lines[0], format!("1,a,,{empty},\"{}\"", expected[0].1).as_bytes());
    assert_eq!(lines[1], format!("2,a,it,{empty},\"{}\"", expected[1].1).as_bytes());
    assert_eq!(lines[3], [b"4,\xff,,", empty.as_bytes(), b",is not UTF-8"].concat());
    assert_eq!(lines[4], [b"\xff5,a,it,", empty.as_bytes(), b",none"].concat(), "of whatever bytes");

    let json = b"[1]\n{\"id\": 1, \"address\": true}\n{\"address\": \"\xff\"}\nx\n{\"address\":1,\"address\":2}\n{\"latitude\":91,\"longitude\":0}\n";
    let expected = [
        (1, "is not a JSON object".to_owned()),
        (2, "address is neither a text nor a number".to_owned()),
        (3, "is not UTF-8".to_owned()),
        (4, "is not a JSON object".to_owned()),
        (5, "has two members `address`".to_owned()),
        (6, "latitude `91` and longitude `0` are no point on the globe".to_owned()),
    ];
    assert_eq!(told(json, Format::JsonLines), expected);
    let out = text(written(json, Format::JsonLines));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["row"], &lines[0]["reason"]), (&json!("[1]"), &json!(expected[0].1)));
    assert_eq!((&lines[1]["id"], &lines[1]["row"]), (&json!(1), &Value::Null));
}

#[test]
fn a_file_may_come_from_anywhere() {
    let place = |text: &str| Some(Where::Address { text: text.to_owned(), country: String::new() });
    for csv in [
        "\u{feff}id,address\r\n1,\"Via, Roma\"\r\n\r\n2,Via Milano",
        "\u{feff}id,address\r1,\"Via, Roma\"\r2,Via Milano\r",
        "\"id\";\"address\"\n1;Via, Roma\n2;\"Via Milano\"\n",
        "id\taddress\n1\tVia, Roma\n2\tVia Milano\n",
        "\" address \",id\n\"Via, Roma\",\"1\n2\"\nVia Milano,\"\"\n",
    ] {
        let places: Vec<_> = rows(csv, Format::Csv).into_iter().map(|row| row.place).collect();
        assert_eq!(places, [place("Via, Roma"), place("Via Milano")], "{csv}");
    }
    let list = "address\nVia Roma 1, 00187 Roma\n\"Via Milano\"\n";
    let places: Vec<_> = rows(list, Format::Csv).into_iter().map(|row| row.place).collect();
    assert_eq!(places, [place("Via Roma 1, 00187 Roma"), place("Via Milano")], "a list needs no quotes");
    let semicolons = text(written("id;address\n1;a\n", Format::Csv));
    assert_eq!(semicolons, format!("id;address;{}\n1;a;;;;;;;;;;;none\n", ADDED.join(";")));
    let breaks = "address,note\na,\"b\r\nc\"\n";
    assert!(text(written(breaks, Format::Csv)).contains("\na,\"b\r\nc\","));
    let twice = "note,address,note\n1,a,2\n";
    assert!(text(written(twice, Format::Csv)).contains("\n1,a,2,"));
    assert_eq!(rows("\u{feff}{\"address\": \"a\"}", Format::JsonLines)[0].place, place("a"));
    assert_eq!(rows("address\n", Format::Csv), []);
    assert_eq!(rows("", Format::JsonLines), []);
    for (csv, why) in [
        ("", "is empty"),
        ("id,name\n1,x\n", "no column `address`"),
        ("address,id,address\n", "two columns `address`"),
        ("address,\"id\n", "a quote is not closed"),
    ] {
        assert!(refused(csv).contains(why), "{csv}");
    }
    assert!(refused(b"\xff\xfea\0").contains("UTF-16"));
}

#[test]
fn a_quote_that_is_not_closed_takes_its_own_line_only() {
    let csv = "id,address\n1,\"Via Roma\n2,\"Via Milano, 3\"\n3,a\"b\n4,\"open\n5,c\n";
    let stray = "a quote is not closed, or one in a value is not doubled".to_owned();
    assert_eq!(told(csv, Format::Csv), [(2, stray), (5, "a quote is not closed".to_owned())]);
    let out = text(written(csv, Format::Csv));
    let begins: Vec<&str> = out.lines().skip(1).map(|line| line.split(",,").next().unwrap()).collect();
    assert_eq!(begins, ["1,Via Roma", "2,\"Via Milano, 3\"", "3,\"a\"\"b\"", "4,open", "5,c"]);
    let mut long = "id,address\n1,\"open\n".to_owned();
    (0..300).for_each(|n| long.push_str(&format!("{n},a\n")));
    assert_eq!(rows(&long, Format::Csv).len(), 301);
    assert_eq!(told(&long, Format::Csv).len(), 1);
}

#[test]
fn what_is_too_long_is_never_whole_in_memory() {
    let long = "x".repeat(3 << 20);
    let csv = format!("id,address\n1,{long}\n2,a\n3,\"{long}\"\n4,b\n");
    let rows_of_csv = rows(&csv, Format::Csv);
    let why = format!("is longer than {} bytes", lines::LONGEST);
    assert_eq!(told(&csv, Format::Csv), [(2, why.clone()), (4, why.clone())]);
    assert_eq!(rows_of_csv.len(), 4);
    assert!(rows_of_csv.iter().all(|row| row.bytes() < 2_000));
    let json = format!("{{\"id\":1,\"note\":\"{long}\"}}\n{{\"id\":2,\"address\":\"a\"}}\n");
    assert_eq!(told(&json, Format::JsonLines), [(1, why)]);
    assert!(rows(&json, Format::JsonLines).iter().all(|row| row.bytes() < 2_000));
}

/// Bytes of which files are made, and others.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"\"",
        b"\"\"",
        b",",
        b";",
        b"\n",
        b"\r\n",
        b"\r",
        b"a",
        b"1e3",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"\\",
        b"\"address\"",
        b"\"reason\"",
        b"\"x\":1.0",
        b"address",
        b"id",
        b"\xff",
        b"\xef\xbb\xbf",
        b" ",
        b"-2",
        b"\\u00",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_comes_in_every_row_comes_out(soup in soup(), head in any::<bool>()) {
        for format in [Format::Csv, Format::JsonLines] {
            let input = if head && format == Format::Csv { [b"id,address\n", &soup[..]].concat() } else { soup.clone() };
            let Ok(all) = open(&input, format) else { continue };
            let count = all.collect::<Result<Vec<_>, _>>().unwrap().len();
            let out = written(&input, format);
            // What came out is read again as so many good rows.
            let again = rows(&out, format);
            prop_assert_eq!(again.len(), count);
            if format == Format::JsonLines {
                for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                    prop_assert!(serde_json::from_slice::<&serde_json::value::RawValue>(line).is_ok());
                }
            }
        }
    }

    #[test]
    fn a_well_formed_record_is_read_as_the_csv_crate_writes_it(
        fields in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 1..6), crlf in any::<bool>()
    ) {
        let ending = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(ending).from_writer(Vec::new());
        let names: Vec<String> = (0..fields.len()).map(|n| format!("c{n}")).chain(["address".into()]).collect();
        writer.write_record(&names).unwrap();
        writer.write_record(fields.iter().map(Vec::as_slice).chain([&b"Via Roma"[..]])).unwrap();
        let input = writer.into_inner().unwrap();
        let row = &rows(&input, Format::Csv)[0];
        prop_assert_eq!(&row.flaw, &None);
        let out = written(&input, Format::Csv);
        let mut reader = csv::Reader::from_reader(&out[..]);
        let record = reader.byte_records().next().unwrap().unwrap();
        let carried: Vec<Vec<u8>> = record.iter().take(fields.len()).map(<[u8]>::to_vec).collect();
        prop_assert_eq!(carried, fields);
    }

    #[test]
    fn every_member_comes_back_as_it_is_written(
        members in prop::collection::vec(("[a-z]{1,3}", prop::sample::select(vec![
            "1.0", "1e3", "12345678901234567890", "-0", "\"\\u00e8 \"", "null", "[ 1.50,{\"b\":1,\"a\":2} ]", "0.1000",
        ])), 0..8), blank in "[ \t]{0,2}"
    ) {
        let written_as: Vec<String> =
            members.iter().map(|(name, value)| format!("{blank}\"{name}\"{blank}:{value}")).collect();
        let line = format!("{{{}{blank}}}", written_as.join(&format!("{blank},")));
        let out = text(written(&line, Format::JsonLines));
        let kept = format!("{{{}", written_as.join(&format!("{blank},")));
        prop_assert!(out.starts_with(&kept), "{out} {kept}");
    }
}
