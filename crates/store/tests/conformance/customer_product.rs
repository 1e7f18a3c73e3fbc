//! What is agreed on with customers: of each with each carrier, the last word about a product.

use crate::quote_request::customer;
use crate::world::*;
use model::id::CustomerId;
use model::money::{Currency, Money};
use store::customer_product::{self, Agreed};

fn agreed(code: &str, monthly: Option<&str>, setup: Option<&str>, sold: bool) -> Agreed {
    let money = |text: &str| Money::parse(text, Currency::DKK).unwrap();
    Agreed { code: code.into(), sold, monthly: monthly.map(money), setup: setup.map(money) }
}

async fn of(t: &Store, customer: CustomerId, carrier: CarrierId) -> Vec<Agreed> {
    let mut all = t.saw(move |tx| customer_product::of(tx, customer, carrier)).await;
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all
}

store::on_both!(what_is_agreed_on_is_that_customers_and_the_last_word_holds, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let put = async |of, carrier, agreed: Agreed| {
        t.did(move |tx| customer_product::put(tx, of, carrier, &agreed)).await;
    };
    let (ann, bob, other) = (customer(1), customer(2), CarrierId::from_bytes([9; 16]));
    let fibre = agreed("fiber 1000", Some("249.50"), None, true);
    let barred = agreed("dsl æøå", None, Some("0"), false);
    for (of, carrier, what) in [
        (ann, w.carrier, &fibre),
        (ann, w.carrier, &barred),
        (bob, w.carrier, &barred),
        (ann, other, &agreed("fiber 1000", None, None, true)),
    ] {
        put(of, carrier, what.clone()).await;
    }
    assert_eq!(of(t, ann, w.carrier).await, [barred.clone(), fibre.clone()]);
    assert_eq!(of(t, bob, w.carrier).await, std::slice::from_ref(&barred));
    assert_eq!(of(t, ann, other).await, [agreed("fiber 1000", None, None, true)]);
    assert_eq!(of(t, customer(3), w.carrier).await, []);
    let now = agreed("fiber 1000", Some("99"), Some("1.005"), false);
    put(ann, w.carrier, now.clone()).await;
    assert_eq!(of(t, ann, w.carrier).await, [barred.clone(), now]);
    t.did(move |tx| customer_product::forget(tx, ann, w.carrier)).await;
    assert_eq!(of(t, ann, w.carrier).await, []);
    assert_eq!((of(t, bob, w.carrier).await.len(), of(t, ann, other).await.len()), (1, 1));
});
