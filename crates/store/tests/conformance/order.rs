//! Customers, orders, services, and the qualifications that come before them.

use crate::world::*;
use model::id::{OrderId, PremiseId};
use model::order::State;
use store::{customer, order, qualification, service};

fn placed(tx: &mut Tx<'_>, w: &World) -> Result<OrderId, Error> {
    let sealed = customer::Sealed { person: tx.vault().seal(b"a person")?, email: None };
    let customer = customer::insert(tx, w.reseller, &sealed)?.unwrap();
    let addons = ["FIBER_ADDON_VOICE".to_owned(), "FIBER_ROUTER_FRITZ_7530".to_owned()];
    order::insert(
        tx,
        &order::New {
            organization: w.reseller,
            seller: w.seller,
            customer,
            carrier: w.carrier,
            premise: None,
            product: "FIBER_2022",
            addons: &addons,
            qualification: None,
        },
    )
}

store::on_both!(an_order_is_read_as_it_was_placed_and_followed_by_its_events, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t.did(move |tx| placed(tx, &w)).await;
    let order = t.saw(move |tx| order::by_id(tx, id)).await.unwrap();
    assert_eq!((order.organization, order.seller, order.carrier), (w.reseller, w.seller, w.carrier));
    assert_eq!((order.product.as_str(), order.addons.len(), order.premise), ("FIBER_2022", 2, None));
    assert_eq!((order.state, order.version), (State::InProgress, 1));
    let premise = PremiseId::from_bytes([5; 16]);
    t.did(move |tx| order::locate(tx, id, premise)).await;
    let done = t.did(move |tx| order::finish(tx, id, State::Completed)).await.unwrap();
    assert_eq!((done.premise, done.state, done.version), (Some(premise), State::Completed, 3));
    let events = ["created", "located", "completed"].map(|word| format!("order.{word}"));
    assert_eq!(events_of(&t, *id.bytes()).await, events.into_iter().zip(1..).collect::<Vec<_>>());
});

store::on_both!(an_order_comes_to_one_end, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t.did(move |tx| placed(tx, &w)).await;
    let end = |state: State| t.did(move |tx| order::finish(tx, id, state));
    let both = [State::Completed, State::Canceled];
    let ended: Vec<_> = together((0..10).map(|i| end(both[i % 2]))).await.into_iter().flatten().collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(t.saw(move |tx| order::by_id(tx, id)).await.as_ref(), Some(&ended[0]));
    assert_eq!(events_of(&t, *id.bytes()).await.len(), 2);
});

store::on_both!(an_order_leads_to_one_service, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t.did(move |tx| placed(tx, &w)).await;
    let make = move |tx: &mut Tx<'_>| {
        let order = order::by_id(tx, id)?.unwrap();
        let service = tx.identity()?;
        service::insert(tx, &service::New::in_use(service, &order, "C-1")).map(|made| made.then_some(service))
    };
    assert_eq!(t.saw(move |tx| service::of_order(tx, id)).await, None);
    let made = t.did(make).await.unwrap();
    let twice = t.store.write(make).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    let stored = t.saw(move |tx| service::of_order(tx, id)).await.unwrap();
    assert_eq!(
        (stored.id, stored.product.as_str(), stored.carrier_reference.as_deref()),
        (made, "FIBER_2022", Some("C-1"))
    );
    assert_eq!(stored.state, model::service::State::Active);
    assert_eq!(events_of(&t, *made.bytes()).await, [("service.created".to_owned(), 1)]);
});

store::on_both!(
    an_action_leads_to_one_qualification_that_whoever_asked_may_quote,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (number, _) = t.did(move |tx| action(tx, &w)).await;
        let answer = move |tx: &mut Tx<'_>| {
            let action = store::action::by_number(tx, number)?.unwrap();
            qualification::insert(tx, &action, None, &serde_json::json!({"offers": ["casa"]}))
        };
        let id = t.did(answer).await;
        let twice = t.store.write(answer).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
        for (organization, sees) in
            [(w.reseller, true), (w.seller, false), (w.root, true), (w.shop, false), (w.rival, false)]
        {
            let scope = w.scope(organization);
            let seen = t.saw(move |tx| qualification::of_action(tx, scope, number)).await;
            assert_eq!(seen, sees.then_some(id));
        }
        assert_eq!(events_of(&t, *id.bytes()).await, [("qualification.created".to_owned(), 1)]);
    }
);
