//! The command line of `demarc atlas`: texts, points and what limits an answer.

use clap::{Args, Subcommand};
use model::premise::Position;

#[derive(Debug, Subcommand)]
pub enum Atlas {
    /// Find premises by an address in any order, with or without mistakes.
    Search {
        text: String,
        #[command(flatten)]
        limits: Limits,
        /// Leave out the first so many, 0 to 10000.
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
        offset: u32,
        #[arg(long)]
        json: bool,
    },
    /// Suggest what a text may become that is still being typed: streets, then house numbers, then units.
    Complete {
        text: String,
        #[command(flatten)]
        limits: Limits,
        #[arg(long)]
        json: bool,
    },
    /// Find the premises nearest to a point: degrees, WGS 84.
    Near {
        #[arg(allow_negative_numbers = true, value_parser = degrees::<90>)]
        latitude: f64,
        #[arg(allow_negative_numbers = true, value_parser = degrees::<180>)]
        longitude: f64,
        /// None farther than that.
        #[arg(long, value_name = "METRES", value_parser = metres)]
        within: Option<f64>,
        /// Premises shown at most, 1 to 1000.
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
        /// Only listings of this carrier.
        #[arg(long, value_name = "NAME")]
        carrier: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Show the areas that hold a point: degrees, WGS 84.
    At {
        #[arg(allow_negative_numbers = true, value_parser = degrees::<90>)]
        latitude: f64,
        #[arg(allow_negative_numbers = true, value_parser = degrees::<180>)]
        longitude: f64,
        #[arg(long)]
        json: bool,
    },
    /// Explain how a text is read and why premises are ranked as they are.
    Inspect {
        text: String,
        #[arg(long, value_name = "CC", value_parser = country)]
        country: Option<String>,
    },
}

/// What limits an answer to a text.
#[derive(Debug, Args)]
pub struct Limits {
    /// Shown at most, 1 to 1000.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub limit: u32,
    /// Only this country: two letters.
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,
    /// Only listings of this carrier.
    #[arg(long, value_name = "NAME")]
    pub carrier: Option<String>,
    /// Only around this point: degrees, WGS 84.
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = point)]
    pub near: Option<Position>,
    /// So far around it.
    #[arg(long, value_name = "METRES", default_value_t = 1_000.0, requires = "near", value_parser = metres)]
    pub within: f64,
    /// Only in this box, which may lie across the 180th meridian: degrees, WGS 84.
    #[arg(long = "box", value_name = "SOUTH,WEST,NORTH,EAST", allow_hyphen_values = true, value_parser = corners,
        conflicts_with = "near")]
    pub corners: Option<Corners>,
}

/// South-west and north-east.
#[derive(Debug, Clone, Copy)]
pub struct Corners(pub Position, pub Position);

fn country(text: &str) -> Result<String, String> {
    let letters = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if letters { Ok(text.to_ascii_uppercase()) } else { Err("must be two letters (ISO 3166)".into()) }
}

fn degrees<const MOST: u32>(text: &str) -> Result<f64, String> {
    let most = f64::from(MOST);
    let degrees: f64 = text.trim().parse().map_err(|_| "must be a number of degrees".to_owned())?;
    if (-most..=most).contains(&degrees) { Ok(degrees) } else { Err(format!("must be -{MOST} to {MOST}")) }
}

fn metres(text: &str) -> Result<f64, String> {
    let metres = text.parse().ok().filter(|metres| (0.0..=50_000_000.0).contains(metres));
    metres.ok_or_else(|| "must be a number of metres, 0 to 50000000".into())
}

fn point(text: &str) -> Result<Position, String> {
    let (latitude, longitude) = text.split_once(',').ok_or("must be LAT,LON")?;
    Ok(Position { latitude: degrees::<90>(latitude)?, longitude: degrees::<180>(longitude)? })
}

fn corners(text: &str) -> Result<Corners, String> {
    let wrong = "must be SOUTH,WEST,NORTH,EAST";
    let (at, _) = text.match_indices(',').nth(1).ok_or(wrong)?;
    let (low, high) = (point(&text[..at])?, point(&text[at + 1..]).map_err(|_| wrong)?);
    if low.latitude > high.latitude {
        return Err(format!("{wrong}: the south lies north of the north"));
    }
    Ok(Corners(low, high))
}
