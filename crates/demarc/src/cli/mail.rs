//! The command line of `demarc mail`.

use clap::{Args, Subcommand};
use model::mail::{Kind, Language};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Mail {
    /// The texts of an organization's mails.
    #[command(subcommand)]
    Template(Template),
    /// Print a mail as it would go out, with sample values.
    Preview {
        #[command(flatten)]
        of: Of,
        /// Try this template instead of the one that is used.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Set the language of an organization's mails, and of those below it that have set none: en, da, it, es.
    Language {
        #[arg(long, value_name = "NAME")]
        org: String,
        language: Language,
    },
    /// List the newest mails with what became of them.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Queue a mail that says only that mails arrive.
    Test {
        address: String,
        /// In whose words and language.
        #[arg(long, value_name = "NAME")]
        org: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Template {
    /// Set an organization's own: `Subject: …`, an empty line, the body. Those below it use it too.
    Set {
        #[command(flatten)]
        of: Of,
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Print the one that is used.
    Show {
        #[command(flatten)]
        of: Of,
    },
    /// Forget an organization's own.
    Reset {
        #[command(flatten)]
        of: Of,
    },
}

/// Which text.
#[derive(Debug, Args)]
pub struct Of {
    /// request_created, request_answered, account_confirmed, account_active, account_cancelled or test.
    pub kind: Kind,
    #[arg(long, value_name = "NAME")]
    pub org: String,
    /// [default: the organization's]
    #[arg(long)]
    pub language: Option<Language>,
}
