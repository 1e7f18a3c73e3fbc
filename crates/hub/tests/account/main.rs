//! Lines from an offer to their end: what happens when two want something of one at the same moment, and what the engine
//! does of itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod world;

mod activation;
mod change;
mod end;
mod order;
mod place;
