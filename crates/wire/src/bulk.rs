//! The bulk API: jobs that answer a caller's file, and the stored answers. Ours, so there is no source; errors are
//! problem details (RFC 9457). Times are RFC 3339 in UTC, prices decimals as text.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A file that is being answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab9f2-5c1e-7a40-9c31-6f0e00000000", "state": "running", "format": "csv",
    "rows": {"read": 12000, "total": 250000}, "offered": 10500, "offers": 21300, "carriers": {"fastweb": 10500, "aruba": 10800},
    "confidences": {"exact premise": 21000, "area": 300}, "reasons": {"not covered": 1100, "address unclear": 400},
    "created_at": "2026-03-01T09:00:00Z", "kept_until": "2026-03-31T09:00:00Z"
}))]
pub struct Job {
    /// A UUID; also the beginning of the ids of its answers.
    pub id: String,
    pub state: State,
    pub format: Format,
    pub rows: Rows,
    /// Rows with at least one offer, so far.
    pub offered: u64,
    /// Offers so far, and by carrier and by confidence.
    pub offers: u64,
    pub carriers: BTreeMap<String, u64>,
    pub confidences: BTreeMap<String, u64>,
    /// Rows without an offer by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Why it was canceled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    pub created_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// Until when the result can be fetched.
    pub kept_until: String,
    /// Where it is fetched, once the job is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Pending,
    Running,
    Done,
    Canceled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    /// One JSON object a line.
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rows {
    /// Answered so far.
    pub read: u64,
    pub total: u64,
}

/// A page of jobs, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Jobs {
    pub jobs: Vec<Job>,
    /// The next page; left out on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A stored answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab9f2-5c1e-7a40-9c31-6f0e00000001", "answered_at": "2026-03-01T09:00:02Z",
    "asked": {"address": "Via Cenerentola 1, 95034 Bronte"},
    "offers": [{"carrier": "fastweb", "product": "FIBRE", "technology": "FTTH", "down_mbps": 1000, "up_mbps": 300,
        "monthly_price": "29.90", "currency": "EUR", "confidence": "exact premise", "premise_reference": "P1"}]
}))]
pub struct Answer {
    /// What `coverage_id` of an order takes.
    pub id: String,
    pub answered_at: String,
    /// The question as it stood in the file; left out where a single coverage was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The best first.
    pub offers: Vec<Offer>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a row asked; nothing, where it named no place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Asked {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    pub carrier: String,
    pub product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_mbps: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_mbps: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// What the customer pays.
    pub monthly_price: Option<String>,
    /// What a reseller pays: for roles from RESELLER on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wholesale_price: Option<String>,
    /// What the carrier costs: for ADMIN of the operator that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_price: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// From the order to the line in use, as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub premise_reference: Option<String>,
}

/// Problem details (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is at fault in the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    pub field: String,
    pub rule: String,
}
