//! All that has changed of a caller's services or work orders since they last asked, at most so often.

use super::work_order::Seen;
use super::{premise, product, work_order};
use crate::{Error, Hub, Principal};
use model::id::OrganizationId;
use model::role::Capability;
use model::time::Timestamp;
use std::time::Duration;
use store::Tx;
use store::service::Service;
use store::snapshot::Taken;

/// Between two snapshots of one kind, where an organization has no other limit.
const APART: Duration = Duration::from_secs(600);
/// What was changed so shortly before the last one is told again: its transaction may have ended after it.
const OVERLAP: Duration = Duration::from_secs(60);
/// Rows read at a time.
const STEP: i64 = 1_000;

/// A service as a snapshot tells it. No `Debug`: it has a customer's name.
#[derive(Clone)]
pub struct ServiceTold {
    pub service: Service,
    pub told: Told,
}

/// A work order as a snapshot tells it.
#[derive(Clone)]
pub struct WorkOrderTold {
    pub seen: Seen,
    pub told: Told,
}

/// What belongs to a service.
#[derive(Clone, Default)]
pub struct Told {
    pub customer_name: String,
    pub full_address: String,
    pub product: String,
}

const SERVICES: &str = "services";
const WORK_ORDERS: &str = "work_orders";

/// How far apart an organization's snapshots are.
fn apart(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Duration, store::Error> {
    let set = store::setting::get(tx, &setting(organization))?;
    Ok(set.and_then(|text| text.parse().ok()).map_or(APART, Duration::from_secs))
}

/// When the last one was.
fn judged(taken: Taken) -> Result<Timestamp, Error> {
    match taken {
        Taken::Since(last) => Ok(last.unwrap_or_default()),
        Taken::TooSoon(after) => {
            Err(Error::TooMany { what: "the last snapshot is too recent".into(), after })
        }
    }
}

fn setting(organization: OrganizationId) -> String {
    format!("snapshot_s.{organization}")
}

impl Hub {
    /// Services that changed since the caller's last call, or after another moment that they name.
    pub async fn service_snapshot(
        &self,
        principal: &Principal,
        since: Option<Timestamp>,
    ) -> Result<Vec<ServiceTold>, Error> {
        let since = self.look(principal, SERVICES, since).await?;
        let scope = principal.scope;
        let read = self
            .store()
            .read(move |tx| {
                let which = store::service::Which::Since(since, None);
                let (mut all, mut offset) = (Vec::new(), 0);
                loop {
                    let (page, _) = store::service::list(tx, scope, which, (STEP, offset))?;
                    offset += page.len() as i64;
                    if page.is_empty() {
                        return Ok(all);
                    }
                    for service in page {
                        let told = told(tx, scope, &service)?;
                        all.push(ServiceTold { service, told });
                    }
                }
            })
            .await;
        self.take(principal, SERVICES, read).await
    }

    /// Work orders that changed since the caller's last call, or after another moment that they name.
    pub async fn work_order_snapshot(
        &self,
        principal: &Principal,
        since: Option<Timestamp>,
    ) -> Result<Vec<WorkOrderTold>, Error> {
        let since = self.look(principal, WORK_ORDERS, since).await?;
        let scope = principal.scope;
        let read = self
            .store()
            .read(move |tx| {
                let which = store::work_order::Which::Since(since);
                let (mut all, mut offset) = (Vec::new(), 0);
                loop {
                    let (page, _) = store::work_order::list(tx, scope, which, (STEP, offset))?;
                    offset += page.len() as i64;
                    if page.is_empty() {
                        return Ok(all);
                    }
                    for order in page {
                        let told = match store::service::by_id(tx, scope, order.service)? {
                            Some(service) => told(tx, scope, &service)?,
                            None => Told::default(),
                        };
                        all.push(WorkOrderTold { seen: work_order::seen(tx, order)?, told });
                    }
                }
            })
            .await;
        self.take(principal, WORK_ORDERS, read).await
    }

    /// From when on changes are told.
    async fn look(
        &self,
        principal: &Principal,
        kind: &'static str,
        since: Option<Timestamp>,
    ) -> Result<Timestamp, Error> {
        principal.require(Capability::Read)?;
        let organization = principal.organization;
        let look = move |tx: &mut Tx<'_>| {
            let apart = apart(tx, organization)?;
            judged(store::snapshot::look(tx, organization, kind, apart)?)
        };
        let last = self.store().read(look).await?;
        Ok(since.unwrap_or_else(|| last.minus(OVERLAP)))
    }

    /// Counts a snapshot that is read: one that could not be has not been told.
    async fn take<T>(
        &self,
        principal: &Principal,
        kind: &'static str,
        read: Result<T, Error>,
    ) -> Result<T, Error> {
        let (read, organization) = (read?, principal.organization);
        let take = move |tx: &mut Tx<'_>| {
            let apart = apart(tx, organization)?;
            judged(store::snapshot::take(tx, organization, kind, apart)?)
        };
        self.store().write(take).await?;
        Ok(read)
    }

    /// Sets how far apart an organization's snapshots are.
    pub async fn set_snapshot_limit(
        &self,
        principal: &Principal,
        organization: &str,
        apart: Duration,
    ) -> Result<(), Error> {
        principal.require(Capability::Administer)?;
        let name = organization.to_owned();
        self.store()
            .write(move |tx| {
                let organization =
                    store::organization::by_name(tx, &name)?.ok_or(Error::NotFound("organization"))?;
                let seconds = apart.as_secs().to_string();
                Ok(store::setting::set(tx, &setting(organization.id), &seconds)?)
            })
            .await
    }
}

fn told(tx: &mut Tx<'_>, scope: model::scope::Scope, service: &Service) -> Result<Told, Error> {
    let customer = store::customer::by_id(tx, scope, service.customer)?;
    let premise = premise::of_service(tx, service.carrier, service.premise_reference.as_deref())?;
    let product = product::of_service(tx, service)?;
    let name = |customer: store::customer::Customer| {
        format!("{} {}", customer.person.first_name, customer.person.last_name)
    };
    Ok(Told {
        customer_name: customer.map(name).unwrap_or_default(),
        full_address: premise.map(|premise| premise.address.one_line("")).unwrap_or_default(),
        product: product.map_or_else(|| service.product.clone(), |offer| offer.product.title().to_owned()),
    })
}
