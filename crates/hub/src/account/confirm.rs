//! An account is confirmed: its day is set, with what the provider said of it. And it is put into use, by a person or on
//! its day.

use super::{Net, Provider, Refused, Stored, gone, wake};
use crate::quote::Given;
use crate::quote::told;
use crate::quote::{check::one_line, owner::may_touch};
use crate::{Error, Hub, Principal};
use model::account::{Change, State, Told};
use model::id::{AccountId, UserId};
use model::money::Money;
use model::product::{Level, Prices};
use model::quote::{Figure, InstallTime, PRICES};
use model::role::Capability;
use model::time::Timestamp;
use rust_decimal::Decimal;
use std::net::IpAddr;
use store::Tx;
use store::account::Happened;

/// Characters of an account's name.
const NAME: usize = 100;
/// Of its notes, and of its other texts.
const NOTES: usize = 4_096;
const TEXT: usize = 255;

/// Somebody who is to be told.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub user: Given<UserId>,
    pub email: Given<bool>,
    pub sms: Given<bool>,
}

/// What is confirmed; what is not said stays.
#[derive(Debug, Clone)]
pub struct Confirming {
    pub start: Given<Timestamp>,
    pub circuit: Given<String>,
    pub install_time: Given<InstallTime>,
    pub name: Given<String>,
    pub takeover_customer: Given<String>,
    pub call_number: Given<String>,
    pub call_name: Given<String>,
    pub notes: Given<String>,
    pub notify: Given<Vec<Recipient>>,
    /// Texts in the order of [`NET`].
    pub net: [Given<String>; 6],
    pub failover: Given<bool>,
    /// In the order of [`Figure::ALL`].
    pub prices: [Given<Decimal>; 6],
    /// The provider's name, and its number of the order.
    pub provider: [Given<String>; 2],
}

/// The paths of an account's prices, in the order of [`Figure::ALL`].
pub const FIBER: [&str; 6] = [
    "fiber.initiationCost",
    "fiber.initiationWholesale",
    "fiber.initiationCustomer",
    "fiber.monthlyCost",
    "fiber.monthlyWholesale",
    "fiber.monthlyCustomer",
];
pub const NET: [&str; 6] =
    ["net.ipAddress", "net.subnet", "net.gateway", "net.lanNet", "net.lanSubnet", "net.failoverNumber"];
pub const PROVIDER: [&str; 2] = ["provider.name", "provider.orderId"];

impl Hub {
    /// Confirms an account that was ordered. On its day it goes into use.
    pub async fn confirm_account(
        &self,
        principal: &Principal,
        id: AccountId,
        said: Confirming,
    ) -> Result<Stored, Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_confirm()?;
        let (caller, reach) = (principal.clone(), principal.reach());
        let account = self
            .store()
            .write(move |tx| {
                let mut account = store::account::lock(tx, reach, id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                let confirmed = account
                    .state
                    .on(Change::Confirm)
                    .map_err(|_| Refused::State { needed: State::Ordered })?;
                take(tx, &caller, &mut account, &said)?;
                account.state = confirmed;
                account.starts = account.starts.or(Some(tx.now()));
                store::account::save(tx, &mut account, Happened::Confirmed)?;
                wake(tx, account.id)?;
                told::confirmed(tx, &account)?;
                Ok::<_, Refused>(account)
            })
            .await?;
        self.engine().wake();
        self.post();
        Ok(principal.shown_account(account))
    }

    /// Puts an account that is confirmed into use now.
    pub async fn activate_account(&self, principal: &Principal, id: AccountId) -> Result<Stored, Refused> {
        principal.require_within_customer(Capability::Order)?;
        let (caller, reach) = (principal.clone(), principal.reach());
        let account = self
            .store()
            .write(move |tx| {
                let mut account = store::account::lock(tx, reach, id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                if !caller.runs(account.seller) {
                    return Err(Error::Forbidden.into());
                }
                activate(tx, &mut account)?;
                wake(tx, account.id)?;
                Ok::<_, Refused>(account)
            })
            .await?;
        self.engine().wake();
        self.post();
        Ok(principal.shown_account(account))
    }
}

/// Puts an account into use and saves it.
pub(super) fn activate(tx: &mut Tx<'_>, account: &mut Stored) -> Result<(), Refused> {
    if account.state != State::Confirmed {
        return Err(Refused::NotConfirmed);
    }
    account.state = account.state.on(Change::Activate).map_err(|_| Refused::NotConfirmed)?;
    (account.starts, account.activated) = (Some(tx.now()), Some(tx.now()));
    store::account::save(tx, account, Happened::Activated)?;
    told::active(tx, account)?;
    Ok(())
}

fn take(tx: &mut Tx<'_>, caller: &Principal, account: &mut Stored, said: &Confirming) -> Result<(), Refused> {
    let details = &mut account.details;
    let start = said.start.or(Refused::Invalid("startDate"))?;
    if start.is_some_and(|start| !super::is_near(start, tx.now())) {
        return Err(Refused::Invalid("startDate"));
    }
    account.starts = start.or(account.starts);
    details.install_time = said.install_time.or(Refused::Choice("installTime"))?.or(details.install_time);
    let texts = [
        (&mut details.circuit, &said.circuit, "circuit", TEXT),
        (&mut details.name, &said.name, "name", NAME),
        (&mut details.takeover_customer, &said.takeover_customer, "takeoverCustomer", TEXT),
        (&mut details.call_number, &said.call_number, "installCallNumber", TEXT),
        (&mut details.call_name, &said.call_name, "installCallName", TEXT),
        (&mut details.notes, &said.notes, "notes", NOTES),
    ];
    for (own, given, path, most) in texts {
        keep(own, given, path, most)?;
    }
    if said.name.is().is_some_and(|name| name.trim().is_empty()) {
        return Err(Refused::Invalid("name"));
    }
    if let Some(recipients) = said.notify.clone().or(Refused::Recipient)? {
        account.details.notify = notified(tx, caller, account, &recipients)?;
    }
    net(&mut account.details.net, said)?;
    prices(caller, account, &said.prices)?;
    provider(&mut account.details.provider, &said.provider)?;
    if let Some(address) = account.details.net.ip_address.clone() {
        match store::account::take_address(tx, account.id, account.seller, &address) {
            Ok(true) => {}
            Ok(false) | Err(store::Error::Conflict(_)) => return Err(Refused::AddressTaken),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn keep(
    own: &mut Option<String>,
    given: &Given<String>,
    path: &'static str,
    most: usize,
) -> Result<(), Refused> {
    let said = given.clone().or(Refused::Invalid(path))?;
    if said.as_ref().is_some_and(|text| text.chars().count() > most) {
        return Err(Refused::Invalid(path));
    }
    if let Some(said) = said {
        *own = Some(if most > TEXT { said } else { one_line(&said) });
    }
    Ok(())
}

/// Those of the caller's organization and of the account's, and below them.
fn notified(
    tx: &mut Tx<'_>,
    caller: &Principal,
    account: &Stored,
    recipients: &[Recipient],
) -> Result<Vec<Told>, Refused> {
    let mut told = Vec::new();
    for recipient in recipients.iter().take(101) {
        let user = *recipient.user.is().ok_or(Refused::Recipient)?;
        let member = store::member::holder(tx, user)?.filter(crate::user::may_be_told);
        let member = member.ok_or(Refused::Recipient)?;
        let mut known = caller.scope.everything;
        for above in [caller.organization, account.organization] {
            known = known || store::organization::is_within(tx, above, member.organization)?;
        }
        if !known || told.len() == 100 {
            return Err(Refused::Recipient);
        }
        let email = recipient.email.or(Refused::Recipient)?.unwrap_or(true);
        let sms = recipient.sms.or(Refused::Recipient)?.unwrap_or(false);
        told.push(Told { user, email, sms });
    }
    Ok(told)
}

fn net(own: &mut Net, said: &Confirming) -> Result<(), Refused> {
    let fields = [
        &mut own.ip_address,
        &mut own.subnet,
        &mut own.gateway,
        &mut own.lan_net,
        &mut own.lan_subnet,
        &mut own.failover_number,
    ];
    for ((own, given), path) in fields.into_iter().zip(&said.net).zip(NET) {
        keep(own, given, path, TEXT)?;
    }
    if let Some(address) = &own.ip_address {
        // As everybody writes it, so that two ways of writing one are one.
        let parsed: IpAddr = address.trim().parse().map_err(|_| Refused::Invalid(NET[0]))?;
        own.ip_address = Some(parsed.to_canonical().to_string());
    }
    own.failover = said.failover.or(Refused::Invalid("net.failover"))?.or(own.failover);
    Ok(())
}

/// What a reseller pays is its seller's to say.
pub(super) fn may_set(caller: &Principal, level: Level, account: &Stored) -> bool {
    caller.runs(account.seller) || level == Level::Customer
}

fn prices(caller: &Principal, account: &mut Stored, given: &[Given<Decimal>; 6]) -> Result<(), Refused> {
    let known =
        |prices: &Prices| [prices.customer, prices.wholesale, prices.cost].into_iter().flatten().next();
    let details = &account.details;
    let currency = known(&details.monthly).or(known(&details.initiation)).map(|price| price.currency);
    for (at, figure) in Figure::ALL.into_iter().enumerate() {
        let Some(price) = given[at].or(Refused::Price(FIBER[at]))? else { continue };
        if !(Decimal::ZERO..=Decimal::from(PRICES)).contains(&price) {
            return Err(Refused::Price(FIBER[at]));
        }
        let (Figure::Initiation(level) | Figure::Monthly(level)) = figure;
        if !may_set(caller, level, account) {
            return Err(Error::Forbidden.into());
        }
        let price = Some(Money::new(price, currency.unwrap_or(model::money::Currency::DKK)));
        let prices = match figure {
            Figure::Initiation(_) => &mut account.details.initiation,
            Figure::Monthly(_) => &mut account.details.monthly,
        };
        match level {
            Level::Cost => prices.cost = price,
            Level::Wholesale => prices.wholesale = price,
            Level::Customer => prices.customer = price,
        }
    }
    Ok(())
}

fn provider(own: &mut Provider, given: &[Given<String>; 2]) -> Result<(), Refused> {
    let fields = [&mut own.name, &mut own.order];
    for ((own, given), path) in fields.into_iter().zip(given).zip(PROVIDER) {
        keep(own, given, path, TEXT)?;
    }
    Ok(())
}
