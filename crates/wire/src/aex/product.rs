//! A product and what it costs.

use super::answer::answer;
use super::{Figure, Moment};

answer! {
    /// What can be ordered at a place.
    #[derive(Debug)]
    Product {
        id: String,
        provider_id: String,
        name: String,
        /// In Mbit/s.
        speed_up: i64,
        /// In Mbit/s.
        speed_down: i64,
        /// In months.
        min_contract: i64,
        effective_date: Moment,
        /// Such as `Active`.
        status: String,
        /// Such as `ISP`.
        type_name: String,
        /// The provider's name.
        provider: String,
        /// May be empty.
        pricing: Vec<Pricing>,
    }
    or_left_out {
        parent_id: String,
        description: String,
        /// A path on this host.
        logo: String,
    }
}

answer! {
    /// One price of a product.
    #[derive(Debug)]
    Pricing {
        id: String,
        /// Such as `Monthly`.
        price_type: String,
        currency_code: String,
        /// In percent.
        tax: Figure,
        /// Without tax, to four decimals.
        value: Figure,
        /// With tax, to the cent.
        value_incl: Figure,
    }
}
