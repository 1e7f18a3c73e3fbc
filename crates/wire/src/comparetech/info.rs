//! `payload.__info`: what an action waits for, what it found, or why it failed.
//! Which of its fields are there says which of these it is, so absent and empty differ.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CARD_REQUESTED, OTP_REQUESTED, printed};
use crate::money::Amount;

/// What the server adds to the payload.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(printed::otp_info, printed::card_info))]
pub struct Info {
    /// What an interrupted action waits for; empty while it is under way and once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// The products to be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub result: Option<Vec<String>>,
    /// Why it was canceled, or why it still waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
    /// The details of a card prompt or of a coverage.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub data: Option<Attachments>,
}

impl Info {
    /// Waits for the OTP.
    pub fn otp() -> Self {
        Self { message: Some(OTP_REQUESTED.into()), ..Self::default() }
    }

    /// Waits for another OTP: the last one was refused, for this reason.
    pub fn otp_refused(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::otp() }
    }

    /// Waits for the card.
    pub fn card(card: CreditCard) -> Self {
        let data = Attachments { credit_card: Some(card), addons: None };
        Self { message: Some(CARD_REQUESTED.into()), data: Some(data), ..Self::default() }
    }

    /// The address is covered: product names, and addons by product.
    pub fn covered(result: Vec<String>, addons: Vec<ProductAddons>) -> Self {
        let data = Attachments { credit_card: None, addons: Some(addons) };
        Self { result: Some(result), data: Some(data), ..Self::done() }
    }

    /// Waiting for its turn or being worked on: there is nothing to say yet.
    pub fn under_way() -> Self {
        Self::done()
    }

    /// Done, with nothing more to say.
    pub fn done() -> Self {
        Self { message: Some(String::new()), ..Self::default() }
    }

    /// Canceled, for this reason.
    pub fn canceled(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }
}

/// `message` is one of few sentences and `result` names products; what a carrier says about a customer is hidden.
impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info")
            .field("message", &self.message)
            .field("result", &self.result)
            .field("error", &self.error.as_ref().map(|_| "hidden"))
            .field("data", &self.data)
            .finish()
    }
}

/// `__info.data`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(printed::coverage_addons))]
pub struct Attachments {
    /// Where the card is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub credit_card: Option<CreditCard>,
    /// The addons of each product.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub addons: Option<Vec<ProductAddons>>,
}

/// The card page.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreditCard {
    /// The page to show to the customer, in an iframe or otherwise.
    pub url: String,
    /// What happens next, in a fixed sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// What the carrier says about the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub result: Option<String>,
}

/// Who holds the address of the page may pay on it: not shown.
impl fmt::Debug for CreditCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreditCard(hidden)")
    }
}

/// What can be added to one product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductAddons {
    /// The product's name: `FIBER_2022`.
    pub product: String,
    /// Its addons.
    pub options: Vec<Addon>,
}

/// Something to be had with a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Addon {
    /// By which it is ordered: `FIBER_ADDON_VOICE`.
    pub name: String,
    /// Groups addons; of some categories only one can be had.
    pub category: String,
    /// Included already, whether ordered or not.
    pub default: bool,
    /// Groups addons too: `FIBER_VOICE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In the currency and period of the product.
    pub price: Amount,
    /// Names of addons that exclude this one, in both directions; some may not be on offer.
    #[serde(default)]
    #[schema(required)]
    pub incompatibilities: Vec<String>,
}
