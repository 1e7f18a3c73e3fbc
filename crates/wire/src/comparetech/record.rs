//! The action record: the answer to every POST and to `GET /status/{id}`.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{AddressVariants, INFO, Info, Status, Timestamp, printed};

/// One action as its caller sees it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(printed::coverage_pending, printed::coverage_done, printed::coverage_canceled))]
pub struct Record {
    /// To ask for the action's status by.
    pub id: i64,
    /// Driver and operation: `fastweb:coverage`.
    pub action: String,
    /// Where it stands.
    pub status: Status,
    /// Empty at first; later the request, and what became of it.
    pub payload: Payload,
    /// Only of a canceled action, and always the same text: the reason is in `payload.__info.error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
    /// When the action was accepted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The payload and a carrier's text may hold personal data: they are not shown.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("action", &self.action)
            .field("status", &self.status)
            .field("payload", &self.payload)
            .field("error", &self.error.as_ref().map(|_| "hidden"))
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish()
    }
}

/// The request as it was sent, with `__info` beside its fields.
#[derive(Clone, Default, PartialEq)]
pub struct Payload {
    echo: Map<String, Value>,
    info: Option<Info>,
}

impl Payload {
    /// A payload that echoes a request (a field `__info` in it is dropped: that one is ours).
    pub fn new(mut echo: Map<String, Value>, info: Option<Info>) -> Self {
        echo.remove(INFO);
        Self { echo, info }
    }

    /// Puts the variants beside the fields of the echoed address, if there is one.
    pub fn with_variants(mut self, variants: &AddressVariants) -> Self {
        if let Some(Value::Object(address)) = self.echo.get_mut("address")
            && let Ok(Value::Object(variants)) = serde_json::to_value(variants)
        {
            address.extend(variants);
        }
        self
    }

    /// The fields of the request.
    pub fn echo(&self) -> &Map<String, Value> {
        &self.echo
    }

    /// What the server added.
    pub fn info(&self) -> Option<&Info> {
        self.info.as_ref()
    }
}

/// The request is personal: only what became of it is shown.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} hidden, {:?})", self.echo.len(), self.info)
    }
}

// By hand, because `flatten` would read the prices in `__info` by way of binary floats.
impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut payload =
            serializer.serialize_map(Some(self.echo.len() + usize::from(self.info.is_some())))?;
        for (name, value) in &self.echo {
            payload.serialize_entry(name, value)?;
        }
        if let Some(info) = &self.info {
            payload.serialize_entry(INFO, info)?;
        }
        payload.end()
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Payload;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a payload object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Payload, A::Error> {
                let mut payload = Payload::default();
                while let Some(name) = map.next_key::<String>()? {
                    if name == INFO {
                        payload.info = map.next_value()?;
                    } else {
                        payload.echo.insert(name, map.next_value()?);
                    }
                }
                Ok(payload)
            }

            // PHP servers write an empty object as an empty array.
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Payload, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(Payload::default()),
                    Some(_) => Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
                }
            }
        }

        deserializer.deserialize_any(Fields)
    }
}

impl PartialSchema for Payload {
    fn schema() -> RefOr<Schema> {
        Schema::from(
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .description(Some(
                    "The request as it was sent (address variants added), and what became of it",
                ))
                .property(INFO, Ref::from_schema_name(Info::name())),
        )
        .into()
    }
}

impl ToSchema for Payload {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Info::name().into_owned(), Info::schema()));
        Info::schemas(schemas);
    }
}
