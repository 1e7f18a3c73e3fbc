//! Actions: what is written down of them, how they are changed, and who may see them.

use crate::world::*;
use model::action::{Action, Driver, Operation, State};
use store::action;

store::on_both!(a_new_action_is_pending_and_due_with_one_event, |t: TestStore| async move {
    let w = world(&t).await;
    let (number, id, at) = t
        .did(move |tx| {
            let (number, id) = action(tx, &w)?;
            Ok((number, id, tx.now()))
        })
        .await;
    let stored = t.saw(move |tx| action::by_number(tx, number)).await.unwrap();
    assert_eq!(stored.id, id);
    assert_eq!(
        (stored.organization, stored.carrier, stored.dialect.as_str()),
        (w.reseller, w.carrier, DIALECT)
    );
    assert_eq!(
        (stored.operation, stored.driver, stored.state),
        (Operation::Coverage, Driver::Connector, State::Pending)
    );
    assert_eq!(
        (stored.version, stored.fence, stored.step, stored.retries, stored.restored),
        (1, 0, 0, 0, false)
    );
    assert_eq!((stored.due, stored.created, stored.updated), (Some(at), at, at));
    assert!(stored.request == coverage() && stored.progress.is_null());
    assert_eq!(
        (stored.result.clone(), stored.error.clone(), stored.key, stored.order),
        (None, None, None, None)
    );
    assert_eq!(t.saw(move |tx| action::by_id(tx, id)).await, Some(stored));
    assert_eq!(events_of(&t, *id.bytes()).await, [("action.created".to_owned(), 1)]);
});

store::on_both!(settling_writes_every_field_back, |t: TestStore| async move {
    let w = world(&t).await;
    let changed = t
        .did(move |tx| {
            let (number, _) = action(tx, &w)?;
            let before = action::lock(tx, number)?.unwrap();
            let mut after = before.clone();
            after.driver = Driver::House;
            after.state = State::Running;
            after.due = Some(before.created.plus(LEASE));
            after.step = 3;
            after.retries = 4;
            after.restored = true;
            after.progress = serde_json::json!({"version": 1, "cart": "c-17"});
            after.result = Some(serde_json::json!({"products": ["a", "b"]}));
            after.error = Some("no coverage".into());
            tx.set_now(before.created.plus(Duration::from_secs(1)));
            action::settle(tx, &before, &mut after, Duration::ZERO)?;
            assert_eq!(after.updated, before.created.plus(Duration::from_secs(1)));
            Ok(after)
        })
        .await;
    let number = changed.number;
    assert_eq!(changed.version, 2);
    assert_eq!(t.saw(move |tx| action::by_number(tx, number)).await, Some(changed));
});

store::on_both!(
    a_version_and_an_event_come_with_each_change_of_state_and_with_nothing_else,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (number, id) = t.did(move |tx| action(tx, &w)).await;
        let life = [
            State::Running,
            State::Running,
            State::Interrupted,
            State::Interrupted,
            State::Running,
            State::Done,
        ];
        let mut version = 1;
        let mut before = State::Pending;
        for state in life {
            version += i64::from(state != before);
            before = state;
            let after = t
                .did(move |tx| {
                    let before = action::lock(tx, number)?.unwrap();
                    let mut after = before.clone();
                    after.state = state;
                    after.retries += 1;
                    after.due = if state.is_final() { None } else { before.due };
                    action::settle(tx, &before, &mut after, Duration::ZERO)?;
                    Ok(after)
                })
                .await;
            assert_eq!((after.state, after.version), (state, version));
        }
        let events = events_of(&t, *id.bytes()).await;
        let kinds =
            ["created", "running", "interrupted", "running", "done"].map(|word| format!("action.{word}"));
        assert_eq!(events, kinds.into_iter().zip(1..).collect::<Vec<_>>());
    }
);

store::on_both!(an_action_that_did_not_change_keeps_the_time_of_its_last_change, |t: TestStore| async move {
    let w = world(&t).await;
    let (before, after) = t
        .did(move |tx| {
            let (number, _) = action(tx, &w)?;
            let before = action::lock(tx, number)?.unwrap();
            let mut after = before.clone();
            tx.set_now(before.created.plus(LEASE));
            action::settle(tx, &before, &mut after, Duration::ZERO)?;
            Ok((before, action::by_number(tx, number)?.unwrap()))
        })
        .await;
    assert_eq!(before, after);
});

store::on_both!(to_be_looked_at_again_is_no_change_of_an_action, |t: TestStore| async move {
    let w = world(&t).await;
    let (before, after) = t
        .did(move |tx| {
            let (number, _) = action(tx, &w)?;
            let before = action::lock(tx, number)?.unwrap();
            let later = before.created.plus(LEASE);
            let progress = serde_json::json!({"v": 1, "looked": true});
            let mut after = Action { due: Some(later), retries: 3, progress, ..before.clone() };
            tx.set_now(later);
            action::settle(tx, &before, &mut after, Duration::ZERO)?;
            let stored = action::by_number(tx, number)?.unwrap();
            assert_eq!(stored, after);
            Ok((before, after))
        })
        .await;
    assert_eq!(before.updated, after.updated);
    assert_ne!(before.due, after.due);
});

store::on_both!(an_action_that_came_to_its_end_cannot_be_due, |t: TestStore| async move {
    let w = world(&t).await;
    let settle = move |tx: &mut Tx<'_>| {
        let (number, _) = action(tx, &w)?;
        let before = action::lock(tx, number)?.unwrap();
        let mut after = before.clone();
        after.state = State::Canceled;
        action::settle(tx, &before, &mut after, Duration::ZERO)
    };
    assert!(matches!(t.store.write(settle).await, Err(Error::Conflict(_))));
});

store::on_both!(
    an_action_is_seen_by_its_buyers_and_their_parents_its_seller_and_the_root_only,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (of_shop, of_branch) = t
            .did(move |tx| {
                let now = tx.now();
                let (of_shop, _) = action_of(tx, &w, w.shop, now, &coverage())?;
                let (of_branch, _) = action_of(tx, &w, w.branch, now, &coverage())?;
                Ok((of_shop, of_branch))
            })
            .await;
        let other_operator = t
            .did(move |tx| {
                Ok(store::organization::insert(tx, "other", model::organization::Kind::Operator, w.root)?
                    .unwrap()
                    .id)
            })
            .await;
        let cases = [
            ("its own organization", w.shop, true, false),
            ("the parent", w.branch, true, true),
            ("the parent's parent", w.reseller, true, true),
            ("the seller", w.seller, true, true),
            ("the root", w.root, true, true),
            ("another reseller", w.rival, false, false),
            ("another operator", other_operator, false, false),
        ];
        for (who, organization, sees_shop, sees_branch) in cases {
            let scope = w.scope(organization);
            for (number, sees) in [(of_shop, sees_shop), (of_branch, sees_branch)] {
                let seen = t.saw(move |tx| action::seen(tx, scope, number, DIALECT)).await;
                assert_eq!(seen.map(|a| a.number), sees.then_some(number), "{who}");
                let elsewhere = t.saw(move |tx| action::seen(tx, scope, number, "aex")).await;
                assert_eq!(elsewhere, None, "{who}, in another dialect");
            }
        }
        let nobody = Scope { organization: w.root, everything: true };
        assert_eq!(t.saw(move |tx| action::seen(tx, nobody, 999_999, DIALECT)).await, None);
    }
);

store::on_both!(a_woken_action_is_due_at_once_unless_it_came_to_its_end, |t: TestStore| async move {
    let w = world(&t).await;
    let (number, id) = t
        .did(move |tx| {
            let later = tx.now().plus(LEASE);
            action_of(tx, &w, w.reseller, later, &coverage())
        })
        .await;
    let claim = move |tx: &mut Tx<'_>| action::claim(tx, w.carrier, action::Which::Any, LEASE, 10);
    assert_eq!(t.did(claim).await, []);
    t.did(move |tx| action::wake(tx, id)).await;
    assert_eq!(t.did(claim).await.len(), 1);
    t.did(move |tx| {
        let before = action::lock(tx, number)?.unwrap();
        let mut after = before.clone();
        (after.state, after.due) = (State::Canceled, None);
        action::settle(tx, &before, &mut after, Duration::ZERO)?;
        action::wake(tx, id)
    })
    .await;
    assert_eq!(t.did(claim).await, []);
    assert_eq!(t.saw(move |tx| action::by_id(tx, id)).await.unwrap().due, None);
});

store::on_both!(what_is_due_next_and_for_whom_is_known, |t: TestStore| async move {
    let w = world(&t).await;
    assert_eq!(t.saw(action::next_due).await, None);
    assert_eq!(t.saw(action::due_carriers).await, []);
    let (soon, later) = t
        .did(move |tx| {
            let (soon, later) = (tx.now().plus(LEASE), tx.now().plus(LEASE * 2));
            action_of(tx, &w, w.reseller, later, &coverage())?;
            action_of(tx, &w, w.reseller, soon, &coverage())?;
            store::carrier::insert(tx, "idle", "sandbox", w.seller, &serde_json::json!({}))?;
            Ok((soon, later))
        })
        .await;
    assert_eq!(t.saw(action::next_due).await, Some(soon));
    assert_eq!(t.saw(action::due_carriers).await, []);
    let due = t
        .did(move |tx| {
            tx.set_now(later);
            action::due_carriers(tx)
        })
        .await;
    assert_eq!(due, [action::Due { carrier: w.carrier, house: false }]);
    assert_eq!(t.saw(action::open_count).await, 2);
});

store::on_both!(
    what_was_observed_beside_a_worker_is_due_and_leaves_its_lease_alone,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (number, _) = t.did(move |tx| action(tx, &w)).await;
        let claimed =
            t.did(move |tx| action::claim(tx, w.carrier, action::Which::Any, LEASE, 1)).await.remove(0);
        let (progress, at) =
            (serde_json::json!({"version": 1, "seen": "shipped"}), claimed.created.plus(LEASE));
        let new = progress.clone();
        t.did(move |tx| {
            tx.set_now(at);
            action::observe(tx, number, &new)
        })
        .await;
        assert_eq!(t.did(move |tx| action::claim(tx, w.carrier, action::Which::Any, LEASE, 1)).await, []);
        let held = t.did(move |tx| action::hold(tx, number, claimed.fence)).await.unwrap();
        assert_eq!((held.progress, held.due), (progress, Some(at)));
    }
);

store::on_both!(
    voided_leases_can_be_claimed_at_once_and_their_holders_hold_nothing,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (number, _) = t.did(move |tx| action(tx, &w)).await;
        let (free, _) = t
            .did(move |tx| action_of(tx, &w, w.reseller, Timestamp::from_micros(i64::MAX), &coverage()))
            .await;
        let old = t.did(move |tx| action::claim(tx, w.carrier, action::Which::Any, LEASE, 1)).await.remove(0);
        assert_eq!(t.did(action::void_leases).await, 1);
        assert_eq!(t.did(move |tx| action::hold(tx, number, old.fence)).await, None);
        let again =
            t.did(move |tx| action::claim(tx, w.carrier, action::Which::Any, LEASE, 1)).await.remove(0);
        assert!(again.number == number && again.fence > old.fence);
        assert_eq!(t.saw(move |tx| action::by_number(tx, free)).await.unwrap().fence, 0);
    }
);

store::on_both!(an_action_of_the_past_has_the_number_that_it_was_given, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t
        .did(move |tx| {
            let id: ActionId = tx.identity()?;
            let request = action::seal(tx.vault(), &coverage())?;
            let new = action::New {
                id,
                organization: w.reseller,
                seller: w.seller,
                key: None,
                dialect: DIALECT,
                carrier: w.carrier,
                operation: Operation::Coverage,
                order: None,
                driver: Some(Driver::House),
                request: &request,
                at: Timestamp::from_micros(1_731_907_929_000_000),
            };
            let result = Some(serde_json::json!(["Fastweb Casa"]));
            let updated = Timestamp::from_micros(1_731_907_930_000_000);
            action::insert_past(
                tx,
                &action::Past { number: 9_100, new, state: State::Done, result, error: Some("e"), updated },
            )?;
            Ok(id)
        })
        .await;
    let scope = w.scope(w.reseller);
    let stored = t.saw(move |tx| action::seen(tx, scope, 9_100, DIALECT)).await.unwrap();
    assert_eq!(
        (stored.id, stored.state, stored.due, stored.error.as_deref()),
        (id, State::Done, None, Some("e"))
    );
    assert_eq!(stored.result, Some(serde_json::json!(["Fastweb Casa"])));
    assert_eq!(
        (stored.created.micros(), stored.updated.micros()),
        (1_731_907_929_000_000, 1_731_907_930_000_000)
    );
    assert_eq!(events_of(&t, *id.bytes()).await, [("action.created".to_owned(), 1)]);
    let (next, _) = t.did(move |tx| action(tx, &w)).await;
    assert_ne!(next, 9_100);
});

store::on_both!(
    after_a_restore_every_lease_is_void_and_every_open_action_marked,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (open, ended) = t
            .did(move |tx| {
                let ((open, _), (ended, _)) = (action(tx, &w)?, action(tx, &w)?);
                let before = action::lock(tx, ended)?.unwrap();
                let mut after = before.clone();
                (after.state, after.due) = (State::Canceled, None);
                action::settle(tx, &before, &mut after, Duration::ZERO)?;
                Ok((open, ended))
            })
            .await;
        let claim = move |tx: &mut Tx<'_>| action::claim(tx, w.carrier, action::Which::Any, LEASE, 10);
        let old = t.did(claim).await.remove(0);
        assert_eq!(t.did(action::mark_restored).await, 1);
        assert_eq!(t.did(move |tx| action::hold(tx, open, old.fence)).await, None);
        let again = t.did(claim).await.remove(0);
        assert!(again.restored && again.number == open && again.fence > old.fence + 1);
        assert!(!t.saw(move |tx| action::by_number(tx, ended)).await.unwrap().restored);
    }
);

store::on_both!(after_a_restore_no_number_is_given_out_twice, |t: TestStore| async move {
    let w = world(&t).await;
    let work_order = move |tx: &mut Tx<'_>| {
        let new = store::work_order::New {
            service: tx.identity()?,
            organization: w.reseller,
            seller: w.seller,
            carrier: w.carrier,
            area: model::id::AreaId::NONE,
            comment: "",
        };
        let mut given = 0;
        store::work_order::insert(tx, &new, |number| {
            given = number;
            number.to_string()
        })?;
        Ok(given)
    };
    let before = t.did(work_order).await;
    t.did(action::mark_restored).await;
    assert!(t.did(work_order).await > before + 900_000);
});
