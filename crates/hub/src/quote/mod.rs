//! Quotes: what is answered to who asks for a price.

pub mod rule;
