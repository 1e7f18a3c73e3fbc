//! `/auth`: sign in, sign out, and what a token is good for.

use super::TelecomX;
use super::answer;
use super::caller::{Offered, TOKEN};
use super::names::Names;
use super::openapi::{Answered, LoginQuery, TokenQuery, ValidateQuery};
use super::query::{Asked, Fields};
use super::refusal::Refusal;
use crate::json;
use ::wire::telecomx as wire;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hub::names::Of;
use model::id::Identity;
use serde_json::{Map, Value};

/// Sign in
///
/// The token is good for 15 minutes after its last use, with `persist` until it is signed out.
#[utoipa::path(
    post,
    path = "/auth/login",
    operation_id = "login",
    tag = "Sign in",
    request_body = wire::Login,
    responses((status = 200, description = "The token", body = wire::LoggedIn), Answered),
    security(())
)]
pub async fn login(State(telecomx): State<TelecomX>, body: Body) -> Result<Response, Refusal> {
    let body = json::read(body).await?;
    sign_in(&telecomx, wire::Login::parse(body)?).await
}

/// Sign in by a query
///
/// As the documentation has it; a password does not belong into an address.
#[utoipa::path(
    get,
    path = "/auth/login",
    operation_id = "loginByQuery",
    tag = "Sign in",
    params(LoginQuery),
    responses((status = 200, description = "The token", body = wire::LoggedIn), Answered),
    security(())
)]
pub async fn login_by_query(State(telecomx): State<TelecomX>, query: Asked) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let names = ["username", "password", "smsKey", "authenticatorToken", "cookie", "persist"];
    let said = names.iter().filter_map(|name| {
        fields.get(name).map(|value| ((*name).to_owned(), Value::String(value.to_owned())))
    });
    sign_in(&telecomx, wire::Login::parse(Value::Object(said.collect::<Map<_, _>>()))?).await
}

async fn sign_in(telecomx: &TelecomX, login: wire::Login) -> Result<Response, Refusal> {
    let username = login.username.text().unwrap_or_default();
    let password = login.password.text().unwrap_or_default();
    let code = login.authenticator_token.text();
    let persist = login.persist.value() == Some(&true);
    let signed_in = telecomx.hub.sign_in(username, password, code, persist).await?;
    let member = &signed_in.member;
    let mut named = vec![(Of::User, *member.id.bytes()), (Of::Organization, *member.organization.bytes())];
    named.extend(member.customer.map(|id| (Of::Customer, *id.bytes())));
    let names = Names::of(telecomx, named).await?;
    let token = signed_in.token.reveal().to_owned();
    let mut response = answer::ok(&wire::LoggedIn {
        token: token.clone(),
        expires_in_minutes: signed_in.minutes.map_or(-1, i64::from),
        employee: names.id(Of::User, &member.id).ok_or_else(Refusal::no_token)?,
        customer: member.customer.and_then(|id| names.id(Of::Customer, &id)),
        access_level: level(signed_in.principal.rank()),
        name: member.name.clone(),
        reseller: names.id(Of::Organization, &member.organization),
    })?;
    if login.cookie.value() == Some(&true)
        && let Ok(cookie) = HeaderValue::from_str(&cookie(telecomx, &token))
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// For as long as the browser is open; no page of another site can send it.
fn cookie(telecomx: &TelecomX, token: &str) -> String {
    let secure = if telecomx.settings.secure { "; Secure" } else { "" };
    format!("{TOKEN}={token}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

/// Sign out
#[utoipa::path(
    post,
    path = "/auth/logout",
    operation_id = "logout",
    tag = "Sign in",
    responses((status = 200, description = "The token is void", body = wire::Success), Answered)
)]
pub async fn logout(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    body: Body,
) -> Result<Response, Refusal> {
    let token = offered.alone(body).await?;
    telecomx.hub.sign_out(&token).await?;
    let mut response = answer::done()?;
    if let Ok(cookie) = HeaderValue::from_str(&format!("{}; Max-Age=0", cookie(&telecomx, ""))) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Sign out by a query
#[utoipa::path(
    get,
    path = "/auth/logout",
    operation_id = "logoutByQuery",
    tag = "Sign in",
    params(TokenQuery),
    responses((status = 200, description = "The token is void", body = wire::Success), Answered)
)]
pub async fn logout_by_query(state: State<TelecomX>, offered: Offered) -> Result<Response, Refusal> {
    logout(state, offered, Body::empty()).await
}

/// Is a token good
///
/// Asking does not extend it, unless `extend=true`, which also tells more.
#[utoipa::path(
    get,
    path = "/auth/validateToken",
    operation_id = "validateToken",
    tag = "Sign in",
    params(ValidateQuery),
    responses((status = 200, description = "It is", body = wire::Validated), Answered)
)]
pub async fn validate(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let extend = fields.flag("extend")? == Some(true);
    // What is asked about stands in the query, whoever asks.
    let token = match fields.get(TOKEN) {
        Some(token) => token.to_owned(),
        None => offered.alone(Body::empty()).await?,
    };
    let described = telecomx.hub.describe_session(&token, extend).await?;
    let (principal, member) = (&described.principal, described.member.as_ref());
    let customer = principal.customer;
    let mut named = vec![(Of::Organization, *principal.organization.bytes())];
    named.extend(member.map(|member| (Of::User, *member.id.bytes())));
    named.extend(principal.key.map(|id| (Of::Key, *id.bytes())));
    named.extend(customer.map(|id| (Of::Customer, *id.bytes())));
    let names = Names::of(&telecomx, named).await?;
    let employee = match (member, principal.key) {
        (Some(member), _) => names.id(Of::User, &member.id),
        (None, Some(key)) => names.id(Of::Key, &key),
        (None, None) => None,
    };
    let more = extend.then_some(()).and(member);
    answer::ok(&wire::Validated {
        success: true,
        employee: employee.ok_or_else(Refusal::no_token)?,
        customer: customer.and_then(|id| names.id(Of::Customer, &id)),
        access_level: level(principal.rank()),
        name: more.and_then(|member| member.name.clone()),
        language: None,
        customer_name: match (extend, customer) {
            (true, Some(customer)) => telecomx.hub.customer_name(customer).await?,
            _ => None,
        },
        customer_features: extend.then(|| vec!["CUSTOMER".to_owned(), "INTERNET".to_owned()]),
        customer_integrations: extend.then(Vec::new),
    })
}

pub fn level(role: model::role::Role) -> wire::AccessLevel {
    use model::role::Role;
    match role {
        Role::NoLogin => wire::AccessLevel::NoLogin,
        Role::Personal => wire::AccessLevel::Personal,
        Role::Viewer => wire::AccessLevel::Viewer,
        Role::Manager => wire::AccessLevel::Manager,
        Role::Owner => wire::AccessLevel::Owner,
        Role::Reseller => wire::AccessLevel::Reseller,
        Role::ResellerAdmin => wire::AccessLevel::ResellerAdmin,
        Role::Admin => wire::AccessLevel::Admin,
    }
}
