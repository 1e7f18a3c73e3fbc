//! `demarc org`.

use super::{Desk, table};
use crate::cli::Org;
use crate::failure::Failure;
use crate::out;
use serde_json::json;

pub async fn run(args: Org, desk: &Desk) -> Result<(), Failure> {
    match args {
        Org::Create { name, kind, parent, json } => {
            let made = desk.hub.create_organization(&desk.root, &name, kind, parent.as_deref()).await?;
            if json {
                out::line(
                    json!({"number": made.number, "id": made.id, "name": made.name, "kind": made.kind}),
                )?;
            } else {
                out::note(format_args!("made the {} `{}` (number {})", made.kind, made.name, made.number));
            }
        }
        Org::Zone { name, zone } => desk.hub.set_zone(&desk.root, &name, &zone).await?,
        Org::Snapshots { name, minutes } => {
            let apart = std::time::Duration::from_secs(minutes * 60);
            desk.hub.set_snapshot_limit(&desk.root, &name, apart).await?;
        }
        Org::Rank { name, by } => {
            let by = (!by.is_empty()).then_some(by);
            desk.hub.rank(&desk.root, &name, by).await?;
        }
        Org::List { json } => {
            let all = desk.hub.organizations(&desk.root).await?;
            let name = |id| all.iter().find(|o| Some(o.id) == id).map(|o| o.name.clone());
            let rows: Vec<_> = all
                .iter()
                .map(|o| {
                    vec![json!(o.number), json!(o.id), json!(o.name), json!(o.kind), json!(name(o.parent))]
                })
                .collect();
            table::print(&["number", "id", "name", "kind", "parent"], &rows, json)?;
        }
    }
    Ok(())
}
