//! Another product for a line of copper: asked for, confirmed for a day, or taken back.

use super::caller::{at, denied, row};
use super::network::{furnish, in_days, key};
use crate::on_both;
use crate::support::House;
use serde_json::{Value, json};
use wire::telecomx::Row;

fn nothing() -> Value {
    json!({"state": "NONE"})
}

on_both!(a_line_changes_its_product_on_the_day_that_is_confirmed, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (admin, boss) = (&network.admin, &network.over);
    let reseller = &boss.with(&key(&house, "Over", "RESELLER"));
    let path = at(&network.in_use(reseller, &network.wanted_dsl(), 6).await);
    let (request, confirm) = (format!("{path}/change/request"), format!("{path}/change/confirm"));
    let wish =
        json!({"newProduct": network.faster, "installCallNumber": "71919999", "installCallName": "Donald"});
    assert_eq!(boss.post(&confirm, &json!({})).await, row(Row::NoChange));
    assert_eq!(reseller.delete(&format!("{path}/change")).await, row(Row::NoChange));

    reseller.done(&request, &wish).await;
    assert_eq!(reseller.post(&request, &wish).await, row(Row::ChangePending));
    let own = &reseller.found(&path).await["changeRequest"];
    assert_eq!((&own["state"], &own["product"]), (&json!("REQUESTED"), &json!(network.faster)));
    assert!(own["by"].is_string() && own.get("date").is_none() && own.get("monthlyCost").is_none(), "{own}");
    let prices = |change: &Value| {
        ["monthlyCost", "monthlyWholesale", "monthlyCustomer"].map(|price| change[price].as_f64())
    };
    assert_eq!(prices(own), [None, Some(139.0), Some(199.0)]);
    assert_eq!(prices(&admin.found(&path).await["changeRequest"]), [Some(109.0), Some(139.0), Some(199.0)]);
    for (query, total) in [("changerequest=REQUESTED", 1), ("changerequest=ORDERED", 0)] {
        assert_eq!(boss.total(&format!("/internet/account?{query}")).await, total, "{query}");
    }
    // Taken back, and asked for again.
    reseller.deleted(&format!("{path}/change")).await;
    assert_eq!(reseller.found(&path).await["changeRequest"], nothing());
    reseller.done(&request, &wish).await;

    let said = json!({"date": in_days(10), "monthlyCustomer": 189.5});
    assert_eq!(reseller.post(&confirm, &said).await, denied(), "a RESELLER only asks");
    for price in ["monthlyCost", "monthlyWholesale"] {
        assert_eq!(
            boss.post(&confirm, &json!({price: 1})).await,
            denied(),
            "{price} is the network's to say"
        );
    }
    boss.done(&confirm, &said).await;
    assert_eq!(boss.post(&confirm, &said).await, row(Row::NoChange), "it is confirmed");
    let ordered = admin.found(&path).await;
    let own = &ordered["changeRequest"];
    assert_eq!(
        (&own["state"], &own["date"], &own["feeProduct"]),
        (&json!("ORDERED"), &said["date"], &json!(network.speed))
    );
    assert_eq!(prices(own), [Some(109.0), Some(139.0), Some(189.5)]);
    assert_eq!(ordered["product"], json!(network.dsl));
    assert_eq!(boss.total("/internet/account?changerequest=ORDERED").await, 1);
    assert_eq!(reseller.delete(&format!("{path}/change")).await, denied(), "somebody may be on the way");
    assert_eq!(reseller.delete(&path).await, row(Row::ChangePending));

    admin.pass("P9D").await;
    assert_eq!(boss.found(&path).await["product"], json!(network.dsl));
    admin.pass("P1DT1H").await;
    let changed = admin.wait(&path, |account| account["product"] == json!(network.faster)).await;
    assert_eq!((&changed["changeRequest"], &changed["state"]), (&nothing(), &json!("ACTIVE")));
    assert_eq!(prices(&changed["fiber"]), [Some(109.0), Some(139.0), Some(189.5)]);
    assert_eq!(reseller.delete(&path).await.0, 200, "it can be given up again");
});

on_both!(only_a_line_of_copper_that_is_in_use_changes_its_product, |mut house: House| async move {
    let network = furnish(&mut house).await;
    let (admin, boss) = (&network.admin, &network.over);
    let wish = json!({"newProduct": network.faster});
    let fiber = at(&network.in_use(boss, &network.wanted(), 0).await);
    assert_eq!(boss.post(&format!("{fiber}/change/request"), &wish).await, row(Row::NotDsl));
    let account = network.ordered(boss, &network.wanted_dsl(), 0).await;
    let path = at(&account);
    let request = format!("{path}/change/request");
    let refused = boss.post(&request, &wish).await;
    assert_eq!((refused.0, &refused.1["error"]["message"]), (422, &json!("state")));
    admin.done(&format!("{path}/confirm"), &json!({})).await;
    admin.becomes(&account, "ACTIVE").await;
    for (product, expected) in [
        (json!("12345678901234567890BBBB"), Row::NewProductNotFound),
        (Value::Null, Row::NewProductNotFound),
        (json!(7), Row::NewProductNotFound),
        (json!(network.fiber), Row::NewProductNotValid),
        (json!(network.fee), Row::NewProductNotValid),
    ] {
        assert_eq!(boss.post(&request, &json!({"newProduct": product})).await, row(expected), "{product}");
    }
    assert_eq!(boss.found(&path).await["changeRequest"], nothing());
    let viewer = boss.with(&key(&house, "Over", "VIEWER"));
    assert_eq!(viewer.post(&request, &wish).await, denied());

    boss.done(&request, &wish).await;
    let confirm = format!("{path}/change/confirm");
    for (body, code, message) in [
        (json!({"feeProduct": "nothing"}), 422, "feeProduct"),
        (json!({"feeProduct": network.dsl}), 422, "feeProduct"),
        (json!({"date": "soon"}), 422, "date"),
        (json!({"date": in_days(-3)}), 422, "date"),
        (json!({"monthlyCustomer": -1}), 422, "monthlyCustomer"),
    ] {
        let refused = boss.post(&confirm, &body).await;
        assert_eq!((refused.0, &refused.1["error"]["message"]), (code, &json!(message)), "{body}");
    }
    assert_eq!(boss.found(&path).await["changeRequest"]["state"], "REQUESTED");
    // A change that is confirmed is taken back by those who confirm.
    boss.done(&confirm, &json!({"date": in_days(2), "feeProduct": network.fee})).await;
    assert_eq!(boss.found(&path).await["changeRequest"]["feeProduct"], json!(network.fee));
    boss.deleted(&format!("{path}/change")).await;
    admin.pass("P3D").await;
    let kept = boss.found(&path).await;
    assert_eq!((&kept["product"], &kept["changeRequest"]), (&json!(network.dsl), &nothing()));
    // Without a day it is now.
    boss.done(&request, &wish).await;
    boss.done(&confirm, &json!({})).await;
    boss.wait(&path, |account| account["product"] == json!(network.faster)).await;
});
