//! `aboveboard build`: from files to a published folder.

use std::path::{Path, PathBuf};

use super::project::Project;
use super::{Failure, World, count, err, print, shown};
use crate::disk::Published;
use crate::problem::{self, Problem, Severity};
use crate::theme::Language;
use crate::{config, disk, site};

/// What the command line asks for.
#[derive(Debug, Default)]
pub struct Options {
    /// Where to publish; `public` in the site without it.
    pub output: Option<PathBuf>,
    /// Publish nothing when a file has a mistake.
    pub strict: bool,
    /// The address of the site, in place of the configured one.
    pub base_url: Option<String>,
}

/// Builds the site. Mistakes in content are told and shown on the page; mistakes in the
/// configuration or the theme leave the published folder as it is.
pub fn run(world: &World, folder: &Path, options: &Options) -> Result<Published, Failure> {
    let mut project = Project::load(folder, world.now)?;
    let (Some(mut settings), Some(theme)) = (project.settings.take(), project.theme.take()) else {
        print(&project.problems);
        err("nothing was published: mend the mistakes above first");
        return Err(Failure::Mistakes);
    };
    if let Some(url) = &options.base_url {
        settings.url = config::site_url(url)
            .ok_or_else(|| Failure::Usage(format!("`{url}` is not the address of a site; write one such as `https://acme.github.io/status`")))?;
    }
    let plan = site::plan(project.inputs(&settings, world.now));
    let (files, mut found) = site::render(&plan, &theme, &project.data);
    let mut problems = project.problems.clone();
    problems.append(&mut found);
    if options.strict && problem::any_error(&problems) {
        problem::sort(&mut problems);
        print(&problems);
        err("nothing was published, for `--strict` was asked for");
        return Err(Failure::Mistakes);
    }
    problems.extend(project.doubts(&settings, world.now));
    problem::sort(&mut problems);
    let warnings: Vec<Problem> = problems.iter().cloned().map(Problem::warning).collect();
    print(&warnings);
    let output = options.output.clone().unwrap_or_else(|| project.folder.join("public"));
    if let Some(part) = project.part_of_sources(&output) {
        return Err(Failure::Usage(format!(
            "`{}` is where the site keeps its {part}; publish elsewhere, such as `public`",
            output.display()
        )));
    }
    let published = disk::publish(&files, &output)?;
    world.say(plan.headline.statement.text(&Language::english(), world.now, &settings.timezone));
    world.say(format!(
        "published {} to `{}`, {} of them new or changed",
        count(published.files, "file"),
        shown(&output),
        published.written
    ));
    let mistakes = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if mistakes > 0 {
        world.say(format!(
            "published in spite of {}; `aboveboard check` fails until they are mended",
            count(mistakes, "mistake")
        ));
    }
    Ok(published)
}
