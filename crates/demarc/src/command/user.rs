//! `demarc user`. The secret of an authenticator goes to stdout alone: as it is typed, and as it is scanned.

use super::{Desk, table};
use crate::cli::User;
use crate::failure::Failure;
use crate::out;
use hub::user::Wanted;
use serde_json::json;
use std::io::Read;

const ENDED: &str = "every node refuses its sessions within 5 s";

fn password() -> Result<String, Failure> {
    let mut password = String::new();
    std::io::stdin().take(4096).read_to_string(&mut password)?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

pub async fn run(args: User, desk: &Desk) -> Result<(), Failure> {
    let (hub, root) = (&desk.hub, &desk.root);
    match args {
        User::Create { email, org, role, password_stdin: _, name, customer } => {
            let (organization, password) = (org.clone(), password()?);
            let wanted = Wanted { email: email.clone(), organization, customer, name, role, password };
            let number = hub.create_user(root, wanted).await?;
            out::note(format_args!(
                "made the user {email} (number {number}) of `{org}` with the role {role}"
            ));
        }
        User::Totp { email, off: false } => {
            let made = hub.set_authenticator(root, &email).await?;
            out::line(made.secret)?;
            out::line(made.url)?;
            out::note(format_args!("codes are needed from now on; {ENDED}"));
        }
        User::Totp { email, off: true } => {
            hub.drop_authenticator(root, &email).await?;
            out::note(format_args!("no codes are needed any more; {ENDED}"));
        }
        User::Password { email, password_stdin: _ } => {
            hub.set_password(root, &email, &password()?).await?;
            out::note(format_args!("set; {ENDED}"));
        }
        User::Disable { email } => {
            hub.disable_user(root, &email).await?;
            out::note("disabled; every node refuses its sessions and machine tokens within 5 s");
        }
        User::Enable { email } => hub.enable_user(root, &email).await?,
        User::List { json } => list(desk, json).await?,
    }
    Ok(())
}

async fn list(desk: &Desk, json: bool) -> Result<(), Failure> {
    let all = desk.hub.users(&desk.root).await?;
    let rows: Vec<_> = all
        .iter()
        .map(|u| {
            vec![
                json!(u.number),
                json!(u.email),
                json!(u.organization_name),
                json!(u.role),
                json!(u.name),
                json!(u.customer),
                json!(u.two_factor),
                json!(u.disabled.map(|at| at.to_string())),
            ]
        })
        .collect();
    let columns = ["number", "email", "organization", "role", "name", "customer", "two_factor", "disabled"];
    table::print(&columns, &rows, json)
}
