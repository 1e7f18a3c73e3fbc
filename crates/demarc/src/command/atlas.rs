//! `demarc atlas`.

use super::{Desk, table};
use crate::cli::{Atlas, Limits};
use crate::failure::Failure;
use crate::out;
use hub::place::{Agreement, Asked, Found, Kind, Within};
use model::premise::Position;
use serde_json::{Value, json};

pub async fn run(args: Atlas, desk: &Desk) -> Result<(), Failure> {
    match args {
        Atlas::At { latitude, longitude, json } => at(desk, latitude, longitude, json).await,
        Atlas::Search { text, limits, offset, json } => {
            desk.hub.refresh_places().await?;
            let asked = Asked { offset: offset as usize, ..asked(&text, &limits) };
            let found = desk.hub.search_premises(&desk.root, &asked).await?;
            let row = |(found, confidence): &(Found, f32)| {
                [shown(found), vec![rounded(f64::from(*confidence), 1_000.0)]].concat()
            };
            let columns = [&SHOWN[..], &["confidence"]].concat();
            table::print(&columns, &found.iter().map(row).collect::<Vec<_>>(), json)
        }
        Atlas::Complete { text, limits, json } => {
            desk.hub.refresh_places().await?;
            let found = desk.hub.complete_premises(&desk.root, &asked(&text, &limits)).await?;
            let row = |(found, kind): &(Found, Kind)| suggested(found, *kind);
            table::print(&SUGGESTED, &found.iter().map(row).collect::<Vec<_>>(), json)
        }
        Atlas::Near { latitude, longitude, within, limit, carrier, json } => {
            desk.hub.refresh_places().await?;
            let point = Position { latitude, longitude };
            let asked = Asked { carrier: carrier.as_deref(), limit: limit as usize, ..Asked::default() };
            let metres = within.unwrap_or(f64::INFINITY);
            let found = desk.hub.nearest_premises(&desk.root, point, metres, &asked).await?;
            let row = |(found, metres): &(Found, f64)| [shown(found), vec![rounded(*metres, 10.0)]].concat();
            let columns = [&SHOWN[..], &["metres"]].concat();
            table::print(&columns, &found.iter().map(row).collect::<Vec<_>>(), json)
        }
        Atlas::Inspect { text, country } => {
            desk.hub.refresh_places().await?;
            let country = country.unwrap_or_default();
            inspect(&desk.hub.places().inspect(&text, &country, 10))
        }
    }
}

fn asked<'a>(text: &'a str, limits: &'a Limits) -> Asked<'a> {
    let around = limits.near.map(|near| Within::Circle(near, limits.within));
    Asked {
        text,
        country: limits.country.as_deref().unwrap_or_default(),
        carrier: limits.carrier.as_deref(),
        within: around.or(limits.corners.map(|corners| Within::Box(corners.0, corners.1))),
        limit: limits.limit as usize,
        offset: 0,
    }
}

/// What is shown of a premise.
const SHOWN: [&str; 6] = ["reference", "full_text", "carrier", "country", "latitude", "longitude"];

fn shown(found: &Found) -> Vec<Value> {
    let premise = &found.premise;
    vec![
        json!(premise.external_reference),
        json!(found.text),
        json!(found.carrier),
        json!(premise.address.country),
        json!(premise.position.map(|at| at.latitude)),
        json!(premise.position.map(|at| at.longitude)),
    ]
}

fn rounded(value: f64, parts: f64) -> Value {
    json!((value * parts).round() / parts)
}

/// What is shown of a suggestion.
const SUGGESTED: [&str; 7] = ["kind", "text", "reference", "carrier", "country", "latitude", "longitude"];

fn suggested(found: &Found, kind: Kind) -> Vec<Value> {
    let word = match kind {
        Kind::Street => "street",
        Kind::Number => "number",
        Kind::Unit => "unit",
    };
    // A street is no premise, nor is a house that has units.
    let address = &found.premise.address;
    let has_unit = [&address.unit, &address.floor, &address.door].iter().any(|part| part.is_some());
    let is_premise = kind == Kind::Unit || (kind == Kind::Number && !has_unit);
    let [reference, text, carrier, country, latitude, longitude] = &shown(found)[..] else {
        return Vec::new();
    };
    let whole = |value: &Value| if is_premise { value.clone() } else { Value::Null };
    let own = [json!(word), text.clone(), whole(reference), whole(carrier), country.clone()];
    own.into_iter().chain([latitude.clone(), longitude.clone()]).collect()
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
        is.extend(word.mark.then_some("is no word of the address"));
        let is = if is.is_empty() { String::new() } else { format!(" ({})", is.join(", ")) };
        out::line(format_args!("word `{}`{is}", word.text))?;
        if word.readings.is_empty() && !word.numeric {
            out::line("    no street and no place has it")?;
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
        "words were also read otherwise than they are written"
    } else {
        "every word was taken as written"
    })?;
    for (n, street) in seen.streets.iter().enumerate() {
        out::line(format_args!(
            "{}. score {:.2}: street {{{}}} place {{{}}} postcode {{{}}}, {} addresses{}{}",
            n + 1,
            street.score,
            street.street.join(" "),
            street.place.join(" "),
            street.postcode,
            street.rows,
            match street.number {
                Agreement::Agrees => ", with the number",
                Agreement::Close => ", with a number like it",
                Agreement::Unsaid => "",
                Agreement::Differs => ", without the number",
            },
            match street.unexplained.join(" ") {
                left if left.is_empty() => String::new(),
                left => format!("; left over: {left}"),
            }
        ))?;
    }
    Ok(())
}
