//! Documents of an account: drawings, contracts, pictures.

use super::{Refused, gone};
use crate::quote::owner::may_touch;
use crate::{Error, Hub, Principal};
use model::document::{Kind, MOST_BYTES, file_name};
use model::id::{AccountId, DocumentId};
use model::role::Capability;
use store::Tx;
use store::document::Sealed;

pub use store::document::Document;

/// Documents of one account.
const MOST: i64 = 100;

impl Hub {
    /// Keeps a document; what it is, is told by its content.
    pub async fn attach_document(
        &self,
        principal: &Principal,
        id: AccountId,
        name: &str,
        content: Vec<u8>,
    ) -> Result<Document, Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_order()?;
        if content.len() > MOST_BYTES {
            return Err(Error::TooLarge(format!("a document may have {MOST_BYTES} bytes")).into());
        }
        let kind = Kind::of(&content).ok_or(Refused::File)?;
        let sealed = Sealed::new(self.store().vault(), kind, &file_name(name), &content)?;
        let (caller, reach) = (principal.clone(), principal.reach());
        self.store()
            .write(move |tx| {
                let account = store::account::lock(tx, reach, id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                if store::document::count(tx, account.id)? >= MOST {
                    return Err(Refused::TooMany);
                }
                let made = store::document::insert(tx, account.id, &sealed)?;
                let kept = store::document::of(tx, account.id)?.into_iter().find(|own| own.id == made);
                kept.ok_or_else(|| Error::NotFound("document").into())
            })
            .await
    }

    /// Those of an account.
    pub async fn documents_of(&self, principal: &Principal, id: AccountId) -> Result<Vec<Document>, Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        self.store()
            .read(move |tx| {
                let account = store::account::by_id(tx, reach, id)?.ok_or_else(gone)?;
                Ok(store::document::of(tx, account.id)?)
            })
            .await
    }

    /// Those of accounts that were read just now, in their order.
    pub async fn documents_of_each(&self, accounts: &[super::Stored]) -> Result<Vec<Vec<Document>>, Error> {
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
        let read = move |tx: &mut Tx<'_>| {
            ids.iter().map(|id| store::document::of(tx, *id)).collect::<Result<_, store::Error>>()
        };
        Ok(self.store().read(read).await?)
    }

    /// A document and what is in it.
    pub async fn document(
        &self,
        principal: &Principal,
        id: AccountId,
        document: DocumentId,
    ) -> Result<(Document, Vec<u8>), Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        self.store()
            .read(move |tx| {
                let account = store::account::by_id(tx, reach, id)?.ok_or_else(gone)?;
                store::document::by_id(tx, account.id, document)?.ok_or(Error::NotFound("document"))
            })
            .await
    }

    /// Forgets a document.
    pub async fn delete_document(
        &self,
        principal: &Principal,
        id: AccountId,
        document: DocumentId,
    ) -> Result<(), Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_order()?;
        let (caller, reach) = (principal.clone(), principal.reach());
        self.store()
            .write(move |tx: &mut Tx<'_>| {
                let account = store::account::lock(tx, reach, id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                match store::document::delete(tx, account.id, document)? {
                    true => Ok(()),
                    false => Err(Error::NotFound("document").into()),
                }
            })
            .await
    }
}
