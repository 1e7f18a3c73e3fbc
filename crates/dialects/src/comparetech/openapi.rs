//! The OpenAPI document: what the operations have in common, in the words of a client. Each operation is described
//! where it is written.

use crate::idempotency;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::openapi::header::Header;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr, Required, Response, Server,
};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use wire::comparetech::{Error, Problems, Record, printed};

const KEY: &str = "key";
const LAST_ID: isize = (1 << 53) - 1;
const ABOUT: &str = "Check an address with a driver (a carrier), subscribe a customer, follow it to the end.\n\n\
     Everything that takes time is an action: a POST answers with its record, and `GET /status/{id}` shows where it \
     stands: `pending → running → (interrupted ⇄ running)* → done | canceled`.\n\n\
     The API key stands alone in the header `Authorization`, without `Bearer`. Another organization's action is \
     answered as one that does not exist.";

/// The document, for a server whose routes are mounted at this path.
pub fn openapi(server_path: &str) -> OpenApi {
    let mut document = super::routes().into_openapi();
    document.info = InfoBuilder::new()
        .title("Demarc: the Compare Tech dialect")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    document.servers = Some(vec![Server::new(server_path)]);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(KEY, [])]);
    let components = document.components.get_or_insert_default();
    let about = "The API key alone, without a word before it";
    let scheme =
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description("Authorization", about)));
    components.security_schemes.insert(KEY.to_owned(), scheme.into());
    // What only responses name is not found by itself.
    let mut named = Vec::new();
    add::<Record>(&mut named);
    add::<Error>(&mut named);
    add::<Problems>(&mut named);
    components.schemas.extend(named);
    document
}

fn add<T: ToSchema>(named: &mut Vec<(String, RefOr<Schema>)>) {
    named.push((T::name().into_owned(), T::schema()));
    T::schemas(named);
}

// An unreadable example would show as `null`; a test reads every one of them.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// `{id}` in a path.
pub struct ActionId;

impl IntoParams for ActionId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(1isize))
            .maximum(Some(LAST_ID))
            .examples([134]);
        let parameter = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("The `id` of the action's record"))
            .schema(Some(number));
        vec![parameter.build()]
    }
}

/// The header on both operations that create something.
pub struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Of your choice, new for each action. The same request under the same key, also much later, creates \
             nothing and gets the first answer again, byte for byte; another body under it is refused.";
        vec![idempotency::parameter(about)]
    }
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn answered<T: ToSchema>(status: u16, about: &str, example: Value) -> (String, RefOr<Response>) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).example(Some(example));
    let response =
        ResponseBuilder::new().description(about).content("application/json", content.build()).build();
    (status.to_string(), response.into())
}

fn error(status: u16, about: &str, text: &str) -> (String, RefOr<Response>) {
    answered::<Error>(status, about, json!({"error": text}))
}

fn with_header(response: &mut RefOr<Response>, name: &str, kind: Type, about: &str) {
    if let RefOr::T(response) = response {
        let mut header = Header::new(ObjectBuilder::new().schema_type(kind));
        header.description = Some(about.to_owned());
        response.headers.insert(name.to_owned(), header.into());
    }
}

/// `next`: the operations that take the new action's id.
fn created(example: Value, next: &[&str]) -> Responses {
    let (status, mut response) = answered::<Record>(201, "Accepted; the payload is still empty", example);
    if let RefOr::T(response) = &mut response {
        for operation in next {
            let link =
                LinkBuilder::new().operation_id(*operation).parameter("id", "$response.body#/id").build();
            response.links.insert((*operation).to_owned(), link.into());
        }
    }
    with_header(
        &mut response,
        "Idempotent-Replayed",
        Type::String,
        "`true`: this was answered before, under the same key",
    );
    BTreeMap::from([(status, response)])
}

/// A new coverage.
pub struct Accepted;

impl IntoResponses for Accepted {
    fn responses() -> Responses {
        created(example(printed::COVERAGE_PENDING), &["status"])
    }
}

/// A new subscription: the printed answer to a coverage with the other operation's name.
pub struct Ordered;

impl IntoResponses for Ordered {
    fn responses() -> Responses {
        let mut record = example(printed::COVERAGE_PENDING);
        record["action"] = "fastweb:subscription".into();
        created(record, &["status", "sendOtp", "resetOtp"])
    }
}

/// An action as it is now.
pub struct Seen;

impl IntoResponses for Seen {
    fn responses() -> Responses {
        let about = "The action as it is now; the payload is the request with what became of it";
        BTreeMap::from([answered::<Record>(200, about, example(printed::COVERAGE_DONE))])
    }
}

fn unavailable() -> (String, RefOr<Response>) {
    let about =
        "The server cannot do it at the moment: try again, with the same idempotency key if there was one";
    let (status, mut response) = error(503, about, "Not available at the moment, try again");
    with_header(&mut response, "Retry-After", Type::Integer, "Seconds to wait");
    (status, response)
}

fn always() -> Responses {
    BTreeMap::from([
        error(401, "The key is missing, unknown, expired or revoked", "Unauthenticated"),
        error(403, "The key's role does not allow it", "Forbidden"),
        error(500, "A mistake of the server", "Internal error"),
        unavailable(),
    ])
}

/// What every GET may be answered.
pub struct ReadRefused;

impl IntoResponses for ReadRefused {
    fn responses() -> Responses {
        always()
    }
}

/// What every POST may be answered.
pub struct PostRefused;

impl IntoResponses for PostRefused {
    fn responses() -> Responses {
        let mut responses = always();
        responses.extend([
            error(400, "The body broke off", "body could not be read to its end"),
            error(413, "The body is too large", "body must be at most 262144 bytes"),
            answered::<Problems>(
                422,
                "The body, or the idempotency key, is not as it has to be: every field at fault is named",
                json!({"error": "address.city is required", "errors": {"address.city": ["is required"]}}),
            ),
            error(507, "The server's disk is full: nothing was accepted", "No space is left"),
        ]);
        responses
    }
}

/// Where a driver is named.
pub struct DriverRefused;

impl IntoResponses for DriverRefused {
    fn responses() -> Responses {
        BTreeMap::from([answered::<Error>(404, "There is no such driver", example(printed::UNKNOWN_DRIVER))])
    }
}

/// Where an action is named.
pub struct ActionRefused;

impl IntoResponses for ActionRefused {
    fn responses() -> Responses {
        BTreeMap::from([error(404, "There is no such action", "Not found")])
    }
}

/// Where an action has to wait for an OTP.
pub struct NotInterrupted;

impl IntoResponses for NotInterrupted {
    fn responses() -> Responses {
        BTreeMap::from([error(
            409,
            "The action does not wait for an OTP",
            wire::comparetech::NOT_INTERRUPTED,
        )])
    }
}
