//! How records are listed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProviderList)]
pub struct List<T> {
    /// The records of this page.
    pub items: Vec<T>,
    /// From 1 on.
    pub page: u64,
    /// How many records a page has at most.
    pub page_size: u64,
    /// How many records all pages have.
    pub total: u64,
}
