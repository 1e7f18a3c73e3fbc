//! The numbers of a price: written exactly, with one to four decimals (`15.0`, `477.3913`).

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::money::Amount;

/// A bare JSON number with a decimal point: half a unit of the fourth decimal is rounded away from zero, zeros at
/// the end are dropped, one decimal is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Amount", into = "Amount")]
pub struct Figure(Decimal);

impl Figure {
    /// The value, with at most four decimal places.
    pub fn decimal(self) -> Decimal {
        self.0
    }
}

impl From<Decimal> for Figure {
    fn from(value: Decimal) -> Self {
        let mut value = value.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize();
        if value.scale() == 0 {
            value.rescale(1);
        }
        Self(value)
    }
}

impl From<Amount> for Figure {
    fn from(amount: Amount) -> Self {
        amount.decimal().into()
    }
}

impl From<Figure> for Amount {
    fn from(figure: Figure) -> Self {
        figure.0.into()
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialSchema for Figure {
    fn schema() -> RefOr<Schema> {
        Schema::from(
            ObjectBuilder::new()
                .schema_type(Type::Number)
                .description(Some("An exact number with one to four decimals"))
                .examples([serde_json::json!(477.3913), serde_json::json!(549.0)]),
        )
        .into()
    }
}

impl ToSchema for Figure {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_to_four_decimals_are_written_and_no_zeros_after_them() {
        for (decimal, text) in [
            ("15", "15.0"),
            ("549.00", "549.0"),
            ("477.3913", "477.3913"),
            ("477.39130434", "477.3913"),
            ("0.00005", "0.0001"),
            ("-0.00005", "-0.0001"),
            ("0", "0.0"),
            ("29.90", "29.9"),
            ("12345678901234567.8901", "12345678901234567.8901"),
        ] {
            let figure = Figure::from(decimal.parse::<Decimal>().unwrap());
            assert_eq!(serde_json::to_string(&figure).unwrap(), text);
            assert_eq!(serde_json::from_str::<Figure>(text).unwrap(), figure);
            assert_eq!(figure.to_string(), text);
        }
        assert!(serde_json::from_str::<Figure>("\"15.0\"").is_err());
    }

    proptest! {
        #[test]
        fn every_figure_keeps_its_value(mantissa in any::<i64>(), scale in 0u32..=4) {
            let value = Decimal::new(mantissa, scale);
            let text = serde_json::to_string(&Figure::from(value)).unwrap();
            prop_assert!(text.contains('.'));
            prop_assert_eq!(serde_json::from_str::<Figure>(&text).unwrap().decimal(), value);
        }
    }
}
