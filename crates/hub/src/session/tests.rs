use super::*;
use crate::session::{SignInError, SignedIn};
use crate::user::{Filter, Wanted};
use crate::{Places, Window};
use model::id::UserId;
use model::organization::Kind as Organization;
use model::role::{Capability, Role};
use model::totp;
use store::testing::TestStore;
use store::{Store, on_both};

const ANN: &str = "ann@example.org";
const PASSWORD: &str = "correct horse";
const ALL: Window = Window { limit: 100, offset: 0 };

/// A node.
fn node(store: &Store) -> Hub {
    let engine = engine::Engine::new(
        store.clone(),
        carriers::Registry::default(),
        Arc::new(crate::fulfil::Fulfilment::default()),
        engine::Settings::default(),
    );
    Hub::new(store.clone(), engine.unwrap(), Places::default())
}

/// A node with two resellers, `shop` and `rival`.
async fn hub(t: &TestStore) -> (Hub, Principal) {
    let hub = node(&t.store);
    let root = hub.root().await.unwrap();
    for name in ["shop", "rival"] {
        hub.create_organization(&root, name, Organization::Reseller, None).await.unwrap();
    }
    (hub, root)
}

fn wanted(email: &str, organization: &str, role: Role) -> Wanted {
    Wanted {
        email: email.into(),
        organization: organization.into(),
        customer: None,
        name: None,
        role,
        password: PASSWORD.into(),
    }
}

async fn user(hub: &Hub, email: &str, organization: &str, role: Role) -> UserId {
    let root = hub.root().await.unwrap();
    let number = hub.create_user(&root, wanted(email, organization, role)).await.unwrap();
    hub.user_numbered(&root, number).await.unwrap().id
}

/// A hub with Ann, an OWNER of `shop`.
async fn with_ann(t: &TestStore) -> (Hub, Principal, UserId) {
    let (hub, root) = hub(t).await;
    let ann = user(&hub, ANN, "shop", Role::Owner).await;
    (hub, root, ann)
}

async fn enter(hub: &Hub) -> Result<SignedIn, SignInError> {
    hub.sign_in(ANN, PASSWORD, None, false).await
}

async fn enter_with(hub: &Hub, code: &str) -> Result<SignedIn, SignInError> {
    hub.sign_in(ANN, PASSWORD, Some(code), false).await
}

async fn is_wrong(hub: &Hub, email: &str, password: &str) -> bool {
    matches!(hub.sign_in(email, password, None, false).await, Err(SignInError::Credentials))
}

async fn state(hub: &Hub, token: &str) -> &'static str {
    match hub.authenticate_any(token).await {
        Ok(_) => "good",
        Err(Refused::Invalid) => "invalid",
        Err(Refused::Expired) => "expired",
        Err(Refused::Failed(_)) => "failed",
    }
}

/// Business time that much further on.
fn later(hub: &Hub, seconds: i64) {
    let clock = hub.store().clock();
    clock.set_offset(clock.offset() + seconds * 1_000_000);
}

/// Names of a user's events, numbered without a gap.
async fn told(hub: &Hub, user: UserId) -> Vec<String> {
    use model::id::Identity;
    let read = move |tx: &mut Tx<'_>| {
        while store::event::place(tx, 100)? > 0 {}
        store::event::after(tx, 0, 10_000)
    };
    let events: Result<_, store::Error> = hub.store().write(read).await;
    let of = events.unwrap().into_iter().filter(|event| event.aggregate_id == *user.bytes());
    of.zip(1..)
        .map(|(event, number)| {
            assert_eq!(event.sequence, number, "{}", event.kind);
            event.kind
        })
        .collect()
}

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

on_both!(a_machine_token_is_for_those_who_may_have_one, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let viewer = user(&hub, "viewer@example.org", "shop", Role::Viewer).await;
    let chief = user(&hub, "chief@example.org", "shop", Role::ResellerAdmin).await;
    user(&hub, "rival@example.org", "rival", Role::ResellerAdmin).await;
    let operator = hub.organizations(&root).await.unwrap().into_iter().find(|o| o.parent.is_none()).unwrap();
    let admin = user(&hub, "admin@example.org", &operator.name, Role::Admin).await;
    let principal = async |email: &str| hub.sign_in(email, PASSWORD, None, false).await.unwrap().principal;
    let (own, chief_in, rival) =
        (principal(ANN).await, principal("chief@example.org").await, principal("rival@example.org").await);
    let (viewer_in, admin_in) = (principal("viewer@example.org").await, principal("admin@example.org").await);
    assert!(admin_in.scope.everything && !chief_in.scope.everything);
    for (who, whose, outcome) in [
        (&own, ann, "made"),
        (&own, viewer, "forbidden"),
        (&viewer_in, viewer, "forbidden"),
        (&viewer_in, ann, "forbidden"),
        (&chief_in, chief, "made"),
        (&chief_in, ann, "made"),
        (&chief_in, viewer, "made"),
        (&chief_in, admin, "not found"),
        (&rival, ann, "not found"),
        (&admin_in, ann, "made"),
        (&admin_in, admin, "forbidden"),
    ] {
        let made = match hub.create_machine_token(who, whose).await {
            Ok(_) => "made",
            Err(Error::Forbidden) => "forbidden",
            Err(Error::NotFound(_)) => "not found",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(made, outcome, "{:?} for {whose}", who.user);
    }
    let token = hub.create_machine_token(&own, ann).await.unwrap();
    assert_eq!(hub.authenticate_any(token.reveal()).await.unwrap().user, Some(ann));
    later(&hub, 400 * 86_400);
    assert_eq!(state(&hub, token.reveal()).await, "good", "it does not end");
    assert!(matches!(hub.revoke_token(&rival, ann, token.reveal()).await, Err(Error::NotFound(_))));
    assert!(matches!(hub.revoke_token(&own, ann, "nothing").await, Err(Error::NotFound("token"))));
    hub.revoke_token(&own, ann, token.prefix()).await.unwrap();
    assert_eq!(state(&hub, token.reveal()).await, "invalid");
    assert_eq!(hub.clear_tokens(&chief_in, ann, false).await.unwrap(), 3);
    assert_eq!(hub.clear_tokens(&own, ann, true).await.unwrap(), 1, "the session");
});

on_both!(nobody_makes_or_changes_a_user_above_themselves_or_beside_them, |t: TestStore| async move {
    let (hub, root, _) = with_ann(&t).await;
    let operator = hub.organizations(&root).await.unwrap().into_iter().find(|o| o.parent.is_none()).unwrap();
    user(&hub, "chief@example.org", &operator.name, Role::ResellerAdmin).await;
    user(&hub, "admin@example.org", &operator.name, Role::Admin).await;
    user(&hub, "rival@example.org", "rival", Role::ResellerAdmin).await;
    let chief = hub.sign_in("chief@example.org", PASSWORD, None, false).await.unwrap().principal;
    let rival = hub.sign_in("rival@example.org", PASSWORD, None, false).await.unwrap().principal;
    for role in [Role::Admin, Role::ResellerAdmin] {
        let made = hub.create_user(&chief, wanted(&format!("{role}@example.org"), "shop", role)).await;
        assert_eq!(made.is_ok(), role == Role::ResellerAdmin, "{made:?}");
    }
    assert!(matches!(hub.set_password(&chief, "admin@example.org", PASSWORD).await, Err(Error::Forbidden)));
    assert!(matches!(hub.set_authenticator(&chief, "admin@example.org").await, Err(Error::Forbidden)));
    hub.set_password(&chief, ANN, PASSWORD).await.unwrap();
    assert!(matches!(hub.disable_user(&rival, ANN).await, Err(Error::NotFound("user"))));
    let beside = hub.create_user(&rival, wanted("x@example.org", "shop", Role::Viewer)).await;
    assert!(matches!(beside, Err(Error::NotFound("organization"))));
    let seen = hub.users(&rival).await.unwrap();
    assert_eq!(seen.iter().map(|m| m.email.as_str()).collect::<Vec<_>>(), ["rival@example.org"]);
});

on_both!(a_customers_user_sees_its_customer_and_is_refused_by_what_knows_none, |t: TestStore| async move {
    let (hub, root, ann) = with_ann(&t).await;
    let shop = hub.acting_for(&root, "shop").await.unwrap();
    let person = |email: &str| model::order::Person { email: email.into(), ..Default::default() };
    let mut customers = Vec::new();
    for email in ["mario@example.org", "luigi@example.org"] {
        let made = hub.create_customer(&shop, &person(email), None).await.unwrap();
        let crate::idempotency::Accepted::Fresh(id) = made else { panic!("made") };
        customers.push(id);
    }
    let of = |email: &str, organization: &str, customer: &dyn std::fmt::Display, role| Wanted {
        customer: Some(customer.to_string()),
        ..wanted(email, organization, role)
    };
    for (organization, role) in [("shop", Role::Reseller), ("rival", Role::Owner)] {
        hub.create_user(&root, of("no@example.org", organization, &customers[0], role)).await.unwrap_err();
    }
    hub.create_user(&root, of("mario@example.org", "shop", &customers[0], Role::Owner)).await.unwrap();
    let other =
        hub.create_user(&root, of("luigi@example.org", "shop", &customers[1], Role::Viewer)).await.unwrap();
    let other = hub.user_numbered(&root, other).await.unwrap().id;
    let signed = hub.sign_in("mario@example.org", PASSWORD, None, false).await.unwrap();
    let mario = signed.principal.clone();
    assert_eq!((mario.customer, mario.role), (Some(customers[0]), Role::Owner));
    for capability in Capability::ALL {
        assert!(matches!(mario.require(*capability), Err(Error::Forbidden)), "{capability}");
        let allowed = capability.least() <= Role::Owner;
        assert_eq!(mario.require_within_customer(*capability).is_ok(), allowed, "{capability}");
    }
    let which = crate::own::service::Which::OfCustomer(customers[0]);
    assert!(matches!(hub.services(&mario, which, ALL).await, Err(Error::Forbidden)));
    assert!(matches!(hub.customer(&mario, customers[0]).await, Err(Error::Forbidden)));
    assert!(hub.authenticate(signed.token.reveal()).await.is_err());
    let seen = async |who: &Principal, filter| hub.users_seen(who, filter, ALL).await.unwrap().total;
    assert_eq!(seen(&mario, Filter::default()).await, 1);
    assert_eq!(seen(&mario, Filter { customer: Some(customers[1]), ..Default::default() }).await, 0);
    assert_eq!(seen(&shop, Filter::default()).await, 3);
    assert_eq!(seen(&root, Filter { customer: Some(customers[1]), ..Default::default() }).await, 1);
    assert_eq!(hub.user(&mario, signed.member.id).await.unwrap(), signed.member);
    for hidden in [ann, other] {
        assert!(matches!(hub.user(&mario, hidden).await, Err(Error::NotFound("user"))));
    }
    hub.create_machine_token(&mario, signed.member.id).await.expect("its own");
    assert!(matches!(hub.create_machine_token(&mario, other).await, Err(Error::Forbidden)));
    hub.create_machine_token(&shop, other).await.expect_err("a RESELLER does not administer");
    let chief = Principal { role: Role::ResellerAdmin, ..shop };
    hub.create_machine_token(&chief, other).await.expect("its organization's administrator");
});

on_both!(a_customers_user_of_the_root_does_not_see_everything, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let operator = hub.organizations(&root).await.unwrap().into_iter().find(|o| o.parent.is_none()).unwrap();
    let person = model::order::Person { email: "m@example.org".into(), ..Default::default() };
    let made = hub.create_customer(&root, &person, None).await.unwrap();
    let crate::idempotency::Accepted::Fresh(customer) = made else { panic!("made") };
    let customer = Some(customer.to_string());
    hub.create_user(&root, Wanted { customer, ..wanted(ANN, &operator.name, Role::Owner) }).await.unwrap();
    assert!(!enter(&hub).await.unwrap().principal.scope.everything);
});

on_both!(an_admin_of_a_reseller_counts_as_its_administrator, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    user(&hub, ANN, "shop", Role::Admin).await;
    let signed = enter(&hub).await.unwrap();
    assert_eq!(signed.principal.role, Role::ResellerAdmin);
    hub.create_machine_token(&root, signed.member.id).await.expect("it is no ADMIN");
});
