//! Accounts as they are looked at.

use super::{Stored, gone};
use crate::{Error, Hub, Page, Principal, Window};
use model::id::AccountId;
use model::role::Capability;
use store::Tx;
pub use store::account::Filter;

impl Hub {
    /// An account. Another organization's, or another customer's, is answered as one that is not there.
    pub async fn account(&self, principal: &Principal, id: AccountId) -> Result<Stored, Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        let found = self.store().read(move |tx| store::account::by_id(tx, reach, id)).await?;
        found.map(|account| principal.shown_account(account)).ok_or_else(gone)
    }

    /// Accounts that the caller sees, the newest first.
    pub async fn accounts(
        &self,
        principal: &Principal,
        filter: Filter,
        window: Window,
    ) -> Result<Page<Stored>, Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        let read = move |tx: &mut Tx<'_>| store::account::list(tx, reach, &filter, window.numbers());
        let (items, total) = self.store().read(read).await?;
        Ok(Page { items, total }.map(|account| principal.shown_account(account)))
    }
}
