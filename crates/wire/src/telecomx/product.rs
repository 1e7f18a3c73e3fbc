//! A product and what it costs.

use super::answer::answer;
use super::date::Moment;
use super::id::Id;
use super::word::{ProductType, Recurrence, UnitType};
use crate::money::Amount;

answer! {
    /// What can be asked for. Prices that the caller may not see are left out.
    #[derive(Debug)]
    Product {
        #[serde(rename = "_id")]
        id: Id,
    }
    or_left_out {
        /// From when on it is sold, and until when.
        start: Moment,
        end: Moment,
    }
    {
        #[serde(rename = "type")]
        type_: ProductType,
    }
    or_left_out {
        product_code: String,
    }
    {
        name: String,
        unit_type: UnitType,
        recurrence: Recurrence,
    }
    or_left_out {
        /// Whether a month that has begun is paid as a whole.
        recurrence_full_month: bool,
        /// For ADMIN.
        cost: Amount,
        /// For RESELLER and above.
        wholesale: Amount,
        price: Amount,
        /// Absent where the product is a master.
        reseller: Id,
        /// The product whose values it has where it has none of its own.
        inherit_from: Id,
        /// In Mbit/s.
        download: i64,
        /// In Mbit/s.
        upload: i64,
        initiation: Initiation,
        /// Months before an account can be cancelled.
        commitment: i64,
    }
}

answer! {
    /// What the initiation costs.
    #[derive(Debug, Default, Eq)]
    Initiation {}
    or_left_out {
        cost: Amount,
        wholesale: Amount,
        price: Amount,
    }
}
