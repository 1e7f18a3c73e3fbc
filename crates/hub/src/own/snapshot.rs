//! All that has changed of a caller's services or work orders since they last asked, at most so often.

use super::work_order::Seen;
use super::{premise, work_order};
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

fn setting(organization: OrganizationId) -> String {
    format!("snapshot_s.{organization}")
}

impl Hub {
    /// Services that changed since the caller's last call.
    pub async fn service_snapshot(&self, principal: &Principal) -> Result<Vec<ServiceTold>, Error> {
        let since = self.take_snapshot(principal, "services").await?;
        let scope = principal.scope;
        self.store()
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
            .await
    }

    /// Work orders that changed since the caller's last call.
    pub async fn work_order_snapshot(&self, principal: &Principal) -> Result<Vec<WorkOrderTold>, Error> {
        let since = self.take_snapshot(principal, "work_orders").await?;
        let scope = principal.scope;
        self.store()
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
            .await
    }

    /// From when on changes are told.
    async fn take_snapshot(&self, principal: &Principal, kind: &'static str) -> Result<Timestamp, Error> {
        principal.require(Capability::Read)?;
        let organization = principal.organization;
        self.store()
            .write(move |tx| {
                let apart = store::setting::get(tx, &setting(organization))?;
                let apart = apart.and_then(|text| text.parse().ok()).map_or(APART, Duration::from_secs);
                match store::snapshot::take(tx, organization, kind, apart)? {
                    Taken::Since(last) => Ok(last.unwrap_or_default().minus(OVERLAP)),
                    Taken::TooSoon(after) => {
                        Err(Error::TooMany { what: "one snapshot at a time".into(), after })
                    }
                }
            })
            .await
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
    let products = crate::catalogue::products(tx, service.carrier)?;
    let product = products.iter().find(|product| product.is_called(&service.product));
    let name = |customer: store::customer::Customer| {
        format!("{} {}", customer.person.first_name, customer.person.last_name)
    };
    Ok(Told {
        customer_name: customer.map(name).unwrap_or_default(),
        full_address: premise.map(|premise| premise.address.one_line("")).unwrap_or_default(),
        product: product.map_or(service.product.as_str(), |product| product.title()).to_owned(),
    })
}
