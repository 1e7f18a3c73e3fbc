//! A refusal as an OpenAPI document lists it.

use utoipa::ToSchema;
use utoipa::openapi::header::Header;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response};

/// The status and what it means, with the dialect's `Error` as its body. Where trying again helps, the answer says
/// when.
pub fn refused<Error: ToSchema>(status: u16, about: &str) -> (String, RefOr<Response>) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Error::name()))).build();
    let mut response = ResponseBuilder::new().description(about).content("application/json", content).build();
    if matches!(status, 429 | 503) {
        let mut header = Header::new(ObjectBuilder::new().schema_type(Type::Integer));
        header.description = Some("Seconds to wait".to_owned());
        response.headers.insert("Retry-After".to_owned(), header.into());
    }
    (status.to_string(), response.into())
}
