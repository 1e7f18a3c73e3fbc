//! Who calls, and what they may do: keys to principals, cached until the store says that something
//! changed. People's tokens are in `session`.

use crate::service_account::Account;
use crate::session::{Live, Refused};
use crate::{Error, Hub};
use jiff::tz::TimeZone;
use model::credential::ApiKey;
use model::id::{CustomerId, KeyId, OrganizationId, UserId};
use model::organization;
use model::role::{Capability, Role};
use model::scope::{Reach, Scope};
use model::time::Timestamp;
use sha2::Digest;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use store::member::Member;

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    pub organization: OrganizationId,
    pub organization_kind: organization::Kind,
    pub key: Option<KeyId>,
    /// Who signed in, or for whom a program acts.
    pub user: Option<UserId>,
    /// The end customer whose user it is: nothing of others is shown to it.
    pub customer: Option<CustomerId>,
    pub role: Role,
    /// None: all that the role has.
    pub scopes: Option<Vec<Capability>>,
    pub scope: Scope,
    /// In which its organization reads and writes the time of day, where a dialect has no other way.
    pub zone: TimeZone,
    expires: Option<Timestamp>,
}

impl Principal {
    /// The installation's root operator, as the command line acts.
    pub fn root(organization: OrganizationId) -> Self {
        Self {
            organization,
            organization_kind: organization::Kind::Operator,
            key: None,
            user: None,
            customer: None,
            role: Role::Admin,
            scopes: None,
            scope: Scope { organization, everything: true },
            zone: TimeZone::UTC,
            expires: None,
        }
    }

    /// A user, with the role as it counts in its organization.
    pub(crate) fn of_user(member: &Member, zone: TimeZone) -> Self {
        Self {
            organization: member.organization,
            organization_kind: member.organization_kind,
            key: None,
            user: Some(member.id),
            customer: member.customer,
            role: member.role.in_organization(member.organization_kind),
            scopes: None,
            scope: Scope {
                organization: member.organization,
                everything: member.root && member.customer.is_none(),
            },
            zone,
            expires: None,
        }
    }

    /// A service account, as a key of its organization with that role.
    pub(crate) fn of_account(account: &store::service_account::Stored, zone: TimeZone) -> Self {
        Self {
            organization: account.organization,
            organization_kind: account.organization_kind,
            key: None,
            user: None,
            customer: None,
            role: account.role,
            scopes: None,
            scope: Scope { organization: account.organization, everything: account.root },
            zone,
            expires: account.expires,
        }
    }

    /// What it sees, where customers have users of their own.
    pub fn reach(&self) -> Reach {
        Reach { scope: self.scope, customer: self.customer }
    }

    /// Refuses what neither the role nor the key's scopes allow, and every customer's user: whoever asks for no more
    /// than this does not know of customers.
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        if self.customer.is_some() {
            return Err(Error::Forbidden);
        }
        self.require_within_customer(capability)
    }

    /// The same for a use case that, where `customer` is set, keeps to what is that customer's.
    pub fn require_within_customer(&self, capability: Capability) -> Result<(), Error> {
        let held = self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&capability));
        if held && self.role.may(capability, self.organization_kind) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// More keys than this are not kept.
const MOST: usize = 100_000;

#[derive(Default)]
pub struct Cache {
    keys: RwLock<Kept<[u8; 32], Principal>>,
    pub(crate) sessions: RwLock<Kept<[u8; 32], Live>>,
    /// By the `kid` of the key.
    pub(crate) accounts: RwLock<Kept<String, Account>>,
    carriers: RwLock<Kept<OrganizationId, HashSet<String>>>,
}

/// What was read, and how often it was all forgotten. What was read before it was last forgotten may be what had to
/// be forgotten: it is used once and not kept.
pub(crate) struct Kept<K, V> {
    epoch: u64,
    known: HashMap<K, Arc<V>>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self { epoch: 0, known: HashMap::new() }
    }
}

pub(crate) fn get<K: Eq + std::hash::Hash, V>(kept: &RwLock<Kept<K, V>>, key: &K) -> Option<Arc<V>> {
    kept.read().unwrap_or_else(PoisonError::into_inner).known.get(key).cloned()
}

/// To be taken before something is read that is to be kept.
pub(crate) fn epoch<K, V>(kept: &RwLock<Kept<K, V>>) -> u64 {
    kept.read().unwrap_or_else(PoisonError::into_inner).epoch
}

pub(crate) fn keep<K: Eq + std::hash::Hash, V>(
    kept: &RwLock<Kept<K, V>>,
    read_in: u64,
    key: K,
    value: Arc<V>,
) {
    let mut kept = kept.write().unwrap_or_else(PoisonError::into_inner);
    if kept.epoch != read_in {
        return;
    }
    if kept.known.len() >= MOST {
        kept.known.clear();
    }
    kept.known.insert(key, value);
}

pub(crate) fn forget<K, V>(kept: &RwLock<Kept<K, V>>) {
    let mut kept = kept.write().unwrap_or_else(PoisonError::into_inner);
    kept.epoch += 1;
    kept.known.clear();
}

/// By which a key or token is found.
pub(crate) fn digest(text: &str) -> [u8; 32] {
    sha2::Sha256::digest(text.as_bytes()).into()
}

impl Cache {
    pub fn forget(&self) {
        forget(&self.keys);
        forget(&self.sessions);
        forget(&self.accounts);
        forget(&self.carriers);
    }
}

impl Hub {
    /// The principal of an API key. People's tokens are for dialects that ask for them (`authenticate_any`).
    pub async fn authenticate(&self, key: &str) -> Result<Arc<Principal>, Error> {
        Ok(self.of_key(key).await?)
    }

    pub(crate) async fn of_key(&self, key: &str) -> Result<Arc<Principal>, Refused> {
        let hash = digest(key);
        let principal = match get(&self.inner.access.keys, &hash) {
            Some(principal) => principal,
            // The store is asked only for what can be a key at all.
            None if ApiKey::parse(key).is_some_and(|key| key.kind().is_none()) => self.look_up(hash).await?,
            None => return Err(Refused::Invalid),
        };
        match principal.expires {
            Some(end) if end <= self.store().clock().now() => Err(Refused::Expired),
            _ => Ok(principal),
        }
    }

    /// An organization as its own key would act, for whoever administers the installation.
    pub async fn acting_for(&self, principal: &Principal, name: &str) -> Result<Principal, Error> {
        principal.require(Capability::Administer)?;
        let wanted = name.to_owned();
        let found = self.store().read(move |tx| store::organization::by_name(tx, &wanted)).await?;
        let organization = found.ok_or(Error::NotFound("organization"))?;
        Ok(Principal {
            organization: organization.id,
            organization_kind: organization.kind,
            key: None,
            user: None,
            customer: None,
            role: Role::default_of_key(organization.kind),
            scopes: None,
            scope: Scope { organization: organization.id, everything: organization.parent.is_none() },
            zone: TimeZone::UTC,
            expires: None,
        })
    }

    async fn look_up(&self, hash: [u8; 32]) -> Result<Arc<Principal>, Refused> {
        let read_in = epoch(&self.inner.access.keys);
        let read = move |tx: &mut store::Tx<'_>| {
            let Some(stored) = store::api_key::by_hash(tx, &hash)? else { return Ok::<_, Error>(None) };
            let zone = crate::organization::zone(tx, stored.organization)?;
            Ok(Some((stored, zone)))
        };
        let (stored, zone) = self.store().read(read).await?.ok_or(Refused::Invalid)?;
        if stored.revoked.is_some() {
            return Err(Refused::Invalid);
        }
        let principal = Arc::new(Principal {
            organization: stored.organization,
            organization_kind: stored.organization_kind,
            key: Some(stored.id),
            user: None,
            customer: None,
            role: stored.role,
            scopes: stored.scopes,
            scope: Scope { organization: stored.organization, everything: stored.root },
            zone,
            expires: stored.expires,
        });
        keep(&self.inner.access.keys, read_in, hash, principal.clone());
        Ok(principal)
    }

    /// Names of the carriers that an organization may order from.
    pub(crate) async fn usable_carriers(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<HashSet<String>>, Error> {
        match get(&self.inner.access.carriers, &organization) {
            Some(names) => Ok(names),
            None => self.read_usable_carriers(organization).await,
        }
    }

    async fn read_usable_carriers(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<HashSet<String>>, Error> {
        let read_in = epoch(&self.inner.access.carriers);
        let names = self.store().read(move |tx| store::carrier::usable(tx, organization)).await?;
        let names: Arc<HashSet<String>> = Arc::new(names.into_iter().collect());
        keep(&self.inner.access.carriers, read_in, organization, names.clone());
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
        forget(&self.inner.names);
    }

    pub(crate) fn forget_sessions(&self) {
        forget(&self.inner.access.sessions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_everything_was_forgotten_is_not_kept() {
        let kept = RwLock::new(Kept::default());
        let before = epoch(&kept);
        forget(&kept);
        keep(&kept, before, 1, Arc::new("revoked since"));
        assert_eq!(get(&kept, &1), None);
        keep(&kept, epoch(&kept), 1, Arc::new("as it is"));
        assert_eq!(get(&kept, &1).as_deref(), Some(&"as it is"));
    }
}
