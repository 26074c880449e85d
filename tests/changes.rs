//! What a build changes: what a new update, a check or nothing at all must touch, and no more, so
//! that hosts upload little and readers are told of nothing twice.

mod support;

use aboveboard::files::Files;
use support::{World, history, rows};

const CONFIG: &str = "site: { title: Acme Status, url: https://status.acme.example }
groups: [{ id: core, name: Core }]
components:
  - { id: api, name: Public API, group: core, probes: [{ url: https://api.acme.example/ }] }
  - { id: web, name: Website, probes: [{ url: https://acme.example/ }] }
";

const PAST: &str = "---
title: Mail was late
affected: { web: degraded_performance }
---
## Investigating · 2026-10-03 10:00 UTC
Mail is late.

## Resolved · 2026-10-03 11:00 UTC
";

const OPEN: &str = "---
title: The API answers slowly
affected: { api: degraded_performance }
---
## Investigating · 2026-11-22 09:00 UTC
We look into it.
";

const PLANNED: &str = "---
title: Database upgrade
components: [web]
start: 2026-11-24 02:00 UTC
duration: 2h
announced: 2026-11-20 10:00 UTC
---
";

const UPDATE: &str = "\n## Identified · 2026-11-22 09:30 UTC\nA full disk.\n";

fn site(now: &str, checks: i64, update: &str) -> Files {
    let mut lines = rows("api", "2026-11-20T08:00:00Z", 5, checks, "up,120,200,");
    lines.extend(rows("web", "2026-11-20T08:00:00Z", 5, checks, "up,80,200,"));
    let (open, data) = (format!("{OPEN}{update}"), history(&lines));
    let world = World::new(
        now,
        &[
            ("probes.yaml", CONFIG),
            ("content/incidents/mail.md", PAST),
            ("content/incidents/slow.md", &open),
            ("content/maintenance/database.md", PLANNED),
            ("data/2026/11/2026-11-22.csv", &data),
        ],
    );
    assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
    world.render()
}

/// The paths whose files differ, and those that only one of the two has.
fn changed(before: &Files, after: &Files) -> Vec<String> {
    let of = |files: &Files, other: &Files| -> Vec<String> {
        let other: Vec<_> = other.iter().collect();
        files.iter().filter(|file| !other.contains(file)).map(|(path, _)| path.to_owned()).collect()
    };
    let mut paths = of(before, after);
    paths.extend(of(after, before));
    paths.sort();
    paths.dedup();
    paths
}

#[test]
fn a_new_update_changes_what_tells_it_and_nothing_else() {
    let before = site("2026-11-22T09:57:00Z", 600, "");
    let after = site("2026-11-22T09:57:00Z", 600, UPDATE);
    assert_eq!(
        changed(&before, &after),
        [
            "api/v2/incidents.json",
            "api/v2/incidents/unresolved.json",
            "api/v2/summary.json",
            "components/api/feed.atom",
            "components/api/feed.json",
            "components/api/feed.rss",
            "components/api/index.html",
            "embed/maintenance.js",
            "feed.atom",
            "feed.json",
            "feed.rss",
            "history.atom",
            "history.rss",
            // They say where each incident stands.
            "history/2026-11-22/index.html",
            "history/2026-11/index.html",
            "incidents/slow/index.html",
            "index.html",
            "inputs.json",
            "status.json",
        ]
    );
}

#[test]
fn a_check_that_finds_the_same_changes_no_feed_calendar_state_or_archive() {
    let before = site("2026-11-22T09:57:00Z", 600, UPDATE);
    let after = site("2026-11-22T10:02:00Z", 601, UPDATE);
    let is_of_now = |path: &String| {
        path.starts_with("api/v2/")
            || path.starts_with("embed/")
            // A share of time that is observed grows with each check.
            || path.contains(".uptime.")
            || [
                "card.png",
                "components/api/index.html",
                "components/web/index.html",
                "history/2026-11-22/index.html",
                "history/2026-11/index.html",
                "history/index.html",
                "incidents/slow/index.html",
                "index.html",
                "inputs.json",
                "status.json",
            ]
            .contains(&path.as_str())
    };
    let paths = changed(&before, &after);
    assert!(paths.contains(&"index.html".to_owned()), "{paths:?}");
    let wrong: Vec<&String> = paths.iter().filter(|path| !is_of_now(path)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_same_again_changes_nothing() {
    let build = || site("2026-11-22T09:57:00Z", 600, UPDATE);
    assert!(changed(&build(), &build()).is_empty());
}
