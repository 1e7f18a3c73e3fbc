//! The north side: one folder a dialect, which translates between its wire and the hub, and the pieces that all of
//! them share. No SQL, no rules, no calls to carriers.

pub mod aex;
pub mod bulk;
mod caller;
pub mod comparetech;
mod error;
mod idempotency;
mod json;
pub mod masmovil;
pub mod page;
mod parameter;
mod refused;
pub mod telecomx;

pub use page::openapi_router;
