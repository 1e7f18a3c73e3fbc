//! Claiming: each due action is leased to one worker at a time, and a replaced worker is told so.

use crate::world::*;
use model::action::Action;
use model::attempt::State;
use std::collections::HashSet;
use store::action::{self, Which};

/// Long enough for what a test does within it.
const SHORT: Duration = Duration::from_millis(400);

async fn claim(t: &TestStore, w: World, lease: Duration, limit: i64) -> Vec<Action> {
    t.did(move |tx| action::claim(tx, w.carrier, action::Which::Any, lease, limit)).await
}

store::on_both!(only_what_is_due_at_that_carrier_is_claimed, |t: TestStore| async move {
    let w = world(&t).await;
    let due = t
        .did(move |tx| {
            let now = tx.now();
            let (due, _) = action_of(tx, &w, w.reseller, now, &coverage())?;
            action_of(tx, &w, w.reseller, now.plus(LEASE), &coverage())?;
            let other =
                store::carrier::insert(tx, "aruba", "sandbox", w.seller, &serde_json::json!({}))?.unwrap().id;
            action_of(tx, &World { carrier: other, ..w }, w.reseller, now, &coverage())?;
            // One that waits for something else than time.
            let (waiting, _) = action(tx, &w)?;
            let before = action::lock(tx, waiting)?.unwrap();
            let mut after = before.clone();
            after.due = None;
            action::settle(tx, &before, &mut after, Duration::ZERO)?;
            Ok(due)
        })
        .await;
    let claimed = claim(&t, w, LEASE, 100).await;
    assert_eq!(claimed.iter().map(|a| a.number).collect::<Vec<_>>(), [due]);
    assert!(claimed[0].request == coverage() && claimed[0].fence == 1);
});

store::on_both!(what_is_due_is_asked_by_the_clock_of_business, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| {
        let later = tx.now().plus(Duration::from_secs(86_400));
        action_of(tx, &w, w.reseller, later, &coverage())
    })
    .await;
    assert_eq!(claim(&t, w, LEASE, 1).await, []);
    t.store.clock().set_offset(2 * 86_400 * 1_000_000);
    assert_eq!(claim(&t, w, LEASE, 1).await.len(), 1);
    t.store.clock().set_offset(4 * 86_400 * 1_000_000);
    assert_eq!(claim(&t, w, LEASE, 1).await, [], "a lease is not of that clock");
});

store::on_both!(
    a_lease_is_respected_to_its_end_and_the_next_one_has_a_higher_fence,
    |t: TestStore| async move {
        let w = world(&t).await;
        t.did(move |tx| action(tx, &w)).await;
        let begun = store::machine();
        let first = claim(&t, w, SHORT, 10).await;
        assert_eq!(first[0].fence, 1);
        let mut second = claim(&t, w, LEASE, 10).await;
        while second.is_empty() {
            assert!(store::machine() - begun < SHORT * 10, "the lease never ends");
            tokio::time::sleep(Duration::from_millis(10)).await;
            second = claim(&t, w, LEASE, 10).await;
        }
        // SQLite's clock is exact to the millisecond.
        assert!(store::machine() - begun + Duration::from_millis(2) >= SHORT, "the lease ended early");
        assert_eq!((second[0].number, second[0].fence), (first[0].number, 2));
    }
);

store::on_both!(the_longest_due_come_first_and_no_more_than_asked_for, |t: TestStore| async move {
    let w = world(&t).await;
    let now = t.store.clock().now();
    let due: Vec<Timestamp> =
        [5u64, 2, 9, 1, 7, 3, 8, 4, 6].map(|s| now.minus(Duration::from_secs(s))).into();
    let all = due.clone();
    t.did(move |tx| {
        for at in &all {
            action_of(tx, &w, w.reseller, *at, &coverage())?;
        }
        Ok(())
    })
    .await;
    let mut sorted = due;
    sorted.sort();
    let mut claimed = Vec::new();
    for expected in [4, 4, 1, 0] {
        let some = claim(&t, w, LEASE, 4).await;
        assert_eq!(some.len(), expected);
        claimed.extend(some.into_iter().map(|a| a.due.unwrap()));
    }
    assert_eq!(claimed, sorted);
});

store::on_both!(no_action_is_ever_claimed_by_two, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| {
        for _ in 0..300 {
            action(tx, &w)?;
        }
        Ok(())
    })
    .await;
    let other = open_again(&t, store::Role::Command).await;
    let worker = |i: u32| {
        let store = if i.is_multiple_of(2) { t.store.clone() } else { other.clone() };
        async move {
            let mut own = Vec::new();
            loop {
                let some =
                    store.did(move |tx| action::claim(tx, w.carrier, action::Which::Any, LEASE, 7)).await;
                assert!(some.len() <= 7, "{} at once", some.len());
                if some.is_empty() {
                    return own;
                }
                own.extend(some.into_iter().map(|a| (a.number, a.fence)));
            }
        }
    };
    let mut claimed: Vec<(i64, i64)> = together((0..16).map(worker)).await.into_iter().flatten().collect();
    // Somebody may have gone past rows that another one was just looking at.
    claimed.extend(claim(&t, w, LEASE, 300).await.into_iter().map(|a| (a.number, a.fence)));
    assert_eq!(claimed.len(), 300);
    assert_eq!(claimed.iter().map(|(number, _)| number).collect::<HashSet<_>>().len(), 300);
    assert!(claimed.iter().all(|(_, fence)| *fence == 1));
});

store::on_both!(a_worker_that_was_replaced_holds_nothing, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| action(tx, &w)).await;
    let old = claim(&t, w, Duration::ZERO, 1).await.remove(0);
    let number = old.number;
    assert_eq!(t.did(move |tx| action::hold(tx, number, old.fence)).await.map(|a| a.fence), Some(old.fence));
    tokio::time::sleep(Duration::from_millis(5)).await;
    let new = claim(&t, w, LEASE, 1).await.remove(0);
    assert_eq!(t.did(move |tx| action::hold(tx, number, old.fence)).await, None);
    assert_eq!(t.did(move |tx| action::hold(tx, number, new.fence)).await, Some(new));
});

store::on_both!(settling_says_when_an_action_can_be_claimed_again, |t: TestStore| async move {
    let w = world(&t).await;
    let (number, _) = t.did(move |tx| action(tx, &w)).await;
    let settle = move |pause: Duration| {
        move |tx: &mut Tx<'_>| {
            let before = action::lock(tx, number)?.unwrap();
            action::settle(tx, &before, &mut before.clone(), pause)
        }
    };
    assert_eq!(claim(&t, w, LEASE, 1).await.len(), 1);
    t.did(settle(Duration::ZERO)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await.len(), 1, "at once");
    t.did(settle(LEASE)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await, [], "a lease that is kept, or put off");
    t.did(settle(Duration::from_millis(1))).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await.len(), 1, "put off for a moment only");
});

store::on_both!(waking_an_action_leaves_its_workers_lease_alone, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, id) = t.did(move |tx| action(tx, &w)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await.len(), 1);
    t.did(move |tx| action::wake(tx, id)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await, [], "it is leased");
});

store::on_both!(what_the_house_drives_is_claimed_by_itself, |t: TestStore| async move {
    let w = world(&t).await;
    let (house, _) = t.did(move |tx| Ok((action(tx, &w)?, action(tx, &w)?))).await;
    let number = house.0;
    t.did(move |tx| {
        let before = action::lock(tx, number)?.unwrap();
        let mut after = before.clone();
        after.driver = model::action::Driver::House;
        action::settle(tx, &before, &mut after, Duration::ZERO)
    })
    .await;
    let due = t.did(action::due_carriers).await;
    assert_eq!(due, [action::Due { carrier: w.carrier, house: true }]);
    let claimed = t.did(move |tx| action::claim(tx, w.carrier, Which::House, LEASE, 10)).await;
    assert_eq!(claimed.iter().map(|a| a.number).collect::<Vec<_>>(), [number]);
});

store::on_both!(what_may_be_at_the_carrier_is_never_overdue, |t: TestStore| async move {
    let w = world(&t).await;
    // Made with it, and sent, looked up in vain, out, or restored since.
    let (unsent, sent, live, restored) =
        t.did(move |tx| Ok((action(tx, &w)?, action(tx, &w)?, action(tx, &w)?, action(tx, &w)?))).await;
    t.did(move |tx| {
        for (of, sends, state) in
            [(unsent.1, 0, State::Absent), (sent.1, 1, State::Absent), (live.1, 0, State::Reconciling)]
        {
            let mut made = crate::attempt::armed(tx, of, 0, 1)?;
            (made.sends, made.state) = (sends, state);
            store::attempt::save(tx, &made)?;
        }
        let before = action::lock(tx, restored.0)?.unwrap();
        let mut after = before.clone();
        after.restored = true;
        action::settle(tx, &before, &mut after, Duration::ZERO)
    })
    .await;
    let overdue = move |tx: &mut Tx<'_>, limit: Duration| {
        let before = tx.now().minus(limit);
        action::claim(tx, w.carrier, Which::Overdue { coverage: before, order: before }, LEASE, 10)
    };
    assert_eq!(t.did(move |tx| overdue(tx, LEASE)).await, [], "not yet");
    let claimed = t.did(move |tx| overdue(tx, Duration::ZERO)).await;
    assert_eq!(claimed.iter().map(|a| a.number).collect::<Vec<_>>(), [unsent.0]);
});

store::on_both!(an_action_is_put_back_by_its_holder_only, |t: TestStore| async move {
    let w = world(&t).await;
    let (number, _) = t.did(move |tx| action(tx, &w)).await;
    let fence = claim(&t, w, LEASE, 1).await[0].fence;
    t.did(move |tx| action::put_back(tx, number, fence - 1, Duration::ZERO)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await, []);
    t.did(move |tx| action::put_back(tx, number, fence, Duration::ZERO)).await;
    assert_eq!(claim(&t, w, LEASE, 1).await.len(), 1);
});
