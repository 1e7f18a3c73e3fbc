//! Work orders: moved by whoever does the work, seen also by who waits for it.

use crate::world::*;
use model::id::{AreaId, ServiceId, WorkOrderId};
use model::work_order::{Appointment, State};
use store::work_order::{self, New, Which, WorkOrder};

fn service(n: u8) -> ServiceId {
    ServiceId::from_bytes([n; 16])
}

fn insert(tx: &mut Tx<'_>, w: &World, buyer: OrganizationId, of: u8) -> Result<WorkOrderId, Error> {
    let new = New {
        service: service(of),
        organization: buyer,
        seller: w.seller,
        carrier: w.carrier,
        area: AreaId::from_bytes([6; 16]),
        comment: "ring twice",
    };
    work_order::insert(tx, &new, |number| format!("W-{number}"))
}

/// Changes a work order under its lock.
async fn changed(
    t: &Store,
    w: World,
    id: WorkOrderId,
    said: Option<&'static str>,
    work: impl Fn(&mut WorkOrder) + Send + 'static,
) -> WorkOrder {
    t.did(move |tx| {
        let mut order = work_order::lock(tx, w.scope(w.seller), id)?.unwrap();
        work(&mut order);
        work_order::save(tx, &mut order, said)?;
        Ok(order)
    })
    .await
}

async fn read(t: &Store, w: World, id: WorkOrderId) -> WorkOrder {
    t.saw(move |tx| work_order::by_id(tx, w.scope(w.root), id)).await.unwrap()
}

/// All that was ever said of one.
async fn said(t: &Store, id: WorkOrderId) -> Vec<String> {
    const SAID: &str = "SELECT comment FROM work_order_comment WHERE work_order_id = $1 ORDER BY number";
    t.saw(move |tx| {
        let vault = tx.vault();
        tx.all(sql(SAID), store::args![&id], |row| {
            let open = vault.open(&row.get::<Vec<u8>>("comment")?)?;
            Ok(String::from_utf8(open).unwrap())
        })
    })
    .await
}

store::on_both!(a_work_order_is_called_after_its_number, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = t
        .did(move |tx| {
            tx.set_now(moment(1));
            insert(tx, &w, w.shop, 1)
        })
        .await;
    let stored = read(t, w, id).await;
    let expected = WorkOrder {
        number: stored.number,
        id,
        service: service(1),
        organization: w.shop,
        seller: w.seller,
        carrier: w.carrier,
        area: AreaId::from_bytes([6; 16]),
        reference: format!("W-{}", stored.number),
        state: State::New,
        assigned: None,
        comment: Some("ring twice".into()),
        appointment: None,
        held: None,
        untouched: true,
        completed: None,
        closed: None,
        version: 1,
        created: moment(1),
        updated: moment(1),
    };
    assert!(stored == expected, "{}", stored.reference);
    let all = together((0..20).map(|_| t.did(move |tx| insert(tx, &w, w.shop, 1)))).await;
    for id in all {
        let order = read(t, w, id).await;
        assert_eq!(order.reference, format!("W-{}", order.number));
    }
    assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&["work_order.created"]));
    assert_eq!(said(t, id).await, ["ring twice"]);
});

store::on_both!(a_work_order_has_a_reference_and_an_id_of_its_own, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let insert = |id: u8, reference: &'static str| {
        let new = New {
            service: service(1),
            organization: w.shop,
            seller: w.seller,
            carrier: w.carrier,
            area: AreaId::NONE,
            comment: "",
        };
        let id = WorkOrderId::from_bytes([id; 16]);
        t.write(move |tx| work_order::insert_as(tx, id, &new, |_| reference.into()))
    };
    let first = insert(1, "W").await.unwrap();
    assert_eq!((first, read(t, w, first).await.area), (WorkOrderId::from_bytes([1; 16]), AreaId::NONE));
    for (id, reference) in [(2, "W"), (1, "V")] {
        let twice = insert(id, reference).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    }
    insert(2, "V").await.unwrap();
});

store::on_both!(
    a_work_order_is_moved_by_the_network_and_not_by_who_waits_for_it,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let id = t.did(move |tx| insert(tx, &w, w.shop, 1)).await;
        for (who, sees, moves) in [
            (w.root, true, true),
            (w.seller, true, true),
            (w.reseller, true, false),
            (w.shop, true, false),
            (w.rival, false, false),
        ] {
            let scope = w.scope(who);
            let found = t.did(move |tx| {
                let (read, locked) = (work_order::by_id(tx, scope, id)?, work_order::lock(tx, scope, id)?);
                Ok((read.is_some(), locked.is_some()))
            });
            assert_eq!(found.await, (sees, moves));
        }
    }
);

store::on_both!(
    what_changes_of_a_work_order_survives_and_all_that_was_said_is_kept,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let id = t.did(move |tx| insert(tx, &w, w.shop, 1)).await;
        let saved = changed(t, w, id, Some("the dog bites"), |order| {
            order.state = State::Scheduled;
            order.assigned = Some("Ann".into());
            order.appointment =
                Some(Appointment { date: jiff::civil::date(2027, 2, 28), time: "08:00".into() });
            (order.untouched, order.completed, order.closed) = (false, Some(moment(7)), Some(moment(8)));
        })
        .await;
        assert_eq!((saved.comment.as_deref(), saved.version), (Some("the dog bites"), 2));
        assert!(read(t, w, id).await == saved);
        let saved = changed(t, w, id, None, |order| {
            (order.state, order.assigned, order.appointment) = (State::OnHold, None, None);
            (order.untouched, order.completed, order.closed) = (true, None, None);
        })
        .await;
        assert_eq!((saved.comment.as_deref(), saved.version), (Some("the dog bites"), 3));
        assert!(read(t, w, id).await == saved);
        assert_eq!(said(t, id).await, ["ring twice", "the dog bites"]);
        let kinds = ["work_order.created", "work_order.changed", "work_order.changed"];
        assert_eq!(events_of(t, *id.bytes()).await, in_sequence(&kinds));
    }
);

store::on_both!(changes_at_the_same_time_wait_for_each_other, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let id = t.did(move |tx| insert(tx, &w, w.shop, 1)).await;
    let all = (0..20).map(|_| {
        let t = t.clone();
        async move {
            changed(&t, w, id, Some("again"), |order| {
                order.assigned = Some(order.assigned.take().unwrap_or_default() + "x");
            })
            .await
        }
    });
    together(all).await;
    let last = read(t, w, id).await;
    assert_eq!((last.assigned, last.version), (Some("x".repeat(20)), 21), "none is lost");
    assert_eq!(said(t, id).await.len(), 21);
    let sequences: Vec<i64> = events_of(t, *id.bytes()).await.into_iter().map(|(_, n)| n).collect();
    assert_eq!(sequences, (1..=21).collect::<Vec<_>>());
});

store::on_both!(work_orders_are_listed_by_service_and_by_when_they_changed, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let mut made = Vec::new();
    let (reseller, shop, rival) = (w.reseller, w.shop, w.rival);
    for (of, buyer, at) in [(1, reseller, 3), (1, reseller, 1), (2, shop, 2), (3, rival, 4)] {
        let work = move |tx: &mut Tx<'_>| {
            tx.set_now(moment(at));
            insert(tx, &w, buyer, of)
        };
        made.push(t.did(work).await);
    }
    let [a, b, c, d] = made[..] else { panic!("four") };
    let list = async |who, which, page| {
        let scope = w.scope(who);
        let (found, total) = t.saw(move |tx| work_order::list(tx, scope, which, page)).await;
        (found.into_iter().map(|order| order.id).collect::<Vec<_>>(), total)
    };
    for (who, sees, of_first) in [
        (w.root, vec![b, c, a, d], vec![b, a]),
        (w.seller, vec![b, c, a, d], vec![b, a]),
        (w.reseller, vec![b, c, a], vec![b, a]),
        (w.branch, vec![c], vec![]),
        (w.rival, vec![d], vec![]),
    ] {
        let (total, of) = (sees.len() as i64, of_first.len() as i64);
        assert_eq!(list(who, Which::Since(moment(0)), (10, 0)).await, (sees, total));
        assert_eq!(list(who, Which::OfService(service(1)), (10, 0)).await, (of_first, of));
    }
    assert_eq!(list(w.seller, Which::Since(moment(2)), (1, 0)).await, (vec![a], 2));
    assert_eq!(list(w.seller, Which::Since(moment(2)), (1, 1)).await, (vec![d], 2));
    assert_eq!(list(w.seller, Which::OfService(service(1)), (1, 1)).await, (vec![a], 2));
    let last = t.did(|tx| work_order::lock_of_service(tx, service(1))).await.unwrap();
    assert_eq!(last.id, b, "the one that was made last");
    assert!(t.did(|tx| work_order::lock_of_service(tx, service(9))).await.is_none());
});
