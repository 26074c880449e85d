//! `aboveboard check`: all mistakes of all files at once.

use std::path::Path;

use serde::Serialize;

use super::project::Project;
use super::{Failure, World, cannot_run, count, print};
use crate::model::Settings;
use crate::probe::{Job, Surroundings};
use crate::problem::{self, Problem, Severity};
use crate::site;

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// As commands of a workflow on GitHub, which shows them beside the lines of a pull request.
    GitHub,
    /// For programs.
    Json,
}

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
pub fn run(world: &World, folder: &Path, format: Format) -> Result<(), Failure> {
    let project = Project::load(folder, world.now)?;
    let mut problems = project.problems.clone();
    if let (Some(settings), Some(theme)) = (&project.settings, &project.theme) {
        problems.extend(cannot_run_here(world, folder, settings));
        let plan = site::plan(project.inputs(settings, world.now));
        problems.append(&mut site::render(&plan, theme, &[]).1);
        problems.extend(project.doubts(settings, world.now));
        problems.extend(lies_in_a_folder(settings));
    }
    problem::sort(&mut problems);
    let of = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    if format == Format::GitHub {
        problems.iter().for_each(|problem| super::out(annotation(folder, problem)));
    }
    if format == Format::Json {
        let entries: Vec<Entry<'_>> = problems.iter().map(entry).collect();
        let text = serde_json::to_string_pretty(&entries).expect("plain structs always serialize");
        super::out(text);
    } else {
        if format == Format::Text {
            print(&problems);
        }
        let summary = match (errors, warnings) {
            (0, 0) => "no mistakes".to_owned(),
            _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
        };
        let content = &project.content;
        let read = match &project.settings {
            None => "probes.yaml; the content was not read, for it names components".to_owned(),
            Some(settings) => format!(
                "{}, {}, {}, {} and {}",
                count(settings.components.len(), "component"),
                count(content.incidents.len(), "incident"),
                count(content.maintenance.len(), "maintenance"),
                count(content.corrections.len(), "correction"),
                count(project.data.len(), "history file"),
            ),
        };
        world.say(format!("{summary} in {read}"));
    }
    if errors > 0 { Err(Failure::Mistakes) } else { Ok(()) }
}

/// `::error file=content/incidents/a.md,line=3,col=13::unknown component …`
fn annotation(folder: &Path, problem: &Problem) -> String {
    // Whatever stands in a message, it is one command and no more.
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    // Paths are those of the repository, which the site may be a folder of.
    let path = super::shown(&folder.join(&problem.path)).to_string();
    let place = problem.place.as_ref().map_or(String::new(), |place| {
        let end = place.column + place.length - 1;
        format!(",line={},col={},endColumn={end}", place.line, place.column)
    });
    let text = format!("{}\n{}", problem.message, problem.help);
    format!("::{level} file={}{place}::{}", property(&path), data(&text))
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

/// Clients of Statuspage know a host and no path.
fn lies_in_a_folder(settings: &Settings) -> Option<Problem> {
    (settings.url.path() != "/").then(|| {
        Problem::in_file(
            "probes.yaml",
            format!("the address of the site has a path, `{}`", settings.url.path()),
            "most clients of the Statuspage API drop it and ask for `/api/v2/` of the host; publish at a host of its own if you want them",
        )
        .warning()
    })
}

/// Only a warning: a pull request's check has no secrets, and needs none.
fn cannot_run_here(world: &World, folder: &Path, settings: &Settings) -> Vec<Problem> {
    let surroundings = Surroundings { variables: &world.variables, folder, allow_exec: true };
    let probes = settings.probes().filter_map(|probe| {
        let reason = Job::resolve(probe, &surroundings).err()?;
        Some(cannot_run(&format!("probe `{}`", probe.id), &reason).warning())
    });
    let self_checks = settings.self_check.iter().filter_map(|url| {
        let reason = Job::self_check(url, &surroundings).err()?;
        Some(cannot_run("a self check", &reason).warning())
    });
    probes.chain(self_checks).collect()
}
