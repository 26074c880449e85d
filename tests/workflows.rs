//! The workflows of this repository and of new sites are the same files.

mod support;

use std::fs;
use std::path::Path;

use aboveboard::commands::World;
use aboveboard::commands::init::{self, Host, Tool};

/// What `init` writes, with the step that brings the tool as given.
fn files(step: &str, host: Host) -> Vec<(String, String)> {
    let now = support::time("2026-11-22T10:00:00Z");
    let world = World { now, is_fixed: true, variables: Default::default(), quiet: true };
    let tool = Tool {
        step: step.to_owned(),
        repository: "https://github.com/OWNER/REPOSITORY".to_owned(),
        revision: "--tag v1".to_owned(),
    };
    init::files(&world, &tool, host)
}

fn names(host: Host) -> Vec<String> {
    files("", host).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn this_repository_runs_the_workflows_that_it_gives_to_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The relay and the issues are for those who ask for them.
    let host = Host::GitHub { relay: false, issues: false };
    let own = files("uses: ./.github/actions/setup", host);
    for (path, text) in own.iter().filter(|(path, _)| path.starts_with(".github/")) {
        let found = fs::read_to_string(root.join(path)).unwrap_or_default();
        assert_eq!(
            &found, text,
            "{path}: copy what `aboveboard init` writes, with `uses: ./.github/actions/setup`"
        );
    }
}

#[test]
fn the_name_of_the_repository_stands_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let action = include_str!("../.github/actions/setup/action.yml");
    assert!(!action.contains("aboveboard-status/"));
    for host in [Host::GitHub { relay: true, issues: true }, Host::GitLab] {
        for (path, text) in files("uses: OWNER/REPOSITORY/.github/actions/setup@v1", host) {
            assert!(!text.contains("aboveboard-status/"), "{path}");
            // Nothing is left to be filled in.
            let is_open =
                |word: &str| word.len() > 2 && word.starts_with('@') && word.ends_with('@');
            assert!(!text.split([' ', '"', '/', '\n']).any(is_open), "{path}: {text}");
        }
    }
    for entry in walkdir::WalkDir::new(root.join("src")).into_iter().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        assert!(!text.contains("aboveboard-status/"), "{}", entry.path().display());
    }
}

#[test]
fn a_new_site_has_the_jobs_of_its_host_and_no_other() {
    let plain = names(Host::GitHub { relay: false, issues: false });
    let all = names(Host::GitHub { relay: true, issues: true });
    let more: Vec<&String> = all.iter().filter(|path| !plain.contains(path)).collect();
    assert_eq!(
        more,
        [
            ".github/workflows/relay.yml",
            ".github/workflows/issue.yml",
            ".github/ISSUE_TEMPLATE/incident.yml"
        ]
    );
    let content = |path: &&String| !path.starts_with(".github/");
    let mut gitlab: Vec<&String> = plain.iter().filter(content).collect();
    let jobs = ".gitlab-ci.yml".to_owned();
    gitlab.push(&jobs);
    assert_eq!(names(Host::GitLab).iter().collect::<Vec<_>>(), gitlab);
}
