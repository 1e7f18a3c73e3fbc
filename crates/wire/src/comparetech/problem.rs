//! The 422 body: every field at fault with what is wrong about it, in the order of the documented fields.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::{Fields, Problems};

/// Written as `{"error": "address.city is required", "errors": {"address.city": ["is required"]}}`.
impl Serialize for Problems {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(Some(2))?;
        body.serialize_entry("error", &self.to_string())?;
        body.serialize_entry("errors", &self.0)?;
        body.end()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, messages)| (field, messages)))
    }
}

impl<'de> Deserialize<'de> for Problems {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Body {
            errors: Fields,
        }
        Body::deserialize(deserializer).map(|body| Self(body.errors))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields and their messages")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    fields.push(entry);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

impl PartialSchema for Problems {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let messages = ArrayBuilder::new().items(text()).build();
        let errors = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "The path of each field at fault, with its messages; empty for the body as a whole",
            ))
            .additional_properties(Some(AdditionalProperties::RefOr(Schema::Array(messages).into())));
        Schema::from(
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .description(Some("What is wrong about a request"))
                .property("error", text().description(Some("The first problem")))
                .property("errors", errors)
                .required("error")
                .required("errors")
                .examples([
                    json!({"error": "address.city is required", "errors": {"address.city": ["is required"]}}),
                ]),
        )
        .into()
    }
}

impl ToSchema for Problems {}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_body_names_the_first_problem_and_every_field_in_order() {
        let mut problems = Problems::one("zeta", "is required");
        problems.add("address.city", "is required");
        problems.add("zeta", "is odd");
        let text = serde_json::to_string(&problems).unwrap();
        assert_eq!(
            text,
            r#"{"error":"zeta is required","errors":{"zeta":["is required","is odd"],"address.city":["is required"]}}"#
        );
        assert_eq!(serde_json::from_str::<Problems>(&text).unwrap(), problems);
    }

    #[test]
    fn a_problem_of_the_whole_body_stands_under_the_empty_field() {
        let body = serde_json::to_value(Problems::body("body must be an object")).unwrap();
        assert_eq!(
            body,
            json!({"error": "body must be an object", "errors": {"": ["body must be an object"]}})
        );
    }
}
