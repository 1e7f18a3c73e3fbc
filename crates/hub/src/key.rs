//! API keys: made, rotated, revoked. The secret is shown once and never stored.

use crate::access::digest;
use crate::{Error, Hub, Principal};
use model::credential::ApiKey;
use model::id::{KeyId, OrganizationId};
use model::role::{Capability, Role};
use model::time::Timestamp;
use std::time::Duration;
use store::Tx;
use store::api_key::{New, Stored};

/// What a new key is to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub organization: String,
    /// None: RESELLER for a reseller, ADMIN for an operator.
    pub role: Option<Role>,
    /// None: all that the role has.
    pub scopes: Option<Vec<Capability>>,
    /// None: it does not expire.
    pub expires: Option<Duration>,
    /// The word in the key that says what it is for; `live` when empty.
    pub environment: String,
}

/// How long the old one of two keys goes on working, unless it is revoked.
pub const OVERLAP: Duration = Duration::from_secs(7 * 86_400);

struct Fresh {
    organization: OrganizationId,
    role: Role,
    scopes: Option<Vec<Capability>>,
    expires: Option<Timestamp>,
}

fn insert(tx: &mut Tx<'_>, key: &ApiKey, fresh: &Fresh) -> Result<KeyId, Error> {
    let new = New {
        organization: fresh.organization,
        prefix: key.prefix(),
        hash: digest(key.reveal()),
        role: fresh.role,
        scopes: fresh.scopes.as_deref(),
        expires: fresh.expires,
    };
    Ok(store::api_key::insert(tx, &new)?)
}

pub(crate) fn draw(environment: &str) -> Result<ApiKey, Error> {
    Ok(ApiKey::write(environment, store::random()?, store::random()?))
}

impl Hub {
    pub async fn create_key(&self, principal: &Principal, wanted: Wanted) -> Result<ApiKey, Error> {
        principal.require(Capability::Administer)?;
        let environment = if wanted.environment.is_empty() { "live" } else { &wanted.environment };
        let key = draw(environment)?;
        let (drawn, fits) =
            (key.clone(), environment.len() <= 16 && environment.bytes().all(|b| b.is_ascii_lowercase()));
        if !fits {
            return Err(Error::invalid("environment", "must be a word of lower-case letters"));
        }
        if key.kind().is_some() {
            return Err(Error::invalid("environment", "is the word of people's tokens"));
        }
        self.store()
            .write(move |tx| {
                let of = store::organization::by_name(tx, &wanted.organization)?
                    .ok_or(Error::NotFound("organization"))?;
                let role = wanted.role.unwrap_or(Role::default_of_key(of.kind));
                let expires = wanted.expires.map(|after| tx.now().plus(after));
                insert(
                    tx,
                    &drawn,
                    &Fresh { organization: of.id, role, scopes: wanted.scopes.clone(), expires },
                )
            })
            .await?;
        Ok(key)
    }

    pub async fn keys(&self, principal: &Principal) -> Result<Vec<Stored>, Error> {
        principal.require(Capability::Administer)?;
        Ok(self.store().read(store::api_key::all).await?)
    }

    /// Makes the key that takes the place of another, with the same rights. Both work for a week,
    /// or until the old one is revoked.
    pub async fn rotate_key(&self, principal: &Principal, prefix: &str) -> Result<ApiKey, Error> {
        principal.require(Capability::Administer)?;
        let (prefix, old) = (prefix.to_owned(), self.key_named(prefix).await?);
        let environment = prefix.split('_').nth(1).unwrap_or("live").to_owned();
        let key = draw(&environment)?;
        let drawn = key.clone();
        self.store()
            .write(move |tx| {
                let fresh = Fresh {
                    organization: old.organization,
                    role: old.role,
                    scopes: old.scopes.clone(),
                    expires: old.expires,
                };
                let successor = insert(tx, &drawn, &fresh)?;
                let ends = tx.now().plus(OVERLAP);
                let ends = old.expires.map_or(ends, |expires| expires.min(ends));
                match store::api_key::succeed(tx, old.id, successor, ends)? {
                    true => Ok(()),
                    false => Err(Error::Conflict(format!("the key {prefix} was rotated or revoked already"))),
                }
            })
            .await?;
        Ok(key)
    }

    /// Ends a key now: every node refuses it within 5 s.
    pub async fn revoke_key(&self, principal: &Principal, prefix: &str) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let key = self.key_named(prefix).await?;
        let revoked = self.store().write(move |tx| store::api_key::revoke(tx, key.id)).await?;
        self.forget_access();
        if revoked {
            Ok(())
        } else {
            Err(Error::Conflict(format!("the key {} was revoked already", key.prefix)))
        }
    }

    /// A key by its prefix, or by the whole key.
    async fn key_named(&self, text: &str) -> Result<Stored, Error> {
        let prefix = ApiKey::parse(text).map_or_else(|| text.to_owned(), |key| key.prefix().to_owned());
        let found = self.store().read(move |tx| store::api_key::by_prefix(tx, &prefix)).await?;
        found.ok_or(Error::NotFound("key"))
    }
}
