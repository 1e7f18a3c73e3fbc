//! The commands, one file each.

mod atlas;
mod backup;
mod carrier;
mod customer;
mod demo;
mod doctor;
mod import;
mod key;
mod mail;
mod openapi;
mod org;
mod qualify;
mod sandbox;
mod serve;
mod service_account;
mod table;
mod task;
mod user;

use crate::cli::{Cli, Command};
use crate::config::Settings;
use crate::failure::Failure;
use crate::server;
use hub::{Hub, Principal};
use store::{Opened, Role};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

pub async fn run(cli: Cli, settings: Settings) -> Result<(), Failure> {
    match cli.command {
        Command::Demo(args) => demo::run(args, settings).await,
        Command::Serve(args) => serve::run(args, settings).await,
        Command::Sandbox(args) => sandbox::run(args, settings).await,
        Command::Org(args) => org::run(args, &Desk::open(&settings).await?).await,
        Command::User(args) => user::run(args, &Desk::open(&settings).await?).await,
        Command::Key(args) => key::run(args, &Desk::open(&settings).await?).await,
        Command::ServiceAccount(args) => service_account::run(args, &Desk::open(&settings).await?).await,
        Command::Carrier(args) => carrier::run(args, &Desk::open(&settings).await?).await,
        Command::Customer(args) => customer::run(args, &Desk::open(&settings).await?).await,
        Command::Import(args) => import::run(args, &Desk::open(&settings).await?).await,
        Command::Qualify(args) => qualify::run(args, &Desk::open(&settings).await?).await,
        Command::Atlas(args) => atlas::run(args, &Desk::open(&settings).await?).await,
        Command::Task(args) => task::run(args, &Desk::open(&settings).await?).await,
        Command::Mail(args) => mail::run(args, &Desk::open(&settings).await?).await,
        Command::Backup { file } => backup::run(&file, &settings).await,
        Command::Doctor { json } => doctor::run(json, &settings).await,
        Command::Openapi { dialect } => openapi::run(&dialect),
    }
}

/// What a command works with: the store, beside a server or without one, as the root operator.
pub struct Desk {
    pub hub: Hub,
    pub root: Principal,
    _opened: Opened,
}

impl Desk {
    pub async fn open(settings: &Settings) -> Result<Self, Failure> {
        let open = settings.store(Role::Command);
        let opened = tokio::task::spawn_blocking(move || open.open()).await.map_err(Failure::other)??;
        let hub = server::hub_for_commands(opened.store.clone(), settings)?;
        let root = hub.root().await?;
        Ok(Self { hub, root, _opened: opened })
    }
}

/// Turns true on Ctrl-C or SIGTERM.
pub fn stop_signal() -> Result<watch::Receiver<bool>, Failure> {
    let (sender, receiver) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        let _ = sender.send(true);
    });
    Ok(receiver)
}
