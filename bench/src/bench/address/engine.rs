//! A search engine in a process of its own: ours (`bin/search.rs`) or tantivy (`bench/tantivy`). Both speak alike.

use crate::latency::Latencies;
use crate::site::output;
use crate::{Result, World};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

#[derive(Deserialize)]
pub struct Built {
    pub rows: usize,
    pub seconds: f64,
    pub bytes: f64,
    /// Memory of the process that built, at most.
    pub peak_mb: f64,
}

#[derive(Deserialize)]
pub struct Answers {
    pub seconds: f64,
    pub nanos: Vec<u64>,
    /// Premises, best first.
    pub answers: Vec<Vec<usize>>,
    pub resident_mb: f64,
}

#[derive(Deserialize)]
pub struct Swapped {
    pub seconds: f64,
    pub asked: u64,
    pub lost: u64,
    pub swaps: u64,
}

impl Answers {
    pub fn rate(&self) -> f64 {
        self.answers.len() as f64 / self.seconds
    }

    pub fn latencies(&self) -> Latencies {
        let mut latencies = Latencies::default();
        self.nanos.iter().for_each(|nanos| latencies.add(Duration::from_nanos(*nanos)));
        latencies
    }
}

pub fn build(program: &Path, rows: &Path, index: &Path, more: &[&str]) -> Result<Built> {
    let built = output(Command::new(program).arg("build").arg(rows).arg(index).args(more))?;
    Ok(serde_json::from_str(&built)?)
}

/// A process that has an index open. It ends with its handle.
pub struct Engine {
    child: Child,
    commands: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Engine {
    pub fn start(program: &Path, index: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        let mut child =
            command.arg("serve").arg(index).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (commands, told) = (child.stdin.take(), child.stdout.take());
        let (commands, told) = commands.zip(told).ok_or("the process has no pipes")?;
        Ok(Self { child, commands, told: BufReader::new(told) })
    }

    pub fn ask(&mut self, complete: bool, threads: usize, limit: usize, questions: &Path) -> Result<Answers> {
        self.tell(if complete { "complete" } else { "search" }, threads, limit, questions)
    }

    pub fn swap(&mut self, threads: usize, questions: &Path) -> Result<Swapped> {
        self.tell("swap", threads, 1, questions)
    }

    fn tell<T: DeserializeOwned>(
        &mut self,
        mode: &str,
        threads: usize,
        limit: usize,
        questions: &Path,
    ) -> Result<T> {
        writeln!(self.commands, "{mode} {threads} {limit} {}", questions.display())?;
        self.commands.flush()?;
        let mut line = String::new();
        self.told.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|error| format!("no answers to {mode}: {error}").into())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ours lies beside the program.
pub fn ours(world: &World) -> std::path::PathBuf {
    world.demarc.with_file_name("search")
}
