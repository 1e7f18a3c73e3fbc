//! The Compare Tech dialect through its door: real HTTP on a free port, both databases, and a sandbox carrier that is
//! reached over HTTP as well.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod addon;
mod app;
mod bad_input;
mod body;
mod catalogue;
mod document;
mod example;
mod idempotency;
mod otp;
mod privacy;
mod story;
