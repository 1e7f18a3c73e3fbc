//! Services of an own network: read, suspended and resumed, ended now or on a day.

use super::change::{self, Planned};
use super::work_order;
use crate::{Error, Hub, Page, Principal, Window};
use model::id::{CustomerId, PremiseId, ServiceId};
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
        found.map(|service| shown(service, principal)).ok_or(Error::NotFound("service"))
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
                            Ok(id) => store::service::by_id(tx, scope, id)?,
                            Err(_) => None,
                        };
                        match by_id {
                            Some(service) => (vec![service], 1),
                            None => {
                                store::service::list(tx, scope, Listed::Referenced(text.trim()), window)?
                            }
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
        let (scope, dialect_key) = (principal.scope, principal.key);
        let updated = self.store().write(move |tx| {
            // The same order of locks as where the field work moves.
            let mut order = work_order::of_service(tx, id)?;
            let mut service = store::service::lock(tx, scope, id)?.ok_or(Error::NotFound("service"))?;
            if let Some(reference) = &update.isp_reference {
                service.isp_reference = Some(reference.clone()).filter(|text| !text.is_empty());
            }
            set_wifi(tx, &mut service, &update)?;
            let now = tx.now();
            match (update.cancelled, update.suspended) {
                (Some(true), _) if !service.state.blocks() => {}
                (Some(true), _) => {
                    let reason = update.reason.clone().unwrap_or_else(|| "cancelled by its provider".into());
                    match update.cancelled_at.filter(|at| *at > now) {
                        Some(at) => {
                            let planned = Planned::end(at, &reason);
                            change::plan(tx, &service, &planned, dialect_key)?;
                            store::service::save(tx, &mut service, None)?;
                        }
                        None => end(tx, &mut service, order.as_mut(), &reason)?,
                    }
                    return Ok(service);
                }
                (Some(false), _) if service.state.blocks() => change::withdraw_end(tx, &service)?,
                (Some(false), _) => {
                    return Err(Error::invalid("cancelled", "cannot be taken back: the service has ended"));
                }
                (None, Some(true)) if service.state != State::Suspended => {
                    return switch(tx, service, Change::Suspend);
                }
                (None, Some(false)) if service.state == State::Suspended => {
                    return switch(tx, service, Change::Resume);
                }
                (None, _) => {}
            }
            store::service::save(tx, &mut service, None)?;
            Ok(service)
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
                let service = store::service::lock(tx, scope, id)?.ok_or(Error::NotFound("service"))?;
                if service.state == State::Deleted {
                    return Ok(());
                }
                switch(tx, service, Change::Delete).map(|_| ())
            })
            .await
    }
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
    service.state = service.state.on(change).map_err(|illegal| Error::invalid(field, illegal.to_string()))?;
    service.flags.follow(change, tx.now());
    store::service::save(tx, &mut service, Some(change))?;
    Ok(service)
}

fn set_wifi(tx: &mut Tx<'_>, service: &mut Service, update: &Update) -> Result<(), Error> {
    if update.wifi_username.is_none() && update.wifi_password.is_none() {
        return Ok(());
    }
    let Some(credentials) = &mut service.credentials else {
        return Err(Error::invalid("wifi_username", "cannot be set for this service"));
    };
    if let Some(name) = update.wifi_username.clone().filter(|name| *name != credentials.wifi_username) {
        if !store::service::take_name(tx, &format!("wifi {name}"), service.id)? {
            return Err(Error::invalid("wifi_username", "is already taken"));
        }
        credentials.wifi_username = name;
    }
    if let Some(password) = update.wifi_password.clone() {
        credentials.wifi_password = password;
    }
    Ok(())
}

/// Ends a service now, with its field work, its order and what was planned for it.
pub(super) fn end(
    tx: &mut Tx<'_>,
    service: &mut Service,
    order: Option<&mut store::work_order::WorkOrder>,
    reason: &str,
) -> Result<(), Error> {
    if let Some(order) = order {
        work_order::cancel_of(tx, order)?;
    }
    change::withdraw(tx, service)?;
    Ok(finish(tx, service, reason)?)
}

/// The service itself: its place is free again, and what carries out its order looks at it.
pub(super) fn finish(tx: &mut Tx<'_>, service: &mut Service, reason: &str) -> Result<(), store::Error> {
    let Ok(next) = service.state.on(Change::End) else { return Ok(()) };
    let never_used = matches!(service.state, State::Preorder | State::Pending);
    (service.state, service.place, service.reason) = (next, None, Some(reason.to_owned()));
    service.flags.follow(Change::End, tx.now());
    store::service::save(tx, service, Some(Change::End))?;
    if never_used {
        store::action::wake_of_order(tx, service.order)?;
    }
    Ok(())
}

/// A scope for what the hub does by itself.
pub(super) fn everything(of: &Service) -> Scope {
    Scope { organization: of.seller, everything: true }
}
