//! `demarc carrier`.

use super::{Desk, table};
use crate::cli::Carrier;
use crate::failure::Failure;
use crate::out;
use crate::world::catalogue;
use hub::carrier::Wanted;
use serde_json::json;

pub async fn run(args: Carrier, desk: &Desk) -> Result<(), Failure> {
    match args {
        Carrier::Create { name, connector, config, org, only } => {
            let settings = match &config {
                None => json!({}),
                Some(file) => {
                    let text = std::fs::read_to_string(file)
                        .map_err(|e| Failure::usage(format!("{}: {e}", file.display())))?;
                    serde_json::from_str(&text)
                        .map_err(|e| Failure::usage(format!("{}: {e}", file.display())))?
                }
            };
            let catalogue =
                if connector == "sandbox" { catalogue::of(&name.to_ascii_lowercase()) } else { Vec::new() };
            let wanted = Wanted { name, connector, settings, organization: org, catalogue, only };
            let made = desk.hub.create_carrier(&desk.root, wanted).await?;
            out::note(format_args!("made the carrier `{}` (number {})", made.name, made.number));
        }
        Carrier::Brand { carrier, brand, org } => {
            desk.hub.give_brand(&desk.root, &carrier, &brand, &org).await?;
            out::note(format_args!("`{org}` sells on {carrier} under the brand {brand}"));
        }
        Carrier::List { json } => {
            let all = desk.hub.carriers(&desk.root).await?;
            let rows: Vec<_> = all
                .iter()
                .map(|c| {
                    vec![
                        json!(c.number),
                        json!(c.name),
                        json!(c.connector),
                        json!(if c.holds_premises { "ours" } else { "the carrier's" }),
                    ]
                })
                .collect();
            table::print(&["number", "name", "connector", "coverage"], &rows, json)?;
        }
    }
    Ok(())
}
