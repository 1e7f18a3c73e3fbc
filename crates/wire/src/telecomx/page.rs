//! Lists: a part of all records, each kind under its own name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! pages {
    ($($(#[$about:meta])* $name:ident { $records:ident })+) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        pub struct $name<T> {
            /// How many records come before these.
            pub offset: u64,
            /// How many there are here at most.
            pub limit: u64,
            /// How many there are in all.
            pub total: u64,
            pub $records: Vec<T>,
        }
    )+};
}

pages! {
    /// Of `GET /internet/request`.
    Requests { requests }
    /// Of `GET /internet/account`.
    Accounts { accounts }
    /// Of `GET /product`.
    Products { products }
    /// Of `GET /employee`.
    Employees { employees }
    /// Of `GET /customer`.
    Customers { customers }
}
