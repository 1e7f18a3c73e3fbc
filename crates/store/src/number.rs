//! The two identities of an aggregate, one found by the other, for dialects that show numbers. Who may see the
//! aggregate is asked where it is read.

use crate::sql::Sql;
use crate::{Error, Tx, args, statements};

statements! {
    ORGANIZATION_ID = "SELECT id FROM organization WHERE number = $1";
    ORGANIZATION_NUMBER = "SELECT number FROM organization WHERE id = $1";
    CUSTOMER_ID = "SELECT id FROM customer WHERE number = $1";
    CUSTOMER_NUMBER = "SELECT number FROM customer WHERE id = $1";
    USER_ID = "SELECT id FROM member WHERE number = $1";
    USER_NUMBER = "SELECT number FROM member WHERE id = $1";
    KEY_ID = "SELECT id FROM api_key WHERE number = $1";
    KEY_NUMBER = "SELECT number FROM api_key WHERE id = $1";
    REQUEST_ID = "SELECT id FROM quote_request WHERE number = $1";
    REQUEST_NUMBER = "SELECT number FROM quote_request WHERE id = $1";
    ACCOUNT_ID = "SELECT id FROM account WHERE number = $1";
    ACCOUNT_NUMBER = "SELECT number FROM account WHERE id = $1";
    DOCUMENT_ID = "SELECT id FROM document WHERE number = $1";
    DOCUMENT_NUMBER = "SELECT number FROM document WHERE id = $1";
}

/// Of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    Organization,
    Customer,
    User,
    Key,
    QuoteRequest,
    Account,
    Document,
}

impl Of {
    /// The statement for the id, and that for the number.
    fn statements(self) -> (Sql, Sql) {
        match self {
            Of::Organization => (ORGANIZATION_ID, ORGANIZATION_NUMBER),
            Of::Customer => (CUSTOMER_ID, CUSTOMER_NUMBER),
            Of::User => (USER_ID, USER_NUMBER),
            Of::Key => (KEY_ID, KEY_NUMBER),
            Of::QuoteRequest => (REQUEST_ID, REQUEST_NUMBER),
            Of::Account => (ACCOUNT_ID, ACCOUNT_NUMBER),
            Of::Document => (DOCUMENT_ID, DOCUMENT_NUMBER),
        }
    }
}

pub fn id(tx: &mut Tx<'_>, of: Of, number: i64) -> Result<Option<[u8; 16]>, Error> {
    let found = tx.first(of.statements().0, args![number], |row| row.get::<Vec<u8>>("id"))?;
    let sixteen =
        |bytes: Vec<u8>| bytes.try_into().map_err(|_| Error::Corrupt("column id: not sixteen bytes".into()));
    found.map(sixteen).transpose()
}

pub fn number(tx: &mut Tx<'_>, of: Of, id: &[u8; 16]) -> Result<Option<i64>, Error> {
    tx.first(of.statements().1, args![id.as_slice()], |row| row.get("number"))
}
