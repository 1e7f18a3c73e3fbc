//! `demarc openapi`.

use crate::failure::Failure;
use crate::out;

pub fn run(dialect: &str) -> Result<(), Failure> {
    match dialect {
        "comparetech" => {
            let document = dialects::comparetech::openapi("/comparetech/api/v1");
            out::line(document.to_pretty_json().map_err(Failure::other)?)
        }
        other => Err(Failure::usage(format!("there is no dialect `{other}`; there are: comparetech"))),
    }
}
