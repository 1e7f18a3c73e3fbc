//! `demarc customer`.

use super::Desk;
use crate::cli::Customer;
use crate::failure::Failure;
use crate::out;
use model::order::Person;
use serde_json::json;
use wire::telecomx::{Id, Kind};

pub async fn run(args: Customer, desk: &Desk) -> Result<(), Failure> {
    match args {
        Customer::Create { name, org, email, json } => {
            let email = email.unwrap_or_default();
            let person = Person { last_name: name.clone(), email, ..Person::default() };
            let (id, number) = desk.hub.register_customer(&desk.root, &org, &person).await?;
            let telecomx = Id::made(Kind::Customer, number.cast_unsigned());
            match json {
                true => out::line(json!({"number": number, "id": id, "telecomx": telecomx}))?,
                false => out::note(format_args!(
                    "made the customer `{name}` of `{org}` (number {number}, id {id}, in TelecomX {telecomx})"
                )),
            }
        }
    }
    Ok(())
}
