//! The command line of `demarc service-account`.

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ServiceAccount {
    /// Register a public key of an account, whose programs then sign their own tokens. Another key of the same account
    /// does not end the first.
    Create {
        /// The account's: 1 to 64 characters.
        name: String,
        #[arg(long, value_name = "NAME")]
        org: String,
        /// [default: RESELLER for a reseller, ADMIN for an operator]
        #[arg(long)]
        role: Option<model::role::Role>,
        /// By which tokens name the key: 1 to 128 visible characters of ASCII, unique in the installation.
        #[arg(long)]
        kid: String,
        /// PEM: an RSA key of 2048 to 8192 bits.
        #[arg(long, value_name = "FILE")]
        public_key: PathBuf,
        /// Days until the key expires [default: never].
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        expires: Option<u32>,
    },
    /// List the keys.
    List {
        #[arg(long)]
        json: bool,
    },
    /// End a key.
    Revoke { kid: String },
    /// Set what must be in the `aud` of every token.
    Audience {
        #[arg(required_unless_present = "off")]
        name: Option<String>,
        /// Look at `aud` no more.
        #[arg(long, conflicts_with = "name")]
        off: bool,
    },
}
