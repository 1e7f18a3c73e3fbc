//! How a request is read: each field on its own, leniently, with the JSON Schema of exactly the values that it takes.
//! Nothing is refused here: which of several faults is told is the dialect's matter.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{RefOr, Schema};

use crate::field::nullable;

/// A field as a client left it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// There, but not such a value.
    Wrong,
    /// What it should be.
    Is(T),
}

impl<T> Given<T> {
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong)
    }

    /// `None` where it is absent or wrong.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Wrong => None,
        }
    }

    /// The same, taken.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Wrong => None,
        }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Wrong => Given::Wrong,
            Self::Is(value) => Given::Is(f(value)),
        }
    }

    pub(super) fn says_nothing(&self) -> bool {
        self.value().is_none()
    }

    pub(super) fn read<R: Reader<T> + ?Sized>(value: Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            value => R::take(value).map_or(Self::Wrong, Self::Is),
        }
    }

    pub(super) fn taken<R: Reader<T> + ?Sized>(map: &mut Map<String, Value>, name: &str) -> Self {
        map.remove(name).map_or(Self::Absent, Self::read::<R>)
    }

    /// The path from here to what is wrong.
    pub(super) fn fault<R: Reader<T> + ?Sized>(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Wrong => Some(String::new()),
            Self::Is(value) => R::fault(value),
        }
    }
}

impl Given<String> {
    /// A text that says something.
    pub fn text(&self) -> Option<&str> {
        self.value().map(String::as_str).filter(|text| !text.is_empty())
    }
}

impl<T> Given<Vec<T>> {
    /// Both lists as one.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Absent, one) | (one, Self::Absent) => one,
            (Self::Is(mut one), Self::Is(more)) => {
                one.extend(more);
                Self::Is(one)
            }
            (Self::Wrong, _) | (_, Self::Wrong) => Self::Wrong,
        }
    }
}

/// What is wrong cannot be written: it is `null`, as if it were absent.
impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// The body of a request is no JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnObject;

impl fmt::Display for NotAnObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("body must be an object")
    }
}

impl std::error::Error for NotAnObject {}

/// How a `T` is read. Most types read themselves.
pub(super) trait Reader<T = Self> {
    /// `value` is not `null`.
    fn take(value: Value) -> Option<T>;

    /// The schema of exactly the values that [`Reader::take`] takes, and in which nothing is wrong.
    fn shape() -> Schema;

    /// The path to the first thing inside that is wrong: `.zip`, `[].product`.
    fn fault(_: &T) -> Option<String> {
        None
    }
}

/// A list, each entry read on its own; `null` is none. At most 100 entries.
impl<T, R: Reader<T>> Reader<Vec<Given<T>>> for [R] {
    fn take(value: Value) -> Option<Vec<Given<T>>> {
        let Value::Array(entries) = value else { return None };
        let some = |entries: Vec<Value>| entries.into_iter().filter(|entry| !entry.is_null());
        (entries.len() <= 100).then(|| some(entries).map(Given::read::<R>).collect())
    }

    fn shape() -> Schema {
        ArrayBuilder::new().items(RefOr::from(nullable(R::shape()))).max_items(Some(100)).into()
    }

    fn fault(list: &Vec<Given<T>>) -> Option<String> {
        list.iter().find_map(Given::fault::<R>).map(|path| format!("[]{path}"))
    }
}

/// Declares objects of requests: each field with its name on the wire (and another that it may have), its type and,
/// if the type does not read itself, who does.
macro_rules! given {
    ($(
        $(#[doc = $about:literal])+
        $name:ident $(like $example:path)? {$(
            $(#[doc = $note:literal])+
            $field:ident = $word:literal $(| $other:literal)?: $type:ty $(as $reader:ty)?,
        )+}
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Default, PartialEq, serde::Serialize)]
        pub struct $name {$(
            $(#[doc = $note])+
            #[serde(rename = $word, skip_serializing_if = "super::given::Given::says_nothing")]
            pub $field: super::given::Given<$type>,
        )+}

        impl $name {
            /// Reads a body. Fields that are not known are passed over.
            pub fn parse(body: serde_json::Value) -> Result<Self, super::given::NotAnObject> {
                <Self as super::given::Reader>::take(body).ok_or(super::given::NotAnObject)
            }

            /// The path of the first field, in the order of the documentation, that is there but not such a value:
            /// `address.zip`, `notify[]`.
            pub fn wrong(&self) -> Option<String> {
                <Self as super::given::Reader>::fault(self)?.strip_prefix('.').map(str::to_owned)
            }
        }

        impl super::given::Reader for $name {
            fn take(value: serde_json::Value) -> Option<Self> {
                use super::given::{Given, by};
                let serde_json::Value::Object(mut map) = value else { return None };
                Some(Self {$(
                    $field: {
                        let taken = Given::taken::<by!($type $(, $reader)?)>;
                        taken(&mut map, $word)$(.and(taken(&mut map, $other)))?
                    },
                )+})
            }

            fn shape() -> utoipa::openapi::Schema {
                use super::given::{Reader, by};
                use crate::field::{Shape, described, nullable};
                let object = Shape::new(concat!($($about),+).trim());
                $(
                    let shape = <by!($type $(, $reader)?) as Reader<$type>>::shape;
                    let note = concat!($($note),+).trim();
                    let object = object.may_be($word, described(nullable(shape()), note));
                    $(let object = object.may_be($other, described(nullable(shape()), note));)?
                )+
                $(let object = object.example(super::printed::value($example));)?
                object.build()
            }

            fn fault(object: &Self) -> Option<String> {
                use super::given::by;
                None$(.or_else(|| {
                    let path = object.$field.fault::<by!($type $(, $reader)?)>()?;
                    Some(format!(concat!(".", $word, "{}"), path))
                }))+
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                <Self as super::given::Reader>::shape().into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}
pub(super) use given;

/// Who reads a type.
macro_rules! by {
    ($type:ty) => {
        $type
    };
    ($type:ty, $reader:ty) => {
        $reader
    };
}
pub(super) use by;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn null_is_absent_and_another_value_is_right_or_wrong() {
        let read = Given::read::<bool>;
        assert_eq!(read(Value::Null), Given::Absent);
        assert_eq!(read("yes".into()), Given::Wrong);
        assert_eq!(read(true.into()).map(|it| !it), Given::Is(false));
        assert_eq!((read(true.into()).into_value(), read(7.into()).into_value()), (Some(true), None));
    }

    #[test]
    fn entries_of_a_list_are_right_or_wrong_one_by_one() {
        let read = Given::read::<[bool]>;
        let list = read(serde_json::json!([true, null, "x", 0]));
        assert_eq!(list, Given::Is(vec![Given::Is(true), Given::Wrong, Given::Is(false)]));
        assert_eq!(list.fault::<[bool]>().as_deref(), Some("[]"));
        assert_eq!(read(vec![true; 101].into()), Given::Wrong);
        assert_eq!(read(serde_json::json!({})), Given::Wrong);
    }

    #[test]
    fn two_lists_are_one_unless_one_is_wrong() {
        let list = |entries: &[i64]| Given::Is(entries.to_vec());
        assert_eq!(list(&[1]).and(list(&[2])), list(&[1, 2]));
        assert_eq!(Given::Absent.and(list(&[2])), list(&[2]));
        assert_eq!(list(&[1]).and(Given::Absent), list(&[1]));
        assert_eq!(list(&[1]).and(Given::Wrong), Given::Wrong);
    }

    #[test]
    fn an_empty_text_says_nothing() {
        assert_eq!(Given::Is(String::new()).text(), None);
        assert_eq!(Given::Is("a".to_owned()).text(), Some("a"));
    }
}
