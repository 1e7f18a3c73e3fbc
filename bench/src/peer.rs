//! The peers: PostgreSQL's own programs, on the same server in the same run.

use crate::Result;
use crate::site::output;
use std::process::Command;

/// Runs psql, quiet and without a user's own settings; answers bare values.
pub fn psql(url: &str, arguments: &[&str]) -> Result<String> {
    let fixed = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1", url];
    output(Command::new("psql").args(fixed).args(arguments))
}

/// Transactions a second of a script (its text), with prepared statements and `clients` connections.
pub fn pgbench(
    url: &str,
    script: &str,
    clients: usize,
    seconds: u64,
    variables: &[(&str, String)],
) -> Result<f64> {
    let file = std::env::temp_dir().join(format!("demarc-pgbench-{}.sql", std::process::id()));
    std::fs::write(&file, script)?;
    let mut command = Command::new("pgbench");
    command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
    command.arg(format!("--client={clients}")).arg(format!("--time={seconds}")).arg("--file").arg(&file);
    variables.iter().for_each(|(name, value)| {
        command.arg("--define").arg(format!("{name}={value}"));
    });
    let told = output(command.arg(url));
    std::fs::remove_file(&file)?;
    let told = told?;
    if !told.contains("number of failed transactions: 0 ") {
        return Err(format!("pgbench: transactions failed: {told}").into());
    }
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
    Ok(rate.ok_or_else(|| format!("pgbench: no rate in: {told}"))?.parse()?)
}
