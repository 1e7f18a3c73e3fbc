//! Every refusal, as a row of one table: a status, the field or keyword, and a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `{"error": {"code", "message", "description"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Error {
    pub error: Said,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// The status of the answer.
    pub code: u16,
    /// The path of the field at fault, or a keyword.
    pub message: String,
    #[serde(default)]
    pub description: String,
}

macro_rules! rows {
    ($($(#[$about:meta])* $row:ident = $code:literal $message:literal $description:literal,)+) => {
        /// A refusal: first the printed table in its order, then others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Row {
            $($(#[$about])* $row,)+
        }

        impl Row {
            pub const ALL: &'static [Self] = &[$(Self::$row),+];

            const fn said(self) -> (u16, &'static str, &'static str) {
                match self {
                    $(Self::$row => ($code, $message, $description),)+
                }
            }
        }
    };
}

rows! {
    TypeNotPermitted = 409 "type" "Value is not one of the permitted values.",
    NotesTooLong = 422 "notes" "Invalid length. At most 4096 is required.",
    AddressNotFound = 404 "address._id" "Address not found",
    Address2NotFound = 404 "address2._id" "Address not found",
    ProductNotValid = 422 "product" "Product is not valid for customer",
    ProductNotFound = 422 "product" "Product not found",
    TakeoverCircuitRequired = 422 "takeoverCircuit" "Circuit is required for takeover",
    TakeoverCustomerRequired = 422 "takeoverCustomer" "Customer id is required for takeover",
    IpAddresses = 422 "ipAddresses" "IP address is required and must be 1,2,4,8,16 or 32",
    StartDate = 422 "startDate" "Date must not be between 1 month ago and 6 months into the future",
    OfferProductNotValid = 422 "offers[].product" "Product is not valid for customer",
    OfferProductNotFound = 422 "offers[].product" "Product not found",
    OfferFeeProductNotValid = 422 "offers[].initiationFeeProduct" "Product is not valid for customer",
    OfferFeeProductNotFound = 422 "offers[].initiationFeeProduct" "Product not found",
    OfferInitiationCost = 422 "offers[].initiationCost" "Must be between 0 and 500000",
    OfferInitiationWholesale = 422 "offers[].initiationWholesale" "Must be between 0 and 500000",
    OfferInitiationCustomer = 422 "offers[].initiationCustomer" "Must be between 0 and 500000",
    OfferMonthlyCost = 422 "offers[].monthlyCost" "Must be between 0 and 500000",
    OfferMonthlyWholesale = 422 "offers[].monthlyWholesale" "Must be between 0 and 500000",
    OfferMonthlyCustomer = 422 "offers[].monthlyCustomer" "Must be between 0 and 500000",
    OfferCommitment = 422 "offers[].commitment" "Must be between 0 and 60 months",
    RecipientNotFound = 422 "notify[]" "Recipient not found",
    AccessDenied = 403 "access_denied" "Insufficient access level",
    InternalError = 500 "internal_error" "<Unspecified>",

    InstallTimeNotPermitted = 409 "installTime" "Value is not one of the permitted values.",

    BadRequest = 400 "bad_request" "Malformed request",
    CredentialsInvalid = 401 "credentials_invalid" "Invalid username or password",
    Expired = 401 "expired" "Token has expired",
    InvalidToken = 401 "invalid_token" "Token is missing or invalid",
    Blacklisted = 403 "blacklisted" "Too many failed attempts",
    NotFound = 404 "not_found" "Not found",

    RequestNotFound = 404 "request" "Request not found",
    /// It has become an account.
    RequestOrdered = 409 "request" "Request has already been ordered",
    OfferNotFound = 404 "offer" "Offer not found",
    OfferExpired = 409 "offer" "Offer has expired",
    /// What has been ordered is not deleted.
    RequestState = 409 "state" "Request has been ordered",

    /// To confirm.
    AccountState = 422 "state" "Account must be ORDERED",
    IpAddressInUse = 409 "net.ipAddress" "IP address is already in use",
    NotConfirmed = 409 "not_confirmed" "Account has not been confirmed",
    ChangePending = 409 "changeRequest" "A change is pending",
    NoChange = 409 "changeRequest" "No change has been requested",
    CommitmentNotHonoured = 409 "terminationDate" "Date does not honour the commitment",
    /// Only the product of a DSL account can be changed.
    NotDsl = 409 "type" "Account must be DSL",
    AccountName = 422 "name" "Invalid length. Between 1 and 100 is required.",
    NewProductNotValid = 422 "newProduct" "Product is not valid for customer",
    NewProductNotFound = 422 "newProduct" "Product not found",
    FeeProductNotValid = 422 "feeProduct" "Product is not valid for customer",
    FeeProductNotFound = 422 "feeProduct" "Product not found",
    FileNotPermitted = 422 "file" "File must be a PDF, PNG or JPG",
    DocumentNotFound = 404 "document" "Document not found",
}

impl Row {
    /// The status of the answer.
    pub const fn code(self) -> u16 {
        self.said().0
    }

    /// The path of the field at fault, or a keyword.
    pub const fn message(self) -> &'static str {
        self.said().1
    }

    /// A sentence.
    pub const fn description(self) -> &'static str {
        self.said().2
    }
}

impl From<Row> for Error {
    fn from(row: Row) -> Self {
        let (code, message, description) = row.said();
        Self { error: Said { code, message: message.into(), description: description.into() } }
    }
}

impl Error {
    /// 400: a field for which the table has no row is there, but not such a value. The path is that of `wrong`.
    pub fn malformed(path: &str) -> Self {
        let mut error = Self::from(Row::BadRequest);
        error.error.description = format!("{path} is malformed");
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error.message, self.error.description)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_table_begins_with_the_printed_one() {
        let printed: Vec<Vec<&str>> =
            super::super::printed::ERRORS.lines().map(|row| row.split('\t').collect()).collect();
        assert_eq!(printed.len(), 24);
        for (row, printed) in Row::ALL.iter().zip(printed) {
            assert_eq!([row.code().to_string().as_str(), row.message(), row.description()], *printed);
        }
    }

    #[test]
    fn a_refusal_is_told_once() {
        for (at, row) in Row::ALL.iter().enumerate() {
            assert!(Row::ALL[..at].iter().all(|other| other.said() != row.said()), "{row:?}");
        }
    }

    #[test]
    fn a_refusal_has_its_three_parts_in_an_object() {
        let error = Error::from(Row::TakeoverCircuitRequired);
        let text = concat!(
            r#"{"error":{"code":422,"message":"takeoverCircuit","#,
            r#""description":"Circuit is required for takeover"}}"#
        );
        assert_eq!(serde_json::to_string(&error).unwrap(), text);
        assert_eq!(serde_json::from_str::<Error>(text).unwrap(), error);
        assert_eq!(Error::malformed("address.zip").error.description, "address.zip is malformed");
    }
}
