//! `aboveboard check`: all mistakes of all files at once.

use std::path::Path;

use serde::Serialize;

use super::project::Project;
use super::{Failure, World, cannot_run, count, print};
use crate::model::Settings;
use crate::problem::{self, Problem, Severity};
use crate::site;

#[derive(Serialize)]
struct Entry<'a> {
    severity: &'static str,
    path: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    help: &'a str,
}

/// Loads the site and renders it to nowhere, so that mistakes in templates are found too.
pub fn run(world: &World, folder: &Path, json: bool) -> Result<(), Failure> {
    let project = Project::load(folder)?;
    let mut problems = project.problems.clone();
    if let (Some(settings), Some(theme)) = (&project.settings, &project.theme) {
        problems.extend(missing_variables(world, settings));
        let plan = site::plan(project.inputs(settings, world.now));
        if let Err(mut found) = site::render(&plan, theme, &[]) {
            problems.append(&mut found);
        }
        problems.extend(project.doubts(settings, world.now));
    }
    problem::sort(&mut problems);
    let of = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    if json {
        let entries: Vec<Entry<'_>> = problems.iter().map(entry).collect();
        let text = serde_json::to_string_pretty(&entries).expect("plain structs always serialize");
        super::out(text);
    } else {
        print(&problems);
        let summary = match (errors, warnings) {
            (0, 0) => "no mistakes".to_owned(),
            _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
        };
        let content = &project.content;
        let read = match &project.settings {
            None => "probes.yaml; the content was not read, for it names components".to_owned(),
            Some(settings) => format!(
                "{}, {}, {} and {}",
                count(settings.components.len(), "component"),
                count(content.incidents.len(), "incident"),
                count(content.maintenance.len(), "maintenance window"),
                count(project.data.len(), "history file"),
            ),
        };
        world.say(format!("{summary} in {read}"));
    }
    if errors > 0 { Err(Failure::Mistakes) } else { Ok(()) }
}

fn entry(problem: &Problem) -> Entry<'_> {
    Entry {
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        path: &problem.path,
        line: problem.place.as_ref().map(|place| place.line),
        column: problem.place.as_ref().map(|place| place.column),
        message: &problem.message,
        help: &problem.help,
    }
}

/// Only a warning: a pull request's check has no secrets, and needs none.
fn missing_variables(world: &World, settings: &Settings) -> Vec<Problem> {
    settings
        .probes()
        .filter_map(|probe| {
            let why = crate::probe::Job::resolve(probe, &world.variables).err()?;
            Some(cannot_run(probe, &why).warning())
        })
        .collect()
}
