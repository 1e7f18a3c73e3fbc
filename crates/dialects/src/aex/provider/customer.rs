//! `/customers` of the newer generation.

use crate::aex::answer::{self, creating};
use crate::aex::caller::Caller;
use crate::aex::openapi::{ByEmailAddress, Created, Found, Id, IdempotencyKey, PagedBySize, Refused};
use crate::aex::query::{Asked, Fields, Named, Part, named};
use crate::aex::refusal::Refusal;
use crate::aex::{Aex, map};
use crate::json;
use ::wire::aex::provider::{self as wire, List};
use ::wire::aex::{When, moment};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hub::customer::Customer;
use hub::{Page, Principal};
use model::id::CustomerId;
use model::order::Person;
use model::time::Timestamp;

const CREATE: &str = "aex provider POST /customers";

fn shown(customer: &Customer) -> wire::Customer {
    let (person, utc) = (&customer.person, |at: Timestamp| moment::utc(at.micros()));
    let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    wire::Customer {
        id: map::id(customer.id),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        email: told(&person.email),
        mobile_number: told(&person.phone),
        fno_opt_in: person.fno_opt_in.map(utc),
        isp_opt_in: person.isp_opt_in.map(utc),
        created_at: utc(customer.created),
        updated_at: utc(customer.updated),
    }
}

/// A page of this generation.
pub fn listed<T, U>(part: Part, found: Page<T>, map: impl FnMut(T) -> U) -> List<U> {
    let total = u64::try_from(found.total).unwrap_or(0);
    List {
        items: found.items.into_iter().map(map).collect(),
        page: part.page,
        page_size: part.window.limit.into(),
        total,
    }
}

fn since(when: Option<&When>, caller: &Principal) -> Option<Timestamp> {
    when.map(|when| Timestamp::from_micros(when.micros(&caller.zone)))
}

/// Make a customer
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
            fno_opt_in: since(wanted.fno_opt_in.as_ref(), &caller),
            isp_opt_in: since(wanted.isp_opt_in.as_ref(), &caller),
            first_name: wanted.first_name,
            last_name: wanted.last_name,
            email: wanted.email,
            phone: wanted.mobile_number,
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
    params(ByEmailAddress, PagedBySize),
    responses((status = 200, description = "The customers", body = List<wire::Customer>), Refused)
)]
pub async fn list(State(aex): State<Aex>, caller: Caller, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let (address, part) = (fields.required("emailAddress")?, fields.part_by("page_size")?);
    let found = aex.hub.customers(&caller, address, part.window).await?;
    answer::ok(&listed(part, found, |customer| shown(&customer)))
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
    answer::ok(&shown(&aex.hub.customer(&caller, named(&id)?).await?))
}

/// Change a customer
#[utoipa::path(
    put,
    path = "/customers/{id}",
    operation_id = "updateCustomer",
    tag = "Customers",
    params(Id),
    request_body = wire::CustomerUpdate,
    responses((status = 200, description = "The customer as it is now", body = wire::Customer), Found)
)]
pub async fn update(
    State(aex): State<Aex>,
    caller: Caller,
    Named(id): Named<String>,
    body: Body,
) -> Result<Response, Refusal> {
    let id: CustomerId = named(&id)?;
    let wanted = wire::CustomerUpdate::parse(json::read(body).await?)?;
    let (fno, isp) = (since(wanted.fno_opt_in.as_ref(), &caller), since(wanted.isp_opt_in.as_ref(), &caller));
    let change = move |person: &mut Person| {
        let set = |own: &mut String, wanted: &Option<String>| {
            if let Some(wanted) = wanted {
                own.clone_from(wanted);
            }
        };
        set(&mut person.first_name, &wanted.first_name);
        set(&mut person.last_name, &wanted.last_name);
        set(&mut person.email, &wanted.email);
        set(&mut person.phone, &wanted.mobile_number);
        person.fno_opt_in = fno.or(person.fno_opt_in);
        person.isp_opt_in = isp.or(person.isp_opt_in);
    };
    answer::ok(&shown(&aex.hub.change_customer(&caller, id, change).await?))
}
