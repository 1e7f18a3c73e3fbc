//! Areas and accesses: imported like premises, read by number, by code, or page by page.

use crate::world::*;
use model::access::Gescal37;
use model::area::{Geometry, Status};
use store::import::{self, Kind, Origin};
use store::{access, area, args, change};

fn square(side: i32) -> Geometry {
    Geometry(vec![vec![vec![(0, 0), (side, 0), (side, side), (0, side)], vec![(1, 1), (2, 1), (2, 2)]]])
}

fn listing(reference: &str, side: i32) -> area::Listing {
    area::Listing {
        external_reference: reference.into(),
        name: Some("Il Centro — 日本".into()),
        status: Status::Build,
        ready_on: Some(jiff::civil::date(2027, 3, 1)),
        products: Some(vec!["FIBER_2022".into(), "casa; light".into()]),
        free_ports: Some(12),
        geometry: square(side).to_bytes(),
    }
}

async fn import(t: &Store, w: World, listings: Vec<area::Listing>, replace: bool) -> i64 {
    let begun = t.did(move |tx| import::begin(tx, w.carrier, Kind::Areas, Origin::File)).await.unwrap();
    t.did(move |tx| area::load(tx, w.carrier, begun, &listings)).await;
    let kind = Kind::Areas;
    assert!(t.did(move |tx| import::commit(tx, w.carrier, kind, begun, replace, 1)).await);
    begun
}

async fn sweep(t: &Store, w: World, kind: Kind) -> u64 {
    let last = t.saw(move |tx| import::last(tx, kind)).await;
    t.did(move |tx| import::sweep(tx, w.carrier, kind, 0, last)).await
}

/// References and sides of all squares, page by page.
async fn pages(t: &Store) -> Vec<(i64, i32)> {
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let page = t.saw(move |tx| area::page(tx, after, 2)).await;
        let Some(last) = page.last() else { return found };
        after = last.number;
        found.extend(
            page.iter().map(|listed| (listed.number, listed.geometry.as_ref().unwrap().0[0][0][1].0)),
        );
    }
}

store::on_both!(an_area_is_read_as_it_was_loaded, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    assert!(!t.saw(move |tx| store::carrier::holds_areas(tx, w.carrier)).await);
    let bare = area::Listing {
        name: None,
        status: Status::Live,
        ready_on: None,
        products: None,
        free_ports: None,
        ..listing("bare", 7)
    };
    let full = listing("full", 9);
    import(t, w, vec![bare.clone(), full.clone()], false).await;
    assert!(t.saw(move |tx| store::carrier::holds_areas(tx, w.carrier)).await);
    assert_eq!(t.saw(move |tx| area::count(tx, w.carrier)).await, 2);
    let numbers = pages(t).await;
    assert_eq!(numbers.iter().map(|(_, side)| *side).collect::<Vec<_>>(), [7, 9]);
    for ((number, side), loaded) in numbers.into_iter().zip([bare, full]) {
        let stored = t.saw(move |tx| area::by_number(tx, number)).await.unwrap();
        assert_eq!((stored.number, stored.carrier), (number, w.carrier));
        assert_eq!(stored.id, area::identity(w.carrier, &loaded.external_reference));
        assert_eq!((&stored.external_reference, &stored.name), (&loaded.external_reference, &loaded.name));
        assert_eq!((stored.status, stored.ready_on), (loaded.status, loaded.ready_on));
        assert_eq!((&stored.products, stored.free_ports), (&loaded.products, loaded.free_ports));
        assert_eq!(t.saw(move |tx| area::geometry(tx, number)).await, Some(square(side)));
        let page = t.saw(move |tx| area::page(tx, number - 1, 1)).await;
        assert_eq!(
            (&page[0].external_reference, page[0].status),
            (&loaded.external_reference, loaded.status)
        );
    }
    for (reference, known) in [("bare", true), ("full", true), ("Full", false), ("", false)] {
        assert_eq!(t.saw(move |tx| area::is_listed(tx, w.carrier, reference)).await, known, "{reference}");
    }
    let all = t.saw(move |tx| area::of_carrier(tx, w.carrier, 0, 10)).await;
    assert_eq!(all.iter().map(|a| a.external_reference.as_str()).collect::<Vec<_>>(), ["bare", "full"]);
    assert_eq!(t.saw(|tx| area::by_number(tx, 99)).await, None);
    let events = events_of(t, *w.carrier.bytes()).await;
    assert_eq!(events, [("carrier.created".to_owned(), 1), ("areas.imported".to_owned(), 2)]);
});

store::on_both!(
    areas_are_unseen_until_the_commit_which_raises_their_generation_and_replaces_what_it_should,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let generation = async || t.saw(|tx| change::of(tx, change::AREAS)).await;
        assert_eq!(generation().await, 0);
        let begun = t.did(move |tx| import::begin(tx, w.carrier, Kind::Areas, Origin::File)).await.unwrap();
        t.did(move |tx| area::load(tx, w.carrier, begun, &[listing("a", 5)])).await;
        assert_eq!((pages(t).await, generation().await), (vec![], 0));
        t.did(move |tx| import::abort(tx, begun)).await;
        let sides = async || pages(t).await.into_iter().map(|(_, side)| side).collect::<Vec<_>>();
        // Two parts of `a`.
        import(t, w, vec![listing("a", 10), listing("a", 11), listing("b", 20)], false).await;
        let first = generation().await;
        assert!(first > 0);
        assert_eq!(sides().await, [10, 11, 20]);
        assert_eq!(t.saw(move |tx| area::count(tx, w.carrier)).await, 2);
        let old = pages(t).await[0].0;
        import(t, w, vec![listing("a", 12), listing("c", 30)], false).await;
        assert!(generation().await > first);
        assert_eq!(sides().await, [20, 12, 30]);
        assert_eq!(t.saw(move |tx| area::by_number(tx, old)).await, None);
        assert_eq!(sweep(t, w, Kind::Areas).await, 3, "the two old parts, and what was given up");
        import(t, w, vec![listing("d", 40)], true).await;
        assert_eq!(sides().await, [40]);
        assert_eq!((sweep(t, w, Kind::Areas).await, sides().await), (3, vec![40]));
    }
);

store::on_both!(a_geometry_that_cannot_be_read_is_told_and_keeps_no_other_back, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    import(t, w, vec![listing("a", 5), listing("b", 6)], false).await;
    let damaged = "UPDATE area SET geometry = $1 WHERE external_reference = $2";
    t.did(move |tx| tx.run(sql(damaged), args![&vec![1u8, 9, 9], "a"])).await;
    let page = t.saw(|tx| area::page(tx, 0, 9)).await;
    assert_eq!(page.iter().map(|listed| listed.geometry.is_some()).collect::<Vec<_>>(), [false, true]);
    let number = page[0].number;
    let told = t.read(move |tx| area::geometry(tx, number)).await;
    assert!(matches!(told, Err(Error::Corrupt(_))), "{told:?}");
});

fn vacant(reference: &str) -> access::Listing {
    access::Listing {
        external_reference: reference.into(),
        iua: None,
        gescal37: None,
        phone: None,
        brand: None,
        premise_reference: None,
        technology: None,
        address_id: None,
        details: model::access::Details::default(),
    }
}

store::on_both!(an_access_is_found_by_each_of_its_codes, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let gescal = Gescal37::parse("28000000000000005BA").unwrap();
    let full = access::Listing {
        iua: Some("V33904AHB202".into()),
        gescal37: Some(gescal.clone()),
        phone: Some("900000000".into()),
        brand: Some("ORANGE".into()),
        premise_reference: Some("J1".into()),
        technology: Some("FTTH".into()),
        ..vacant("full")
    };
    let load = async |listings: Vec<access::Listing>, replace: bool| {
        let kind = Kind::Accesses;
        let begun = t.did(move |tx| import::begin(tx, w.carrier, kind, Origin::File)).await.unwrap();
        t.did(move |tx| access::load(tx, w.carrier, begun, &listings)).await;
        assert!(t.did(move |tx| import::commit(tx, w.carrier, kind, begun, replace, 2)).await);
    };
    load(vec![full.clone(), vacant("bare")], false).await;
    let find = async |by: access::By<'static>| {
        let found = t.saw(move |tx| access::find(tx, w.carrier, by, 10)).await;
        found.into_iter().map(|access| access.external_reference).collect::<Vec<_>>()
    };
    for by in [access::By::Reference("full"), access::By::Iua("V33904AHB202"), access::By::Phone("900000000")]
    {
        assert_eq!(find(by).await, ["full"]);
    }
    let code = gescal.clone();
    let stored =
        t.saw(move |tx| access::find(tx, w.carrier, access::By::Gescal37(&code), 10)).await.remove(0);
    assert_eq!((stored.id, stored.carrier), (access::identity(w.carrier, "full"), w.carrier));
    assert_eq!((&stored.iua, &stored.gescal37, &stored.phone), (&full.iua, &full.gescal37, &full.phone));
    assert_eq!((&stored.brand, &stored.premise_reference), (&full.brand, &full.premise_reference));
    assert_eq!(stored.technology, full.technology);
    assert!(find(access::By::Phone("900000001")).await.is_empty());
    assert_eq!(find(access::By::Reference("bare")).await, ["bare"]);
    let events = events_of(t, *w.carrier.bytes()).await;
    assert_eq!(events, [("carrier.created".to_owned(), 1), ("accesses.imported".to_owned(), 2)]);
    // Moved, and the other one withdrawn.
    load(vec![access::Listing { phone: Some("911111111".into()), ..full }], true).await;
    assert!(find(access::By::Phone("900000000")).await.is_empty());
    assert_eq!(find(access::By::Phone("911111111")).await, ["full"]);
    assert_eq!(t.saw(move |tx| access::count(tx, w.carrier)).await, 1);
    assert_eq!(sweep(t, w, Kind::Accesses).await, 2);
});
