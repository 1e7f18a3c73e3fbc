//! Every refusal: sentences, or messages by field.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{NOT_AUTHENTICATED, NOT_FOUND, printed};
use crate::problem::{Fields, Problems};

/// The field that stands for the body as a whole, whose messages are sentences of their own.
const BASE: &str = "base";

/// `{code, errors: ["…"]}`, or `{code, errors: {field: ["…"]}, full_errors: ["field …"]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors {
    /// The status of the answer.
    pub code: u16,
    /// What is wrong.
    pub errors: Said,
}

/// What is wrong about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Sentences.
    Plain(Vec<String>),
    /// By field, in order. What is wrong about the body as a whole is written under `base`.
    Fields(Problems),
}

impl Errors {
    /// One sentence.
    pub fn of(code: u16, message: impl Into<String>) -> Self {
        Self { code, errors: Said::Plain(vec![message.into()]) }
    }

    /// Messages by field.
    pub fn fields(code: u16, problems: Problems) -> Self {
        Self { code, errors: Said::Fields(problems) }
    }

    /// 401: no key, or an unknown one.
    pub fn not_authenticated() -> Self {
        Self::of(401, NOT_AUTHENTICATED)
    }

    /// 404: no such record, or another organization's.
    pub fn not_found() -> Self {
        Self::of(404, NOT_FOUND)
    }

    /// Sentences: `email is already taken`.
    pub fn full(&self) -> Vec<String> {
        match &self.errors {
            Said::Plain(errors) => errors.clone(),
            Said::Fields(problems) => problems
                .iter()
                .map(|(field, message)| match field {
                    "" => message.to_owned(),
                    field => format!("{field} {message}"),
                })
                .collect(),
        }
    }
}

struct ByField<'p>(&'p Problems);

impl Serialize for ByField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = &self.0.0.0;
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for (field, messages) in fields {
            map.serialize_entry(if field.is_empty() { BASE } else { field }, messages)?;
        }
        map.end()
    }
}

impl Serialize for Errors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        body.serialize_entry("code", &self.code)?;
        match &self.errors {
            Said::Plain(errors) => body.serialize_entry("errors", errors)?,
            Said::Fields(problems) => {
                body.serialize_entry("errors", &ByField(problems))?;
                body.serialize_entry("full_errors", &self.full())?;
            }
        }
        body.end()
    }
}

impl<'de> Deserialize<'de> for Errors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Body {
            code: u16,
            errors: Either,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Plain(Vec<String>),
            Fields(Fields),
        }
        let body = Body::deserialize(deserializer)?;
        let errors = match body.errors {
            Either::Plain(errors) => Said::Plain(errors),
            Either::Fields(Fields(mut fields)) => {
                fields.iter_mut().filter(|(field, _)| field == BASE).for_each(|(field, _)| field.clear());
                Said::Fields(Problems(Fields(fields)))
            }
        };
        Ok(Self { code: body.code, errors })
    }
}

impl PartialSchema for Errors {
    fn schema() -> RefOr<Schema> {
        let texts = || ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String)).build();
        let body = || {
            let code = ObjectBuilder::new().schema_type(Type::Integer).description(Some("The HTTP status"));
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .property("code", code)
                .required("code")
                .required("errors")
        };
        let fields = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("Each field at fault with its messages; `base` is the body as a whole"))
            .additional_properties(Some(AdditionalProperties::RefOr(Schema::Array(texts()).into())));
        let plain = body()
            .title(Some("Sentences"))
            .property("errors", texts())
            .examples([printed::value(printed::NOT_AUTHENTICATED), printed::value(printed::NOT_FOUND)]);
        let by_field = body()
            .title(Some("By field"))
            .property("errors", fields)
            .property("full_errors", texts())
            .required("full_errors")
            .examples([printed::value(printed::ALREADY_TAKEN)]);
        Schema::from(
            OneOfBuilder::new().description(Some("What is wrong about a request")).item(plain).item(by_field),
        )
        .into()
    }
}

impl ToSchema for Errors {}
