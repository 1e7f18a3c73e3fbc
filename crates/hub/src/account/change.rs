//! Another product for a line: wished for by its buyer, confirmed for a day by the network's people, or taken back.

use super::confirm::may_set;
use super::{Refused, Stored, gone, is_near, plan, wake};
use crate::own::Network;
use crate::quote::Given;
use crate::quote::owner::may_touch;
use crate::quote::product::{Choice, For, Found, Named, fee};
use crate::{Error, Hub, Principal};
use model::account::{State, Wanted, Wish};
use model::action::Task;
use model::id::AccountId;
use model::money::Money;
use model::product::{Level, Product};
use model::quote::{Kind, PRICES};
use model::role::{Capability, Role};
use model::time::Timestamp;
use rust_decimal::Decimal;
use store::Tx;
use store::account::Happened;

/// What is wished for.
#[derive(Debug, Clone)]
pub struct Wished {
    pub product: Given<Named>,
    pub call_number: Given<String>,
    pub call_name: Given<String>,
}

/// What is confirmed of it.
#[derive(Debug, Clone)]
pub struct Confirmed {
    pub fee: Given<Named>,
    /// When it takes effect.
    pub date: Given<Timestamp>,
    /// A month: cost, wholesale, customer.
    pub monthly: [Given<Decimal>; 3],
}

pub const MONTHLY: [&str; 3] = ["monthlyCost", "monthlyWholesale", "monthlyCustomer"];

impl Hub {
    /// Wishes for another product.
    pub async fn request_change(
        &self,
        principal: &Principal,
        id: AccountId,
        wished: Wished,
    ) -> Result<Stored, Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_order()?;
        let (caller, networks) = (principal.clone(), self.all_networks().await?);
        let account = self
            .store()
            .write(move |tx| {
                let mut account = store::account::lock(tx, caller.reach(), id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                if account.kind != Kind::Dsl {
                    return Err(Refused::Kind);
                }
                if account.state != State::Active {
                    return Err(Refused::State { needed: State::Active });
                }
                if account.wish != Wish::None {
                    return Err(Refused::ChangePending);
                }
                let kind = account.kind.into();
                let named = &wished.product;
                let choice = product(tx, &caller, &networks, &account, named, |own| own.kind() == kind)?;
                if choice.carrier != account.carrier {
                    return Err(Refused::ProductUnfit);
                }
                let text = |given: &Given<String>, path| {
                    let text = given.clone().or(Refused::Invalid(path))?;
                    let fits = text.as_ref().is_none_or(|text| text.chars().count() <= 255);
                    if fits { Ok(text) } else { Err(Refused::Invalid(path)) }
                };
                account.details.change = Some(Wanted {
                    product: choice.id,
                    code: choice.product.code.clone(),
                    user: caller.user,
                    key: caller.key,
                    date: None,
                    fee: None,
                    monthly: choice.product.monthly,
                    call_number: text(&wished.call_number, "installCallNumber")?,
                    call_name: text(&wished.call_name, "installCallName")?,
                });
                account.wish = Wish::Requested;
                store::account::save(tx, &mut account, Happened::Changed)?;
                Ok(account)
            })
            .await?;
        Ok(principal.shown_account(account))
    }

    /// Sets the day of a change that was wished for.
    pub async fn confirm_change(
        &self,
        principal: &Principal,
        id: AccountId,
        said: Confirmed,
    ) -> Result<Stored, Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_confirm()?;
        let (caller, networks) = (principal.clone(), self.all_networks().await?);
        let account = self
            .store()
            .write(move |tx| {
                let mut account = store::account::lock(tx, caller.reach(), id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                let wanted = account.details.change.clone().filter(|_| account.wish == Wish::Requested);
                let mut wanted = wanted.ok_or(Refused::NoChange)?;
                if account.state != State::Active {
                    return Err(Refused::State { needed: State::Active });
                }
                wanted.fee = match &said.fee {
                    Given::Absent => usual_fee(tx, &networks, &account)?,
                    named => Some(fee_product(tx, &caller, &networks, &account, named)?.id),
                };
                let date = said.date.or(Refused::Invalid("date"))?.unwrap_or_else(|| tx.now());
                let begun = date >= tx.now().minus(std::time::Duration::from_secs(86_400));
                if !begun || !is_near(date, tx.now()) {
                    return Err(Refused::Invalid("date"));
                }
                wanted.date = Some(date);
                prices(&caller, &account, &mut wanted, &said.monthly)?;
                account.details.change = Some(wanted);
                account.wish = Wish::Ordered;
                store::account::save(tx, &mut account, Happened::Changed)?;
                plan(tx, &account, Task::Change, None, date)?;
                Ok::<_, Refused>(account)
            })
            .await?;
        self.engine().wake();
        Ok(principal.shown_account(account))
    }

    /// Takes a change back that has not happened.
    pub async fn withdraw_change(&self, principal: &Principal, id: AccountId) -> Result<(), Refused> {
        principal.require_within_customer(Capability::Order)?;
        principal.may_order()?;
        let caller = principal.clone();
        self.store()
            .write(move |tx| {
                let mut account = store::account::lock(tx, caller.reach(), id)?.ok_or_else(gone)?;
                may_touch(tx, &caller, account.organization, account.seller)?;
                match account.wish {
                    Wish::None => return Err(Refused::NoChange),
                    // Its day is set: somebody may be on the way.
                    Wish::Ordered if caller.customer.is_some() || caller.rank() < Role::ResellerAdmin => {
                        return Err(Error::Forbidden.into());
                    }
                    Wish::Requested | Wish::Ordered => {}
                }
                (account.wish, account.details.change) = (Wish::None, None);
                store::account::save(tx, &mut account, Happened::Changed)?;
                wake(tx, account.id)?;
                Ok::<_, Refused>(())
            })
            .await?;
        self.engine().wake();
        Ok(())
    }
}

fn product(
    tx: &mut Tx<'_>,
    caller: &Principal,
    networks: &[Network],
    account: &Stored,
    named: &Given<Named>,
    fits: impl Fn(&Product) -> bool,
) -> Result<Choice, Refused> {
    let sought =
        For { principal: caller, networks, organization: account.organization, customer: account.customer };
    match sought.find(tx, named, fits)? {
        Found::Is(choice) => Ok(*choice),
        Found::Unknown => Err(Refused::ProductUnknown),
        Found::Unfit => Err(Refused::ProductUnfit),
    }
}

fn fee_product(
    tx: &mut Tx<'_>,
    caller: &Principal,
    networks: &[Network],
    account: &Stored,
    named: &Given<Named>,
) -> Result<Choice, Refused> {
    let found = product(tx, caller, networks, account, named, |own| !own.is_line());
    found.map_err(|refused| match refused {
        Refused::ProductUnknown => Refused::FeeUnknown,
        Refused::ProductUnfit => Refused::FeeUnfit,
        other => other,
    })
}

fn usual_fee(
    tx: &mut Tx<'_>,
    networks: &[Network],
    account: &Stored,
) -> Result<Option<model::id::ProductId>, store::Error> {
    match networks.iter().find(|network| network.carrier.id == account.carrier) {
        Some(network) => fee(tx, network, network.settings.quoting.dsl_speed_change_fee.as_ref()),
        None => Ok(None),
    }
}

fn prices(
    caller: &Principal,
    account: &Stored,
    wanted: &mut Wanted,
    given: &[Given<Decimal>; 3],
) -> Result<(), Refused> {
    let known = [wanted.monthly, account.details.monthly];
    let known = known.iter().find_map(|prices| prices.customer.or(prices.wholesale).or(prices.cost));
    let currency = known.map_or(model::money::Currency::DKK, |price| price.currency);
    for (at, level) in [Level::Cost, Level::Wholesale, Level::Customer].into_iter().enumerate() {
        let Some(price) = given[at].or(Refused::Price(MONTHLY[at]))? else { continue };
        if !(Decimal::ZERO..=Decimal::from(PRICES)).contains(&price) {
            return Err(Refused::Price(MONTHLY[at]));
        }
        if !may_set(caller, level, account) {
            return Err(Error::Forbidden.into());
        }
        let price = Some(Money::new(price, currency));
        match level {
            Level::Cost => wanted.monthly.cost = price,
            Level::Wholesale => wanted.monthly.wholesale = price,
            Level::Customer => wanted.monthly.customer = price,
        }
    }
    Ok(())
}
