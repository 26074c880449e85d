//! `aboveboard init`: a new site, ready to be pushed.

use std::path::Path;

use super::{Failure, World};
use crate::disk;
use crate::model::time::{DAY, HOUR};

/// The repository of the tool, named in one place: `repository` in Cargo.toml.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

const FILES: &[(&str, &str)] = &[
    ("probes.yaml", include_str!("probes.yaml")),
    ("content/incidents/@DAY@-this-page-is-new.md", include_str!("incident.md")),
    ("content/maintenance/@DAY@-example.md", include_str!("maintenance.md")),
    (".gitignore", include_str!("gitignore")),
    (".gitattributes", include_str!("gitattributes")),
    (".github/workflows/status.yml", include_str!("status.yml")),
    (".github/workflows/check.yml", include_str!("check.yml")),
    (".github/workflows/incident.yml", include_str!("incident.yml")),
    (".github/workflows/maintenance.yml", include_str!("maintenance.yml")),
];
/// Only where it is asked for.
const RELAY: (&str, &str) = (".github/workflows/relay.yml", include_str!("relay.yml"));

/// Writes the files of a new site. Files that are there already stay as they are.
pub fn run(world: &World, folder: &Path, has_relay: bool) -> Result<(), Failure> {
    let mut kept = Vec::new();
    for (path, text) in files(world, &format!("uses: {}", action()), has_relay) {
        if disk::write_new(&folder.join(&path), &text)? {
            world.say(format!("wrote {path}"));
        } else {
            kept.push(path);
        }
    }
    for path in kept {
        world.say(format!("kept  {path}, which was there already"));
    }
    let site = folder.display();
    world.say(format!(
        "\nNext:\n  edit {site}/probes.yaml\n  aboveboard probe --site {site}\n  aboveboard build --site {site}\nThen push {site} to a repository and switch Pages to GitHub Actions."
    ));
    Ok(())
}

/// The composite action that brings the tool, pinned to the commit of this binary. One that
/// was built without knowing its commit can name its version only.
fn action() -> String {
    let repository = REPOSITORY.trim_start_matches("https://github.com/");
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("ABOVEBOARD_COMMIT") {
        Some(commit) => format!("{repository}/.github/actions/setup@{commit} # v{version}"),
        None => format!("{repository}/.github/actions/setup@v{version}"),
    }
}

/// The files of a new site with its texts filled in. `setup` is the step that brings the tool.
pub fn files(world: &World, setup: &str, has_relay: bool) -> Vec<(String, String)> {
    let fill = |text: &str| {
        text.replace("@DAY@", &world.now.utc().format("%Y-%m-%d").to_string())
            .replace("@NOW@", &world.now.utc().format("%Y-%m-%d %H:%M UTC").to_string())
            .replace(
                "@START@",
                &world.now.plus(7 * DAY).utc().format("%Y-%m-%d 02:00 UTC").to_string(),
            )
            .replace(
                "@END@",
                &world.now.plus(7 * DAY + HOUR).utc().format("%Y-%m-%d 04:00 UTC").to_string(),
            )
            .replace("uses: @SETUP@", setup)
    };
    let relay = has_relay.then_some(&RELAY);
    FILES.iter().chain(relay).map(|(path, text)| (fill(path), fill(text))).collect()
}
