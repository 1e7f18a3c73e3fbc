//! The usual tax on telecommunication services by country.

use crate::money::Money;
use rust_decimal::{Decimal, RoundingStrategy};

/// Percent of the price without tax; 0 for a country that is not here. Standard rates of 2026, of national tax
/// authorities; regions with another rate are not told apart.
pub fn percent(country: &str) -> Decimal {
    let tenths = match country.to_ascii_uppercase().as_str() {
        "CH" => 81,
        "AU" => 100,
        "NZ" | "ZA" => 150,
        "LU" => 170,
        "MT" => 180,
        "CY" | "DE" => 190,
        "AT" | "BG" | "FR" | "GB" => 200,
        "BE" | "CZ" | "ES" | "LT" | "LV" | "NL" | "RO" => 210,
        "IT" | "SI" => 220,
        "IE" | "PL" | "PT" | "SK" => 230,
        "EE" | "GR" => 240,
        "DK" | "HR" | "NO" | "SE" => 250,
        "FI" => 255,
        "HU" => 270,
        _ => 0,
    };
    Decimal::new(tenths, 1)
}

/// A price that includes a tax, without it, to four decimals; and the price itself to cents.
pub fn apart(price: Money, percent: Decimal) -> (Decimal, Decimal) {
    let round = |amount: Decimal, digits| {
        amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
    };
    let whole = round(price.amount, 2);
    let divisor = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
    let net = price.amount.checked_div(divisor).unwrap_or(price.amount);
    (round(net, 4), whole)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    #[test]
    fn the_printed_price_has_the_printed_parts() {
        let price = Money::parse("549", Currency::ZAR).unwrap();
        let (net, whole) = apart(price, percent("ZA"));
        assert_eq!((net.to_string(), whole), ("477.3913".to_owned(), Decimal::from(549)));
        assert_eq!(
            (percent("au"), percent("SK"), percent("XX")),
            (Decimal::TEN, Decimal::from(23), Decimal::ZERO)
        );
    }

    proptest! {
        #[test]
        fn the_tax_brings_back_the_price_to_the_cent(cents in 0i64..100_000_000, country in "ZA|AU|IT|ES|DK|FI|CH|XX") {
            let price = Money::new(Decimal::new(cents, 2), Currency::ZAR);
            let percent = percent(&country);
            let (net, whole) = apart(price, percent);
            let back = net * (Decimal::ONE + percent / Decimal::ONE_HUNDRED);
            prop_assert_eq!(back.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero), whole);
        }
    }
}
