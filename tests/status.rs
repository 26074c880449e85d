//! `aboveboard status`: a person's view at 3 a.m.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::Path;

use support::{aboveboard, history, rows, said, write};

const NOW: &str = "2026-11-22T03:12:00Z";
const CONFIG: &str = "site: { title: Acme, url: https://a.example }
groups: [{ id: core, name: Core, down_when: all }]
components:
  - { id: api, name: Public API, group: core, probes: [{ url: https://a.example/ }] }
  - { id: db, name: Database, group: core, probes: [{ url: 'tcp://a:1' }] }
  - { id: phone, name: Phone }
";

/// Two days at five minutes; the API has been down for 22 minutes.
fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = rows("api", "2026-11-21T00:00:00Z", 5, 322, "up,100,200,");
    lines.extend(rows("api", "2026-11-22T02:50:00Z", 5, 5, "down,,503,http status 503"));
    lines.extend(rows("db", "2026-11-21T00:00:00Z", 5, 327, "up,1,,"));
    write(folder.path(), &[("probes.yaml", CONFIG), ("data/a.csv", &history(&lines))]);
    folder
}

fn status(site: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = aboveboard(site);
    let output = command.arg("status").args(arguments).args(["--now", NOW]).output().unwrap();
    (output.status.code(), said(&output))
}

#[test]
fn the_whole_site_on_one_screen() {
    let site = site();
    let (code, told) = status(site.path(), &[]);
    assert_eq!(code, Some(0));
    let dots = ".".repeat(88);
    assert_eq!(
        told.replace('\u{a0}', " "),
        format!(
            "✕ Public API is down since 02:50 UTC
Last check 2 min ago, at 03:10 UTC; checks are meant to run every 5 min.

Core: ◐ Partial outage  98.65 %  22 min down in 1 d 3 h
✕ Down  Public API (api)
  since 22 Nov 2026, 02:50 UTC: http status 503
  {dots}|X
  98.65 %  22 min down in 1 d 3 h
✓ Operational  Database (db)
  {dots}||
  100.00 %  no downtime in 1 d 3 h

– Not checked  Phone (phone)

Each sign is a day, today on the right: | good  : good, with gaps  d degraded  p partial outage  X down  m maintenance  ? no data  . not yet watched
"
        )
    );
}

#[test]
fn one_component_with_its_reasons() {
    let site = site();
    let (code, told) = status(site.path(), &["api"]);
    assert_eq!(code, Some(0));
    assert!(told.contains("  02:50 to 03:12  ✕ Down: check api failed\n"), "{told}");
    assert!(
        told.contains(
            "  22 Nov 2026, 02:50 UTC  22 min so far · http status 503 · no incident was declared\n"
        ),
        "{told}"
    );
    assert!(told.contains("api: ✕ Down at 22 Nov 2026, 03:10 UTC, http status 503\n"), "{told}");
    let (code, told) = status(site.path(), &["core"]);
    assert_eq!(code, Some(0));
    assert!(told.starts_with("◐ Partial outage  Core\n"), "{told}");
    let (code, told) = status(site.path(), &["apo"]);
    assert_eq!(code, Some(2));
    assert_eq!(told, "error: there is no component or group `apo`; did you mean `api`?\n");
}

#[test]
fn nothing_that_is_late_is_called_good() {
    let site = site();
    let mut command = aboveboard(site.path());
    let output = command.args(["status", "--now", "2026-11-22T05:00:00Z"]).output().unwrap();
    let told = said(&output);
    assert!(
        told.starts_with(
            "? Status unknown since 22 Nov 2026, 03:10 UTC\nChecks have stopped. Last check 1 h 50 min ago"
        ),
        "{told}"
    );
    assert!(!told.contains("Operational"), "{told}");
}

#[test]
fn broken_settings_and_broken_content_are_told() {
    let site = site();
    write(site.path(), &[("content/incidents/a.md", "no front matter")]);
    let (code, told) = status(site.path(), &[]);
    assert_eq!(code, Some(0));
    assert!(
        told.contains(
            "there is 1 mistake in the files of the site: `aboveboard check` tells which"
        ),
        "{told}"
    );
    write(site.path(), &[("probes.yaml", "site: 1\n")]);
    let (code, told) = status(site.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(told.contains("nothing can be told"), "{told}");
}

#[test]
fn the_terminal_says_what_the_page_says() {
    for name in ["calm", "trouble", "broken", "empty"] {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites").join(name);
        let now = std::fs::read_to_string(sources.join("now")).unwrap();
        let expected = std::fs::read_to_string(sources.join("expected/status.json")).unwrap();
        let page: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let site = tempfile::tempdir().unwrap();
        for (path, bytes) in support::tree(&sources) {
            let place = site.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, bytes).unwrap();
        }
        let run = |arguments: &[&str]| {
            let mut command = aboveboard(site.path());
            command.arg("status").args(arguments).args(["--now", now.trim()]);
            String::from_utf8(command.output().unwrap().stdout).unwrap()
        };
        assert_eq!(run(&["--json"]), expected, "{name}");
        let told = run(&[]);
        let first = told.lines().next().unwrap();
        assert_eq!(&first[first.find(' ').unwrap() + 1..], page["status"]["sentence"], "{name}");
        for component in page["components"].as_array().unwrap() {
            let label = match component["status"].as_str().unwrap() {
                "operational" => "✓ Operational",
                "degraded_performance" => "▲ Degraded",
                "partial_outage" => "◐ Partial outage",
                "major_outage" => "✕ Down",
                "under_maintenance" => "◆ Under maintenance",
                _ if component["checked"] == true => "? Unknown",
                _ => "– Not checked",
            };
            let line = format!("{label}  {}", component["name"].as_str().unwrap());
            assert!(told.contains(&line), "{name}: no `{line}` in\n{told}");
        }
    }
}
