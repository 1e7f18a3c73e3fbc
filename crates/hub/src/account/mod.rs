//! Accounts: lines that are ordered from an offer, confirmed by people, in use from a day on, changed and given up.

mod cancel;
mod change;
mod confirm;
pub mod document;
mod list;
mod order;
mod step;

pub use cancel::Ending;
pub use change::{Confirmed as ChangeConfirmed, Wished};
pub use confirm::{Confirming, Recipient};
pub use list::{Called, Filter};
pub use model::account::{Net, Provider, State, Stored, Wish};
pub use order::Wanted;
pub(crate) use step::{conclude, step};

use crate::{Error, Principal};
use model::action::{Action, Driver, Operation, Request, Task, Work};
use model::id::{AccountId, OrderId};
use model::product::Level;
use model::role::Role;
use model::time::Timestamp;
use store::Tx;

/// Why something is refused that is asked of an account, or of a request that is to become one.
#[derive(Debug)]
pub enum Refused {
    RequestUnknown,
    /// The request has become an account.
    RequestOrdered,
    OfferUnknown,
    OfferExpired,
    /// Its state does not allow it: another one is needed.
    State {
        needed: State,
    },
    NotConfirmed,
    /// Only lines of copper change their product like this.
    Kind,
    /// A change of its product is under way.
    ChangePending,
    NoChange,
    /// It is bound for longer.
    Bound,
    /// Another line has this address.
    AddressTaken,
    ProductUnknown,
    ProductUnfit,
    FeeUnknown,
    FeeUnfit,
    Recipient,
    /// A member that cannot be what it should be, by its path on the wire.
    Invalid(&'static str),
    /// The same of a price.
    Price(&'static str),
    /// Of those that people choose from.
    Choice(&'static str),
    /// It has as many documents as it may have.
    TooMany,
    /// It is none of the kinds of file that are taken, or none at all.
    File,
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Error(error)
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Refused::Error(error.into())
    }
}

impl Principal {
    /// Orders and gives up lines: a customer's owner, or a reseller.
    fn may_order(&self) -> Result<(), Error> {
        let least = if self.customer.is_some() { Role::Owner } else { Role::Reseller };
        if self.rank() >= least { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Confirms what was ordered.
    fn may_confirm(&self) -> Result<(), Error> {
        let may = self.customer.is_none() && self.rank() >= Role::ResellerAdmin;
        if may { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// An account with what the caller may see of its prices.
    fn shown_account(&self, mut account: Stored) -> Stored {
        let sees = |level: Level| self.sees(level, account.seller);
        let details = &account.details;
        let (initiation, monthly) = (details.initiation.seen(sees), details.monthly.seen(sees));
        let change = details.change.clone().map(|wanted| {
            let monthly = wanted.monthly.seen(sees);
            model::account::Wanted { monthly, ..wanted }
        });
        (account.details.initiation, account.details.monthly) = (initiation, monthly);
        account.details.change = change;
        account
    }
}

/// Within ten years: what lies farther off is a mistake.
fn is_near(at: Timestamp, now: Timestamp) -> bool {
    const YEARS: std::time::Duration = std::time::Duration::from_secs(3_653 * 86_400);
    now.minus(YEARS) <= at && at <= now.plus(YEARS)
}

fn gone() -> Error {
    Error::NotFound("account")
}

/// Puts down what is to happen to an account at a moment.
fn plan(
    tx: &mut Tx<'_>,
    account: &Stored,
    task: Task,
    order: Option<OrderId>,
    due: Timestamp,
) -> Result<(), store::Error> {
    let operation = match task {
        Task::Activate => Operation::Subscription,
        Task::Change | Task::End => Operation::Change,
    };
    let request =
        Request { echo: serde_json::Value::Null, work: Work::Account { account: account.id, task } };
    let sealed = store::action::seal(tx.vault(), &request)?;
    let id = tx.identity()?;
    let new = store::action::New {
        id,
        organization: account.organization,
        seller: account.seller,
        key: account.key,
        dialect: DIALECT,
        carrier: account.carrier,
        operation,
        order,
        driver: Some(Driver::House),
        request: &sealed,
        at: tx.now(),
    };
    let number = store::action::insert(tx, &new)?;
    store::account::plan(tx, account.id, id)?;
    store::action::put_off(tx, number, due)
}

/// Accounts are shown by the dialect that has them, not their actions.
const DIALECT: &str = "account";

/// Lets the actions that wait for an account's moments look at it again.
fn wake(tx: &mut Tx<'_>, id: AccountId) -> Result<(), store::Error> {
    store::account::wake_actions(tx, id)
}

/// The zone of the network that an account is of.
fn zone(tx: &mut Tx<'_>, account: &Stored) -> Result<jiff::tz::TimeZone, store::Error> {
    let network = crate::own::Network::read(tx, account.carrier)?;
    Ok(network.map_or(jiff::tz::TimeZone::UTC, |network| network.zone()))
}

/// What an action is for.
fn task_of(action: &Action) -> Option<(AccountId, Task)> {
    match action.request.work {
        Work::Account { account, task } => Some((account, task)),
        _ => None,
    }
}
