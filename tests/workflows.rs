//! The workflows of this repository and of new sites are the same files.

mod support;

use std::fs;
use std::path::Path;

use aboveboard::commands::{World, init};

/// What `init` writes, with the step that brings the tool as given.
fn files(setup: &str) -> Vec<(String, String)> {
    let now = support::time("2026-11-22T10:00:00Z");
    let world = World { now, is_fixed: true, variables: Default::default(), quiet: true };
    init::files(&world, setup, true)
}

#[test]
fn this_repository_runs_the_workflows_that_it_gives_to_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = files("uses: ./.github/actions/setup");
    // The relay is for those who ask for it.
    let is_ours = |path: &str| path.starts_with(".github/") && !path.ends_with("/relay.yml");
    for (path, text) in own.iter().filter(|(path, _)| is_ours(path)) {
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
    for (path, text) in files("uses: OWNER/REPOSITORY/.github/actions/setup@v1") {
        assert!(!text.contains("aboveboard-status/"), "{path}");
    }
    for entry in walkdir::WalkDir::new(root.join("src")).into_iter().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        assert!(!text.contains("aboveboard-status/"), "{}", entry.path().display());
    }
}
