//! The MASMOVIL wire through its public door.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod example;
mod rule;
mod schema;
