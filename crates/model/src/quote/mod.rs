//! Quotes: what a line costs where, as a rule says it.

pub mod rule;

pub use rule::{PriceRule, Standing, Terms, offers};
