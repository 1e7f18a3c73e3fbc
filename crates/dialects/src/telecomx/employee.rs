//! `/employee`: users, and their tokens for machines.

use super::answer;
use super::auth::level;
use super::caller::{Caller, Offered};
use super::names::{Known, Names};
use super::openapi::{ClearTokens, Found, Id, IdAndToken, Listed, Refused};
use super::query::{Asked, Fields, Named};
use super::refusal::Refusal;
use super::request::owners;
use super::{TelecomX, openapi::OfOwner};
use ::wire::telecomx as wire;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use hub::names::Of;
use hub::user::{Filter, Member};
use model::id::{Identity, UserId};

/// Employees
///
/// Those of your organization and below it; a customer's own see their customer's.
#[utoipa::path(
    get,
    path = "/employee",
    operation_id = "employees",
    tag = "Employees",
    params(Listed, OfOwner),
    responses((status = 200, description = "The employees", body = wire::Employees<wire::Employee>), Refused)
)]
pub async fn list(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let window = fields.window()?;
    let (items, total) = match owners(&telecomx, &caller, &fields).await? {
        None => (Vec::new(), 0),
        Some((organization, customer)) => {
            let text = Some(fields.filter()?).filter(|text| !text.is_empty());
            let filter = Filter { customer, organization, text };
            let found = telecomx.hub.users_seen(&caller, filter, window).await?;
            (found.items, u64::try_from(found.total).unwrap_or(0))
        }
    };
    let employees = shown(&telecomx, &items).await?;
    answer::ok(&wire::Employees { offset: window.offset, limit: window.limit.into(), total, employees })
}

/// An employee
#[utoipa::path(
    get,
    path = "/employee/{id}",
    operation_id = "employee",
    tag = "Employees",
    params(Id),
    responses((status = 200, description = "The employee", body = wire::Employee), Found)
)]
pub async fn show(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
) -> Result<Response, Refusal> {
    let id = named(&telecomx, &path.id()?).await?;
    let member = telecomx.hub.user(&caller, id).await?;
    let mut all = shown(&telecomx, std::slice::from_ref(&member)).await?;
    answer::ok(&all.pop().ok_or_else(Refusal::not_found)?)
}

async fn shown(telecomx: &TelecomX, members: &[Member]) -> Result<Vec<wire::Employee>, Refusal> {
    let named = members.iter().flat_map(|member| {
        let customer = member.customer.map(|id| (Of::Customer, *id.bytes()));
        let own = [(Of::User, *member.id.bytes()), (Of::Organization, *member.organization.bytes())];
        own.into_iter().chain(customer)
    });
    let names = Names::of(telecomx, named.collect()).await?;
    let one = |member: &Member| {
        Some(wire::Employee {
            id: names.id(Of::User, &member.id)?,
            name: member.name.clone(),
            email: Some(member.email.clone()),
            username: Some(member.email.clone()),
            access_level: level(member.role.in_organization(member.organization_kind)),
            customer: member.customer.and_then(|id| names.id(Of::Customer, &id)),
            reseller: names.id(Of::Organization, &member.organization),
        })
    };
    Ok(members.iter().filter_map(one).collect())
}

/// Make a token for machines
///
/// It does not expire. It is shown once, and cannot be had for an ADMIN.
#[utoipa::path(
    post,
    path = "/employee/{id}/token",
    operation_id = "makeToken",
    tag = "Employees",
    params(Id),
    responses((status = 200, description = "The token", body = wire::TokenMade), Found)
)]
pub async fn make_token(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    path: Named,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, _) = offered.with(&telecomx, body).await?;
    let id = named(&telecomx, &path.id()?).await?;
    let token = telecomx.hub.create_machine_token(&caller, id).await?;
    answer::ok(&wire::TokenMade { success: true, token: token.reveal().to_owned() })
}

/// Revoke a token
#[utoipa::path(
    delete,
    path = "/employee/{id}/token/{token}",
    operation_id = "revokeToken",
    tag = "Employees",
    params(IdAndToken),
    responses((status = 200, description = "It is void", body = wire::Success), Found)
)]
pub async fn revoke_token(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
) -> Result<Response, Refusal> {
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.revoke_token(&caller, id, path.text(1)).await?;
    answer::done()
}

/// Revoke all tokens for machines
///
/// With `all=true` also those of people who are signed in.
#[utoipa::path(
    get,
    path = "/employee/{id}/clearTokens",
    operation_id = "clearTokens",
    tag = "Employees",
    params(Id, ClearTokens),
    responses((status = 200, description = "They are void", body = wire::Success), Found)
)]
pub async fn clear_tokens(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
    query: Asked,
) -> Result<Response, Refusal> {
    let all = Fields::of(query)?.flag("all")? == Some(true);
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.clear_tokens(&caller, id, all).await?;
    answer::done()
}

async fn named(telecomx: &TelecomX, id: &wire::Id) -> Result<UserId, Refusal> {
    let known = Known::of(telecomx, [(Of::User, id)]).await?;
    // One that names nothing is refused where the others are: who may not ask is not told which there are.
    Ok(known.get(Of::User, id).unwrap_or(UserId::NONE))
}
