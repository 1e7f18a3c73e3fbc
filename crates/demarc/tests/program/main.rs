//! The program through the doors that its users have: the command line and HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod access;
mod aex;
mod area;
mod atlas;
mod bulk;
mod capacity;
mod demo;
mod disk;
mod import;
mod mail;
mod masmovil;
mod operate;
mod price_rule;
mod qualify;
mod recovery;
mod script;
mod service_account;
mod support;
mod task;
mod telecomx;
mod tls;
mod user;
