//! The engine through its door: real stores, the real sandbox over HTTP, and between the two a
//! carrier of ours that fails in every way. The judge is the sandbox's own ledger.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod breaker;
mod certificate;
mod fake;
mod fault;
mod feed;
mod kill;
mod matrix;
mod node;
mod outage;
mod peace;
mod rate;
mod record;
mod refusal;
mod session;
mod world;
