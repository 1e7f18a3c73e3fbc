//! A service, the requests that make and change one, and its line in the snapshot.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::Schema;

use crate::aex::Guid;
use crate::aex::answer::answer;
use crate::aex::moment::date_time;
use crate::field::{self, At, Field, Shape, at_least_one};

answer! {
    /// A person at a premise with a product.
    #[schema(as = ProviderService)]
    Service {
        id: String,
        customer_id: String,
        product_id: String,
        premise_id: String,
        status: String,
        isp_reference: Option<String>,
        wifi_username: Option<String>,
        #[schema(schema_with = date_time)]
        created_at: String,
        #[schema(schema_with = date_time)]
        updated_at: String,
    }
}

answer! {
    /// What `GET /services/snapshot` lists: a service that changed since the last snapshot.
    ServiceSnapshot {
        service_id: String,
        customer_name: String,
        full_address: String,
        status: String,
        /// The product's name.
        product: String,
        #[schema(schema_with = date_time)]
        last_updated_date: String,
    }
}

/// The body of `POST /services`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct NewService {
    pub customer_id: Guid,
    pub product_id: Guid,
    pub premise_id: Guid,
}

/// The body of `PUT /services/{id}`: at least one of these.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct ServiceUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isp_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wifi_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wifi_password: Option<String>,
}

impl Field for NewService {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let customer_id = fields.required("customer_id");
        let product_id = fields.required("product_id");
        let premise_id = fields.required("premise_id");
        Some(Self { customer_id: customer_id?, product_id: product_id?, premise_id: premise_id? })
    }

    fn shape() -> Schema {
        Shape::new("An order for a service")
            .required::<Guid>("customer_id", "Who orders")
            .required::<Guid>("product_id", "What")
            .required::<Guid>("premise_id", "Where; see GET /details")
            .example(json!({
                "customer_id": "4348AEF7-AD89-4309-AC29-DCB621C308CF",
                "product_id": "50726131-B525-4732-A2D5-0B3736CDFB69",
                "premise_id": "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"
            }))
            .build()
    }
}

impl Field for ServiceUpdate {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        if !fields.any(&["isp_reference", "wifi_username", "wifi_password"]) {
            return fields.refuse("", "body must change something");
        }
        Some(Self {
            isp_reference: fields.optional("isp_reference"),
            wifi_username: fields.optional("wifi_username"),
            wifi_password: fields.optional("wifi_password"),
        })
    }

    fn shape() -> Schema {
        let object = Shape::new("What changes about a service; null is as good as nothing")
            .optional::<String>("isp_reference", "The reseller's own reference")
            .optional::<String>("wifi_username", "The name of the customer's wireless network")
            .optional::<String>("wifi_password", "Its password")
            .example(json!({"isp_reference": "A-1001"}))
            .build();
        let names = ["isp_reference", "wifi_username", "wifi_password"];
        at_least_one(object, names.map(|name| (name, String::shape())).into())
    }
}

field::request! {
    NewService as "ProviderNewService",
    ServiceUpdate as "ProviderServiceUpdate",
}
