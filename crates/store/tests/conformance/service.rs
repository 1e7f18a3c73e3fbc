//! Services: one at a place, found by whoever may see them, changed under their lock.

use crate::world::*;
use model::id::{CustomerId, PremiseId, ProductId, ServiceId};
use model::service::{Change, Credentials, Flag, Flags, State};
use std::sync::LazyLock;
use store::order;
use store::service::{self, New, Service, Which};

const PREMISE: [u8; 16] = [5; 16];

static CREDENTIALS: LazyLock<Credentials> =
    LazyLock::new(|| Credentials { pppoe_username: "ann".into(), ..Credentials::default() });

/// A pending service of a new order at the premise, on a network of its seller's own.
fn new(id: ServiceId, order: &Order) -> New<'_> {
    let credentials = Some(&*CREDENTIALS);
    New { state: State::Pending, carrier_reference: None, credentials, ..New::in_use(id, order, "") }
}

fn insert(
    tx: &mut Tx<'_>,
    w: &World,
    buyer: OrganizationId,
    place: Option<&str>,
) -> Result<Option<ServiceId>, Error> {
    let order = order_of(tx, w, buyer)?;
    order::locate(tx, order.id, PremiseId::from_bytes(PREMISE))?;
    let order = order::by_id(tx, order.id)?.unwrap();
    let id = tx.identity()?;
    Ok(service::insert(tx, &New { place, ..new(id, &order) })?.then_some(id))
}

async fn inserted(
    t: &Store,
    w: World,
    buyer: OrganizationId,
    place: Option<&'static str>,
) -> Option<ServiceId> {
    t.did(move |tx| insert(tx, &w, buyer, place)).await
}

/// Changes a service under its lock.
async fn changed(
    t: &Store,
    w: World,
    id: ServiceId,
    change: Option<Change>,
    work: impl Fn(&mut Service) + Send + 'static,
) -> Service {
    t.did(move |tx| {
        let mut service = service::lock(tx, w.scope(w.root), id)?.unwrap();
        work(&mut service);
        service::save(tx, &mut service, change)?;
        Ok(service)
    })
    .await
}

async fn read(t: &Store, w: World, id: ServiceId) -> Service {
    t.saw(move |tx| service::by_id(tx, w.scope(w.root), id)).await.unwrap()
}

store::on_both!(of_services_that_come_at_the_same_time_one_gets_the_place, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let all = (0..24).map(|i| {
        let buyer = [w.reseller, w.shop, w.rival][i % 3];
        t.did(move |tx| insert(tx, &w, buyer, Some("fixed|premise 5")))
    });
    let made: Vec<ServiceId> = together(all).await.into_iter().flatten().collect();
    assert_eq!(made.len(), 1);
    let standing = t.saw(|tx| service::on_premise(tx, PremiseId::from_bytes(PREMISE))).await;
    assert_eq!(standing.iter().map(|service| service.id).collect::<Vec<_>>(), made);
    assert_eq!(events_of(t, *made[0].bytes()).await, in_sequence(&["service.created"]));
});

store::on_both!(a_place_is_kept_until_its_service_gives_it_up, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    const PLACE: &str = "fixed|premise 5";
    let taken = async |carrier| t.saw(move |tx| service::is_taken(tx, carrier, PLACE)).await;
    assert!(!taken(w.carrier).await);
    let first = inserted(t, w, w.reseller, Some(PLACE)).await.unwrap();
    assert!(taken(w.carrier).await && !taken(CarrierId::NONE).await);
    assert_eq!(inserted(t, w, w.rival, Some(PLACE)).await, None);
    for place in [None, None, Some("mobile|premise 5")] {
        assert!(inserted(t, w, w.rival, place).await.is_some(), "{place:?}");
    }
    changed(t, w, first, Some(Change::End), |service| service.state = State::Ended).await;
    assert_eq!(inserted(t, w, w.rival, Some(PLACE)).await, None, "its place is still kept");
    changed(t, w, first, None, |service| service.place = None).await;
    assert!(!taken(w.carrier).await);
    assert!(inserted(t, w, w.rival, Some(PLACE)).await.is_some());
});

store::on_both!(a_service_is_read_as_it_was_made, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let credentials = Credentials { pppoe_username: "ann".into(), ..Credentials::default() };
    let (kept, product) = (credentials.clone(), ProductId::from_bytes([8; 16]));
    let (order, [pending, active]) = t
        .did(move |tx| {
            tx.set_now(moment(0));
            let (first, second) = (order_of(tx, &w, w.shop)?, order_of(tx, &w, w.shop)?);
            let ids = [tx.identity()?, tx.identity()?];
            let whole = New {
                premise_reference: Some("LOC 5"),
                product_id: Some(product),
                carrier_reference: Some("C-1"),
                place: Some("fixed|5"),
                credentials: Some(&credentials),
                starts: Some(moment(9)),
                ..new(ids[0], &first)
            };
            assert!(service::insert(tx, &whole)?);
            assert!(service::insert(tx, &New::in_use(ids[1], &second, "C-2"))?);
            Ok((first, ids))
        })
        .await;
    let stored = read(t, w, pending).await;
    let expected = Service {
        number: stored.number,
        id: pending,
        organization: w.shop,
        seller: w.seller,
        order: order.id,
        customer: order.customer,
        carrier: w.carrier,
        premise: None,
        premise_reference: Some("LOC 5".into()),
        product: "FIBER_2022".into(),
        product_id: Some(product),
        carrier_reference: Some("C-1".into()),
        state: State::Pending,
        place: Some("fixed|5".into()),
        isp_reference: None,
        credentials: Some(kept),
        flags: Flags::default(),
        reason: None,
        starts: Some(moment(9)),
        ends: None,
        deleted: None,
        version: 1,
        created: moment(0),
        updated: moment(0),
    };
    assert_eq!(stored, expected);
    let stored = read(t, w, active).await;
    assert_eq!((stored.state, stored.place, stored.starts), (State::Active, None, None));
    let on = Flag { is: true, changed: None };
    assert_eq!(stored.flags, Flags { provisioned: on, on_network: on, completed: on, ..Flags::default() });
});

store::on_both!(
    whatever_changes_of_a_service_survives_each_flag_with_its_moment,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let id = inserted(t, w, w.reseller, None).await.unwrap();
        let flag = |is, second: Option<i64>| Flag { is, changed: second.map(moment) };
        let some = Flags {
            provisioned: flag(true, Some(1)),
            on_network: flag(false, Some(2)),
            completed: flag(true, None),
            cancelled: flag(false, Some(4)),
            suspended: flag(true, Some(5)),
        };
        let others = Flags {
            provisioned: flag(false, None),
            on_network: flag(true, Some(7)),
            completed: flag(false, Some(8)),
            cancelled: flag(true, Some(9)),
            suspended: flag(false, None),
        };
        for flags in [some, others] {
            let saved = changed(t, w, id, None, move |service| {
                service.flags = flags;
                service.place = Some("fixed|5".into());
                service.isp_reference = Some("ISP-1".into());
                service.credentials =
                    Some(Credentials { wifi_password: "x".into(), ..Credentials::default() });
                service.reason = Some("moved away".into());
                service.starts = Some(moment(3));
                service.state = State::Suspended;
            });
            let saved = saved.await;
            assert_eq!(read(t, w, id).await, saved);
            assert_eq!(saved.flags, flags);
        }
        let bare = changed(t, w, id, None, |service| {
            (service.place, service.isp_reference, service.credentials) = (None, None, None);
            (service.reason, service.starts) = (None, None);
        });
        assert_eq!(bare.await, read(t, w, id).await);
        assert_eq!(read(t, w, id).await.version, 4);
    }
);

store::on_both!(each_change_of_a_service_has_its_event, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.reseller, None).await.unwrap();
    let changes = Change::ALL.iter().copied().map(Some).chain([None]);
    for change in changes {
        changed(t, w, id, change, |_| ()).await;
    }
    let words = ["created", "opened", "activated", "suspended", "resumed", "ended", "deleted", "changed"];
    let kinds = words.map(|word| format!("service.{word}"));
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds.each_ref().map(String::as_str)));
});

store::on_both!(changes_at_the_same_time_wait_for_each_other, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = inserted(t, w, w.reseller, None).await.unwrap();
    let all = (0..20).map(|_| {
        let t = t.clone();
        async move {
            changed(&t, w, id, None, |service| {
                let so_far = service.reason.take().unwrap_or_default();
                service.reason = Some(so_far + "x");
            })
            .await
        }
    });
    together(all).await;
    let last = read(t, w, id).await;
    assert_eq!((last.reason, last.version), (Some("x".repeat(20)), 21), "none is lost");
    let mut kinds = vec!["service.changed"; 21];
    kinds[0] = "service.created";
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds));
});

async fn page(t: &Store, scope: Scope, which: Which<'static>, page: (i64, i64)) -> (Vec<ServiceId>, i64) {
    let (found, total) = t.saw(move |tx| service::list(tx, scope, which, page)).await;
    (found.into_iter().map(|service| service.id).collect(), total)
}

/// All pages of two; their total must be the same on each, and what they hold.
async fn listed(t: &Store, scope: Scope, which: Which<'static>) -> Vec<ServiceId> {
    let (mut all, total) = page(t, scope, which, (2, 0)).await;
    while (all.len() as i64) < total {
        let (more, still) = page(t, scope, which, (2, all.len() as i64)).await;
        assert!(!more.is_empty() && still == total);
        all.extend(more);
    }
    assert_eq!(page(t, scope, which, (2, total)).await, (vec![], total));
    all
}

/// A service made at a second of its own, under the buyer's reference.
async fn made_at(
    t: &Store,
    w: World,
    buyer: OrganizationId,
    second: i64,
    state: State,
) -> (ServiceId, CustomerId) {
    t.did(move |tx| {
        tx.set_now(moment(second));
        let id = insert(tx, &w, buyer, None)?.unwrap();
        let mut service = service::lock(tx, w.scope(buyer), id)?.unwrap();
        (service.state, service.isp_reference) = (state, Some("ISP-1".into()));
        service::save(tx, &mut service, None)?;
        Ok((id, service.customer))
    })
    .await
}

store::on_both!(
    services_are_listed_for_those_who_buy_them_those_above_and_who_sells_them,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let (a, of_a) = made_at(t, w, w.reseller, 3, State::Active).await;
        let (b, _) = made_at(t, w, w.reseller, 1, State::Pending).await;
        let (c, of_c) = made_at(t, w, w.shop, 2, State::Ended).await;
        let (d, _) = made_at(t, w, w.rival, 4, State::Active).await;
        // Without a reference, earlier, and one of them elsewhere.
        t.did(move |tx| {
            tx.set_now(moment(-1));
            insert(tx, &w, w.shop, None)?.unwrap();
            let elsewhere = order_of(tx, &w, w.shop)?;
            let id = tx.identity()?;
            service::insert(tx, &new(id, &elsewhere))
        })
        .await;
        let premise = Which::OfPremise(PremiseId::from_bytes(PREMISE));
        for (who, sees) in [
            (w.root, vec![b, c, a, d]),
            (w.seller, vec![b, c, a, d]),
            (w.reseller, vec![b, c, a]),
            (w.branch, vec![c]),
            (w.shop, vec![c]),
            (w.rival, vec![d]),
        ] {
            let scope = w.scope(who);
            assert_eq!(listed(t, scope, Which::Referenced("ISP-1")).await, sees);
            assert_eq!(listed(t, scope, Which::Since(moment(0), None)).await, sees, "by when they changed");
            let also = usize::from(who != w.rival);
            assert_eq!(listed(t, scope, premise).await.len(), sees.len() + also);
            for (customer, id) in [(of_a, a), (of_c, c)] {
                let own = if sees.contains(&id) { vec![id] } else { vec![] };
                assert_eq!(listed(t, scope, Which::OfCustomer(customer)).await, own);
            }
            for id in [a, b, c, d] {
                let (read, locked) = t
                    .did(move |tx| Ok((service::by_id(tx, scope, id)?, service::lock(tx, scope, id)?)))
                    .await;
                assert_eq!((read.is_some(), &read), (sees.contains(&id), &locked));
            }
        }
        let seller = w.scope(w.seller);
        for (after, state, expected) in [
            (2, None, vec![a, d]),
            (0, Some(State::Active), vec![a, d]),
            (3, Some(State::Active), vec![d]),
            (0, Some(State::Ended), vec![c]),
            (2, Some(State::Ended), vec![]),
            (4, None, vec![]),
        ] {
            assert_eq!(
                listed(t, seller, Which::Since(moment(after), state)).await,
                expected,
                "{after} {state:?}"
            );
        }
        assert_eq!(listed(t, seller, Which::Referenced("isp-1")).await, []);
    }
);

store::on_both!(a_deleted_service_is_no_longer_among_its_customers, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let (id, customer) = made_at(t, w, w.reseller, 1, State::Active).await;
    let (other, _) = made_at(t, w, w.reseller, 2, State::Pending).await;
    let (scope, premise) = (w.scope(w.reseller), PremiseId::from_bytes(PREMISE));
    let standing = async || {
        let (premises, on) =
            t.saw(move |tx| Ok((service::premises(tx)?, service::on_premise(tx, premise)?))).await;
        (premises, on.into_iter().map(|service| service.id).collect::<Vec<_>>())
    };
    assert_eq!(standing().await, (vec![premise], vec![id, other]));
    changed(t, w, id, Some(Change::End), |service| service.state = State::Ended).await;
    assert_eq!(listed(t, scope, Which::OfCustomer(customer)).await, [id]);
    changed(t, w, id, Some(Change::Delete), |service| service.state = State::Deleted).await;
    assert_eq!(listed(t, scope, Which::OfCustomer(customer)).await, []);
    assert_eq!(listed(t, scope, Which::OfPremise(premise)).await, [other, id]);
    assert_eq!(standing().await, (vec![premise], vec![other]));
    changed(t, w, other, Some(Change::End), |service| service.state = State::Ended).await;
    assert_eq!(standing().await, (vec![], vec![]));
    assert_eq!(t.saw(move |tx| service::any_by_id(tx, id)).await.unwrap().state, State::Deleted);
});

store::on_both!(a_name_of_credentials_is_taken_once, |t: TestStore| async move {
    let take = |name: &'static str, service: u8| {
        t.did(move |tx| service::take_name(tx, name, ServiceId::from_bytes([service; 16])))
    };
    let all = together((1..=24).map(|i| take("ann@line", i))).await;
    assert_eq!(all.into_iter().filter(|taken| *taken).count(), 1);
    assert!(take("bob@line", 1).await && !take("bob@line", 2).await);
});
