//! `/internet/account`: order a line from an offer, confirm it, put it into use, change its product, give it up.

use super::answer::{self, creating};
use super::caller::{Caller, Offered};
use super::map::{self, Expanded};
use super::names::{Known, Names};
use super::openapi::{
    AccountListed, AccountsOf, Answered, Ending, Expand, Found, Id, IdempotencyKey, Listed, Refused,
};
use super::query::{Asked, Fields, Named};
use super::refusal::Refusal;
use super::request::owners;
use super::{TelecomX, read, shown};
use ::wire::telecomx as wire;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub::account::{self, Filter, Stored};
use hub::names::Of;
use hub::quote::Given;
use model::id::{AccountId, Identity};

const ORDER: &str = "telecomx POST /internet/account";

/// Order a line from an offer
#[utoipa::path(
    post,
    path = "/internet/account",
    operation_id = "orderAccount",
    tag = "Accounts",
    params(IdempotencyKey),
    request_body = wire::NewAccount,
    responses((status = 200, description = "The account", body = wire::Account), Answered)
)]
pub async fn order(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, body) = offered.with(&telecomx, body).await?;
    let wanted = read::order(&telecomx, &wire::NewAccount::parse(body.clone())?).await?;
    let mut named = Vec::new();
    let mut told = Vec::new();
    named.extend(caller.user.map(|id| (Of::User, *id.bytes())));
    named.extend(caller.key.map(|id| (Of::Key, *id.bytes())));
    named.extend(wanted.customer.is().map(|id| (Of::Customer, *id.bytes())));
    if let Some(request) = wanted.request.is()
        && let Ok(request) = telecomx.hub.quote_request(&caller, *request).await
    {
        named.extend(map::named_by_request(&request));
        told = request.details.notify;
    }
    let (names, people) = (Names::of(&telecomx, named).await?, shown::people(&telecomx, told).await?);
    let render = move |made: &Stored| {
        let names = names.and(Of::Account, &made.id, made.number);
        map::account(&names, &people, made, Vec::new())
    };
    creating(&telecomx, &caller, ORDER, (&headers, &body), render, async |idempotent| {
        telecomx.hub.order_account(&caller, wanted, idempotent).await
    })
    .await
}

/// An account
#[utoipa::path(
    get,
    path = "/internet/account/{id}",
    operation_id = "account",
    tag = "Accounts",
    params(Id, Expand),
    responses((status = 200, description = "The account", body = wire::Account), Found)
)]
pub async fn show(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let id = named(&telecomx, &path.id()?).await?;
    let own = telecomx.hub.account(&caller, id).await?;
    let expanded = match fields.flag("expand")? {
        Some(true) => expand(&telecomx, &own).await?,
        _ => Expanded::default(),
    };
    let documents = telecomx.hub.documents_of(&caller, id).await?;
    answer::ok(&shown::account(&telecomx, own, documents, expanded).await?)
}

async fn expand(telecomx: &TelecomX, own: &Stored) -> Result<Expanded, Refusal> {
    let named = telecomx.hub.account_names(own.clone()).await?;
    Ok(Expanded {
        customer: named.customer,
        reseller: named.organization,
        product: named.product,
        fee: named.fee,
    })
}

/// Accounts
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/internet/account",
    operation_id = "accounts",
    tag = "Accounts",
    params(Listed, AccountsOf),
    responses(
        (
            status = 200,
            description = "The accounts; whole ones with `full=true`; a table with `csv=true`",
            content((wire::Accounts<AccountListed> = "application/json"), (String = "text/csv"))
        ),
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
    let csv = fields.flag("csv")?.unwrap_or(false);
    let (state, wish, up) = (fields.word("state")?, fields.word("changerequest")?, fields.flag("up")?);
    let text = fields.filter()?;
    let (items, total) = match owners(&telecomx, &caller, &fields).await? {
        None => (Vec::new(), 0),
        Some((organization, customer)) => {
            let filter = Filter { organization, customer, state, wish, text, up };
            let found = telecomx.hub.accounts(&caller, filter, window).await?;
            (found.items, found.total)
        }
    };
    if csv {
        return table(&shown::accounts(&telecomx, &items).await?);
    }
    if full {
        return answer::ok(&page(window, total, shown::accounts(&telecomx, &items).await?));
    }
    let names = Names::of(&telecomx, items.iter().flat_map(map::named_by_account).collect()).await?;
    let briefs: Vec<_> = items.iter().map(|one| map::account_brief(&names, one)).collect();
    answer::ok(&page(window, total, briefs))
}

fn page<T>(window: hub::Window, total: i64, accounts: Vec<T>) -> wire::Accounts<T> {
    let total = u64::try_from(total).unwrap_or(0);
    wire::Accounts { offset: window.offset, limit: window.limit.into(), total, accounts }
}

/// One account a line.
fn table(accounts: &[wire::Account]) -> Result<Response, Refusal> {
    const HEAD: &str = "_id,type,state,customer,reseller,name,address,zip,city,circuit,product,reference,orderDate,startDate,\
                        terminationDate,ipAddress,monthlyCustomer";
    let mut text = format!("{HEAD}\r\n");
    for account in accounts {
        let value = serde_json::to_value(account).unwrap_or_default();
        let at = |path: &str| match value.pointer(path) {
            Some(serde_json::Value::String(text)) => cell(text),
            Some(serde_json::Value::Null) | None => String::new(),
            Some(other) => cell(&other.to_string()),
        };
        let cells = [
            "/_id",
            "/type",
            "/state",
            "/customer",
            "/reseller",
            "/name",
            "/address/address",
            "/address/zip",
            "/address/city",
            "/circuit",
            "/product",
            "/reference",
            "/orderDate",
            "/startDate",
            "/terminationDate",
            "/net/ipAddress",
            "/fiber/monthlyCustomer",
        ]
        .map(at);
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"accounts.csv\""),
    );
    Ok(response)
}

/// Quoted where it has to be; what a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// Confirm an account
///
/// Its day of delivery is set, and what its provider said of it. On that day it goes into use.
#[utoipa::path(
    post,
    path = "/internet/account/{id}/confirm",
    operation_id = "confirmAccount",
    tag = "Accounts",
    params(Id),
    request_body = wire::Confirm,
    responses((status = 200, description = "Done", body = wire::Success), Answered)
)]
pub async fn confirm(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    path: Named,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, body) = offered.with(&telecomx, body).await?;
    let said = read::confirm(&telecomx, &wire::Confirm::parse(body)?).await?;
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.confirm_account(&caller, id, said).await?;
    answer::done()
}

/// Put an account into use now
#[utoipa::path(
    post,
    path = "/internet/account/{id}/activate",
    operation_id = "activateAccount",
    tag = "Accounts",
    params(Id),
    responses((status = 200, description = "Done", body = wire::Success), Answered)
)]
pub async fn activate(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    path: Named,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, _) = offered.with(&telecomx, body).await?;
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.activate_account(&caller, id).await?;
    answer::done()
}

/// Ask for another product
///
/// Of a DSL line that is in use.
#[utoipa::path(
    post,
    path = "/internet/account/{id}/change/request",
    operation_id = "requestChange",
    tag = "Accounts",
    params(Id),
    request_body = wire::ChangeRequest,
    responses((status = 200, description = "Done", body = wire::Success), Answered)
)]
pub async fn request_change(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    path: Named,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, body) = offered.with(&telecomx, body).await?;
    let wished = read::change(&telecomx, &wire::ChangeRequest::parse(body)?).await?;
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.request_change(&caller, id, wished).await?;
    answer::done()
}

/// Set the day of a change
#[utoipa::path(
    post,
    path = "/internet/account/{id}/change/confirm",
    operation_id = "confirmChange",
    tag = "Accounts",
    params(Id),
    request_body = wire::ChangeConfirm,
    responses((status = 200, description = "Done", body = wire::Success), Answered)
)]
pub async fn confirm_change(
    State(telecomx): State<TelecomX>,
    offered: Offered,
    path: Named,
    body: Body,
) -> Result<Response, Refusal> {
    let (caller, body) = offered.with(&telecomx, body).await?;
    let said = read::change_confirmed(&telecomx, &wire::ChangeConfirm::parse(body)?).await?;
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.confirm_change(&caller, id, said).await?;
    answer::done()
}

/// Take a change back
#[utoipa::path(
    delete,
    path = "/internet/account/{id}/change",
    operation_id = "withdrawChange",
    tag = "Accounts",
    params(Id),
    responses((status = 200, description = "Done", body = wire::Success), Found)
)]
pub async fn withdraw_change(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
) -> Result<Response, Refusal> {
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.withdraw_change(&caller, id).await?;
    answer::done()
}

/// Give an account up
///
/// On a day that honours its commitment; without one as soon as that is over. While it is not in use, at once.
#[utoipa::path(
    delete,
    path = "/internet/account/{id}",
    operation_id = "cancelAccount",
    tag = "Accounts",
    params(Id, Ending),
    responses((status = 200, description = "Done", body = wire::Success), Found)
)]
pub async fn cancel(
    State(telecomx): State<TelecomX>,
    caller: Caller,
    path: Named,
    query: Asked,
) -> Result<Response, Refusal> {
    let fields = Fields::of(query)?;
    let date = fields.moment("date")?.map_or(Given::Absent, Given::Is);
    let (force, keep) = (fields.flag("force")? == Some(true), fields.flag("cancel")? == Some(true));
    let ending = match (keep, force) {
        (true, _) => account::Ending::Not,
        (_, true) => account::Ending::Forced,
        _ => account::Ending::On(date),
    };
    let id = named(&telecomx, &path.id()?).await?;
    telecomx.hub.end_account(&caller, id, ending).await?;
    answer::done()
}

pub async fn named(telecomx: &TelecomX, id: &wire::Id) -> Result<AccountId, Refusal> {
    let known = Known::of(telecomx, [(Of::Account, id)]).await?;
    // One that names nothing is refused where the others are: who may not ask is not told which there are.
    Ok(known.get(Of::Account, id).unwrap_or(AccountId::NONE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        assert_eq!(cell("Vej 1, 2. th."), "\"Vej 1, 2. th.\"");
        assert_eq!(cell("say \"hi\""), "\"say \"\"hi\"\"\"");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("plain"), "plain");
    }
}
