//! The OpenAPI document: what the operations have in common, in the words of a client. Each operation is described where
//! it is written.

use super::caller::TOKEN;
use crate::idempotency;
use crate::parameter::parameters;
use ::wire::telecomx::{Account, AccountBrief, Error, Moment, Request, RequestBrief};
use std::collections::BTreeMap;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr, Response, Server};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};

const ABOUT: &str = "Ask whether and for how much internet access can be had at an address, order it from an offer, and follow the account until it \
     is given up.\n\n\
     A token comes from `POST /auth/login`, from `POST /employee/{id}/token`, or is an API key of the installation. It stands in the header \
     `Authorization: Bearer TOKEN`, in `X-API-Key`, in the member `token` of a body, in the query or in the cookie `token`.\n\n\
     An error is `{\"error\": {\"code\", \"message\", \"description\"}}`, where the message names the field at fault; of several, the first is told. \
     What belongs to others is answered as what does not exist.";

/// The document, for a server whose routes are mounted at this path.
pub fn openapi(server_path: &str) -> OpenApi {
    let mut document = super::routes().into_openapi();
    document.info = InfoBuilder::new()
        .title("Demarc: the TelecomX dialect")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    document.servers = Some(vec![Server::new(server_path)]);
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(TOKEN)));
    let schemes = [("bearer", bearer), ("key", key), ("cookie", cookie)];
    let needs =
        |(name, _): &(&str, SecurityScheme)| SecurityRequirement::new::<_, [&str; 0], &str>(*name, []);
    document.security = Some(schemes.iter().map(needs).collect());
    let components = document.components.get_or_insert_default();
    components.security_schemes.extend(schemes.map(|(name, scheme)| (name.to_owned(), scheme.into())));
    // What only responses name is not found by itself.
    let mut named: Vec<(String, RefOr<Schema>)> = vec![(Error::name().into_owned(), Error::schema())];
    Error::schemas(&mut named);
    components.schemas.extend(named);
    document
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// In a query an empty one is as good as none.
fn query_id() -> RefOr<Schema> {
    text().pattern(Some(r"^[^\u0000-\u001f\u007f-\u009f]{0,64}$")).into()
}

fn any() -> RefOr<Schema> {
    text().into()
}

fn filter() -> RefOr<Schema> {
    text().max_length(Some(255)).into()
}

/// In a path an id has no slash.
fn path_id() -> RefOr<Schema> {
    text().pattern(Some("^[0-9A-Za-z]{1,64}$")).examples(["7271737400000000000004d2"]).into()
}

fn flag() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Boolean).into()
}

fn whole(first: isize, last: isize) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(first)).maximum(Some(last)).into()
}

fn one_of(words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    text().enum_values(Some(words)).into()
}

/// A token as somebody has it.
fn token() -> RefOr<Schema> {
    text().pattern(Some("^[0-9A-Za-z_]{1,200}$")).into()
}

parameters! {
    /// `{id}` in a path.
    Id { "id": Path True path_id(), "Its id"; }
    /// `{id}` and `{token}` in a path.
    IdAndToken {
        "id": Path True path_id(), "The employee's id";
        "token": Path True token(), "The token";
    }
    /// `{id}` and `{document}` in a path.
    DocumentAt {
        "id": Path True path_id(), "The account's id";
        "document": Path True path_id(), "The document's id";
    }
    /// The part of a list.
    Listed {
        "offset": Query False whole(0, 2_147_483_647), "So many are left out";
        "limit": Query False whole(1, 500), "At most so many: 100 where nothing is said";
        "filter": Query False filter(), "Text in the record, in any case";
    }
    /// Whose records.
    OfOwner {
        "customer": Query False query_id(), "Of this customer";
        "reseller": Query False query_id(), "Of this reseller";
    }
    /// Which requests.
    RequestsOf {
        "customer": Query False query_id(), "Of this customer";
        "reseller": Query False query_id(), "Of this reseller";
        "state": Query False one_of(["ANY", "NEW", "HAS_OFFER"]), "Without offers, or with some";
        "full": Query False flag(), "Whole requests";
    }
    /// Which accounts.
    AccountsOf {
        "customer": Query False query_id(), "Of this customer";
        "reseller": Query False query_id(), "Of this reseller";
        "state": Query False one_of(["ANY", "ORDERED", "CONFIRMED", "ACTIVE", "CANCELLED"]), "In this state";
        "changerequest": Query False one_of(["ANY", "NONE", "REQUESTED", "ORDERED"]), "With a change of product that far";
        "up": Query False flag(), "Whether the line carries traffic";
        "full": Query False flag(), "Whole accounts";
        "csv": Query False flag(), "As a table";
    }
    /// Which products.
    ProductsOf {
        "type": Query False one_of(std::iter::once("ANY").chain(model::product::Kind::ALL.iter().map(|kind| kind.word()))), "Of this type";
        "customer": Query False query_id(), "As this customer has them";
        "reseller": Query False query_id(), "As this reseller has them";
        "master": Query False flag(), "As the network has them";
        "all": Query False flag(), "Also those that are not sold now";
    }
    /// More of an account.
    Expand { "expand": Query False flag(), "With the names of what it names"; }
    /// How an account ends.
    Ending {
        "date": Query False Moment::schema(), "The day; without it as soon as may be";
        "force": Query False flag(), "Now, whatever it is bound by. ADMIN";
        "cancel": Query False flag(), "Take an end back that is still to come. ADMIN";
    }
    /// Which tokens.
    ClearTokens { "all": Query False flag(), "Also those of people who are signed in"; }
    /// Addresses by what people write.
    Lookup {
        "query": Query True any(), "Road, number, floor, door, zip code, city, as far as they are known";
        "limit": Query False whole(1, 50), "At most so many: 10 where nothing is said";
        "flex": Query False flag(), "A floor or a door that is not known does not matter where the house is";
    }
    /// Who signs in.
    LoginQuery {
        "username": Query True any(), "The user's e-mail address";
        "password": Query True any(), "The password";
        "authenticatorToken": Query False any(), "The code of the authenticator, where there is one";
        "cookie": Query False flag(), "Set the token as a cookie too";
        "persist": Query False flag(), "The token does not expire";
    }
    /// A token in the query.
    TokenQuery { "token": Query False any(), "The token, if it stands nowhere else"; }
    /// What is asked of a token.
    ValidateQuery {
        "token": Query False any(), "The token, if it stands nowhere else";
        "ip": Query False any(), "Is not looked at";
        "simple": Query False any(), "Is not looked at";
        "extend": Query False flag(), "Count it as a use, and tell more";
    }
}

/// Records of a list: in short, or whole ones.
macro_rules! listed {
    ($($(#[$about:meta])* $name:ident = $brief:ident | $whole:ident;)+) => {$(
        $(#[$about])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let record = |name: std::borrow::Cow<'static, str>| Ref::from_schema_name(name);
                let any = AnyOfBuilder::new().item(record($brief::name())).item(record($whole::name()));
                Schema::AnyOf(any.build()).into()
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                for (name, schema) in [($brief::name(), $brief::schema()), ($whole::name(), $whole::schema())] {
                    schemas.push((name.into_owned(), schema));
                }
                $brief::schemas(schemas);
                $whole::schemas(schemas);
            }
        }
    )+};
}

listed! {
    /// A request in a list.
    RequestListed = RequestBrief | Request;
    /// An account in a list.
    AccountListed = AccountBrief | Account;
}

/// A body with a file in it.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct File {
    /// A PDF, PNG or JPG of at most 10 MiB
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// The header on operations that create something.
pub struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Of your choice, new for each record. The same request under the same key, also much later, creates \
             nothing and gets the first answer again, byte for byte; another body under it is refused.";
        vec![idempotency::parameter(about)]
    }
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn refused(status: u16, about: &str) -> (String, RefOr<Response>) {
    crate::refused::refused::<Error>(status, about)
}

/// What every request may be answered.
pub struct Refused;

impl IntoResponses for Refused {
    fn responses() -> Responses {
        BTreeMap::from([
            refused(400, "The body or the query cannot be read"),
            refused(401, "The token is missing, unknown or expired, or the credentials are wrong"),
            refused(403, "The access level does not suffice, or somebody named is not yours"),
            refused(413, "The body is too large"),
            refused(422, "A field is not as it has to be"),
            refused(429, "Too much at once: try again"),
            refused(500, "A mistake of the server"),
            refused(503, "The server cannot do it at the moment: try again"),
            refused(507, "The server's disk is full: nothing was accepted"),
        ])
    }
}

/// Where a record is named.
pub struct Found;

impl IntoResponses for Found {
    fn responses() -> Responses {
        let mut responses = Refused::responses();
        responses.extend([
            refused(404, "There is no such record, or it is another's"),
            refused(409, "The state of the record does not allow it"),
        ]);
        responses
    }
}

/// Where a body says what is wanted.
pub struct Answered;

impl IntoResponses for Answered {
    fn responses() -> Responses {
        Found::responses()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = serde_json::to_value(openapi(super::super::MOUNT)).unwrap();
        let text = document.to_string();
        let named = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
        let broken: Vec<&str> = named.filter(|pointer| document.pointer(pointer).is_none()).collect();
        assert!(broken.is_empty() && text.contains("$ref"), "{broken:?}");
    }
}
