//! The nouns of Demarc and their rules, as plain values, pure functions and state machines.
//! Nothing here does I/O, reads a clock or draws a random number: all three are passed in.

pub mod access;
pub mod account;
pub mod action;
pub mod address;
pub mod area;
pub mod attempt;
pub mod carrier;
pub mod credential;
pub mod document;
pub mod event;
pub mod id;
pub mod jwt;
pub mod mail;
pub mod money;
pub mod order;
pub mod organization;
pub mod premise;
pub mod product;
pub mod prompt;
pub mod qualification;
pub mod quote;
pub mod role;
pub mod scope;
pub mod service;
pub mod task;
pub mod tax;
pub mod time;
pub mod totp;
pub mod word;
pub mod work_order;
