//! Price rules: read as they were put, replaced as a whole, with one event.

use crate::world::*;
use model::money::{Currency, Money};
use model::product::Level;
use model::quote::PriceRule;
use store::price_rule;

fn rule(line: u64, monthly: &str) -> PriceRule {
    PriceRule {
        line,
        product: String::new(),
        area: None,
        max_distance_m: None,
        level: Level::Customer,
        initiation: None,
        monthly: Some(Money::parse(monthly, Currency::DKK).unwrap()),
        commitment: None,
    }
}

async fn replace(t: &Store, carrier: CarrierId, rules: &[PriceRule]) {
    let rules = rules.to_vec();
    t.did(move |tx| price_rule::replace(tx, carrier, &rules)).await;
}

async fn of(t: &Store, carrier: CarrierId) -> Vec<PriceRule> {
    t.saw(move |tx| price_rule::of_carrier(tx, carrier)).await
}

store::on_both!(rules_are_read_in_the_order_in_which_they_were_put, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    assert_eq!(of(t, w.carrier).await, []);
    let full = PriceRule {
        product: "fibra ñ".into(),
        area: Some("A 1 — 日本".into()),
        max_distance_m: Some(150.25),
        level: Level::Cost,
        initiation: Some(Money::parse("500000.00000000000001", Currency::DKK).unwrap()),
        monthly: None,
        commitment: Some(60),
        ..rule(9, "0")
    };
    let rules = [full, rule(3, "99.50"), rule(12, "0")];
    replace(t, w.carrier, &rules).await;
    let stored = of(t, w.carrier).await;
    assert_eq!(stored, rules);
    assert_eq!(stored[1].monthly.unwrap().to_string(), "99.50 DKK", "with its zeros");
});

store::on_both!(a_new_set_takes_the_place_of_one_carriers_only, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let settings = serde_json::json!({});
    let made = t.did(move |tx| store::carrier::insert(tx, "other", "own", w.seller, &settings)).await;
    let other = made.unwrap().id;
    replace(t, w.carrier, &[rule(2, "1"), rule(3, "2")]).await;
    replace(t, other, &[rule(2, "7")]).await;
    replace(t, w.carrier, &[rule(2, "3")]).await;
    assert_eq!(of(t, w.carrier).await, [rule(2, "3")]);
    assert_eq!(of(t, other).await, [rule(2, "7")]);
    replace(t, w.carrier, &[]).await;
    assert_eq!(of(t, w.carrier).await, []);
    let told = ["carrier.created", "price_rules.imported", "price_rules.imported", "price_rules.imported"];
    assert_eq!(events_of(t, *w.carrier.bytes()).await, in_sequence(&told));
});

store::on_both!(without_a_price_nothing_is_replaced, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    replace(t, w.carrier, &[rule(2, "1")]).await;
    let none = PriceRule { monthly: None, ..rule(3, "1") };
    let put = t.write(move |tx| price_rule::replace(tx, w.carrier, &[rule(2, "5"), none.clone()]));
    assert!(matches!(put.await, Err(Error::Conflict(_))));
    assert_eq!(of(t, w.carrier).await, [rule(2, "1")]);
});
