//! Faults for the judge to find: what a broken store would forget is deleted between two lives of the server. A judge
//! is trusted because it has seen each of them.

use super::judge::Verdict;
use super::{Lives, run_on};
use crate::figure::Measured;
use crate::site::{Site, Store};
use crate::{Result, World};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;
use tokio::task::LocalSet;

#[derive(Clone, Copy)]
pub struct Plant {
    name: &'static str,
    sql: &'static str,
    found: fn(&Verdict) -> bool,
}

const PLANTS: [Plant; 3] = [
    Plant { name: "lost_actions", sql: "DELETE FROM action WHERE number % 97 = 0", found: |v| v.lost > 0 },
    Plant {
        name: "forgotten_attempts",
        sql: "DELETE FROM attempt WHERE state = 'armed'",
        found: |v| v.duplicated > 0,
    },
    Plant { name: "forgotten_keys", sql: "DELETE FROM idempotency", found: |v| !v.contradictions.is_empty() },
];

impl Plant {
    pub fn spoil(self, folder: &Path) -> Result<()> {
        let store = Connection::open(folder.join("data/demarc.db"))?;
        store.busy_timeout(Duration::from_secs(10))?;
        store.execute(self.sql, [])?;
        Ok(())
    }
}

/// Runs the bench with each fault, and wants it to be found.
pub async fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    for plant in PLANTS {
        let site = Site::new(world, Store::Embedded, plant.name)?;
        let lives = Lives { kills: 30, plant: Some(plant) };
        let told = LocalSet::new().run_until(run_on(world, &site, lives)).await?;
        match (plant.found)(&told.verdict) {
            true => eprintln!("   {}: found: {:?}", plant.name, told.verdict.wrong().first()),
            false => measured.wrong.push(format!("the planted fault {} was not found", plant.name)),
        }
    }
    Ok(measured)
}
