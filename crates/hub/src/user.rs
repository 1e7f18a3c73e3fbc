//! Users: people of an organization or of one of its customers, with a role and a password. How they sign in is in
//! `session`.

use crate::{Error, Hub, Page, Principal, Window};
use model::credential::Kind;
use model::id::UserId;
use model::role::{Capability, Role};
use model::totp;
use serde_json::{Value, json};
use store::Tx;
use store::member::{Credentials, New};

pub use store::member::{Filter, Member};

/// What a new user is to be. No `Debug`: a password.
#[derive(Clone)]
pub struct Wanted {
    /// Unique over the installation.
    pub email: String,
    pub organization: String,
    /// The customer of that organization whose user it is: id or number.
    pub customer: Option<String>,
    pub name: Option<String>,
    pub role: Role,
    pub password: String,
}

/// A new secret of an authenticator, to be shown once. No `Debug`.
#[derive(Clone)]
pub struct Authenticator {
    /// As it is typed.
    pub secret: String,
    /// As it is scanned.
    pub url: String,
}

/// Addresses are compared in any case, without outer spaces.
pub(crate) fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

fn check_email(email: &str) -> Result<(), Error> {
    let fits = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    if !fits || email.len() > 254 || email.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Error::invalid("email", "is not an e-mail address"));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), Error> {
    if (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control) && name.trim() == name
    {
        Ok(())
    } else {
        Err(Error::invalid("name", "must have 1 to 100 characters and no space at its ends"))
    }
}

pub(crate) fn may_sign_in(member: &Member) -> bool {
    member.role > Role::NoLogin && member.disabled.is_none()
}

/// Who may read what a mail would tell.
pub(crate) fn may_be_told(member: &Member) -> bool {
    may_sign_in(member) && member.role >= Role::Viewer
}

pub(crate) fn rank(principal: &Principal) -> Role {
    principal.role.in_organization(principal.organization_kind)
}

/// Refuses who may not manage this user: nobody manages a higher role than their own.
pub(crate) fn require_over(principal: &Principal, member: &Member) -> Result<(), Error> {
    principal.require(Capability::Administer)?;
    if member.role.in_organization(member.organization_kind) > rank(principal) {
        return Err(Error::Forbidden);
    }
    Ok(())
}

fn insert(tx: &mut Tx<'_>, principal: &Principal, wanted: &Wanted, hash: &str) -> Result<i64, Error> {
    let unknown = || Error::NotFound("organization");
    let scope = principal.scope;
    let of = store::organization::by_name(tx, &wanted.organization)?.ok_or_else(unknown)?;
    if !scope.everything && !store::organization::is_within(tx, scope.organization, of.id)? {
        return Err(unknown());
    }
    let customer = match &wanted.customer {
        None => None,
        Some(named) => {
            let found = store::member::customer(tx, of.id, named)?;
            Some(found.ok_or(Error::NotFound("customer of this organization"))?)
        }
    };
    let new = New {
        organization: of.id,
        customer,
        email: &wanted.email,
        name: wanted.name.as_deref(),
        role: wanted.role,
        password_hash: hash,
    };
    let taken = || Error::Conflict(format!("there is a user `{}` already", wanted.email));
    store::member::insert(tx, &new)?.ok_or_else(taken)
}

/// What a change of a user tells, and which tokens it ends.
struct Changed {
    kind: &'static str,
    told: Value,
    ends: &'static [Kind],
}

impl Hub {
    /// Makes a user, of a role that is not above that of who makes it.
    pub async fn create_user(&self, principal: &Principal, mut wanted: Wanted) -> Result<i64, Error> {
        principal.require(Capability::Administer)?;
        if wanted.role > rank(principal) {
            return Err(Error::Forbidden);
        }
        wanted.email = folded(&wanted.email);
        check_email(&wanted.email)?;
        wanted.name.as_deref().map_or(Ok(()), check_name)?;
        if wanted.customer.is_some() && wanted.role > Role::Owner {
            return Err(Error::invalid("role", "of a customer's user is OWNER at most"));
        }
        let hash = self.inner.passwords.hash(&wanted.password).await?;
        let principal = principal.clone();
        self.store().write(move |tx| insert(tx, &principal, &wanted, &hash)).await
    }

    /// Sets another password, lifts a lock, and ends all sessions.
    pub async fn set_password(
        &self,
        principal: &Principal,
        email: &str,
        password: &str,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let hash = self.inner.passwords.hash(password).await?;
        self.change_user(principal, email, move |_, _, known| {
            known.password_hash.clone_from(&hash);
            (known.failures, known.locked_until) = (0, None);
            Ok(Changed { kind: "user.password_changed", told: json!({}), ends: &[Kind::Session] })
        })
        .await
        .map(|_| ())
    }

    /// Makes the secret of an authenticator, whose codes are asked for from now on; it ends all sessions.
    pub async fn set_authenticator(
        &self,
        principal: &Principal,
        email: &str,
    ) -> Result<Authenticator, Error> {
        let secret: [u8; totp::SECRET] = store::random()?;
        let member = self.change_authenticator(principal, email, Some(secret)).await?;
        Ok(Authenticator { secret: totp::base32(&secret), url: totp::url(&member.email, &secret) })
    }

    /// No code is asked for any more; it ends all sessions.
    pub async fn drop_authenticator(&self, principal: &Principal, email: &str) -> Result<(), Error> {
        self.change_authenticator(principal, email, None).await.map(|_| ())
    }

    async fn change_authenticator(
        &self,
        principal: &Principal,
        email: &str,
        secret: Option<[u8; totp::SECRET]>,
    ) -> Result<Member, Error> {
        self.change_user(principal, email, move |tx, member, known| {
            if secret.is_none() && !member.two_factor {
                return Err(Error::Conflict(format!("the user {} has no authenticator", member.email)));
            }
            known.set_totp(tx.vault(), secret.as_ref().map(<[u8; totp::SECRET]>::as_slice))?;
            let told = json!({"two_factor": secret.is_some()});
            Ok(Changed { kind: "user.authenticator_changed", told, ends: &[Kind::Session] })
        })
        .await
    }

    /// Lets a user in no more, and ends all its sessions and machine tokens: every node refuses them within 5 s.
    pub async fn disable_user(&self, principal: &Principal, email: &str) -> Result<(), Error> {
        self.change_user(principal, email, |tx, member, _| {
            if member.disabled.is_some() {
                return Err(Error::Conflict(format!("the user {} is disabled already", member.email)));
            }
            member.disabled = Some(tx.now());
            Ok(Changed { kind: "user.disabled", told: json!({}), ends: Kind::ALL })
        })
        .await
        .map(|_| ())
    }

    /// Lets a user in again, with the password that it had.
    pub async fn enable_user(&self, principal: &Principal, email: &str) -> Result<(), Error> {
        self.change_user(principal, email, |_, member, _| {
            if member.disabled.take().is_none() {
                return Err(Error::Conflict(format!("the user {} is not disabled", member.email)));
            }
            Ok(Changed { kind: "user.enabled", told: json!({}), ends: &[] })
        })
        .await
        .map(|_| ())
    }

    async fn change_user(
        &self,
        principal: &Principal,
        email: &str,
        change: impl Fn(&mut Tx<'_>, &mut Member, &mut Credentials) -> Result<Changed, Error> + Send + 'static,
    ) -> Result<Member, Error> {
        principal.require(Capability::Administer)?;
        let (principal, email) = (principal.clone(), folded(email));
        let changed = self.store().write(move |tx| {
            let unknown = || Error::NotFound("user");
            let found = store::member::by_email(tx, principal.scope, &email)?.ok_or_else(unknown)?;
            require_over(&principal, &found)?;
            let (mut member, mut known) = store::member::lock(tx, found.id)?.ok_or_else(unknown)?;
            let Changed { kind, told, ends } = change(tx, &mut member, &mut known)?;
            store::member::save(tx, &member, &known, kind, told)?;
            for kind in ends {
                store::session::end_all(tx, &member, *kind)?;
            }
            Ok::<_, Error>(member)
        });
        let member = changed.await?;
        self.forget_sessions();
        Ok(member)
    }

    /// Users of the caller's organization and of those below it.
    pub async fn users(&self, principal: &Principal) -> Result<Vec<Member>, Error> {
        principal.require(Capability::Administer)?;
        let scope = principal.scope;
        Ok(self.store().read(move |tx| store::member::all(tx, scope)).await?)
    }

    /// The same, filtered and in parts; a customer's user sees those of its customer.
    pub async fn users_seen(
        &self,
        principal: &Principal,
        mut filter: Filter,
        window: Window,
    ) -> Result<Page<Member>, Error> {
        principal.require_within_customer(Capability::Read)?;
        if let Some(own) = principal.customer {
            if filter.customer.is_some_and(|other| other != own) {
                return Ok(Page { items: Vec::new(), total: 0 });
            }
            filter.customer = Some(own);
        }
        let scope = principal.scope;
        let read = move |tx: &mut Tx<'_>| store::member::seen(tx, scope, &filter, window.numbers());
        let (items, total) = self.store().read(read).await?;
        Ok(Page { items, total })
    }

    /// A user whom the caller sees, itself in any role. Another's is answered as one that is not there.
    pub async fn user(&self, principal: &Principal, id: UserId) -> Result<Member, Error> {
        let scope = principal.scope;
        let found = self.store().read(move |tx| store::member::by_id(tx, scope, id)).await?;
        shown(principal, found)
    }

    /// The same by its number.
    pub async fn user_numbered(&self, principal: &Principal, number: i64) -> Result<Member, Error> {
        let scope = principal.scope;
        let found = self.store().read(move |tx| store::member::by_number(tx, scope, number)).await?;
        shown(principal, found)
    }
}

fn shown(principal: &Principal, found: Option<Member>) -> Result<Member, Error> {
    let own = |member: &Member| principal.user == Some(member.id);
    if !found.as_ref().is_some_and(own) {
        principal.require_within_customer(Capability::Read)?;
    }
    let seen = |member: &Member| principal.customer.is_none() || member.customer == principal.customer;
    found.filter(seen).ok_or(Error::NotFound("user"))
}
