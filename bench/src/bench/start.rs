//! From the start of the process to its first answer on a store full of premises, and what it then holds in memory.

use crate::figure::{Figure, Measured, grouped};
use crate::latency::Latencies;
use crate::site::{Site, Store, free_address};
use crate::{Result, World, clock, premise};
use std::time::Duration;

/// Memory is read after this much idleness.
const IDLE: Duration = Duration::from_secs(3);

pub async fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    for store in Store::BOTH {
        let (site, _) = premise::imported(world, store, "start")?;
        let count = grouped(premise::rows(world)?.count as f64);
        let (mut times, resident) = starts(&site, world.size(10, 5)).await?;
        let median = times.percentile(0.5).unwrap_or_default();
        let what = |what: &str| format!("{what}, {count} premises");
        measured.figures.push(Figure::new(
            "start",
            what("process to `/ready`, median"),
            store.name(),
            median,
            "ms",
        ));
        measured.figures.push(Figure::new(
            "start",
            what("resident memory when idle"),
            store.name(),
            resident,
            "MB",
        ));
    }
    Ok(measured)
}

async fn starts(site: &Site, times: usize) -> Result<(Latencies, f64)> {
    let mut took = Latencies::default();
    let mut resident = 0.0;
    for round in 0..times {
        let began = clock::now();
        let mut server = site.start(free_address()?, &[], &[])?;
        server.ready().await?;
        took.add(clock::now() - began);
        if round + 1 == times {
            tokio::time::sleep(IDLE).await;
            resident = server.resident_mb()?;
        }
    }
    Ok((took, resident))
}
