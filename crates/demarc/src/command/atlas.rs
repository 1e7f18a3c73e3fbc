//! `demarc atlas`.

use super::{Desk, table};
use crate::cli::Atlas;
use crate::failure::Failure;
use crate::out;
use hub::place::Asked;
use model::premise::Position;
use serde_json::{Value, json};

pub async fn run(args: Atlas, desk: &Desk) -> Result<(), Failure> {
    match args {
        Atlas::At { latitude, longitude, json } => at(desk, latitude, longitude, json).await,
        Atlas::Search { text, limit, country, carrier, json } => {
            desk.hub.refresh_places().await?;
            let country = country.unwrap_or_default();
            let asked =
                Asked { text: &text, country: &country, carrier: carrier.as_deref(), limit: limit as usize };
            let found = desk.hub.search_premises(&desk.root, &asked).await?;
            let rows: Vec<Vec<Value>> = found
                .iter()
                .map(|found| {
                    let premise = &found.premise;
                    vec![
                        json!(premise.external_reference),
                        json!(found.text),
                        json!(found.carrier),
                        json!(premise.address.country),
                        json!(premise.position.map(|at| at.latitude)),
                        json!(premise.position.map(|at| at.longitude)),
                        json!((f64::from(found.confidence) * 1_000.0).round() / 1_000.0),
                    ]
                })
                .collect();
            let columns =
                ["reference", "full_text", "carrier", "country", "latitude", "longitude", "confidence"];
            table::print(&columns, &rows, json)
        }
        Atlas::Inspect { text, country } => {
            desk.hub.refresh_places().await?;
            let country = country.unwrap_or_default();
            inspect(&desk.hub.places().inspect(&text, &country, 10))
        }
    }
}

/// The areas that hold a point. Without `products` all that the carrier sells is sold there.
async fn at(desk: &Desk, latitude: f64, longitude: f64, json: bool) -> Result<(), Failure> {
    desk.hub.refresh_areas().await?;
    let position = Position::new(latitude, longitude).ok_or_else(|| Failure::usage("not on the globe"))?;
    let found = desk.hub.search_areas(&desk.root, position).await?;
    let rows: Vec<Vec<Value>> = found
        .iter()
        .map(|found| {
            let area = &found.area;
            vec![
                json!(area.external_reference),
                json!(area.name),
                json!(found.carrier),
                json!(area.status),
                json!(area.ready_on.map(|date| date.to_string())),
                match &area.products {
                    Some(codes) if !json => json!(codes.join("; ")),
                    codes => json!(codes),
                },
            ]
        })
        .collect();
    table::print(&["reference", "name", "carrier", "status", "ready_on", "products"], &rows, json)
}

fn inspect(seen: &hub::place::Inspection) -> Result<(), Failure> {
    for word in &seen.words {
        let mut is = Vec::new();
        is.extend(word.numeric.then_some("may be a number"));
        is.extend(word.introduces.then_some("introduces a unit"));
        is.extend(word.region.then_some("names a region"));
        let is = if is.is_empty() { String::new() } else { format!(" ({})", is.join(", ")) };
        out::line(format_args!("word `{}`{is}", word.text))?;
        if word.readings.is_empty() {
            out::line("    no address has it")?;
        }
        for reading in &word.readings {
            let how = match (reading.joined, reading.closeness < 0.9) {
                (true, _) => " with the next word",
                (_, true) => " with a typing error",
                _ => "",
            };
            out::line(format_args!(
                "    `{}`{how}: counts {:.2}, in {} streets",
                reading.word, reading.weight, reading.streets
            ))?;
        }
    }
    out::line(if seen.forgiving {
        "typing errors were forgiven"
    } else {
        "every word was taken as written"
    })?;
    for (n, street) in seen.streets.iter().enumerate() {
        out::line(format_args!(
            "{}. score {:.2}: street {{{}}} place {{{}}} postcode {{{}}}, {} addresses, {}{}",
            n + 1,
            street.score,
            street.street.join(" "),
            street.place.join(" "),
            street.postcode,
            street.rows,
            if street.has_number { "with the number" } else { "without the number" },
            match street.unexplained.join(" ") {
                left if left.is_empty() => String::new(),
                left => format!("; left over: {left}"),
            }
        ))?;
    }
    Ok(())
}
