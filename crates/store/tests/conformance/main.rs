//! The store's behaviours, each written once and run on both engines. Which engine is in the name
//! of the test; what only one of them can do stands in a module of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod world;

mod access;
mod account;
mod action;
mod alias;
mod area;
mod at_rest;
mod attempt;
mod bulk;
mod carrier;
mod claim;
mod customer;
mod customer_product;
mod document;
mod event;
mod exchange;
mod fact;
mod health;
mod idempotency;
mod import;
mod mail;
mod member;
mod number;
mod on_postgres;
mod on_sqlite;
mod on_tls;
mod opening;
mod order;
mod premise;
mod price_rule;
mod product;
mod prompt;
mod quote_request;
mod rate;
mod reseller_product;
mod service;
mod service_account;
mod service_change;
mod session;
mod slot;
mod snapshot;
mod statement;
mod task;
mod transaction;
mod work_order;
