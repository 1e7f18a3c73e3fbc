//! What each kind of text may hold, seen through a subscription.

use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::PartialSchema;
use wire::comparetech::*;

use super::common::{instance, schema_of, valid};
use super::rule::{accepted, refused, subscription, with};

#[test]
fn an_email_address_has_one_at_and_a_dotted_domain() {
    for good in [
        "a@b.c",
        "mario+fibra@sub.example.co.it",
        "o'neil@xn--caf-dma.example",
        &format!("{}@b.c", "x".repeat(64)),
    ] {
        accepted("email", good.into());
    }
    let long = format!("{}@{}b.c", "x".repeat(64), "abc.".repeat(50));
    refused("email", long.into(), "email", "must be at most 254 characters");
    refused("email", "a@b".into(), "email", "must be at least 5 characters");
    for bad in [
        "String",
        "a@@b.c",
        "a@b.c@d.e",
        "@bcd.e",
        "a@bcde",
        "a@.bcd",
        "a@bcd.",
        "a@b..c",
        "a b@c.d",
        "a@b_c.de",
        "à@bc.d",
        "a@bc.d\n",
        &format!("{}@b.c", "x".repeat(65)),
        &format!("a@{}.c", "x".repeat(64)),
    ] {
        refused("email", bad.into(), "email", "must be an e-mail address");
    }
}

#[test]
fn a_phone_number_is_international() {
    for good in ["+393331234567", "+39 333 123 4567", "+123456", "+1 2 3 4 5 6", "+123456789012345"] {
        accepted("phone", good.into());
    }
    refused("phone", "+12345".into(), "phone", "must be at least 7 characters");
    for bad in [
        "3331234567",
        "00393331234567",
        "+0393331234",
        "+39  3331234",
        "+39333123 ",
        "+ 393331234",
        "+39-333-1234",
        "+1234567890123456",
        "+1 2 3 4 5",
        "String.",
        "+39333١234",
        "+393331234567\n",
    ] {
        refused(
            "phone",
            bad.into(),
            "phone",
            "must be a phone number in international form, like +393331234567",
        );
    }
}

#[test]
fn a_tax_code_is_letters_and_digits() {
    accepted("tax_code", "String".into());
    accepted("tax_code", "0".repeat(32).into());
    refused("tax_code", "0".repeat(33).into(), "tax_code", "must be at most 32 characters");
    refused("tax_code", "".into(), "tax_code", "must not be empty");
    for bad in ["RSS MRA", "RSSMRÀ", "-", " ", "A\n"] {
        refused("tax_code", bad.into(), "tax_code", "must be letters and digits only");
    }
}

#[test]
fn an_iban_is_needed_only_to_pay_by_it() {
    for good in [
        "IT60X0542811101000000123456",
        "it60x0542811101000000123456",
        "NO9386011117947",
        "DE89 3704 0044 0532 0130 00",
    ] {
        accepted("iban", good.into());
    }
    refused("iban", "NO938601111794".into(), "iban", "must be at least 15 characters");
    for bad in [
        "6060X0542811101000000123456",
        "ITX0X0542811101000000123456",
        "IT60-X054-2811-1010-0000",
        "IT60X0542811101000000123456 ",
        "IT60  X0542811101000",
        "IT 60X0542811101000",
        "IT60 X 0 5 4 2 8 1",
        &format!("IT60{}", "0".repeat(31)),
        "IT60X05428111010000\n",
    ] {
        refused("iban", bad.into(), "iban", "must be an IBAN, like IT60X0542811101000000123456");
    }
    refused("payment_method", "cash".into(), "payment_method", "must be `credit_card` or `iban`");
    refused("payment_method", "".into(), "payment_method", "must be `credit_card` or `iban`");
    let card = with(subscription(), "payment_method", "credit_card".into());
    for unread in [Value::Null, json!(""), json!(7)] {
        let body = with(card.clone(), "iban", unread);
        let read = Subscription::parse(body.clone()).unwrap();
        assert_eq!(read.payment, Payment::CreditCard);
        assert_eq!(Value::Object(read.echo()), body);
    }
}

#[test]
fn a_date_is_a_real_day() {
    accepted("document.issued_at", "2024-02-29".into());
    for field in ["document.issued_at", "document.expires_at"] {
        for bad in ["2023-02-29", "2024-13-01", "01/02/2024", "2024-02-29T00:00:00Z", "String", ""] {
            refused(field, bad.into(), field, "must be a date, like 2024-11-18");
        }
    }
}

#[test]
fn texts_are_bounded_visible_and_plain() {
    for field in
        ["driver", "product", "firstname", "lastname", "address.street", "address.number", "document.number"]
    {
        refused(field, "".into(), field, "must not be empty");
        refused(field, " \u{3000}".into(), field, "must not be blank");
        refused(field, "a\u{0}".into(), field, "must not contain control characters");
        refused(field, "a\n".into(), field, "must not contain control characters");
        refused(field, "à".repeat(256).into(), field, "must be at most 255 characters");
        accepted(field, "à".repeat(255).into());
        accepted(field, "String".into());
        accepted(field, " è ".into());
    }
    refused("addons", json!(["a", ""]), "addons.1", "must not be empty");
    accepted("document.nationality", "Italiana".into());
    refused("document.nationality", "I".into(), "document.nationality", "must be at least 2 characters");
    refused(
        "document.nationality",
        "I".repeat(65).into(),
        "document.nationality",
        "must be at most 64 characters",
    );
}

/// What a careless or hostile client puts into a text; each is on one side or the other of some rule.
const ODD: &[char] = &[
    ' ', '0', '1', '9', '+', '@', '.', '-', 'a', 'Z', '_', 'à', '١', '\n', '\0', '\t', '\u{7f}', '\u{85}',
    '\u{9f}', '\u{a0}', '\u{feff}', '\u{200b}', '\u{2028}', '\u{3000}', '😀',
];

/// A text of the schema with a few characters put in, taken out or replaced, or with a part of it said twice.
fn near_miss(text: &str, edits: &[(usize, usize, u8)]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for &(place, odd, edit) in edits {
        let at = place % (text.len() + 1);
        let odd = ODD[odd % ODD.len()];
        match edit {
            0 => text.insert(at, odd),
            1 if at < text.len() => drop(text.remove(at)),
            2 if at < text.len() => text[at] = odd,
            3 => text.extend_from_within(at..),
            4 => text.truncate(at),
            _ => text.push(odd),
        }
    }
    text.into_iter().collect()
}

fn check_agreement<T: PartialSchema + TryFrom<String>>() {
    let schema = schema_of::<T>();
    let edits = proptest::collection::vec((any::<usize>(), any::<usize>(), 0u8..6), 0..5);
    let odd = proptest::collection::vec(proptest::sample::select(ODD), 0..9);
    let texts = prop_oneof![
        4 => (instance(&schema), edits).prop_map(|(text, edits)| near_miss(text.as_str().unwrap(), &edits)),
        1 => odd.prop_map(String::from_iter),
    ];
    let mut counts = [0, 0];
    let tried = std::cell::RefCell::new(&mut counts);
    proptest!(ProptestConfig::with_cases(4_096), |(text in texts)| {
        let allowed = valid(&schema, &json!(text));
        tried.borrow_mut()[usize::from(allowed)] += 1;
        prop_assert_eq!(allowed, T::try_from(text).is_ok());
    });
    assert!(counts.iter().all(|count| *count > 200), "too one-sided to see anything: {counts:?}");
}

#[test]
fn the_patterns_of_free_texts_say_what_is_checked() {
    check_agreement::<Name>();
    check_agreement::<Text>();
    check_agreement::<Nationality>();
    check_agreement::<Otp>();
}

#[test]
fn the_pattern_of_tax_codes_says_what_is_checked() {
    check_agreement::<TaxCode>();
}

#[test]
fn the_pattern_of_email_addresses_says_what_is_checked() {
    check_agreement::<Email>();
}

#[test]
fn the_pattern_of_phone_numbers_says_what_is_checked() {
    check_agreement::<Phone>();
}

#[test]
fn the_pattern_of_ibans_says_what_is_checked() {
    check_agreement::<Iban>();
}

#[test]
fn the_pattern_of_dates_says_what_is_checked() {
    check_agreement::<Date>();
}
