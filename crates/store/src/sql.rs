//! Statements, their arguments and the rows they answer: one text for both engines. No statement
//! stands here.

use crate::Error;
use model::id::Identity;
use model::time::Timestamp;
use std::borrow::Cow;

/// A statement, written once with `$1` placeholders. No other `$` may stand in it.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// For the test that prepares every statement, and for error messages.
    pub name: &'static str,
    pub postgres: &'static str,
    /// The same with `?1`: SQLite numbers `$1` by order of appearance.
    pub sqlite: &'static str,
}

/// `$` becomes `?`; the length stays. For [`statements!`].
pub const fn question_marks<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    let mut out = [0u8; N];
    let mut i = 0;
    while i < N {
        out[i] = if bytes[i] == b'$' { b'?' } else { bytes[i] };
        i += 1;
    }
    out
}

/// Declares named statements, and `STATEMENTS` with all of them.
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)+) => {
        $(
            $(#[$meta])*
            pub(crate) const $name: $crate::sql::Sql = {
                const TEXT: &str = $text;
                const BYTES: [u8; TEXT.len()] = $crate::sql::question_marks(TEXT);
                const SQLITE: &str = match std::str::from_utf8(&BYTES) { Ok(text) => text, Err(_) => "" };
                $crate::sql::Sql { name: concat!(module_path!(), "::", stringify!($name)), postgres: TEXT, sqlite: SQLITE }
            };
        )+
        pub(crate) const STATEMENTS: &[$crate::sql::Sql] = &[$($name),+];
    };
}

/// An argument of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    Null,
    Int(i64),
    Real(f64),
    Bool(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
}

macro_rules! arg_from {
    ($($type:ty => $value:ident => $arg:expr),+ $(,)?) => {$(
        impl<'a> From<$type> for Arg<'a> { fn from($value: $type) -> Self { $arg } }
    )+};
}
arg_from! {
    i64 => v => Arg::Int(v),
    f64 => v => Arg::Real(v),
    bool => v => Arg::Bool(v),
    Timestamp => v => Arg::Int(v.micros()),
    &'a str => v => Arg::Text(v),
    &'a String => v => Arg::Text(v),
    &'a [u8] => v => Arg::Bytes(v),
    &'a Vec<u8> => v => Arg::Bytes(v),
}
impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Arg::Null, Into::into)
    }
}

/// The arguments of a statement, in order.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::sql::Arg::from($value)),*] };
}

/// PostgreSQL's texts cannot hold the character 0, which a carrier's answer may: both engines keep
/// U+FFFD in its place.
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

impl rusqlite::ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Arg::Null => ToSqlOutput::Owned(Value::Null),
            Arg::Int(v) => ToSqlOutput::Owned(Value::Integer(*v)),
            Arg::Real(v) => ToSqlOutput::Owned(Value::Real(*v)),
            Arg::Bool(v) => ToSqlOutput::Owned(Value::Integer(i64::from(*v))),
            Arg::Text(v) => match without_nul(v) {
                Cow::Borrowed(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
                Cow::Owned(v) => ToSqlOutput::Owned(Value::Text(v)),
            },
            Arg::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
        })
    }
}

impl postgres::types::ToSql for Arg<'_> {
    fn to_sql(
        &self,
        kind: &postgres::types::Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Arg::Null => Ok(postgres::types::IsNull::Yes),
            Arg::Int(v) => v.to_sql(kind, out),
            Arg::Real(v) => v.to_sql(kind, out),
            Arg::Bool(v) => v.to_sql(kind, out),
            Arg::Text(v) => without_nul(v).as_ref().to_sql(kind, out),
            Arg::Bytes(v) => v.to_sql(kind, out),
        }
    }

    fn accepts(_: &postgres::types::Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// One row of an answer, read by the names of its columns.
#[derive(Clone, Copy)]
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    pub fn get<T: Column>(&self, name: &str) -> Result<T, Error> {
        T::column(self, name)
    }

    /// A column that holds one of an enumeration's words.
    pub fn word<T: std::str::FromStr>(&self, name: &str) -> Result<T, Error> {
        let word: String = self.get(name)?;
        word.parse().map_err(|_| Error::Corrupt(format!("column {name}: unknown word `{word}`")))
    }

    /// A column that holds a count, or nothing.
    pub fn count(&self, name: &str) -> Result<Option<u32>, Error> {
        let stored: Option<i64> = self.get(name)?;
        let wrong = |_| Error::Corrupt(format!("column {name} holds no count"));
        stored.map(|count| u32::try_from(count).map_err(wrong)).transpose()
    }

    /// A column that holds JSON as text.
    pub fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        let text: String = self.get(name)?;
        serde_json::from_str(&text).map_err(|e| Error::Corrupt(format!("column {name}: {e}")))
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    fn column(row: &Row<'_>, name: &str) -> Result<Self, Error>;
}

macro_rules! plain_columns {
    ($($type:ty),+) => {$(
        impl Column for $type {
            fn column(row: &Row<'_>, name: &str) -> Result<Self, Error> {
                match row {
                    Row::Sqlite(row) => row.get(name).map_err(|e| unreadable(name, &e)),
                    Row::Postgres(row) => row.try_get(name).map_err(|e| unreadable(name, &e)),
                }
            }
        }
        impl Column for Option<$type> {
            fn column(row: &Row<'_>, name: &str) -> Result<Self, Error> {
                match row {
                    Row::Sqlite(row) => row.get(name).map_err(|e| unreadable(name, &e)),
                    Row::Postgres(row) => row.try_get(name).map_err(|e| unreadable(name, &e)),
                }
            }
        }
    )+};
}
plain_columns!(i64, f64, bool, String, Vec<u8>);

/// The statement does not answer such a column: a mistake of ours, never the connection's.
fn unreadable(name: &str, error: &dyn std::error::Error) -> Error {
    Error::Internal(format!("column {name}: {error}"))
}

impl Column for Timestamp {
    fn column(row: &Row<'_>, name: &str) -> Result<Self, Error> {
        row.get(name).map(Timestamp::from_micros)
    }
}
impl Column for Option<Timestamp> {
    fn column(row: &Row<'_>, name: &str) -> Result<Self, Error> {
        Ok(row.get::<Option<i64>>(name)?.map(Timestamp::from_micros))
    }
}

macro_rules! identities {
    ($($name:ident),+ $(,)?) => {$(
        impl<'a> From<&'a model::id::$name> for Arg<'a> {
            fn from(id: &'a model::id::$name) -> Self {
                Arg::Bytes(id.bytes())
            }
        }
        impl Column for model::id::$name {
            fn column(row: &Row<'_>, name: &str) -> Result<Self, Error> {
                identity(row.get(name)?, name)
            }
        }
        impl Column for Option<model::id::$name> {
            fn column(row: &Row<'_>, name: &str) -> Result<Self, Error> {
                row.get::<Option<Vec<u8>>>(name)?.map(|bytes| identity(bytes, name)).transpose()
            }
        }
    )+};
}
identities! {
    OrganizationId, UserId, KeyId, CarrierId, PremiseId, ProductId, CustomerId, QualificationId,
    OrderId, ServiceId, ActionId, PromptId, AttemptId, ExchangeId, TaskId, EventId, ImportId, AreaId, AccessId,
    WorkOrderId, ServiceChangeId, QuoteRequestId, AccountId, DocumentId, MailId, SessionId, RetentionId, ServiceAccountId,
}

fn identity<I: Identity>(bytes: Vec<u8>, name: &str) -> Result<I, Error> {
    let bytes = bytes.try_into().map_err(|_| Error::Corrupt(format!("column {name}: not sixteen bytes")))?;
    Ok(I::from_bytes(bytes))
}
