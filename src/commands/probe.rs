//! `aboveboard probe`: all probes once, results to the history.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

use serde::Serialize;

use super::project::load_settings;
use super::{Failure, World, cannot_run, count, err, print, shown};
use crate::disk;
use crate::model::{Outcome, Settings};
use crate::probe::{self, Clock, Finding, Job, Phases};
use crate::problem::{self, Problem};
use crate::store::{self, Row};

#[derive(Serialize)]
struct Entry<'a> {
    probe: &'a str,
    time: String,
    outcome: Outcome,
    latency_ms: Option<u32>,
    code: Option<u16>,
    detail: &'a str,
    phases: Phases,
}

/// Probes, and appends. A service that is down is data, not a failure of this command; a
/// probe that cannot run for want of a variable is recorded as unknown, and is one.
pub fn run(world: &World, folder: &Path, json: bool) -> Result<(), Failure> {
    let (settings, mut problems) = load_settings(folder)?;
    let Some(settings) = settings else {
        problem::sort(&mut problems);
        print(&problems);
        err("nothing was probed: mend the mistakes above first");
        return Err(Failure::Mistakes);
    };
    let show_progress = std::io::stderr().is_terminal() && !world.quiet;
    let total = settings.probes().count();
    let mut done = 0;
    let (findings, problems) = find(world, &settings, &mut |_| {
        done += 1;
        if show_progress {
            super::progress(format_args!("\r{done} of {total} probes done"));
        }
    })?;
    if show_progress {
        super::progress("\r\x1b[K");
    }
    record(folder, &findings)?;
    if json {
        print_json(&findings);
    } else {
        for finding in &findings {
            world.say(line(finding));
        }
        world.say(format!(
            "{} recorded in `{}`",
            count(findings.len(), "result"),
            shown(&folder.join("data"))
        ));
    }
    print(&problems);
    if problems.is_empty() { Ok(()) } else { Err(Failure::Mistakes) }
}

/// Runs every probe that can run. The problems name those that cannot.
pub fn find(
    world: &World,
    settings: &Settings,
    told: &mut dyn FnMut(&Finding),
) -> Result<(Vec<Finding>, Vec<Problem>), Failure> {
    let clock = if world.is_fixed { Clock::Fixed(world.now) } else { Clock::System };
    let (mut jobs, mut problems, mut not_tried) = (Vec::new(), Vec::new(), Vec::new());
    for spec in settings.probes() {
        match Job::resolve(spec, &world.variables) {
            Ok(job) => jobs.push(job),
            Err(why) => {
                not_tried.push(Finding::not_tried(
                    &spec.id,
                    clock.now(),
                    &format!("not configured: {why}"),
                ));
                problems.push(cannot_run(spec, &why));
            }
        }
    }
    let mut findings = probe::run(jobs, settings.concurrency, clock, told)
        .map_err(|error| Failure::World(format!("cannot start the prober: {error}")))?;
    findings.extend(not_tried);
    Ok((findings, problems))
}

/// Appends findings to the files of their days.
pub fn record(folder: &Path, findings: &[Finding]) -> Result<(), Failure> {
    let mut days: BTreeMap<String, String> = BTreeMap::new();
    for finding in findings {
        let row = Row { probe: finding.probe.clone(), sample: finding.sample.clone() };
        days.entry(store::path_for(row.sample.time)).or_default().push_str(&store::format(&row));
    }
    for (path, lines) in days {
        disk::append(&folder.join("data").join(path), store::HEADER, &lines, store::is_whole_row)?;
    }
    Ok(())
}

fn line(finding: &Finding) -> String {
    let sample = &finding.sample;
    let latency = sample.latency_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
    let text = format!(
        "{:<8} {:<20} {:>8}  {}",
        sample.outcome.word(),
        finding.probe,
        latency,
        sample.detail
    );
    text.trim_end().to_owned()
}

fn print_json(findings: &[Finding]) {
    let entries: Vec<Entry<'_>> = findings
        .iter()
        .map(|finding| Entry {
            probe: &finding.probe,
            time: finding.sample.time.rfc3339(),
            outcome: finding.sample.outcome,
            latency_ms: finding.sample.latency_ms,
            code: finding.sample.code,
            detail: &finding.sample.detail,
            phases: finding.phases,
        })
        .collect();
    let text = serde_json::to_string_pretty(&entries).expect("plain structs always serialize");
    super::out(text);
}
