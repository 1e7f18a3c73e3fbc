//! Mails: each is claimed by one worker at a time, put off, and comes to one end that is told.

use crate::world::*;
use model::mail::{Kind, Language, State, Wording, Written};
use std::collections::HashSet;
use store::mail::{self, Mail, New};

/// Long enough for what a test does within it.
const SHORT: Duration = Duration::from_millis(400);

fn queue(tx: &mut Tx<'_>, organization: OrganizationId, recipient: &str) -> Result<i64, Error> {
    let written = Written { recipient: recipient.into(), subject: "s".into(), body: "b".into() };
    let give_up = tx.machine_time()? + 1_000_000_000;
    let new = New { organization, kind: Kind::Test, about: "", written: &written, give_up, refused: None };
    mail::insert(tx, &new)
}

async fn queued(t: &TestStore, w: World) -> i64 {
    t.did(move |tx| queue(tx, w.reseller, "mette@example.dk")).await
}

async fn claim(t: &TestStore, lease: Duration) -> Vec<Mail> {
    t.did(move |tx| mail::claim(tx, "example.net", lease, 10)).await
}

async fn stored(t: &TestStore, w: World, number: i64) -> Mail {
    let all = t.saw(move |tx| mail::list(tx, w.scope(w.root), 100)).await;
    all.into_iter().find(|mail| mail.number == number).unwrap()
}

store::on_both!(no_mail_is_ever_claimed_by_two, |t: TestStore| async move {
    let w = world(&t).await;
    t.did(move |tx| (0..100).try_for_each(|_| queue(tx, w.reseller, "a@example.dk").map(|_| ()))).await;
    let other = open_again(&t, store::Role::Command).await;
    let worker = |i: u32| {
        let store = if i.is_multiple_of(2) { t.store.clone() } else { other.clone() };
        async move {
            let mut own = Vec::new();
            loop {
                let some = store.did(|tx| mail::claim(tx, "example.net", LEASE, 3)).await;
                if some.is_empty() {
                    return own;
                }
                own.extend(some.into_iter().map(|mail| (mail.number, mail.fence)));
            }
        }
    };
    let mut claimed: Vec<_> = together((0..8).map(worker)).await.into_iter().flatten().collect();
    // Somebody may have gone past rows that another one was just looking at.
    let rest = t.did(|tx| mail::claim(tx, "example.net", LEASE, 100)).await;
    claimed.extend(rest.into_iter().map(|mail| (mail.number, mail.fence)));
    assert_eq!(claimed.len(), 100);
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 100);
    assert!(claimed.iter().all(|(_, fence)| *fence == 1));
});

store::on_both!(
    a_mail_is_claimed_again_after_its_lease_and_the_first_worker_decides_nothing,
    |t: TestStore| async move {
        let w = world(&t).await;
        let number = queued(&t, w).await;
        let begun = store::machine();
        let first = claim(&t, SHORT).await.remove(0);
        let mut second = claim(&t, LEASE).await;
        while second.is_empty() {
            assert!(store::machine() - begun < SHORT * 10, "the lease never ends");
            tokio::time::sleep(Duration::from_millis(10)).await;
            second = claim(&t, LEASE).await;
        }
        // SQLite's clock is exact to the millisecond.
        assert!(store::machine() - begun + Duration::from_millis(2) >= SHORT, "the lease ended early");
        let second = second.remove(0);
        assert_eq!((second.number, second.fence, second.tries), (number, 2, 0));
        let (late, of) = t
            .did(move |tx| {
                let refused = mail::end(tx, &first, State::Failed, "late", 1)?;
                Ok((refused || mail::put_off(tx, &first, "late", Duration::ZERO, 1)?, first.number))
            })
            .await;
        assert!(!late && stored(&t, w, of).await.error.is_none());
        assert!(t.did(move |tx| mail::put_off(tx, &second, "away", LEASE, 1)).await);
    }
);

store::on_both!(what_the_server_has_taken_is_sent_whoever_says_it_and_once, |t: TestStore| async move {
    let w = world(&t).await;
    let number = queued(&t, w).await;
    let first = claim(&t, Duration::ZERO).await.remove(0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let second = claim(&t, LEASE).await.remove(0);
    let id = *first.id.bytes();
    assert!(t.did(move |tx| mail::sent(tx, &first)).await);
    let again = t.did(move |tx| {
        let again = mail::sent(tx, &second)? || mail::end(tx, &second, State::GivenUp, "late", 1)?;
        Ok(again || mail::put_off(tx, &second, "late", Duration::ZERO, 1)?)
    });
    assert!(!again.await);
    let mail = stored(&t, w, number).await;
    assert_eq!((mail.state, mail.tries, mail.sent.is_some()), (State::Sent, 1, true));
    assert_eq!(events_of(&t, id).await, in_sequence(&["mail.queued", "mail.sent"]));
    assert!(claim(&t, LEASE).await.is_empty());
});

store::on_both!(a_mail_that_is_put_off_waits_and_keeps_its_domain_and_why, |t: TestStore| async move {
    let w = world(&t).await;
    let number = queued(&t, w).await;
    let mail = claim(&t, LEASE).await.remove(0);
    assert_eq!(mail.domain.as_deref(), Some("example.net"));
    assert!(t.did(move |tx| mail::put_off(tx, &mail, "greylisted", SHORT, 1)).await);
    assert!(claim(&t, LEASE).await.is_empty());
    let waiting = stored(&t, w, number).await;
    assert_eq!(
        (waiting.state, waiting.tries, waiting.error.as_deref()),
        (State::Queued, 1, Some("greylisted"))
    );
    tokio::time::sleep(SHORT + Duration::from_millis(10)).await;
    let again = t.did(|tx| mail::claim(tx, "example.org", LEASE, 10)).await.remove(0);
    assert_eq!((again.number, again.fence, again.domain.as_deref()), (number, 2, Some("example.net")));
});

store::on_both!(a_mail_ends_once_with_the_reason, |t: TestStore| async move {
    let w = world(&t).await;
    for (state, happened) in [(State::Failed, "mail.failed"), (State::GivenUp, "mail.given_up")] {
        let number = queued(&t, w).await;
        let mail = claim(&t, LEASE).await.remove(0);
        let id = *mail.id.bytes();
        assert!(t.did(move |tx| mail::end(tx, &mail, state, "550 no such mailbox", 3)).await);
        let ended = stored(&t, w, number).await;
        assert_eq!(
            (ended.state, ended.tries, ended.error.as_deref()),
            (state, 3, Some("550 no such mailbox"))
        );
        assert_eq!(events_of(&t, id).await, in_sequence(&["mail.queued", happened]));
    }
    assert!(claim(&t, LEASE).await.is_empty());
    assert_eq!(t.saw(mail::waiting).await, 0);
});

store::on_both!(the_leases_of_a_server_that_is_gone_are_void, |t: TestStore| async move {
    let w = world(&t).await;
    queued(&t, w).await;
    let old = claim(&t, LEASE).await.remove(0);
    assert_eq!(t.did(mail::void_leases).await, 1);
    assert!(!t.did(move |tx| mail::put_off(tx, &old, "late", LEASE, 1)).await);
    assert_eq!(claim(&t, LEASE).await.remove(0).fence, 3);
});

store::on_both!(mails_are_seen_from_above_and_forgotten_when_they_are_old, |t: TestStore| async move {
    let w = world(&t).await;
    let (branch, rival) = t
        .did(move |tx| Ok((queue(tx, w.branch, "a@example.dk")?, queue(tx, w.rival, "b@example.dk")?)))
        .await;
    for (of, expected) in [(w.reseller, vec![branch]), (w.root, vec![rival, branch]), (w.shop, vec![])] {
        let seen = t.saw(move |tx| mail::list(tx, w.scope(of), 10)).await;
        assert_eq!(seen.iter().map(|mail| mail.number).collect::<Vec<_>>(), expected);
    }
    let now = t.store.clock().now();
    assert_eq!(t.did(move |tx| mail::prune(tx, now.minus(LEASE), 10)).await, 0);
    assert_eq!(t.did(move |tx| mail::prune(tx, now.plus(LEASE), 10)).await, 2);
});

store::on_both!(a_wording_is_of_one_organization_kind_and_language, |t: TestStore| async move {
    let w = world(&t).await;
    let wording = |subject: &str| Wording { subject: subject.into(), body: "b".into() };
    for subject in ["first", "second"] {
        let new = wording(subject);
        t.did(move |tx| mail::set_template(tx, w.shop, Kind::Test, Language::Danish, &new)).await;
    }
    let of = |organization, language| t.saw(move |tx| mail::template(tx, organization, Kind::Test, language));
    assert_eq!(of(w.shop, Language::Danish).await, Some(wording("second")));
    assert_eq!(of(w.shop, Language::English).await, None);
    assert_eq!(of(w.branch, Language::Danish).await, None);
    let forget = || t.did(move |tx| mail::forget_template(tx, w.shop, Kind::Test, Language::Danish));
    assert!(forget().await && !forget().await);
});
