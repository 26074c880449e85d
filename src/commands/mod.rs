//! One file a command; `project.rs` loads a site and gathers every problem in it.

pub mod build;
pub mod check;
pub mod declare;
pub mod demo;
pub mod history;
pub mod init;
pub mod probe;
mod project;
pub mod record;
pub mod schema;
pub mod serve;
pub mod status;
pub mod theme;
pub mod verify;

use std::io::Write;
use std::path::Path;

use crate::config;
use crate::disk::{self, DiskError, PublishError};
use crate::model::Time;
use crate::model::template::Variables;
use crate::probe::CannotRun;
use crate::problem::Problem;

/// What the edge hands to a command.
#[derive(Debug, Clone)]
pub struct World {
    /// The present time, in whole seconds.
    pub now: Time,
    /// Whether that time was given by hand rather than read from the clock.
    pub is_fixed: bool,
    /// The environment.
    pub variables: Variables,
    /// Whether to print only problems.
    pub quiet: bool,
}

impl World {
    /// Prints a line of progress or result.
    fn say(&self, line: impl std::fmt::Display) {
        if !self.quiet {
            out(line);
        }
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The site's files have mistakes; they are already printed. Exit code 1.
    Mistakes,
    /// The command line asks for something that cannot be. Exit code 2.
    Usage(String),
    /// The disk or the network failed. Exit code 3.
    World(String),
}

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Self {
        Self::World(error.to_string())
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::NotOurs(_) => Self::Usage(error.to_string()),
            PublishError::Disk(error) => error.into(),
        }
    }
}

/// Prints a line to the standard output. A closed pipe is the reader's choice, not a failure. What a
/// title holds must not rule the terminal.
fn out(line: impl std::fmt::Display) {
    let line: String = line
        .to_string()
        .chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    let _ = writeln!(std::io::stdout(), "{}", inert(&line));
}

/// Prints a text as it is.
pub fn print_text(text: &str) {
    let _ = write!(std::io::stdout(), "{text}");
}

/// Writes the pages of the manual, over those of an older release.
pub fn write_manual(
    world: &World,
    folder: &Path,
    pages: &[(String, String)],
) -> Result<(), Failure> {
    for (name, text) in pages {
        let path = folder.join(name);
        if !disk::write_new(&path, text)? {
            disk::replace(&path, text.as_bytes())?;
        }
    }
    world.say(format!("wrote {} to `{}`", count(pages.len(), "page"), shown(folder)));
    Ok(())
}

/// Prints problems to the standard error, in the order of files and lines.
fn print(problems: &[Problem]) {
    for problem in problems {
        err(format_args!("{}\n", problem.render()));
    }
}

/// Prints a line to the standard error, which may be closed or full too.
pub fn err(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{}", inert(&line.to_string()));
}

/// A text that is no command to a workflow on GitHub, which takes some from the midst of a line.
fn inert(line: &str) -> String {
    line.replace("##[", "## [")
}

/// The problem that something cannot run, for a reason that [`crate::probe::Job::resolve`] gave.
pub fn cannot_run(what: &str, reason: &CannotRun) -> Problem {
    let message = format!("{what} cannot run: {}", reason.why);
    Problem::in_file(config::FILE, message, reason.help)
}

/// Rewrites the line of progress on a terminal.
fn progress(text: impl std::fmt::Display) {
    let _ = write!(std::io::stderr(), "{text}").and_then(|()| std::io::stderr().flush());
}

/// A path as a person would type it.
fn shown(path: &Path) -> impl std::fmt::Display {
    path.strip_prefix(".").unwrap_or(path).display()
}

/// `1 file`, `2 files`.
fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
