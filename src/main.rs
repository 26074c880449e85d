//! The edge: reads the command line, the clock and the environment once, and turns the
//! result into an exit code.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use aboveboard::cli::{Cli, Command, Theme};
use aboveboard::commands::{self, Failure, World};
use aboveboard::model::{Time, Zone, zone};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Mistakes) => ExitCode::from(1),
        Err(Failure::Usage(message)) => fail(&message, 2),
        Err(Failure::World(message)) => fail(&message, 3),
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    commands::err(format_args!("error: {message}"));
    ExitCode::from(code)
}

fn run(cli: Cli) -> Result<(), Failure> {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect::<aboveboard::model::template::Variables>();
    let (now, is_fixed) = now(cli.common.now.as_deref(), variables.get("SOURCE_DATE_EPOCH"))?;
    let world = World { now, is_fixed, variables, quiet: cli.common.quiet };
    let site = cli.common.site;
    match cli.command {
        Command::Init(options) => {
            commands::init::run(&world, &site.join(options.dir), options.relay)
        }
        Command::Demo(options) => commands::demo::run(&world, options.port, options.every),
        Command::Check(options) => commands::check::run(&world, &site, options.json),
        Command::Probe(options) => {
            let options = commands::probe::Options {
                only: options.only,
                group: options.group,
                location: options.location,
                shard: options.shard,
                every_ms: options.every,
                span_ms: options.span,
                on_change: options.on_change,
                allow_exec: options.allow_exec,
                dry_run: options.dry_run,
                verbose: options.verbose,
                json: options.json,
            };
            commands::probe::run(&world, &site, &options)
        }
        Command::Record(options) => {
            let options =
                commands::record::Options { remote: options.remote, branch: options.branch };
            commands::record::run(&world, &site, &options)
        }
        Command::Build(options) => {
            let options = commands::build::Options {
                output: options.output,
                strict: options.strict,
                base_url: options.base_url,
            };
            commands::build::run(&world, &site, &options).map(drop)
        }
        Command::Status(options) => {
            commands::status::run(&world, &site, options.id.as_deref(), options.json)
        }
        Command::Verify(options) => {
            let public = || site.join("public").display().to_string();
            let place = options.place.unwrap_or_else(public);
            commands::verify::run(&world, &place, options.json)
        }
        Command::Theme(Theme::Eject(options)) => {
            commands::theme::eject(&world, &site, options.file.as_deref())
        }
    }
}

/// `--now`, else `SOURCE_DATE_EPOCH`, else the system.
fn now(given: Option<&str>, epoch: Option<&String>) -> Result<(Time, bool), Failure> {
    if let Some(text) = given {
        let time = zone::parse_moment(text, &Zone::utc()).map_err(|why| {
            Failure::Usage(format!("{why}; write `--now` as `2026-11-22T10:05:00Z`"))
        })?;
        return Ok((time, true));
    }
    if let Some(text) = epoch {
        let seconds = text.parse().map_err(|_| {
            Failure::Usage(format!("SOURCE_DATE_EPOCH is `{text}`, not a number of seconds"))
        })?;
        // A reproducible build must not stamp samples with a made-up time.
        return Ok((Time::from_seconds(seconds), false));
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(0)), false))
}
