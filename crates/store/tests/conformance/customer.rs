//! Customers: told apart by their e-mail address within an organization, and seen by those above them only.

use crate::world::*;
use model::id::CustomerId;
use model::order::Person;
use store::customer::{self, Sealed};

fn person(email: &str) -> Person {
    Person { first_name: "Ann".into(), email: email.into(), ..Person::default() }
}

fn insert(tx: &mut Tx<'_>, of: OrganizationId, email: &str) -> Result<Option<CustomerId>, Error> {
    let sealed = Sealed::new(tx.vault(), &person(email), true)?;
    customer::insert(tx, of, &sealed)
}

/// Ids of a page of those whom a scope finds by an address, and how many there are.
async fn found(t: &TestStore, scope: Scope, email: &'static str, page: (i64, i64)) -> (Vec<CustomerId>, i64) {
    t.saw(move |tx| {
        let digest = customer::email(tx.vault(), email);
        let (page, total) = customer::by_email(tx, scope, &digest, page)?;
        Ok((page.into_iter().map(|customer| customer.id).collect(), total))
    })
    .await
}

store::on_both!(
    an_organization_has_one_customer_with_an_address_in_whatever_case,
    |t: TestStore| async move {
        let w = world(&t).await;
        let ann = t.did(move |tx| insert(tx, w.reseller, "Ann@Example.org")).await.unwrap();
        for again in ["Ann@Example.org", "ann@example.ORG", "  ANN@example.org "] {
            assert_eq!(t.did(move |tx| insert(tx, w.reseller, again)).await, None, "{again}");
        }
        let others =
            [(w.reseller, "bob@example.org"), (w.shop, "ann@example.org"), (w.rival, "ann@example.org")];
        for (of, email) in others {
            assert!(t.did(move |tx| insert(tx, of, email)).await.is_some(), "{email}");
        }
        let kept = t.saw(move |tx| customer::by_id(tx, w.scope(w.reseller), ann)).await.unwrap();
        assert_eq!((kept.id, kept.organization), (ann, w.reseller));
        assert!(kept.person == person("Ann@Example.org"), "kept as it was written");
        assert_eq!(events_of(&t, *ann.bytes()).await, in_sequence(&["customer.created"]));
    }
);

store::on_both!(of_customers_that_come_at_the_same_time_one_gets_the_address, |t: TestStore| async move {
    let w = world(&t).await;
    let emails = ["ann@example.org", "ANN@example.org", "Ann@Example.Org"];
    let all = (0..24).map(|i| t.did(move |tx| insert(tx, w.reseller, emails[i % 3])));
    assert_eq!(together(all).await.into_iter().flatten().count(), 1);
    assert_eq!(found(&t, w.scope(w.root), "ann@example.org", (10, 0)).await.1, 1);
});

store::on_both!(those_without_an_address_of_their_own_may_have_the_same_one, |t: TestStore| async move {
    let w = world(&t).await;
    let id = CustomerId::from_bytes([7; 16]);
    t.did(move |tx| {
        insert(tx, w.reseller, "ann@example.org")?.unwrap();
        let shared = Sealed::new(tx.vault(), &person("ann@example.org"), false)?;
        customer::insert(tx, w.reseller, &shared)?.unwrap();
        assert_eq!(customer::insert_as(tx, id, w.reseller, &shared)?, Some(id));
        assert_eq!(customer::insert_as(tx, id, w.rival, &shared)?, None, "the id is taken");
        Ok(())
    })
    .await;
    assert_eq!(found(&t, w.scope(w.root), "ann@example.org", (10, 0)).await.1, 1);
});

store::on_both!(
    a_customer_is_found_by_those_it_belongs_to_and_those_above_but_not_by_who_sells,
    |t: TestStore| async move {
        let w = world(&t).await;
        let [reseller, shop, rival] = t
            .did(move |tx| {
                insert(tx, w.reseller, "bob@example.org")?;
                let mut ann = |of| Ok::<_, Error>(insert(tx, of, "ann@example.org")?.unwrap());
                Ok([ann(w.reseller)?, ann(w.shop)?, ann(w.rival)?])
            })
            .await;
        for (who, sees) in [
            (w.root, vec![reseller, shop, rival]),
            (w.reseller, vec![reseller, shop]),
            (w.branch, vec![shop]),
            (w.shop, vec![shop]),
            (w.rival, vec![rival]),
            (w.seller, vec![]),
        ] {
            let scope = w.scope(who);
            let total = sees.len() as i64;
            assert_eq!(found(&t, scope, "Ann@example.org", (10, 0)).await, (sees.clone(), total));
            for id in [reseller, shop, rival] {
                let seen = t.saw(move |tx| Ok(customer::by_id(tx, scope, id)?.is_some())).await;
                assert_eq!(seen, sees.contains(&id));
            }
        }
        let root = w.scope(w.root);
        assert_eq!(found(&t, root, "ann@example.org", (2, 0)).await, (vec![reseller, shop], 3));
        assert_eq!(found(&t, root, "ann@example.org", (2, 2)).await, (vec![rival], 3));
        assert_eq!(found(&t, root, "ann@example.net", (10, 0)).await, (vec![], 0));
        for (of, own) in
            [(w.reseller, Some(reseller)), (w.branch, None), (w.shop, Some(shop)), (w.root, None)]
        {
            let found = t.saw(move |tx| {
                let digest = customer::email(tx.vault(), "ANN@example.org");
                Ok(customer::own_by_email(tx, of, &digest)?.map(|customer| customer.id))
            });
            assert_eq!(found.await, own);
        }
    }
);

/// What becomes of a customer that gets another address.
async fn moved(t: &Store, w: World, id: CustomerId, email: &'static str) -> Result<bool, Error> {
    let work = move |tx: &mut Tx<'_>| {
        let customer = customer::by_id(tx, w.scope(w.root), id)?.unwrap();
        let sealed = Sealed::new(tx.vault(), &person(email), true)?;
        customer::save(tx, &customer, &sealed)
    };
    t.write(work).await
}

store::on_both!(a_customer_does_not_get_the_address_of_another, |t: TestStore| async move {
    let w = world(&t).await;
    let [ann, bob] = t
        .did(move |tx| {
            tx.set_now(moment(0));
            insert(tx, w.rival, "eve@example.org")?.unwrap();
            Ok(["ann@example.org", "bob@example.org"]
                .map(|email| insert(tx, w.reseller, email).unwrap().unwrap()))
        })
        .await;
    assert!(!moved(&t.store, w, bob, "ANN@example.org").await.unwrap());
    let kept = t.saw(move |tx| customer::by_id(tx, w.scope(w.root), bob)).await.unwrap();
    assert!(kept.person == person("bob@example.org") && kept.updated == moment(0));
    assert_eq!(events_of(&t, *bob.bytes()).await, in_sequence(&["customer.created"]));
    // Its own in another case, one that is free, and one that somebody else's customer has.
    for email in ["BOB@example.org", "bob@example.net", "eve@example.org"] {
        assert!(moved(&t.store, w, bob, email).await.unwrap(), "{email}");
        assert_eq!(found(&t, w.scope(w.reseller), email, (10, 0)).await, (vec![bob], 1));
    }
    assert!(moved(&t.store, w, ann, "bob@example.org").await.unwrap(), "it is free again");
    let now = t.saw(move |tx| customer::by_id(tx, w.scope(w.root), bob)).await.unwrap();
    assert!(now.person == person("eve@example.org") && now.created == moment(0) && now.updated != moment(0));
    let kinds = ["customer.created", "customer.changed", "customer.changed", "customer.changed"];
    assert_eq!(events_of(&t, *bob.bytes()).await, in_sequence(&kinds));
});

store::on_both!(of_customers_that_change_at_the_same_time_one_gets_the_address, |t: TestStore| async move {
    let w = world(&t).await;
    let ids: Vec<CustomerId> = t
        .did(move |tx| {
            let mut insert = |i| Ok(insert(tx, w.reseller, &format!("{i}@example.org"))?.unwrap());
            (0..16).map(&mut insert).collect()
        })
        .await;
    let all = ids.into_iter().map(|id| {
        let store = t.store.clone();
        async move { moved(&store, w, id, "ann@example.org").await }
    });
    let mut got = 0;
    for answer in together(all).await {
        match answer {
            Ok(true) => got += 1,
            // The index says it where the other one was not committed yet.
            Ok(false) | Err(Error::Conflict(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(got, 1);
    assert_eq!(found(&t, w.scope(w.root), "ann@example.org", (10, 0)).await.1, 1);
});

store::on_both!(changes_at_the_same_time_leave_no_gap_in_a_customers_events, |t: TestStore| async move {
    let w = world(&t).await;
    let ann = t.did(move |tx| insert(tx, w.reseller, "ann@example.org")).await.unwrap();
    let all = (0..20).map(|_| {
        let store = t.store.clone();
        async move { moved(&store, w, ann, "ann@example.org").await.unwrap() }
    });
    assert!(together(all).await.into_iter().all(|saved| saved));
    let mut kinds = vec!["customer.changed"; 21];
    kinds[0] = "customer.created";
    assert_eq!(events_of(&t, *ann.bytes()).await, in_sequence(&kinds));
});
