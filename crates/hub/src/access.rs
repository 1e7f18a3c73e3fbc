//! Who calls, and what they may do: keys to principals, cached until the store says that something
//! changed.

use crate::{Error, Hub};
use model::credential::ApiKey;
use model::id::{KeyId, OrganizationId};
use model::organization;
use model::role::{Capability, Role};
use model::scope::Scope;
use model::time::Timestamp;
use sha2::Digest;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    pub organization: OrganizationId,
    pub organization_kind: organization::Kind,
    pub key: Option<KeyId>,
    pub role: Role,
    /// None: all that the role has.
    pub scopes: Option<Vec<Capability>>,
    pub scope: Scope,
    expires: Option<Timestamp>,
}

impl Principal {
    /// The installation's root operator, as the command line acts.
    pub fn root(organization: OrganizationId) -> Self {
        Self {
            organization,
            organization_kind: organization::Kind::Operator,
            key: None,
            role: Role::Admin,
            scopes: None,
            scope: Scope { organization, everything: true },
            expires: None,
        }
    }

    /// Refuses what neither the role nor the key's scopes allow.
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        let held = self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&capability));
        if held && self.role.may(capability, self.organization_kind) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// More keys than this are not kept.
const MOST: usize = 100_000;

#[derive(Default)]
pub struct Cache {
    keys: RwLock<HashMap<[u8; 32], Arc<Principal>>>,
    carriers: RwLock<HashMap<OrganizationId, Arc<HashSet<String>>>>,
}

impl Cache {
    pub fn forget(&self) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.carriers.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Hub {
    /// The principal of an API key.
    pub async fn authenticate(&self, key: &str) -> Result<Arc<Principal>, Error> {
        let key = ApiKey::parse(key).ok_or(Error::Unauthenticated)?;
        let hash: [u8; 32] = sha2::Sha256::digest(key.reveal().as_bytes()).into();
        let known = self.inner.access.keys.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        let principal = match known {
            Some(principal) => principal,
            None => self.look_up(hash).await?,
        };
        match principal.expires {
            Some(end) if end <= self.store().clock().now() => Err(Error::Unauthenticated),
            _ => Ok(principal),
        }
    }

    async fn look_up(&self, hash: [u8; 32]) -> Result<Arc<Principal>, Error> {
        let stored = self.store().read(move |tx| store::api_key::by_hash(tx, &hash)).await?;
        let stored = stored.filter(|k| k.revoked.is_none()).ok_or(Error::Unauthenticated)?;
        let principal = Arc::new(Principal {
            organization: stored.organization,
            organization_kind: stored.organization_kind,
            key: Some(stored.id),
            role: stored.role,
            scopes: stored.scopes,
            scope: Scope { organization: stored.organization, everything: stored.root },
            expires: stored.expires,
        });
        let mut keys = self.inner.access.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(hash, principal.clone());
        Ok(principal)
    }

    /// Names of the carriers that an organization may order from.
    pub(crate) async fn usable_carriers(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<HashSet<String>>, Error> {
        let known = self
            .inner
            .access
            .carriers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&organization)
            .cloned();
        match known {
            Some(names) => Ok(names),
            None => self.read_usable_carriers(organization).await,
        }
    }

    async fn read_usable_carriers(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<HashSet<String>>, Error> {
        let names = self.store().read(move |tx| store::carrier::usable(tx, organization)).await?;
        let names: Arc<HashSet<String>> = Arc::new(names.into_iter().collect());
        let mut carriers = self.inner.access.carriers.write().unwrap_or_else(PoisonError::into_inner);
        carriers.insert(organization, names.clone());
        Ok(names)
    }

    /// Whether there is a carrier of that name that this principal may use.
    pub async fn check_carrier(&self, principal: &Principal, name: &str) -> Result<(), Error> {
        self.carrier_of(principal, name).await.map(|_| ())
    }

    /// A carrier that this principal may use; one that it may not is answered as one that is not there.
    pub(crate) async fn carrier_of(
        &self,
        principal: &Principal,
        name: &str,
    ) -> Result<Arc<engine::Member>, Error> {
        let unknown = || Error::UnknownCarrier(name.to_owned());
        let wanted = name.to_ascii_lowercase();
        let member = self.engine().roster().by_name(&wanted).await?.ok_or_else(unknown)?;
        let mut usable = self.usable_carriers(principal.organization).await?;
        if !usable.contains(&wanted) {
            // It may be new.
            usable = self.read_usable_carriers(principal.organization).await?;
        }
        if usable.contains(&wanted) { Ok(member) } else { Err(unknown()) }
    }

    pub(crate) fn forget_access(&self) {
        self.inner.access.forget();
    }
}
