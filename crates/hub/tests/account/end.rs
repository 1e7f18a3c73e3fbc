//! A line is given up: before it is in use, as it goes into use, and after.

use crate::world::*;
use engine::{House, Step};
use hub::quote::Given;
use model::action::{Action, Change, Task, Work};
use model::quote::Kind;

/// An account that never was in use.
async fn never_was(w: &World, id: AccountId) {
    let account = w.account(id).await;
    assert!(account.state == State::Cancelled && account.activated.is_none());
    assert_eq!(w.line(id).await, None);
    assert_eq!(w.order_state(id).await, model::order::State::Canceled);
    assert_eq!(w.times(id, "account.activated").await, 0);
}

/// One whose line has ended.
async fn has_ended(w: &World, id: AccountId) {
    let (account, line) = (w.account(id).await, w.line(id).await.unwrap());
    assert!(account.state == State::Cancelled && account.activated.is_some());
    assert_eq!((line.state, line.place), (model::service::State::Ended, None));
    assert_eq!(w.order_state(id).await, model::order::State::Completed);
    assert_eq!(w.times(id, "account.activated").await, 1);
}

/// Whether the address that the account of a house had is free: whether another one gets it.
async fn address_is_free(w: &World, house: u32) -> bool {
    let id = w.ordered(house, Kind::Fiber).await;
    let said = confirming(Given::Is(w.now().plus(900 * DAY)), Given::Is(format!("10.0.0.{house}")));
    w.hub.confirm_account(&w.operator, id, said).await.is_ok()
}

store::on_both!(
    what_is_cancelled_while_its_activation_is_due_does_not_go_into_use,
    |test: TestStore| async move {
        let w = world(test).await;
        let [first, second] =
            [w.confirmed(1, Kind::Fiber, DAY).await, w.confirmed(2, Kind::Fiber, DAY).await];
        assert!(!address_is_free(&w, 1).await);
        w.later(2 * DAY);
        // Its activation is due, and nobody has looked yet.
        let soon = Ending::On(Given::Is(w.now().plus(30 * DAY)));
        let refused = w.hub.end_account(&w.operator, first, soon).await.err();
        assert!(matches!(refused, Some(Refused::Invalid("date"))), "now or not at all: {refused:?}");
        for (id, ending) in [(first, Ending::On(Given::Absent)), (second, Ending::Forced)] {
            let cancelled = w.hub.end_account(&w.operator, id, ending).await;
            assert!(cancelled.is_ok_and(|account| account.state == State::Cancelled));
        }
        assert!(address_is_free(&w, 1).await && address_is_free(&w, 2).await);
        w.work();
        w.quiet().await;
        for id in [first, second] {
            never_was(&w, id).await;
            for ending in [Ending::On(Given::Absent), Ending::Forced] {
                let refused = w.hub.end_account(&w.operator, id, ending).await.err();
                assert!(matches!(refused, Some(Refused::State { needed: State::Active })), "{refused:?}");
            }
            let refused = w.hub.end_account(&w.operator, id, Ending::Not).await.err();
            assert!(matches!(refused, Some(Refused::State { needed: State::Cancelled })), "{refused:?}");
        }
        w.stop().await;
    }
);

store::on_both!(what_is_cancelled_as_it_goes_into_use_ends_or_never_was, |test: TestStore| async move {
    let w = world(test).await;
    let mut ids = Vec::new();
    for house in 1..=8 {
        ids.push(w.confirmed(house, Kind::Fiber, DAY).await);
    }
    w.later(2 * DAY);
    w.work();
    let all = ids.clone().into_iter().enumerate().map(|(at, id)| {
        let (hub, who) = (w.hub.clone(), w.operator.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(4 * at as u64)).await;
            hub.end_account(&who, id, Ending::Forced).await.err()
        }
    });
    for refused in together(all).await {
        assert!(refused.is_none(), "{refused:?}");
    }
    w.quiet().await;
    for (house, id) in (1..).zip(ids) {
        match w.account(id).await.activated {
            Some(_) => has_ended(&w, id).await,
            None => never_was(&w, id).await,
        }
        assert_eq!(w.at(house).await.1, 0, "the place is free");
        assert!(address_is_free(&w, house).await);
    }
    w.stop().await;
});

store::on_both!(
    a_line_ends_on_its_day_once_and_not_where_that_was_taken_back,
    |test: TestStore| async move {
        let w = world(test).await;
        w.work();
        let [first, second] = [w.active(1, Kind::Fiber).await, w.active(2, Kind::Fiber).await];
        let on = |days| Ending::On(Given::Is(w.now().plus(days * DAY)));
        for id in [first, second] {
            assert!(w.hub.end_account(&w.shop, id, on(10)).await.is_ok());
        }
        let refused = w.hub.end_account(&w.shop, second, Ending::Not).await.err();
        assert!(matches!(refused, Some(Refused::Error(Error::Forbidden))), "{refused:?}");
        assert!(w.hub.end_account(&w.operator, second, Ending::Not).await.is_ok());
        w.later(9 * DAY);
        w.quiet().await;
        assert!(w.line(first).await.unwrap().state == model::service::State::Active, "not before its day");
        w.later(2 * DAY);
        w.quiet().await;
        has_ended(&w, first).await;
        assert_eq!(w.times(first, "account.ended").await, 1);
        assert!(w.account(second).await.state == State::Active);
        assert!(w.line(second).await.unwrap().state == model::service::State::Active);
        assert!(address_is_free(&w, 1).await && !address_is_free(&w, 2).await);
        // Given up again, for another day than the one that was taken back.
        assert!(w.hub.end_account(&w.shop, second, on(5)).await.is_ok());
        assert!(w.hub.end_account(&w.operator, second, Ending::Not).await.is_ok());
        assert!(w.hub.end_account(&w.shop, second, on(20)).await.is_ok());
        w.later(6 * DAY);
        w.quiet().await;
        assert!(w.line(second).await.unwrap().state == model::service::State::Active);
        w.later(15 * DAY);
        w.quiet().await;
        has_ended(&w, second).await;
        assert_eq!(w.times(second, "account.ended").await, 1);
        assert_eq!(w.saw(store::action::open_count).await, 2, "of those that asked for the addresses");
        w.stop().await;
    }
);

/// What is due, as a worker has it that claimed it.
async fn claimed(w: &World) -> Vec<Action> {
    let (carrier, lease) = (w.carrier, Duration::from_secs(60));
    w.did(move |tx| store::action::claim(tx, carrier, store::action::Which::Any, lease, 100)).await
}

/// Ends an action as the engine does.
async fn carried_out(w: &World, claimed: &Action) {
    let (house, number) = (hub::fulfil::Fulfilment { places: w.hub.places().clone() }, claimed.number);
    w.did(move |tx| {
        let before = store::action::lock(tx, number)?.unwrap();
        let mut after = before.clone();
        let Step::Done(outcome) = house.step(tx, &before)? else { panic!("it waits") };
        let end = match outcome {
            carriers::Outcome::Failed { .. } => Change::Cancel,
            _ => Change::Complete,
        };
        after.state = after.state.on(Change::Start).and_then(|state| state.on(end)).unwrap();
        after.due = None;
        house.ended(tx, &mut after, &outcome)?;
        store::action::settle(tx, &before, &mut after, Duration::ZERO)
    })
    .await;
}

store::on_both!(
    a_line_that_is_given_up_before_it_was_made_ends_whichever_is_looked_at_first,
    |test: TestStore| async move {
        let w = world(test).await;
        for (house, order) in [(1, [Task::End, Task::Activate]), (2, [Task::Activate, Task::End])] {
            let id = w.confirmed(house, Kind::Fiber, DAY).await;
            assert!(w.hub.activate_account(&w.operator, id).await.is_ok());
            assert!(w.hub.end_account(&w.operator, id, Ending::Forced).await.is_ok());
            let due = claimed(&w).await;
            for wanted in order {
                let is = |action: &&Action| match action.request.work {
                    Work::Account { account, task } => account == id && task == wanted,
                    _ => false,
                };
                carried_out(&w, due.iter().find(is).unwrap()).await;
            }
            has_ended(&w, id).await;
            assert_eq!(w.at(house).await.1, 0, "the place is free");
            assert!(address_is_free(&w, house).await, "{order:?}");
            assert_eq!(w.times(id, "account.ended").await, 1, "{order:?}");
        }
    }
);
