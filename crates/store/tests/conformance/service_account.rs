//! Service accounts.

use crate::world::*;
use model::organization::Kind;
use model::role::Role;
use store::service_account::{self, New, Revoked};

fn key(organization: OrganizationId, kid: &'static str) -> New<'static> {
    let expires = Some(Timestamp::from_micros(1_900_000_000_000_000));
    New { organization, name: "billing", role: Role::Viewer, kid, public_key: &[0x30, 0, 0xff], expires }
}

fn within(organization: OrganizationId) -> Scope {
    Scope { organization, everything: false }
}

store::on_both!(
    a_key_is_found_by_its_kid_with_all_that_is_needed_to_let_its_tokens_in,
    |t: TestStore| async move {
        let w = world(&t).await;
        let id = t.did(move |tx| service_account::insert(tx, &key(w.shop, "k1"))).await.unwrap();
        let found = t.saw(|tx| service_account::by_kid(tx, "k1")).await.unwrap();
        assert_eq!((found.id, found.organization, found.organization_name.as_str()), (id, w.shop, "shop"));
        assert_eq!((found.organization_kind, found.root, found.role), (Kind::Reseller, false, Role::Viewer));
        assert_eq!((found.name.as_str(), found.kid.as_str()), ("billing", "k1"));
        assert_eq!(found.public_key, [0x30, 0, 0xff]);
        assert_eq!(found.expires, Some(Timestamp::from_micros(1_900_000_000_000_000)));
        assert_eq!(found.revoked, None);
        assert_eq!(t.saw(|tx| service_account::by_kid(tx, "K1")).await, None);
        assert_eq!(
            t.did(move |tx| service_account::insert(tx, &key(w.rival, "k1"))).await,
            None,
            "it is taken"
        );
        let second = New { expires: None, ..key(w.shop, "k2") };
        t.did(move |tx| service_account::insert(tx, &second)).await.expect("another key of the same account");
        let root = t.did(move |tx| service_account::insert(tx, &key(w.root, "k3"))).await;
        assert!(root.is_some() && t.saw(|tx| service_account::by_kid(tx, "k3")).await.unwrap().root);
    }
);

store::on_both!(keys_are_listed_and_revoked_within_the_scope, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t.did(move |tx| service_account::insert(tx, &key(w.shop, "k1"))).await.unwrap();
    let seen = |scope| t.saw(move |tx| Ok(service_account::all(tx, scope)?.len()));
    assert_eq!(
        (seen(within(w.shop)).await, seen(within(w.reseller)).await, seen(within(w.rival)).await),
        (1, 1, 0)
    );
    assert_eq!(seen(Scope { organization: w.root, everything: true }).await, 1);
    let revoke = |scope, kid| t.did(move |tx| service_account::revoke(tx, scope, kid));
    assert_eq!(revoke(within(w.rival), "k1").await, Revoked::Unknown);
    assert_eq!(revoke(within(w.reseller), "k2").await, Revoked::Unknown);
    let generation = || t.saw(|tx| store::change::of(tx, store::change::ACCESS));
    let before = generation().await;
    assert_eq!(revoke(within(w.reseller), "k1").await, Revoked::Now);
    assert!(generation().await > before);
    assert_eq!(revoke(within(w.reseller), "k1").await, Revoked::Before);
    assert!(t.saw(|tx| service_account::by_kid(tx, "k1")).await.unwrap().revoked.is_some());
    let events = [("service_account.created".to_owned(), 1), ("service_account.revoked".to_owned(), 2)];
    assert_eq!(events_of(&t, *id.bytes()).await, events);
});
