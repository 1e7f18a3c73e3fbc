//! Records as they are answered, with the names that they need.

use super::TelecomX;
use super::map::{self, Expanded, People};
use super::names::Names;
use super::refusal::Refusal;
use ::wire::telecomx as wire;
use hub::account;
use hub::account::document::Document;
use hub::names::Of;
use hub::quote::Stored;
use model::id::{Identity, UserId};

/// The names of the people whom requests or accounts are to be told to.
pub async fn people(telecomx: &TelecomX, users: impl IntoIterator<Item = UserId>) -> Result<People, Refusal> {
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
pub async fn accounts(telecomx: &TelecomX, all: &[account::Stored]) -> Result<Vec<wire::Account>, Refusal> {
    let documents = telecomx.hub.documents_of_each(all).await?;
    written(telecomx, all, &documents).await
}

/// An account with its documents, and what people call its ids.
pub async fn account(
    telecomx: &TelecomX,
    one: account::Stored,
    documents: Vec<Document>,
    expanded: Expanded,
) -> Result<wire::Account, Refusal> {
    let mut all = written(telecomx, std::slice::from_ref(&one), &[documents]).await?;
    let one = all.pop().ok_or_else(Refusal::not_found)?;
    Ok(map::expanded(one, expanded))
}

async fn written(
    telecomx: &TelecomX,
    all: &[account::Stored],
    documents: &[Vec<Document>],
) -> Result<Vec<wire::Account>, Refusal> {
    let mut named: Vec<(Of, [u8; 16])> = all.iter().flat_map(map::named_by_account).collect();
    named.extend(documents.iter().flatten().map(|document| (Of::Document, *document.id.bytes())));
    let names = Names::of(telecomx, named).await?;
    let mut told: Vec<UserId> = Vec::new();
    for one in all {
        told.extend(one.details.notify.iter().map(|told| told.user));
    }
    let people = people(telecomx, told).await?;
    let each = |(one, documents): (&account::Stored, &Vec<Document>)| {
        let documents = documents.iter().map(|own| map::document(&names, own)).collect();
        map::account(&names, &people, one, documents)
    };
    Ok(all.iter().zip(documents).map(each).collect())
}
