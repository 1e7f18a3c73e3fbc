//! The OpenAPI documents of both generations: what the operations have in common, in the words of a client. Each
//! operation is described where it is written.

use super::status;
use crate::idempotency;
use crate::parameter::parameters;
use ::wire::aex::{Date, Errors, Guid, When};
use model::service::State;
use std::collections::BTreeMap;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, RefOr, Response, Server};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};

const KEY: &str = "key";
const ABOUT: &str = "Sell lines on an open-access network: sign a customer up, find their premise, see what can be had there, order \
     it, and follow the installation until the line is in use.\n\n\
     The API key stands in the header `Authorization: Bearer KEY`. Another provider's record is answered as one that \
     does not exist. GUIDs are written in capitals and read in any case.";
const ABOUT_NEWER: &str = "The newer generation of the AEx API: customers, locations, services and work orders, with snapshots of what has \
     changed. The records are those of `/aex`.";

/// The document, for a server whose routes are mounted at this path.
pub fn openapi(server_path: &str) -> OpenApi {
    document(super::routes().into_openapi(), "Demarc: the AEx dialect", ABOUT, server_path)
}

/// That of the newer generation.
pub fn openapi_provider(server_path: &str) -> OpenApi {
    let routes = super::provider::routes().into_openapi();
    document(routes, "Demarc: the AEx dialect, Provider Service", ABOUT_NEWER, server_path)
}

fn document(mut document: OpenApi, title: &str, about: &str, server_path: &str) -> OpenApi {
    document.info = InfoBuilder::new()
        .title(title)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(about))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    document.servers = Some(vec![Server::new(server_path)]);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(KEY, [])]);
    let components = document.components.get_or_insert_default();
    let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.security_schemes.insert(KEY.to_owned(), scheme.into());
    // What only responses name is not found by itself.
    let mut named: Vec<(String, RefOr<Schema>)> = vec![(Errors::name().into_owned(), Errors::schema())];
    Errors::schemas(&mut named);
    components.schemas.extend(named);
    document
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A text that says something.
fn said() -> RefOr<Schema> {
    text().pattern(Some(r"\S")).into()
}

fn id() -> RefOr<Schema> {
    Guid::schema()
}

fn number(first: f64, last: f64) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Number).minimum(Some(first)).maximum(Some(last)).into()
}

fn whole(most: isize) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1isize)).maximum(Some(most)).into()
}

fn one_of(words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    text().enum_values(Some(words)).into()
}

parameters! {
    /// `{id}` in a path.
    Id { "id": Path True id(), "Its GUID"; }
    /// The part of a list.
    Paged {
        "page": Query False whole(1_000_000), "The page, from 1";
        "count": Query False whole(1_000_000), "Items on a page: 10, and 100 at most";
    }
    /// The part of a list of the newer generation.
    PagedBySize {
        "page": Query False whole(1_000_000), "The page, from 1";
        "page_size": Query False whole(1_000_000), "Items on a page: 10, and 100 at most";
    }
    /// For lists of what has changed.
    UpdatedAfter {
        "updated_after": Query False When::schema(),
            "Changed after this moment: `2024-10-17 13:42:49` in your zone, with an offset, or RFC 3339";
    }
    /// For snapshots.
    Since { "since": Query False When::schema(), "Not since the last call, whose answer was lost, but since this moment"; }
    /// Customers by e-mail address.
    ByEmail { "q": Query True said(), "The e-mail address, in any case"; }
    /// The same in the newer generation.
    ByEmailAddress { "emailAddress": Query True said(), "In any case"; }
    /// Premises by what people write.
    ByText { "q": Query True said(), "The address"; }
    /// The same in the newer generation.
    ByAddress { "address": Query True said(), "In any form"; }
    /// A point in a path.
    Point {
        "latitude": Path True number(-90.0, 90.0), "Degrees";
        "longitude": Path True number(-180.0, 180.0), "Degrees";
    }
    /// Which services are listed.
    WhichServices {
        "q": Query False text(), "Your own reference, or the service's GUID";
        "premise": Query False id(), "At this premise";
    }
    /// Services in one state.
    InStatus {
        "status": Query False one_of(State::ALL.iter().map(|state| status::of_service(*state).1)), "In this state";
    }
    /// Premises of a customer.
    OfCustomer { "customer": Query False id(), "Of this customer"; }
    /// Work orders of a service.
    OfService { "service": Query False id(), "Of this service"; }
    /// Appointments.
    Calendar {
        "area": Query False id(), "The area; whoever may order on one network only, or owns one, may leave it out";
        "from": Query False Date::schema(), "The first day; today, where nothing is said";
    }
    /// Where something could be ordered: one of these.
    Where {
        "address": Query False said(), "In any form";
        "predefined_premise_id": Query False said(), "The GUID of a predefined premise";
        "premise_id": Query False id(), "The GUID of a premise";
        "latitude": Query False number(-90.0, 90.0), "Degrees, with `longitude`";
        "longitude": Query False number(-180.0, 180.0), "Degrees, with `latitude`";
    }
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
    crate::refused::refused::<Errors>(status, about)
}

/// What every request may be answered.
pub struct Refused;

impl IntoResponses for Refused {
    fn responses() -> Responses {
        BTreeMap::from([
            refused(400, "Something is not as it has to be: every field at fault is named"),
            refused(401, "The key is missing, unknown, expired or revoked"),
            refused(403, "The key's role does not allow it"),
            refused(413, "The body is too large"),
            refused(422, "The idempotency key was used with another body"),
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
        responses.extend([refused(404, "There is no such record, or it is another provider's")]);
        responses
    }
}

/// Snapshots.
pub struct Limited;

impl IntoResponses for Limited {
    fn responses() -> Responses {
        let mut responses = Refused::responses();
        responses.extend([refused(429, "The last snapshot is too recent")]);
        responses
    }
}

/// 201 without a body.
pub struct Created;

impl IntoResponses for Created {
    fn responses() -> Responses {
        let mut made = ResponseBuilder::new().description("Made; `Location` names it").build();
        let mut header = Header::new(text());
        header.description = Some("Where it can be found".to_owned());
        made.headers.insert("Location".to_owned(), header.into());
        let mut responses = Refused::responses();
        responses.extend([("201".to_owned(), made.into())]);
        responses
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        for document in [openapi(super::super::MOUNT), openapi_provider(super::super::PROVIDER_MOUNT)] {
            let document = serde_json::to_value(document).unwrap();
            let text = document.to_string();
            let named = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
            let broken: Vec<&str> = named.filter(|pointer| document.pointer(pointer).is_none()).collect();
            assert!(broken.is_empty() && text.contains("$ref"), "{broken:?}");
        }
    }
}
