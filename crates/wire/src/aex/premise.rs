//! A premise: where a service is, or could be.

use super::Moment;
use super::answer::answer;

answer! {
    /// The answer of `GET /premises/{id}`.
    #[derive(Default)]
    Premise {
        id: String,
        area_id: Option<String>,
        latitude: Option<f64>,
        longitude: Option<f64>,
        reference: Option<String>,
        /// The `guid` of the predefined premise.
        external_reference: Option<String>,
        asset_reference: Option<String>,
        mdu_block: Option<String>,
        mdu_floor: Option<String>,
        plot_number: Option<String>,
        street_number: Option<String>,
        street_name: Option<String>,
        intersection: Option<String>,
        suburb: Option<String>,
        city: Option<String>,
        country_code: Option<String>,
        postal_code: Option<String>,
        province: Option<String>,
        mdu_name: Option<String>,
        mdu_unit: Option<String>,
        customer_id: Option<String>,
        name: Option<String>,
        type_id: Option<i64>,
        created_at: Moment,
        updated_at: Moment,
        /// Such as `Has Existing Service`.
        status: Option<String>,
    }
}
