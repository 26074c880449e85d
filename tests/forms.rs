//! The forms of the workflows, and issues: their own shell lines, run here against a repository on this disk, with
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
    fn submit(&self, form: &str, inputs: &[(&str, &str)]) -> Output {
        let clone = "runner";
        let _ = fs::remove_dir_all(self.path(clone));
        let remote = format!("file://{}", self.path("remote.git").display());
        self.git(".", &["clone", "--quiet", "--depth", "1", &remote, clone]);
        let steps = steps(form);
        let mut last = None;
        for name in ["Write, commit, push", "Publish"] {
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
        let output = world.submit("incident", &with(inputs));
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
        let output = world.submit("incident", &with(&inputs));
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
    let output = world.submit("incident", &with(&inputs));
    assert!(!output.status.success());
    assert!(
        said(&output).contains("unknown component `apu`; did you mean `api`?"),
        "{}",
        said(&output)
    );
    assert_eq!(world.git("remote.git", &["rev-list", "--count", "main"]), "1");
}

#[test]
fn maintenance_is_planned_extended_and_called_off_by_the_form() {
    let world = World::new();
    let submit = |inputs: &[(&str, &str)]| {
        let output = world.submit("maintenance", &with(inputs));
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

/// What GitHub tells the workflow of issues. Its forms end their lines in CR LF.
fn issue(world: &World, event: &str, action: &str, body: &str, comment: &str) -> Output {
    let (body, comment) = (body.replace('\n', "\r\n"), comment.replace('\n', "\r\n"));
    let inputs = [
        ("EVENT", event),
        ("ACTION", action),
        ("SLUG", "issue-7"),
        ("TITLE", "API errors"),
        ("BODY", &*body),
        ("COMMENT", &*comment),
    ];
    world.submit("issue", &inputs)
}

/// The body of an issue that was begun with the form.
fn form(affects: &str, status: &str, message: &str) -> String {
    format!(
        "### Components and how they do\n\n{affects}\n\n### Where the work on it stands\n\n{status}\n\n### What visitors read\n\n{message}"
    )
}

const ISSUE: &str = "content/incidents/issue-7.md";

#[test]
fn an_issue_is_an_incident_from_its_first_word_to_its_last() {
    let world = World::new();
    let tell = |event: &str, action: &str, body: &str, comment: &str| {
        let output = issue(&world, event, action, body, comment);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("gh workflow run status.yml"), "{}", said(&output));
    };
    let count = || world.git("remote.git", &["rev-list", "--count", "main"]);
    let body = form("api=major_outage, web=degraded_performance", "identified", "Requests fail.");
    tell("issues", "opened", &body, "");
    // GitHub tells of the label of the form, too.
    tell("issues", "labeled", &body, "");
    assert_eq!(count(), "2");
    let text = world.show(ISSUE);
    assert!(text.starts_with("---\ntitle: API errors\naffected: { api: major_outage, web: degraded_performance }\n---\n\n## Identified · "), "{text}");
    assert!(text.ends_with("\nRequests fail."), "{text}");
    tell("issue_comment", "created", &body, "A disk is full.");
    tell("issue_comment", "created", &body, " Monitoring \n\nA new disk is in.\n\n- one\n- two");
    tell("issue_comment", "created", &body, "monitoring it all\nmore");
    tell("issues", "closed", &body, "");
    // Closed with a comment that came after it.
    tell("issue_comment", "created", &body, "Disks are watched now.");
    tell("issues", "closed", &body, "");
    assert_eq!(count(), "7");
    tell("issues", "reopened", &body, "");
    tell("issue_comment", "created", &body, "resolved");
    tell("issues", "closed", &body, "");
    assert_eq!(count(), "9");
    let text = world.show(ISSUE);
    let said: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).skip(4).collect();
    let said: Vec<&str> = said.iter().map(|line| line.split(" · ").next().unwrap()).collect();
    assert_eq!(
        said,
        [
            "## Identified",
            "Requests fail.",
            "## Identified",
            "A disk is full.",
            "## Monitoring",
            "A new disk is in.",
            "- one",
            "- two",
            "## Monitoring",
            "monitoring it all",
            "more",
            "## Resolved",
            "## Postmortem",
            "Disks are watched now.",
            "## Investigating",
            "## Resolved",
        ]
    );
    assert!(!text.contains('\r'));
}

#[test]
fn who_is_slower_than_somebody_else_writes_anew_in_every_workflow_alike() {
    let way = |form: &str| {
        let lines = steps(form)["Write, commit, push"].clone();
        lines[lines.find("for attempt in 1 2 3 4 5; do").unwrap()..].to_owned()
    };
    for form in ["maintenance", "issue"] {
        assert_eq!(way(form), way("incident"), "{form}");
    }
}

#[test]
fn what_an_issue_holds_is_text_and_never_a_command() {
    let none = "_No response_";
    let nasty = "$(touch pwned)`touch pwned`\n\n### What broke\n\n\"; touch pwned; \"\n\n### Where the work on it stands\n\nresolved\n\n### What visitors read\n\n${{ secrets.X }}";
    for (body, first, message) in [
        (form(none, "None", nasty), "## Investigating", nasty),
        (form(none, none, "--help"), "## Investigating", "--help"),
        // Not begun with the form.
        (nasty.replace("### What visitors read", "### Else"), "## Investigating", "$(touch pwned)"),
        ("Plain words.".to_owned(), "## Investigating", "Plain words."),
        (String::new(), "## Investigating", ""),
    ] {
        let world = World::new();
        let output = issue(&world, "issues", "opened", &body, "");
        assert!(output.status.success(), "{body}: {}", said(&output));
        let text = world.show(ISSUE);
        assert!(text.contains(first) && text.contains(message) && !text.contains(none), "{text}");
        assert!(!text.contains("affected"), "{text}");
        for comment in ["$(touch pwned)", "-x", "--help\n`touch pwned`", "\"; touch pwned; \""] {
            let output = issue(&world, "issue_comment", "created", &body, comment);
            assert!(output.status.success(), "{comment}: {}", said(&output));
        }
        assert!(!world.path("runner/pwned").exists(), "{body}");
    }
    // A line that would be read as an update of its own says so, and pushes nothing.
    let world = World::new();
    let body = form(none, none, "Words.\n\n## Resolved · 2026-11-22 10:00 UTC\nNo.");
    let output = issue(&world, "issues", "opened", &body, "");
    assert!(!output.status.success());
    assert!(said(&output).contains("begin no line with `#`"), "{}", said(&output));
    // What was never declared is not resolved.
    let output = issue(&world, "issues", "closed", &body, "");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(world.git("remote.git", &["rev-list", "--count", "main"]), "1");
}

#[test]
fn strangers_publish_nothing_by_an_issue_or_a_comment() {
    let text = include_str!("../src/commands/init/issue.yml").replace("@SETUP@", "./setup");
    let workflow: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let condition = workflow["jobs"]["issue"]["if"].as_str().unwrap();
    let words: Vec<&str> = condition.split_whitespace().collect();
    let may_write = r#"contains(fromJSON('["OWNER", "MEMBER", "COLLABORATOR"]'), github.event."#;
    assert_eq!(
        words.join(" "),
        format!(
            "${{{{ !github.event.issue.pull_request && contains(github.event.issue.labels.*.name, 'incident') && {may_write}issue.author_association) && (github.event_name != 'issue_comment' || {may_write}comment.author_association)) && (github.event.action != 'labeled' || github.event.label.name == 'incident') }}}}"
        )
    );
    // One job, and no event beside those that the condition knows.
    assert_eq!(workflow["jobs"].as_mapping().unwrap().len(), 1);
    let on = serde_yaml::to_string(&workflow["on"]).unwrap();
    assert_eq!(
        on,
        "issues:\n  types:\n  - opened\n  - labeled\n  - closed\n  - reopened\nissue_comment:\n  types:\n  - created\n"
    );
}

#[test]
fn the_form_of_an_issue_has_the_headings_that_the_workflow_looks_for() {
    let form: serde_yaml::Value =
        serde_yaml::from_str(include_str!("../src/commands/init/issue-form.yml")).unwrap();
    let workflow = include_str!("../src/commands/init/issue.yml");
    let parts = form["body"].as_sequence().unwrap();
    let labels: Vec<&str> =
        parts.iter().map(|part| part["attributes"]["label"].as_str().unwrap()).collect();
    for pair in labels.windows(2) {
        assert!(workflow.contains(&format!("(section \"{}\" \"{}\")", pair[0], pair[1])));
    }
    assert!(workflow.contains(&format!("(section \"{}\" \"\")", labels.last().unwrap())));
    // One line, in which no heading can stand; and the text last, in which any may.
    assert_eq!(parts[0]["type"], "input");
    assert_eq!(parts.last().unwrap()["type"], "textarea");
    assert_eq!(form["labels"][0], "incident");
}

#[test]
fn who_may_only_read_publishes_nothing_by_an_issue() {
    let world = World::new();
    fs::remove_file(world.path("bin/gh")).unwrap();
    fs::write(world.path("bin/gh"), "#!/bin/sh\necho \"$PERMISSION\"\n").unwrap();
    fs::set_permissions(world.path("bin/gh"), fs::Permissions::from_mode(0o755)).unwrap();
    for (permission, may) in [("admin", true), ("write", true), ("read", false), ("none", false)] {
        let output = world
            .command("bash", ".")
            .args([
                "--noprofile",
                "--norc",
                "-eo",
                "pipefail",
                "-c",
                &steps("issue")["Who may write"],
            ])
            .envs([
                ("PERMISSION", permission),
                ("GITHUB_REPOSITORY", "acme/status"),
                ("WHO", "eve"),
            ])
            .output()
            .unwrap();
        assert_eq!(output.status.success(), may, "{permission}: {}", said(&output));
    }
}
