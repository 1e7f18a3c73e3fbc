//! Durable actions: leases with fencing, attempts, reconciliation, prompts, timers, and the HTTP
//! client that speaks to carriers; mails. Nothing here knows any one carrier.

mod backoff;
mod client;
pub mod core;
mod feed;
pub mod house;
mod mask;
mod pace;
mod post;
mod roster;
mod session;
mod settle;
pub mod situation;
mod worker;

pub use client::{Client, Failure};
pub use house::{House, Step};
pub use post::{Post, Relay};
pub use roster::{Member, Roster};
pub use worker::{Engine, Settings};
