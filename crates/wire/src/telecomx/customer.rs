//! A customer as lists show one.

use super::answer::answer;
use super::id::Id;

answer! {
    /// A customer.
    Customer {
        #[serde(rename = "_id")]
        id: Id,
        name: String,
    }
    or_left_out {
        reseller: Id,
    }
}
