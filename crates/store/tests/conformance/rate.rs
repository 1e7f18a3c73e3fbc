//! A carrier's rate: the time in which its calls may begin is given out to nobody twice.

use crate::world::*;
use store::rate::{self, AHEAD};

const STRETCH: Duration = Duration::from_millis(100);

/// When the stretch begins that is reserved, by the store's machine time.
async fn reserve(t: &Store, id: CarrierId) -> Option<i64> {
    t.did(move |tx| {
        let now = tx.machine_time()?;
        Ok(rate::reserve(tx, id, STRETCH)?.map(|wait| now + wait.as_micros() as i64))
    })
    .await
}

async fn wait(t: &Store, id: CarrierId) -> Option<Duration> {
    t.did(move |tx| rate::reserve(tx, id, STRETCH)).await
}

store::on_both!(no_stretch_is_reserved_twice_nor_far_ahead, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    let one = |_| {
        let t = t.clone();
        async move { reserve(&t, w.carrier).await }
    };
    let began = t.did(|tx| tx.machine_time()).await;
    let mut begins: Vec<i64> = together((0..40).map(one)).await.into_iter().flatten().collect();
    let took = t.did(|tx| tx.machine_time()).await - began;
    begins.sort_unstable();
    // Within what two looks at the clock in one transaction differ by.
    let apart = STRETCH.as_micros() as i64 * 8 / 10;
    assert!(begins.windows(2).all(|two| two[1] - two[0] >= apart), "{begins:?}");
    let most = (AHEAD.as_micros() as i64 + took) / STRETCH.as_micros() as i64 + 1;
    assert!(begins.len() >= 10 && begins.len() as i64 <= most, "{} of {most}", begins.len());
});

store::on_both!(what_nobody_reserved_is_not_saved_up, |t: TestStore| async move {
    let (t, w) = (&t.store, world(&t).await);
    assert_eq!(wait(t, w.carrier).await, Some(Duration::ZERO));
    tokio::time::sleep(STRETCH * 4).await;
    assert_eq!(wait(t, w.carrier).await, Some(Duration::ZERO));
    let next = wait(t, w.carrier).await.unwrap();
    assert!(next > Duration::ZERO && next <= STRETCH, "{next:?}");
});

store::on_both!(
    one_carriers_rate_is_not_anothers_nor_is_it_shut_by_a_clock_set_back,
    |t: TestStore| async move {
        let (t, w) = (&t.store, world(&t).await);
        let other = t
            .did(move |tx| {
                Ok(store::carrier::insert(tx, "aruba", "sandbox", w.seller, &serde_json::json!({}))?
                    .unwrap()
                    .id)
            })
            .await;
        for _ in 0..10 {
            wait(t, w.carrier).await;
        }
        assert_ne!(wait(t, w.carrier).await, Some(Duration::ZERO));
        assert_eq!(wait(t, other).await, Some(Duration::ZERO));
        // An hour later than the clock says now.
        let ahead = sql("UPDATE carrier_rate SET next_at = next_at + 3600000000");
        t.did(move |tx| tx.run(ahead, &[])).await;
        assert_eq!(wait(t, w.carrier).await, Some(Duration::ZERO));
    }
);
