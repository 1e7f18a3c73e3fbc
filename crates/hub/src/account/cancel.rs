//! An account is given up: at once while it is not in use, then not before it is no longer bound.

use super::{Refused, Stored, gone, is_near, plan, wake, zone};
use crate::quote::owner::may_touch;
use crate::quote::{Given, told};
use crate::{Error, Hub, Principal};
use model::account::{Change, State, Wish};
use model::action::Task;
use model::id::AccountId;
use model::role::Capability;
use model::time::Timestamp;
use store::Tx;
use store::account::Happened;

/// It is given up already.
const OVER: Refused = Refused::State { needed: State::Active };
/// There is no end to be taken back.
const NOT_ENDING: Refused = Refused::State { needed: State::Cancelled };

/// How an account is to end.
#[derive(Debug, Clone)]
pub enum Ending {
    /// On a day; absent: as soon as it may.
    On(Given<Timestamp>),
    /// Now, whatever it is bound by.
    Forced,
    /// Not at all: an end that was to come is taken back.
    Not,
}

impl Hub {
    /// Gives an account up, or keeps one that was to end.
    pub async fn end_account(
        &self,
        principal: &Principal,
        id: AccountId,
        ending: Ending,
    ) -> Result<Stored, Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_order()?;
        let caller = principal.clone();
        let account = self
            .store()
            .write(move |tx| {
                let mut account = store::account::lock(tx, caller.reach(), id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                if !matches!(ending, Ending::On(_)) && !caller.runs(account.seller) {
                    return Err(Error::Forbidden.into());
                }
                match &ending {
                    Ending::On(date) => cancel(tx, &mut account, date)?,
                    Ending::Forced => force(tx, &mut account)?,
                    Ending::Not => keep(tx, &mut account)?,
                }
                Ok::<_, Refused>(account)
            })
            .await?;
        self.engine().wake();
        self.post();
        Ok(principal.shown_account(account))
    }
}

fn cancel(tx: &mut Tx<'_>, account: &mut Stored, date: &Given<Timestamp>) -> Result<(), Refused> {
    if account.state == State::Cancelled {
        return Err(OVER);
    }
    if account.wish != Wish::None {
        return Err(Refused::ChangePending);
    }
    let date = date.or(Refused::Invalid("date"))?;
    let now = tx.now();
    if account.state != State::Active {
        // An order is taken back now or not at all.
        if date.is_some_and(|date| date > now) {
            return Err(Refused::Invalid("date"));
        }
        return end_on(tx, account, now);
    }
    let bound = account.bound_until(&zone(tx, account)?);
    let first = bound.map_or(now, |bound| bound.max(now));
    let date = date.unwrap_or(first);
    if bound.is_some_and(|bound| date < bound) {
        return Err(Refused::Bound);
    }
    // A day that has begun may be named by its beginning.
    if date < now.minus(std::time::Duration::from_secs(86_400)) || !is_near(date, now) {
        return Err(Refused::Invalid("date"));
    }
    end_on(tx, account, date)
}

fn force(tx: &mut Tx<'_>, account: &mut Stored) -> Result<(), Refused> {
    let over = account.state == State::Cancelled && account.ends.is_some_and(|ends| ends <= tx.now());
    if over {
        return Err(OVER);
    }
    (account.wish, account.details.change) = (Wish::None, None);
    let now = tx.now();
    end_on(tx, account, now)
}

/// The moments that wait for the account see it.
fn end_on(tx: &mut Tx<'_>, account: &mut Stored, date: Timestamp) -> Result<(), Refused> {
    if account.state != State::Cancelled {
        account.state = account.state.on(Change::Cancel).map_err(|_| OVER)?;
    }
    account.ends = Some(date);
    store::account::save(tx, account, Happened::Cancelled)?;
    wake(tx, account.id)?;
    if account.activated.is_some() {
        plan(tx, account, Task::End, None, date)?;
    } else {
        store::account::release_address(tx, account.id)?;
    }
    told::cancelled(tx, account)?;
    Ok(())
}

fn keep(tx: &mut Tx<'_>, account: &mut Stored) -> Result<(), Refused> {
    let pending = account.activated.is_some() && account.ends.is_some_and(|ends| tx.now() < ends);
    if !pending {
        return Err(NOT_ENDING);
    }
    account.state = account.state.on(Change::Keep).map_err(|_| NOT_ENDING)?;
    account.ends = None;
    store::account::save(tx, account, Happened::Kept)?;
    wake(tx, account.id)?;
    Ok(())
}
