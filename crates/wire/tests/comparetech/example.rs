//! Every printed example is read and written back as it was printed.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wire::comparetech::*;

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// From the text and from a JSON value, back to the same JSON.
fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(printed: Value) -> T {
    let from_text: T = serde_json::from_str(&printed.to_string()).unwrap();
    let from_value: T = serde_json::from_value(printed.clone()).unwrap();
    assert_eq!(from_text, from_value);
    assert_eq!(value(&serde_json::to_string(&from_text).unwrap()), printed);
    assert_eq!(serde_json::to_value(&from_text).unwrap(), printed);
    from_text
}

fn micros(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

#[test]
fn a_coverage_just_accepted_is_pending_with_an_empty_payload() {
    let record: Record = check(value(printed::COVERAGE_PENDING));
    let written = Record {
        id: 134,
        action: Operation::Coverage.action("fastweb"),
        status: Status::Pending,
        payload: Payload::default(),
        error: None,
        created_at: micros(1_731_907_929),
        updated_at: micros(1_731_907_929),
    };
    assert_eq!(record, written);
}

#[test]
fn a_covered_address_echoes_the_request_and_names_the_products() {
    let printed = value(printed::COVERAGE_DONE);
    let record: Record = check(printed.clone());
    let mut request = printed["payload"].clone();
    request.as_object_mut().unwrap().remove(INFO);
    let request = Coverage::parse(request).unwrap();
    let products = [
        "Fastweb Casa Light",
        "Fastweb Casa",
        "Fastweb Casa Plus",
        "Fastweb Casa Light + Mobile",
        "Fastweb Casa + Mobile",
        "Fastweb Casa Plus + Mobile",
    ];
    let info = Info::covered(products.map(String::from).to_vec(), Vec::new());
    assert_eq!(record.payload, Payload::new(request.echo(), Some(info)));
    assert_eq!(record.status, Status::Done);
}

#[test]
fn an_address_without_coverage_is_canceled_for_a_reason() {
    let record: Record = check(value(printed::COVERAGE_CANCELED));
    assert_eq!(record.status, Status::Canceled);
    assert_eq!(record.payload, Payload::new(Default::default(), Some(Info::canceled(NOT_COVERED))));
    assert_eq!(record.error.as_deref(), Some(CANCELED));
}

#[test]
fn the_otp_prompt_is_a_message_alone() {
    let payload: Payload = check(value(printed::OTP_REQUESTED)["payload"].clone());
    assert_eq!(payload.info(), Some(&Info::otp()));
}

#[test]
fn a_refused_otp_is_asked_for_again_with_the_reason() {
    let info = serde_json::to_value(Info::otp_refused("the OTP was refused")).unwrap();
    assert_eq!(info, json!({"message": "OTP is requested", "error": "the OTP was refused"}));
}

#[test]
fn the_card_prompt_holds_the_page() {
    let payload: Payload = check(value(printed::CARD_REQUESTED)["payload"].clone());
    let card = CreditCard {
        url: "https://paye.netsgroup.com/FWB_CG_WEB/app/cc/main/show?referenceData=2E915264E06CE76FB6B9F29F36764952".into(),
        description: Some(CARD_DESCRIPTION.into()),
        result: Some(
            "Attenzione, è stata veicolata una richiesta con transazione in corso. Si prega di attendere.".into(),
        ),
    };
    assert_eq!(payload.info(), Some(&Info::card(card)));
}

#[test]
fn addons_keep_the_digits_of_their_prices() {
    let data: Attachments = check(value(printed::COVERAGE_ADDONS));
    let addons = data.addons.unwrap();
    assert_eq!(addons[0].product, "FIBER_2022");
    let prices: Vec<String> = addons[0].options.iter().map(|addon| addon.price.to_string()).collect();
    assert_eq!(prices, ["4", "4", "2.2"]);
    assert_eq!(addons[0].options[2].incompatibilities.len(), 5);
    let text = serde_json::to_string(&addons).unwrap();
    assert!(text.contains(r#""price":4,"#) && text.contains(r#""price":2.2,"#), "{text}");
}

#[test]
fn a_price_inside_a_record_keeps_digits_that_binary_floats_lose() {
    let printed = printed::COVERAGE_ADDONS.replace("2.2", "19.9000000000000000001");
    let record = printed::COVERAGE_DONE.replace("{\n\"addons\": []\n}", &printed);
    assert_ne!(record, printed::COVERAGE_DONE);
    let record: Record = serde_json::from_str(&record).unwrap();
    assert!(serde_json::to_string(&record).unwrap().contains("\"price\":19.9000000000000000001,"));
}

#[test]
fn an_unknown_driver_is_refused_in_the_printed_words() {
    assert_eq!(check::<Error>(value(printed::UNKNOWN_DRIVER)), Error::unknown_driver("vercinge"));
}

#[test]
fn the_other_refusals_are_in_the_documented_words() {
    for (error, text) in [
        (Error::unauthenticated(), "Unauthenticated"),
        (Error::forbidden(), "Forbidden"),
        (Error::not_interrupted(), "Requires status to be interrupted"),
    ] {
        assert_eq!(check::<Error>(json!({"error": text})), error);
    }
}

#[test]
fn another_servers_record_is_read_leniently() {
    let mut record = value(printed::COVERAGE_PENDING);
    record["status"] = "queued".into();
    record["payload"] = json!([]);
    record["created_at"] = "2024-11-18T06:32:09+01:00".into();
    record["error"] = Value::Null;
    record["new"] = json!({"field": 1});
    let record: Record = serde_json::from_value(record).unwrap();
    assert_eq!(record.status, Status::Other("queued".into()));
    assert_eq!(record.payload, Payload::default());
    assert_eq!(record.created_at, record.updated_at);
    assert!(serde_json::from_value::<Payload>(json!([1])).is_err());
}

#[test]
fn address_variants_stand_beside_the_address_as_it_was_sent() {
    let request = value(printed::COVERAGE_DONE)["payload"].as_object().unwrap().clone();
    let variants = AddressVariants {
        province_type1: Some("CT".into()),
        province_type2: Some("CATANIA".into()),
        ..AddressVariants::default()
    };
    let payload = Payload::new(request, None).with_variants(&variants);
    assert_eq!(
        serde_json::to_value(payload).unwrap(),
        json!({"driver": "fastweb", "address": {
            "street": "VIA CENERENTOLA", "number": 1, "city": "BRONTE", "province": "CT", "zip_code": 33333,
            "full": "VIA CENERENTOLA 1, BRONTE (CT)", "province_type1": "CT", "province_type2": "CATANIA"
        }})
    );
}

#[test]
fn traders_and_documents_are_lists_of_plain_words() {
    check::<Vec<Trader>>(json!([{
        "name": "fastweb", "operations": ["coverage", "subscription"],
        "products": ["Fastweb Casa"], "payment_methods": ["credit_card", "iban"]
    }]));
    check::<Vec<Document>>(
        json!([{"type": "passport", "label": "Passport", "required": ["number", "issued_at"]}]),
    );
}
