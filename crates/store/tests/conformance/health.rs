//! A carrier's breaker: it opens after enough failures in a row, and then one probe may try.

use crate::world::*;
use store::health::{self, Breaker, Gate, LIMIT};

const MOMENT: Duration = Duration::from_millis(300);

async fn gate(t: &Store, w: World, probe: Duration) -> Gate {
    t.did(move |tx| health::gate(tx, w.carrier, probe)).await
}

async fn fail(t: &Store, w: World, cool_down: Duration) -> bool {
    t.did(move |tx| health::failed(tx, w.carrier, cool_down)).await
}

async fn shut(t: &Store, w: World, cool_down: Duration) {
    for _ in 0..LIMIT {
        fail(t, w, cool_down).await;
    }
}

async fn after(time: Duration) {
    tokio::time::sleep(time + Duration::from_millis(20)).await;
}

store::on_both!(
    the_breaker_opens_with_the_last_failure_of_the_limit_and_says_so_once,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        for _ in 1..LIMIT {
            assert!(!fail(t, w, LEASE).await);
            assert_eq!(gate(t, w, LEASE).await, Gate::Open);
        }
        assert!(fail(t, w, LEASE).await);
        let Gate::Closed(rest) = gate(t, w, LEASE).await else { panic!("still open") };
        assert!(rest <= LEASE && rest + Duration::from_secs(10) > LEASE, "{rest:?}");
        assert!(!fail(t, w, LEASE).await);
    }
);

store::on_both!(an_answer_in_between_begins_the_count_anew, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    t.did(move |tx| health::well(tx, w.carrier)).await;
    for _ in 0..3 {
        for _ in 1..LIMIT {
            fail(t, w, LEASE).await;
        }
        t.did(move |tx| health::well(tx, w.carrier)).await;
        assert_eq!(gate(t, w, LEASE).await, Gate::Open);
    }
});

store::on_both!(after_the_cool_down_one_of_many_is_the_probe, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    shut(t, w, MOMENT).await;
    after(MOMENT).await;
    let one = |_| {
        let t = t.clone();
        async move { gate(&t, w, LEASE).await }
    };
    let gates = together((0..20).map(one)).await;
    assert_eq!(gates.iter().filter(|gate| **gate == Gate::Probe).count(), 1);
    assert_eq!(gates.iter().filter(|gate| matches!(gate, Gate::Closed(rest) if !rest.is_zero())).count(), 19);
});

store::on_both!(
    a_probe_that_is_well_lets_everybody_through_and_one_that_fails_shuts_again,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        shut(t, w, MOMENT).await;
        after(MOMENT).await;
        assert_eq!(gate(t, w, LEASE).await, Gate::Probe);
        fail(t, w, MOMENT).await;
        assert!(matches!(gate(t, w, LEASE).await, Gate::Closed(rest) if rest <= MOMENT));
        after(MOMENT).await;
        assert_eq!(gate(t, w, LEASE).await, Gate::Probe);
        t.did(move |tx| health::well(tx, w.carrier)).await;
        assert_eq!(gate(t, w, LEASE).await, Gate::Open);
    }
);

store::on_both!(a_probe_that_never_came_back_is_followed_by_another, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    shut(t, w, Duration::ZERO).await;
    after(Duration::ZERO).await;
    assert_eq!(gate(t, w, MOMENT).await, Gate::Probe);
    assert!(matches!(gate(t, w, MOMENT).await, Gate::Closed(_)));
    after(MOMENT).await;
    assert_eq!(gate(t, w, MOMENT).await, Gate::Probe);
});

store::on_both!(one_carrier_says_nothing_of_another, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let other = t
        .did(move |tx| {
            Ok(store::carrier::insert(tx, "aruba", "sandbox", w.seller, &serde_json::json!({}))?.unwrap().id)
        })
        .await;
    shut(t, w, LEASE).await;
    assert_eq!(gate(t, World { carrier: other, ..w }, LEASE).await, Gate::Open);
});

store::on_both!(a_probe_that_sent_nothing_leaves_its_turn_to_another, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    shut(t, w, Duration::ZERO).await;
    after(Duration::ZERO).await;
    assert_eq!(gate(t, w, LEASE).await, Gate::Probe);
    assert!(matches!(t.did(move |tx| health::look(tx, w.carrier)).await, Breaker::Probed(_)));
    t.did(move |tx| health::unused(tx, w.carrier)).await;
    assert_eq!(t.did(move |tx| health::look(tx, w.carrier)).await, Breaker::Ajar);
    assert_eq!(gate(t, w, LEASE).await, Gate::Probe);
    // Nor does a start of the program know of those that were out.
    t.did(store::action::void_leases).await;
    assert_eq!(gate(t, w, LEASE).await, Gate::Probe);
});

store::on_both!(a_start_voids_the_leases_of_feeds_too, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let claim = move |tx: &mut store::Tx<'_>| store::carrier::claim_feed(tx, w.carrier, LEASE);
    let (cursor, fence) = t.did(claim).await.unwrap();
    assert_eq!(t.did(claim).await, None);
    t.did(store::action::void_leases).await;
    assert!(t.did(claim).await.is_some());
    let late = t.did(move |tx| store::carrier::settle_feed(tx, w.carrier, fence, &cursor, tx.now())).await;
    assert!(!late, "whoever had it is replaced");
});
