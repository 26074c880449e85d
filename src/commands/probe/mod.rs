//! `aboveboard probe`: probes once or on a schedule, results to the history.

mod print;
mod select;
mod watch;

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use self::watch::Watch;
use super::project::load_settings;
use super::{Failure, World, cannot_run, count, err, print, shown};
use crate::disk;
use crate::model::{Probe, Settings};
use crate::probe::{self, Clock, Event, Finding, Job, Plan, Proxies, Schedule, Surroundings};
use crate::problem::{self, Problem};
use crate::store::{self, Row};

/// What the command line asks for.
#[derive(Debug, Default)]
pub struct Options {
    /// Only these probes, or probes of these components.
    pub only: Vec<String>,
    /// Only probes of components in these groups.
    pub group: Vec<String>,
    /// The name of the place where this runs.
    pub location: Option<String>,
    /// Which part of how many, from 1.
    pub shard: Option<(usize, usize)>,
    /// Begin a round this often, in milliseconds.
    pub every_ms: Option<i64>,
    /// Begin no round later than this, in milliseconds.
    pub span_ms: Option<i64>,
    /// A command to run when the measured status of a component changes.
    pub on_change: Option<String>,
    /// Whether probes may run programs.
    pub allow_exec: bool,
    /// Record nothing.
    pub dry_run: bool,
    /// Show every attempt with all it found.
    pub verbose: bool,
    /// Print the results as JSON.
    pub json: bool,
}

/// Probes, and appends. A service that is down is data, not a failure of this command; a
/// probe that cannot run for want of a variable is recorded as unknown, and is one.
pub fn run(world: &World, folder: &Path, options: &Options) -> Result<(), Failure> {
    let (settings, mut problems) = load_settings(folder)?;
    let Some(settings) = settings else {
        problem::sort(&mut problems);
        print(&problems);
        err("nothing was probed: mend the mistakes above first");
        return Err(Failure::Mistakes);
    };
    let chosen = select::probes(&settings, options)?;
    let schedule = schedule(world, options)?;
    let is_once = options.every_ms.is_none();
    let clock = clock(world);
    let surroundings =
        Surroundings { variables: &world.variables, folder, allow_exec: options.allow_exec };
    let Prepared { plan, refused, problems } = prepare(world, &settings, &chosen, surroundings);
    // Told at once: a long run is not over soon.
    print(&problems);
    let total = plan.jobs.len();
    let mut watch = match &options.on_change {
        Some(command) => Some(Watch::new(&settings, &chosen, folder, command, clock.now())?),
        None => None,
    };
    let mut recorder = Recorder::new(folder, options);
    let show_progress = std::io::stderr().is_terminal() && !world.quiet;
    let events = probe::start(plan, schedule)
        .map_err(|error| Failure::World(format!("cannot start the prober: {error}")))?;
    let mut done = 0;
    loop {
        let event = match events.recv_timeout(Duration::from_millis(200)) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(watch) = &mut watch {
                    watch.tend();
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        match event {
            Event::Done => {
                done += 1;
                if show_progress {
                    super::progress(format_args!("\r{} of {total} probes done", done.min(total)));
                }
            }
            Event::Round(mut findings) => {
                let time = clock.now();
                findings.extend(refused.iter().map(|(id, why)| Finding::not_tried(id, time, why)));
                if show_progress {
                    super::progress("\r\x1b[K");
                }
                done = 0;
                recorder.record(&findings);
                print::findings(world, &findings, options, is_once);
                if let Some(watch) = &mut watch {
                    watch.round(options.location.as_deref(), &findings, clock.now());
                }
            }
        }
    }
    recorder.finish()?;
    if !options.json {
        world.say(recorder.summary());
    }
    if let Some(watch) = watch {
        watch.finish()?;
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Mistakes) }
}

/// Probes everything once; for a page that is rebuilt after every round.
pub fn once(world: &World, folder: &Path, settings: &Settings) -> Result<Vec<Finding>, Failure> {
    let surroundings = Surroundings { variables: &world.variables, folder, allow_exec: false };
    let prepared = prepare(world, settings, &settings.probes().collect::<Vec<_>>(), surroundings);
    let findings = probe::run(prepared.plan)
        .map_err(|error| Failure::World(format!("cannot start the prober: {error}")))?;
    append(folder, None, &findings)?;
    Ok(findings)
}

fn clock(world: &World) -> Clock {
    if world.is_fixed { Clock::Fixed(world.now) } else { Clock::System }
}

fn schedule(world: &World, options: &Options) -> Result<Schedule, Failure> {
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    let millis = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0));
    match (options.every_ms, options.span_ms) {
        (None, None) => Ok(Schedule::ONCE),
        (None, Some(_)) => usage("`--for` needs `--every`, such as `--every 30s --for 50m`"),
        (Some(_), _) if world.is_fixed => {
            usage("`--every` cannot go with `--now`: time would stand still")
        }
        (Some(every), _) if every < 1000 => usage("`--every` is at least `1s`"),
        (Some(every), span) => {
            Ok(Schedule { every: millis(every), span: millis(span.unwrap_or(i64::MAX)) })
        }
    }
}

struct Prepared {
    plan: Plan,
    /// Probes that cannot run, and why.
    refused: Vec<(String, String)>,
    problems: Vec<Problem>,
}

fn prepare(
    world: &World,
    settings: &Settings,
    chosen: &[&Probe],
    surroundings: Surroundings<'_>,
) -> Prepared {
    let (mut jobs, mut self_checks) = (Vec::new(), Vec::new());
    let (mut refused, mut problems) = (Vec::new(), Vec::new());
    for spec in chosen {
        match Job::resolve(spec, &surroundings) {
            Ok(job) => jobs.push(job),
            Err(reason) => {
                refused.push((spec.id.clone(), format!("not configured: {}", reason.why)));
                problems.push(cannot_run(&format!("probe `{}`", spec.id), &reason));
            }
        }
    }
    for url in &settings.self_check {
        match Job::self_check(url, &surroundings) {
            Ok(job) => self_checks.push(job),
            Err(reason) => problems.push(cannot_run("a self check", &reason)),
        }
    }
    let plan = Plan {
        jobs,
        self_checks,
        concurrency: settings.concurrency,
        per_host: settings.per_host,
        proxies: Proxies::from_variables(&world.variables),
        clock: clock(world),
    };
    Prepared { plan, refused, problems }
}

/// Appends findings to the files of their days.
fn append(folder: &Path, location: Option<&str>, findings: &[Finding]) -> Result<(), Failure> {
    let mut days: BTreeMap<String, String> = BTreeMap::new();
    for finding in findings {
        let row = Row { probe: finding.probe.clone(), sample: finding.sample.clone() };
        let path = store::path_for(row.sample.time, location);
        days.entry(path).or_default().push_str(&store::format(&row));
    }
    for (path, lines) in days {
        disk::append(
            &folder.join("data").join(path),
            store::HEADER.as_bytes(),
            lines.as_bytes(),
            store::is_whole_row,
        )?;
    }
    Ok(())
}

/// Records rounds. What the disk refuses is kept and tried again with the next round.
struct Recorder<'a> {
    folder: &'a Path,
    location: Option<&'a str>,
    is_dry: bool,
    /// There is no next round.
    is_once: bool,
    waiting: Vec<Finding>,
    recorded: usize,
    failure: Option<Failure>,
}

impl<'a> Recorder<'a> {
    fn new(folder: &'a Path, options: &'a Options) -> Self {
        Self {
            folder,
            location: options.location.as_deref(),
            is_dry: options.dry_run,
            is_once: options.every_ms.is_none(),
            waiting: Vec::new(),
            recorded: 0,
            failure: None,
        }
    }

    fn record(&mut self, findings: &[Finding]) {
        if self.is_dry {
            return;
        }
        self.waiting.extend_from_slice(findings);
        // Several days may lie in it, and a file that took its rows takes them only once.
        let mut days: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
        for finding in self.waiting.drain(..) {
            let path = store::path_for(finding.sample.time, self.location);
            days.entry(path).or_default().push(finding);
        }
        let had_failed = self.failure.take().is_some();
        for findings in days.into_values() {
            match append(self.folder, self.location, &findings) {
                Ok(()) => self.recorded += findings.len(),
                Err(failure) => {
                    self.waiting.extend(findings);
                    self.failure = Some(failure);
                }
            }
        }
        let is_news = !had_failed && !self.is_once;
        if let (Some(Failure::World(message)), true) = (&self.failure, is_news) {
            err(format_args!("warning: {message}; the results are kept and tried again"));
        }
    }

    fn finish(&mut self) -> Result<(), Failure> {
        if !self.waiting.is_empty() && !self.is_once {
            self.record(&[]);
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    fn summary(&self) -> String {
        if self.is_dry {
            return "nothing was recorded, as you asked".to_owned();
        }
        let data = self.folder.join("data");
        format!("{} recorded in `{}`", count(self.recorded, "result"), shown(&data))
    }
}
