//! How long a token is good, and what ends it.

use super::*;

on_both!(an_expired_key_is_told_from_an_unknown_one, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let expires = Some(Duration::from_secs(60));
    let wanted = crate::key::Wanted { organization: "shop".into(), expires, ..Default::default() };
    let key = hub.create_key(&root, wanted).await.unwrap();
    assert_eq!(state(&hub, key.reveal()).await, "good");
    later(&hub, 60);
    assert_eq!(state(&hub, key.reveal()).await, "expired");
    assert!(matches!(hub.authenticate(key.reveal()).await, Err(Error::Unauthenticated)));
});

on_both!(a_session_ends_when_it_was_not_used_and_each_use_counts_anew, |t: TestStore| async move {
    let (hub, ..) = with_ann(&t).await;
    let token = enter(&hub).await.unwrap().token;
    let token = token.reveal();
    for _ in 0..5 {
        later(&hub, 14 * 60 + 58);
        assert_eq!(state(&hub, token).await, "good");
    }
    // This use is not written, and counts.
    later(&hub, 9);
    assert_eq!(state(&hub, token).await, "good");
    later(&hub, 14 * 60 + 58);
    assert_eq!(state(&hub, token).await, "good");
    later(&hub, 15 * 60 + 11);
    assert_eq!(state(&hub, token).await, "expired");
    assert!(matches!(hub.sign_out(token).await, Err(Refused::Expired)));
    later(&hub, 86_400);
    enter(&hub).await.unwrap();
    assert_eq!(state(&hub, token).await, "invalid", "it is forgotten after a day");
});

on_both!(a_use_on_one_node_counts_on_all, |t: TestStore| async move {
    let (hub, ..) = with_ann(&t).await;
    let other = node(&t.store);
    let token = enter(&hub).await.unwrap().token;
    assert_eq!(state(&other, token.reveal()).await, "good");
    for _ in 0..3 {
        later(&hub, 10 * 60);
        assert_eq!(state(&hub, token.reveal()).await, "good");
    }
    assert_eq!(state(&other, token.reveal()).await, "good", "it asks before it refuses");
});

on_both!(a_session_that_persists_does_not_end_by_itself, |t: TestStore| async move {
    let (hub, ..) = with_ann(&t).await;
    let signed = hub.sign_in(ANN, PASSWORD, None, true).await.unwrap();
    assert_eq!(signed.minutes, None);
    later(&hub, 1_000 * 86_400);
    hub.prune_once().await.unwrap();
    assert_eq!(state(&hub, signed.token.reveal()).await, "good");
    assert_eq!(hub.describe_session(signed.token.reveal(), true).await.unwrap().left, None);
});

on_both!(what_ended_is_pruned_after_a_day, |t: TestStore| async move {
    let (hub, ..) = with_ann(&t).await;
    let token = enter(&hub).await.unwrap().token;
    later(&hub, 3_600);
    hub.prune_once().await.unwrap();
    assert_eq!(state(&hub, token.reveal()).await, "expired");
    later(&hub, 86_400);
    hub.prune_once().await.unwrap();
    hub.forget_access();
    assert_eq!(state(&hub, token.reveal()).await, "invalid");
});

on_both!(a_token_is_described_without_being_used_unless_it_is_to_be_extended, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let token = enter(&hub).await.unwrap().token;
    let token = token.reveal();
    later(&hub, 600);
    let seen = hub.describe_session(token, false).await.unwrap();
    let left = seen.left.unwrap();
    assert!(left <= Duration::from_secs(300) && left > Duration::from_secs(240), "{left:?}");
    assert_eq!(
        (seen.member.unwrap().id, seen.principal.user, seen.kind),
        (ann, Some(ann), Some(Kind::Session))
    );
    let extended = hub.describe_session(token, true).await.unwrap();
    assert_eq!(extended.left, Some(Duration::from_secs(900)));
    later(&hub, 600);
    assert!(hub.describe_session(token, false).await.unwrap().left.is_some());
    later(&hub, 600);
    assert!(matches!(hub.describe_session(token, true).await, Err(Refused::Expired)));
    let key = crate::key::Wanted { organization: "shop".into(), ..Default::default() };
    let key = hub.create_key(&root, key).await.unwrap();
    let key = hub.describe_session(key.reveal(), false).await.unwrap();
    assert_eq!((key.member, key.kind, key.left), (None, None, None));
});

on_both!(who_signed_out_is_out_and_other_sessions_stay, |t: TestStore| async move {
    let (hub, _, ann) = with_ann(&t).await;
    let (one, other) = (enter(&hub).await.unwrap().token, enter(&hub).await.unwrap().token);
    assert_eq!(state(&hub, one.reveal()).await, "good");
    hub.sign_out(one.reveal()).await.unwrap();
    assert_eq!(state(&hub, one.reveal()).await, "invalid");
    assert!(matches!(hub.sign_out(one.reveal()).await, Err(Refused::Invalid)));
    assert_eq!(state(&hub, other.reveal()).await, "good");
    let told = told(&hub, ann).await;
    assert_eq!(told, ["user.created", "user.signed_in", "user.signed_in", "session.ended"]);
});

on_both!(another_password_or_authenticator_ends_all_sessions_and_lifts_a_lock, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let machine = hub.create_machine_token(&root, ann).await.unwrap();
    let tokens = [enter(&hub).await.unwrap().token, enter(&hub).await.unwrap().token];
    for _ in 0..10 {
        assert!(is_wrong(&hub, ANN, "guess").await);
    }
    let short = hub.set_password(&root, ANN, "seven77").await;
    assert!(matches!(short, Err(Error::Invalid { field: "password", .. })));
    assert_eq!(state(&hub, tokens[0].reveal()).await, "good", "a lock ends no session");
    hub.set_password(&root, ANN, "battery staple").await.unwrap();
    for token in &tokens {
        assert_eq!(state(&hub, token.reveal()).await, "invalid");
    }
    assert!(is_wrong(&hub, ANN, PASSWORD).await);
    let signed = hub.sign_in(ANN, "battery staple", None, false).await.unwrap();
    hub.set_authenticator(&root, ANN).await.unwrap();
    assert_eq!(state(&hub, signed.token.reveal()).await, "invalid");
    assert_eq!(state(&hub, machine.reveal()).await, "good", "programs go on");
});

on_both!(a_disabled_user_is_out_with_everything_and_comes_back_with_nothing, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let session = enter(&hub).await.unwrap().token;
    let machine = hub.create_machine_token(&root, ann).await.unwrap();
    hub.disable_user(&root, ANN).await.unwrap();
    assert!(is_wrong(&hub, ANN, PASSWORD).await);
    assert!(matches!(hub.disable_user(&root, ANN).await, Err(Error::Conflict(_))));
    assert!(matches!(hub.create_machine_token(&root, ann).await, Err(Error::Conflict(_))));
    hub.enable_user(&root, ANN).await.unwrap();
    for token in [&session, &machine] {
        assert_eq!(state(&hub, token.reveal()).await, "invalid");
    }
    enter(&hub).await.expect("the password is the old one");
    user(&hub, "out@example.org", "shop", Role::NoLogin).await;
    assert!(is_wrong(&hub, "out@example.org", PASSWORD).await, "NO_LOGIN");
});

on_both!(what_is_ended_on_one_node_is_refused_by_the_other, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let other = node(&t.store);
    let (session, machine) =
        (enter(&hub).await.unwrap().token, hub.create_machine_token(&root, ann).await.unwrap());
    let watching = other.clone();
    let watch = tokio::spawn(async move { watching.watch().await });
    // Its first look takes everything for changed.
    tokio::time::sleep(Duration::from_millis(300)).await;
    for token in [&session, &machine] {
        assert_eq!(state(&other, token.reveal()).await, "good");
    }
    hub.revoke_token(&root, ann, machine.reveal()).await.unwrap();
    hub.sign_out(session.reveal()).await.unwrap();
    for _ in 0..100 {
        if state(&other, machine.reveal()).await == "invalid"
            && state(&other, session.reveal()).await == "invalid"
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    watch.abort();
    for token in [&session, &machine] {
        assert_eq!(state(&other, token.reveal()).await, "invalid", "within five seconds");
    }
    let again = enter(&hub).await.unwrap().token;
    assert_eq!(state(&other, again.reveal()).await, "good");
    hub.clear_tokens(&root, ann, true).await.unwrap();
    other.forget_access();
    assert_eq!(state(&other, again.reveal()).await, "invalid");
});

on_both!(a_use_of_what_was_ended_elsewhere_is_noticed_when_it_is_written, |t: TestStore| async move {
    let (hub, ..) = with_ann(&t).await;
    let other = node(&t.store);
    let token = enter(&hub).await.unwrap().token;
    assert_eq!(state(&other, token.reveal()).await, "good");
    hub.sign_out(token.reveal()).await.unwrap();
    later(&hub, 11);
    assert_eq!(state(&other, token.reveal()).await, "invalid");
});
