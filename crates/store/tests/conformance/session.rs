//! Tokens of people: used, ended one by one or all at once, and forgotten some time after they ended.

use crate::member::user;
use crate::world::*;
use model::credential::{ApiKey, Kind};
use model::id::UserId;
use store::session::{self, Named};

/// A token whose secret is that byte, again and again.
fn token(kind: Kind, byte: u8) -> ApiKey {
    ApiKey::write(kind.word(), [byte; 5], [byte; 32])
}

fn insert(tx: &mut Tx<'_>, of: UserId, kind: Kind, byte: u8, minutes: Option<u32>) -> Result<(), Error> {
    session::insert(tx, of, kind, (&token(kind, byte), [byte; 32]), minutes).map(|_| ())
}

store::on_both!(a_token_is_found_by_its_hash_and_a_use_never_goes_back, |t: TestStore| async move {
    let w = world(&t).await;
    let ann = user(&t, w.shop, "ann@example.org", None).await.id;
    t.did(move |tx| insert(tx, ann, Kind::Session, 1, Some(15))).await;
    let found = t.saw(|tx| session::by_hash(tx, &[1; 32])).await.unwrap();
    assert_eq!((found.user, found.kind, found.minutes), (ann, Kind::Session, Some(15)));
    assert_eq!((found.prefix.as_str(), found.used), (token(Kind::Session, 1).prefix(), found.created));
    let (later, number) = (found.created.plus(Duration::from_secs(60)), found.number);
    assert!(t.did(move |tx| session::touch(tx, number, later)).await);
    assert!(t.did(move |tx| session::touch(tx, number, later.minus(Duration::from_secs(30)))).await);
    assert_eq!(t.saw(|tx| session::by_hash(tx, &[1; 32])).await.unwrap().used, later);
    assert!(!t.did(move |tx| session::touch(tx, number + 1, later)).await, "it is there no more");
    assert_eq!(t.saw(|tx| session::by_hash(tx, &[2; 32])).await, None);
});

store::on_both!(tokens_are_ended_one_by_one_or_all_of_a_kind_and_nobody_elses, |t: TestStore| async move {
    let w = world(&t).await;
    let (ann, bob) =
        (user(&t, w.shop, "ann@example.org", None).await, user(&t, w.shop, "bob@example.org", None).await);
    let (ann_id, bob_id) = (ann.id, bob.id);
    t.did(move |tx| {
        for byte in 1..=3 {
            insert(tx, ann.id, Kind::Session, byte, Some(15))?;
        }
        insert(tx, ann.id, Kind::Machine, 4, None)?;
        insert(tx, bob.id, Kind::Session, 5, Some(15))?;
        let first = Named { hash: [1; 32], prefix: "" };
        assert!(!session::end(tx, &bob, first)?, "it is not bob's");
        assert!(session::end(tx, &ann, first)?);
        assert!(!session::end(tx, &ann, first)?);
        let machine = token(Kind::Machine, 4);
        assert!(session::end(tx, &ann, Named { hash: [0; 32], prefix: machine.prefix() })?);
        insert(tx, ann.id, Kind::Machine, 6, None)?;
        assert_eq!(session::count(tx, ann.id, Kind::Session)?, 2);
        assert_eq!(session::end_all(tx, &ann, Kind::Session)?, 2);
        assert_eq!(session::end_all(tx, &ann, Kind::Session)?, 0);
        assert_eq!(
            (session::count(tx, ann.id, Kind::Machine)?, session::count(tx, bob.id, Kind::Session)?),
            (1, 1)
        );
        Ok(())
    })
    .await;
    let told = in_sequence(&["user.created", "session.ended", "machine_token.revoked", "session.ended"]);
    assert_eq!(events_of(&t, *ann_id.bytes()).await, told);
    assert_eq!(events_of(&t, *bob_id.bytes()).await, in_sequence(&["user.created"]));
});

store::on_both!(only_what_ended_before_a_moment_is_forgotten, |t: TestStore| async move {
    let w = world(&t).await;
    let (ann, bob) = (
        user(&t, w.shop, "ann@example.org", None).await.id,
        user(&t, w.shop, "bob@example.org", None).await.id,
    );
    t.did(move |tx| {
        insert(tx, ann, Kind::Session, 1, Some(15))?;
        insert(tx, ann, Kind::Session, 2, Some(60))?;
        insert(tx, ann, Kind::Session, 3, None)?;
        insert(tx, bob, Kind::Session, 4, Some(15))?;
        insert(tx, bob, Kind::Session, 5, Some(15))?;
        let after = |minutes: u64| tx.now().plus(Duration::from_secs(minutes * 60));
        let (early, middle, late) = (after(15), after(16), after(61));
        session::prune_of(tx, ann, early)?;
        assert_eq!(session::count(tx, ann, Kind::Session)?, 3);
        session::prune_of(tx, ann, middle)?;
        assert_eq!(
            (session::count(tx, ann, Kind::Session)?, session::count(tx, bob, Kind::Session)?),
            (2, 2)
        );
        assert_eq!(session::prune(tx, late, 2)?, 2);
        assert_eq!(session::prune(tx, late, 2)?, 1);
        assert_eq!(session::prune(tx, late, 2)?, 0);
        assert!(session::by_hash(tx, &[3; 32])?.is_some(), "it does not end");
        Ok(())
    })
    .await;
});
