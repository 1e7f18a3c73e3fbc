//! A change of product: on its date a new service takes the place of the old one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use super::answer::answer;
use super::{Guid, Moment, When, WithId, printed};
use crate::field::{self, At, Field, Shape};

answer! {
    /// A record of `GET /service-changes`.
    #[derive(Debug)]
    ServiceChange {
        id: String,
        /// The service that ends.
        service_id: String,
        /// The service that takes its place.
        new_service_id: String,
        product_id: String,
        effective_date: Moment,
        direction: Option<String>,
        created_at: Moment,
        updated_at: Moment,
        status: String,
    }
}

/// The body of `POST /service-changes`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct NewServiceChange {
    pub service_change: WantedServiceChange,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_by: Option<String>,
}

/// Which service is to have which product, and from when on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WantedServiceChange {
    pub service_id: Guid,
    pub product_id: Guid,
    pub effective_date: When,
    pub direction: Option<String>,
}

impl Field for WantedServiceChange {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let service_id = fields.required("service_id");
        let product_id = fields.required("product_id");
        let effective_date = fields.required("effective_date");
        let direction = fields.optional("direction");
        Some(Self {
            service_id: service_id?,
            product_id: product_id?,
            effective_date: effective_date?,
            direction,
        })
    }

    fn shape() -> Schema {
        Shape::new("Which service is to have which product")
            .required::<Guid>("service_id", "The service that ends")
            .required::<Guid>("product_id", "What the new service is to be")
            .required::<When>("effective_date", "From when on")
            .optional::<String>("direction", "Up or down")
            .build()
    }
}

impl Field for NewServiceChange {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let service_change = fields.required("service_change");
        let modified_by = fields.optional("modified_by");
        Some(Self { service_change: service_change?, modified_by })
    }

    fn shape() -> Schema {
        Shape::new("A change of product")
            .required::<WantedServiceChange>("service_change", "Which service is to have which product")
            .optional::<String>("modified_by", "Who wants it")
            .example(printed::value(printed::NEW_SERVICE_CHANGE))
            .build()
    }
}

/// The answer of `POST /service-changes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceChanged {
    pub customer: WithId,
    pub premise: WithId,
    /// The new service.
    pub service: WithId,
    pub payment_attribute: PaymentAttribute,
}

answer! {
    /// Payment is not part of this: its id is `null`.
    #[derive(Debug, Default, Eq)]
    PaymentAttribute {
        id: Option<String>,
    }
}

field::request! {
    NewServiceChange as "NewServiceChange",
}
