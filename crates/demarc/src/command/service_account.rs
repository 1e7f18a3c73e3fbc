//! `demarc service-account`.

use super::{Desk, table};
use crate::cli::ServiceAccount;
use crate::failure::Failure;
use crate::out;
use hub::service_account::Wanted;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

pub async fn run(args: ServiceAccount, desk: &Desk) -> Result<(), Failure> {
    let (hub, root) = (&desk.hub, &desk.root);
    match args {
        ServiceAccount::Create { name, org: organization, role, kid, public_key, expires } => {
            let public_key = pem(&public_key)?;
            let expires = expires.map(|days| Duration::from_secs(u64::from(days) * 86_400));
            let words = format!("registered the key {kid} of the account `{name}` of `{organization}`");
            let wanted = Wanted { organization, name, role, kid, public_key, expires };
            hub.create_service_account(root, wanted).await?;
            out::note(words);
        }
        ServiceAccount::List { json } => list(desk, json).await?,
        ServiceAccount::Revoke { kid } => {
            hub.revoke_service_account(root, &kid).await?;
            out::note("revoked; every node refuses its tokens within 5 s");
        }
        ServiceAccount::Audience { name, off: _ } => {
            hub.set_audience(root, name.as_deref()).await?;
            out::note("set; every node goes by it within 5 s");
        }
    }
    Ok(())
}

fn pem(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|e| Failure::usage(format_args!("{}: {e}", file.display())))
}

async fn list(desk: &Desk, json: bool) -> Result<(), Failure> {
    let all = desk.hub.service_accounts(&desk.root).await?;
    let now = desk.hub.store().clock().now();
    let rows: Vec<_> = all
        .iter()
        .map(|key| {
            let state = match (key.revoked, key.expires) {
                (Some(_), _) => "revoked",
                (None, Some(end)) if end <= now => "expired",
                _ => "live",
            };
            vec![
                json!(key.name),
                json!(key.organization_name),
                json!(key.role),
                json!(key.kid),
                json!(state),
                json!(key.expires.map(|at| at.to_string())),
            ]
        })
        .collect();
    table::print(&["name", "organization", "role", "kid", "state", "expires"], &rows, json)
}
