//! The three ways in which records are listed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The records of this page.
    pub items: Vec<T>,
    /// From 1 on.
    pub page: u64,
    /// How many `items` there are, as printed: one order, asked for without a `count`, has the count 1.
    pub count: u64,
    /// How many records all pages have.
    pub total: u64,
}

/// All there is: the products of a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Items<T> {
    /// The records.
    pub items: Vec<T>,
}

/// All there is, counted: the services of a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Counted<T> {
    /// The records.
    pub items: Vec<T>,
    /// How many there are.
    pub total: u64,
}
