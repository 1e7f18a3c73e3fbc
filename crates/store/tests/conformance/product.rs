//! Products keep their ids over imports: made of carrier and code, or given.

use crate::import::{begin, commit};
use crate::world::*;
use model::id::ProductId;
use store::import::{Kind, Origin};
use store::product::{self, Listing};

async fn import(t: &Store, w: World, replace: bool, products: &[(&str, Option<ProductId>)]) {
    let of = |((code, id), position): (&(&str, Option<ProductId>), i64)| Listing {
        id: *id,
        code: (*code).into(),
        position,
        technology: None,
        offering: serde_json::json!({}),
    };
    let listings: Vec<Listing> = products.iter().zip(1..).map(of).collect();
    let number = begin(t, w, Kind::Products, Origin::File).await.unwrap();
    t.did(move |tx| product::load(tx, w.carrier, number, &listings)).await;
    assert!(commit(t, w, Kind::Products, number, replace).await);
}

async fn sold(t: &Store, w: World) -> Vec<(String, ProductId)> {
    let all = t.saw(move |tx| product::of_carrier(tx, w.carrier)).await;
    all.into_iter().map(|listing| (listing.code, listing.id.unwrap())).collect()
}

store::on_both!(a_product_keeps_its_id_in_every_import_and_case, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    import(t, w, false, &[("Casa Ñ", None), ("Fibre", None)]).await;
    let first = sold(t, w).await;
    assert_ne!(first[0].1, first[1].1);
    import(t, w, false, &[("CASA ñ", None)]).await;
    assert_eq!(sold(t, w).await, [("CASA ñ".to_owned(), first[0].1), ("Fibre".to_owned(), first[1].1)]);
    import(t, w, true, &[("casa ñ", None), ("fibre", None), ("Other", None)]).await;
    let third = sold(t, w).await;
    assert_eq!([third[0].1, third[1].1], [first[0].1, first[1].1]);
    let premise = store::premise::identity(w.carrier, "fibre");
    assert_ne!(third[1].1.bytes(), premise.bytes(), "not the id of a premise under the same word");
});

store::on_both!(carriers_products_of_one_code_have_ids_of_their_own, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let other = t.did(move |tx| {
        let settings = serde_json::json!({});
        Ok(store::carrier::insert(tx, "aruba", "sandbox", w.seller, &settings)?.unwrap().id)
    });
    let other = World { carrier: other.await, ..w };
    import(t, w, false, &[("Casa", None)]).await;
    import(t, other, false, &[("Casa", None)]).await;
    assert_ne!(sold(t, w).await[0].1, sold(t, other).await[0].1);
});

store::on_both!(a_given_id_wins_over_the_one_made_of_the_code, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let [one, two] = [5, 6].map(|n| ProductId::from_bytes([n; 16]));
    import(t, w, false, &[("Casa", Some(one)), ("Fibre", None)]).await;
    let first = sold(t, w).await;
    assert_eq!(first[0], ("Casa".to_owned(), one));
    assert_ne!(first[1].1, one);
    import(t, w, false, &[("casa", Some(two)), ("fibre", Some(one))]).await;
    assert_eq!(sold(t, w).await, [("casa".to_owned(), two), ("fibre".to_owned(), one)]);
});
