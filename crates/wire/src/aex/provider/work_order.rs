//! A work order's line in the snapshot.

use super::customer::date_time_or_null;
use crate::aex::answer::answer;
use crate::aex::moment::date_time;
use crate::aex::{Date, Time};

answer! {
    /// What `GET /work-orders/snapshot` lists: a work order that changed since the last snapshot.
    WorkOrderSnapshot {
        work_order_id: String,
        reference: String,
        /// Such as `Installation`.
        #[serde(rename = "type")]
        kind: String,
        status: String,
        customer_name: String,
        full_address: String,
        /// The product's name.
        product: String,
        assigned: Option<String>,
        #[schema(schema_with = date_time_or_null)]
        start_date: Option<String>,
        schedule_date: Option<Date>,
        schedule_time: Option<Time>,
        #[schema(schema_with = date_time)]
        last_update_date: String,
        #[schema(schema_with = date_time_or_null)]
        close_date: Option<String>,
    }
}
