//! The command line: exactly what was typed, nothing more.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::model::Zone;

/// The honest status page: probes your services, keeps every result, and publishes a page
/// that is true even when something is late, missing or broken.
#[derive(Debug, Parser)]
#[command(name = "aboveboard", version = version(), disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
}

/// The version, and the release of the zone data, which decides where a day begins.
fn version() -> &'static str {
    format!("{} (time zones {})", env!("CARGO_PKG_VERSION"), Zone::data_version()).leak()
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// The folder of the site
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub site: PathBuf,
    /// Take this for the present time, such as 2026-11-22T10:05:00Z
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<String>,
    /// Print only problems
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new site: configuration, examples and workflows
    Init(Init),
    /// Show a live page of sample services on this machine
    Demo(Demo),
    /// Look for mistakes in the files of the site
    Check(Check),
    /// Run all probes once and append the results to the history
    Probe(Probe),
    /// Build the site
    Build(Build),
}

/// `aboveboard init`
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the new site
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// `aboveboard demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// The port of the page on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Seconds between two rounds of probes
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
}

/// `aboveboard check`
#[derive(Debug, Args)]
pub struct Check {
    /// Print the problems as JSON
    #[arg(long)]
    pub json: bool,
}

/// `aboveboard probe`
#[derive(Debug, Args)]
pub struct Probe {
    /// Print the results as JSON
    #[arg(long)]
    pub json: bool,
}

/// `aboveboard build`
#[derive(Debug, Args)]
pub struct Build {
    /// The folder to publish into [default: `public` in the site]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Publish nothing when a file has a mistake
    #[arg(long)]
    pub strict: bool,
    /// Take this for the address of the site, such as `https://acme.github.io/status`
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}
