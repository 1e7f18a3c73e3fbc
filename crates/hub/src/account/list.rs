//! Accounts as they are looked at.

use super::{Stored, gone};
use crate::{Error, Hub, Page, Principal, Window};
use model::id::AccountId;
use model::product::Product;
use model::role::Capability;
use store::Tx;
pub use store::account::Filter;

/// The names of what an account names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Called {
    pub customer: Option<String>,
    pub organization: Option<String>,
    pub product: Option<String>,
    pub fee: Option<String>,
}

impl Hub {
    /// An account. Another organization's, or another customer's, is answered as one that is not there.
    pub async fn account(&self, principal: &Principal, id: AccountId) -> Result<Stored, Error> {
        principal.require_within_customer(Capability::Read)?;
        let reach = principal.reach();
        let found = self.store().read(move |tx| store::account::by_id(tx, reach, id)).await?;
        found.map(|account| principal.shown_account(account)).ok_or_else(gone)
    }

    /// What people call that which an account names.
    pub async fn account_names(&self, account: Stored) -> Result<Called, Error> {
        self.store()
            .read(move |tx| {
                let customer = match account.customer {
                    Some(customer) => store::customer::name(tx, customer)?,
                    None => None,
                };
                let products = crate::catalogue::everything(tx, account.carrier)?;
                let title = |wanted: &dyn Fn(&Product) -> bool| {
                    products.iter().find(|own| wanted(own)).map(|own| own.title().to_owned())
                };
                Ok(Called {
                    customer,
                    organization: store::organization::by_id(tx, account.organization)?.map(|own| own.name),
                    product: title(&|own| own.is_called(&account.code)),
                    fee: account.details.fee.and_then(|fee| title(&|own| own.id == Some(fee))),
                })
            })
            .await
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
