//! `demarc user`.

use super::{Desk, table};
use crate::cli::User;
use crate::failure::Failure;
use crate::out;
use serde_json::json;
use std::io::Read;

pub async fn run(args: User, desk: &Desk) -> Result<(), Failure> {
    match args {
        User::Create { email, org, role, password_stdin: _ } => {
            let mut password = String::new();
            std::io::stdin().take(4096).read_to_string(&mut password)?;
            let password = password.trim_end_matches(['\r', '\n']);
            let number = desk.hub.create_user(&desk.root, &email, &org, role, password).await?;
            out::note(format_args!(
                "made the user {email} (number {number}) of `{org}` with the role {role}"
            ));
        }
        User::List { json } => {
            let all = desk.hub.users(&desk.root).await?;
            let rows: Vec<_> = all
                .iter()
                .map(|u| vec![json!(u.number), json!(u.email), json!(u.organization_name), json!(u.role)])
                .collect();
            table::print(&["number", "email", "organization", "role"], &rows, json)?;
        }
    }
    Ok(())
}
