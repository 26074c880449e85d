//! The jobs that `aboveboard init --gitlab` writes: their own shell lines, run here as a runner of GitLab runs
//! them, against a repository and a service on this machine.
//!
//! It does not show Pages, permissions, queues, nor the rules by which GitLab decides what runs.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aboveboard::commands::init::{self, Host, Tool};
use serde_yaml::Value;
use support::{said, write};

const TOKEN: &str = "glpat-0123456789";
const FORM: [&str; 9] =
    ["WHAT", "TITLE", "AFFECTS", "STATUS", "MESSAGE", "INCIDENT", "START", "LENGTH", "MAINTENANCE"];

/// `.gitlab-ci.yml` as `init` writes it.
fn pipeline() -> Value {
    let now = support::time("2026-11-22T10:00:00Z");
    let variables = Default::default();
    let world = aboveboard::commands::World { now, is_fixed: true, variables, quiet: true };
    let tool = Tool {
        step: String::new(),
        repository: "https://forge.example/tool".to_owned(),
        revision: "--rev 0123abc".to_owned(),
    };
    let files = init::files(&world, &tool, Host::GitLab);
    let text = files.iter().find(|(path, _)| path == ".gitlab-ci.yml").map(|(_, text)| text);
    serde_yaml::from_str(text.unwrap()).unwrap()
}

/// The lines of one key of a job, in one shell, as a runner runs them.
fn lines(part: &Value) -> String {
    let lines = part.as_sequence().unwrap().iter().map(|line| line.as_str().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

struct World {
    folder: tempfile::TempDir,
    is_up: Arc<AtomicBool>,
}

impl World {
    fn new() -> Self {
        let is_up = Arc::new(AtomicBool::new(true));
        let port = serve(Arc::clone(&is_up));
        let world = Self { folder: tempfile::tempdir().unwrap(), is_up };
        let remote = world.path("remote.git");
        world.git(".", &["init", "--quiet", "--bare", "-b", "main", remote.to_str().unwrap()]);
        world.git("remote.git", &["config", "receive.advertisePushOptions", "true"]);
        world.git(".", &["clone", "--quiet", remote.to_str().unwrap(), "person"]);
        let config = format!(
            "site: {{ title: Acme Status, url: https://status.acme.example }}\n\
             defaults: {{ retries: 0 }}\n\
             incidents: {{ raise_after: 0s, resolve_after: 0s }}\n\
             components:\n\
             \x20 - {{ id: api, name: Public API, probes: [{{ url: \"http://127.0.0.1:{port}/\" }}] }}\n\
             \x20 - {{ id: web, name: Website }}\n"
        );
        let files = [("probes.yaml", config.as_str()), (".gitignore", "/data/\n/public/\n")];
        write(&world.path("person"), &files);
        world.git("person", &["checkout", "--quiet", "-B", "main"]);
        world.by_hand("site");
        let hook = "#!/bin/sh\nwhile read -r old new ref; do\n  echo \"$ref ${GIT_PUSH_OPTION_0:-none}\" >> \"$PWD/pushes\"\n  if [ -e closed ] && [ \"$ref\" = refs/heads/main ]; then exit 1; fi\ndone\n";
        world.program("remote.git/hooks/pre-receive", hook);
        // Before a push of main begins, what is to happen meanwhile does; and what it would prove itself by is noted.
        let git = format!(
            "#!/bin/sh\nif [ \"$1\" = push ]; then /usr/bin/git config --get-urlmatch http.extraheader https://gitlab.example/acme/status.git > '{0}/header'; fi\nif [ \"$1\" = push ] && [ -e '{0}/meanwhile' ]; then mv '{0}/meanwhile' '{0}/done' && env -i PATH=/usr/bin:/bin sh -e '{0}/done'; fi\nexec /usr/bin/git \"$@\"\n",
            world.path("").display()
        );
        world.program("bin/git", git.as_str());
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, text: &str) {
        write(self.folder.path(), &[(name, text)]);
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path(folder)).env_clear().stdin(Stdio::null());
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.path("bin").display());
        command.env("PATH", path).env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", self.path("."));
        command
    }

    fn git(&self, folder: &str, words: &[&str]) -> String {
        let mut command = self.command("/usr/bin/git", folder);
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Grace")
                .env(format!("GIT_{who}_EMAIL"), "grace@acme.example");
        }
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "git {words:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn by_hand(&self, subject: &str) {
        self.git("person", &["add", "."]);
        self.git("person", &["commit", "--quiet", "-m", subject]);
        self.git("person", &["push", "--quiet", "origin", "main"]);
    }

    /// Runs a part of a job in a new clone, as it is left by a runner: without a branch.
    fn run(&self, job: &str, variables: &[(&str, &str)]) -> Output {
        let _ = fs::remove_dir_all(self.path("runner"));
        let remote = format!("file://{}", self.path("remote.git").display());
        self.git(".", &["clone", "--quiet", "--depth", "1", &remote, "runner"]);
        self.git("runner", &["checkout", "--quiet", "--detach"]);
        fs::create_dir_all(self.path("runner/.aboveboard/bin")).unwrap();
        symlink(env!("CARGO_BIN_EXE_aboveboard"), self.path("runner/.aboveboard/bin/aboveboard"))
            .unwrap();
        let pipeline = pipeline();
        let script = format!(
            "{}\n{}",
            lines(&pipeline["default"]["before_script"]),
            lines(&pipeline[job]["script"])
        );
        self.shell(&script, variables)
    }

    /// What the job after it says of the page that was published.
    fn outcome(&self) -> Output {
        self.shell(&lines(&pipeline()["outcome"]["script"]), &[])
    }

    fn shell(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let defaults = pipeline()["variables"].clone();
        let defaults = defaults.as_mapping().unwrap().iter().map(|(name, one)| {
            (name.as_str().unwrap().to_owned(), one["value"].as_str().unwrap().to_owned())
        });
        let project = format!("file://{}", self.path("remote").display());
        let output = self
            .command("bash", "runner")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .env("CI_PROJECT_DIR", self.path("runner"))
            .env("CI_PROJECT_URL", project)
            .envs([
                ("CI_SERVER_URL", "https://gitlab.example"),
                ("CI_SERVER_HOST", "gitlab.example"),
                ("CI_DEFAULT_BRANCH", "main"),
                ("CI_COMMIT_BRANCH", "main"),
                ("CI_JOB_TOKEN", "job-token-0123"),
                ("GITLAB_USER_NAME", "Ada $(touch pwned)"),
                ("GITLAB_USER_LOGIN", "ada"),
                ("GITLAB_USER_ID", "7"),
                ("ABOVEBOARD_TOKEN", TOKEN),
            ])
            .envs(defaults)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        assert!(!said(&output).contains(TOKEN), "a secret in the log: {}", said(&output));
        assert!(!self.path("runner/pwned").exists());
        output
    }

    /// Runs the job that must succeed, and the one after it.
    fn publish(&self, variables: &[(&str, &str)]) -> String {
        let output = self.run("pages", variables);
        assert!(output.status.success(), "{}", said(&output));
        let outcome = self.outcome();
        assert!(outcome.status.success(), "{}{}", said(&output), said(&outcome));
        said(&output)
    }

    fn page(&self, name: &str) -> String {
        fs::read_to_string(self.path("runner/public").join(name)).unwrap()
    }

    fn log(&self) -> Vec<String> {
        let log = self.git("remote.git", &["log", "--format=%an <%ae> %s", "main"]);
        log.lines().map(str::to_owned).collect()
    }

    fn incident(&self) -> (String, String) {
        let words = ["ls-tree", "-r", "--name-only", "main", "content/incidents"];
        let path = self.git("remote.git", &words);
        let text = self.git("remote.git", &["show", &format!("main:{path}")]);
        (path, text)
    }
}

/// A service that answers 200 or 503.
fn serve(is_up: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let status = if is_up.load(Ordering::SeqCst) { "200 OK" } else { "503 Down" };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        }
    });
    port
}

const BOT: &str = "aboveboard <aboveboard@noreply.gitlab.example>";
const ADA: &str = "Ada $(touch pwned) <7-ada@users.noreply.gitlab.example>";

/// Samples are of whole seconds: what is told apart must be of two.
fn next_second() {
    let second = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = second();
    while second() == now {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_service_fails_and_heals_and_the_page_says_so() {
    let world = World::new();
    world.publish(&[]);
    assert!(world.page("api/v2/status.json").contains("\"none\""));
    assert!(world.git("remote.git", &["ls-tree", "-r", "--name-only", "data"]).ends_with(".csv"));
    next_second();
    world.is_up.store(false, Ordering::SeqCst);
    world.publish(&[]);
    assert!(world.page("api/v2/incidents.json").contains("Public API is down"));
    assert_eq!(world.log()[0], format!("{BOT} incident: Public API is down"));
    next_second();
    world.is_up.store(true, Ordering::SeqCst);
    world.publish(&[]);
    assert_eq!(world.log()[0], format!("{BOT} incident: Public API is down (resolved)"));
    assert!(world.page("api/v2/status.json").contains("\"none\""));
    // Nothing that it pushed starts a pipeline.
    let pushes = fs::read_to_string(world.path("remote.git/pushes")).unwrap();
    assert!(pushes.contains("refs/heads/main ci.skip\n"), "{pushes}");
    assert!(pushes.contains("refs/heads/data ci.skip\n"), "{pushes}");
    assert!(!pushes.contains("none"), "{pushes}");
}

#[test]
fn people_declare_update_and_resolve_by_the_form() {
    let world = World::new();
    world.publish(&[
        ("WHAT", "declare"),
        ("TITLE", "Slow queries"),
        ("AFFECTS", "api=degraded_performance"),
        ("MESSAGE", "Searches wait."),
    ]);
    assert!(world.page("api/v2/incidents.json").contains("Slow queries"));
    let update = ("MESSAGE", "A fix is out.");
    world.publish(&[("WHAT", "update"), ("STATUS", "monitoring"), update]);
    let (path, text) = world.incident();
    assert!(text.contains("## Monitoring · "), "{text}");
    // Filled in by a call of GitLab's interface, of which GitLab makes a payload.
    let payload = world.path("payload");
    fs::write(&payload, r#"{"id":"7","ref":"main","variables":{}}"#).unwrap();
    let payload = ("TRIGGER_PAYLOAD", payload.to_str().unwrap());
    let message = ("MESSAGE", "All is well.");
    world.publish(&[("WHAT", "resolve"), ("INCIDENT", &path), message, payload]);
    assert_eq!(
        world.log()[..3],
        [
            format!("{ADA} incident: Slow queries (resolved)"),
            format!("{ADA} incident: Slow queries (monitoring)"),
            format!("{ADA} incident: Slow queries"),
        ]
    );
    assert!(world.page("api/v2/incidents.json").contains("All is well."));
}

#[test]
fn people_plan_extend_and_call_off_maintenance_by_the_form() {
    let world = World::new();
    world.publish(&[
        ("WHAT", "plan"),
        ("TITLE", "Database upgrade"),
        ("AFFECTS", "api, web"),
        ("START", "2199-11-24 02:00 UTC"),
        ("LENGTH", "2h"),
    ]);
    let path = world.git("remote.git", &["ls-tree", "-r", "--name-only", "main", "content"]);
    world.publish(&[("WHAT", "extend"), ("LENGTH", "30m"), ("MAINTENANCE", &path)]);
    world.publish(&[("WHAT", "cancel"), ("MESSAGE", "No need.")]);
    let text = world.git("remote.git", &["show", &format!("main:{path}")]);
    assert!(text.contains("\nend: 2199-11-24 04:30 UTC\n"), "{text}");
    assert!(text.contains("\n## Cancelled · "), "{text}");
}

#[test]
fn what_is_typed_is_text_and_never_a_command() {
    for title in [
        "$(touch pwned)`touch pwned`",
        "--help",
        "-x",
        "\"; touch pwned; \"",
        "$[[ inputs.x ]] ${{ x }}",
    ] {
        let world = World::new();
        world.publish(&[("WHAT", "declare"), ("TITLE", title), ("MESSAGE", title)]);
        let (_, text) = world.incident();
        assert!(text.contains(title.split('"').next().unwrap()), "{text}");
    }
    // A mistake says what to type instead, and publishes nothing.
    let world = World::new();
    for (form, why) in [
        (
            &[("WHAT", "declare"), ("TITLE", "T"), ("AFFECTS", "apu=major_outage")][..],
            "did you mean `api`?",
        ),
        (&[("WHAT", "declare")][..], "an incident needs a title"),
        (&[("WHAT", "; touch pwned")][..], "there is nothing to do by the name of"),
    ] {
        let output = world.run("pages", form);
        assert!(!output.status.success());
        assert!(said(&output).contains(why), "{}", said(&output));
        assert!(!world.path("runner/public").exists());
    }
    assert_eq!(world.log().len(), 1);
}

#[test]
fn a_secret_that_gitlab_put_into_what_was_typed_is_not_published() {
    let world = World::new();
    let config = fs::read_to_string(world.path("person/probes.yaml")).unwrap();
    write(&world.path("person"), &[("probes.yaml", &format!("{config}# ${{ACME_LOGIN:-x}}\n"))]);
    world.by_hand("a secret");
    for secret in [TOKEN, "job-token-0123", "hunter2-login"] {
        let text = format!("costs {secret}");
        let login = ("ACME_LOGIN", "hunter2-login");
        let form = [("WHAT", "declare"), ("TITLE", "T"), ("MESSAGE", &*text), login];
        let output = world.run("pages", &form);
        assert!(!output.status.success());
        assert!(said(&output).contains("this holds the secret value of "), "{}", said(&output));
        let payload = world.path("payload");
        fs::write(&payload, &text).unwrap();
        let output = world.run("pages", &[("TRIGGER_PAYLOAD", payload.to_str().unwrap()), login]);
        assert!(!output.status.success());
        assert!(said(&output).contains("this holds the secret value of "), "{}", said(&output));
    }
    assert_eq!(world.log().len(), 2);
}

#[test]
fn who_pushes_meanwhile_loses_nothing_and_stops_nothing() {
    let world = World::new();
    world.publish(&[("WHAT", "declare"), ("TITLE", "Slow queries")]);
    let (path, _) = world.incident();
    // A person adds to the end of the same file, in the moment before the push.
    let meanwhile = format!(
        "cd '{}'\ngit pull --quiet origin main\nprintf '\\n## Identified · 2026-11-22 10:00 UTC\\nTyped at a desk.\\n' >> '{path}'\ngit -c user.name=Grace -c user.email=grace@acme.example commit --quiet -am by-hand\ngit push --quiet origin main\n",
        world.path("person").display()
    );
    fs::write(world.path("meanwhile"), meanwhile).unwrap();
    let said = world.publish(&[("WHAT", "update"), ("MESSAGE", "Typed on a phone.")]);
    assert!(said.contains("somebody else was faster, attempt 1"), "{said}");
    let (_, text) = world.incident();
    assert!(text.contains("Typed at a desk.") && text.contains("Typed on a phone."), "{text}");
    let page = world.page("api/v2/incidents.json");
    assert!(page.contains("Typed at a desk.") && page.contains("Typed on a phone."), "{page}");
}

#[test]
fn a_pipeline_that_waited_publishes_the_branch_as_it_is_by_now() {
    let world = World::new();
    let old = world.git("remote.git", &["rev-parse", "main"]);
    world.publish(&[("WHAT", "declare"), ("TITLE", "Slow queries")]);
    let _ = fs::remove_dir_all(world.path("runner"));
    // The runner begins with the commit of its pipeline.
    world.git("person", &["push", "--quiet", "origin", &format!("{old}:refs/heads/before")]);
    let script = {
        let pipeline = pipeline();
        format!(
            "git init --quiet --initial-branch=x .\ngit remote add origin \"$CI_PROJECT_URL.git\"\ngit fetch --quiet --depth=1 origin before\ngit checkout --quiet FETCH_HEAD\nexport PATH=\"{}:$PATH\"\n{}",
            PathBuf::from(env!("CARGO_BIN_EXE_aboveboard")).parent().unwrap().display(),
            lines(&pipeline["pages"]["script"])
        )
    };
    fs::create_dir(world.path("runner")).unwrap();
    let output = world.shell(&script, &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(world.page("api/v2/incidents.json").contains("Slow queries"));
}

#[test]
fn where_the_branch_takes_no_push_the_page_tells_of_it_and_the_pipeline_fails() {
    let world = World::new();
    world.publish(&[]);
    next_second();
    world.is_up.store(false, Ordering::SeqCst);
    write(&world.path("remote.git"), &[("closed", "")]);
    let output = world.run("pages", &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("somebody else was faster, attempt 5"), "{}", said(&output));
    assert!(world.page("api/v2/incidents.json").contains("Public API is down"));
    let outcome = world.outcome();
    assert!(!outcome.status.success());
    assert_eq!(said(&outcome), "An incident could not be written, or not be pushed.\n");
}

#[test]
fn a_probe_that_cannot_run_does_not_hold_back_the_page() {
    let world = World::new();
    let script = lines(&pipeline()["pages"]["script"]);
    world.run("check", &[]);
    // The tool, but for this one command.
    let tool = env!("CARGO_BIN_EXE_aboveboard");
    let stand_in =
        format!("#!/bin/sh\nif [ \"$1\" = probe ]; then exit 3; fi\nexec '{tool}' \"$@\"\n");
    world.program("bin/aboveboard", &stand_in);
    let output = world.shell(&script, &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(world.page("index.html").contains("Acme Status"));
    assert_eq!(said(&world.outcome()), "A probe could not run.\n");
    assert!(!world.outcome().status.success());
}

#[test]
fn the_payload_of_a_monitoring_system_becomes_an_incident() {
    let world = World::new();
    let payload = world.path("payload.json");
    let call = |text: &str| {
        fs::write(&payload, text).unwrap();
        world.publish(&[("TRIGGER_PAYLOAD", payload.to_str().unwrap())]);
    };
    // GitLab adds the project and the branch.
    call(
        r#"{"id":"7","ref":"main","key":"db-7","state":"firing","title":"Uploads fail `touch pwned` $(touch pwned)","affected":{"web":"major_outage"},"message":"Uploads fail."}"#,
    );
    assert!(world.page("api/v2/incidents.json").contains("Uploads fail `touch pwned`"));
    assert!(world.log()[0].starts_with(&format!("{BOT} incident: Uploads fail")));
    call(r#"{"id":"7","ref":"main","key":"db-7","state":"resolved"}"#);
    assert!(world.log()[0].ends_with("(resolved)"), "{:?}", world.log());
    // One that says nothing we know is told, and holds back no page.
    fs::write(&payload, "{}").unwrap();
    let output = world.run("pages", &[("TRIGGER_PAYLOAD", payload.to_str().unwrap())]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(world.path("runner/public/index.html").exists());
    assert!(!world.outcome().status.success());
}

#[test]
fn a_push_is_proven_by_a_header_and_by_nothing_that_is_printed_or_kept() {
    let world = World::new();
    // `oauth2` and the token of the project, else `gitlab-ci-token` and that of the job.
    let ours = "b2F1dGgyOmdscGF0LTAxMjM0NTY3ODk=";
    let of_the_job = "Z2l0bGFiLWNpLXRva2VuOmpvYi10b2tlbi0wMTIz";
    for (token, wanted) in [(TOKEN, ours), ("", of_the_job)] {
        let said = world.publish(&[("ABOVEBOARD_TOKEN", token)]);
        let header = fs::read_to_string(world.path("header")).unwrap();
        assert_eq!(header, format!("AUTHORIZATION: basic {wanted}\n"));
        let settings = fs::read_to_string(world.path("runner/.git/config")).unwrap();
        for text in [&said, &settings] {
            assert!(!text.contains(wanted) && !text.contains("token"), "{text}");
        }
    }
}

#[test]
fn a_merge_request_with_a_mistake_fails() {
    let world = World::new();
    let output = world.run("check", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let text = "---\ntitle: T\naffected: { apu: major_outage }\n---\n\n## Investigating · 2026-11-22 10:00 UTC\n";
    write(&world.path("person"), &[("content/incidents/t.md", text)]);
    world.by_hand("a mistake");
    let output = world.run("check", &[]);
    assert!(!output.status.success());
    assert!(said(&output).contains("unknown component `apu`"), "{}", said(&output));
}

#[test]
fn the_tool_comes_from_a_release_by_its_checksum_or_from_its_source() {
    let world = World::new();
    let script = lines(&pipeline()["default"]["before_script"]);
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let machine = if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" };
    let name = format!("aboveboard-{version}-Linux-{machine}.tar.gz");
    world.program("release/aboveboard", "#!/bin/sh\necho \"released $*\"\n");
    let pack = format!("tar -czf '{name}' aboveboard && sha256sum '{name}' > '{name}.sha256'");
    assert!(world.command("sh", "release").args(["-c", &pack]).status().unwrap().success());
    let curl = format!(
        "#!/bin/sh\nfor word in \"$@\"; do case \"$word\" in https://forge.example/tool/releases/download/{version}/*) cp '{}'/\"${{word##*/}}\" . || exit 22 ;; esac; done\n",
        world.path("release").display()
    );
    world.program("bin/curl", &curl);
    world.program(
        "bin/cargo",
        "#!/bin/sh\nprintf '#!/bin/sh\\necho built %s\\n' \"$*\" > .aboveboard/bin/aboveboard\nchmod +x .aboveboard/bin/aboveboard\n",
    );
    let run = || {
        let _ = fs::remove_dir_all(world.path("runner"));
        fs::create_dir(world.path("runner")).unwrap();
        world.shell(&script, &[])
    };
    let output = run();
    assert!(said(&output).ends_with("released --version\n"), "{}", said(&output));
    // Another file by the name of the release.
    fs::write(world.path("release").join(&name), "other").unwrap();
    let output = run();
    assert!(!output.status.success(), "{}", said(&output));
    fs::remove_file(world.path("release").join(&name)).unwrap();
    let output = run();
    assert!(output.status.success(), "{}", said(&output));
    let built = "built install --quiet --git https://forge.example/tool --rev 0123abc --locked --root .aboveboard aboveboard\n";
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(built), "{}", said(&output));
}

#[test]
fn the_jobs_are_those_that_the_words_promise() {
    let pipeline = pipeline();
    let text = |value: &Value| serde_yaml::to_string(value).unwrap();
    // What is typed is nowhere but in the environment of the shell.
    for job in ["pages", "outcome", "check"] {
        let mut rest = pipeline[job].clone();
        rest.as_mapping_mut().unwrap().remove("script");
        let found = FORM.iter().find(|name| text(&rest).contains(&format!("${name}")));
        assert_eq!(found, None, "{job}");
        let script = lines(&pipeline[job]["script"]);
        for program in ["$[[", "${{", "eval", "-c \"", "[skip ci]", "set -x", "[ci skip]"] {
            assert!(!script.contains(program), "{job}: {program}");
        }
    }
    let form: Vec<&str> =
        pipeline["variables"].as_mapping().unwrap().keys().filter_map(Value::as_str).collect();
    assert_eq!(form, FORM);
    for name in FORM {
        let one = &pipeline["variables"][name];
        assert!(one["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        if let Some(options) = one["options"].as_sequence() {
            assert!(options.contains(&one["value"]), "{name}");
        }
    }
    // Nothing for the branch `data`; one page at a time; a push ends no form that waits.
    assert_eq!(
        text(&pipeline["workflow"]["rules"]),
        "- if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n- if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n"
    );
    assert_eq!(pipeline["workflow"]["auto_cancel"]["on_new_commit"], "interruptible");
    assert_eq!(pipeline["pages"]["resource_group"], "status");
    assert_eq!(pipeline["pages"]["interruptible"], false);
    assert_eq!(pipeline["pages"]["artifacts"]["paths"][0], "public");
}
