//! Records as they are answered, with the names that they need.

use super::TelecomX;
use super::map::{self, Expanded, People};
use super::names::Names;
use super::refusal::Refusal;
use ::wire::telecomx as wire;
use hub::account;
use hub::names::Of;
use hub::quote::Stored;
use model::id::UserId;

/// The names of the people whom requests or accounts are to be told to.
pub async fn people(
    telecomx: &TelecomX,
    users: impl IntoIterator<Item = UserId>,
) -> Result<People, Refusal> {
    let mut wanted: Vec<UserId> = users.into_iter().collect();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(telecomx.hub.user_names(wanted).await?)
}

/// Whole requests.
pub async fn requests(telecomx: &TelecomX, all: &[Stored]) -> Result<Vec<wire::Request>, Refusal> {
    let names = Names::of(telecomx, all.iter().flat_map(map::named_by_request).collect()).await?;
    let people = people(telecomx, all.iter().flat_map(|one| one.details.notify.iter().copied())).await?;
    Ok(all.iter().map(|one| map::request(&names, &people, one)).collect())
}

pub async fn request(telecomx: &TelecomX, one: Stored) -> Result<wire::Request, Refusal> {
    let mut all = requests(telecomx, std::slice::from_ref(&one)).await?;
    all.pop().ok_or_else(Refusal::not_found)
}

/// Whole accounts.
pub async fn accounts(
    telecomx: &TelecomX,
    all: &[account::Stored],
) -> Result<Vec<wire::Account>, Refusal> {
    let names = Names::of(telecomx, all.iter().flat_map(map::named_by_account).collect()).await?;
    let told = all.iter().flat_map(|one| one.details.notify.iter().map(|told| told.user));
    let people = people(telecomx, told).await?;
    Ok(all.iter().map(|one| map::account(&names, &people, one, None, Expanded::default())).collect())
}

/// An account with its documents, and what people call its ids.
pub async fn account(
    telecomx: &TelecomX,
    one: account::Stored,
    documents: Vec<account::document::Document>,
    expanded: Expanded,
) -> Result<wire::Account, Refusal> {
    use model::id::Identity;
    let mut named = map::named_by_account(&one);
    named.extend(documents.iter().map(|document| (Of::Document, *document.id.bytes())));
    let names = Names::of(telecomx, named).await?;
    let people = people(telecomx, one.details.notify.iter().map(|told| told.user)).await?;
    let documents = documents.iter().map(|own| map::document(&names, own)).collect();
    Ok(map::account(&names, &people, &one, Some(documents), expanded))
}
