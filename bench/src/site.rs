//! An installation to measure: a store, the commands that furnish it, and the processes that serve it. A process
//! ends with its handle, by SIGKILL.

use crate::http::{self, Connection};
use crate::{Result, World, clock, peer};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where a store lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    Embedded,
    Postgres,
}

impl Store {
    pub const BOTH: [Store; 2] = [Store::Embedded, Store::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Store::Embedded => "embedded",
            Store::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Site {
    pub folder: PathBuf,
    /// Of a site on PostgreSQL.
    pub database: Option<String>,
    demarc: PathBuf,
}

/// Calls and results of the Compare Tech dialect.
pub const BASE: &str = "/comparetech/api/v1";
/// The one carrier of every site: a sandbox carrier that sells the products of the Compare Tech document.
pub const CARRIER: &str = "fastweb";
/// A server that is not ready by then does not start.
const READY: Duration = Duration::from_secs(60);

impl Site {
    /// A new, empty one. `name` is part of a folder's and a database's name.
    pub fn new(world: &World, store: Store, name: &str) -> Result<Self> {
        let name = format!("{name}_{}", store.name().to_lowercase());
        let folder = world.work.join(&name);
        std::fs::create_dir(&folder)?;
        let database = match store {
            Store::Embedded => None,
            Store::Postgres => {
                peer::psql(&world.postgres, &["-c", &format!("CREATE DATABASE {name}")])?;
                let server = world.postgres.rsplit_once('/').map(|(server, _)| server);
                Some(format!("{}/{name}", server.ok_or("the server's URL names no database")?))
            }
        };
        Ok(Self { folder, database, demarc: world.demarc.clone() })
    }

    /// The program on this site's store, and with nothing else of this machine's settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.demarc);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DEMARC_"))
        {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        command
            .env("DEMARC_DATA", self.folder.join("data"))
            .env("DEMARC_SECRET_FILE", self.folder.join("secret.key"));
        if let Some(database) = &self.database {
            command.env("DEMARC_DATABASE", database).env("DEMARC_ATLAS", self.folder.join("atlas"));
        }
        command
    }

    /// Runs a command to its end; answers its stdout.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        output(&mut self.command(arguments))
    }

    /// Makes a reseller and the carrier; answers a key of the reseller's.
    pub fn furnish(&self) -> Result<String> {
        self.run(&["org", "create", "Bench", "--kind", "reseller"])?;
        self.run(&["carrier", "create", CARRIER, "--connector", "sandbox"])?;
        Ok(self.run(&["key", "create", "--org", "Bench"])?.trim().to_owned())
    }

    /// Starts the server and waits until it is ready.
    pub async fn serve(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Process> {
        let mut server = self.start(free_address()?, arguments, environment)?;
        server.ready().await?;
        Ok(server)
    }

    /// Starts the server, and does not wait.
    pub fn start(
        &self,
        address: SocketAddr,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Process> {
        let listen = address.to_string();
        let mut command = self.command(&["serve", "--listen", &listen]);
        command.args(arguments).envs(environment.iter().copied());
        Process::spawn(command, address, "/ready", &self.folder.join("server.log"))
    }

    /// Starts the sandbox carrier as a process of its own and waits until it answers.
    pub async fn sandbox(&self) -> Result<Process> {
        let address = free_address()?;
        let listen = address.to_string();
        let mut command = self.command(&["sandbox", "--listen", &listen]);
        command.env("DEMARC_DATA", self.folder.join("sandbox"));
        let mut sandbox =
            Process::spawn(command, address, "/sandbox/ledger", &self.folder.join("sandbox.log"))?;
        sandbox.ready().await?;
        Ok(sandbox)
    }
}

/// Starts the bare order API (`bin/bare.rs`), which lies beside the program, on a database of its own.
pub async fn bare(world: &World) -> Result<Process> {
    let (address, folder) = (free_address()?, world.work.join("bare"));
    std::fs::create_dir(&folder)?;
    let mut command = Command::new(world.demarc.with_file_name("bare"));
    command.arg(address.to_string()).arg(folder.join("bare.db")).stdin(Stdio::null());
    let mut bare = Process::spawn(command, address, "/ready", &folder.join("bare.log"))?;
    bare.ready().await?;
    Ok(bare)
}

/// Starts the network on PostGIS (`bin/postgis.rs`), which lies beside the program: `pools` are connections for reads and
/// for orders.
pub async fn postgis(world: &World, database: &str, pools: [usize; 2], key: &str) -> Result<Process> {
    let address = free_address()?;
    let mut command = Command::new(world.demarc.with_file_name("postgis"));
    command.args([&address.to_string(), database]).args(pools.map(|size| size.to_string())).arg(key);
    let log = world.work.join("postgis.log");
    let mut postgis = Process::spawn(command, address, "/ready", &log)?;
    postgis.ready().await?;
    Ok(postgis)
}

/// Runs a command to its end; what it said on stderr is the error.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    if !output.status.success() {
        let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
        let program = command.get_program().to_string_lossy();
        return Err(format!(
            "{program} {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs a command to its end, and says how long that took and what it had in memory at most, in MB (VmHWM).
#[allow(clippy::disallowed_methods, reason = "what another process has in memory is looked at now and then")]
pub fn watched(command: &mut Command, log: &Path) -> Result<(Duration, f64)> {
    const OFTEN: Duration = Duration::from_millis(10);
    let file = File::create(log)?;
    let began = clock::now();
    let mut child = command.stdout(Stdio::null()).stderr(file).spawn()?;
    let mut peak = 0.0;
    loop {
        // The last look before its end counts: it only grows.
        peak = status_mb(child.id(), "VmHWM:").unwrap_or(peak);
        if let Some(status) = child.try_wait()? {
            let took = clock::now() - began;
            if !status.success() {
                return Err(std::fs::read_to_string(log)?.into());
            }
            return Ok((took, peak));
        }
        std::thread::sleep(OFTEN);
    }
}

/// A line of a process's status, in MB.
fn status_mb(process: u32, name: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes: f64 =
        line.and_then(|l| l.trim().strip_suffix(" kB")).ok_or("no such line in /proc")?.trim().parse()?;
    Ok(kilobytes / 1_024.0)
}

/// A running server. Dropping it kills it.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    probe: &'static str,
    log: PathBuf,
}

impl Process {
    fn spawn(mut command: Command, address: SocketAddr, probe: &'static str, log: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        command.stdout(file.try_clone()?).stderr(file);
        Ok(Self { child: command.spawn()?, address, probe, log: log.to_owned() })
    }

    /// Waits until it answers 200 where it says that it is ready.
    pub async fn ready(&mut self) -> Result<()> {
        let mut request = Vec::new();
        http::get(&mut request, self.probe, "none");
        let began = clock::now();
        while clock::now() - began < READY {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!(
                    "the server ended before it was ready ({status}): {}",
                    self.last_words()
                )
                .into());
            }
            if let Ok(mut connection) = Connection::open(self.address).await
                && let Ok(answer) = connection.send(&request).await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(format!("the server was not ready within {READY:?}: {}", self.last_words()).into())
    }

    /// SIGKILL; returns when it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// What it holds in memory, in MB (VmRSS).
    pub fn resident_mb(&self) -> Result<f64> {
        status_mb(self.child.id(), "VmRSS:")
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A port of this machine that nobody has, below those that the kernel gives to outgoing connections: a client
/// that tries again while the server is down must not meet itself there.
pub fn free_address() -> Result<SocketAddr> {
    let mut random = clock::Random::new(u64::from(std::process::id()), 0);
    for _ in 0..100 {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, random.between(15_000, 32_000) as u16));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err("no free port".into())
}
