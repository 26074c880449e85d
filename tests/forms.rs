//! The forms of the workflows: their own shell lines, run here against a repository on this disk, with
//! what people and strangers may type into them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{said, write};

/// The shell lines of the steps of a form, by their names.
fn steps(form: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/commands/init/{form}.yml"));
    // The step that brings the tool is filled in by `init`.
    let text = fs::read_to_string(path).unwrap().replace("@SETUP@", "./setup");
    let workflow: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let steps = workflow["jobs"][form]["steps"].as_sequence().unwrap();
    for step in steps {
        let run = step.get("run").and_then(|run| run.as_str()).unwrap_or_default();
        assert!(!run.contains("${{"), "{form}: an expression in a line of the shell: {run}");
    }
    steps
        .iter()
        .filter_map(|step| {
            Some((step.get("name")?.as_str()?.to_owned(), step.get("run")?.as_str()?.to_owned()))
        })
        .collect()
}

struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        let remote = world.path("remote.git");
        world.git(".", &["init", "--quiet", "--bare", "-b", "main", remote.to_str().unwrap()]);
        world.git(".", &["clone", "--quiet", remote.to_str().unwrap(), "first"]);
        write(&world.path("first"), &[("probes.yaml", support::CONFIG)]);
        world.git("first", &["checkout", "--quiet", "-B", "main"]);
        world.git("first", &["add", "."]);
        world.git("first", &["commit", "--quiet", "-m", "site"]);
        world.git("first", &["push", "--quiet", "origin", "main"]);
        // Programs that a runner has.
        let bin = world.path("bin");
        fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_aboveboard"), bin.join("aboveboard"))
            .unwrap();
        let gh = bin.join("gh");
        fs::write(&gh, "#!/bin/sh\necho \"gh $*\"\n").unwrap();
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path(folder)).env_clear();
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", self.path("."));
        command
    }

    fn git(&self, folder: &str, words: &[&str]) -> String {
        let mut command = self.command("git", folder);
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "a")
                .env(format!("GIT_{who}_EMAIL"), "a@a.example");
        }
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "git {words:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Submits a form: a fresh shallow clone, then each of its steps until one fails.
    fn submit(&self, form: &str, inputs: &[(&str, &str)], between: &dyn Fn()) -> Output {
        let clone = "runner";
        let _ = fs::remove_dir_all(self.path(clone));
        let remote = format!("file://{}", self.path("remote.git").display());
        self.git(".", &["clone", "--quiet", "--depth", "1", &remote, clone]);
        let steps = steps(form);
        let mut last = None;
        for name in ["Write and commit", "Push", "Publish"] {
            if name == "Push" {
                between();
            }
            let output = self
                .command("bash", clone)
                // As GitHub runs them.
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &steps[name]])
                .envs(inputs.iter().copied())
                .envs([
                    ("GITHUB_ACTOR", "ada"),
                    ("GITHUB_ACTOR_ID", "7"),
                    ("GITHUB_REPOSITORY", "acme/status"),
                    ("GITHUB_SERVER_URL", "https://github.example"),
                    ("BRANCH", "main"),
                    ("TOKEN", "secret"),
                ])
                .output()
                .unwrap();
            let is_good = output.status.success();
            last = Some(output);
            if !is_good {
                break;
            }
        }
        last.unwrap()
    }

    fn show(&self, path: &str) -> String {
        self.git("remote.git", &["show", &format!("main:{path}")])
    }
}

const EMPTY: [(&str, &str); 6] = [
    ("TITLE", ""),
    ("AFFECTS", ""),
    ("STATUS", "as before"),
    ("MESSAGE", ""),
    ("SLUG", ""),
    ("START", ""),
];

fn with<'a>(inputs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    EMPTY.iter().chain(inputs).copied().collect()
}

#[test]
fn an_incident_is_declared_updated_and_resolved_by_the_form() {
    let world = World::new();
    let submit = |inputs: &[(&str, &str)]| {
        let output = world.submit("incident", &with(inputs), &|| {});
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(said(&output), "gh workflow run status.yml --repo acme/status --ref main\n");
    };
    submit(&[
        ("WHAT", "declare"),
        ("TITLE", "API errors"),
        ("AFFECTS", "api=major_outage, web=degraded_performance"),
        ("MESSAGE", "Requests fail."),
    ]);
    submit(&[("WHAT", "update"), ("STATUS", "monitoring"), ("MESSAGE", "A fix is out.")]);
    submit(&[("WHAT", "resolve"), ("MESSAGE", "All is well.")]);
    let file = world.git("remote.git", &["ls-tree", "-r", "--name-only", "main", "content"]);
    let text = world.show(&file);
    assert!(text.starts_with("---\ntitle: API errors\naffected: { api: major_outage, web: degraded_performance }\n---\n\n## Investigating · "), "{text}");
    for part in [
        "\nRequests fail.\n\n## Monitoring · ",
        "\nA fix is out.\n\n## Resolved · ",
        "\nAll is well.",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(
        world.git("remote.git", &["log", "--format=%an <%ae> %s", "main"]),
        "ada <7+ada@users.noreply.github.com> incident: API errors (resolved)
ada <7+ada@users.noreply.github.com> incident: API errors (monitoring)
ada <7+ada@users.noreply.github.com> incident: API errors
a <a@a.example> site"
    );
}

#[test]
fn what_is_typed_is_text_and_never_a_command() {
    for title in [
        "$(touch pwned)`touch pwned`",
        "--help",
        "-x",
        "\"; touch pwned; \"",
        "a\nb",
        "${{ secrets.X }} %0A::error::x",
    ] {
        let world = World::new();
        let inputs = [("WHAT", "declare"), ("TITLE", title), ("MESSAGE", title)];
        let output = world.submit("incident", &with(&inputs), &|| {});
        assert!(output.status.success(), "{title}: {}", said(&output));
        assert!(!world.path("runner/pwned").exists(), "{title}");
        let file = world.git("remote.git", &["ls-tree", "-r", "--name-only", "main", "content"]);
        assert!(
            world
                .show(&file)
                .contains(title.split('\n').next().unwrap().split('"').next().unwrap())
        );
    }
    // A mistake says what to type instead, and pushes nothing.
    let world = World::new();
    let inputs = [("WHAT", "declare"), ("TITLE", "T"), ("AFFECTS", "apu=major_outage")];
    let output = world.submit("incident", &with(&inputs), &|| {});
    assert!(!output.status.success());
    assert!(
        said(&output).contains("unknown component `apu`; did you mean `api`?"),
        "{}",
        said(&output)
    );
    assert_eq!(world.git("remote.git", &["rev-list", "--count", "main"]), "1");
}

#[test]
fn somebody_who_pushed_meanwhile_is_not_lost_and_does_not_stop_it() {
    let world = World::new();
    let meanwhile = || {
        write(
            &world.path("first"),
            &[("content/pages/about.md", "---\ntitle: About\n---\nHello.\n")],
        );
        world.git("first", &["add", "."]);
        world.git("first", &["commit", "--quiet", "-m", "page"]);
        world.git("first", &["push", "--quiet", "origin", "main"]);
    };
    let inputs = [("WHAT", "declare"), ("TITLE", "API errors"), ("MESSAGE", "x")];
    let output = world.submit("incident", &with(&inputs), &meanwhile);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        world.git("remote.git", &["log", "--format=%s", "main"]),
        "incident: API errors\npage\nsite"
    );
}

#[test]
fn maintenance_is_planned_extended_and_called_off_by_the_form() {
    let world = World::new();
    let submit = |inputs: &[(&str, &str)]| {
        let output = world.submit("maintenance", &with(inputs), &|| {});
        assert!(output.status.success(), "{}", said(&output));
    };
    submit(&[
        ("WHAT", "plan"),
        ("TITLE", "Database upgrade"),
        ("AFFECTS", "api, web"),
        ("START", "2199-11-24 02:00 UTC"),
        ("LENGTH", "2h"),
        ("MESSAGE", "Short breaks."),
    ]);
    let file = world.git("remote.git", &["ls-tree", "-r", "--name-only", "main", "content"]);
    submit(&[("WHAT", "extend"), ("LENGTH", "30m"), ("SLUG", &file)]);
    submit(&[("WHAT", "cancel"), ("MESSAGE", "No need.")]);
    let file = world.git("remote.git", &["ls-tree", "-r", "--name-only", "main", "content"]);
    let text = world.show(&file);
    assert!(
        text.contains(
            "\ncomponents: [api, web]\nstart: 2199-11-24 02:00 UTC\nend: 2199-11-24 04:30 UTC\n"
        ),
        "{text}"
    );
    assert!(text.contains("\nShort breaks.\n\n## Cancelled · "), "{text}");
}
