//! The TelecomX API, as resellers, their customers and a network's own people see it: against the demo, and on a network
//! of the test's own.

mod account;
mod caller;
mod change;
mod document;
mod ending;
mod error;
mod example;
mod idempotent;
mod lookup;
mod machine;
mod network;
mod precedence;
mod product;
mod role;
mod rule;
mod scope;
mod token;
