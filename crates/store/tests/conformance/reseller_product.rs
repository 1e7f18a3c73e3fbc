//! What resellers make of carriers' products.

use crate::world::*;
use model::id::ProductId;
use store::reseller_product::{self, Own};

fn own(id: u8, code: &str) -> Own {
    let offering = serde_json::json!({"name": format!("Casa Ñ {id}"), "prices": {"customer": "29.90"}});
    Own { id: ProductId::from_bytes([id; 16]), code: code.into(), offering }
}

store::on_both!(a_resellers_own_products_are_read_as_made_by_itself_only, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let insert =
        async |of, carrier, own: Own| t.did(move |tx| reseller_product::insert(tx, of, carrier, &own)).await;
    // Two of one code: under names of their own.
    for (id, code) in [(9, "casa"), (1, "fibre"), (5, "casa")] {
        assert!(insert(w.reseller, w.carrier, own(id, code)).await);
    }
    assert!(insert(w.rival, w.carrier, own(2, "casa")).await);
    assert!(insert(w.reseller, CarrierId::NONE, own(3, "casa")).await);
    for (of, carrier) in [(w.reseller, w.carrier), (w.rival, CarrierId::NONE)] {
        assert!(!insert(of, carrier, own(9, "another")).await, "the id is taken");
    }
    for (of, carrier, expected) in [
        (w.reseller, w.carrier, vec![own(9, "casa"), own(1, "fibre"), own(5, "casa")]),
        (w.rival, w.carrier, vec![own(2, "casa")]),
        (w.reseller, CarrierId::NONE, vec![own(3, "casa")]),
        (w.shop, w.carrier, vec![]),
        (w.root, w.carrier, vec![]),
    ] {
        assert_eq!(t.saw(move |tx| reseller_product::of(tx, of, carrier)).await, expected);
    }
});
