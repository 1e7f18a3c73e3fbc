//! A place has one line that keeps it from others, whichever way the lines were ordered.

use crate::world::*;
use hub::idempotency::Accepted;
use hub::own::order::{At, Placed, Wanted};
use hub::own::service::Update;
use model::id::ServiceId;
use model::order::Person;
use model::quote::Kind;

/// Orders a line on the network itself.
async fn on_network(
    hub: &Hub,
    who: &Principal,
    house: u32,
    product: model::id::ProductId,
) -> Result<Placed, Error> {
    let person = Person {
        first_name: "Mette".into(),
        email: format!("mette{house}@customer.example"),
        ..Person::default()
    };
    let wanted = Wanted {
        dialect: "aex",
        customer: None,
        person: Some(person),
        premise: At::Reference(format!("h{house}")),
        product,
    };
    match hub.order_service(who, wanted, None).await? {
        Accepted::New(placed, _) => Ok(placed),
        Accepted::Replayed(_) => panic!("nothing was said of a key"),
    }
}

async fn ordered_there(w: &World, house: u32) -> Result<ServiceId, Error> {
    let product = w.product("FIBER").await;
    on_network(&w.hub, &w.shop, house, product).await.map(|placed| placed.service)
}

fn is_occupied(answer: Result<ServiceId, Error>) -> bool {
    matches!(answer, Err(Error::Invalid { field: "premise", rule }) if rule == "already has an active service")
}

store::on_both!(the_place_of_a_line_of_the_networks_own_is_not_an_accounts, |test: TestStore| async move {
    let w = world(test).await;
    w.work();
    let first = ordered_there(&w, 1).await.unwrap();
    let id = w.active(1, Kind::Fiber).await;
    let line = w.line(id).await.unwrap();
    assert_eq!(line.place, None, "a second line, that keeps nothing from others");
    let (all, keep) = w.at(1).await;
    assert_eq!((all.len(), keep), (2, 1));
    assert!(all.iter().any(|service| service.id == first && service.place.is_some()));
    // The end of the second one leaves the place with the first.
    assert!(w.hub.end_account(&w.operator, id, Ending::Forced).await.is_ok());
    w.quiet().await;
    assert_eq!(w.at(1).await.1, 1);
    assert!(is_occupied(ordered_there(&w, 1).await));
    let end = Update { cancelled: Some(true), ..Update::default() };
    w.hub.update_service(&w.shop, first, end).await.unwrap();
    assert!(ordered_there(&w, 1).await.is_ok());
    w.stop().await;
});

store::on_both!(
    the_place_of_an_accounts_line_is_not_the_networks_to_sell_until_it_ends,
    |test: TestStore| async move {
        let w = world(test).await;
        w.work();
        let id = w.active(1, Kind::Fiber).await;
        assert!(w.line(id).await.unwrap().place.is_some());
        assert!(is_occupied(ordered_there(&w, 1).await));
        assert!(ordered_there(&w, 2).await.is_ok());
        // A second account at the same place; the first one's end gives the place up, the second has none to give.
        let second = w.ordered(1, Kind::Dsl).await;
        let said = confirming(hub::quote::Given::Absent, hub::quote::Given::Absent);
        assert!(w.hub.confirm_account(&w.operator, second, said).await.is_ok());
        w.quiet().await;
        assert_eq!(w.line(second).await.unwrap().place, None);
        let soon = Ending::On(hub::quote::Given::Is(w.now().plus(DAY)));
        assert!(w.hub.end_account(&w.shop, id, soon).await.is_ok());
        w.quiet().await;
        assert!(is_occupied(ordered_there(&w, 1).await), "it ends tomorrow");
        w.later(2 * DAY);
        w.quiet().await;
        assert_eq!(w.at(1).await.1, 0);
        assert!(ordered_there(&w, 1).await.is_ok());
        w.stop().await;
    }
);

store::on_both!(of_both_at_the_same_time_one_gets_the_place, |test: TestStore| async move {
    let w = world(test).await;
    let mut ids = Vec::new();
    for house in 1..=8 {
        ids.push(w.confirmed(house, Kind::Fiber, DAY).await);
    }
    let product = w.product("FIBER").await;
    w.later(2 * DAY);
    w.work();
    let all = (1..=8).map(|house| {
        let (hub, who) = (w.hub.clone(), w.shop.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(4 * u64::from(house))).await;
            on_network(&hub, &who, house, product).await.map(|placed| placed.service)
        }
    });
    let answers = together(all).await;
    w.quiet().await;
    for ((answer, id), house) in answers.into_iter().zip(ids).zip(1..) {
        let line = w.line(id).await.unwrap();
        assert_eq!(line.place.is_some(), answer.is_err(), "{answer:?}");
        assert!(answer.is_ok() || is_occupied(answer));
        assert_eq!(w.at(house).await.1, 1);
    }
    w.stop().await;
});
