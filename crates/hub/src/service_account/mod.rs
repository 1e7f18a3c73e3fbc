//! Service accounts: programs of an organization that sign their own tokens with a key of which we have the public
//! half. What a token may say is in `model::jwt`, what a public key may be in `public_key`.

mod public_key;
#[cfg(test)]
mod tests;

use crate::access::{epoch, get, keep};
use crate::session::Refused;
use crate::{Error, Hub, Principal};
use model::id::ServiceAccountId;
use model::jwt::{self, Expected, Token, Wrong};
use model::role::{Capability, Role};
use model::time::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use std::sync::Arc;
use std::time::Duration;
use store::Tx;
use store::service_account::{self, New, Revoked, Stored};

/// The name of the setting that holds what tokens have to say they are for.
const AUDIENCE: &str = "service_account.audience";
const LONGEST_AUDIENCE: usize = 256;

/// What a new key of a service account is to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub organization: String,
    /// The account's. One that has a key already gets another.
    pub name: String,
    /// None: RESELLER for a reseller, ADMIN for an operator.
    pub role: Option<Role>,
    /// By which tokens name the key; unique in the installation, also among those that were revoked.
    pub kid: String,
    /// PEM.
    pub public_key: String,
    /// None: it does not expire.
    pub expires: Option<Duration>,
}

/// A key as a node keeps it, with all that is needed to let its tokens in.
pub(crate) struct Account {
    name: String,
    organization: String,
    public_key: Vec<u8>,
    expires: Option<Timestamp>,
    audience: Option<String>,
    principal: Arc<Principal>,
}

impl Account {
    fn has_signed(&self, token: &Token<'_>) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.public_key);
        key.verify(token.signed(), token.signature()).is_ok()
    }

    fn expected(&self) -> Expected<'_> {
        Expected { account: &self.name, organization: &self.organization, audience: self.audience.as_deref() }
    }
}

/// Callers are told no more than that; what it was can be read in the log.
fn refused(wrong: Wrong) -> Refused {
    tracing::debug!(%wrong, "a service account's token is refused");
    if wrong == Wrong::Expired { Refused::Expired } else { Refused::Invalid }
}

impl Hub {
    /// The principal of an API key, or of the service account that signed a token.
    pub async fn authenticate_program(&self, token: &str) -> Result<Arc<Principal>, Refused> {
        if jwt::is_like(token) { self.authenticate_jwt(token).await } else { self.of_key(token).await }
    }

    /// The principal of the service account that signed a token: as a key of its organization.
    pub async fn authenticate_jwt(&self, token: &str) -> Result<Arc<Principal>, Refused> {
        let token = Token::parse(token).map_err(refused)?;
        let kid = token.kid().to_owned();
        let account = match get(&self.inner.access.accounts, &kid) {
            Some(account) => account,
            None => self.look_up_account(kid).await?,
        };
        if !account.has_signed(&token) {
            tracing::debug!(kid = token.kid(), "a service account's token has a wrong signature");
            return Err(Refused::Invalid);
        }
        let claims = token.claims().map_err(refused)?;
        claims.check(&account.expected(), store::wall()).map_err(refused)?;
        match account.expires {
            Some(end) if end <= self.store().clock().now() => Err(Refused::Expired),
            _ => Ok(account.principal.clone()),
        }
    }

    async fn look_up_account(&self, kid: String) -> Result<Arc<Account>, Refused> {
        let accounts = &self.inner.access.accounts;
        let read_in = epoch(accounts);
        let wanted = kid.clone();
        let read = move |tx: &mut Tx<'_>| {
            let Some(stored) = service_account::by_kid(tx, &wanted)? else { return Ok::<_, Error>(None) };
            let zone = crate::organization::zone(tx, stored.organization)?;
            Ok(Some((stored, zone, store::setting::get(tx, AUDIENCE)?)))
        };
        let (stored, zone, audience) = self.store().read(read).await?.ok_or(Refused::Invalid)?;
        if stored.revoked.is_some() {
            return Err(Refused::Invalid);
        }
        let principal = Arc::new(Principal::of_account(&stored, zone));
        let account = Arc::new(Account {
            name: stored.name,
            organization: stored.organization_name,
            public_key: stored.public_key,
            expires: stored.expires,
            audience,
            principal,
        });
        keep(accounts, read_in, kid, account.clone());
        Ok(account)
    }

    /// Registers a key of a service account, which is made by its first one.
    pub async fn create_service_account(
        &self,
        principal: &Principal,
        wanted: Wanted,
    ) -> Result<ServiceAccountId, Error> {
        principal.require(Capability::Administer)?;
        crate::organization::check_name(&wanted.name)?;
        let fits = (1..=jwt::LONGEST_KID).contains(&wanted.kid.len());
        if !fits || !wanted.kid.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid("kid", "must be 1 to 128 visible characters of ASCII"));
        }
        let public_key = public_key::read(&wanted.public_key)?;
        let principal = principal.clone();
        self.store().write(move |tx| insert(tx, &principal, &wanted, &public_key)).await
    }

    /// The keys of those accounts that the principal may see, also the revoked ones.
    pub async fn service_accounts(&self, principal: &Principal) -> Result<Vec<Stored>, Error> {
        principal.require(Capability::Administer)?;
        let scope = principal.scope;
        Ok(self.store().read(move |tx| service_account::all(tx, scope)).await?)
    }

    /// Ends a key of a service account now: every node refuses its tokens within 5 s.
    pub async fn revoke_service_account(&self, principal: &Principal, kid: &str) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let (scope, kid) = (principal.scope, kid.to_owned());
        let wanted = kid.clone();
        let revoked = self.store().write(move |tx| service_account::revoke(tx, scope, &wanted)).await?;
        self.forget_access();
        match revoked {
            Revoked::Now => Ok(()),
            Revoked::Before => Err(Error::Conflict(format!("the key {kid} was revoked already"))),
            Revoked::Unknown => Err(Error::NotFound("key of a service account")),
        }
    }

    /// Sets what must be in the `aud` of every service account's token; None: it is not looked at. Of the whole
    /// installation, so for the root operator only.
    pub async fn set_audience(&self, principal: &Principal, audience: Option<&str>) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        if !principal.scope.everything {
            return Err(Error::Forbidden);
        }
        let wanted = audience.map(ToOwned::to_owned);
        if wanted.as_ref().is_some_and(|wanted| !(1..=LONGEST_AUDIENCE).contains(&wanted.len())) {
            return Err(Error::invalid("audience", "must have 1 to 256 bytes"));
        }
        let set = move |tx: &mut Tx<'_>| {
            match &wanted {
                Some(audience) => store::setting::set(tx, AUDIENCE, audience)?,
                None => store::setting::forget(tx, AUDIENCE)?,
            }
            store::change::raise(tx, store::change::ACCESS)
        };
        self.store().write(set).await.map_err(|error: store::Error| Error::from(error))?;
        self.forget_access();
        Ok(())
    }
}

fn insert(
    tx: &mut Tx<'_>,
    principal: &Principal,
    wanted: &Wanted,
    public_key: &[u8],
) -> Result<ServiceAccountId, Error> {
    let (scope, unknown) = (principal.scope, || Error::NotFound("organization"));
    let of = store::organization::by_name(tx, &wanted.organization)?.ok_or_else(unknown)?;
    if !scope.everything && !store::organization::is_within(tx, scope.organization, of.id)? {
        return Err(unknown());
    }
    let role = wanted.role.unwrap_or(Role::default_of_key(of.kind));
    if role.in_organization(of.kind) > crate::user::rank(principal) {
        return Err(Error::Forbidden);
    }
    let new = New {
        organization: of.id,
        name: &wanted.name,
        role,
        kid: &wanted.kid,
        public_key,
        expires: wanted.expires.map(|after| tx.now().plus(after)),
    };
    let taken = || Error::Conflict(format!("there is or was a key `{}` already", wanted.kid));
    service_account::insert(tx, &new)?.ok_or_else(taken)
}
