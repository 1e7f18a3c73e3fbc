//! The TelecomX (TCX) wire: requests for internet access, the accounts that become of them, and what goes with both.
//! TelecomX tells the first of several faults, in an order that needs the store; so each field of a request is read on
//! its own, as [`Given`], and `parse` refuses only what is no object. No routes, no rules of the business and no calls
//! live here.
//!
//! Source: <https://wiki.telecomx.dk/doku.php?id=api:internet:request:create> and the pages around it. Members without
//! a value are left out of answers, except where the printed example shows `null`.

mod account;
mod address;
mod answer;
mod auth;
mod confirm;
mod customer;
mod date;
mod error;
mod given;
mod id;
mod number;
mod page;
pub mod printed;
mod product;
mod request;
mod text;
mod word;

pub use crate::money::Amount;
pub use account::{Account, AccountBrief, Change, Document, DocumentAdded, Fiber, Net, Provider};
pub use address::AddressFound;
pub use auth::{Employee, LoggedIn, Login, Success, TokenMade, Validated};
pub use confirm::{
    ChangeConfirm, ChangeRequest, Confirm, FiberGiven, NetGiven, NewAccount, NotifyGiven, ProviderGiven,
};
pub use customer::Customer;
pub use date::Moment;
pub use error::{Error, Row, Said};
pub use given::{Given, NotAnObject};
pub use id::{Id, Kind};
pub use page::{Accounts, Customers, Employees, Products, Requests};
pub use product::{Initiation, Product};
pub use request::{Address, AddressGiven, NewRequest, Notified, Offer, OfferGiven, Request, RequestBrief};
pub use word::{
    AccessLevel, AccountState, ChangeState, InstallTime, ProductType, Recurrence, RequestState, Type,
    UnitType,
};
