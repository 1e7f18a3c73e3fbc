//! Snapshots: all that changed since the last one, and not too often.

use crate::world::*;
use store::snapshot::{self, Taken};

const APART: Duration = Duration::from_secs(60);

async fn take(t: &Store, of: OrganizationId, kind: &'static str, at: i64) -> Taken {
    t.did(move |tx| {
        tx.set_now(moment(at));
        snapshot::take(tx, of, kind, APART)
    })
    .await
}

store::on_both!(a_snapshot_tells_what_changed_since_the_last_and_not_too_soon, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    assert_eq!(take(t, w.shop, "services", 0).await, Taken::Since(None));
    for (at, left) in [(0, 60), (1, 59), (59, 1)] {
        assert_eq!(take(t, w.shop, "services", at).await, Taken::TooSoon(Duration::from_secs(left)), "{at}");
    }
    assert_eq!(
        take(t, w.shop, "services", 60).await,
        Taken::Since(Some(moment(0))),
        "what was refused does not count"
    );
    assert_eq!(take(t, w.shop, "services", 61).await, Taken::TooSoon(Duration::from_secs(59)));
    assert_eq!(take(t, w.shop, "services", 200).await, Taken::Since(Some(moment(60))));
    // Of another kind, and another organization's.
    assert_eq!(take(t, w.shop, "work orders", 201).await, Taken::Since(None));
    assert_eq!(take(t, w.rival, "services", 201).await, Taken::Since(None));
    assert_eq!(take(t, w.shop, "services", 260).await, Taken::Since(Some(moment(200))));
});

store::on_both!(it_goes_by_business_time, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let take = async || t.did(move |tx| Ok((tx.now(), snapshot::take(tx, w.shop, "services", APART)?))).await;
    let (first, taken) = take().await;
    assert_eq!(taken, Taken::Since(None));
    let (now, taken) = take().await;
    assert_eq!(taken, Taken::TooSoon(APART - now.since(first)));
    t.clock().set_offset(60_000_000);
    assert_eq!(take().await.1, Taken::Since(Some(first)));
});

store::on_both!(of_many_who_ask_at_once_one_gets_the_snapshot, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    for (at, since) in [(0, None), (60, Some(moment(0))), (120, Some(moment(60)))] {
        let all = (0..20).map(|_| {
            let t = t.clone();
            async move { take(&t, w.shop, "services", at).await }
        });
        let (got, refused): (Vec<Taken>, Vec<Taken>) =
            together(all).await.into_iter().partition(|taken| matches!(taken, Taken::Since(_)));
        assert_eq!(got, [Taken::Since(since)]);
        assert_eq!(refused, [Taken::TooSoon(APART); 19]);
    }
});
