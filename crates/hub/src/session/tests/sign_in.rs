//! Who is let in.

use super::*;

on_both!(who_knows_the_password_signs_in_and_nobody_else, |t: TestStore| async move {
    let (hub, _, ann) = with_ann(&t).await;
    let signed = hub.sign_in(" Ann@Example.org ", PASSWORD, Some(""), false).await.unwrap();
    assert_eq!((signed.minutes, signed.member.id, signed.token.environment()), (Some(15), ann, "session"));
    let principal = hub.authenticate_any(signed.token.reveal()).await.unwrap();
    assert_eq!(*principal, *signed.principal);
    assert_eq!((principal.user, principal.customer, principal.role), (Some(ann), None, Role::Owner));
    assert!(!principal.scope.everything);
    for (email, password) in [(ANN, "correct hors"), (ANN, ""), ("bob@example.org", PASSWORD), ("", "")] {
        assert!(is_wrong(&hub, email, password).await, "{email} {password}");
    }
    assert_eq!(
        told(&hub, ann).await,
        ["user.created", "user.signed_in", "user.sign_in_failed", "user.sign_in_failed"]
    );
    let text = signed.token.reveal();
    let mut other = text.to_owned();
    other.pop();
    for unknown in ["", "x", &other, model::credential::ApiKey::write("session", [1; 5], [1; 32]).reveal()] {
        assert_eq!(state(&hub, unknown).await, "invalid", "{unknown}");
    }
});

on_both!(persons_tokens_are_refused_where_keys_are_asked_for, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let session = enter(&hub).await.unwrap().token;
    let machine = hub.create_machine_token(&root, ann).await.unwrap();
    let key = crate::key::Wanted { organization: "shop".into(), ..Default::default() };
    let key = hub.create_key(&root, key).await.unwrap();
    for (token, kind) in [(&session, "session"), (&machine, "machine"), (&key, "live")] {
        assert_eq!(token.environment(), kind);
        // Also after it was cached.
        assert_eq!(state(&hub, token.reveal()).await, "good");
        assert_eq!(hub.authenticate(token.reveal()).await.is_ok(), kind == "live", "{kind}");
    }
    hub.revoke_key(&root, key.prefix()).await.unwrap();
    assert_eq!(state(&hub, key.reveal()).await, "invalid");
    let environment = |word: &str| crate::key::Wanted {
        organization: "shop".into(),
        environment: word.into(),
        ..Default::default()
    };
    for word in ["session", "machine"] {
        let refused = hub.create_key(&root, environment(word)).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "environment", .. })));
    }
});

on_both!(
    ten_wrong_passwords_lock_a_user_and_the_right_one_is_answered_like_them,
    |t: TestStore| async move {
        let (hub, _, ann) = with_ann(&t).await;
        for _ in 0..9 {
            assert!(is_wrong(&hub, ANN, "guess").await);
        }
        enter(&hub).await.expect("nine do not lock, and are forgotten now");
        for _ in 0..10 {
            assert!(is_wrong(&hub, ANN, "guess").await);
        }
        assert!(is_wrong(&hub, ANN, PASSWORD).await, "locked");
        later(&hub, 58);
        assert!(is_wrong(&hub, ANN, PASSWORD).await, "still locked");
        later(&hub, 3);
        assert!(is_wrong(&hub, ANN, "guess").await, "the eleventh");
        later(&hub, 61);
        assert!(is_wrong(&hub, ANN, PASSWORD).await, "locked for longer");
        later(&hub, 60);
        enter(&hub).await.expect("the lock has ended");
        let told = told(&hub, ann).await;
        let failed = told.iter().filter(|kind| *kind == "user.sign_in_failed").count();
        assert_eq!(failed, 9 + 11, "who is locked out writes nothing");
    }
);

on_both!(of_guesses_at_the_same_time_ten_are_counted, |t: TestStore| async move {
    let (hub, _, ann) = with_ann(&t).await;
    let guess = |hub: Hub| tokio::spawn(async move { is_wrong(&hub, ANN, "guess").await });
    let guesses: Vec<_> = (0..16).map(|_| guess(hub.clone())).collect();
    for guess in guesses {
        assert!(guess.await.unwrap());
    }
    assert_eq!(told(&hub, ann).await.len(), 1 + 10);
    assert!(is_wrong(&hub, ANN, PASSWORD).await);
});

on_both!(a_code_is_needed_where_there_is_an_authenticator_and_works_once, |t: TestStore| async move {
    let (hub, root, _) = with_ann(&t).await;
    let made = hub.set_authenticator(&root, ANN).await.unwrap();
    assert!(made.url.contains(&made.secret));
    let secret = t.store.read(|tx| {
        let (_, known) = store::member::signing_in(tx, ANN)?.unwrap();
        known.totp(tx.vault())
    });
    let secret: Result<_, store::Error> = secret.await;
    let secret = secret.unwrap().unwrap();
    assert_eq!(totp::base32(&secret), made.secret);
    // The phone's clock is nobody's to move.
    later(&hub, 86_400);
    let code = |offset| totp::code(&secret, totp::step(store::wall()) + offset);
    for code in [None, Some(""), Some("  ")] {
        let asked = hub.sign_in(ANN, PASSWORD, code, false).await;
        assert!(matches!(asked, Err(SignInError::Authenticator)), "{code:?}");
    }
    let wrong = hub.sign_in(ANN, "guess", None, false).await;
    assert!(matches!(wrong, Err(SignInError::Credentials)), "nobody is told of it without the password");
    let refused = |tried: Result<SignedIn, SignInError>| matches!(tried, Err(SignInError::Credentials));
    assert!(refused(enter_with(&hub, "000000x").await));
    assert!(refused(enter_with(&hub, &code(-5)).await));
    let now = code(0);
    assert!(enter_with(&hub, &now).await.unwrap().member.two_factor);
    assert!(refused(enter_with(&hub, &now).await), "a second time");
    assert!(refused(enter_with(&hub, &code(-1)).await), "an earlier one");
    enter_with(&hub, &code(1)).await.expect("the next one");
    hub.drop_authenticator(&root, ANN).await.unwrap();
    enter(&hub).await.expect("no code is needed");
    assert!(matches!(hub.drop_authenticator(&root, ANN).await, Err(Error::Conflict(_))));
});

on_both!(asking_without_a_code_forgives_no_wrong_codes, |t: TestStore| async move {
    let (hub, root, _) = with_ann(&t).await;
    hub.set_authenticator(&root, ANN).await.unwrap();
    for _ in 0..10 {
        assert!(matches!(enter_with(&hub, "guess").await, Err(SignInError::Credentials)));
        let _ = enter(&hub).await;
    }
    assert!(matches!(enter(&hub).await, Err(SignInError::Credentials)), "locked");
});
