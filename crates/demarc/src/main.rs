//! The program: reads its command line and settings, and runs one command.

mod cli;
mod command;
mod config;
mod failure;
mod log;
mod out;
mod progress;
mod server;
mod world;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let settings = match config::Settings::read(&cli.place) {
        Ok(settings) => settings.for_command(&cli.command),
        Err(reason) => return failure::Failure::usage(reason).tell(),
    };
    log::start(&settings);
    for name in &settings.unknown {
        tracing::warn!("{name} is no setting and is ignored");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failure::Failure::other(error).tell(),
    };
    let outcome = runtime.block_on(command::run(cli, settings));
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}
