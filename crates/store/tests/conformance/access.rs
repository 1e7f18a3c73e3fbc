//! Who may come in: organizations in their tree, and keys.

use crate::world::*;
use model::organization::Kind;
use model::role::{Capability, Role};
use store::{api_key, organization};

store::on_both!(organizations_stand_in_a_tree_and_each_name_is_taken_once, |t: TestStore| async move {
    let w = world(&t).await;
    let shop = t.saw(|tx| organization::by_name(tx, "shop")).await.unwrap();
    assert_eq!((shop.id, shop.parent, shop.kind), (w.shop, Some(w.branch), Kind::Reseller));
    assert_eq!(t.saw(move |tx| organization::by_id(tx, w.shop)).await, Some(shop));
    assert_eq!(t.did(move |tx| organization::insert(tx, "shop", Kind::Operator, w.root)).await, None);
    let below = "SELECT descendant_id FROM organization_tree WHERE ancestor_id = $1";
    for (above, expected) in [
        (w.root, vec![w.root, w.seller, w.reseller, w.branch, w.shop, w.rival]),
        (w.reseller, vec![w.reseller, w.branch, w.shop]),
        (w.branch, vec![w.branch, w.shop]),
        (w.shop, vec![w.shop]),
    ] {
        let mut found: Vec<OrganizationId> =
            t.saw(move |tx| tx.all(sql(below), store::args![&above], |row| row.get("descendant_id"))).await;
        let mut expected = expected;
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }
    assert_eq!(events_of(&t, *w.shop.bytes()).await, [("organization.created".to_owned(), 1)]);
});

store::on_both!(an_organization_is_not_put_below_one_that_is_not_there, |t: TestStore| async move {
    let nobody = OrganizationId::from_bytes([9; 16]);
    let lost = t.store.write(move |tx| organization::insert(tx, "lost", Kind::Reseller, nobody)).await;
    assert!(matches!(lost, Err(Error::Conflict(_))), "{lost:?}");
    assert_eq!(t.saw(|tx| organization::by_name(tx, "lost")).await, None);
});

store::on_both!(an_installation_has_one_root, |t: TestStore| async move {
    let second = "UPDATE organization SET parent_id = NULL WHERE name = 'rival'";
    world(&t).await;
    let refused = t.store.write(move |tx| tx.run(sql(second), &[])).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
});

fn key(organization: OrganizationId, prefix: &'static str, hash: u8) -> api_key::New<'static> {
    let scopes = Some(&[Capability::Read, Capability::Qualify][..]);
    let expires = Some(Timestamp::from_micros(1_900_000_000_000_000));
    api_key::New { organization, prefix, hash: [hash; 32], role: Role::Reseller, scopes, expires }
}

store::on_both!(a_key_is_found_by_its_hash_with_all_that_is_needed_to_let_it_in, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t.did(move |tx| api_key::insert(tx, &key(w.shop, "dmk_live_AB", 1))).await;
    let root = t
        .did(move |tx| {
            api_key::insert(
                tx,
                &api_key::New { scopes: None, expires: None, ..key(w.root, "dmk_live_CD", 2) },
            )
        })
        .await;
    let found = t.saw(|tx| api_key::by_hash(tx, &[1; 32])).await.unwrap();
    assert_eq!((found.id, found.organization, found.organization_name.as_str()), (id, w.shop, "shop"));
    assert_eq!((found.organization_kind, found.root, found.role), (Kind::Reseller, false, Role::Reseller));
    assert_eq!(found.scopes, Some(vec![Capability::Read, Capability::Qualify]));
    assert_eq!(found.expires, Some(Timestamp::from_micros(1_900_000_000_000_000)));
    assert_eq!((found.revoked, found.successor), (None, None));
    assert_eq!(t.saw(|tx| api_key::by_prefix(tx, "dmk_live_AB")).await, Some(found.clone()));
    let whole = t.saw(|tx| api_key::by_hash(tx, &[2; 32])).await.unwrap();
    assert_eq!((whole.id, whole.root, whole.scopes.clone(), whole.expires), (root, true, None, None));
    assert_eq!(t.saw(api_key::all).await, [found, whole]);
    assert_eq!(t.saw(|tx| api_key::by_hash(tx, &[3; 32])).await, None);
    let twice = t.store.write(move |tx| api_key::insert(tx, &key(w.shop, "dmk_live_EF", 1))).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
});

store::on_both!(a_key_is_revoked_once, |t: TestStore| async move {
    let w = world(&t).await;
    let id = t.did(move |tx| api_key::insert(tx, &key(w.shop, "dmk_live_AB", 1))).await;
    assert!(t.did(move |tx| api_key::revoke(tx, id)).await);
    let revoked = t.saw(|tx| api_key::by_hash(tx, &[1; 32])).await.unwrap().revoked;
    assert!(revoked.is_some());
    assert!(!t.did(move |tx| api_key::revoke(tx, id)).await);
    assert_eq!(t.saw(|tx| api_key::by_hash(tx, &[1; 32])).await.unwrap().revoked, revoked);
    let events = [("key.created".to_owned(), 1), ("key.revoked".to_owned(), 2)];
    assert_eq!(events_of(&t, *id.bytes()).await, events);
});

store::on_both!(a_key_has_one_successor_and_a_revoked_one_none, |t: TestStore| async move {
    let w = world(&t).await;
    let (old, new, other) = t
        .did(move |tx| {
            let mut insert = |prefix, hash| api_key::insert(tx, &key(w.shop, prefix, hash));
            Ok((insert("dmk_live_AB", 1)?, insert("dmk_live_CD", 2)?, insert("dmk_live_EF", 3)?))
        })
        .await;
    let end = Timestamp::from_micros(1_800_000_000_000_000);
    assert!(t.did(move |tx| api_key::succeed(tx, old, new, end)).await);
    assert!(!t.did(move |tx| api_key::succeed(tx, old, other, end)).await);
    let rotated = t.saw(|tx| api_key::by_hash(tx, &[1; 32])).await.unwrap();
    assert_eq!((rotated.successor, rotated.expires, rotated.revoked), (Some(new), Some(end), None));
    t.did(move |tx| api_key::revoke(tx, other)).await;
    assert!(!t.did(move |tx| api_key::succeed(tx, other, old, end)).await);
    let events = [("key.created".to_owned(), 1), ("key.rotated".to_owned(), 2)];
    assert_eq!(events_of(&t, *old.bytes()).await, events);
});
