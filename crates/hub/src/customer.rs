//! Customers that a caller keeps here: told apart by their e-mail address within each organization.

use crate::idempotency::{Accepted, Idempotent, once};
use crate::{Error, Hub, Page, Principal, Window};
use model::id::CustomerId;
use model::order::Person;
use model::role::Capability;
use store::Tx;
use store::customer::{Sealed, email};

pub use store::customer::Customer;

/// The organization has a customer with this e-mail address. It says nothing of other organizations' customers.
pub(crate) fn taken() -> Error {
    Error::invalid("email", "is already taken")
}

impl Hub {
    /// Makes a customer of the caller's organization.
    pub async fn create_customer(
        &self,
        principal: &Principal,
        person: &Person,
        idempotent: Option<Idempotent<CustomerId>>,
    ) -> Result<Accepted<CustomerId>, Error> {
        principal.require(Capability::Order)?;
        let sealed = Sealed::new(self.store().vault(), person, true)?;
        let organization = principal.organization;
        self.store()
            .write(move |tx| {
                once(tx, idempotent.as_ref(), |tx| {
                    store::customer::insert(tx, organization, &sealed)?.ok_or_else(taken)
                })
            })
            .await
    }

    /// Makes a customer of an organization, for whoever administers the installation; says its number too. It is told
    /// apart by its e-mail address where it has one.
    pub async fn register_customer(
        &self,
        principal: &Principal,
        organization: &str,
        person: &Person,
    ) -> Result<(CustomerId, i64), Error> {
        principal.require(Capability::Administer)?;
        if person.last_name.trim().is_empty() || person.last_name.chars().count() > 255 {
            return Err(Error::invalid("name", "must have 1 to 255 characters"));
        }
        let sealed = Sealed::new(self.store().vault(), person, !person.email.trim().is_empty())?;
        let name = organization.to_owned();
        self.store()
            .write(move |tx| {
                let owner =
                    store::organization::by_name(tx, &name)?.ok_or(Error::NotFound("organization"))?;
                let id = store::customer::insert(tx, owner.id, &sealed)?.ok_or_else(taken)?;
                use model::id::Identity;
                let number = store::number::number(tx, store::number::Of::Customer, id.bytes())?;
                Ok((id, number.ok_or(Error::NotFound("customer"))?))
            })
            .await
    }

    /// A customer. Another organization's is answered as one that is not there.
    pub async fn customer(&self, principal: &Principal, id: CustomerId) -> Result<Customer, Error> {
        principal.require(Capability::Read)?;
        let scope = principal.scope;
        let found = self.store().read(move |tx| store::customer::by_id(tx, scope, id)).await?;
        found.ok_or(Error::NotFound("customer"))
    }

    /// Customers with an e-mail address, in any case.
    pub async fn customers(
        &self,
        principal: &Principal,
        address: &str,
        window: Window,
    ) -> Result<Page<Customer>, Error> {
        principal.require(Capability::Read)?;
        let (scope, digest) = (principal.scope, email(self.store().vault(), address));
        let read = move |tx: &mut Tx<'_>| store::customer::by_email(tx, scope, &digest, window.numbers());
        let (items, total) = self.store().read(read).await?;
        Ok(Page { items, total })
    }

    /// Changes a customer; `change` is handed what is known of them.
    pub async fn change_customer(
        &self,
        principal: &Principal,
        id: CustomerId,
        change: impl Fn(&mut Person) + Send + 'static,
    ) -> Result<Customer, Error> {
        principal.require(Capability::Order)?;
        let scope = principal.scope;
        self.store()
            .write(move |tx| {
                let mut customer =
                    store::customer::lock(tx, scope, id)?.ok_or(Error::NotFound("customer"))?;
                change(&mut customer.person);
                let sealed = Sealed::new(tx.vault(), &customer.person, true)?;
                match store::customer::save(tx, &customer, &sealed) {
                    Ok(true) => {}
                    Ok(false) | Err(store::Error::Conflict(_)) => return Err(taken()),
                    Err(error) => return Err(error.into()),
                }
                customer.updated = tx.now();
                Ok(customer)
            })
            .await
    }
}
