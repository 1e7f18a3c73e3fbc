//! Facts of the installation, and the generations that tell caches to look again.

use crate::world::*;
use store::{change, setting};

store::on_both!(a_fact_is_claimed_by_the_first_and_changed_by_whoever_sets_it, |t: TestStore| async move {
    let one = |i: u32| t.did(move |tx| setting::claim(tx, "demo.seed", &i.to_string()));
    let answers = together((0..20).map(one)).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    t.did(|tx| setting::set(tx, "demo.seed", "changed")).await;
    assert_eq!(t.saw(|tx| setting::get(tx, "demo.seed")).await.as_deref(), Some("changed"));
    t.did(|tx| setting::forget(tx, "demo.seed")).await;
    assert_eq!(t.saw(|tx| setting::get(tx, "demo.seed")).await, None);
});

async fn generation(t: &TestStore, topic: &'static str) -> i64 {
    t.saw(change::all)
        .await
        .into_iter()
        .find_map(|(name, generation)| (name == topic).then_some(generation))
        .unwrap_or(0)
}

store::on_both!(
    generations_rise_with_each_change_and_not_with_one_that_was_undone,
    |t: TestStore| async move {
        let one = |_| t.did(|tx| change::raise(tx, change::CLOCK));
        together((0..1).map(one)).await;
        let first = generation(&t, change::CLOCK).await;
        together((0..40).map(one)).await;
        let last = generation(&t, change::CLOCK).await;
        assert!(first > 0 && last >= first + 40, "{first} {last}");
        let undone =
            t.store.write(|tx| change::raise(tx, change::CLOCK).and(Err::<(), _>(Error::Full))).await;
        assert!(undone.is_err());
        assert_eq!(generation(&t, change::CLOCK).await, last);
    }
);

store::on_both!(what_caches_keep_raises_its_topic_when_it_changes, |t: TestStore| async move {
    let w = world(&t).await;
    let (access, carrier) = (generation(&t, change::ACCESS).await, generation(&t, change::CARRIER).await);
    assert!(access > 0 && carrier > 0);
    let key = t
        .did(move |tx| {
            let role = model::role::Role::Admin;
            let new = store::api_key::New {
                organization: w.shop,
                prefix: "p",
                hash: [1; 32],
                role,
                scopes: None,
                expires: None,
            };
            store::api_key::insert(tx, &new)
        })
        .await;
    let inserted = generation(&t, change::ACCESS).await;
    t.did(move |tx| store::api_key::revoke(tx, key)).await;
    let revoked = generation(&t, change::ACCESS).await;
    assert!(access < inserted && inserted < revoked);
    t.did(move |tx| store::carrier::restrict(tx, w.carrier, &[])).await;
    let restricted = generation(&t, change::CARRIER).await;
    assert!(carrier < restricted);
    t.did(move |tx| {
        use store::import::{Kind, Origin, begin, commit};
        let number = begin(tx, w.carrier, Kind::Products, Origin::File)?.unwrap();
        commit(tx, w.carrier, Kind::Products, number, false, 0)
    })
    .await;
    assert!(generation(&t, change::CARRIER).await > restricted);
    assert_eq!(generation(&t, change::ACCESS).await, revoked);
});
