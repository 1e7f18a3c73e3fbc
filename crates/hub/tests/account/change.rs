//! Another product for a line: on its day, or not where it was taken back.

use crate::world::*;
use hub::account::{ChangeConfirmed, Wished};
use hub::quote::{Given, Named};
use model::quote::Kind;

/// Wishes for another product, confirmed for a day.
async fn planned(w: &World, id: AccountId, code: &str, after: Duration) {
    let wished = Wished {
        product: Given::Is(Named::Id(w.product(code).await)),
        call_number: Given::Absent,
        call_name: Given::Absent,
    };
    let asked = w.hub.request_change(&w.shop, id, wished).await;
    assert!(asked.is_ok_and(|account| account.wish == Wish::Requested));
    let said = ChangeConfirmed {
        fee: Given::Absent,
        date: Given::Is(w.now().plus(after)),
        monthly: [const { Given::Absent }; 3],
    };
    let confirmed = w.hub.confirm_change(&w.operator, id, said).await;
    assert!(confirmed.is_ok_and(|account| account.wish == Wish::Ordered));
}

/// The product of an account, which is its line's.
async fn product(w: &World, id: AccountId) -> String {
    let (account, line) = (w.account(id).await, w.line(id).await.unwrap());
    assert_eq!((&line.product, line.product_id), (&account.code, Some(account.product)));
    assert_eq!((account.wish, account.details.change), (Wish::None, None));
    account.code
}

store::on_both!(a_product_changes_on_its_day_once, |test: TestStore| async move {
    let w = world(test).await;
    w.work();
    let id = w.active(1, Kind::Dsl).await;
    planned(&w, id, "DSL100", 5 * DAY).await;
    w.later(4 * DAY);
    w.quiet().await;
    let account = w.account(id).await;
    assert_eq!((account.code.as_str(), account.wish), ("DSL50", Wish::Ordered), "not before its day");
    w.later(2 * DAY);
    w.quiet().await;
    assert_eq!(product(&w, id).await, "DSL100");
    assert_eq!(w.times(id, "account.product_changed").await, 1);
    let monthly = w.account(id).await.details.monthly.customer.unwrap();
    assert_eq!(monthly.to_string(), "199.00 DKK");
    w.stop().await;
});

store::on_both!(a_change_that_is_taken_back_while_it_is_due_does_not_happen, |test: TestStore| async move {
    let w = world(test).await;
    w.work();
    let id = w.active(1, Kind::Dsl).await;
    w.stop().await;
    planned(&w, id, "DSL100", DAY).await;
    w.later(2 * DAY);
    let refused = w.hub.end_account(&w.shop, id, Ending::On(Given::Absent)).await.err();
    assert!(matches!(refused, Some(Refused::ChangePending)), "{refused:?}");
    w.hub.withdraw_change(&w.shop, id).await.unwrap();
    let refused = w.hub.withdraw_change(&w.shop, id).await.err();
    assert!(matches!(refused, Some(Refused::NoChange)), "{refused:?}");
    let w = w.again();
    w.work();
    w.quiet().await;
    assert_eq!(product(&w, id).await, "DSL50");
    assert_eq!(w.times(id, "account.product_changed").await, 0);
    assert_eq!(w.saw(store::action::open_count).await, 0);
    // What is wished for after that happens on its own day, not on the one that was taken back and is due.
    w.stop().await;
    planned(&w, id, "DSL100", DAY).await;
    w.hub.withdraw_change(&w.operator, id).await.unwrap();
    planned(&w, id, "DSL100", 9 * DAY).await;
    let w = w.again();
    w.work();
    for days in [0, 4, 4] {
        w.later(days * DAY);
        w.quiet().await;
        assert_eq!(w.account(id).await.code, "DSL50");
    }
    w.later(2 * DAY);
    w.quiet().await;
    assert_eq!(product(&w, id).await, "DSL100");
    assert_eq!(w.times(id, "account.product_changed").await, 1);
    w.stop().await;
});

store::on_both!(a_change_that_is_taken_back_as_it_happens_did_or_did_not, |test: TestStore| async move {
    let w = world(test).await;
    w.work();
    let mut ids = Vec::new();
    for house in 1..=8 {
        ids.push(w.active(house, Kind::Dsl).await);
    }
    w.stop().await;
    for id in &ids {
        planned(&w, *id, "DSL100", DAY).await;
    }
    let w = w.again();
    w.later(2 * DAY);
    w.work();
    let all = ids.clone().into_iter().enumerate().map(|(at, id)| {
        let (hub, who) = (w.hub.clone(), w.operator.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(4 * at as u64)).await;
            hub.withdraw_change(&who, id).await
        }
    });
    let answers = together(all).await;
    w.quiet().await;
    for (answer, id) in answers.into_iter().zip(ids) {
        let (code, changes) = match answer {
            Ok(()) => ("DSL50", 0),
            Err(Refused::NoChange) => ("DSL100", 1),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(product(&w, id).await, code);
        assert_eq!(w.times(id, "account.product_changed").await, changes);
    }
    w.stop().await;
});

store::on_both!(a_line_that_is_given_up_by_force_does_not_change_any_more, |test: TestStore| async move {
    let w = world(test).await;
    w.work();
    let id = w.active(1, Kind::Dsl).await;
    planned(&w, id, "DSL100", DAY).await;
    assert!(w.hub.end_account(&w.operator, id, Ending::Forced).await.is_ok());
    w.later(2 * DAY);
    w.quiet().await;
    assert_eq!(product(&w, id).await, "DSL50");
    assert_eq!(w.line(id).await.unwrap().state, model::service::State::Ended);
    assert_eq!((w.times(id, "account.ended").await, w.times(id, "account.product_changed").await), (1, 0));
    w.stop().await;
});
