//! The answers of `GET /documents` and `GET /traders`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Operation, PaymentMethod};

/// A kind of identity document that a driver accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// As a subscription says it: `passport`.
    #[serde(rename = "type")]
    #[schema(examples("passport"))]
    pub kind: String,
    /// For people to read.
    #[schema(examples("Passport"))]
    pub label: String,
    /// The fields of `document` that this kind needs.
    #[schema(examples(json!(["nationality", "number", "issued_at"])))]
    pub required: Vec<String>,
}

/// A driver that the caller may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trader {
    /// The driver's name.
    #[schema(examples("fastweb"))]
    pub name: String,
    /// What it can do.
    pub operations: Vec<Operation>,
    /// The names of its products.
    #[schema(examples(json!(["Fastweb Casa Light", "Fastweb Casa"])))]
    pub products: Vec<String>,
    /// How its customers may pay.
    pub payment_methods: Vec<PaymentMethod>,
}
