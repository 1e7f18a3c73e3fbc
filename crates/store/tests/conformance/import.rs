//! Imports: loaded unseen, visible as a whole, cleaned up when nobody can see the rows any more.

use crate::world::*;
use model::address::MatchKey;
use model::premise::Position;
use std::collections::BTreeMap;
use store::import::{self, Kind, Origin};
use store::{args, premise, product};

/// Everything is under this key.
pub fn key() -> MatchKey {
    MatchKey::from_stored("via cenerentola|1|catania|95100".into())
}

/// A listing whose street says which import it is from.
pub fn listing(reference: &str, street: &str) -> premise::Listing {
    premise::Listing {
        id: None,
        external_reference: reference.into(),
        key: key(),
        address: serde_json::json!({"street": street}).to_string(),
        technology: Some("FTTH".into()),
        position: Position::new(37.5, 15.1),
        free_ports: Some(0),
    }
}

pub async fn begin(t: &Store, w: World, kind: Kind, origin: Origin) -> Option<i64> {
    t.did(move |tx| import::begin(tx, w.carrier, kind, origin)).await
}

async fn load(t: &Store, w: World, import: i64, references: &[&'static str], street: &'static str) {
    let listings: Vec<_> = references.iter().map(|reference| listing(reference, street)).collect();
    t.did(move |tx| premise::load(tx, w.carrier, import, &listings)).await;
}

pub async fn commit(t: &Store, w: World, kind: Kind, number: i64, replace: bool) -> bool {
    t.did(move |tx| import::commit(tx, w.carrier, kind, number, replace, 1)).await
}

/// Reference and street of what readers find, which must be what they count.
async fn visible(t: &Store, w: World) -> BTreeMap<String, String> {
    let (found, count) = t
        .saw(move |tx| Ok((premise::matching(tx, w.carrier, &key(), 100)?, premise::count(tx, w.carrier)?)))
        .await;
    assert_eq!(found.len() as i64, count);
    found.into_iter().map(|p| (p.external_reference, p.address.street.unwrap())).collect()
}

fn listed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(reference, street)| ((*reference).to_owned(), (*street).to_owned())).collect()
}

async fn rows(t: &Store, table: &'static str) -> i64 {
    let count = if table == "premise" {
        "SELECT count(*) AS n FROM premise"
    } else {
        "SELECT count(*) AS n FROM product"
    };
    t.saw(move |tx| tx.one(sql(count), &[], |row| row.get("n"))).await
}

/// As if the import had not moved for a while. Machine time is never moved, so its row is.
async fn stand_still(t: &Store, number: i64, time: Duration) {
    let micros = time.as_micros() as i64;
    let moved = "UPDATE import SET touched_at = touched_at - $1 WHERE number = $2";
    assert_eq!(t.did(move |tx| tx.run(sql(moved), args![micros, number])).await, 1);
}

async fn holds_premises(t: &Store, w: World) -> bool {
    let carrier = t.saw(move |tx| store::carrier::by_id(tx, w.carrier)).await;
    carrier.is_some_and(|carrier| carrier.holds_premises)
}

/// Sweeps the whole table in small steps; how many rows went.
async fn sweep(t: &Store, w: World, kind: Kind) -> u64 {
    let (mut swept, mut after) = (0, 0);
    let last = t.saw(move |tx| import::last(tx, kind)).await;
    while after < last {
        swept += t.did(move |tx| import::sweep(tx, w.carrier, kind, after, after + 2)).await;
        after += 2;
    }
    swept
}

store::on_both!(
    an_import_is_invisible_until_it_is_committed_and_then_visible_as_a_whole,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, number, &["a", "b"], "first").await;
        load(t, w, number, &["c"], "first").await;
        assert!(visible(t, w).await.is_empty());
        assert!(!holds_premises(t, w).await);
        assert!(commit(t, w, Kind::Premises, number, false).await);
        assert_eq!(visible(t, w).await, listed(&[("a", "first"), ("b", "first"), ("c", "first")]));
        assert!(holds_premises(t, w).await);
        let events = events_of(t, *w.carrier.bytes()).await;
        assert_eq!(events, [("carrier.created".to_owned(), 1), ("premises.imported".to_owned(), 2)]);
        assert!(!commit(t, w, Kind::Premises, number, false).await, "once only");
    }
);

store::on_both!(a_listing_is_read_as_it_was_loaded, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let bare = premise::Listing {
        technology: None,
        position: None,
        free_ports: None,
        ..listing("bare", "Piazza d’Arà — 日本")
    };
    let full = listing("full", "Via Cenerentola");
    let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
    let loaded = vec![full.clone(), bare.clone()];
    t.did(move |tx| premise::load(tx, w.carrier, number, &loaded)).await;
    commit(t, w, Kind::Premises, number, false).await;
    let found = t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 100)).await;
    for (stored, listing) in found.iter().zip([bare, full]) {
        assert_eq!(stored.external_reference, listing.external_reference);
        assert_eq!(stored.id, premise::identity(w.carrier, &listing.external_reference));
        assert_eq!((stored.carrier, &stored.key), (w.carrier, &listing.key));
        assert_eq!((&stored.technology, stored.position), (&listing.technology, listing.position));
        assert_eq!(stored.free_ports, listing.free_ports);
        assert_eq!(serde_json::to_string(&stored.address).unwrap(), listing.address);
    }
    assert_eq!(found.len(), 2);
    assert_eq!(t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 1)).await.len(), 1);
    let other = MatchKey::from_stored("another".into());
    assert_eq!(t.saw(move |tx| premise::matching(tx, w.carrier, &other, 100)).await, []);
});

store::on_both!(the_same_reference_again_is_another_address_of_the_same_listing, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
    let other = MatchKey::from_stored("another".into());
    let batch =
        vec![listing("a", "first"), premise::Listing { key: other.clone(), ..listing("a", "second") }];
    t.did(move |tx| premise::load(tx, w.carrier, number, &batch)).await;
    commit(t, w, Kind::Premises, number, false).await;
    let by_one = t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 100)).await;
    let by_other = t.saw(move |tx| premise::matching(tx, w.carrier, &other, 100)).await;
    assert_eq!((by_one.len(), by_other.len()), (1, 1));
    assert_eq!(by_one[0].id, by_other[0].id);
    assert_eq!(t.saw(move |tx| premise::count(tx, w.carrier)).await, 1);
});

store::on_both!(
    a_later_import_takes_the_place_of_the_references_that_it_has_and_leaves_the_others,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let first = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, first, &["a", "b", "c"], "first").await;
        commit(t, w, Kind::Premises, first, false).await;
        let before = t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 1)).await[0].id;
        let second = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, second, &["a", "d"], "second").await;
        assert_eq!(visible(t, w).await.len(), 3);
        commit(t, w, Kind::Premises, second, false).await;
        let both = listed(&[("a", "second"), ("b", "first"), ("c", "first"), ("d", "second")]);
        assert_eq!(visible(t, w).await, both);
        let after = t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 1)).await[0].id;
        assert_eq!(before, after, "a listing keeps its identity");
        assert_eq!(sweep(t, w, Kind::Premises).await, 1);
        assert_eq!((visible(t, w).await, rows(t, "premise").await), (both, 4));
    }
);

store::on_both!(an_import_that_replaces_withdraws_what_it_lacks, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    for (references, street, replace) in
        [(["a", "b"], "first", false), (["b", "c"], "second", true), (["c", "d"], "third", false)]
    {
        let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, number, &references, street).await;
        commit(t, w, Kind::Premises, number, replace).await;
    }
    let left = listed(&[("b", "second"), ("c", "third"), ("d", "third")]);
    assert_eq!(visible(t, w).await, left);
    assert_eq!(sweep(t, w, Kind::Premises).await, 3);
    assert_eq!((visible(t, w).await, rows(t, "premise").await), (left, 3));
});

store::on_both!(a_second_import_of_the_same_kind_is_refused_while_one_loads, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let one = |_| {
        let t = t.clone();
        async move { begin(&t, w, Kind::Premises, Origin::File).await }
    };
    let begun: Vec<i64> = together((0..10).map(one)).await.into_iter().flatten().collect();
    assert_eq!(begun.len(), 1);
    assert!(begin(t, w, Kind::Products, Origin::File).await.is_some(), "another kind");
    let other = t
        .did(move |tx| {
            Ok(store::carrier::insert(tx, "aruba", "sandbox", w.seller, &serde_json::json!({}))?.unwrap().id)
        })
        .await;
    assert!(
        begin(t, World { carrier: other, ..w }, Kind::Premises, Origin::File).await.is_some(),
        "another carrier"
    );
    let number = begun[0];
    t.did(move |tx| import::abort(tx, number)).await;
    assert!(begin(t, w, Kind::Premises, Origin::File).await.is_some(), "the first one ended");
});

store::on_both!(
    an_import_that_stood_still_is_given_up_and_one_that_moves_is_not,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let first = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, first, &["a"], "interrupted").await;
        stand_still(t, first, import::STALE / 2).await;
        assert_eq!(begin(t, w, Kind::Premises, Origin::File).await, None);
        stand_still(t, first, import::STALE / 2).await;
        assert!(t.did(move |tx| import::touch(tx, first)).await);
        assert_eq!(begin(t, w, Kind::Premises, Origin::File).await, None);
        // Machine time may be the same to a millisecond.
        stand_still(t, first, import::STALE + Duration::from_millis(1)).await;
        let second = begin(t, w, Kind::Premises, Origin::File).await.expect("the first one was interrupted");
        assert!(!t.did(move |tx| import::touch(tx, first)).await);
        assert!(!commit(t, w, Kind::Premises, first, false).await);
        load(t, w, second, &["b"], "second").await;
        commit(t, w, Kind::Premises, second, false).await;
        assert_eq!(visible(t, w).await, listed(&[("b", "second")]));
        assert_eq!(sweep(t, w, Kind::Premises).await, 1, "what the interrupted one had loaded");
    }
);

store::on_both!(
    sweeping_leaves_alone_what_is_still_loading_and_what_another_carrier_has,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let other = t
            .did(move |tx| {
                Ok(store::carrier::insert(tx, "aruba", "sandbox", w.seller, &serde_json::json!({}))?
                    .unwrap()
                    .id)
            })
            .await;
        let other = World { carrier: other, ..w };
        let theirs = begin(t, other, Kind::Premises, Origin::File).await.unwrap();
        load(t, other, theirs, &["a", "b"], "theirs").await;
        commit(t, other, Kind::Premises, theirs, false).await;
        let first = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, first, &["a"], "first").await;
        commit(t, w, Kind::Premises, first, false).await;
        let second = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        load(t, w, second, &["a", "b"], "second").await;
        assert_eq!(sweep(t, w, Kind::Premises).await, 0);
        assert_eq!((visible(t, w).await.len(), visible(t, other).await.len()), (1, 2));
        commit(t, w, Kind::Premises, second, true).await;
        assert_eq!(sweep(t, w, Kind::Premises).await, 1);
        assert_eq!((visible(t, w).await.len(), visible(t, other).await.len()), (2, 2));
    }
);

async fn sell(t: &Store, w: World, origin: Origin, codes: &[&str], replace: bool) {
    let number = begin(t, w, Kind::Products, origin).await.unwrap();
    let of = |(code, position): (&&str, i64)| product::Listing {
        id: None,
        code: (*code).into(),
        position,
        technology: (position == 1).then(|| "FTTH".into()),
        offering: serde_json::json!({"import": number, "prices": [{"amount": "29.90"}]}),
    };
    let listings: Vec<product::Listing> = codes.iter().zip(1..).map(of).collect();
    t.did(move |tx| product::load(tx, w.carrier, number, &listings)).await;
    commit(t, w, Kind::Products, number, replace).await;
}

async fn sold(t: &Store, w: World) -> Vec<String> {
    t.saw(move |tx| product::of_carrier(tx, w.carrier))
        .await
        .into_iter()
        .map(|listing| listing.code)
        .collect()
}

store::on_both!(a_default_catalogue_gives_way_to_the_first_file_as_a_whole, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    sell(t, w, Origin::Default, &["casa light", "casa"], false).await;
    assert_eq!(sold(t, w).await, ["casa light", "casa"]);
    sell(t, w, Origin::File, &["zeta", "casa"], false).await;
    assert_eq!(sold(t, w).await, ["zeta", "casa"]);
    sell(t, w, Origin::File, &["omega"], false).await;
    assert_eq!(sold(t, w).await, ["omega", "zeta", "casa"], "the second file adds");
    sell(t, w, Origin::File, &["alpha"], true).await;
    assert_eq!(sold(t, w).await, ["alpha"]);
    assert_eq!(sweep(t, w, Kind::Products).await, 5);
    assert_eq!((sold(t, w).await, rows(t, "product").await), (vec!["alpha".to_owned()], 1));
    let events = events_of(t, *w.carrier.bytes()).await;
    assert_eq!(events.iter().map(|(_, sequence)| *sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
});

store::on_both!(a_code_in_another_case_is_the_same_product, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    sell(t, w, Origin::File, &["Casa Ñ", "Casa"], false).await;
    sell(t, w, Origin::File, &["CASA", "casa ñ"], false).await;
    assert_eq!(sold(t, w).await, ["CASA", "casa ñ"]);
    assert!(sweep(t, w, Kind::Products).await >= 1);
    assert_eq!(sold(t, w).await, ["CASA", "casa ñ"]);
});

store::on_both!(a_product_is_read_as_it_was_loaded, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    sell(t, w, Origin::File, &["b", "a"], false).await;
    let read = t.saw(move |tx| product::of_carrier(tx, w.carrier)).await;
    assert_eq!(read.iter().map(|p| (p.code.as_str(), p.position)).collect::<Vec<_>>(), [("b", 1), ("a", 2)]);
    assert_eq!((read[0].technology.as_deref(), read[1].technology.as_deref()), (Some("FTTH"), None));
    assert_eq!(read[0].offering["prices"][0]["amount"], "29.90");
});

store::on_both!(the_countries_of_a_carrier_are_those_of_what_it_still_lists, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let take = async |countries: &[&str], replace, kept| {
        let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
        let countries: Vec<String> = countries.iter().map(|c| (*c).to_owned()).collect();
        t.did(move |tx| import::name_countries(tx, number, &countries)).await;
        match kept {
            true => assert!(commit(t, w, Kind::Premises, number, replace).await),
            false => t.did(move |tx| import::abort(tx, number)).await,
        }
    };
    take(&["FR", "IT"], false, true).await;
    take(&["DK"], false, false).await;
    take(&["ES", "FR"], false, true).await;
    assert_eq!(t.saw(move |tx| import::countries(tx, w.carrier)).await, ["ES", "FR", "IT"]);
    take(&["AU"], true, true).await;
    assert_eq!(t.saw(move |tx| import::countries(tx, w.carrier)).await, ["AU"]);
});
