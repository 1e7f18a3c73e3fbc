//! Premises by their reference, under ids made of it or given.

use crate::import::{begin, commit, key, listing};
use crate::world::*;
use model::address::MatchKey;
use model::id::PremiseId;
use model::premise::Premise;
use store::import::{Kind, Origin};
use store::premise::{self, Listing};

async fn import(t: &Store, w: World, replace: bool, listings: Vec<Listing>) -> i64 {
    let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
    t.did(move |tx| premise::load(tx, w.carrier, number, &listings)).await;
    assert!(commit(t, w, Kind::Premises, number, replace).await);
    number
}

async fn found(t: &Store, carrier: CarrierId, reference: &'static str) -> Vec<Premise> {
    t.saw(move |tx| premise::by_reference(tx, carrier, reference)).await
}

fn streets(found: &[Premise]) -> Vec<&str> {
    found.iter().map(|premise| premise.address.street.as_deref().unwrap()).collect()
}

store::on_both!(a_listing_is_found_by_its_reference_in_just_these_letters, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let another = Listing { key: MatchKey::from_stored("another".into()), ..listing("LOC 1", "second") };
    let all = vec![listing("LOC 1", "first"), another, listing("loc 1", "small"), listing("LOC 2", "other")];
    let number = begin(t, w, Kind::Premises, Origin::File).await.unwrap();
    let loaded = all.clone();
    t.did(move |tx| premise::load(tx, w.carrier, number, &loaded)).await;
    assert_eq!(found(t, w.carrier, "LOC 1").await, [], "the import is not committed");
    commit(t, w, Kind::Premises, number, false).await;
    let one = found(t, w.carrier, "LOC 1").await;
    assert_eq!(streets(&one), ["first", "second"], "one row an address");
    assert_eq!(streets(&found(t, w.carrier, "loc 1").await), ["small"]);
    for (stored, listing) in one.iter().zip(&all) {
        assert_eq!(stored.id, premise::identity(w.carrier, "LOC 1"));
        assert_eq!((stored.carrier, &stored.key), (w.carrier, &listing.key));
        assert_eq!((&stored.technology, stored.position), (&listing.technology, listing.position));
        assert_eq!(stored.free_ports, listing.free_ports);
    }
    for nowhere in ["LOC", "LOC 1 ", "Loc 1", ""] {
        assert_eq!(found(t, w.carrier, nowhere).await, [], "{nowhere:?}");
    }
    assert_eq!(found(t, CarrierId::NONE, "LOC 1").await, [], "another carrier");
});

store::on_both!(by_reference_the_last_import_is_found, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    import(t, w, false, vec![listing("a", "first"), listing("b", "first")]).await;
    import(t, w, false, vec![listing("a", "second")]).await;
    assert_eq!(streets(&found(t, w.carrier, "a").await), ["second"]);
    assert_eq!(streets(&found(t, w.carrier, "b").await), ["first"]);
    import(t, w, true, vec![listing("c", "third")]).await;
    for (reference, expected) in [("a", vec![]), ("b", vec![]), ("c", vec!["third"])] {
        assert_eq!(streets(&found(t, w.carrier, reference).await), expected, "{reference}");
    }
});

store::on_both!(a_given_id_wins_over_the_one_made_of_the_reference, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let given = PremiseId::from_bytes([5; 16]);
    let with_id = Listing { id: Some(given), ..listing("a", "first") };
    import(t, w, false, vec![with_id, listing("b", "first")]).await;
    let made = premise::identity(w.carrier, "b");
    assert_ne!(made, premise::identity(CarrierId::NONE, "b"));
    // However it is read.
    let of = |premise: Premise| (premise.external_reference, premise.id);
    let matching = t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 10)).await;
    let page = t.saw(|tx| premise::page(tx, 0, 10)).await;
    let numbers: Vec<i64> = page.iter().map(|listed| listed.number).collect();
    let mut by_numbers = t.saw(move |tx| premise::by_numbers(tx, &numbers)).await;
    by_numbers.sort_by_key(|premise| premise.number);
    let mut by_reference = found(t, w.carrier, "a").await;
    by_reference.extend(found(t, w.carrier, "b").await);
    let expected = [("a".to_owned(), given), ("b".to_owned(), made)];
    for all in [matching, by_numbers, by_reference] {
        assert_eq!(all.into_iter().map(of).collect::<Vec<_>>(), expected);
    }
    let paged: Vec<_> = page.into_iter().map(|listed| (listed.external_reference, listed.id)).collect();
    assert_eq!(paged, expected);
    import(t, w, false, vec![listing("b", "second")]).await;
    assert_eq!(found(t, w.carrier, "b").await[0].id, made, "the same in every import");
});

store::on_both!(a_listing_tells_since_when_it_is_listed_like_this, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    for (second, references) in [(0, vec!["a", "b"]), (100, vec!["b"])] {
        let batch: Vec<Listing> = references.into_iter().map(|reference| listing(reference, "x")).collect();
        let number = t
            .did(move |tx| {
                tx.set_now(moment(second));
                store::import::begin(tx, w.carrier, Kind::Premises, Origin::File)
            })
            .await
            .unwrap();
        t.did(move |tx| premise::load(tx, w.carrier, number, &batch)).await;
        commit(t, w, Kind::Premises, number, false).await;
    }
    for (reference, listed) in [("a", moment(0)), ("b", moment(100))] {
        let by_reference = found(t, w.carrier, reference).await;
        assert_eq!(by_reference.iter().map(|premise| premise.listed).collect::<Vec<_>>(), [listed]);
        let number = by_reference[0].number;
        let mut all = t.saw(move |tx| premise::by_numbers(tx, &[number])).await;
        all.extend(t.saw(move |tx| premise::matching(tx, w.carrier, &key(), 10)).await);
        let all: Vec<_> = all.into_iter().filter(|premise| premise.external_reference == reference).collect();
        assert_eq!(all.iter().map(|premise| premise.listed).collect::<Vec<_>>(), [listed, listed]);
    }
});
