//! The edge: reads the command line, the clock and the environment once, and turns the
//! result into an exit code.

use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use aboveboard::cli::{Cli, Command, Git, Incident, Maintenance, Theme};
use aboveboard::commands::init::Host;
use aboveboard::commands::{self, Failure, World, declare};
use aboveboard::model::{MaintenanceStatus, Time, Zone, zone};
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
            let host = match options.gitlab {
                true => Host::GitLab,
                false => Host::GitHub { relay: options.relay, issues: options.issues },
            };
            commands::init::run(&world, &site.join(options.dir), host)
        }
        Command::Demo(options) => commands::demo::run(&world, options.port, options.every),
        Command::Check(options) => {
            let format = match options.format.as_str() {
                "github" => commands::check::Format::GitHub,
                "json" => commands::check::Format::Json,
                _ if options.json => commands::check::Format::Json,
                _ => commands::check::Format::Text,
            };
            commands::check::run(&world, &site, format)
        }
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
        Command::Serve(options) => commands::serve::run(&world, &site, options.port, options.open),
        Command::Status(options) => {
            commands::status::run(&world, &site, options.id.as_deref(), options.json)
        }
        Command::Verify(options) => {
            let public = || site.join("public").display().to_string();
            let place = options.place.unwrap_or_else(public);
            commands::verify::run(&world, &place, options.json)
        }
        Command::Incident(command) => incident(&world, &site, command),
        Command::Maintenance(command) => maintenance(declare::Site::load(&world, &site)?, command),
        Command::Schema(options) => {
            commands::schema::run(options.of);
            Ok(())
        }
        Command::Completions(options) => {
            commands::print_text(&aboveboard::cli::completions(options.shell));
            Ok(())
        }
        Command::Man(options) => {
            commands::write_manual(&world, &options.dir, &aboveboard::cli::manual())
        }
        Command::Alert(options) => {
            let input = match (options.from, options.file) {
                (Some(address), _) => declare::alert::Input::Alertmanager(address),
                (None, Some(path)) if path.as_os_str() != "-" => declare::alert::Input::File(path),
                _ => declare::alert::Input::Standard,
            };
            declare::alert::run(&world, &site, &input, git(&options.git))
        }
        Command::Theme(Theme::Eject(options)) => {
            commands::theme::eject(&world, &site, options.file.as_deref())
        }
    }
}

fn incident(world: &World, folder: &Path, command: Incident) -> Result<(), Failure> {
    let site = || declare::Site::load(world, folder);
    match command {
        Incident::New(new) => {
            site()?.with_git(git(&new.words.git))?.declare(declare::NewIncident {
                title: new.title,
                affects: new.affects,
                status: new.status,
                template: new.template,
                slug: new.slug,
                message: new.words.message,
            })
        }
        Incident::Update(new) => {
            site()?.with_git(git(&new.words.git))?.update(declare::NewUpdate {
                slug: new.slug,
                status: new.status,
                affects: new.affects,
                message: new.words.message,
            })
        }
        Incident::Resolve(said) => site()?
            .with_git(git(&said.words.git))?
            .resolve(said.slug.as_deref(), &said.words.message),
        Incident::Edit(new) => site()?.with_git(git(&new.git))?.edit(new.slug.as_deref()),
        Incident::Delete(options) => site()?.delete(&options.slug, options.force),
        Incident::Sync(options) => declare::sync::run(world, folder, git(&options.git)).map(drop),
        Incident::List(list) => {
            site()?.list_incidents(list.json);
            Ok(())
        }
    }
}

fn maintenance(site: declare::Site<'_>, command: Maintenance) -> Result<(), Failure> {
    let (status, said) = match command {
        Maintenance::New(new) => {
            return site.with_git(git(&new.words.git))?.plan(declare::NewMaintenance {
                title: new.title,
                components: new.affects,
                start: new.start,
                end: new.end,
                length_ms: new.length,
                message: new.words.message,
            });
        }
        Maintenance::Extend(new) => {
            return site.with_git(git(&new.words.git))?.extend(&declare::NewEnd {
                slug: new.slug,
                until: new.until,
                by_ms: new.by,
                message: new.words.message,
            });
        }
        Maintenance::List(list) => {
            site.list_maintenance(list.json);
            return Ok(());
        }
        Maintenance::Start(said) => (MaintenanceStatus::InProgress, said),
        Maintenance::Complete(said) => (MaintenanceStatus::Completed, said),
        Maintenance::Cancel(said) => (MaintenanceStatus::Cancelled, said),
    };
    site.with_git(git(&said.words.git))?.tell(status, said.slug.as_deref(), &said.words.message)
}

fn git(asked: &Git) -> declare::Git {
    match (asked.commit, asked.push) {
        (_, true) => declare::Git::Push,
        (true, false) => declare::Git::Commit,
        (false, false) => declare::Git::Leave,
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
