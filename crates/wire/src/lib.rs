//! What is said on the wire, one module a dialect: requests, answers, status words, formats of dates, ids and money.
//! A dialect answers with these types and a connector asks with them. No rules, no routes, no calls.

pub mod bulk;
pub mod comparetech;
pub mod money;
pub mod sandbox;
