//! The newer generation of AEx, the Provider Service API: flat bodies, times in UTC (`2024-10-17T11:42:49Z`), lists
//! with a `page_size`. Its errors, ids and dates on input are those of [`super`].
//!
//! Source: <https://stage.api-docs.dev.aex.systems/provider-service>, which prints few examples.

mod customer;
mod list;
mod location;
mod service;
mod work_order;

pub use customer::{Customer, CustomerUpdate, NewCustomer};
pub use list::List;
pub use location::{Details, Latitude, Locations, Longitude, NearbyPremise, PageNumber, ProximitySearch};
pub use service::{NewService, Service, ServiceSnapshot, ServiceUpdate};
pub use work_order::WorkOrderSnapshot;
