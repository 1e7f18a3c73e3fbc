//! The request that moves an access to another brand, and its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::OneOfBuilder;

use super::answer::answer;
use super::text::{Flag, TextOrNumber, filled, optional};
use super::{Destination, Gescal37, example};
use crate::field::{self, At, Field, Fields, Shape, described};
use crate::word::words;

/// The body of `POST /v1/ftth/retentions`. Personal: it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Value")]
pub struct RetentionsRequest {
    /// Whether the access itself is kept; otherwise a new one is made at the destination.
    pub reuse_access: bool,
    /// Always there, and whole, where the access is reused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    pub destination: Destination,
}

/// The client who has the access. Personal: it has no `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gescal37: Option<Gescal37>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iua: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
}

/// The whole source of an access that is reused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reused<'s> {
    pub gescal37: &'s Gescal37,
    pub iua: &'s str,
    pub phone_number: &'s str,
    pub document_number: &'s str,
    pub client_name: &'s str,
    pub brand: &'s str,
}

impl RetentionsRequest {
    /// `None`: a new access is made.
    pub fn reused(&self) -> Option<Reused<'_>> {
        let source = self.source.as_ref().filter(|_| self.reuse_access)?;
        Some(Reused {
            gescal37: source.gescal37.as_ref()?,
            iua: source.iua.as_deref()?,
            phone_number: source.phone_number.as_deref()?,
            document_number: source.document_number.as_deref()?,
            client_name: source.client_name.as_deref()?,
            brand: source.brand.as_deref()?,
        })
    }
}

/// The fields of a source, in their order.
const FIELDS: [&str; 6] = ["gescal37", "iua", "phoneNumber", "documentNumber", "clientName", "brand"];
const ABOUT: &str = "The client who has the access";

impl Source {
    fn take(fields: &mut Fields<'_>, whole: bool) -> Self {
        fn one<T: Field>(fields: &mut Fields<'_>, name: &str, whole: bool) -> Option<T> {
            if whole { fields.required(name) } else { fields.optional(name) }
        }
        Self {
            gescal37: one(fields, "gescal37", whole),
            iua: one(fields, "iua", whole),
            phone_number: one(fields, "phoneNumber", whole).map(|TextOrNumber(text)| text),
            document_number: one(fields, "documentNumber", whole).map(|TextOrNumber(text)| text),
            client_name: one(fields, "clientName", whole),
            brand: one(fields, "brand", whole),
        }
    }
}

/// Every field may be left out.
impl Field for Source {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Some(Self::take(&mut at.fields(filled(value))?, false))
    }

    fn shape() -> Schema {
        let shape = optional::<Gescal37>(Shape::new(ABOUT), "gescal37", "Where the access ends");
        let shape = optional::<String>(shape, "iua", "The access by its own name");
        let shape = optional::<TextOrNumber>(shape, "phoneNumber", "The client's fixed number");
        let shape = optional::<TextOrNumber>(shape, "documentNumber", "The client's identity document");
        let shape = optional::<String>(shape, "clientName", "The client's name");
        optional::<String>(shape, "brand", "The brand that has it").build()
    }
}

/// No field may be left out.
struct Whole(Source);

impl Field for Whole {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        Some(Self(Source::take(&mut at.fields(filled(value))?, true)))
    }

    fn shape() -> Schema {
        Shape::new(ABOUT)
            .required::<Gescal37>("gescal37", "Where the access ends")
            .required::<String>("iua", "The access by its own name")
            .required::<TextOrNumber>("phoneNumber", "The client's fixed number")
            .required::<TextOrNumber>("documentNumber", "The client's identity document")
            .required::<String>("clientName", "The client's name")
            .required::<String>("brand", "The brand that has it")
            .build()
    }
}

impl Field for RetentionsRequest {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(filled(value))?;
        let reuse_access = fields.required("reuseAccess").map(|Flag(reuse)| reuse);
        let source = match reuse_access {
            Some(true) if fields.any(&["source"]) => fields.required("source").map(|Whole(source)| source),
            Some(true) => {
                // No source is one without fields, so that a client learns of all of them at once.
                for name in FIELDS {
                    fields.refuse::<()>(&format!("source.{name}"), "is required");
                }
                None
            }
            _ => fields.optional("source"),
        };
        let destination = fields.required("destination");
        Some(Self { reuse_access: reuse_access?, source, destination: destination? })
    }

    fn shape() -> Schema {
        let common = |shape: Shape, reuse: bool| {
            shape
                .exactly("reuseAccess", described(Flag::only(reuse), "Whether the access itself is kept"))
                .required::<Destination>("destination", "The client who gets the access")
        };
        let reused = common(Shape::new("The access itself moves to another brand"), true)
            .titled("The access is reused")
            .required::<Whole>("source", ABOUT)
            .example(example::value(example::RETENTION));
        let new = common(Shape::new("A new access is made at the destination"), false)
            .titled("A new access")
            .example(example::value(example::RETENTION_NEW));
        OneOfBuilder::new().item(reused.build()).item(optional::<Source>(new, "source", ABOUT).build()).into()
    }
}

words! {
    /// Where a retention stands.
    RetentionStatus {
        Accepted = "ACCEPTED",
    }
}

answer! {
    /// The answer of `POST /v1/ftth/retentions`.
    RetentionsResponse {
        retention_id: String,
        status: RetentionStatus,
        reuse_access: bool,
    }
    or_left_out {
        /// The access that is kept or reserved; left out while there is none.
        iua: String,
    }
    {
        /// As it was asked for.
        destination: Destination,
    }
}

field::request! {
    RetentionsRequest as "RetentionsRequest",
}
