//! `/internet/request`: ask whether and for how much a line can be had, look at the answer, give it, take it back.

use super::answer::{self, creating};
use super::caller::{Caller, Offered};
use super::map;
use super::names::{Known, Names};
use super::openapi::{Answered, Found, Id, IdempotencyKey, Listed, Refused, RequestListed, RequestsOf};
use super::query::{Asked, Fields};
use super::refusal::Refusal;
use super::{TelecomX, read, shown};
use ::wire::telecomx as wire;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hub::names::Of;
use hub::quote::Stored;
use hub::quote::request::Filter;
use model::id::{CustomerId, Identity, OrganizationId, QuoteRequestId};
use model::role::Capability;

const CREATE: &str = "telecomx POST /internet/request";

/// Ask for a line
///
/// The address must be one that the lookup knows. Where a rule of the network's covers it, the request is answered at
/// once; else a person answers it. Of several things that are wrong the first one is told.
#[utoipa::path(
    post,
    path = "/internet/request",
    operation_id = "createRequest",
    tag = "Requests",
    params(IdempotencyKey),
    request_body = wire::NewRequest,
    responses((status = 200, description = "The request", body = wire::Request), Answered)
)]
pub async fn create(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, body) = offered.with(&telecomx, body).await?;
    let wanted = wire::NewRequest::parse(body.clone())?;
    let draft = read::request(&telecomx, &wanted, None).await?;
    let mut named = vec![(Of::Organization, *caller.organization.bytes())];
    named.extend(caller.user.map(|id| (Of::User, *id.bytes())));
    named.extend(caller.key.map(|id| (Of::Key, *id.bytes())));
    named.extend(draft.reseller.is().map(|id| (Of::Organization, *id.bytes())));
    if let Some(customer) = draft.customer.is().copied().or(caller.customer) {
        named.push((Of::Customer, *customer.bytes()));
        let owner = telecomx.hub.customer_owner(customer).await?;
        named.extend(owner.map(|id| (Of::Organization, *id.bytes())));
    }
    let notify: Vec<_> =
        draft.notify.is().into_iter().flatten().filter_map(|user| user.is().copied()).collect();
    named.extend(notify.iter().map(|id| (Of::User, *id.bytes())));
    let (names, people) = (Names::of(&telecomx, named).await?, shown::people(&telecomx, notify).await?);
    let render = move |request: &Stored| {
        let names = names.and(Of::QuoteRequest, &request.id, request.number);
        map::request(&names, &people, request)
    };
    creating(&telecomx, &caller, CREATE, (&headers, &body), render, async |idempotent| {
        let country = &telecomx.settings.country;
        telecomx.hub.request_quote(&caller, draft, country, idempotent).await
    })
    .await
}

/// A request
#[utoipa::path(
    get,
    path = "/internet/request/{id}",
    operation_id = "request",
    tag = "Requests",
    params(Id),
    responses((status = 200, description = "The request", body = wire::Request), Found)
)]
pub async fn show(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: super::query::Named,
) -> Result<Response, Refusal> {
    let id = named(&telecomx, &path.id()?).await?;
    let request = telecomx.hub.quote_request(&caller, id).await?;
    answer::ok(&shown::request(&telecomx, request).await?)
}

/// Requests
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/internet/request",
    operation_id = "requests",
    tag = "Requests",
    params(Listed, RequestsOf),
    responses(
        (status = 200, description = "The requests; whole ones with `full=true`", body = wire::Requests<RequestListed>),
        Refused
    )
)]
pub async fn list(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let (window, full) = (fields.window()?, fields.flag("full")?.unwrap_or(false));
    let answered = fields.word::<Stage>("state")?.map(|state| state == Stage::HasOffer);
    let Some((organization, customer)) = owners(&telecomx, &caller, &fields).await? else {
        return answer::ok(&page(window, 0, Vec::<wire::RequestBrief>::new()));
    };
    let text = fields.filter()?;
    let filter = Filter { organization, customer, answered, text };
    let found = telecomx.hub.quote_requests(&caller, filter, window).await?;
    if full {
        return answer::ok(&page(window, found.total, shown::requests(&telecomx, &found.items).await?));
    }
    let names = Names::of(&telecomx, found.items.iter().flat_map(map::named_by_request).collect()).await?;
    let briefs = found.items.iter().map(|one| map::request_brief(&names, one)).collect();
    answer::ok(&page(window, found.total, briefs))
}

fn page<T>(window: hub::Window, total: i64, requests: Vec<T>) -> wire::Requests<T> {
    let total = u64::try_from(total).unwrap_or(0);
    wire::Requests { offset: window.offset, limit: window.limit.into(), total, requests }
}

model::words! {
    /// What a list may be limited to.
    enum Stage ("state of a request") {
        New = "NEW",
        HasOffer = "HAS_OFFER",
    }
}

/// The reseller and the customer that a list is limited to. `None`: there is no such one, so there is nothing to list.
pub async fn owners(
    telecomx: &TelecomX,
    caller: &Caller,
    fields: &Fields,
) -> Result<Option<(Option<OrganizationId>, Option<CustomerId>)>, Refusal> {
    caller.require_within_customer(Capability::Read)?;
    let (reseller, customer) = (fields.id("reseller")?, fields.id("customer")?);
    let asked = reseller.iter().map(|id| (Of::Organization, id));
    let known = Known::of(telecomx, asked.chain(customer.iter().map(|id| (Of::Customer, id)))).await?;
    let organization = reseller.as_ref().map(|id| known.get(Of::Organization, id));
    let customer = customer.as_ref().map(|id| known.get(Of::Customer, id));
    Ok(match (organization, customer) {
        (Some(None), _) | (_, Some(None)) => None,
        (organization, customer) => Some((organization.flatten(), customer.flatten())),
    })
}

/// Answer a request, or change it
///
/// What is not said stays. Offers take the place of those that there are; who made the request and who is to hear of it
/// get an e-mail.
#[utoipa::path(
    post,
    path = "/internet/request/{id}",
    operation_id = "answerRequest",
    tag = "Requests",
    params(Id),
    request_body = wire::NewRequest,
    responses((status = 200, description = "The request", body = wire::Request), Answered)
)]
pub async fn answer(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    path: super::query::Named,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, body) = offered.with(&telecomx, body).await?;
    let wanted = wire::NewRequest::parse(body)?;
    let id = named(&telecomx, &path.id()?).await?;
    let before = telecomx.hub.quote_request(&caller, id).await?;
    let draft = read::request(&telecomx, &wanted, Some((before.id, before.number))).await?;
    let request = telecomx.hub.answer_quote(&caller, id, draft, &telecomx.settings.country).await?;
    answer::ok(&shown::request(&telecomx, request).await?)
}

/// Take a request back
#[utoipa::path(
    delete,
    path = "/internet/request/{id}",
    operation_id = "deleteRequest",
    tag = "Requests",
    params(Id),
    responses((status = 200, description = "It is gone", body = wire::Success), Found)
)]
pub async fn delete(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: super::query::Named,
) -> Result<Response, Refusal> {
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.delete_quote_request(&caller, id).await?;
    answer::done()
}

async fn named(telecomx: &TelecomX, id: &wire::Id) -> Result<QuoteRequestId, Refusal> {
    let known = Known::of(telecomx, [(Of::QuoteRequest, id)]).await?;
    // One that names nothing is refused where the others are: who may not ask is not told which there are.
    Ok(known.get(Of::QuoteRequest, id).unwrap_or(QuoteRequestId::NONE))
}
