//! `/customers`: sign up, find by e-mail address or GUID, and a customer's services.

use super::answer::{self, creating};
use super::caller::Caller;
use super::openapi::{ByEmail, Created, Found, Id, IdempotencyKey, Paged, Refused};
use super::query::{Asked, Fields, Named, named};
use super::refusal::Refusal;
use super::{Aex, map};
use ::wire::aex::{self as wire, Counted};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hub::Window;
use hub::own::service::Which;
use model::id::CustomerId;
use model::order::Person;

const CREATE: &str = "aex POST /customers";
/// More services are not shown of one customer.
const MOST_SERVICES: u32 = 1_000;

/// Sign up a customer
///
/// No two customers of a provider have one e-mail address. The password is not kept: nobody signs in with it here.
#[utoipa::path(
    post,
    path = "/customers",
    operation_id = "createCustomer",
    tag = "Customers",
    params(IdempotencyKey),
    request_body = wire::NewCustomer,
    responses(Created)
)]
pub async fn create(
    State(aex): State<Aex>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let mount = aex.mount;
    let render = move |id: &CustomerId| answer::made(&format!("{mount}/customers/{}", map::id(*id)));
    creating(&aex, &caller, CREATE, (&headers, body), render, async |body, idempotent| {
        let wanted = wire::NewCustomer::parse(body)?;
        let person = Person {
            first_name: wanted.first_name,
            last_name: wanted.last_name,
            email: wanted.email,
            phone: wanted.mobile_number,
            username: wanted.username,
            home_number: wanted.home_number,
            ..Person::default()
        };
        Ok(aex.hub.create_customer(&caller, &person, idempotent).await?)
    })
    .await
}

/// Find a customer by e-mail address
#[utoipa::path(
    get,
    path = "/customers",
    operation_id = "findCustomers",
    tag = "Customers",
    params(ByEmail, Paged),
    responses((status = 200, description = "The customers", body = wire::Page<wire::Customer>), Refused)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let (address, part) = (fields.required("q")?, fields.part()?);
    let found = aex.hub.customers(&caller, address, part.window).await?;
    answer::ok(&part.answered(found, |customer| map::customer(&customer, &caller)))
}

/// A customer
#[utoipa::path(
    get,
    path = "/customers/{id}",
    operation_id = "customer",
    tag = "Customers",
    params(Id),
    responses((status = 200, description = "The customer", body = wire::Customer), Found)
)]
pub async fn show(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let customer = aex.hub.customer(&caller, named(&id)?).await?;
    answer::ok(&map::customer(&customer, &caller))
}

/// A customer's services
#[utoipa::path(
    get,
    path = "/customers/{id}/services",
    operation_id = "customerServices",
    tag = "Customers",
    params(Id),
    responses((status = 200, description = "All that are not deleted", body = Counted<wire::Service>), Found)
)]
pub async fn services(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<Response, Refusal> {
    let window = Window { limit: MOST_SERVICES, offset: 0 };
    let found = aex.hub.services(&caller, Which::OfCustomer(named(&id)?), window).await?;
    let total = u64::try_from(found.total).unwrap_or(0);
    let items = found.items.iter().map(|service| map::service(service, &caller, false)).collect();
    answer::ok(&Counted { items, total })
}
