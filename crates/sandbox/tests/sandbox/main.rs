//! The sandbox carrier through its door: HTTP on a loopback port, as a connector and a browser see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod bad_input;
mod card;
mod change;
mod class;
mod durability;
mod order;
mod script;
mod session;
mod support;
