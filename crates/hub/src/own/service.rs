//! Services of an own network: read, suspended and resumed, ended now or on a day.

use super::change;
use super::work_order;
use crate::{Error, Hub, Page, Principal, Window};
use model::id::{CustomerId, OrganizationId, PremiseId, ServiceId};
use model::role::Capability;
use model::scope::Scope;
use model::service::{Change, State};
use model::time::Timestamp;
use std::time::Duration;
use store::Tx;

pub use store::service::Service;

/// The longest time ahead for which an end or a change is taken.
pub(super) const FARTHEST: Duration = Duration::from_secs(2 * 366 * 86_400);

/// Which services are listed.
#[derive(Debug, Clone)]
pub enum Which {
    /// Of a customer of the caller's, without those that are deleted.
    OfCustomer(CustomerId),
    OfPremise(PremiseId),
    /// By the caller's own reference, or by the service's id.
    Named(String),
    /// Changed after a moment, in one state or any.
    Since(Timestamp, Option<State>),
}

/// What somebody wants of a service.
#[derive(Clone, Default)]
pub struct Update {
    pub cancelled: Option<bool>,
    pub reason: Option<String>,
    /// When it is to end; None: now.
    pub cancelled_at: Option<Timestamp>,
    pub suspended: Option<bool>,
    pub isp_reference: Option<String>,
    pub wifi_username: Option<String>,
    pub wifi_password: Option<String>,
}

impl Hub {
    /// A service. Another organization's is answered as one that is not there.
    pub async fn service(&self, principal: &Principal, id: ServiceId) -> Result<Service, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let found = self.store().read(move |tx| store::service::by_id(tx, scope, id)).await?;
        let own = found.filter(|service| service.credentials.is_some());
        own.map(|service| shown(service, principal)).ok_or(Error::NotFound("service"))
    }

    /// Services that the caller sees. Those of a customer who is not theirs are answered as if there were none such.
    pub async fn services(
        &self,
        principal: &Principal,
        which: Which,
        window: Window,
    ) -> Result<Page<Service>, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let page: Page<Service> = self
            .store()
            .read(move |tx| {
                use store::service::Which as Listed;
                let window = window.numbers();
                let (items, total) = match &which {
                    Which::OfCustomer(id) => {
                        store::customer::by_id(tx, scope, *id)?.ok_or(Error::NotFound("customer"))?;
                        store::service::list(tx, scope, Listed::OfCustomer(*id), window)?
                    }
                    Which::OfPremise(id) => store::service::list(tx, scope, Listed::OfPremise(*id), window)?,
                    Which::Since(after, state) => {
                        store::service::list(tx, scope, Listed::Since(*after, *state), window)?
                    }
                    Which::Named(text) => {
                        let by_id = match text.trim().parse() {
                            Ok(id) => {
                                store::service::by_id(tx, scope, id)?.filter(|own| own.credentials.is_some())
                            }
                            Err(_) => None,
                        };
                        match by_id {
                            Some(service) => (vec![service].split_off(usize::from(window.1 > 0)), 1),
                            None => store::service::list(tx, scope, Listed::Referenced(text.trim()), window)?,
                        }
                    }
                };
                Ok::<_, Error>(Page { items, total })
            })
            .await?;
        Ok(page.map(|service| shown(service, principal)))
    }

    /// Changes a service of the caller's.
    pub async fn update_service(
        &self,
        principal: &Principal,
        id: ServiceId,
        update: Update,
    ) -> Result<Service, Error> {
        principal.require(Capability::Order)?;
        let (scope, key) = (principal.scope, principal.key);
        let updated = self.store().write(move |tx| {
            let mut service = lock(tx, scope, id)?;
            if !service.state.blocks() {
                // Whoever ends it again has what they want.
                let only = update.cancelled == Some(true) && update.is_nothing_but_an_end();
                return if only { Ok(service) } else { Err(Error::invalid("service", "has ended")) };
            }
            set_own(tx, scope, &mut service, &update)?;
            if update.cancelled == Some(true) {
                let reason = update.reason.as_deref().unwrap_or("cancelled by its provider");
                match update.cancelled_at.filter(|at| *at > tx.now()) {
                    Some(at) => change::plan_end(tx, &mut service, at, reason, key)?,
                    None => end(tx, &mut service, reason)?,
                }
                return Ok(service);
            }
            if update.cancelled == Some(false) {
                change::withdraw_end(tx, &mut service)?;
            }
            match update.suspended {
                Some(true) if service.state != State::Suspended => switch(tx, service, Change::Suspend),
                Some(false) if service.state == State::Suspended => switch(tx, service, Change::Resume),
                _ => {
                    store::service::save(tx, &mut service, None)?;
                    Ok(service)
                }
            }
        });
        let updated = updated.await?;
        self.engine().wake();
        Ok(shown(updated, principal))
    }

    /// Takes a service that has ended out of its customer's list.
    pub async fn delete_service(&self, principal: &Principal, id: ServiceId) -> Result<(), Error> {
        principal.require(Capability::Order)?;
        let scope = principal.scope;
        self.store()
            .write(move |tx| {
                let mut service = lock(tx, scope, id)?;
                if service.state == State::Deleted {
                    return Ok(());
                }
                service.deleted = Some(tx.now());
                switch(tx, service, Change::Delete).map(|_| ())
            })
            .await
    }
}

impl Update {
    fn is_nothing_but_an_end(&self) -> bool {
        let Self { suspended, isp_reference, wifi_username, wifi_password, .. } = self;
        suspended.is_none() && isp_reference.is_none() && wifi_username.is_none() && wifi_password.is_none()
    }
}

/// A service of an own network, with its lock.
fn lock(tx: &mut Tx<'_>, scope: Scope, id: ServiceId) -> Result<Service, Error> {
    let service = store::service::lock(tx, scope, id)?;
    service.filter(|service| service.credentials.is_some()).ok_or(Error::NotFound("service"))
}

/// Secrets are for those who may order.
fn shown(mut service: Service, principal: &Principal) -> Service {
    if principal.require(Capability::Order).is_err() {
        service.credentials = None;
    }
    service
}

fn switch(tx: &mut Tx<'_>, mut service: Service, change: Change) -> Result<Service, Error> {
    let field = if change == Change::Delete { "service" } else { "suspended" };
    service.state = service
        .state
        .on(change)
        .map_err(|_| Error::invalid(field, "is not possible in its present state"))?;
    service.flags.follow(change, tx.now());
    store::service::save(tx, &mut service, Some(change))?;
    Ok(service)
}

/// What is the provider's to say, and not the network's.
fn set_own(tx: &mut Tx<'_>, scope: Scope, service: &mut Service, update: &Update) -> Result<(), Error> {
    if update.isp_reference.is_none() && update.wifi_username.is_none() && update.wifi_password.is_none() {
        return Ok(());
    }
    let is_theirs =
        scope.everything || store::organization::is_within(tx, scope.organization, service.organization)?;
    if !is_theirs {
        return Err(Error::Forbidden);
    }
    if let Some(reference) = &update.isp_reference {
        service.isp_reference = Some(reference.clone());
    }
    let (id, organization) = (service.id, service.organization);
    let Some(credentials) = &mut service.credentials else { return Ok(()) };
    if let Some(name) = update.wifi_username.clone().filter(|name| *name != credentials.wifi_username) {
        // Among the provider's own: what others have is not told.
        let kept = |name: &str| format!("wifi {organization} {name}");
        if !store::service::take_name(tx, &kept(&name), id)? {
            return Err(Error::invalid("wifi_username", "is already taken"));
        }
        store::service::release_name(tx, &kept(&credentials.wifi_username), id)?;
        credentials.wifi_username = name;
    }
    if let Some(password) = update.wifi_password.clone() {
        credentials.wifi_password = password;
    }
    Ok(())
}

/// Ends a service now, with its field work, its order and what was planned for it.
pub(super) fn end(tx: &mut Tx<'_>, service: &mut Service, reason: &str) -> Result<(), Error> {
    work_order::cancel_of(tx, service.id)?;
    change::withdraw(tx, service)?;
    Ok(finish(tx, service, reason)?)
}

/// The service itself: its place is free again, and what carries out its order looks at it.
pub(crate) fn finish(tx: &mut Tx<'_>, service: &mut Service, reason: &str) -> Result<(), store::Error> {
    let Ok(next) = service.state.on(Change::End) else { return Ok(()) };
    let never_used = matches!(service.state, State::Preorder | State::Pending);
    (service.state, service.place, service.reason) = (next, None, Some(reason.to_owned()));
    service.ends = Some(tx.now());
    store::service::release_names(tx, service.id)?;
    service.flags.follow(Change::End, tx.now());
    store::service::save(tx, service, Some(Change::End))?;
    if never_used {
        store::action::wake_of_order(tx, service.order)?;
    }
    Ok(())
}

/// A scope for what the hub does by itself.
pub(crate) fn everything(seller: OrganizationId) -> Scope {
    Scope { organization: seller, everything: true }
}
