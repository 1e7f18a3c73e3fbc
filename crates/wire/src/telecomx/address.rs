//! What the lookup of addresses finds.

use super::answer::answer;
use super::id::Id;

answer! {
    /// A record of `GET /customer/address/lookup`. A road that is suggested has no `_id` and no `number`.
    #[derive(Debug)]
    AddressFound {}
    or_left_out {
        #[serde(rename = "_id")]
        id: Id,
        road: String,
        /// The house number with its letter.
        number: String,
        /// `kl`, `st`, `1`, `2`, …
        floor: String,
        /// `tv`, `mf`, `th`, or a number.
        door: String,
        zip: u32,
        city: String,
        /// The code of the road.
        code: String,
        /// The code of the municipality.
        muni: String,
        /// Latitude and longitude, in degrees.
        geo: [f64; 2],
    }
}
