//! A line goes into use once: on its day, or when somebody says so, or not at all.

use crate::world::*;
use hub::quote::Given;
use model::mail::Kind as Mail;
use model::quote::Kind;

/// What is there of a line that has gone into use.
async fn is_in_use(w: &World, id: AccountId) {
    let (account, line) = (w.account(id).await, w.line(id).await.unwrap());
    assert_eq!(account.state, State::Active);
    assert_eq!((line.state, line.starts), (model::service::State::Active, account.activated));
    assert_eq!(account.starts, account.activated);
    assert_eq!(w.order_state(id).await, model::order::State::Completed);
    for what in ["account.activated", "account.confirmed"] {
        assert_eq!(w.times(id, what).await, 1, "{what}");
    }
    // The line was noted.
    assert_eq!(w.times(id, "account.changed").await, 1);
    assert_eq!(w.mails(id, Mail::AccountActive).await, 1);
    assert_eq!(w.events(line.id.bytes()).await, ["service.created"]);
}

store::on_both!(a_line_goes_into_use_on_its_day_once_whoever_looks, |test: TestStore| async move {
    let w = world(test).await;
    let mut ids = Vec::new();
    for house in 1..=8 {
        ids.push(w.confirmed(house, Kind::Fiber, 7 * DAY).await);
    }
    w.work();
    w.quiet().await;
    w.later(7 * DAY - Duration::from_secs(60));
    w.quiet().await;
    for id in &ids {
        assert!(w.account(*id).await.state == State::Confirmed, "not before its day");
        assert_eq!(w.line(*id).await, None);
    }
    w.later(Duration::from_secs(61));
    w.quiet().await;
    for id in ids {
        is_in_use(&w, id).await;
    }
    assert_eq!(w.saw(store::action::open_count).await, 0);
    w.stop().await;
});

store::on_both!(
    a_line_that_somebody_puts_into_use_as_its_day_begins_is_in_use_once,
    |test: TestStore| async move {
        let w = world(test).await;
        let mut ids = Vec::new();
        for house in 1..=8 {
            ids.push(w.confirmed(house, Kind::Fiber, DAY).await);
        }
        w.later(2 * DAY);
        w.work();
        let all = ids.clone().into_iter().flat_map(|id| [id, id]).map(|id| {
            let (hub, who) = (w.hub.clone(), w.operator.clone());
            async move { hub.activate_account(&who, id).await.err() }
        });
        let answers = together(all).await;
        for refused in answers.iter().flatten() {
            assert!(matches!(refused, Refused::NotConfirmed), "{refused:?}");
        }
        w.quiet().await;
        for (at, id) in ids.into_iter().enumerate() {
            assert!(answers[2 * at..2 * at + 2].iter().filter(|answer| answer.is_none()).count() <= 1);
            is_in_use(&w, id).await;
        }
        w.stop().await;
    }
);

store::on_both!(what_is_not_confirmed_does_not_go_into_use, |test: TestStore| async move {
    let w = world(test).await;
    let id = w.ordered(1, Kind::Fiber).await;
    let refused = w.hub.activate_account(&w.operator, id).await.err();
    assert!(matches!(refused, Some(Refused::NotConfirmed)), "{refused:?}");
    w.work();
    w.later(400 * DAY);
    w.quiet().await;
    assert!(w.account(id).await.state == State::Ordered);
    // Confirmed for a day that is past: now. A second time is refused.
    let said = || confirming(Given::Is(w.now().minus(DAY)), Given::Absent);
    assert!(w.hub.confirm_account(&w.operator, id, said()).await.is_ok());
    let refused = w.hub.confirm_account(&w.operator, id, said()).await.err();
    assert!(matches!(refused, Some(Refused::State { needed: State::Ordered })), "{refused:?}");
    w.quiet().await;
    is_in_use(&w, id).await;
    let refused = w.hub.activate_account(&w.operator, id).await.err();
    assert!(matches!(refused, Some(Refused::NotConfirmed)), "{refused:?}");
    w.stop().await;
});

store::on_both!(of_lines_that_are_confirmed_at_once_one_gets_an_address, |test: TestStore| async move {
    let w = world(test).await;
    let mut ids = Vec::new();
    for house in 1..=6 {
        ids.push(w.ordered(house, Kind::Fiber).await);
    }
    // Written in two ways, and one address.
    let ways = ["2001:db8::1", "2001:0DB8:0:0::0001"];
    let all = ids.iter().enumerate().map(|(at, id)| {
        let (hub, who, id, way) = (w.hub.clone(), w.operator.clone(), *id, ways[at % 2].to_owned());
        let said = confirming(Given::Absent, Given::Is(way));
        async move { hub.confirm_account(&who, id, said).await.err() }
    });
    let answers = together(all).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_none()).count(), 1);
    for (refused, id) in answers.iter().zip(&ids) {
        let Some(refused) = refused else { continue };
        assert!(matches!(refused, Refused::AddressTaken), "{refused:?}");
        let account = w.account(*id).await;
        assert!(account.state == State::Ordered && account.details.net.ip_address.is_none());
    }
});
