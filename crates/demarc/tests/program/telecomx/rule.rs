//! Offers by rule: what a network's price rules cover is answered at once.

use super::caller::{row, text};
use super::network::{customer, furnish, import, in_days, order};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use wire::telecomx::Row;

const RULES: &str = "\
product,area,max_distance_m,level,initiation,monthly,commitment
F100,CENTRUM,0,customer,0,110,24
F100,CENTRUM,0,ADMIN,100,50,
F100,CENTRUM,0,RESELLER,200,80,
F100,CENTRUM,0,OWNER,300,120.50,
";

/// Commitment, and customer's, wholesale and cost price of a month, of each offer.
fn offered(request: &Value) -> Vec<[Option<f64>; 4]> {
    let members = ["commitment", "monthlyCustomer", "monthlyWholesale", "monthlyCost"];
    let offers = request["offers"].as_array().unwrap();
    offers.iter().map(|offer| members.map(|member| offer[member].as_f64())).collect()
}

on_both!(what_a_rule_covers_is_answered_at_once, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let over = &network.over;
    let waiting = over.made("/internet/request", &network.wanted()).await;
    assert_eq!((&waiting["offers"], waiting.get("answered")), (&json!([]), None), "there is no rule yet");
    import(&house, "price-rules", RULES, &[]);
    let mut wanted = network.wanted();
    (wanted["commitment1"], wanted["commitment2"], wanted["commitment3"]) =
        (json!(true), json!(true), json!(false));
    let made = over.made("/internet/request", &wanted).await;
    let expected = [[Some(12.0), Some(120.5), Some(80.0), None], [Some(24.0), Some(110.0), Some(80.0), None]];
    assert_eq!(offered(&made), expected);
    assert_eq!(made["answered"], made["created"]);
    let path = format!("/internet/request/{}", text(&made, "_id"));
    assert_eq!(over.found(&path).await, made);
    let whole = network.admin.found(&path).await;
    assert_eq!(offered(&whole)[0], [Some(12.0), Some(120.5), Some(80.0), Some(50.0)]);
    let offer = &whole["offers"][0];
    assert_eq!(
        (&offer["initiationFeeProduct"], &offer["product"]),
        (&json!(network.fee), &json!(network.fiber))
    );
    assert_eq!(offer["providerName"], "Network");
    let initiation = ["initiationCustomer", "initiationWholesale", "initiationCost"];
    assert_eq!(initiation.map(|price| offer[price].as_f64().unwrap()), [300.0, 200.0, 100.0]);
    // Where nothing is said of commitments all are offered that the rules have.
    let open = over.made("/internet/request", &network.wanted()).await;
    assert_eq!(offered(&open).iter().map(|offer| offer[0]).collect::<Vec<_>>(), [Some(0.0), Some(24.0)]);
    let states = [
        over.total("/internet/request?state=HAS_OFFER").await,
        over.total("/internet/request?state=NEW").await,
    ];
    assert_eq!(states, [2, 1], "a rule answers nothing that was asked before");
    // It can be ordered as it is.
    let account = over.made("/internet/account", &order(&made)).await;
    assert_eq!(
        (&account["commitment"], &account["fiber"]["monthlyCustomer"].as_f64()),
        (&json!(12), &Some(120.5))
    );

    // Elsewhere, and for other products, a person answers.
    let mut outside = network.wanted();
    outside["address"] = json!({"address": "Østergade 1", "zip": 4000});
    let mut other = network.wanted();
    other["product"] = json!(network.admin.product("Fiber 1000").await);
    for wanted in [&outside, &other, &network.wanted_dsl()] {
        let made = over.made("/internet/request", wanted).await;
        assert_eq!((&made["offers"], made.get("answered")), (&json!([]), None), "{wanted}");
    }
    // A rule breaks no other.
    let mut wrong = network.wanted();
    wrong["startDate"] = json!(in_days(300));
    assert_eq!(over.post("/internet/request", &wrong).await, row(Row::StartDate));
});

on_both!(other_rules_take_the_place_of_those_before, |mut house: House| async move {
    let network = furnish(&mut house).await;
    import(&house, "price-rules", RULES, &[]);
    let (_, kunde) = customer(&house, "Kunde ApS", "Deep");
    let mut wanted = network.wanted();
    wanted["customer"] = json!(kunde);
    wanted["commitment2"] = json!(true);
    let first = network.over.made("/internet/request", &wanted).await;
    assert_eq!(offered(&first), [[Some(24.0), Some(110.0), Some(80.0), None]]);
    // Near to an area, which Østergade is not.
    import(&house, "price-rules", "product,max_distance_m,area,monthly\nF100,20000,CENTRUM,99\n", &[]);
    wanted["address"] = json!({"address": "Østergade 1", "zip": 4000});
    let second = network.over.made("/internet/request", &wanted).await;
    assert_eq!(
        offered(&second),
        [[Some(24.0), Some(99.0), None, None]],
        "without a rule of its own a level has no price"
    );
    let path = format!("/internet/request/{}", text(&first, "_id"));
    assert_eq!(network.over.found(&path).await, first, "what was offered stands");
    network.deep.made("/internet/account", &order(&first)).await;
    // A person's answer takes the place of a rule's.
    let path = format!("/internet/request/{}", text(&second, "_id"));
    let answered = network.admin.made(&path, &json!({"offers": [network.offer(&network.fiber, 36)]})).await;
    assert_eq!(offered(&answered).len(), 1);
    assert_eq!(network.over.post("/internet/account", &order(&second)).await, row(Row::OfferNotFound));
    import(&house, "price-rules", "product,monthly\n", &["--replace"]);
    assert_eq!(network.over.made("/internet/request", &wanted).await["offers"], json!([]));
});
