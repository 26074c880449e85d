//! `aboveboard init`: a new site, ready to be pushed.

use std::path::Path;

use super::{Failure, World};
use crate::disk;
use crate::model::time::{DAY, HOUR};

/// The repository of the tool, named in one place: `repository` in Cargo.toml.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A file of a new site: its path, and its text.
type File = (&'static str, &'static str);

const FILES: &[File] = &[
    ("probes.yaml", include_str!("probes.yaml")),
    ("content/incidents/@DAY@-this-page-is-new.md", include_str!("incident.md")),
    ("content/maintenance/@DAY@-example.md", include_str!("maintenance.md")),
    (".gitignore", include_str!("gitignore")),
    (".gitattributes", include_str!("gitattributes")),
];
const GITHUB: &[File] = &[
    (".github/workflows/status.yml", include_str!("status.yml")),
    (".github/workflows/check.yml", include_str!("check.yml")),
    (".github/workflows/incident.yml", include_str!("incident.yml")),
    (".github/workflows/maintenance.yml", include_str!("maintenance.yml")),
    (".github/workflows/alert.yml", include_str!("alert.yml")),
];
/// Only where it is asked for.
const RELAY: &[File] = &[(".github/workflows/relay.yml", include_str!("relay.yml"))];
/// Only where it is asked for: it publishes what is written into issues.
const ISSUES: &[File] = &[
    (".github/workflows/issue.yml", include_str!("issue.yml")),
    (".github/ISSUE_TEMPLATE/incident.yml", include_str!("issue-form.yml")),
];
const GITLAB: &[File] = &[(".gitlab-ci.yml", include_str!("gitlab-ci.yml"))];

/// Who runs the jobs of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// GitHub Actions.
    GitHub {
        /// With the workflow that probes every 30 seconds.
        relay: bool,
        /// With the form and the workflow that make issues incidents.
        issues: bool,
    },
    /// GitLab CI.
    GitLab,
}

/// Where jobs take the tool from.
#[derive(Debug)]
pub struct Tool {
    /// The step that brings it, on GitHub.
    pub step: String,
    /// Its repository, elsewhere.
    pub repository: String,
    /// What `cargo install --git` builds from it, such as `--tag v1.0.0`.
    pub revision: String,
}

impl Tool {
    /// Pinned to the commit of this binary. One that was built without knowing its commit can name
    /// its version only.
    fn own() -> Self {
        let repository = REPOSITORY.to_owned();
        let action = format!(
            "{}/.github/actions/setup",
            repository.trim_start_matches("https://github.com/")
        );
        let version = env!("CARGO_PKG_VERSION");
        let (step, revision) = match option_env!("ABOVEBOARD_COMMIT") {
            Some(commit) => {
                (format!("uses: {action}@{commit} # v{version}"), format!("--rev {commit}"))
            }
            None => (format!("uses: {action}@v{version}"), format!("--tag v{version}")),
        };
        Self { step, repository, revision }
    }
}

/// Writes the files of a new site. Files that are there already stay as they are.
pub fn run(world: &World, folder: &Path, host: Host) -> Result<(), Failure> {
    let mut kept = Vec::new();
    for (path, text) in files(world, &Tool::own(), host) {
        if disk::write_new(&folder.join(&path), &text)? {
            world.say(format!("wrote {path}"));
        } else {
            kept.push(path);
        }
    }
    for path in kept {
        world.say(format!("kept  {path}, which was there already"));
    }
    let site = match super::shown(folder).to_string() {
        here if here.is_empty() => ".".to_owned(),
        site => site,
    };
    let push = match host {
        Host::GitHub { .. } => {
            format!("Then push {site} to a repository and switch Pages to GitHub Actions.")
        }
        Host::GitLab => {
            format!("Then push {site} to a project; what to set there is in its .gitlab-ci.yml.")
        }
    };
    world.say(format!(
        "\nNext:\n  edit {site}/probes.yaml\n  aboveboard probe --site {site}\n  aboveboard incident sync --site {site}\n  aboveboard build --site {site}\n{push}"
    ));
    Ok(())
}

/// The files of a new site with its texts filled in.
pub fn files(world: &World, tool: &Tool, host: Host) -> Vec<(String, String)> {
    let day = |days: i64, format: &str| world.now.plus(days * DAY).utc().format(format).to_string();
    let end = world.now.plus(7 * DAY + HOUR).utc().format("%Y-%m-%d 04:00 UTC").to_string();
    let fill = |text: &str| {
        text.replace("@DAY@", &day(0, "%Y-%m-%d"))
            .replace("@NOW@", &day(0, "%Y-%m-%d %H:%M UTC"))
            .replace("@START@", &day(7, "%Y-%m-%d 02:00 UTC"))
            .replace("@END@", &end)
            .replace("uses: @SETUP@", &tool.step)
            .replace("@REPOSITORY@", &tool.repository)
            .replace("@REVISION@", &tool.revision)
            .replace("@VERSION@", concat!("v", env!("CARGO_PKG_VERSION")))
            .replace("@RUST@", env!("CARGO_PKG_RUST_VERSION"))
    };
    let parts: &[&[File]] = match host {
        Host::GitHub { relay: true, issues: true } => &[GITHUB, RELAY, ISSUES],
        Host::GitHub { relay: true, issues: false } => &[GITHUB, RELAY],
        Host::GitHub { relay: false, issues: true } => &[GITHUB, ISSUES],
        Host::GitHub { relay: false, issues: false } => &[GITHUB],
        Host::GitLab => &[GITLAB],
    };
    let all = FILES.iter().chain(parts.iter().copied().flatten());
    all.map(|(path, text)| (fill(path), fill(text))).collect()
}
