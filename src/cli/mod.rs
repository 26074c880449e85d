//! The command line: exactly what was typed, nothing more.

mod declare;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub use self::declare::{Alert, Git, Incident, Maintenance};

use crate::model::Zone;
use crate::model::time::parse_duration;

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
    /// Run probes, once or on a schedule, and append the results to the history
    Probe(Probe),
    /// Bring the history to its own branch, and what others recorded from there
    Record(Record),
    /// Build the site
    Build(Build),
    /// Show the page as it would be published, and follow what you save
    Serve(Serve),
    /// Tell the state of the site, or of one component or group
    Status(Status),
    /// Make a published page again from its own raw data, and name every difference
    Verify(Verify),
    /// Declare, update and resolve incidents
    #[command(subcommand)]
    Incident(Incident),
    /// Plan maintenance, and say how it goes
    #[command(subcommand)]
    Maintenance(Maintenance),
    /// Make an alert of a monitoring system an incident, update it, or resolve it
    Alert(Alert),
    /// Change the look of the page
    #[command(subcommand)]
    Theme(Theme),
    /// Print the JSON Schema by which editors complete and check a file
    Schema(Schema),
    /// Print what a shell needs to complete commands and options
    Completions(Completions),
    /// Write manual pages, one for each command
    Man(Man),
}

/// `aboveboard schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// The kind of file
    #[arg(value_name = "NAME")]
    pub of: SchemaOf,
}

/// A kind of file that people write.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SchemaOf {
    /// `probes.yaml`
    Probes,
    /// The front matter of a file in `content/incidents/`
    Incident,
    /// The front matter of a file in `content/maintenance/`
    Maintenance,
    /// The front matter of a file in `content/corrections/`
    Correction,
    /// The front matter of a file in `content/pages/`
    Page,
}

/// `aboveboard completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `aboveboard man`
#[derive(Debug, Args)]
pub struct Man {
    /// The folder for the pages
    #[arg(value_name = "DIR", default_value = "man")]
    pub dir: PathBuf,
}

/// The script by which a shell completes the command line.
pub fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "aboveboard", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual pages: the name of each, and its text for `man`.
pub fn manual() -> Vec<(String, String)> {
    fn add(command: &clap::Command, pages: &mut Vec<(String, String)>) {
        let mut text = Vec::new();
        // Only a full disk could refuse, and this is memory.
        let _ = clap_mangen::Man::new(command.clone()).render(&mut text);
        let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
        pages.push((format!("{name}.1"), String::from_utf8_lossy(&text).into_owned()));
        for inner in command.get_subcommands() {
            add(inner, pages);
        }
    }
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    add(&command, &mut pages);
    pages
}

/// `aboveboard init`
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the new site
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Add the workflow that probes every 30 seconds, for public repositories
    #[arg(long)]
    pub relay: bool,
    /// Add the form and the workflow that make issues with the label `incident` incidents
    #[arg(long)]
    pub issues: bool,
    /// Write `.gitlab-ci.yml` in place of the workflows of GitHub
    #[arg(long, conflicts_with_all = ["relay", "issues"])]
    pub gitlab: bool,
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

/// `aboveboard serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// The port of the page on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    pub port: u16,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
}

/// `aboveboard check`
#[derive(Debug, Args)]
pub struct Check {
    /// Print the problems as JSON
    #[arg(long)]
    pub json: bool,
    /// How to print the problems
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "json", value_parser = ["text", "github", "json"])]
    pub format: String,
}

/// `aboveboard probe`
#[derive(Debug, Args)]
pub struct Probe {
    /// Only this probe, or the probes of this component; may be given again
    #[arg(long, value_name = "ID")]
    pub only: Vec<String>,
    /// Only the probes of components in this group; may be given again
    #[arg(long, value_name = "ID")]
    pub group: Vec<String>,
    /// The name of the place where this runs; it has history files of its own
    #[arg(long, value_name = "NAME", value_parser = location)]
    pub location: Option<String>,
    /// Only this part of all probes, such as 2/4
    #[arg(long, value_name = "PART/PARTS", value_parser = shard)]
    pub shard: Option<(usize, usize)>,
    /// Begin a round of probes this often, such as 30s, until stopped or `--for` is over
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub every: Option<i64>,
    /// Begin no round later than this, such as 50m
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub span: Option<i64>,
    /// Run this command in a shell whenever the measured status of a component changes; it finds
    /// the changes in $ABOVEBOARD_CHANGES
    #[arg(long, value_name = "COMMAND")]
    pub on_change: Option<String>,
    /// Let probes with `exec` run their programs
    #[arg(long)]
    pub allow_exec: bool,
    /// Probe and print, and record nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Show every attempt with its phases, redirects and certificates
    #[arg(long, short)]
    pub verbose: bool,
    /// Print the results as JSON; with `--every` one line each
    #[arg(long)]
    pub json: bool,
}

fn duration(text: &str) -> Result<i64, String> {
    parse_duration(text)
        .ok_or_else(|| "write a number and a unit, such as `30s` or `50m`".to_owned())
}

fn location(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=40).contains(&text.len()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("use at most 40 of a-z, 0-9 and `-`".to_owned())
    }
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(part, parts)| {
        Some((part.parse::<usize>().ok()?, parts.parse::<usize>().ok()?))
    });
    parts
        .filter(|(part, parts)| (1..=*parts).contains(part))
        .ok_or_else(|| "write the part and the number of parts, such as `2/4`".to_owned())
}

/// `aboveboard record`
#[derive(Debug, Args)]
pub struct Record {
    /// The remote that keeps the history
    #[arg(long, value_name = "NAME", default_value = "origin")]
    pub remote: String,
    /// The branch of the history
    #[arg(long, value_name = "NAME", default_value = "data")]
    pub branch: String,
}

/// `aboveboard status`
#[derive(Debug, Args)]
pub struct Status {
    /// Only this component or group, in detail
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Print what `status.json` says
    #[arg(long)]
    pub json: bool,
}

/// `aboveboard verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The address of a site, or a folder that `build` has published [default: `public` in the site]
    #[arg(value_name = "URL|DIR")]
    pub place: Option<String>,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}

/// `aboveboard theme`
#[derive(Debug, Subcommand)]
pub enum Theme {
    /// Copy files of the built-in theme into the theme of the site, to change them there
    Eject(Eject),
}

/// `aboveboard theme eject`
#[derive(Debug, Args)]
pub struct Eject {
    /// One file, such as `home.html`, `style.css` or `i18n/en.yaml` [default: all]
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
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
