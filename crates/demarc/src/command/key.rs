//! `demarc key`. A key goes to stdout alone, so that a script can take it.

use super::{Desk, table};
use crate::cli::Key;
use crate::failure::Failure;
use crate::out;
use hub::key::Wanted;
use serde_json::json;
use std::time::Duration;

pub async fn run(args: Key, desk: &Desk) -> Result<(), Failure> {
    match args {
        Key::Create { org, role, expires, scopes } => {
            let expires = expires.map(|days| Duration::from_secs(u64::from(days) * 86_400));
            let wanted = Wanted { organization: org, role, scopes, expires, environment: String::new() };
            out::line(desk.hub.create_key(&desk.root, wanted).await?.reveal())?;
        }
        Key::List { json } => {
            let all = desk.hub.keys(&desk.root).await?;
            let now = desk.hub.store().clock().now();
            let rows: Vec<_> = all
                .iter()
                .map(|k| {
                    let state = match (k.revoked, k.expires) {
                        (Some(_), _) => "revoked",
                        (None, Some(end)) if end <= now => "expired",
                        _ => "live",
                    };
                    let expires = k.expires.map(|t| t.to_string());
                    vec![
                        json!(k.prefix),
                        json!(k.organization_name),
                        json!(k.role),
                        json!(k.scopes),
                        json!(state),
                        json!(expires),
                    ]
                })
                .collect();
            table::print(&["prefix", "organization", "role", "scopes", "state", "expires"], &rows, json)?;
        }
        Key::Rotate { prefix } => out::line(desk.hub.rotate_key(&desk.root, &prefix).await?.reveal())?,
        Key::Revoke { prefix } => {
            desk.hub.revoke_key(&desk.root, &prefix).await?;
            out::note("revoked; every node refuses it within 5 s");
        }
    }
    Ok(())
}
