//! The program itself: exit codes, reproducible builds, all-or-nothing publishing.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{aboveboard, said, tree};

const NOW: [&str; 2] = ["--now", "2026-11-22T10:00:00Z"];

/// A site with enough in it that an order could go wrong.
fn site(folder: &Path) {
    let mut config = String::from(
        "site: { title: Acme Status, url: https://acme.example/status, timezone: Europe/London }\ndefaults: { retries: 0, timeout: 500ms }\ngroups: [{ id: core, name: Core }]\ncomponents:\n",
    );
    for index in 0..9 {
        config.push_str(&format!("  - {{ id: c{index}, name: Component {index}, group: core, probes: [{{ url: 'tcp://127.0.0.1:9' }}] }}\n"));
    }
    fs::write(folder.join("probes.yaml"), config).unwrap();
    let mut names: Vec<usize> = (0..30).collect();
    // Another order of creation on every call.
    names.rotate_left((std::process::id() as usize + folder.to_str().unwrap().len()) % 30);
    for index in names {
        let text = format!(
            "---\ntitle: Incident {index}\naffected: {{ c{}: partial_outage, c{}: major_outage }}\n---\n## Investigating · 2026-11-{:02} 10:00 UTC\nText.\n## Resolved · 2026-11-{:02} 11:00 UTC\n",
            index % 9,
            (index + 3) % 9,
            index % 20 + 1,
            index % 20 + 1
        );
        support::write(folder, &[(&format!("content/incidents/i{index}.md"), &text)]);
    }
    let mut rows = Vec::new();
    for index in 0..9 {
        rows.extend(support::rows(
            &format!("c{index}"),
            "2026-11-21T00:00:00Z",
            5,
            300,
            "up,10,200,",
        ));
    }
    support::write(folder, &[("data/2026/11/2026-11-21.csv", &support::history(&rows))]);
}

#[test]
fn two_processes_build_the_same_bytes_whatever_surrounds_them() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    site(one.path());
    let inner = two.path().join("a longer name with spaces");
    fs::create_dir(&inner).unwrap();
    site(&inner);
    let first = aboveboard(one.path())
        .arg("build")
        .args(NOW)
        .env("TZ", "Asia/Tokyo")
        .env("LANG", "de_DE.UTF-8")
        .output()
        .unwrap();
    assert!(first.status.success(), "{}", said(&first));
    let second = aboveboard(Path::new("/"))
        .args(["build", "--site"])
        .arg(&inner)
        .env("SOURCE_DATE_EPOCH", "1795341600")
        .env("TZ", "America/Los_Angeles")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    assert!(second.status.success(), "{}", said(&second));
    assert_eq!(support::time("2026-11-22T10:00:00Z").ms(), 1_795_341_600_000);
    let (a, b) = (tree(&one.path().join("public")), tree(&inner.join("public")));
    let paths =
        |tree: &[(String, Vec<u8>)]| tree.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&a), paths(&b));
    assert!(a.len() > 50);
    for ((path, left), (_, right)) in a.iter().zip(&b) {
        assert!(left == right, "{path} differs");
    }
}

#[test]
fn building_twice_changes_nothing_and_rewrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let build = || aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    build();
    let before = tree(&folder.path().join("public"));
    let inode = |path: &str| {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(folder.path().join("public").join(path)).unwrap().ino()
    };
    let (folder_inode, page_inode) = (inode("."), inode("incidents/i3/index.html"));
    let again = build();
    assert!(said(&again).contains(", 0 of them new or changed"), "{}", said(&again));
    assert_eq!((inode("."), inode("incidents/i3/index.html")), (folder_inode, page_inode));
    assert_eq!(tree(&folder.path().join("public")), before);

    // One new incident, and what did not change is the same file on the disk.
    support::write(
        folder.path(),
        &[(
            "content/incidents/new.md",
            "---\ntitle: New\n---\n## Resolved · 2026-11-22 09:00 UTC\n",
        )],
    );
    build();
    assert_eq!(inode("incidents/i3/index.html"), page_inode);
    fs::remove_file(folder.path().join("content/incidents/new.md")).unwrap();
    build();
    assert_eq!(
        tree(&folder.path().join("public")),
        before,
        "what is gone from the site is gone from the page"
    );
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == ".public.new"), "{left:?}");
}

/// Needs strace, which kills the build at a system call.
#[test]
fn a_build_killed_at_any_step_leaves_the_old_site_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let public = folder.path().join("public");
    let build =
        |now: &str| aboveboard(folder.path()).args(["build", "--now", now]).output().unwrap();
    build(NOW[1]);
    let old = tree(&public);
    let fresh = folder.path().join("fresh");
    let later = "2026-11-22T11:00:00Z";
    aboveboard(folder.path())
        .args(["build", "--now", later, "--output"])
        .arg(&fresh)
        .output()
        .unwrap();
    let new = tree(&fresh);
    assert_ne!(old, new);
    // Most pages do not speak of the present, and so are the same an hour later.
    let changed: Vec<_> =
        new.iter().filter(|file| !old.contains(file)).map(|(path, _)| path.as_str()).collect();
    let live = |path: &str| {
        path.starts_with("components/")
            || path.starts_with("embed/")
            || path.contains(".uptime.")
            || ["index.html", "status.json", "card.png", "history/2026-11-22/index.html"]
                .contains(&path)
    };
    assert!(changed.iter().all(|path| live(path)), "{changed:?}");
    let mut outcomes = [0, 0];
    for fault in [
        "mkdir:signal=KILL:when=1",
        "mkdir:signal=KILL:when=9",
        "link,linkat:signal=KILL:when=1",
        "link,linkat:signal=KILL:when=20",
        "renameat2:signal=KILL:when=1",
        "unlinkat:signal=KILL:when=1",
        "unlinkat:signal=KILL:when=30",
        "rmdir,unlinkat:signal=KILL:when=60",
    ] {
        build(NOW[1]);
        assert_eq!(tree(&public), old);
        let killed = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={fault}")])
            .arg(env!("CARGO_BIN_EXE_aboveboard"))
            .args(["build", "--now", later, "--site"])
            .arg(folder.path())
            .output()
            .expect("strace is installed");
        assert!(!killed.status.success(), "{fault} killed nothing");
        let found = tree(&public);
        assert!(found == old || found == new, "{fault} left neither the old nor the new site");
        outcomes[usize::from(found == new)] += 1;
    }
    assert!(outcomes[0] > 0 && outcomes[1] > 0, "{outcomes:?}");
    build(later);
    assert_eq!(tree(&public), new, "the next build cleans up");
}

#[test]
fn a_folder_that_is_not_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    support::write(folder.path(), &[("public/precious.txt", "mine")]);
    let output = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("holds files that aboveboard did not make"),
        "{}",
        said(&output)
    );
    assert_eq!(
        tree(&folder.path().join("public")),
        [("precious.txt".to_owned(), b"mine".to_vec())]
    );
}

#[test]
fn a_mistake_in_the_configuration_or_theme_leaves_the_page_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let build = || aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    build();
    let before = tree(&folder.path().join("public"));
    support::write(
        folder.path(),
        &[(
            "themes/default/home.html",
            "{% extends \"base.html\" %}{% block main %}{{ page.nothing }{% endblock main %}",
        )],
    );
    let output = build();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("themes/default/home.html:1:"), "{}", said(&output));
    assert_eq!(tree(&folder.path().join("public")), before);
    fs::remove_dir_all(folder.path().join("themes")).unwrap();
    support::write(folder.path(), &[("probes.yaml", "site: 1\n")]);
    let output = build();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(tree(&folder.path().join("public")), before);
}

/// A mistake that only some page shows must not keep the news from visitors.
#[test]
fn where_a_template_fails_the_built_in_one_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let text =
        "{% extends \"base.html\" %}{% block main %}{{ page.incident.titel }}{% endblock main %}";
    support::write(folder.path(), &[("themes/default/incident.html", text)]);
    let run =
        |command: &[&str]| aboveboard(folder.path()).args(command).args(NOW).output().unwrap();
    for strict in [&["check"][..], &["build", "--strict"]] {
        let output = run(strict);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("error: field `titel` is not defined"), "{}", said(&output));
    }
    assert!(!folder.path().join("public").exists());
    let output = run(&["build"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("warning: field `titel` is not defined"), "{}", said(&output));
    assert!(said(&output).contains("published in spite of"), "{}", said(&output));
    let page = folder.path().join("public/incidents/i3/index.html");
    assert!(fs::read_to_string(page).unwrap().contains("<h1 dir=\"auto\">"));
    let verified = run(&["verify"]);
    assert!(said(&verified).starts_with("agrees: "), "{}", said(&verified));
}

#[test]
fn a_theme_overrides_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    support::write(
        folder.path(),
        &[
            (
                "themes/default/404.html",
                "{% extends \"base.html\" %}{% block main %}<h1>Gone fishing</h1>{% endblock main %}",
            ),
            ("themes/default/style.css", "body { color: teal }\n"),
        ],
    );
    let output = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let public = folder.path().join("public");
    let page = fs::read_to_string(public.join("404.html")).unwrap();
    assert!(page.contains("Gone fishing") && page.contains("href=\"/status/history/\""), "{page}");
    assert!(tree(&public).iter().any(
        |(path, bytes)| path.starts_with("assets/style.") && bytes == b"body { color: teal }\n"
    ));
    assert!(fs::read_to_string(public.join("index.html")).unwrap().contains("Components"));
}

#[test]
fn broken_authoring_is_published_with_a_mark_and_fails_check_and_strict() {
    let folder = tempfile::tempdir().unwrap();
    support::write(
        folder.path(),
        &[
            ("probes.yaml", support::CONFIG),
            (
                "content/incidents/a.md",
                "---\ntitle: Broken\naffected: { apo: major_outage }\n---\n## Investigating · 2026-11-22 09:00 UTC\nStill here.\n",
            ),
        ],
    );
    let run = |args: &[&str]| aboveboard(folder.path()).args(args).args(NOW).output().unwrap();
    let strict = run(&["build", "--strict"]);
    assert_eq!(strict.status.code(), Some(1));
    assert!(!folder.path().join("public").exists());
    let check = run(&["check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(
        said(&check).contains("error: unknown component `apo`\n --> content/incidents/a.md:3:13\n"),
        "{}",
        said(&check)
    );
    let json = run(&["check", "--json"]);
    assert_eq!(json.status.code(), Some(1));
    let problems: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((problems[0]["line"].as_u64(), problems[0]["column"].as_u64()), (Some(3), Some(13)));
    let build = run(&["build"]);
    assert_eq!(build.status.code(), Some(0), "{}", said(&build));
    let page = fs::read_to_string(folder.path().join("public/index.html")).unwrap();
    assert!(
        page.contains("Still here.") && page.contains("line 3: unknown component `apo`"),
        "{page}"
    );
}

#[test]
fn a_new_site_works_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| aboveboard(folder.path()).args(args).output().unwrap();
    let init = run(&["init", "my-status"]);
    assert!(init.status.success(), "{}", said(&init));
    // No retries and a short time, so that the test need not wait for a network that is not there.
    let path = folder.path().join("my-status/probes.yaml");
    let config = fs::read_to_string(&path).unwrap();
    let impatient =
        config.replace("timeout: 10s", "timeout: 2s").replace("retries: 2", "retries: 0");
    assert_ne!(config, impatient);
    // Names below `.invalid` are never found, with a network or without.
    fs::write(&path, impatient.replace("example.com", "example.invalid")).unwrap();
    for command in ["check", "probe", "build"] {
        let output = run(&[command, "--site", "my-status"]);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", said(&output));
    }
    let public = folder.path().join("my-status/public");
    let home = fs::read_to_string(public.join("index.html")).unwrap();
    assert!(home.contains("Status unknown: no check could reach anything"), "{home}");
    assert!(home.contains("<p class=\"reason\">") && home.contains("dns: "), "{home}");
    let again = run(&["init", "my-status"]);
    assert!(
        said(&again).contains("kept  probes.yaml, which was there already"),
        "{}",
        said(&again)
    );
}

#[test]
fn a_service_that_is_down_is_data_and_a_missing_variable_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let config = "site: { title: A, url: https://a.example }\ndefaults: { retries: 0 }\ncomponents:\n  - { id: api, probes: [{ url: 'tcp://127.0.0.1:9' }] }\n  - { id: web, probes: [{ url: 'http://127.0.0.1:9/${TOKEN}' }] }\n";
    support::write(folder.path(), &[("probes.yaml", config)]);
    let probe = |token: Option<&str>| {
        let mut command = aboveboard(folder.path());
        if let Some(token) = token {
            command.env("TOKEN", token);
        }
        command.arg("probe").args(NOW).output().unwrap()
    };
    let output = probe(Some("geheim"));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("down     api"), "{}", said(&output));
    let output = probe(None);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("error: probe `web` cannot run: variable `TOKEN` is not set"),
        "{}",
        said(&output)
    );
    let csv = fs::read_to_string(folder.path().join("data/2026/11/2026-11-22.csv")).unwrap();
    assert!(csv.contains(",web,unknown,,,not configured: variable `TOKEN` is not set\n"), "{csv}");
    assert!(!csv.contains("geheim"));
    let check = aboveboard(folder.path()).arg("check").args(NOW).output().unwrap();
    assert_eq!(check.status.code(), Some(0), "a pull request has no secrets: {}", said(&check));
}

#[test]
fn wrong_command_lines_exit_2_and_a_failing_disk_exits_3() {
    let folder = tempfile::tempdir().unwrap();
    let code = |args: &[&str]| {
        let output = aboveboard(folder.path()).args(args).output().unwrap();
        (output.status.code().unwrap(), said(&output))
    };
    assert_eq!(code(&["biuld"]).0, 2);
    assert_eq!(code(&["build", "--now", "noon"]).0, 2);
    let (exit, text) = code(&["build"]);
    assert_eq!(exit, 2);
    assert!(text.contains("make a site with `aboveboard init DIR`"), "{text}");
    support::write(folder.path(), &[("probes.yaml", support::CONFIG)]);
    assert_eq!(code(&["build", "--base-url", "nowhere"]).0, 2);
    let (exit, text) = code(&["build", "--output", "/proc/nothing/here"]);
    assert_eq!(exit, 3, "{text}");
    assert!(text.starts_with("error: cannot create `/proc/nothing"), "{text}");
}

#[test]
fn two_pages_that_want_one_address_are_both_shown() {
    let folder = tempfile::tempdir().unwrap();
    let page = "---\ntitle: A page\n---\nText.\n";
    support::write(
        folder.path(),
        &[
            ("probes.yaml", support::CONFIG),
            ("content/pages/history.md", page),
            ("content/pages/history-page.md", page),
            ("content/pages/a.b.md", page),
            ("content/pages/a-b.md", page),
        ],
    );
    let output = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let pages = tree(&folder.path().join("public"));
    let shown = pages.iter().filter(|(path, bytes)| {
        path.ends_with("index.html") && String::from_utf8_lossy(bytes).contains("<h1>A page</h1>")
    });
    assert_eq!(shown.count(), 4);
}

#[test]
fn what_is_not_a_readable_file_is_told_and_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let incident = "---\ntitle: Whole\n---\n## Investigating · 2026-11-22 09:00 UTC\n";
    support::write(
        folder.path(),
        &[
            ("probes.yaml", support::CONFIG),
            ("content/incidents/a.md", incident),
            ("content/incidents/b.txt", incident),
            ("content/incidents/c.MD", incident),
        ],
    );
    let incidents = folder.path().join("content/incidents");
    for (target, name) in [("root@host.1", ".#a.md"), ("nowhere", "d.md"), ("e.md", "e.md")] {
        std::os::unix::fs::symlink(target, incidents.join(name)).unwrap();
    }
    let check = aboveboard(folder.path()).arg("check").args(NOW).output().unwrap();
    assert_eq!(check.status.code(), Some(1));
    for name in ["b.txt", "c.MD", "d.md", "e.md"] {
        assert!(
            said(&check).contains(&format!("--> content/incidents/{name}\n")),
            "{name}: {}",
            said(&check)
        );
    }
    assert!(!said(&check).contains(".#a.md"));
    let build = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert_eq!(build.status.code(), Some(0), "{}", said(&build));
    assert!(said(&build).contains("Incident: Whole"), "{}", said(&build));
}

#[test]
fn a_build_never_replaces_what_the_site_is_made_from() {
    let folder = tempfile::tempdir().unwrap();
    support::write(
        folder.path(),
        &[("probes.yaml", support::CONFIG), (".public.lock", "somebody's")],
    );
    for output in ["data", "content/pages", "themes/x", "."] {
        let built = aboveboard(folder.path())
            .args(["build", "--output", output])
            .args(NOW)
            .output()
            .unwrap();
        assert_eq!(built.status.code(), Some(2), "{output}: {}", said(&built));
    }
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling")).unwrap();
    let built = aboveboard(folder.path())
        .args(["build", "--output", "dangling"])
        .args(NOW)
        .output()
        .unwrap();
    assert_eq!(built.status.code(), Some(3), "{}", said(&built));
    let names = |folder: &Path| {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(folder.path()), [".public.lock", "dangling", "probes.yaml"]);
    let built = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    assert_eq!(fs::read_to_string(folder.path().join(".public.lock")).unwrap(), "somebody's");
}

#[test]
fn an_output_that_takes_nothing_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let check = |config: &str, out: fs::File, err: fs::File| {
        support::write(folder.path(), &[("probes.yaml", config)]);
        aboveboard(folder.path())
            .arg("check")
            .args(NOW)
            .stdout(out)
            .stderr(err)
            .status()
            .unwrap()
            .code()
    };
    assert_eq!(check(support::CONFIG, full(), full()), Some(0));
    assert_eq!(check("site: 1\n", full(), full()), Some(1));
}

#[test]
fn a_doubt_names_the_file_it_is_about() {
    let folder = tempfile::tempdir().unwrap();
    let text = "---\ntitle: A\n---\n## Investigating · 2026-11-22 11:00 UTC\n";
    support::write(
        folder.path(),
        &[("probes.yaml", support::CONFIG), ("content/incidents/2026/later.md", text)],
    );
    let check = aboveboard(folder.path()).arg("check").args(NOW).output().unwrap();
    assert_eq!(check.status.code(), Some(0));
    let want = "warning: this incident begins in the future, at 2026-11-22T11:00:00Z\n--> content/incidents/2026/later.md\n";
    assert!(said(&check).contains(want), "{}", said(&check));
}

/// Each of these once took from seven seconds to minutes.
#[test]
fn hostile_files_are_refused_in_bounded_time() {
    let site = "site: { title: A, url: https://a.example }\n";
    let many = |text: &str, count| text.repeat(count);
    let config = |text: String| vec![("probes.yaml", text)];
    let incident = |text: String| {
        vec![("probes.yaml", support::CONFIG.to_owned()), ("content/incidents/a.md", text)]
    };
    let cases = [
        config(format!("a: {}", many("[", 100_000))),
        config(format!("a: {}", many("{a: ", 100_000))),
        config(format!(
            "site: {{ title: A, url: https://a.example, timezone: {} }}\n",
            many("A", 100_000)
        )),
        config(format!(
            "site: &a [{}]\ncomponents: [{}]\n",
            many("x,", 20_000),
            many("*a,", 2_000)
        )),
        config(format!(
            "{site}components: [{{ id: a }}]\n{}",
            (0..2000).map(|i| format!("k{i}: 1\n")).collect::<String>()
        )),
        incident(format!(
            "---\ntitle: A\naffected: {{ {} }}\n---\n## Resolved · 2026-11-22 09:00 UTC\n",
            (0..2000).map(|i| format!("c{i}: major_outage, ")).collect::<String>()
        )),
        incident(format!("---\ntitle: A\n---\n{}", many("## Bad · x\n\n", 20_000))),
        incident(format!(
            "---\ntitle: A\n---\n{}",
            many("## Monitoring · 2026-11-22 09:00 UTC\n\n", 20_000)
        )),
    ];
    for (index, files) in cases.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        support::write(folder.path(), &files);
        let mut child = aboveboard(folder.path())
            .arg("build")
            .args(NOW)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let start = std::time::Instant::now();
        // A debug build on a busy machine; unbounded, they take far longer still.
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if start.elapsed().as_secs() > 30 => {
                    child.kill().unwrap();
                    panic!("case {index} takes too long");
                }
                None => std::thread::yield_now(),
            }
        };
        assert!(status.code().is_some_and(|code| code < 2), "case {index}: {status}");
    }
}

#[test]
fn shells_complete_every_command_and_each_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = aboveboard(folder.path()).args(["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        for word in ["incident", "maintenance", "--affects", "verify"] {
            assert!(script.contains(word.trim_start_matches('-')), "{shell} lacks {word}");
        }
    }
    let output = aboveboard(folder.path()).arg("man").output().unwrap();
    assert_eq!(said(&output), "wrote 31 pages to `man`\n");
    let page = fs::read_to_string(folder.path().join("man/aboveboard-incident-new.1")).unwrap();
    assert!(page.contains(".TH aboveboard-incident-new 1"), "{page}");
    // Again, over those that are there.
    let again = aboveboard(folder.path()).arg("man").output().unwrap();
    assert_eq!(said(&again), "wrote 31 pages to `man`\n");
}

#[test]
fn a_schema_is_printed_for_each_kind_of_file() {
    let folder = tempfile::tempdir().unwrap();
    for (name, key) in [
        ("probes", "components"),
        ("incident", "affected"),
        ("maintenance", "duration"),
        ("correction", "until"),
        ("page", "title"),
    ] {
        let output = aboveboard(folder.path()).args(["schema", name]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}");
        let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(schema["properties"][key].is_object(), "{name}");
    }
    let output = aboveboard(folder.path()).args(["schema", "probe"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
