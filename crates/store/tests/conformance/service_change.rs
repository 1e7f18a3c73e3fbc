//! Changes of services: one at a time waits for its day, and comes to one end.

use crate::world::*;
use model::id::{OrderId, ProductId, ServiceChangeId, ServiceId};
use store::service_change::{self as change, New, ServiceChange, State};

fn service(n: u8) -> ServiceId {
    ServiceId::from_bytes([n; 16])
}

/// The end of a service.
fn end(w: &World, buyer: OrganizationId, of: u8) -> New<'static> {
    New {
        organization: buyer,
        seller: w.seller,
        service: service(of),
        order: OrderId::from_bytes([of; 16]),
        successor: None,
        product_id: None,
        direction: None,
        reason: Some("moved away"),
        effective: moment(86_400),
    }
}

/// Another product, in another service.
fn swap(w: &World, buyer: OrganizationId, of: u8) -> New<'static> {
    New {
        successor: Some(service(of + 100)),
        product_id: Some(ProductId::from_bytes([8; 16])),
        direction: Some("upgrade"),
        reason: None,
        ..end(w, buyer, of)
    }
}

store::on_both!(a_change_is_read_as_it_was_made_and_ends_once, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    for (of, new, to, kind) in [
        (1, swap as fn(&World, OrganizationId, u8) -> New<'static>, State::Done, "service_change.done"),
        (2, end, State::Canceled, "service_change.canceled"),
    ] {
        let id = t
            .did(move |tx| {
                tx.set_now(moment(1));
                change::insert(tx, &new(&w, w.shop, of))
            })
            .await
            .unwrap();
        let stored = t.saw(move |tx| change::by_id(tx, id)).await.unwrap();
        let made = new(&w, w.shop, of);
        let expected = ServiceChange {
            number: stored.number,
            id,
            organization: w.shop,
            seller: w.seller,
            service: service(of),
            order: made.order,
            successor: made.successor,
            product_id: made.product_id,
            direction: made.direction.map(Into::into),
            reason: made.reason.map(Into::into),
            effective: moment(86_400),
            state: State::Pending,
            created: moment(1),
            updated: moment(1),
        };
        assert_eq!(stored, expected);
        assert_eq!(t.saw(move |tx| change::pending_of(tx, service(of))).await.as_ref(), Some(&expected));
        let finish = |at, to| {
            t.did(move |tx| {
                tx.set_now(moment(at));
                change::finish(tx, id, to)
            })
        };
        assert!(finish(5, to).await);
        assert!(!finish(6, State::Done).await && !finish(7, State::Canceled).await);
        let over = ServiceChange { state: to, updated: moment(5), ..expected };
        assert_eq!(t.saw(move |tx| change::by_id(tx, id)).await, Some(over));
        assert_eq!(t.saw(move |tx| change::pending_of(tx, service(of))).await, None);
        assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&["service_change.created", kind]));
    }
    let nobody = ServiceChangeId::from_bytes([9; 16]);
    assert!(!t.did(move |tx| change::finish(tx, nobody, State::Done)).await);
});

store::on_both!(one_change_of_a_service_waits_at_a_time, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let first = t.did(move |tx| change::insert(tx, &swap(&w, w.reseller, 1))).await.unwrap();
    for again in [swap, end] {
        assert_eq!(t.did(move |tx| change::insert(tx, &again(&w, w.reseller, 1))).await, None);
    }
    assert!(
        t.did(move |tx| change::insert(tx, &end(&w, w.reseller, 2))).await.is_some(),
        "of another service"
    );
    for over in [State::Canceled, State::Done] {
        let pending = t.saw(|tx| change::pending_of(tx, service(1))).await.unwrap().id;
        assert!(t.did(move |tx| change::finish(tx, pending, over)).await);
        assert!(t.did(move |tx| change::insert(tx, &end(&w, w.reseller, 1))).await.is_some(), "after {over}");
    }
    assert_eq!(t.saw(move |tx| change::by_id(tx, first)).await.unwrap().state, State::Canceled);
});

store::on_both!(of_changes_at_the_same_time_one_waits_and_of_ends_one_counts, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let all = (0..24).map(|i| {
        let new = if i % 2 == 0 { swap } else { end };
        t.did(move |tx| change::insert(tx, &new(&w, w.reseller, 1)))
    });
    let made: Vec<ServiceChangeId> = together(all).await.into_iter().flatten().collect();
    assert_eq!(made.len(), 1);
    let id = made[0];
    let states = [State::Done, State::Canceled];
    let all = (0..24).map(|i| {
        let to = states[i % 2];
        t.did(move |tx| Ok(change::finish(tx, id, to)?.then_some(to)))
    });
    let ended: Vec<State> = together(all).await.into_iter().flatten().collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(t.saw(move |tx| change::by_id(tx, id)).await.unwrap().state, ended[0]);
    let kind = format!("service_change.{}", ended[0]);
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&["service_change.created", &kind]));
});

store::on_both!(changes_to_another_product_are_listed_and_ends_are_not, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let mut made = Vec::new();
    let (reseller, shop, rival) = (w.reseller, w.shop, w.rival);
    for (of, buyer, at) in [(1, reseller, 3), (2, shop, 1), (3, rival, 2)] {
        let change = move |tx: &mut Tx<'_>| {
            tx.set_now(moment(at));
            change::insert(tx, &end(&w, buyer, of + 50))?.unwrap();
            change::insert(tx, &swap(&w, buyer, of))
        };
        made.push(t.did(change).await.unwrap());
    }
    let [a, b, c] = made[..] else { panic!("three") };
    let since = async |who, after, page| {
        let scope = w.scope(who);
        let (found, total) = t.saw(move |tx| change::since(tx, scope, moment(after), page)).await;
        (found.into_iter().map(|change| change.id).collect::<Vec<_>>(), total)
    };
    for (who, sees) in [
        (w.root, vec![b, c, a]),
        (w.seller, vec![b, c, a]),
        (w.reseller, vec![b, a]),
        (w.branch, vec![b]),
        (w.rival, vec![c]),
    ] {
        let total = sees.len() as i64;
        assert_eq!(since(who, 0, (10, 0)).await, (sees, total));
    }
    assert_eq!(since(w.seller, 0, (2, 0)).await, (vec![b, c], 3));
    assert_eq!(since(w.seller, 0, (2, 2)).await, (vec![a], 3));
    assert_eq!(since(w.seller, 2, (10, 0)).await, (vec![a], 1));
    t.did(move |tx| {
        tx.set_now(moment(4));
        change::finish(tx, b, State::Done)
    })
    .await;
    assert_eq!(since(w.seller, 2, (10, 0)).await, (vec![a, b], 2), "one that changed comes again");
});
