//! The printed table of errors: every row by bodies that break just its rule, in the printed words.

use super::caller::{Caller, denied, refusal, row, send};
use super::network::{Network, furnish, in_days, key};
use crate::on_both;
use crate::support::House;
use reqwest::Method;
use serde_json::{Value, json};
use wire::telecomx::{Row, printed};

/// Takes a body that is right, and breaks one rule of it.
pub type Way = fn(&mut Value, &Network);

/// The printed rows. A 500 is nothing that a body can bring about.
pub fn rows() -> impl Iterator<Item = Row> {
    let printed = Row::ALL.iter().copied().take(printed::ERRORS.lines().count());
    printed.filter(|row| *row != Row::InternalError)
}

/// A request with an offer, of which everything is right.
pub fn right(network: &Network) -> Value {
    let mut body = network.wanted();
    body["reseller"] = json!(network.resellers[0]);
    body["offers"] = json!([network.offer(&network.fiber, 12)]);
    body
}

/// The same for copper that is taken over.
fn taken_over(body: &mut Value, network: &Network) {
    *body = network.wanted_dsl();
    body["reseller"] = json!(network.resellers[0]);
    body["takeover"] = json!(true);
    body["takeoverCircuit"] = json!("EB1");
    body["takeoverCustomer"] = json!("7");
}

fn place(address: &str, zip: &str) -> Value {
    json!({"address": address, "zip": zip, "city": "Roskilde"})
}

/// Those of a row; the first leaves the rest of the body as it is.
pub fn ways(row: Row) -> &'static [Way] {
    match row {
        Row::TypeNotPermitted => &[
            |body, _| body["type"] = json!("ISDN"),
            |body, _| body["type"] = json!(""),
            |body, _| body["type"] = json!(1),
            |body, _| body["type"] = Value::Null,
        ],
        Row::NotesTooLong => &[
            |body, _| body["notes"] = json!("ø".repeat(4097)),
            |body, _| body["notes"] = json!({"text": "x"}),
        ],
        Row::AddressNotFound => &[
            |body, _| body["address"] = place("Nowhere 1", "4000"),
            |body, _| body["address"] = place("Vestergade 77", "4000"),
            // One of several homes.
            |body, _| body["address"] = place("Vestergade", "4000"),
            |body, _| body["address"] = place("Vestergade 5", "4000"),
            |body, _| body["address"] = place("Vestergade 5, st.", "4000"),
            // A floor is no house number.
            |body, _| body["address"] = place("Vestergade 5, 9. th.", "4000"),
            |body, _| body["address"] = place("Vestergade 77, 1. th.", "4000"),
            // Of another country.
            |body, _| body["address"] = json!({"address": "Storgatan 1", "zip": "21142", "city": "Malmö"}),
            |body, _| body["address"] = json!({"_id": "000000000000000000000000"}),
            |body, _| body["address"] = json!({}),
            |body, _| body["address"] = json!({"zip": 4000, "city": "Roskilde"}),
            |body, _| body["address"] = json!("Vestergade 1, 4000 Roskilde"),
            |body, _| body["address"] = Value::Null,
        ],
        Row::Address2NotFound => &[
            |body, _| body["address2"] = place("Nowhere 1", "4000"),
            |body, _| body["address2"] = json!({"_id": "12345678901234567890DDDD"}),
            |body, _| body["address2"] = json!([]),
        ],
        Row::ProductNotValid => &[
            |body, network| body["product"] = json!(network.dsl),
            |body, network| body["product"] = json!(network.fee),
        ],
        Row::ProductNotFound => &[
            |body, _| body["product"] = json!("12345678901234567890BBBB"),
            |body, _| body["product"] = json!(7),
            |body, _| body["product"] = Value::Null,
        ],
        Row::TakeoverCircuitRequired => &[
            |body, _| body["takeoverCircuit"] = json!([]),
            |body, network| {
                taken_over(body, network);
                body["takeoverCircuit"] = Value::Null;
            },
            |body, network| {
                taken_over(body, network);
                body["takeoverCircuit"] = json!("  ");
            },
        ],
        Row::TakeoverCustomerRequired => &[
            |body, _| body["takeoverCustomer"] = json!([]),
            |body, network| {
                taken_over(body, network);
                body["takeoverCustomer"] = Value::Null;
            },
        ],
        Row::IpAddresses => &[
            |body, _| body["ipAddresses"] = json!(3),
            |body, _| body["ipAddresses"] = json!(64),
            |body, _| body["ipAddresses"] = json!("many"),
            |body, _| body["ipAddresses"] = Value::Null,
        ],
        Row::StartDate => &[
            |body, _| body["startDate"] = json!("2018-01-01T00:00:00.000Z"),
            |body, _| body["startDate"] = json!(in_days(-33)),
            |body, _| body["startDate"] = json!(in_days(185)),
            |body, _| body["startDate"] = json!("soon"),
        ],
        Row::OfferProductNotValid => &[
            |body, network| body["offers"][0]["product"] = json!(network.fee),
            |body, network| body["offers"][0]["product"] = json!(network.dsl),
        ],
        Row::OfferProductNotFound => &[
            |body, _| body["offers"][0]["product"] = json!("12345678901234567890BBBB"),
            |body, _| body["offers"][0]["product"] = Value::Null,
        ],
        Row::OfferFeeProductNotValid => {
            &[|body, network| body["offers"][0]["initiationFeeProduct"] = json!(network.fiber)]
        }
        Row::OfferFeeProductNotFound => &[
            |body, _| body["offers"][0]["initiationFeeProduct"] = json!("1234567890124567890AACC"),
            |body, _| body["offers"][0]["initiationFeeProduct"] = json!({}),
        ],
        Row::OfferInitiationCost => &[
            |body, _| body["offers"][0]["initiationCost"] = json!(-1),
            |body, _| body["offers"][0]["initiationCost"] = json!(500_000.01),
            |body, _| body["offers"][0]["initiationCost"] = json!("cheap"),
        ],
        Row::OfferInitiationWholesale => &[
            |body, _| body["offers"][0]["initiationWholesale"] = json!(500_001),
            |body, _| body["offers"][0]["initiationWholesale"] = json!([]),
        ],
        Row::OfferInitiationCustomer => &[
            |body, _| body["offers"][0]["initiationCustomer"] = json!(-0.01),
            |body, _| body["offers"][0]["initiationCustomer"] = json!("-1"),
        ],
        Row::OfferMonthlyCost => &[|body, _| body["offers"][0]["monthlyCost"] = json!(1e9)],
        Row::OfferMonthlyWholesale => &[|body, _| body["offers"][0]["monthlyWholesale"] = json!("500000.5")],
        Row::OfferMonthlyCustomer => &[
            |body, _| body["offers"][0]["monthlyCustomer"] = json!(500_001),
            // Of the second offer only.
            |body, network| {
                let mut second = network.offer(&network.fiber, 0);
                second["monthlyCustomer"] = json!(-5);
                body["offers"].as_array_mut().unwrap().push(second);
            },
        ],
        Row::OfferCommitment => &[
            |body, _| body["offers"][0]["commitment"] = json!(61),
            |body, _| body["offers"][0]["commitment"] = json!(-1),
            |body, _| body["offers"][0]["commitment"] = json!(1.5),
        ],
        Row::RecipientNotFound => &[
            |body, _| body["notify"] = json!(["nobody"]),
            |body, _| body["notify"] = json!([{"name": "Donald Duck"}]),
            |body, _| body["notify"] = json!("nobody"),
        ],
        Row::AccessDenied => &[
            |body, _| body["reseller"] = json!("12345678901234567890AAAA"),
            |body, _| body["customer"] = json!("12345678901234567890AAAA"),
            |body, _| body["customer"] = json!(7),
        ],
        other => panic!("{other:?} is not of the printed table"),
    }
}

/// Posts it, and sees that it is refused in these words and leaves nothing.
pub async fn check(caller: &Caller, body: &Value, expected: &(u16, Value), what: &str) {
    let answer = caller.ask(Method::POST, "/internet/request", Some(body)).await;
    assert_eq!(answer.told(), *expected, "{what}: {body}");
    assert!(answer.header("content-type").starts_with("application/json"), "{what}");
}

on_both!(each_rule_of_the_table_is_told_in_its_words_and_keeps_nothing, |mut house: House| async move {
    let network = furnish(&mut house).await;
    assert_eq!(rows().count(), 23);
    for broken in rows() {
        for (at, way) in ways(broken).iter().enumerate() {
            let mut body = right(&network);
            way(&mut body, &network);
            check(&network.admin, &body, &row(broken), &format!("{broken:?}, way {at}")).await;
        }
    }
    assert_eq!(network.admin.total("/internet/request").await, 0);
    let mut body = right(&network);
    let made = network.admin.made("/internet/request", &body).await;
    assert_eq!(made["offers"].as_array().unwrap().len(), 1, "what was broken is right: {made}");
    taken_over(&mut body, &network);
    network.admin.made("/internet/request", &body).await;
    assert_eq!(network.admin.total("/internet/request").await, 2);
});

on_both!(what_is_just_within_the_rules_is_taken, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let ways: [Way; 12] = [
        |body, _| body["type"] = json!("fIBER"),
        |body, _| body["notes"] = json!("ø".repeat(4096)),
        |body, _| body["address2"] = place("Vestergade 3", "4000"),
        |body, _| body["ipAddresses"] = json!("32"),
        |body, _| body["startDate"] = json!(in_days(-27)),
        |body, _| body["startDate"] = json!(in_days(180)),
        |body, _| body["startDate"] = Value::Null,
        |body, _| body["offers"][0]["initiationCost"] = json!(0),
        |body, _| body["offers"][0]["monthlyCustomer"] = json!("500000"),
        |body, _| body["offers"][0]["commitment"] = json!(60),
        |body, _| {
            let offers = body.as_object_mut().unwrap().remove("offers").unwrap();
            body["Offers"] = offers;
        },
        // What is only for copper is no fault of fibre.
        |body, _| body["takeover"] = json!(true),
    ];
    for (at, way) in ways.iter().enumerate() {
        let mut body = right(&network);
        way(&mut body, &network);
        let made = network.admin.made("/internet/request", &body).await;
        assert_eq!(made["type"], "FIBER", "way {at}");
        assert_eq!(made["offers"].as_array().unwrap().len(), 1, "way {at}: {made}");
    }
    assert_eq!(network.admin.total("/internet/request").await, 12);
});

on_both!(rules_that_the_table_lacks_are_told_alike, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let install = refusal(409, "installTime", "Value is not one of the permitted values.");
    for time in [json!("8_TO_16"), json!("16_TO_12"), json!(7)] {
        let mut body = right(&network);
        body["installTime"] = time;
        check(&network.admin, &body, &install, "installTime").await;
    }
    let mut body = network.wanted();
    body.as_object_mut().unwrap().remove("address");
    check(over, &body, &refusal(404, "address._id", "Address not found"), "no address").await;
    for text in ["{\"type\": \"FIBER\"", "{type: 'Fiber'}", "[]", "\"FIBER\"", "7"] {
        let answer = send(over.request(Method::POST, "/internet/request").body(text)).await;
        let said = &answer.body()["error"];
        assert_eq!((answer.status, &said["code"]), (400, &json!(400)), "{text}");
        assert_eq!(said["message"], "bad_request", "{text}");
        assert!(said["description"].as_str().is_some_and(|text| !text.is_empty()), "{text}: {said}");
    }
    assert_eq!(network.admin.total("/internet/request").await, 0);
});

on_both!(who_one_is_and_whose_it_is_are_told_before_the_table, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let invalid = refusal(401, "invalid_token", "Token is missing or invalid");
    let broken = json!({"type": "ISDN", "reseller": "nobody"});
    check(&network.admin.with("nobody"), &broken, &invalid, "no such token").await;
    let bare = network.admin.bare(Method::POST, "/internet/request");
    assert_eq!(send(bare.json(&broken)).await.told(), invalid);
    for malformed in ["{", "[]", ""] {
        let bare = network.admin.bare(Method::POST, "/internet/request");
        assert_eq!(send(bare.body(malformed)).await.told(), invalid, "{malformed}");
        let unknown = network.admin.with("nobody").request(Method::POST, "/internet/request");
        assert_eq!(send(unknown.body(malformed)).await.told(), invalid, "{malformed}");
    }
    for role in ["NO_LOGIN", "PERSONAL", "VIEWER", "MANAGER", "OWNER"] {
        let caller = network.over.with(&key(&house, "Over", role));
        for body in [&json!({}), &json!({"type": "ISDN"}), &network.wanted()] {
            check(&caller, body, &denied(), role).await;
        }
    }
    let beside = &network.resellers[3];
    check(&network.over, &json!({"reseller": beside, "type": "ISDN"}), &denied(), "another's").await;
    // Prices are the network's to say.
    check(&network.over, &right(&network), &denied(), "offers of a reseller").await;
    let mut both = json!({"type": "ISDN", "installTime": "8_TO_16"});
    check(&network.over, &both, &row(Row::TypeNotPermitted), "type and installTime").await;
    both["type"] = json!("FIBER");
    both["notes"] = json!("x".repeat(5000));
    check(&network.over, &both, &row(Row::InstallTimeNotPermitted), "installTime and notes").await;
    assert_eq!(network.admin.total("/internet/request").await, 0);
});
