//! `demarc openapi`.

use crate::failure::Failure;
use crate::out;

pub fn run(dialect: &str) -> Result<(), Failure> {
    let document = match dialect {
        "comparetech" => dialects::comparetech::openapi(dialects::comparetech::MOUNT),
        "bulk" => dialects::bulk::openapi(dialects::bulk::MOUNT),
        other => {
            let words = format!("there is no dialect `{other}`; there are: comparetech, bulk");
            return Err(Failure::usage(words));
        }
    };
    out::line(document.to_pretty_json().map_err(Failure::other)?)
}
