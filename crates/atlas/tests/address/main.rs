//! The address index through its doors: what is put in is found again, also after a mistake, and a damaged
//! file does no harm.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod around;
mod carrier;
mod change;
mod damage;
mod found;
mod near;
mod typed;
mod world;
