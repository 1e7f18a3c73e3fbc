//! Idempotency keys: one answer for one request, whoever asks again and whenever.

use crate::world::*;
use std::sync::mpsc;
use store::idempotency::{self, Answer, Claim, Key};

const OPERATION: &str = "comparetech POST /coverage";

fn key(organization: OrganizationId, body: u8) -> Key {
    Key { organization, operation: OPERATION, key: "k-1".into(), body_hash: [body; 32] }
}

fn answer() -> Answer {
    // Not only text, so that nothing may reread and rewrite it.
    let body = (0..=255u8).chain(*b"{ \"a\" :1.50}").collect();
    Answer { status: 201, headers: "content-type: application/json\nlocation: /status/7".into(), body }
}

fn is_fresh(claim: &Claim) -> bool {
    matches!(claim, Claim::Fresh(_))
}

async fn ask(store: &Store, key: &Key) -> Claim {
    let key = key.clone();
    store
        .did(move |tx| {
            let claim = idempotency::claim(tx, &key)?;
            if let Claim::Fresh(number) = claim {
                idempotency::fill(tx, number, &answer())?;
            }
            Ok(claim)
        })
        .await
}

store::on_both!(
    the_same_request_is_answered_byte_for_byte_and_another_body_is_a_mismatch,
    |t: TestStore| async move {
        let w = world(&t).await;
        let own = key(w.reseller, 1);
        assert!(is_fresh(&ask(&t.store, &own).await));
        assert_eq!(ask(&t.store, &own).await, Claim::Answered(answer()));
        assert_eq!(ask(&t.store, &key(w.reseller, 2)).await, Claim::Mismatch);
        assert_eq!(ask(&t.store, &own).await, Claim::Answered(answer()), "a mismatch changed nothing");
        let again = open_again(&t, store::Role::Command).await;
        assert_eq!(ask(&again, &own).await, Claim::Answered(answer()));
    }
);

store::on_both!(a_key_is_of_one_organization_and_one_operation, |t: TestStore| async move {
    let w = world(&t).await;
    for other in [
        key(w.reseller, 1),
        key(w.rival, 2),
        Key { operation: "comparetech POST /subscription", ..key(w.reseller, 3) },
        Key { key: "k-2".into(), ..key(w.reseller, 4) },
    ] {
        assert!(is_fresh(&ask(&t.store, &other).await), "{other:?}");
    }
});

store::on_both!(an_error_gives_the_key_back, |t: TestStore| async move {
    let w = world(&t).await;
    let own = key(w.reseller, 1);
    let failing = own.clone();
    let failed = t
        .store
        .write(move |tx| -> Result<(), Error> {
            assert!(is_fresh(&idempotency::claim(tx, &failing)?));
            Err(Error::Full)
        })
        .await;
    assert!(matches!(failed, Err(Error::Full)));
    assert!(is_fresh(&ask(&t.store, &own).await));
});

store::on_both!(
    of_fifty_that_ask_at_once_one_is_fresh_and_all_others_get_its_answer,
    |t: TestStore| async move {
        let w = world(&t).await;
        let own = key(w.reseller, 1);
        let one = |_| {
            let (store, own) = (t.store.clone(), own.clone());
            async move { ask(&store, &own).await }
        };
        let claims = together((0..50).map(one)).await;
        assert_eq!(claims.iter().filter(|claim| is_fresh(claim)).count(), 1);
        assert_eq!(claims.iter().filter(|claim| **claim == Claim::Answered(answer())).count(), 49);
    }
);

store::on_both!(who_asks_while_the_first_is_under_way_waits_for_its_answer, |t: TestStore| async move {
    let w = world(&t).await;
    let own = key(w.reseller, 1);
    let (claimed, is_claimed) = mpsc::channel::<()>();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let (store, first) = (t.store.clone(), own.clone());
    let first = tokio::spawn(store.did(move |tx| {
        let claim = idempotency::claim(tx, &first)?;
        claimed.send(()).unwrap();
        may_go_on.lock().unwrap().recv_timeout(Duration::from_secs(5)).unwrap();
        let Claim::Fresh(number) = claim else { panic!("{claim:?}") };
        idempotency::fill(tx, number, &answer())?;
        Ok(claim)
    }));
    tokio::task::spawn_blocking(move || is_claimed.recv_timeout(Duration::from_secs(5)).unwrap())
        .await
        .unwrap();
    let (store, second) = (t.store.clone(), own.clone());
    let second = tokio::spawn(async move { ask(&store, &second).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    go_on.send(()).unwrap();
    assert!(is_fresh(&first.await.unwrap()));
    assert_eq!(second.await.unwrap(), Claim::Answered(answer()));
});

store::on_both!(old_keys_are_forgotten_and_younger_ones_kept, |t: TestStore| async move {
    let w = world(&t).await;
    let (old, young) = (key(w.reseller, 1), key(w.rival, 1));
    ask(&t.store, &old).await;
    let between = t.store.clock().now().plus(Duration::from_secs(100));
    t.store.clock().set_offset(200_000_000);
    ask(&t.store, &young).await;
    assert_eq!(t.did(move |tx| idempotency::prune(tx, between, 100)).await, 1);
    assert!(is_fresh(&ask(&t.store, &old).await));
    assert_eq!(ask(&t.store, &young).await, Claim::Answered(answer()));
});
