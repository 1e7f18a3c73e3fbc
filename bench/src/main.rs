//! Measures Demarc from outside, beside a peer that does the same work in the same run. `bench/run` builds
//! what is measured, starts PostgreSQL and calls this; each bench is a file in `bench`.

mod bench;
mod clock;
mod figure;
mod http;
mod latency;
mod peer;
mod premise;
mod report;
mod site;

use clap::Parser;
use figure::Figure;
use std::path::PathBuf;
use std::process::ExitCode;

/// Anything that keeps a bench from its figures, in words.
type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

/// What is measured, where, and how long.
#[derive(Debug, Parser)]
struct World {
    /// Benches to run, in this order; all of them when none is named.
    #[arg(value_parser = bench::NAMES)]
    names: Vec<String>,
    /// The program, built for release.
    #[arg(long)]
    demarc: PathBuf,
    /// A PostgreSQL server that commits durably; databases are made in it.
    #[arg(long)]
    postgres: String,
    /// An empty folder for stores, rows and logs.
    #[arg(long)]
    work: PathBuf,
    /// French addresses in CSV, gzip; generated ones are taken when it is not there.
    #[arg(long)]
    addresses: PathBuf,
    /// A folder with layers of polygons (GeoJSON, one feature a line, gzip); generated ones are taken for those that
    /// are not there.
    #[arg(long)]
    areas: PathBuf,
    /// The peer of `address` (`bench/tantivy`), built for release.
    #[arg(long)]
    tantivy: PathBuf,
    /// The document whose table is rewritten.
    #[arg(long)]
    document: PathBuf,
    /// Date and machine, as the document shows them.
    #[arg(long)]
    machine: String,
    /// Shorter runs and fewer rows.
    #[arg(long)]
    small: bool,
    /// Run `kill` with planted faults instead, and fail unless each is found. No figures.
    #[arg(long)]
    plant: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl World {
    /// The first of the two in a full run, the second in a small one.
    fn size<T>(&self, full: T, small: T) -> T {
        if self.small { small } else { full }
    }

    fn wants(&self, name: &str) -> bool {
        if self.plant {
            name == "kill"
        } else {
            self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let world = World::parse();
    match run(&world).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs what was asked for. False: a bench says that something is wrong with what it measured.
async fn run(world: &World) -> Result<bool> {
    let mut figures: Vec<Figure> = Vec::new();
    let mut wrong = Vec::new();
    for name in bench::NAMES.iter().filter(|name| world.wants(name)) {
        eprintln!("== {name}");
        let measured = bench::run(name, world).await.map_err(|error| format!("{name}: {error}"))?;
        measured.figures.iter().for_each(|figure| eprintln!("{}", figure.line()));
        measured.wrong.iter().for_each(|reason| eprintln!("{name}: WRONG: {reason}"));
        figures.extend(measured.figures);
        wrong.extend(measured.wrong);
    }
    report::rewrite(&world.document, &figures, &world.machine)?;
    if world.json {
        println!("{}", serde_json::json!({"machine": world.machine, "figures": figures, "wrong": wrong}));
    } else {
        print!("{}", report::tables(&figures, &world.machine));
    }
    Ok(wrong.is_empty())
}
