//! `demarc openapi`.

use crate::failure::Failure;
use crate::out;

pub fn run(dialect: &str) -> Result<(), Failure> {
    let document = match dialect {
        "comparetech" => dialects::comparetech::openapi(dialects::comparetech::MOUNT),
        "bulk" => dialects::bulk::openapi(dialects::bulk::MOUNT),
        "aex" => dialects::aex::openapi(dialects::aex::MOUNT),
        "aex-provider-service" => dialects::aex::openapi_provider(dialects::aex::PROVIDER_MOUNT),
        other => {
            let words = format!(
                "there is no dialect `{other}`; there are: comparetech, aex, aex-provider-service, bulk"
            );
            return Err(Failure::usage(words));
        }
    };
    out::line(document.to_pretty_json().map_err(Failure::other)?)
}
