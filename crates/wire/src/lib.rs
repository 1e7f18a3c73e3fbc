//! What is said on the wire, one module a dialect: requests, answers, status words, formats of dates, ids and money.
//! A dialect answers with these types and a connector asks with them. No rules, no routes, no calls.

pub mod aex;
pub mod bulk;
mod civil;
pub mod comparetech;
mod date;
mod field;
pub mod masmovil;
pub mod money;
mod problem;
pub mod sandbox;
pub mod telecomx;
mod text;
mod word;
