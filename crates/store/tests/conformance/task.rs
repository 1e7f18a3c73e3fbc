//! Human tasks: one open one for an action, decided once, by the seller's people.

use crate::world::*;
use model::task::{Decision, State, Task};
use store::task;

async fn opened(t: &Store, w: World, action: ActionId) -> Result<Task, Error> {
    t.write(move |tx| {
        let mut task = Task {
            number: 0,
            id: tx.identity()?,
            action,
            attempt: Some(tx.identity()?),
            organization: w.seller,
            state: State::Open,
            evidence: serde_json::json!({"reference": "ABC-0"}),
            decision: None,
            carrier_reference: None,
            created: tx.now(),
        };
        task.number = task::insert(tx, &task)?;
        Ok(task)
    })
    .await
}

store::on_both!(
    an_action_has_one_open_task_and_another_only_after_that_is_decided,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (_, action) = t.did(move |tx| action(tx, &w)).await;
        let first = opened(&t.store, w, action).await.unwrap();
        assert!(matches!(opened(&t.store, w, action).await, Err(Error::Conflict(_))));
        let scope = w.scope(w.seller);
        assert_eq!(t.saw(move |tx| task::open(tx, scope)).await, std::slice::from_ref(&first));
        let number = first.number;
        let decided =
            t.did(move |tx| task::decide(tx, scope, number, Decision::Confirmed, Some("C-1"))).await.unwrap();
        let expected = Task {
            state: State::Decided,
            decision: Some(Decision::Confirmed),
            carrier_reference: Some("C-1".into()),
            ..first.clone()
        };
        assert_eq!(decided, expected);
        assert_eq!(t.saw(move |tx| task::last_of_action(tx, action)).await, Some(expected));
        assert_eq!(t.did(move |tx| task::decide(tx, scope, number, Decision::Cancel, None)).await, None);
        assert_eq!(t.saw(move |tx| task::open(tx, scope)).await, []);
        let events = [("task.opened".to_owned(), 1), ("task.decided".to_owned(), 2)];
        assert_eq!(events_of(&t, *first.id.bytes()).await, events);
        opened(&t.store, w, action).await.expect("a new one");
    }
);

store::on_both!(a_task_is_for_the_seller_and_the_root_and_not_for_the_buyer, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let task = opened(&t.store, w, action).await.unwrap();
    let number = task.number;
    for foreign in [w.reseller, w.shop, w.rival] {
        let scope = w.scope(foreign);
        assert_eq!(t.saw(move |tx| task::open(tx, scope)).await, []);
        assert_eq!(t.did(move |tx| task::decide(tx, scope, number, Decision::Absent, None)).await, None);
    }
    for own in [w.seller, w.root] {
        let scope = w.scope(own);
        assert_eq!(t.saw(move |tx| task::open(tx, scope)).await, std::slice::from_ref(&task));
    }
    assert_eq!(events_of(&t, *task.id.bytes()).await.len(), 1, "foreigners changed nothing");
});

store::on_both!(a_decision_that_was_acted_on_is_not_acted_on_again, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let (task, scope) = (opened(&t.store, w, action).await.unwrap(), w.scope(w.seller));
    let (number, id) = (task.number, task.id);
    t.did(move |tx| task::decide(tx, scope, number, Decision::Absent, None)).await;
    t.did(move |tx| task::apply(tx, id)).await;
    let last = t.saw(move |tx| task::last_of_action(tx, action)).await.unwrap();
    assert_eq!((last.state, last.decision), (State::Applied, Some(Decision::Absent)));
    t.did(move |tx| task::apply(tx, id)).await;
    let events =
        [("task.opened".to_owned(), 1), ("task.decided".to_owned(), 2), ("task.applied".to_owned(), 3)];
    assert_eq!(events_of(&t, *id.bytes()).await, events, "once");
    assert_eq!(t.did(move |tx| task::decide(tx, scope, number, Decision::Cancel, None)).await, None);
});

store::on_both!(a_task_of_which_nothing_is_left_to_decide_is_closed, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let (task, scope) = (opened(&t.store, w, action).await.unwrap(), w.scope(w.seller));
    let (number, id) = (task.number, task.id);
    t.did(move |tx| task::apply(tx, id)).await;
    assert_eq!(t.saw(move |tx| task::open(tx, scope)).await, []);
    assert_eq!(t.did(move |tx| task::decide(tx, scope, number, Decision::Cancel, None)).await, None);
    opened(&t.store, w, action).await.expect("another");
});

store::on_both!(of_many_that_decide_at_once_one_does, |t: TestStore| async move {
    let w = world(&t).await;
    let (_, action) = t.did(move |tx| action(tx, &w)).await;
    let number = opened(&t.store, w, action).await.unwrap().number;
    let scope = w.scope(w.seller);
    let decide = |decision: Decision| {
        let store = t.store.clone();
        async move { store.did(move |tx| task::decide(tx, scope, number, decision, None)).await }
    };
    let answers = together((0..12).map(|i| decide(Decision::ALL[i % 3]))).await;
    let done: Vec<Task> = answers.into_iter().flatten().collect();
    assert_eq!(done.len(), 1);
    assert_eq!(t.saw(move |tx| task::last_of_action(tx, action)).await.as_ref(), Some(&done[0]));
});
