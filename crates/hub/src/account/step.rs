//! What happens to an account by itself: it goes into use on its day, changes its product, ends. And what follows.

use super::order::LOOK;
use super::{Refused, Stored, confirm, task_of};
use crate::own::order::place_at;
use carriers::Outcome;
use engine::Step;
use model::account::{State, Wish};
use model::action::{Action, Task};
use model::id::{AccountId, ServiceId};
use store::Tx;
use store::account::Happened;

fn done(account: &Stored) -> Step {
    Step::Done(Outcome::Fulfilled { carrier_reference: account.id.to_string() })
}

fn failed(reason: &str) -> Step {
    Step::Done(Outcome::Failed { reason: reason.to_owned() })
}

/// One step of an action that waits for a moment of an account.
pub(crate) fn step(tx: &mut Tx<'_>, id: AccountId, task: Task) -> Result<Step, store::Error> {
    let Some(mut account) = store::account::lock_any(tx, id)? else {
        return Ok(failed("the account is gone"));
    };
    match task {
        Task::Activate => activate(tx, &mut account),
        Task::Change => change(tx, &mut account),
        Task::End => end(tx, &mut account),
    }
}

fn activate(tx: &mut Tx<'_>, account: &mut Stored) -> Result<Step, store::Error> {
    match (account.state, account.starts, account.activated) {
        (State::Ordered, ..) => Ok(Step::Wait(tx.now().plus(LOOK))),
        (State::Confirmed, Some(starts), _) if tx.now() < starts => Ok(Step::Wait(starts)),
        (State::Confirmed, ..) => match confirm::activate(tx, account) {
            Ok(()) => Ok(done(account)),
            Err(Refused::Error(crate::Error::Internal(reason))) => Err(store::Error::Internal(reason)),
            Err(_) => Ok(failed("it could not go into use")),
        },
        // Somebody was quicker than the day.
        (State::Active, ..) | (State::Cancelled, _, Some(_)) => Ok(done(account)),
        (State::Cancelled, _, None) => Ok(failed("it was cancelled before it was in use")),
    }
}

fn change(tx: &mut Tx<'_>, account: &mut Stored) -> Result<Step, store::Error> {
    let wanted = account.details.change.clone().filter(|_| account.wish == Wish::Ordered);
    let Some((wanted, date)) = wanted.and_then(|wanted| wanted.date.map(|date| (wanted, date))) else {
        return Ok(failed("the change was taken back"));
    };
    if tx.now() < date {
        return Ok(Step::Wait(date));
    }
    (account.product, account.code) = (wanted.product, wanted.code.clone());
    if !wanted.monthly.is_empty() {
        account.details.monthly = wanted.monthly;
    }
    (account.wish, account.details.change) = (Wish::None, None);
    store::account::save(tx, account, Happened::ProductChanged)?;
    if let Some(mut line) = line(tx, account)? {
        (line.product, line.product_id) = (wanted.code, Some(wanted.product));
        store::service::save(tx, &mut line, None)?;
    }
    Ok(done(account))
}

fn end(tx: &mut Tx<'_>, account: &mut Stored) -> Result<Step, store::Error> {
    let Some(ends) = account.ends.filter(|_| account.state == State::Cancelled) else {
        return Ok(failed("the end was taken back"));
    };
    if tx.now() < ends {
        return Ok(Step::Wait(ends));
    }
    if account.activated.is_some() && account.service.is_none() {
        // It was given up before anybody came to make its line.
        put_into_use(tx, account.id)?;
        if let Some(now) = store::account::lock_any(tx, account.id)? {
            *account = now;
        }
    }
    match line(tx, account)? {
        Some(mut line) if line.state.blocks() => {
            crate::own::service::finish(tx, &mut line, "the account was cancelled")?;
        }
        Some(_) => return Ok(failed("it has ended")),
        None => {}
    }
    store::account::release_address(tx, account.id)?;
    store::account::save(tx, account, Happened::Ended)?;
    Ok(done(account))
}

fn line(tx: &mut Tx<'_>, account: &Stored) -> Result<Option<store::service::Service>, store::Error> {
    let all = crate::own::service::everything(account.seller);
    account.service.map_or(Ok(None), |id| store::service::lock(tx, all, id))
}

/// What follows from the end of such an action: the order is over, and the line is there.
pub(crate) fn conclude(tx: &mut Tx<'_>, action: &mut Action, outcome: &Outcome) -> Result<(), store::Error> {
    let Some((id, task)) = task_of(action) else { return Ok(()) };
    match outcome {
        Outcome::Failed { reason } => {
            action.error = Some(reason.clone());
            if let Some(order) = action.order {
                store::order::finish(tx, order, model::order::State::Canceled)?;
            }
        }
        Outcome::Fulfilled { .. } => {
            action.result = Some(serde_json::json!({"account": id}));
            if task == Task::Activate {
                action.result = Some(serde_json::json!({"account": id, "service": put_into_use(tx, id)?}));
            }
        }
        Outcome::Covered { .. } => {}
    }
    Ok(())
}

/// The line of an account. It keeps its place from others where it is the first there: that a second one was wanted, its
/// people have confirmed.
fn put_into_use(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<ServiceId>, store::Error> {
    let Some(mut account) = store::account::lock_any(tx, id)? else { return Ok(None) };
    let Some(order) = store::order::finish(tx, account.order, model::order::State::Completed)? else {
        return Ok(account.service);
    };
    // The address may be known from the listing of another carrier.
    let listed = Some(account.details.address.clone()).filter(|listed| listed.carrier == account.carrier);
    let place = listed.as_ref().map(|listed| place_at(&listed.key));
    let free = match &place {
        Some(place) => !store::service::is_taken(tx, account.carrier, place)?,
        None => false,
    };
    let reference = id.to_string();
    let service = tx.identity()?;
    let new = |place| store::service::New {
        premise_reference: listed.as_ref().map(|listed| listed.listing.as_str()),
        product_id: Some(account.product),
        place,
        starts: account.activated,
        ..store::service::New::in_use(service, &order, &reference)
    };
    if !store::service::insert(tx, &new(place.as_deref().filter(|_| free)))? {
        store::service::insert(tx, &new(None))?;
    }
    account.service = Some(service);
    store::account::save(tx, &mut account, Happened::Changed)?;
    Ok(Some(service))
}
