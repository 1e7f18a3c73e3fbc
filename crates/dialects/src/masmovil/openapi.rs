//! The OpenAPI document: what the operations have in common, in the words of a client. Each operation is described where
//! it is written.

use crate::idempotency;
use crate::parameter::parameters;
use ::wire::masmovil::{AddressId, ErrorResponse, Gescal37, PhoneNumber};
use std::collections::BTreeMap;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, RefOr, Response, Server};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};

const KEY: &str = "bearer";
const ABOUT: &str = "What is known of a fibre access, and how it goes from one brand to another.\n\n\
     The header `Authorization: Bearer TOKEN` holds an API key, or a JWT (RS256) that a service account of your organization has signed.";

/// The document, for a server whose routes are mounted at this path.
pub fn openapi(server_path: &str) -> OpenApi {
    let mut document = super::routes().into_openapi();
    document.info = InfoBuilder::new()
        .title("Demarc: the MASMOVIL dialect, Provision FTTH")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    document.servers = Some(vec![Server::new(server_path)]);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(KEY, [])]);
    let components = document.components.get_or_insert_default();
    let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.security_schemes.insert(KEY.to_owned(), scheme.into());
    // What only responses name is not found by itself.
    let mut named: Vec<(String, RefOr<Schema>)> =
        vec![(ErrorResponse::name().into_owned(), ErrorResponse::schema())];
    ErrorResponse::schemas(&mut named);
    components.schemas.extend(named);
    document
}

parameters! {
    /// Accesses by their codes: one is enough.
    ByCodes {
        "phoneNumber": Query False PhoneNumber::schema(), "Fixed phone number from access to be queried";
        "gescal37": Query False Gescal37::schema(), "Up to 37 positions; what is missing on the right is blank";
        "addressId": Query False AddressId::schema(), "A letter and 37 digits";
    }
}

/// The header on operations that create something. A request that comes again is known by itself here: it is refused.
pub struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![idempotency::parameter("May be there. The same request again is refused by itself, with 409.")]
    }
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn refused(status: u16, about: &str) -> (String, RefOr<Response>) {
    crate::refused::refused::<ErrorResponse>(status, about)
}

/// What looking may be answered.
pub struct Refused;

impl IntoResponses for Refused {
    fn responses() -> Responses {
        let mut responses = both();
        responses.extend([refused(404, "Data not found")]);
        responses
    }
}

/// What a move may be answered.
pub struct Retained;

impl IntoResponses for Retained {
    fn responses() -> Responses {
        let mut responses = both();
        responses.extend([
            refused(409, "The access has been moved by such a request"),
            refused(413, "The body is too large"),
        ]);
        responses
    }
}

fn both() -> Responses {
    BTreeMap::from([
        refused(400, "Invalid body supplied: every field at fault is named"),
        refused(401, "Unauthorized"),
        refused(403, "Forbidden"),
        refused(406, "Answers are JSON only"),
        refused(500, "Something was wrong :("),
        refused(503, "The server cannot do it at the moment: try again"),
        refused(507, "The server's disk is full: nothing was accepted"),
    ])
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
