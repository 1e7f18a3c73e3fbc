//! The MASMOVIL (masstack) wire, *Provision FTTH*: what is known of an access, and the request that moves one to
//! another brand. Requests are read by `parse`, which names every field at fault at once; an empty text is as good as
//! none. No routes, no rules of the business and no calls live here.
//!
//! Source: <https://developers.masstack.com/en/docs/apis_provision_doc_swagger/1/provisionftth>, which names its
//! answers and does not print them: their members are ours. Those without a value are left out.

mod access;
mod answer;
mod code;
mod destination;
mod error;
pub mod example;
mod query;
mod retention;
mod text;

pub use crate::problem::Problems;
pub use access::{Access, Accesses, OrangeAccess, OrangeAccesses};
pub use code::{AddressId, Gescal37, PhoneNumber};
pub use destination::{Destination, Tv};
pub use error::ErrorResponse;
pub use query::Query;
pub use retention::{RetentionStatus, RetentionsRequest, RetentionsResponse, Reused, Source};
