//! The OpenAPI document: what the operations have in common, in the words of a client. Each operation is described
//! where it is written.

use super::refusal::CONTENT_TYPE;
use crate::idempotency;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::openapi::header::Header;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr, Required, Response, Server,
};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};
use wire::bulk::{Job, Problem};

const KEY: &str = "key";
const ABOUT: &str = "What can be had at many addresses, references or positions: send a file, follow the job, fetch the \
     answers. Every answer is stored and can be quoted in an order.\n\n\
     The API key stands in `Authorization: Bearer`. Another organization's job is answered as one that does not exist. \
     Errors are problem details (RFC 9457).";

/// The document, for a server whose routes are mounted at this path.
pub fn openapi(server_path: &str) -> OpenApi {
    let mut document = super::routes().into_openapi();
    document.info = InfoBuilder::new()
        .title("Demarc: bulk qualification")
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
    let mut named =
        vec![(Job::name().into_owned(), Job::schema()), (Problem::name().into_owned(), Problem::schema())];
    Job::schemas(&mut named);
    Problem::schemas(&mut named);
    components.schemas.extend(named);
    lines_beside_csv(&mut document);
    document
}

/// A file and its result are CSV or JSON lines; an operation's own words name the first only.
fn lines_beside_csv(document: &mut OpenApi) {
    let lines = || ContentBuilder::new().schema(Some(text())).build();
    for item in document.paths.paths.values_mut() {
        let body = item.post.as_mut().and_then(|operation| operation.request_body.as_mut());
        if let Some(RefOr::T(body)) = body {
            let example = json!("id,address\n1,\"Via Cenerentola 1, 95034 Bronte\"\n");
            let csv = ContentBuilder::new().schema(Some(text())).example(Some(example));
            body.content.insert("text/csv".to_owned(), csv.build().into());
            body.content.insert("application/x-ndjson".to_owned(), lines().into());
        }
        let answers = item.get.as_mut().and_then(|operation| operation.responses.responses.get_mut("200"));
        if let Some(RefOr::T(answer)) = answers
            && answer.content.contains_key("text/csv")
        {
            answer.content.insert("application/x-ndjson".to_owned(), lines().into());
        }
    }
}

fn text() -> RefOr<utoipa::openapi::Schema> {
    ObjectBuilder::new().schema_type(Type::String).into()
}

/// `{id}` in a path.
pub struct Id;

impl IntoParams for Id {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::Custom("uuid".into())))
            .examples([json!("019ab9f2-5c1e-7a40-9c31-6f0e00000000")]);
        let parameter = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(uuid));
        vec![parameter.build()]
    }
}

/// The header on the operation that creates something.
pub struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Of your choice, new for each job. The same file under the same key, also much later, makes no other job \
             and gets the first answer again, byte for byte; another file under it is refused.";
        vec![idempotency::parameter(about)]
    }
}

type Responses = BTreeMap<String, RefOr<Response>>;

fn problem(status: u16, about: &str) -> (String, RefOr<Response>) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let mut response = ResponseBuilder::new().description(about).content(CONTENT_TYPE, content).build();
    if matches!(status, 429 | 503) {
        let mut header = Header::new(ObjectBuilder::new().schema_type(Type::Integer));
        header.description = Some("Seconds to wait".to_owned());
        response.headers.insert("Retry-After".to_owned(), header.into());
    }
    (status.to_string(), response.into())
}

fn always() -> Responses {
    BTreeMap::from([
        problem(401, "The key is missing, unknown, expired or revoked"),
        problem(403, "The key's role does not allow it"),
        problem(500, "A mistake of the server"),
        problem(503, "The server cannot do it at the moment: try again"),
    ])
}

/// What every GET may be answered.
pub struct Read;

impl IntoResponses for Read {
    fn responses() -> Responses {
        always()
    }
}

/// Where a job or an answer is named.
pub struct Found;

impl IntoResponses for Found {
    fn responses() -> Responses {
        let mut responses = always();
        responses.extend([problem(404, "There is no such thing")]);
        responses
    }
}

/// What a file may be answered.
pub struct Create;

impl IntoResponses for Create {
    fn responses() -> Responses {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Job::name()))).build();
        let mut accepted = ResponseBuilder::new()
            .description("Accepted; `Location` is where its progress is")
            .content("application/json", content)
            .build();
        for (name, about) in [
            ("Location", "The job"),
            ("Idempotent-Replayed", "`true`: this was answered before, under the same key"),
        ] {
            let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String));
            header.description = Some(about.to_owned());
            accepted.headers.insert(name.to_owned(), header.into());
        }
        for operation in ["show", "cancel", "result"] {
            let link = LinkBuilder::new().operation_id(operation).parameter("id", "$response.body#/id");
            accepted.links.insert(operation.to_owned(), link.build().into());
        }
        let mut responses = always();
        responses.extend([
            ("202".to_owned(), accepted.into()),
            problem(400, "The body broke off"),
            problem(408, "The body took too long"),
            problem(413, "The file has more bytes or rows than one file may have"),
            problem(415, "The body is no CSV and no JSON lines, or packed in another way than gzip"),
            problem(422, "The file, or the idempotency key, is not as it has to be"),
            problem(429, "This key has as many jobs that are not done as it may have"),
            problem(507, "The server's disk is full: nothing was accepted"),
        ]);
        responses
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = serde_json::to_value(openapi(crate::bulk::MOUNT)).unwrap();
        let text = document.to_string();
        let named = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
        let broken: Vec<&str> = named.filter(|pointer| document.pointer(pointer).is_none()).collect();
        assert!(broken.is_empty() && text.contains("$ref"), "{broken:?}");
        for kind in ["text/csv", "application/x-ndjson"] {
            let create = &document["paths"]["/qualifications"]["post"]["requestBody"]["content"][kind];
            assert!(create.is_object(), "{kind}");
        }
    }
}
