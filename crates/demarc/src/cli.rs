//! The command line. What each command does is in `command`.

mod atlas;
mod mail;
mod service_account;

pub use atlas::{Atlas, Limits};
pub use mail::{Mail, Of, Template};
pub use service_account::ServiceAccount;

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The server between internet providers and the networks they sell.
///
/// Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, 2 wrong command line
/// or settings, 3 no such thing or there already, 4 bad rows in a file, 5 store not available.
#[derive(Debug, Parser)]
#[command(name = "demarc", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub place: Place,
    #[command(subcommand)]
    pub command: Command,
}

/// Where the settings and the store are.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Settings file; `demarc.toml` in this folder when there is one.
    #[arg(long, global = true, value_name = "FILE", env = "DEMARC_SETTINGS")]
    pub settings: Option<PathBuf>,
    /// Data folder of the embedded store [default: ./demarc-data].
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Use this PostgreSQL database instead.
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start everything in a temporary folder: a generated world, sandbox carriers, a ready key.
    Demo(Demo),
    /// Start the server.
    Serve(Serve),
    /// Start a sandbox carrier as a process of its own.
    Sandbox(Sandbox),
    /// Organizations.
    #[command(subcommand)]
    Org(Org),
    /// Users.
    #[command(subcommand)]
    User(User),
    /// Customers.
    #[command(subcommand)]
    Customer(Customer),
    /// API keys.
    #[command(subcommand)]
    Key(Key),
    /// Public keys of programs that sign their own tokens.
    #[command(subcommand)]
    ServiceAccount(ServiceAccount),
    /// Carriers.
    #[command(subcommand)]
    Carrier(Carrier),
    /// Import a file.
    #[command(subcommand)]
    Import(Import),
    /// Answer what can be had at many addresses, references or positions: ranked offers.
    Qualify(Qualify),
    /// Ask where premises and areas are.
    #[command(subcommand)]
    Atlas(Atlas),
    /// What the engine must not guess and a person decides.
    #[command(subcommand)]
    Task(Task),
    /// E-mails: their texts, and what became of them.
    #[command(subcommand)]
    Mail(Mail),
    /// Copy the embedded store into FILE while the server runs.
    Backup { file: PathBuf },
    /// Check the installation and say what to do.
    Doctor {
        #[arg(long)]
        json: bool,
    },
    /// Print the OpenAPI document of a dialect.
    Openapi { dialect: String },
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Print one line of JSON when ready, and go on serving.
    #[arg(long)]
    pub json: bool,
    /// [default: 127.0.0.1:8080, or a free port when that is taken]
    #[arg(long)]
    pub listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen [default: 127.0.0.1:8080].
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Carry actions out on this node [default].
    #[arg(long, overrides_with = "no_worker")]
    pub worker: bool,
    /// Only accept and answer; other nodes carry out.
    #[arg(long)]
    pub no_worker: bool,
    /// The store was restored from a backup: what was under way is looked up before anything is sent.
    #[arg(long)]
    pub restored: bool,
}

#[derive(Debug, Args)]
pub struct Sandbox {
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
}

#[derive(Debug, Subcommand)]
pub enum Org {
    /// Make an organization, below another or below the root.
    Create {
        name: String,
        #[arg(long)]
        kind: model::organization::Kind,
        #[arg(long, value_name = "NAME")]
        parent: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// List them.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Set the zone in which an organization reads and writes the time of day: an IANA name.
    Zone { name: String, zone: String },
    /// Set how many minutes apart an organization's snapshots of services and work orders are.
    Snapshots {
        name: String,
        #[arg(value_parser = clap::value_parser!(u64).range(0..=44_640))]
        minutes: u64,
    },
    /// Set how offers of several carriers are ranked for an organization.
    Rank {
        name: String,
        /// The first that tells two offers apart decides: confidence, speed, price, carrier; none: as it was at first.
        #[arg(long, value_delimiter = ',', value_name = "LIST")]
        by: Vec<model::qualification::By>,
    },
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Make a user; the password, 8 to 1024 bytes, is read from stdin.
    Create {
        /// At most 254 bytes, unique in the installation.
        email: String,
        #[arg(long, value_name = "NAME")]
        org: String,
        #[arg(long)]
        role: model::role::Role,
        #[arg(long, required = true)]
        password_stdin: bool,
        /// What people call them: 1 to 100 characters.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// A user of this customer of the organization's (GUID or number), OWNER at most.
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
    },
    /// Make and print the secret of an authenticator, whose codes are needed from now on to sign in: it is not shown
    /// again. Ends all sessions.
    Totp {
        email: String,
        /// Ask for no codes any more.
        #[arg(long)]
        off: bool,
    },
    /// Set another password, read from stdin. Ends all sessions.
    Password {
        email: String,
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Let a user in no more. Ends all sessions and machine tokens.
    Disable { email: String },
    /// Let a user in again.
    Enable { email: String },
    /// List them.
    List {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Customer {
    /// Make a customer of an organization.
    Create {
        /// A person's or a company's.
        name: String,
        #[arg(long, value_name = "NAME")]
        org: String,
        /// Unique among the organization's customers.
        #[arg(long)]
        email: Option<String>,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a key and print it: it is not shown again.
    Create {
        #[arg(long, value_name = "NAME")]
        org: String,
        /// [default: RESELLER for a reseller, ADMIN for an operator]
        #[arg(long)]
        role: Option<model::role::Role>,
        /// Days until it expires [default: never].
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        expires: Option<u32>,
        /// Limit it to some of the role's capabilities: read, qualify, order, decide, administer.
        #[arg(long, value_delimiter = ',')]
        scopes: Option<Vec<model::role::Capability>>,
    },
    /// List keys, without their secrets.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Print a key that takes another's place; the old one works for seven days more.
    Rotate { prefix: String },
    /// End a key.
    Revoke { prefix: String },
}

#[derive(Debug, Subcommand)]
pub enum Carrier {
    /// Make a carrier.
    Create {
        /// 1 to 64 of a-z, 0-9, - and _, in any case.
        name: String,
        /// Which API it speaks: `sandbox`; `own`: none, it is a network of your own.
        #[arg(long)]
        connector: String,
        /// JSON file with the connector's settings.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The operator that owns it [default: the root].
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
        /// Only these organizations may use it [default: all].
        #[arg(long, value_delimiter = ',', value_name = "NAMES")]
        only: Vec<String>,
    },
    /// Say which organization sells on a carrier under a brand.
    Brand {
        carrier: String,
        brand: String,
        #[arg(long, value_name = "NAME")]
        org: String,
    },
    /// List them.
    List {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Premises from CSV, plain or gzip; `-` reads stdin.
    Premises {
        #[command(flatten)]
        file: ImportFile,
        /// Country of rows that name none: two letters.
        #[arg(long, value_name = "CC")]
        country: Option<String>,
        /// Columns that are called differently: column=field,…
        #[arg(long, value_name = "MAP")]
        map: Option<String>,
    },
    /// Areas from GeoJSON, KML, KMZ, or CSV of points with a radius, plain or gzip; `-` reads stdin.
    Areas {
        #[command(flatten)]
        file: ImportFile,
        /// Properties or columns that are called differently: property=field,…
        #[arg(long, value_name = "MAP")]
        map: Option<String>,
    },
    /// Accesses from CSV, plain or gzip; `-` reads stdin.
    Accesses {
        #[command(flatten)]
        file: ImportFile,
        /// Columns that are called differently: column=field,…
        #[arg(long, value_name = "MAP")]
        map: Option<String>,
    },
    /// Products from JSON or CSV, plain or gzip; `-` reads stdin.
    Products {
        #[command(flatten)]
        file: ImportFile,
        /// A reseller's own products, made of the carrier's: its names and prices.
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
        /// What is agreed on with one of the reseller's customers, by its id or number: CSV with the columns code,
        /// monthly_price, setup_price, sold (yes or no).
        #[arg(long, value_name = "ID", requires = "org")]
        customer: Option<String>,
    },
    /// Price rules from CSV, plain or gzip; `-` reads stdin. The file takes the place of all rules of each carrier in it.
    PriceRules(RuleFile),
}

#[derive(Debug, Args)]
pub struct RuleFile {
    pub file: PathBuf,
    /// Carrier of rows that name none.
    #[arg(long, value_name = "NAME")]
    pub carrier: Option<String>,
    /// Import what is good although some rows are bad.
    #[arg(long)]
    pub skip_bad: bool,
    /// Withdraw the rules of the carrier of --carrier also where the file has no row for it.
    #[arg(long)]
    pub replace: bool,
    /// Print the summary as JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

impl From<RuleFile> for ImportFile {
    fn from(RuleFile { file, carrier, skip_bad, replace, json }: RuleFile) -> Self {
        Self { file, carrier: carrier.unwrap_or_default(), skip_bad, replace, json }
    }
}

#[derive(Debug, Args)]
pub struct ImportFile {
    pub file: PathBuf,
    #[arg(long, value_name = "NAME")]
    pub carrier: String,
    /// Import what is good although some rows are bad.
    #[arg(long)]
    pub skip_bad: bool,
    /// Withdraw what this file lacks.
    #[arg(long)]
    pub replace: bool,
    /// Print the summary as JSON on stdout.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Qualify {
    /// CSV with a column `address`, `reference`, or `latitude` and `longitude`, or JSON lines with such members;
    /// plain or gzip; `-` reads stdin.
    pub file: PathBuf,
    /// Where the answers go, in the order of the input; `-` is stdout. Interrupted, the same command goes on.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// [default: by the name of FILE, else csv]
    #[arg(long)]
    pub format: Option<Rows>,
    /// What this organization may order [default: the root].
    #[arg(long, value_name = "NAME")]
    pub org: Option<String>,
    /// Store every answer, and add a column `qualification` with the id by which an order can quote it.
    #[arg(long)]
    pub quotable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Rows {
    Csv,
    Jsonl,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// List open tasks.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Say what the carrier told you: confirmed, absent (send it once more) or cancel.
    Decide {
        number: i64,
        decision: model::task::Decision,
        /// The carrier's own reference of the order that it has.
        #[arg(long)]
        reference: Option<String>,
    },
}
