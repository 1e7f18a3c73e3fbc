//! Attempts: one live one for each step of an action, whatever happens at the same time.

use crate::world::*;
use model::attempt::{Attempt, Class, State};
use store::attempt;

pub fn armed(tx: &Tx<'_>, action: ActionId, step: i64, number: i64) -> Result<Attempt, Error> {
    Ok(Attempt {
        id: tx.identity()?,
        action,
        step,
        number,
        operation: "order".into(),
        reference: model::attempt::reference(action, step, 20),
        class: Class::C,
        state: State::Armed,
        orphaned: false,
        sends: 1,
        misses: 0,
        unclear: 0,
        body_hash: vec![7; 32],
        worker: "w-1".into(),
        fence: 4,
        armed: tx.now(),
    })
}

async fn arm(t: &Store, action: ActionId, step: i64, number: i64) -> Result<Attempt, Error> {
    t.write(move |tx| {
        let attempt = armed(tx, action, step, number)?;
        attempt::save(tx, &attempt)?;
        Ok(attempt)
    })
    .await
}

store::on_both!(an_attempt_is_read_as_it_was_saved_and_as_it_was_changed, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let mut saved = arm(&t.store, action, 0, 1).await.unwrap();
    assert_eq!(t.saw(move |tx| attempt::of_step(tx, action, 0)).await, std::slice::from_ref(&saved));
    (saved.state, saved.class, saved.sends, saved.misses, saved.unclear) =
        (State::Reconciling, Class::D, 2, 3, 4);
    (saved.worker, saved.fence) = ("w-2".into(), 5);
    let changed = saved.clone();
    t.did(move |tx| attempt::save(tx, &changed)).await;
    assert_eq!(t.saw(move |tx| attempt::of_action(tx, action)).await, std::slice::from_ref(&saved));
    let reference = saved.reference.clone();
    assert_eq!(t.saw(move |tx| attempt::action_of(tx, &reference)).await, Some(action));
    assert_eq!(t.saw(|tx| attempt::action_of(tx, "nobody's")).await, None);
    assert_eq!(t.saw(move |tx| attempt::of_step(tx, action, 1)).await, []);
});

store::on_both!(
    a_second_live_attempt_of_a_step_is_refused_until_the_first_is_over,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (_, action) = t.did(move |tx| action(tx, &w)).await;
        let mut first = arm(&t.store, action, 0, 1).await.unwrap();
        for live in State::ALL.iter().filter(|state| state.is_live()) {
            first.state = *live;
            let changed = first.clone();
            t.did(move |tx| attempt::save(tx, &changed)).await;
            let second = arm(&t.store, action, 0, 2).await;
            assert!(matches!(second, Err(Error::Conflict(_))), "{live}: {second:?}");
        }
        arm(&t.store, action, 1, 1).await.expect("another step is free");
        first.state = State::Absent;
        let over = first.clone();
        t.did(move |tx| attempt::save(tx, &over)).await;
        let second = arm(&t.store, action, 0, 2).await.expect("the step is free again");
        assert_eq!(t.saw(move |tx| attempt::of_step(tx, action, 0)).await, [first, second]);
        let order = t.saw(move |tx| attempt::of_action(tx, action)).await;
        assert_eq!(order.iter().map(|a| (a.step, a.number)).collect::<Vec<_>>(), [(0, 1), (0, 2), (1, 1)]);
    }
);

store::on_both!(of_many_that_arm_the_same_step_at_once_one_succeeds, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let one = |number: i64| {
        let store = t.store.clone();
        async move { arm(&store, action, 0, number).await }
    };
    let answers = together((1..=30).map(one)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(Error::Conflict(_)))));
    assert_eq!(t.saw(move |tx| attempt::of_action(tx, action)).await.len(), 1);
});

store::on_both!(whether_anything_was_confirmed_is_known, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let mut attempt = arm(&t.store, action, 0, 1).await.unwrap();
    assert!(!t.saw(move |tx| attempt::any_confirmed(tx, action)).await);
    attempt.state = State::Confirmed;
    t.did(move |tx| attempt::save(tx, &attempt)).await;
    assert!(t.saw(move |tx| attempt::any_confirmed(tx, action)).await);
});

store::on_both!(
    after_a_restore_what_was_under_way_is_unknown_and_the_rest_stays,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (_, action) = t.did(move |tx| action(tx, &w)).await;
        t.did(move |tx| {
            for (step, state) in (0..).zip(State::ALL) {
                attempt::save(tx, &Attempt { state: *state, ..armed(tx, action, step, 1)? })?;
            }
            Ok(())
        })
        .await;
        assert_eq!(t.did(attempt::lose_all).await, 2);
        let states: Vec<State> =
            t.saw(move |tx| attempt::of_action(tx, action)).await.into_iter().map(|a| a.state).collect();
        let lost = |state: &State| {
            if matches!(state, State::Armed | State::Reconciling) { State::Unknown } else { *state }
        };
        assert_eq!(states, State::ALL.iter().map(lost).collect::<Vec<_>>());
    }
);

store::on_both!(an_answer_that_came_too_late_is_kept, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    assert_eq!(t.saw(attempt::late_count).await, 0);
    t.did(move |tx| attempt::keep_late(tx, action, 3, "order", "{\"status\":\"ok\"}")).await;
    assert_eq!(t.saw(attempt::late_count).await, 1);
    let answer = "SELECT answer FROM late_response WHERE fence = 3";
    let kept: String = t.saw(move |tx| tx.one(sql(answer), &[], |row| row.get("answer"))).await;
    assert_eq!(kept, "{\"status\":\"ok\"}");
});
