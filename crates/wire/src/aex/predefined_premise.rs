//! A predefined premise: an address at which service can be had. It has two ids, and taking one for the other is
//! the mistake that is made: `guid` goes into `premise.external_reference`, `premise_id` into `/premises/{id}`.

use super::answer::answer;
use super::moment::date_time;

answer! {
    /// One address of the directory.
    #[derive(Debug)]
    PredefinedPremise {
        /// A number; nothing takes it.
        id: i64,
        /// What `premise.external_reference` of an order takes.
        guid: String,
        /// The address as a line.
        full_text: String,
        latitude: Option<f64>,
        longitude: Option<f64>,
        /// The network.
        operator_id: String,
        /// What `GET /premises/{id}` takes.
        premise_id: String,
        #[schema(schema_with = date_time)]
        updated_at: String,
        #[schema(schema_with = date_time)]
        created_at: String,
        deleted_at: Option<String>,
        area_id: Option<String>,
    }
}
