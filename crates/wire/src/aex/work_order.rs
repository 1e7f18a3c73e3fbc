//! A work order: what a technician does for a service.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use super::answer::answer;
use super::{Date, Moment, Time, printed};
use crate::field::{self, At, Field, Shape, at_least_one};

answer! {
    /// A record of `GET /work-orders`.
    #[derive(Default)]
    WorkOrder {
        /// The same as `id`.
        guid: String,
        id: String,
        type_id: i64,
        /// The same as `service_id`.
        account_id: String,
        /// The day of creation and nine digits.
        reference: String,
        on_hold: bool,
        completed_date: Option<Moment>,
        close_date: Option<Moment>,
        /// `YYYY-MM-DD`.
        schedule_date: Option<Date>,
        /// `HH:MM`.
        schedule_time: Option<Time>,
        scheduled_date_time: Option<Moment>,
        external_reference: Option<String>,
        device_specified: bool,
        category: Option<String>,
        updated_at: Moment,
        last_update_date: Moment,
        created_at: Moment,
        start_date: Option<Moment>,
        /// A GUID, other than that of a service.
        status_id: String,
        assigned_id: Option<String>,
        assigned_user_id: Option<String>,
        installer_id: Option<String>,
        created_by_id: Option<String>,
        disable_auto_wo_creation: bool,
        summary: Option<String>,
        description: Option<String>,
        /// Such as `New Order`.
        status: String,
        /// Such as `Installation`.
        #[serde(rename = "type")]
        kind: String,
        service_id: String,
        installer: Option<String>,
        last_comment: Option<String>,
        assigned: Option<String>,
        assigned_user: Option<String>,
        created_by: Option<String>,
        /// What the customer is told, such as `Order in progress`.
        client_status: String,
    }
}

/// A time at which technicians can come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Slot {
    pub date: Date,
    pub time: Time,
    /// How many visits there can be at that time.
    pub capacity: u64,
    /// How many of them nobody has taken.
    pub free: u64,
}

/// The body of `PUT /work-orders/{guid}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct WorkOrderUpdate {
    pub work_order: WorkOrderChanges,
}

/// At least one of these.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct WorkOrderChanges {
    /// A word of `status`; which ones there are is not the wire's matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_hold: Option<bool>,
}

impl Field for WorkOrderChanges {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        if !fields.any(&["status", "schedule_date", "schedule_time", "assigned", "comment", "on_hold"]) {
            return fields.refuse("", "must change something");
        }
        Some(Self {
            status: fields.optional("status"),
            schedule_date: fields.optional("schedule_date"),
            schedule_time: fields.optional("schedule_time"),
            assigned: fields.optional("assigned"),
            comment: fields.optional("comment"),
            on_hold: fields.optional("on_hold"),
        })
    }

    fn shape() -> Schema {
        let object = Shape::new("At least one of these")
            .optional::<String>("status", "Where the work stands: `Scheduled`, `Completed`, …")
            .optional::<Date>("schedule_date", "The day on which the technician comes")
            .optional::<Time>("schedule_time", "When on that day")
            .optional::<String>("assigned", "Who comes")
            .optional::<String>("comment", "Shown as last_comment")
            .optional::<bool>("on_hold", "Whether the work rests")
            .build();
        let some = vec![
            ("status", String::shape()),
            ("schedule_date", Date::shape()),
            ("schedule_time", Time::shape()),
            ("assigned", String::shape()),
            ("comment", String::shape()),
            ("on_hold", bool::shape()),
        ];
        at_least_one(object, some)
    }
}

impl Field for WorkOrderUpdate {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Some(Self { work_order: at.fields(value)?.required("work_order")? })
    }

    fn shape() -> Schema {
        Shape::new("A change of a work order")
            .required::<WorkOrderChanges>("work_order", "What changes; null is as good as nothing")
            .example(printed::value(printed::WORK_ORDER_UPDATE))
            .build()
    }
}

field::request! {
    WorkOrderUpdate as "WorkOrderUpdate",
}
