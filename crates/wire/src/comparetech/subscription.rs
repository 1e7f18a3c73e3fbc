//! The body of `POST /subscription`: who wants which product where, and how it is paid.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::field::{self, At, Extra, Field, Fields, Shape};
use super::{
    Address, CoverageId, Date, Email, INFO, Iban, Name, Nationality, PaymentMethod, Phone, Problems, TaxCode,
    Text, printed,
};

/// An order for a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Subscription {
    /// Who is to deliver: `fastweb`.
    pub driver: Name,
    /// A name of the coverage's result; upper and lower case are the same.
    pub product: Name,
    /// Where.
    pub address: Address,
    /// The customer's first name.
    pub firstname: Text,
    /// The customer's last name.
    pub lastname: Text,
    /// The customer's tax code.
    pub tax_code: TaxCode,
    /// The customer's e-mail address.
    pub email: Email,
    /// The customer's phone: the OTP goes there.
    pub phone: Phone,
    /// `payment_method`, with the `iban` where it is one.
    #[serde(flatten)]
    pub payment: Payment,
    /// What the customer proves who they are with.
    pub document: IdentityDocument,
    /// Names of the addons chosen; defaults may be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addons: Option<Vec<Name>>,
    /// The qualification that offered the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage_id: Option<CoverageId>,
    /// Asks for more detail; it changes nothing here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debug: Option<bool>,
    /// What else the client said.
    #[serde(flatten)]
    pub other: Extra,
}

/// How the customer pays. An `iban` beside `credit_card` is not read: it is only echoed, like any other field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "payment_method", rename_all = "snake_case")]
pub enum Payment {
    /// On the card page that the carrier will ask for.
    CreditCard,
    /// By direct debit from this account.
    Iban {
        /// The account.
        iban: Iban,
    },
}

/// The document a customer proves who they are with.
#[derive(Clone, PartialEq, Serialize)]
pub struct IdentityDocument {
    /// Of the customer.
    pub nationality: Nationality,
    /// `passport`, or another type of `GET /documents`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// The document's number.
    pub number: Text,
    /// When it was issued.
    pub issued_at: Date,
    /// Until when it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Date>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_by: Option<Text>,
    /// What else the client said about it.
    #[serde(flatten)]
    pub other: Extra,
}

/// All of it is personal.
impl fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityDocument(hidden)")
    }
}

impl Subscription {
    /// Reads a body, or says all that is wrong with it.
    pub fn parse(body: Value) -> Result<Self, Problems> {
        field::parse(body)
    }

    /// The request as the payload of its record shows it: as it was sent, without what was `null`.
    pub fn echo(&self) -> Map<String, Value> {
        field::echo(self)
    }
}

impl TryFrom<Value> for Subscription {
    type Error = Problems;

    fn try_from(body: Value) -> Result<Self, Problems> {
        Self::parse(body)
    }
}

impl Payment {
    /// The word for it.
    pub fn method(&self) -> PaymentMethod {
        match self {
            Self::CreditCard => PaymentMethod::CreditCard,
            Self::Iban { .. } => PaymentMethod::Iban,
        }
    }

    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        match fields.required("payment_method")? {
            PaymentMethod::Iban => fields.required("iban").map(|iban| Self::Iban { iban }),
            _ => Some(Self::CreditCard),
        }
    }
}

impl Field for PaymentMethod {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        match Self::from(at.string(value)?.as_str()) {
            Self::Other(_) => at.refuse("must be `credit_card` or `iban`"),
            known => Some(known),
        }
    }

    fn shape() -> Schema {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Self::WORDS.iter().copied())).into()
    }
}

impl Field for Subscription {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let driver = fields.required("driver");
        let product = fields.required("product");
        let address = fields.required("address");
        let firstname = fields.required("firstname");
        let lastname = fields.required("lastname");
        let tax_code = fields.required("tax_code");
        let email = fields.required("email");
        let phone = fields.required("phone");
        let payment = Payment::take(&mut fields);
        let document = fields.required("document");
        let addons = fields.optional("addons");
        let coverage_id = fields.optional("coverage_id");
        let debug = fields.optional("debug");
        Some(Self {
            driver: driver?,
            product: product?,
            address: address?,
            firstname: firstname?,
            lastname: lastname?,
            tax_code: tax_code?,
            email: email?,
            phone: phone?,
            payment: payment?,
            document: document?,
            addons,
            coverage_id,
            debug,
            other: fields.rest().without(INFO),
        })
    }

    fn shape() -> Schema {
        let card = variant("Paid by card", &PaymentMethod::CreditCard).example(example());
        let iban = variant("Paid by direct debit", &PaymentMethod::Iban)
            .required::<Iban>("iban", "The account; its check digits are verified by the carrier")
            .example(example_with_iban());
        OneOfBuilder::new()
            .description(Some("An order for a line"))
            .item(card.build())
            .item(iban.build())
            .into()
    }
}

fn variant(title: &str, method: &PaymentMethod) -> Shape {
    let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([method.as_str()]));
    Shape::new("An order for a line")
        .titled(title)
        .required::<Name>("driver", "Who is to deliver; see GET /traders")
        .required::<Name>("product", "A name of the coverage's result; upper and lower case are the same")
        .required::<Address>("address", "Where the line is to be")
        .required::<Text>("firstname", "The customer's first name")
        .required::<Text>("lastname", "The customer's last name")
        .required::<TaxCode>("tax_code", "The customer's tax code (codice fiscale)")
        .required::<Email>("email", "The customer's e-mail address")
        .required::<Phone>("phone", "The customer's phone, to which the OTP goes (E.164)")
        .exactly("payment_method", Schema::from(word.description(Some("How the customer pays"))))
        .required::<IdentityDocument>("document", "What the customer proves who they are with")
        .optional::<Vec<Name>>("addons", "Names of the addons chosen; defaults may be left out")
        .optional::<CoverageId>(
            "coverage_id",
            "The id of the coverage that offered the product, or of a stored answer of a bulk qualification",
        )
        .optional::<bool>("debug", "Accepted and echoed")
}

/// Follows the record printed on the status page; the person is made up.
fn example() -> Value {
    json!({
        "driver": "fastweb",
        "product": "fastweb casa light",
        "address": printed::address(),
        "firstname": "Mario",
        "lastname": "Rossi",
        "tax_code": "RSSMRA85T10A562S",
        "email": "mario.rossi@example.com",
        "phone": "+393331234567",
        "payment_method": "credit_card",
        "document": {"nationality": "IT", "type": "passport", "number": "YA0000000", "issued_at": "2020-01-31"}
    })
}

fn example_with_iban() -> Value {
    let mut example = example();
    example["payment_method"] = "iban".into();
    example["iban"] = "IT60X0542811101000000123456".into();
    example
}

impl Field for IdentityDocument {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let nationality = fields.required("nationality");
        let kind = fields.required("type");
        let number = fields.required("number");
        let issued_at = fields.required("issued_at");
        let expires_at = fields.optional("expires_at");
        let issued_by = fields.optional("issued_by");
        Some(Self {
            nationality: nationality?,
            kind: kind?,
            number: number?,
            issued_at: issued_at?,
            expires_at,
            issued_by,
            other: fields.rest(),
        })
    }

    fn shape() -> Schema {
        Shape::new("The document a customer proves who they are with")
            .required::<Nationality>("nationality", "A country code, or the word for the nationality")
            .required::<Text>("type", "A type of GET /documents, such as passport")
            .required::<Text>("number", "The document's number")
            .required::<Date>("issued_at", "When it was issued")
            .optional::<Date>("expires_at", "Until when it is valid")
            .optional::<Text>("issued_by", "Who issued it")
            .build()
    }
}

impl PartialSchema for Subscription {
    fn schema() -> RefOr<Schema> {
        Self::shape().into()
    }
}

impl ToSchema for Subscription {}

impl PartialSchema for IdentityDocument {
    fn schema() -> RefOr<Schema> {
        Self::shape().into()
    }
}

impl ToSchema for IdentityDocument {}
