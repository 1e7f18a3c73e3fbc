//! The benches, one file each.

mod accept;
mod address;
mod aex;
mod bulk;
mod coverage;
mod end_to_end;
mod import;
mod kill;
mod load;
mod sick;
mod start;

use crate::figure::Measured;
use crate::{Result, World};

/// In the order in which they run.
pub const NAMES: [&str; 10] =
    ["address", "coverage", "bulk", "import", "start", "accept", "end-to-end", "aex", "sick", "kill"];

pub async fn run(name: &str, world: &World) -> Result<Measured> {
    match name {
        "address" => address::run(world),
        "coverage" => coverage::run(world),
        "bulk" => bulk::run(world),
        "import" => import::run(world).await,
        "start" => start::run(world).await,
        "accept" => accept::run(world).await,
        "end-to-end" => end_to_end::run(world).await,
        "aex" => aex::run(world).await,
        "sick" => sick::run(world).await,
        "kill" => kill::run(world).await,
        other => Err(format!("there is no bench `{other}`").into()),
    }
}

/// The body of a coverage question about one of many addresses, all of them covered.
fn coverage(number: u64) -> String {
    let number = number % 9_000 + 1;
    format!(
        r#"{{"driver":"fastweb","address":{{"street":"VIA CENERENTOLA","number":{number},"city":"BRONTE","province":"CT","zip_code":95034}}}}"#
    )
}

/// The body of an order that is paid by direct debit, so that no card page is asked for.
fn subscription(number: u64) -> String {
    let number = number % 9_000 + 1;
    format!(
        r#"{{"driver":"fastweb","product":"Fastweb Casa","address":{{"street":"VIA CENERENTOLA","number":{number},"city":"BRONTE","province":"CT","zip_code":95034}},"firstname":"Mario","lastname":"Rossi","tax_code":"RSSMRA85T10A562S","email":"mario.rossi@example.com","phone":"+393331234567","payment_method":"iban","iban":"IT60X0542811101000000123456","document":{{"nationality":"IT","type":"passport","number":"YA0000000","issued_at":"2020-01-31"}}}}"#
    )
}
