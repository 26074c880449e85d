//! What a preview shows: the last page that could be made, and what is wrong with the files now.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::commands::project::Project;
use crate::commands::{Failure, count};
use crate::files::Files;
use crate::model::Time;
use crate::problem::{self, Problem, Severity};
use crate::site;

/// What came of reading the files once.
#[derive(Debug, Default)]
pub struct Attempt {
    /// Every file of the site with the path of its address; none when a mistake stops it.
    made: Option<(Files, String)>,
    /// What is wrong.
    problems: Vec<Problem>,
    /// Why the files could not be read at all.
    failure: Option<String>,
}

impl Attempt {
    /// The files could not be read at all.
    pub fn failed(failure: &Failure) -> Self {
        let failure = match failure {
            Failure::Usage(message) | Failure::World(message) => format!("error: {message}"),
            Failure::Mistakes => "error: the files of the site have mistakes".to_owned(),
        };
        Self { failure: Some(failure), ..Self::default() }
    }

    /// Does what `build` does, up to publishing.
    pub fn make(folder: &Path, now: Time) -> Result<Self, Failure> {
        let project = Project::load(folder, now)?;
        let mut problems = project.problems.clone();
        let made = match (&project.settings, &project.theme) {
            (Some(settings), Some(theme)) => {
                let plan = site::plan(project.inputs(settings, now));
                let (files, mut found) = site::render(&plan, theme, &project.data);
                problems.append(&mut found);
                problems.extend(project.doubts(settings, now));
                Some((files, settings.url.path().to_owned()))
            }
            _ => None,
        };
        problem::sort(&mut problems);
        Ok(Self { made, problems, failure: None })
    }
}

/// A site in memory.
#[derive(Debug)]
pub struct Page {
    /// Grows with every page that is made; from 1.
    pub number: u64,
    /// What `build` would publish.
    pub files: Files,
    /// The path of the site's address; begins and ends with a slash.
    pub prefix: String,
}

/// What is shown.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Grows with every change of the files of the site.
    pub change: u64,
    /// The last page that could be made.
    pub page: Option<Arc<Page>>,
    /// Whether that is an older one than the files are, for a mistake stops the next.
    pub is_stopped: bool,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
    /// Why they could not be read at all.
    pub failure: Option<String>,
}

/// What an open page is told.
#[derive(Serialize)]
struct Told<'a> {
    page: u64,
    change: u64,
    heading: String,
    note: &'a str,
    is_severe: bool,
    problems: Vec<String>,
}

impl Preview {
    /// What is shown after a change.
    pub fn after(&self, attempt: Attempt) -> Self {
        let number = self.page.as_ref().map_or(0, |page| page.number) + 1;
        let is_stopped = attempt.made.is_none();
        let page = attempt.made.map(|(files, prefix)| Arc::new(Page { number, files, prefix }));
        Self {
            change: self.change + 1,
            page: page.or_else(|| self.page.clone()),
            is_stopped,
            problems: attempt.problems,
            failure: attempt.failure,
        }
    }

    /// `1 mistake, 2 warnings`; empty when nothing is wrong.
    pub fn heading(&self) -> String {
        let of = |severity| self.problems.iter().filter(|one| one.severity == severity).count();
        let mistakes = of(Severity::Error) + usize::from(self.failure.is_some());
        [(mistakes, "mistake"), (of(Severity::Warning), "warning")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| count(number, word))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Each problem as a terminal shows it.
    pub fn texts(&self) -> Vec<String> {
        self.failure.iter().cloned().chain(self.problems.iter().map(Problem::render)).collect()
    }

    /// What an open page is told, as JSON.
    pub fn told(&self) -> String {
        let told = Told {
            page: self.page.as_ref().map_or(0, |page| page.number),
            change: self.change,
            heading: self.heading(),
            note: if self.is_stopped { "This is the page from before." } else { "" },
            is_severe: self.failure.is_some() || problem::any_error(&self.problems),
            problems: self.texts(),
        };
        serde_json::to_string(&told).expect("plain structs always serialize")
    }
}
