//! Carriers: who may use them, and what the engine keeps for them.

use crate::world::*;
use store::carrier;

store::on_both!(a_carrier_is_read_as_it_was_made_and_its_name_is_taken_once, |t: TestStore| async move {
    let w = world(&t).await;
    let settings = serde_json::json!({"url": "https://c.example", "secret": "s3cret", "rate": 2.5});
    let own = settings.clone();
    let made = t.did(move |tx| carrier::insert(tx, "aruba", "sandbox", w.seller, &own)).await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.connector.as_str(), made.organization),
        ("aruba", "sandbox", w.seller)
    );
    assert!(made.settings == settings && !made.holds_premises);
    let id = made.id;
    assert_eq!(t.saw(move |tx| carrier::by_id(tx, id)).await.as_ref(), Some(&made));
    assert_eq!(t.saw(|tx| carrier::by_name(tx, "aruba")).await.as_ref(), Some(&made));
    assert_eq!(
        t.saw(carrier::all).await.iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
        ["fastweb", "aruba"]
    );
    assert_eq!(
        t.did(move |tx| carrier::insert(tx, "aruba", "sandbox", w.root, &serde_json::json!({}))).await,
        None
    );
    assert_eq!(t.saw(|tx| carrier::by_name(tx, "Aruba")).await, None);
    assert_eq!(events_of(&t, *id.bytes()).await, [("carrier.created".to_owned(), 1)]);
});

store::on_both!(
    a_restricted_carrier_is_for_its_owner_and_those_listed_and_those_below_them,
    |t: TestStore| async move {
        let w = world(&t).await;
        let everybody = [w.root, w.seller, w.reseller, w.branch, w.shop, w.rival];
        let users = async || {
            let mut users = Vec::new();
            for organization in everybody {
                let usable = t.saw(move |tx| carrier::usable(tx, organization)).await;
                users.extend((!usable.is_empty()).then_some(organization));
            }
            users
        };
        assert_eq!(users().await, everybody);
        t.did(move |tx| carrier::restrict(tx, w.carrier, &[w.branch])).await;
        assert_eq!(users().await, [w.seller, w.branch, w.shop]);
        t.did(move |tx| carrier::restrict(tx, w.carrier, &[w.rival, w.rival])).await;
        assert_eq!(users().await, [w.seller, w.rival], "the new list takes the place of the old one");
        t.did(move |tx| carrier::restrict(tx, w.carrier, &[])).await;
        assert_eq!(users().await, [w.seller]);
        let sequences: Vec<i64> =
            events_of(&t, *w.carrier.bytes()).await.into_iter().map(|(_, sequence)| sequence).collect();
        assert_eq!(sequences, [1, 2, 3, 4]);
    }
);

store::on_both!(a_session_is_kept_while_it_is_valid_in_business_time, |t: TestStore| async move {
    let w = world(&t).await;
    let session = move |tx: &mut Tx<'_>| carrier::session(tx, w.carrier);
    assert_eq!(t.saw(session).await, None);
    let until = t.store.clock().now().plus(LEASE);
    for token in ["first", "second"] {
        t.did(move |tx| carrier::save_session(tx, w.carrier, &serde_json::json!({"token": token}), until))
            .await;
        assert_eq!(t.saw(session).await, Some((serde_json::json!({"token": token}), until)));
    }
    t.store.clock().set_offset(61_000_000);
    assert_eq!(t.saw(session).await, None, "it expired");
    t.store.clock().set_offset(0);
    t.did(move |tx| carrier::drop_session(tx, w.carrier)).await;
    assert_eq!(t.saw(session).await, None);
});

store::on_both!(a_feed_is_polled_by_one_worker_at_a_time_when_it_is_due, |t: TestStore| async move {
    let w = world(&t).await;
    let claim = |lease: Duration| t.did(move |tx| carrier::claim_feed(tx, w.carrier, lease));
    let one = |_| t.did(move |tx| carrier::claim_feed(tx, w.carrier, LEASE));
    let claims: Vec<_> = together((0..10).map(one)).await.into_iter().flatten().collect();
    assert_eq!(claims, [(serde_json::Value::Null, 1)]);
    let due = t.store.clock().now().plus(LEASE);
    let settle = move |fence: i64, cursor: &'static str| {
        move |tx: &mut Tx<'_>| {
            carrier::settle_feed(tx, w.carrier, fence, &serde_json::json!({"after": cursor}), due)
        }
    };
    assert!(t.did(settle(1, "x")).await);
    assert_eq!(claim(LEASE).await, None, "not due");
    t.store.clock().set_offset(61_000_000);
    assert_eq!(claim(Duration::from_millis(1)).await, Some((serde_json::json!({"after": "x"}), 2)));
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(claim(LEASE).await.map(|(_, fence)| fence), Some(3), "the lease ended");
    assert!(!t.did(settle(2, "late")).await, "it was replaced");
    assert!(t.did(settle(3, "y")).await);
});
