//! A service, the order that makes one and the request that changes it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, SchemaType, Type};

use super::answer::answer;
use super::{Guid, Moment, When, printed};
use crate::field::{self, At, Field, Shape, at_least_one};

answer! {
    /// A record of `GET /customers/{id}/services`. The booleans are the truth; a date says when its boolean last
    /// changed. `pppoe_password` and `wifi_password` are secrets.
    #[derive(Default)]
    Service {
        id: String,
        customer_id: String,
        product_id: String,
        provider_id: Option<String>,
        premise_id: String,
        preorder: bool,
        isp_reference: Option<String>,
        reference_code: Option<String>,
        port_number: Option<String>,
        pppoe_username: Option<String>,
        pppoe_password: Option<String>,
        pppoe_ip_address: Option<String>,
        wifi_username: Option<String>,
        wifi_password: Option<String>,
        provisioned: bool,
        provisioned_date: Option<Moment>,
        on_network: bool,
        on_network_date: Option<Moment>,
        completed: bool,
        completed_date: Option<Moment>,
        cancelled: bool,
        cancelled_date: Option<Moment>,
        expiry_date: Option<Moment>,
        promo_code: Option<String>,
        sales_agent: Option<String>,
        sales_channel_id: Option<i64>,
        termination_cause_id: Option<i64>,
        deleted_at: Option<Moment>,
        created_at: Moment,
        auto_configured: Option<bool>,
        cancellation_reason: Option<String>,
        /// 1 `Preorder`, 2 `Pending`, 3 `Active`, 4 `Suspended`, 5 `Cancelled`, 6 `Deleted`.
        status_id: i64,
        start_date: Option<Moment>,
        /// XML.
        config_info: Option<String>,
        suspended_date: Option<Moment>,
        updated_at: Moment,
        created_by_id: Option<String>,
        dhcp_enabled: bool,
        rica_validated: Option<bool>,
        last_network_check: Option<Moment>,
        level: Option<String>,
        service_configuration_id: Option<i64>,
        ip_v4_public: Option<String>,
        ip_v6_public: Option<String>,
        pppoe_v6_address: Option<String>,
        deleted_date: Option<Moment>,
    }
    or_left_out {
        /// The word of `status_id`; only of `GET /services/{id}`.
        status: String,
    }
}

/// The body of `POST /services/full`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct FullService {
    pub customer: OrderedBy,
    pub premise: OrderedPremise,
    pub service: OrderedProduct,
}

/// Who orders.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OrderedBy {
    /// Without it the customer is found by the e-mail address, or made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Guid>,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    pub mobile_number: String,
}

/// Where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderedPremise {
    /// The `guid` of a predefined premise, in the form in which the client wrote it.
    pub external_reference: String,
}

/// What.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderedProduct {
    pub product_id: Guid,
}

impl Field for OrderedBy {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let id = fields.optional("id");
        let first_name = fields.required("first_name");
        let last_name = fields.required("last_name");
        let email = fields.required("email");
        let username = fields.optional("username");
        let mobile_number = fields.required("mobile_number");
        Some(Self {
            id,
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            username,
            mobile_number: mobile_number?,
        })
    }

    fn shape() -> Schema {
        Shape::new("Who orders")
            .optional::<Guid>("id", "Without it the customer is found by the e-mail address, or made")
            .required::<String>("first_name", "First name")
            .required::<String>("last_name", "Last name")
            .required::<String>("email", "E-mail address")
            .optional::<String>("username", "User name")
            .required::<String>("mobile_number", "Mobile phone number")
            .build()
    }
}

impl Field for OrderedPremise {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Some(Self { external_reference: at.fields(value)?.required("external_reference")? })
    }

    fn shape() -> Schema {
        Shape::new("Where")
            .required::<String>("external_reference", "The `guid` of a predefined premise")
            .build()
    }
}

impl Field for OrderedProduct {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Some(Self { product_id: at.fields(value)?.required("product_id")? })
    }

    fn shape() -> Schema {
        Shape::new("What").required::<Guid>("product_id", "A product that is available there").build()
    }
}

impl Field for FullService {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let customer = fields.required("customer");
        let premise = fields.required("premise");
        let service = fields.required("service");
        Some(Self { customer: customer?, premise: premise?, service: service? })
    }

    fn shape() -> Schema {
        Shape::new("An order for a service")
            .required::<OrderedBy>("customer", "Who orders")
            .required::<OrderedPremise>("premise", "Where")
            .required::<OrderedProduct>("service", "What")
            .example(printed::value(printed::FULL_SERVICE))
            .build()
    }
}

/// The answer of `POST /services/full`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FullServiceCreated {
    pub customer: WithId,
    pub premise: Reference,
    pub service: Created,
    /// Left out where there is none: of a preorder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub work_order: Option<WithId>,
}

/// A record by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WithId {
    pub id: String,
}

/// A predefined premise by its `guid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reference {
    pub external_reference: String,
}

/// The service that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Created {
    pub service_id: String,
}

/// The body of `PUT /services/{id}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct ServiceUpdate {
    pub service: ServiceChanges,
}

/// At least one of these. A service is cancelled or suspended, not both at once; a reason and a date belong to a
/// cancellation.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ServiceChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_date: Option<When>,
    /// `false` resumes the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isp_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wifi_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wifi_password: Option<String>,
}

/// What a `PUT` may change whether or not the service ends.
const TEXTS: [(&str, &str); 3] = [
    ("isp_reference", "The reseller's own reference"),
    ("wifi_username", "The name of the customer's wireless network"),
    ("wifi_password", "Its password"),
];

impl Field for ServiceChanges {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        if !fields.any(&[
            "cancelled",
            "cancellation_reason",
            "cancelled_date",
            "suspended",
            "isp_reference",
            "wifi_username",
            "wifi_password",
        ]) {
            return fields.refuse("", "must change something");
        }
        let read = Self {
            cancelled: fields.optional("cancelled"),
            cancellation_reason: fields.optional("cancellation_reason"),
            cancelled_date: fields.optional("cancelled_date"),
            suspended: fields.optional("suspended"),
            isp_reference: fields.optional("isp_reference"),
            wifi_username: fields.optional("wifi_username"),
            wifi_password: fields.optional("wifi_password"),
        };
        let ends = read.cancelled == Some(true);
        if ends && read.suspended.is_some() {
            fields.refuse::<()>("suspended", "must not stand beside cancelled");
        }
        if !ends && read.cancellation_reason.is_some() {
            fields.refuse::<()>("cancellation_reason", "needs cancelled to be true");
        }
        if !ends && read.cancelled_date.is_some() {
            fields.refuse::<()>("cancelled_date", "needs cancelled to be true");
        }
        Some(read)
    }

    fn shape() -> Schema {
        let only = |value: bool| ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([value]));
        let not_true = ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::Boolean, Type::Null]))
            .enum_values(Some([Value::Bool(false), Value::Null]));
        let nothing = || ObjectBuilder::new().schema_type(Type::Null);
        let texts = |shape: Shape| {
            TEXTS.iter().fold(shape, |shape, (name, about)| shape.optional::<String>(name, about))
        };
        let end = Shape::new("Cancels the service")
            .titled("Cancellation")
            .exactly("cancelled", Schema::from(only(true)))
            .optional::<String>("cancellation_reason", "Why")
            .optional::<When>("cancelled_date", "From when on; otherwise from now on")
            .may_be("suspended", nothing());
        let change = Shape::new("Suspends or resumes the service, or changes what it carries")
            .titled("Change")
            .may_be("cancelled", not_true)
            .may_be("cancellation_reason", nothing())
            .may_be("cancelled_date", nothing())
            .optional::<bool>("suspended", "Whether the service rests; false resumes it");
        let some = TEXTS
            .iter()
            .map(|(name, _)| (*name, String::shape()))
            .chain([("cancelled", only(false).into()), ("suspended", bool::shape())])
            .collect();
        AnyOfBuilder::new().item(texts(end).build()).item(at_least_one(texts(change).build(), some)).into()
    }
}

impl Field for ServiceUpdate {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Some(Self { service: at.fields(value)?.required("service")? })
    }

    fn shape() -> Schema {
        Shape::new("A change of a service")
            .required::<ServiceChanges>("service", "What changes; null is as good as nothing")
            .example(printed::value(printed::CANCELLATION))
            .build()
    }
}

field::request! {
    FullService as "FullService",
    ServiceUpdate as "ServiceUpdate",
}
