//! Places: the addresses that match a text, the premises near a point, and whether one can have service.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::aex::answer::answer;
use crate::field::{self, At, Field, Shape, integer};

/// The answer of `GET /locations`: addresses as lines.
pub type Locations = Vec<String>;

/// The body of `POST /locations/proximity-search`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct ProximitySearch {
    pub latitude: Latitude,
    pub longitude: Longitude,
    /// From 1 on; the first if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<PageNumber>,
}

macro_rules! degrees {
    ($($(#[$about:meta])* $name:ident to $most:literal, $message:literal;)+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            /// In degrees.
            pub fn degrees(self) -> f64 {
                self.0
            }
        }

        impl Field for $name {
            fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
                match value.as_f64() {
                    None => at.refuse("must be a number"),
                    Some(degrees) if degrees.abs() <= f64::from($most) => Some(Self(degrees)),
                    Some(_) => at.refuse($message),
                }
            }

            fn shape() -> Schema {
                ObjectBuilder::new()
                    .schema_type(Type::Number)
                    .minimum(Some(-$most))
                    .maximum(Some($most))
                    .into()
            }
        }
    )+};
}

degrees! {
    /// From -90 to 90 degrees.
    Latitude to 90, "must be between -90 and 90";
    /// From -180 to 180 degrees.
    Longitude to 180, "must be between -180 and 180";
}

/// From 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PageNumber(i64);

impl PageNumber {
    const LAST: i64 = 1_000_000;

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl Field for PageNumber {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        at.integer(&value, 1, Self::LAST).map(Self)
    }

    fn shape() -> Schema {
        integer(1, Self::LAST).into()
    }
}

impl Field for ProximitySearch {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let latitude = fields.required("latitude");
        let longitude = fields.required("longitude");
        let page = fields.optional("page");
        Some(Self { latitude: latitude?, longitude: longitude?, page })
    }

    fn shape() -> Schema {
        Shape::new("A point near which premises are looked for")
            .required::<Latitude>("latitude", "In degrees")
            .required::<Longitude>("longitude", "In degrees")
            .optional::<PageNumber>("page", "From 1 on; a page has 10 premises")
            .example(json!({"latitude": -26.038965, "longitude": 27.738254, "page": 1}))
            .build()
    }
}

answer! {
    /// A premise near the point of a [`ProximitySearch`].
    #[derive(Debug)]
    NearbyPremise {
        premise_id: Option<String>,
        predefined_premise_id: String,
        full_address: String,
        latitude: f64,
        longitude: f64,
        /// From the point, in metres.
        distance: f64,
    }
}

answer! {
    /// The answer of `GET /details`.
    #[derive(Debug)]
    Details {
        /// Whether service can be ordered: the area is connected and there is no active service.
        #[serde(rename = "availability")]
        available: bool,
        /// What products are chosen by.
        #[serde(rename = "areaId")]
        area_id: Option<String>,
        /// `null` where the premise has to be made first.
        #[serde(rename = "premiseId")]
        premise_id: Option<String>,
        predefined_premise_id: Option<String>,
        full_address: Option<String>,
        latitude: Option<f64>,
        longitude: Option<f64>,
    }
}

field::request! {
    ProximitySearch as "ProximitySearch",
}
