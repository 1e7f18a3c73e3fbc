//! The AEx (Automation Exchange) wire: the records, requests and errors of its CMS generation; the newer Provider
//! Service is [`provider`]. Requests are read by `parse`, which names every field at fault at once.
//! No routes, no rules of the business and no calls live here.
//!
//! Source: <https://stage.api-docs.dev.aex.systems/cms/isp-flow>. Members that a record has always are printed as
//! `null` when they are empty; those that a record may lack are left out.

mod answer;
mod customer;
mod error;
mod figure;
pub mod guid;
pub mod moment;
mod page;
mod predefined_premise;
mod premise;
pub mod printed;
mod product;
pub mod provider;
mod service;
mod service_change;
mod time;
mod work_order;

pub use crate::date::Date;
pub use crate::problem::Problems;
pub use customer::{Customer, NewCustomer};
pub use error::{Errors, Said};
pub use figure::Figure;
pub use guid::Guid;
pub use moment::{Moment, When};
pub use page::{Counted, Items, Page};
pub use predefined_premise::PredefinedPremise;
pub use premise::Premise;
pub use product::{Pricing, Product};
pub use service::{
    Created, FullService, FullServiceCreated, OrderedBy, OrderedPremise, OrderedProduct, Reference, Service,
    ServiceChanges, ServiceUpdate, WithId,
};
pub use service_change::{
    NewServiceChange, PaymentAttribute, ServiceChange, ServiceChanged, WantedServiceChange,
};
pub use time::Time;
pub use work_order::{Slot, WorkOrder, WorkOrderChanges, WorkOrderUpdate};

/// `errors` of a 401.
pub const NOT_AUTHENTICATED: &str = "Not Authenticated";
/// `errors` of a 404.
pub const NOT_FOUND: &str = "not found";
