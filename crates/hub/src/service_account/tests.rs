//! Service accounts and their tokens, on both engines. The keys are for these tests and nothing else.

use super::*;
use crate::Places;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use model::organization::Kind;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use store::testing::TestStore;
use store::{Store, on_both};

/// Private and public.
const ONE: (&str, &str) = (
    include_str!("../../tests/fixtures/service-account-test-only-1.private.pem"),
    include_str!("../../tests/fixtures/service-account-test-only-1.public.pem"),
);
const TWO: (&str, &str) = (
    include_str!("../../tests/fixtures/service-account-test-only-2.private.pem"),
    include_str!("../../tests/fixtures/service-account-test-only-2.rsa-public.pem"),
);

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

/// A node with two resellers, `shop` and `rival`, of which `shop` has the account `billing` with the key `k1`.
async fn hub(t: &TestStore) -> (Hub, Principal) {
    let hub = node(&t.store);
    let root = hub.root().await.unwrap();
    for name in ["shop", "rival"] {
        hub.create_organization(&root, name, Kind::Reseller, None).await.unwrap();
    }
    hub.create_service_account(&root, wanted("k1", ONE.1)).await.unwrap();
    (hub, root)
}

fn wanted(kid: &str, public_key: &str) -> Wanted {
    Wanted {
        organization: "shop".into(),
        name: "billing".into(),
        kid: kid.into(),
        public_key: public_key.into(),
        ..Wanted::default()
    }
}

fn coded(part: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(part)
}

fn signed_as(header: &Value, claims: &Value, private: &str) -> String {
    let body: String = private.lines().filter(|line| !line.starts_with('-')).collect();
    let key = RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(body).unwrap()).unwrap();
    let signed = format!("{}.{}", coded(header.to_string()), coded(claims.to_string()));
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", coded(signature))
}

fn signed(kid: &str, claims: &Value, private: &str) -> String {
    signed_as(&json!({"alg": "RS256", "typ": "JWT", "kid": kid}), claims, private)
}

/// What a token says that ends so many seconds from now on.
fn claims(seconds: i64) -> Value {
    let now = store::wall().micros() / 1_000_000;
    json!({"iss": "shop", "sub": "billing", "aud": "https://demarc.example", "iat": now - 3_600, "exp": now + seconds})
}

fn good(kid: &str, private: &str) -> String {
    signed(kid, &claims(600), private)
}

async fn state(hub: &Hub, token: &str) -> &'static str {
    match hub.authenticate_jwt(token).await {
        Ok(_) => "good",
        Err(Refused::Invalid) => "invalid",
        Err(Refused::Expired) => "expired",
        Err(Refused::Failed(_)) => "failed",
    }
}

on_both!(a_token_stands_for_its_organization_with_the_accounts_role, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let principal = hub.authenticate_jwt(&good("k1", ONE.0)).await.unwrap();
    let key = crate::key::Wanted { organization: "shop".into(), ..Default::default() };
    let key = hub.create_key(&root, key).await.unwrap();
    let mut of_key = (*hub.authenticate_program(key.reveal()).await.unwrap()).clone();
    assert!(of_key.key.take().is_some());
    assert_eq!(*principal, of_key, "as an API key of its organization");
    assert_eq!(hub.authenticate_program(&good("k1", ONE.0)).await.unwrap(), principal);
    assert!(matches!(hub.authenticate(&good("k1", ONE.0)).await, Err(Error::Unauthenticated)));
    assert_eq!(principal.role, Role::Reseller);
    let viewer = Wanted { role: Some(Role::Viewer), ..wanted("k2", TWO.1) };
    hub.create_service_account(&root, viewer).await.unwrap();
    let viewer = hub.authenticate_jwt(&good("k2", TWO.0)).await.unwrap();
    assert_eq!((viewer.role, viewer.require(Capability::Read).is_ok()), (Role::Viewer, true));
    assert!(matches!(viewer.require(Capability::Order), Err(Error::Forbidden)));
});

on_both!(what_the_key_has_not_signed_is_refused, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    hub.create_service_account(&root, Wanted { organization: "rival".into(), ..wanted("k2", TWO.1) })
        .await
        .unwrap();
    let token = good("k1", ONE.0);
    assert_eq!(state(&hub, &token).await, "good");
    assert_eq!(state(&hub, &good("k1", TWO.0)).await, "invalid", "another's key");
    assert_eq!(state(&hub, &good("k3", ONE.0)).await, "invalid", "a key that is not known");
    let parts: Vec<&str> = token.split('.').collect();
    let tampered = coded(claims(700).to_string());
    assert_eq!(state(&hub, &format!("{}.{tampered}.{}", parts[0], parts[2])).await, "invalid");
    let other = coded(json!({"alg": "RS256", "typ": "JWT", "kid": "k2"}).to_string());
    assert_eq!(state(&hub, &format!("{other}.{}.{}", parts[1], parts[2])).await, "invalid");
    assert_eq!(state(&hub, &format!("{}.{}.", parts[0], parts[1])).await, "invalid");
    for alg in ["none", "HS256", "RS512"] {
        let token = signed_as(&json!({"alg": alg, "kid": "k1"}), &claims(600), ONE.0);
        assert_eq!(state(&hub, &token).await, "invalid", "{alg}");
    }
    for text in ["", "..", "a.b.c"] {
        assert_eq!(state(&hub, text).await, "invalid", "{text}");
        assert!(matches!(hub.authenticate_program(text).await, Err(Refused::Invalid)));
    }
});

on_both!(a_token_that_is_right_in_itself_may_have_expired_or_be_for_others, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let said = |member: &str, value: Value| {
        let mut claims = claims(600);
        claims[member] = value;
        signed("k1", &claims, ONE.0)
    };
    assert_eq!(state(&hub, &signed("k1", &claims(-30), ONE.0)).await, "good", "clocks differ");
    assert_eq!(state(&hub, &signed("k1", &claims(-90), ONE.0)).await, "expired");
    assert_eq!(state(&hub, &signed("k1", &claims(-90), TWO.0)).await, "invalid", "nobody signed it");
    assert_eq!(state(&hub, &signed("k1", &claims(24 * 3_600), ONE.0)).await, "invalid", "for too long");
    assert_eq!(state(&hub, &said("iss", json!("rival"))).await, "invalid");
    assert_eq!(state(&hub, &said("sub", json!("other"))).await, "invalid");
    hub.store().clock().set_offset(365 * 86_400 * 1_000_000);
    assert_eq!(state(&hub, &good("k1", ONE.0)).await, "good", "tokens go by wall time");
    hub.store().clock().set_offset(0);
    assert_eq!(state(&hub, &said("aud", json!("elsewhere"))).await, "good", "nothing is wanted there");
    hub.set_audience(&root, Some("https://demarc.example")).await.unwrap();
    assert_eq!(state(&hub, &said("aud", json!("elsewhere"))).await, "invalid");
    assert_eq!(state(&hub, &good("k1", ONE.0)).await, "good");
    hub.set_audience(&root, None).await.unwrap();
    assert_eq!(state(&hub, &said("aud", json!("elsewhere"))).await, "good");
    let shop = hub.acting_for(&root, "shop").await.unwrap();
    assert!(matches!(hub.set_audience(&shop, None).await, Err(Error::Forbidden)));
});

on_both!(an_account_has_a_new_key_before_the_old_one_is_revoked, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let other = node(&t.store);
    let id = hub.create_service_account(&root, wanted("k2", TWO.1)).await.unwrap();
    for (kid, pair) in [("k1", ONE), ("k2", TWO)] {
        assert_eq!(state(&hub, &good(kid, pair.0)).await, "good", "{kid}");
        assert_eq!(state(&other, &good(kid, pair.0)).await, "good", "{kid}");
    }
    hub.revoke_service_account(&root, "k1").await.unwrap();
    assert_eq!(state(&hub, &good("k1", ONE.0)).await, "invalid");
    other.forget_access();
    assert_eq!(state(&other, &good("k1", ONE.0)).await, "invalid");
    assert_eq!(state(&other, &good("k2", TWO.0)).await, "good");
    assert!(matches!(hub.revoke_service_account(&root, "k1").await, Err(Error::Conflict(_))));
    assert!(matches!(hub.revoke_service_account(&root, "k9").await, Err(Error::NotFound(_))));
    let again = hub.create_service_account(&root, wanted("k1", ONE.1)).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "a `kid` never means another key");
    let listed = hub.service_accounts(&root).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|key| (key.kid.as_str(), key.revoked.is_some())).collect();
    assert_eq!(listed, [("k1", true), ("k2", false)]);
    assert!(hub.service_accounts(&root).await.unwrap().iter().any(|key| key.id == id));
});

on_both!(a_revoked_key_is_refused_by_a_node_that_watches, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let other = node(&t.store);
    let (token, watching) = (good("k1", ONE.0), other.clone());
    let watch = tokio::spawn(async move { watching.watch().await });
    assert_eq!(state(&other, &token).await, "good");
    hub.revoke_service_account(&root, "k1").await.unwrap();
    for _ in 0..100 {
        if state(&other, &token).await == "invalid" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    watch.abort();
    assert_eq!(state(&other, &token).await, "invalid", "within five seconds");
});

on_both!(a_key_ends_at_its_time, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let brief = Wanted { expires: Some(Duration::from_secs(3_600)), ..wanted("k2", TWO.1) };
    hub.create_service_account(&root, brief).await.unwrap();
    assert_eq!(state(&hub, &good("k2", TWO.0)).await, "good");
    hub.store().clock().set_offset(3_600 * 1_000_000);
    assert_eq!(state(&hub, &good("k2", TWO.0)).await, "expired", "business time, as for API keys");
    assert_eq!(state(&hub, &good("k1", ONE.0)).await, "good");
});

on_both!(accounts_are_made_and_ended_by_who_administers_their_organization, |t: TestStore| async move {
    let (hub, root) = hub(&t).await;
    let mut rival = hub.acting_for(&root, "rival").await.unwrap();
    assert!(matches!(hub.service_accounts(&rival).await, Err(Error::Forbidden)));
    rival.role = Role::ResellerAdmin;
    assert_eq!(hub.service_accounts(&rival).await.unwrap(), []);
    assert!(matches!(hub.revoke_service_account(&rival, "k1").await, Err(Error::NotFound(_))));
    let others = hub.create_service_account(&rival, wanted("k2", TWO.1)).await;
    assert!(matches!(others, Err(Error::NotFound("organization"))));
    let own = Wanted { organization: "rival".into(), ..wanted("k2", TWO.1) };
    hub.create_service_account(&rival, own.clone()).await.unwrap();
    assert_eq!(hub.service_accounts(&rival).await.unwrap().len(), 1);
    hub.revoke_service_account(&rival, "k2").await.unwrap();
    hub.create_organization(&root, "net", Kind::Operator, None).await.unwrap();
    let mut net = hub.acting_for(&root, "net").await.unwrap();
    net.role = Role::ResellerAdmin;
    let higher = Wanted { organization: "net".into(), role: Some(Role::Admin), ..wanted("k3", TWO.1) };
    let refused = hub.create_service_account(&net, higher).await;
    assert!(matches!(refused, Err(Error::Forbidden)), "a higher role than their own");
    let refused = |wanted: Wanted| {
        let (hub, root) = (hub.clone(), root.clone());
        async move {
            match hub.create_service_account(&root, wanted).await {
                Err(Error::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        }
    };
    assert_eq!(refused(Wanted { name: " x".into(), ..own.clone() }).await, "name");
    for kid in ["", "with space", "k\u{e9}", &"k".repeat(129)] {
        assert_eq!(refused(Wanted { kid: kid.into(), ..own.clone() }).await, "kid", "{kid}");
    }
    assert_eq!(refused(Wanted { public_key: ONE.0.into(), ..own.clone() }).await, "public key");
});
