//! Money: a decimal amount with its currency. Amounts of different currencies never meet in one
//! sum, and no amount is ever a binary fraction. Exchange rates and taxes are not here.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("`{0}` is not a currency: three letters are expected, as in EUR")]
    Currency(String),
    #[error("`{0}` is not an amount: digits are expected, with a point before decimals, as in 12.34")]
    Amount(String),
    #[error("{left} and {right} cannot be put together")]
    Mixed { left: Currency, right: Currency },
    #[error("the amount is too large")]
    TooLarge,
}

/// ISO 4217 alphabetic code. Any three letters are accepted: the list changes, and a carrier may be
/// ahead of ours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const EUR: Currency = Currency(*b"EUR");
    pub const AUD: Currency = Currency(*b"AUD");
    pub const DKK: Currency = Currency(*b"DKK");
    pub const ZAR: Currency = Currency(*b"ZAR");
    pub const GBP: Currency = Currency(*b"GBP");

    /// Three upper-case letters.
    pub fn code(&self) -> &str {
        // Only ASCII letters ever get in; XXX is the code for "no currency".
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl FromStr for Currency {
    type Err = Error;

    /// Either case is accepted.
    fn from_str(text: &str) -> Result<Currency, Error> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Currency([*a, *b, *c].map(|byte| byte.to_ascii_uppercase())))
            }
            _ => Err(Error::Currency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in a currency: `{"amount":"12.34","currency":"EUR"}`. Equal amounts are equal whatever
/// zeros they were written with; the zeros are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    #[serde(with = "text")]
    pub amount: Decimal,
    pub currency: Currency,
}

impl Money {
    pub const fn new(amount: Decimal, currency: Currency) -> Money {
        Money { amount, currency }
    }

    pub const fn zero(currency: Currency) -> Money {
        Money { amount: Decimal::ZERO, currency }
    }

    /// `12.34`, with a minus in front when less than nothing. No exponent, no thousands separator,
    /// at most 28 digits.
    pub fn parse(amount: &str, currency: Currency) -> Result<Money, Error> {
        Ok(Money { amount: parse_amount(amount)?, currency })
    }

    pub fn plus(self, other: Money) -> Result<Money, Error> {
        self.same_currency(other)?;
        let amount = self.amount.checked_add(other.amount).ok_or(Error::TooLarge)?;
        Ok(Money { amount, ..self })
    }

    pub fn minus(self, other: Money) -> Result<Money, Error> {
        self.same_currency(other)?;
        let amount = self.amount.checked_sub(other.amount).ok_or(Error::TooLarge)?;
        Ok(Money { amount, ..self })
    }

    pub fn times(self, factor: Decimal) -> Result<Money, Error> {
        let amount = self.amount.checked_mul(factor).ok_or(Error::TooLarge)?;
        Ok(Money { amount, ..self })
    }

    /// The sum of any number of amounts of one currency; nothing is zero.
    pub fn sum(currency: Currency, all: impl IntoIterator<Item = Money>) -> Result<Money, Error> {
        all.into_iter().try_fold(Money::zero(currency), Money::plus)
    }

    fn same_currency(self, other: Money) -> Result<(), Error> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(Error::Mixed { left: self.currency, right: other.currency })
    }
}

/// `12.34 EUR`
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// `12.34`: an optional minus, digits, and a point with digits behind it.
pub fn parse_amount(text: &str) -> Result<Decimal, Error> {
    let error = || Error::Amount(text.chars().take(64).collect());
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(decimals) {
        return Err(error());
    }
    Decimal::from_str_exact(text).map_err(|_| error())
}

/// A decimal as JSON text (`"12.34"`), for `#[serde(with = "money::text")]`. A JSON number is
/// refused: it may have been a binary fraction on its way.
pub mod text {
    use super::*;

    pub fn serialize<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        parse_amount(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn euro(amount: &str) -> Money {
        Money::parse(amount, Currency::EUR).unwrap()
    }

    #[test]
    fn money_is_written_as_text_and_keeps_its_zeros() {
        let wire = r#"{"amount":"12.30","currency":"EUR"}"#;
        let money: Money = serde_json::from_str(wire).unwrap();
        assert_eq!(money, euro("12.3"));
        assert_eq!(serde_json::to_string(&money).unwrap(), wire);
        assert_eq!(money.to_string(), "12.30 EUR");
    }

    #[test]
    fn what_is_no_plain_amount_is_refused() {
        for text in ["", "-", ".5", "5.", "1e3", "+1", "1,5", "1_000", " 1", "1 ", "--1", "NaN", "٣", "1.2.3"]
        {
            assert_eq!(Money::parse(text, Currency::EUR), Err(Error::Amount(text.to_owned())));
        }
        assert!(Money::parse(&"9".repeat(40), Currency::EUR).is_err());
        assert!(Money::parse(&format!("0.{}", "1".repeat(40)), Currency::EUR).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"amount":12.3,"currency":"EUR"}"#).is_err());
    }

    #[test]
    fn a_currency_is_three_letters() {
        assert_eq!("eur".parse(), Ok(Currency::EUR));
        for text in ["", "EU", "EURO", "E1R", "€€€", "é1"] {
            assert_eq!(text.parse::<Currency>(), Err(Error::Currency(text.to_owned())));
        }
    }

    #[test]
    fn two_currencies_do_not_mix() {
        let mixed = Error::Mixed { left: Currency::EUR, right: Currency::ZAR };
        let rand = Money::parse("1", Currency::ZAR).unwrap();
        assert_eq!(euro("1").plus(rand), Err(mixed.clone()));
        assert_eq!(euro("1").minus(rand), Err(mixed.clone()));
        assert_eq!(Money::sum(Currency::EUR, [euro("1"), rand]), Err(mixed));
    }

    #[test]
    fn a_sum_of_tenths_is_exact_and_too_much_is_an_error() {
        let tenths = std::iter::repeat_n(euro("0.1"), 10);
        assert_eq!(Money::sum(Currency::EUR, tenths), Ok(euro("1")));
        let most = Money::new(Decimal::MAX, Currency::EUR);
        assert_eq!(most.plus(euro("1")), Err(Error::TooLarge));
        assert_eq!(most.times(Decimal::TWO), Err(Error::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(left in -1_000_000_000i64..1_000_000_000, right: i32, scale in 0u32..6) {
            let left = Money::new(Decimal::new(left, scale), Currency::EUR);
            let right = Money::new(Decimal::new(right.into(), 2), Currency::EUR);
            prop_assert_eq!(left.plus(right).unwrap().minus(right), Ok(left));
            prop_assert_eq!(Money::parse(&left.amount.to_string(), left.currency), Ok(left));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = parse_amount(&text);
            let _ = text.parse::<Currency>();
        }
    }
}
