//! A request becomes one account at most, and none once it was taken back.

use crate::world::*;
use hub::quote;
use model::quote::Kind;
use store::quote_request;

async fn request(w: &World, id: QuoteRequestId) -> Option<quote::Stored> {
    let reach = w.reach();
    w.saw(move |tx| quote_request::by_id(tx, reach, id)).await
}

store::on_both!(a_request_that_is_ordered_many_times_at_once_is_one_account, |test: TestStore| async move {
    let w = world(test).await;
    for (house, many) in [(1, 2), (2, 2), (3, 2), (4, 12)] {
        let before = w.accounts().await.len();
        let id = w.quoted(house, Kind::Fiber).await;
        let all = (0..many).map(|i| {
            let (hub, who) = (w.hub.clone(), [w.shop.clone(), w.root.clone()][i % 2].clone());
            async move { order(&hub, &who, id, 1 + (i as u32) % 2).await }
        });
        let mut made = Vec::new();
        for answer in together(all).await {
            match answer {
                Ok(account) => made.push(account),
                Err(refused) => assert!(matches!(refused, Refused::RequestOrdered), "{refused:?}"),
            }
        }
        assert_eq!((made.len(), w.accounts().await.len()), (1, before + 1));
        assert_eq!(w.events(made[0].bytes()).await, ["account.created"]);
        assert_eq!(w.events(id.bytes()).await, ["quote_request.created", "quote_request.ordered"]);
        let account = w.account(made[0]).await;
        assert_eq!((account.request, account.state), (id, State::Ordered));
        assert_eq!(w.order_state(made[0]).await, model::order::State::InProgress);
        // One action follows each.
        assert_eq!(w.saw(store::action::open_count).await, (before + 1) as i64);
    }
});

store::on_both!(a_request_is_either_ordered_or_taken_back, |test: TestStore| async move {
    let w = world(test).await;
    for round in 0..10 {
        let before = w.accounts().await.len();
        let id = w.quoted(1 + round, Kind::Fiber).await;
        let (buys, who) = (w.hub.clone(), w.shop.clone());
        let ordering = tokio::spawn(async move { order(&buys, &who, id, 1).await });
        let (deletes, who) = (w.hub.clone(), w.shop.clone());
        let deleting = tokio::spawn(async move { deletes.delete_quote_request(&who, id).await });
        let (ordered, deleted) = (ordering.await.unwrap(), deleting.await.unwrap());
        let left = request(&w, id).await.map(|request| request.state);
        match (ordered, deleted) {
            (Ok(account), Err(quote::Refused::Ordered)) => {
                assert_eq!(left, Some(model::quote::State::Ordered));
                assert_eq!(w.account(account).await.request, id);
                assert_eq!(w.accounts().await.len(), before + 1);
            }
            (Err(Refused::RequestUnknown), Ok(())) => {
                assert_eq!(left, None);
                assert_eq!(w.accounts().await.len(), before);
            }
            (ordered, deleted) => panic!("{:?} {deleted:?}", ordered.err()),
        }
        assert_eq!(w.events(id.bytes()).await.len(), 2);
    }
});

store::on_both!(an_offer_is_taken_until_it_expires_and_from_its_own_request, |test: TestStore| async move {
    let w = world(test).await;
    let [first, other] = [w.quoted(1, Kind::Fiber).await, w.quoted(2, Kind::Fiber).await];
    let foreign = hub::account::Wanted {
        customer: quote::Given::Absent,
        request: quote::Given::Is(first),
        offer: quote::Given::Is((other, 1)),
    };
    let refused = w.hub.order_account(&w.shop, foreign, None).await.err();
    assert!(matches!(refused, Some(Refused::OfferUnknown)), "{refused:?}");
    let refused = order(&w.hub, &w.shop, first, 3).await.err();
    assert!(matches!(refused, Some(Refused::OfferUnknown)), "{refused:?}");
    w.later(30 * DAY - Duration::from_secs(60));
    order(&w.hub, &w.shop, first, 2).await.unwrap();
    w.later(Duration::from_secs(61));
    let refused = order(&w.hub, &w.shop, other, 1).await.err();
    assert!(matches!(refused, Some(Refused::OfferExpired)), "{refused:?}");
    let left = request(&w, other).await.unwrap();
    assert!(left.state == model::quote::State::Answered, "it can be answered again");
});
