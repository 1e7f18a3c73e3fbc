//! How a request is read: each type of field says in one place how it is read from JSON and which JSON Schema says
//! the same, so that the OpenAPI document and the parser cannot part. Problems are collected, not thrown.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{
    AllOfBuilder, AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Schema};

use crate::problem::Problems;

/// A type that a field of a request may have.
pub(super) trait Field: Sized {
    /// Reads the value, or names what is wrong with it and gives nothing.
    fn read(value: Value, at: &mut At<'_>) -> Option<Self>;

    /// The schema of exactly the values that [`Field::read`] takes.
    fn shape() -> Schema;
}

/// The place in a body that is being read.
pub(super) struct At<'p> {
    path: Cow<'static, str>,
    problems: &'p mut Problems,
}

impl At<'_> {
    pub(super) fn refuse<T>(&mut self, message: impl Into<String>) -> Option<T> {
        self.problems.add(self.path.clone(), message);
        None
    }

    fn below(&mut self, name: impl fmt::Display) -> At<'_> {
        let path = if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) };
        At { path: path.into(), problems: self.problems }
    }

    pub(super) fn string(&mut self, value: Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            _ => self.refuse("must be a string"),
        }
    }

    /// The whole numbers of JSON Schema: `3` and `3.0`, not `3.5`.
    pub(super) fn integer(&mut self, value: &Value, first: i64, last: i64) -> Option<i64> {
        let Value::Number(number) = value else {
            return self.refuse("must be an integer");
        };
        let whole = match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Some(whole),
            (None, Some(float)) if float.fract() != 0.0 => return self.refuse("must be an integer"),
            // Bounds are below 2^53, where floats are exact; what is larger becomes the largest.
            (None, Some(float)) => Some(float as i64),
            (None, None) => None,
        };
        whole
            .filter(|whole| (first..=last).contains(whole))
            .or_else(|| self.refuse(format!("must be between {first} and {last}")))
    }

    pub(super) fn fields(&mut self, value: Value) -> Option<Fields<'_>> {
        match value {
            Value::Object(map) => {
                Some(Fields { map, at: At { path: self.path.clone(), problems: self.problems } })
            }
            _ if self.path.is_empty() => self.refuse("body must be an object"),
            _ => self.refuse("must be an object"),
        }
    }
}

/// The fields of an object, taken one after the other.
pub(super) struct Fields<'p> {
    map: Map<String, Value>,
    at: At<'p>,
}

impl Fields<'_> {
    /// A field that must be there; `null` is as good as nothing.
    pub(super) fn required<T: Field>(&mut self, name: &str) -> Option<T> {
        let mut at = self.at.below(name);
        match self.map.remove(name) {
            None | Some(Value::Null) => at.refuse("is required"),
            Some(value) => T::read(value, &mut at),
        }
    }

    /// A field that may be left out or `null`.
    pub(super) fn optional<T: Field>(&mut self, name: &str) -> Option<T> {
        let value = self.map.remove(name).filter(|value| !value.is_null())?;
        T::read(value, &mut self.at.below(name))
    }

    /// An object that must be there, whose fields are named in problems as if they stood in the body itself.
    pub(super) fn wrapper<T: Field>(&mut self, name: &str) -> Option<T> {
        match self.map.remove(name) {
            Some(value @ Value::Object(_)) => {
                T::read(value, &mut At { path: self.at.path.clone(), problems: self.at.problems })
            }
            None | Some(Value::Null) => self.at.below(name).refuse("is required"),
            Some(_) => self.at.below(name).refuse("must be an object"),
        }
    }

    /// Whether one of these is there and not `null`.
    pub(super) fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.map.get(*name).is_some_and(|value| !value.is_null()))
    }

    /// Refuses one field, or with an empty name the object itself.
    pub(super) fn refuse<T>(&mut self, name: &str, message: &str) -> Option<T> {
        if name.is_empty() { self.at.refuse(message) } else { self.at.below(name).refuse(message) }
    }

    /// What was not taken.
    pub(super) fn rest(self) -> Extra {
        Extra(self.map)
    }
}

/// Reads a whole body: either everything about it is right, or the problems are named.
pub(super) fn parse<T: Field>(body: Value) -> Result<T, Problems> {
    let mut problems = Problems::new();
    let read = T::read(body, &mut At { path: Cow::Borrowed(""), problems: &mut problems });
    match read {
        Some(read) if problems.is_empty() => Ok(read),
        None if problems.is_empty() => Err(Problems::body("body is incomplete")),
        _ => Err(problems),
    }
}

/// Fields that this version does not know: accepted, and echoed as they came.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Extra(Map<String, Value>);

impl Extra {
    /// The value of one field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether every field was known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }
}

/// A client may put anything here: only the number is shown.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extra({} hidden)", self.0.len())
    }
}

/// The schema of an object with the fields that a parser takes; others are allowed.
pub(super) struct Shape(ObjectBuilder);

impl Shape {
    pub(super) fn new(description: &str) -> Self {
        Self(ObjectBuilder::new().schema_type(Type::Object).description(Some(description)))
    }

    pub(super) fn required<T: Field>(self, name: &str, description: &str) -> Self {
        self.exactly(name, described(T::shape(), description))
    }

    pub(super) fn optional<T: Field>(self, name: &str, description: &str) -> Self {
        Self(self.0.property(name, described(nullable(T::shape()), description)))
    }

    /// A required field with a schema of its own.
    pub(super) fn exactly(self, name: &str, schema: impl Into<RefOr<Schema>>) -> Self {
        Self(self.0.property(name, schema).required(name))
    }

    /// A field with a schema of its own that may be left out.
    pub(super) fn may_be(self, name: &str, schema: impl Into<RefOr<Schema>>) -> Self {
        Self(self.0.property(name, schema))
    }

    pub(super) fn titled(self, title: &str) -> Self {
        Self(self.0.title(Some(title)))
    }

    pub(super) fn example(self, example: Value) -> Self {
        Self(self.0.examples([example]))
    }

    pub(super) fn build(self) -> Schema {
        self.0.into()
    }
}

/// An object in which at least one of these fields is there and not `null`.
pub(super) fn at_least_one(object: Schema, fields: Vec<(&str, Schema)>) -> Schema {
    let one = |(name, shape): (&str, Schema)| {
        ObjectBuilder::new().schema_type(Type::Object).property(name, shape).required(name)
    };
    let any = fields.into_iter().map(one).fold(AnyOfBuilder::new(), AnyOfBuilder::item);
    AllOfBuilder::new().item(object).item(Schema::from(any)).into()
}

/// A request that is read as a whole: `parse`, the same by `serde`, and the schema under a name of its own.
macro_rules! request {
    ($($request:ident as $name:literal,)+) => {$(
        impl $request {
            /// Reads a body, or says all that is wrong with it.
            pub fn parse(body: serde_json::Value) -> Result<Self, $crate::problem::Problems> {
                $crate::field::parse(body)
            }
        }

        impl TryFrom<serde_json::Value> for $request {
            type Error = $crate::problem::Problems;

            fn try_from(body: serde_json::Value) -> Result<Self, Self::Error> {
                Self::parse(body)
            }
        }

        $crate::field::schema!($request as $name);
    )+};
}
pub(super) use request;

/// The schema of a field's type, under a name of its own.
macro_rules! schema {
    ($field:ident as $name:literal) => {
        impl utoipa::PartialSchema for $field {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                <Self as $crate::field::Field>::shape().into()
            }
        }

        impl utoipa::ToSchema for $field {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}
pub(super) use schema;

pub(super) fn described(mut schema: Schema, text: &str) -> Schema {
    let text = Some(text.to_owned());
    match &mut schema {
        Schema::Object(object) => object.description = text,
        Schema::Array(array) => array.description = text,
        Schema::OneOf(one) => one.description = text,
        Schema::AnyOf(any) => any.description = text,
        Schema::AllOf(all) => all.description = text,
        _ => {}
    }
    schema
}

pub(super) fn nullable(mut schema: Schema) -> Schema {
    let schema_type = match &mut schema {
        Schema::Object(object) => {
            object.enum_values.iter_mut().for_each(|values| values.push(Value::Null));
            &mut object.schema_type
        }
        Schema::Array(array) => &mut array.schema_type,
        _ => {
            return OneOfBuilder::new()
                .item(schema)
                .item(ObjectBuilder::new().schema_type(Type::Null))
                .into();
        }
    };
    match schema_type {
        SchemaType::Type(one) => *schema_type = SchemaType::Array(vec![one.clone(), Type::Null]),
        SchemaType::Array(many) => many.push(Type::Null),
        SchemaType::AnyValue => {}
    }
    schema
}

impl Field for bool {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        value.as_bool().or_else(|| at.refuse("must be true or false"))
    }

    fn shape() -> Schema {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }
}

/// The largest number of an id: floats, and so JavaScript, hold every integer up to it.
const LAST_ID: i64 = (1 << 53) - 1;

/// The number of an action.
impl Field for i64 {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        at.integer(&value, 1, LAST_ID)
    }

    fn shape() -> Schema {
        integer(1, LAST_ID).examples([134]).into()
    }
}

pub(super) fn integer(first: i64, last: i64) -> ObjectBuilder {
    // utoipa's bounds are i64 here only through isize, which is as wide on every machine we run on.
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(first as isize)).maximum(Some(last as isize))
}

/// At most 100 entries.
impl<T: Field> Field for Vec<T> {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let Value::Array(entries) = value else {
            return at.refuse("must be an array");
        };
        if entries.len() > 100 {
            return at.refuse("must have at most 100 entries");
        }
        let count = entries.len();
        let read: Vec<T> = (0..)
            .zip(entries)
            .filter_map(|(index, entry): (usize, _)| T::read(entry, &mut at.below(index)))
            .collect();
        (read.len() == count).then_some(read)
    }

    fn shape() -> Schema {
        ArrayBuilder::new().items(RefOr::from(T::shape())).max_items(Some(100)).into()
    }
}

/// A request as a JSON object.
pub(super) fn echo(request: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(request) {
        Ok(Value::Object(map)) => map,
        // Not reachable: a request is an object of texts, numbers and JSON values.
        _ => Map::new(),
    }
}
