//! Users and their tokens, on both engines.

mod life;
mod right;
mod sign_in;

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
