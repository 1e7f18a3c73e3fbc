//! Users: found by address, listed within a scope, and locked while somebody signs in.

use crate::world::*;
use model::id::{CustomerId, UserId};
use model::role::Role;
use store::member::{self, Filter, Member};

fn new(organization: OrganizationId, email: &str) -> member::New<'_> {
    member::New {
        organization,
        customer: None,
        email,
        name: None,
        role: Role::Owner,
        password_hash: "$argon2id$1",
    }
}

/// A user of that organization, and perhaps of a customer.
pub async fn user(
    t: &TestStore,
    of: OrganizationId,
    email: &'static str,
    customer: Option<CustomerId>,
) -> Member {
    t.did(move |tx| {
        let number = member::insert(tx, &member::New { customer, ..new(of, email) })?.unwrap();
        let everything = Scope { organization: of, everything: true };
        Ok(member::by_number(tx, everything, number)?.unwrap())
    })
    .await
}

fn customer(tx: &mut Tx<'_>, of: OrganizationId) -> Result<CustomerId, Error> {
    let person = tx.vault().seal_json(&model::order::Person::default())?;
    Ok(store::customer::insert(tx, of, &store::customer::Sealed { person, email: None })?.unwrap())
}

store::on_both!(
    a_user_is_found_by_address_with_the_hash_and_an_address_is_taken_once,
    |t: TestStore| async move {
        let w = world(&t).await;
        let ann = user(&t, w.shop, "ann@example.org", None).await;
        assert_eq!(t.did(move |tx| member::insert(tx, &new(w.rival, "ann@example.org"))).await, None);
        assert_eq!((ann.organization, ann.organization_name.as_str(), ann.root), (w.shop, "shop", false));
        assert_eq!(
            (ann.role, ann.two_factor, ann.disabled, ann.name.clone()),
            (Role::Owner, false, None, None)
        );
        let (found, known) = t.saw(|tx| member::signing_in(tx, "ann@example.org")).await.unwrap();
        assert_eq!((&found, known.password_hash.as_str(), known.failures), (&ann, "$argon2id$1", 0));
        assert!(t.saw(|tx| member::signing_in(tx, "bob@example.org")).await.is_none());
        assert_eq!(events_of(&t, *ann.id.bytes()).await, in_sequence(&["user.created"]));
        let by = |organization| {
            let (scope, id, number) = (w.scope(organization), ann.id, ann.number);
            t.saw(move |tx| {
                let found = [
                    member::by_id(tx, scope, id)?,
                    member::by_number(tx, scope, number)?,
                    member::by_email(tx, scope, "ann@example.org")?,
                ];
                Ok(found.into_iter().flatten().count() + member::all(tx, scope)?.len())
            })
        };
        for (organization, seen) in [(w.root, 4), (w.reseller, 4), (w.shop, 4), (w.rival, 0), (w.seller, 0)] {
            assert_eq!(by(organization).await, seen);
        }
    }
);

store::on_both!(
    users_are_listed_within_a_scope_by_customer_and_by_a_text_in_any_case,
    |t: TestStore| async move {
        let w = world(&t).await;
        let (mine, other) = t.did(move |tx| Ok((customer(tx, w.shop)?, customer(tx, w.shop)?))).await;
        user(&t, w.shop, "ann@example.org", None).await;
        user(&t, w.shop, "bob_1@example.org", Some(mine)).await;
        user(&t, w.branch, "bobx1@example.org", None).await;
        user(&t, w.rival, "rival@example.org", None).await;
        t.did(move |tx| {
            let named = member::New {
                name: Some("Øjvind 100%"),
                customer: Some(other),
                ..new(w.shop, "o@example.org")
            };
            member::insert(tx, &named)
        })
        .await;
        let listed = |organization, filter: Filter, window| {
            let scope = w.scope(organization);
            t.saw(move |tx| {
                let (page, total) = member::seen(tx, scope, &filter, window)?;
                let names: Vec<String> =
                    page.into_iter().map(|m| m.email.split('@').next().unwrap().to_owned()).collect();
                Ok((names.join(" "), total))
            })
        };
        let all = (10, 0);
        let text = |text: &str| Filter { text: Some(text.into()), ..Filter::default() };
        for (organization, filter, window, names, total) in [
            (w.root, Filter::default(), all, "ann bob_1 bobx1 rival o", 5),
            (w.reseller, Filter::default(), all, "ann bob_1 bobx1 o", 4),
            (w.reseller, Filter::default(), (2, 1), "bob_1 bobx1", 4),
            (w.rival, Filter { customer: Some(mine), ..Filter::default() }, all, "", 0),
            (w.shop, Filter { customer: Some(mine), ..Filter::default() }, all, "bob_1", 1),
            (w.reseller, Filter { organization: Some(w.branch), ..Filter::default() }, all, "bobx1", 1),
            (w.shop, Filter { organization: Some(w.branch), ..Filter::default() }, all, "", 0),
            (w.root, text("BOB"), all, "bob_1 bobx1", 2),
            (w.root, text("bob_"), all, "bob_1", 1),
            (w.root, text("øJVIND"), all, "o", 1),
            (w.root, text("0%"), all, "o", 1),
            (w.root, text("!"), all, "", 0),
        ] {
            assert_eq!(
                listed(organization, filter.clone(), window).await,
                (names.into(), total),
                "{filter:?}"
            );
        }
    }
);

store::on_both!(
    a_customer_is_named_by_id_or_number_within_its_own_organization_only,
    |t: TestStore| async move {
        let w = world(&t).await;
        t.did(move |tx| {
            let id = customer(tx, w.shop)?;
            let number = store::customer::by_id(tx, w.scope(w.root), id)?.unwrap().number;
            for named in [id.to_string(), id.to_string().to_uppercase(), number.to_string()] {
                assert_eq!(member::customer(tx, w.shop, &named)?, Some(id), "{named}");
                assert_eq!(member::customer(tx, w.branch, &named)?, None, "{named}");
            }
            for nobody in ["", "0", "-1", "x", "999999", "00000000-0000-0000-0000-000000000000"] {
                assert_eq!(member::customer(tx, w.shop, nobody)?, None, "{nobody}");
            }
            Ok(())
        })
        .await;
    }
);

store::on_both!(what_changes_of_a_user_is_kept_and_told_in_sequence, |t: TestStore| async move {
    let w = world(&t).await;
    let ann = user(&t, w.shop, "ann@example.org", None).await;
    let id = ann.id;
    let until = moment(60);
    t.did(move |tx| {
        let (mut ann, mut known) = member::lock(tx, id)?.unwrap();
        known.set_totp(tx.vault(), Some(b"secret"))?;
        (known.totp_step, known.failures, known.locked_until) = (Some(7), 3, Some(until));
        ann.disabled = Some(until);
        member::save(tx, &ann, &known, "user.disabled", serde_json::json!({}))?;
        member::tell(tx, &ann, "session.ended", serde_json::json!({}))
    })
    .await;
    let nobody: UserId = t.store.identity().unwrap();
    let (ann, known) = t
        .did(move |tx| {
            assert!(member::lock(tx, nobody)?.is_none());
            let (ann, known) = member::lock(tx, id)?.unwrap();
            assert_eq!(known.totp(tx.vault())?.unwrap(), b"secret");
            Ok((ann, known))
        })
        .await;
    assert_eq!((ann.two_factor, ann.disabled), (true, Some(until)));
    assert_eq!((known.totp_step, known.failures, known.locked_until), (Some(7), 3, Some(until)));
    let told = in_sequence(&["user.created", "user.disabled", "session.ended"]);
    assert_eq!(events_of(&t, *id.bytes()).await, told);
});

store::on_both!(of_failures_that_are_counted_at_the_same_time_none_is_lost, |t: TestStore| async move {
    let w = world(&t).await;
    let id = user(&t, w.shop, "ann@example.org", None).await.id;
    let count = |store: Store| async move {
        store
            .did(move |tx| {
                let (ann, mut known) = member::lock(tx, id)?.unwrap();
                known.failures += 1;
                member::save(tx, &ann, &known, "user.sign_in_failed", serde_json::json!({}))
            })
            .await;
    };
    together((0..20).map(|_| count(t.store.clone()))).await;
    let (_, known) = t.saw(|tx| member::signing_in(tx, "ann@example.org")).await.unwrap();
    assert_eq!(known.failures, 20);
    let sequences: Vec<i64> = events_of(&t, *id.bytes()).await.into_iter().map(|(_, n)| n).collect();
    assert_eq!(sequences, (1..=21).collect::<Vec<_>>());
});
