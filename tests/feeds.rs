//! What readers of a feed keep: entries that never change, and news that have an id of their own.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::World;

const INCIDENT: &str = "---
title: The API answers slowly
affected: { api: degraded_performance }
---
Only exports are affected.

## Investigating · 2026-11-20 09:00 UTC
We look into it.

## Resolved · 2026-11-20 11:00 UTC
";

const SERIES: &str = "---
title: Patches
components: [web]
start: 2026-11-03 02:00 Europe/Berlin
duration: 1h
repeat: FREQ=WEEKLY
announced: 2026-11-01 10:00 UTC
---
Pages may be slow.

## Completed · 2026-11-10 01:20 UTC
Done early.
";

fn once(start: &str) -> String {
    format!(
        "---\ntitle: Upgrade\ncomponents: [api]\nstart: {start} UTC\nduration: 2h\nannounced: 2026-11-15 10:00 UTC\n---\n"
    )
}

/// The entries of a feed by their ids.
fn feed(now: &str, path: &str, start: &str) -> BTreeMap<String, Value> {
    let planned = once(start);
    let world = World::new(
        now,
        &[
            ("content/incidents/slow.md", INCIDENT),
            ("content/maintenance/patches.md", SERIES),
            ("content/maintenance/upgrade.md", &planned),
        ],
    );
    assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
    let feed: Value = serde_json::from_str(world.render().get(path).unwrap()).unwrap();
    let items = feed["items"].as_array().unwrap();
    let entries: BTreeMap<String, Value> =
        items.iter().map(|item| (item["id"].as_str().unwrap().to_owned(), item.clone())).collect();
    assert_eq!(entries.len(), items.len(), "an id is there twice");
    entries
}

fn titles(entries: &BTreeMap<String, Value>) -> Vec<&str> {
    let mut titles: Vec<(&str, &str)> = entries
        .values()
        .map(|item| (item["date_published"].as_str().unwrap(), item["title"].as_str().unwrap()))
        .collect();
    titles.sort_unstable();
    titles.into_iter().map(|(_, title)| title).collect()
}

const START: &str = "2026-11-24 02:00";

#[test]
fn what_was_told_once_is_told_in_the_same_words_ever_after() {
    let mut before: BTreeMap<String, Value> = BTreeMap::new();
    for now in [
        "2026-11-02T00:00:00Z",
        "2026-11-03T01:30:00Z",
        "2026-11-10T01:10:00Z",
        "2026-11-10T02:30:00Z",
        "2026-11-20T10:00:00Z",
        "2026-11-24T03:00:00Z",
        "2026-12-24T00:00:00Z",
    ] {
        let entries = feed(now, "feed.json", START);
        for (id, entry) in &before {
            // Of a series only the newest windows are told.
            match entries.get(id) {
                None => assert!(id.contains("#begun-"), "{now}: {id}"),
                Some(again) => assert_eq!(again, entry, "{now}"),
            }
        }
        before = entries;
    }
    assert_eq!(
        titles(&before),
        [
            "Scheduled maintenance: Patches",
            "Completed: Patches",
            "Scheduled maintenance: Upgrade",
            "Investigating: The API answers slowly",
            "Resolved: The API answers slowly",
            "In progress: Upgrade",
            "In progress: Patches",
            "In progress: Patches",
            "In progress: Patches",
            "In progress: Patches",
        ]
    );
}

#[test]
fn a_window_that_is_moved_is_news() {
    let now = "2026-11-20T12:00:00Z";
    let (before, after) =
        (feed(now, "feed.json", START), feed(now, "feed.json", "2026-11-25 02:00"));
    let new: Vec<&Value> =
        after.iter().filter(|(id, _)| !before.contains_key(*id)).map(|(_, item)| item).collect();
    assert_eq!(new.len(), 1);
    assert_eq!(new[0]["title"], "Scheduled maintenance: Upgrade");
    let html = new[0]["content_html"].as_str().unwrap();
    assert!(
        html.starts_with("<p><strong>25 Nov 2026, 02:00 UTC to 04:00 UTC</strong></p>"),
        "{html}"
    );
}

#[test]
fn a_series_is_announced_with_its_rule_and_an_incident_with_its_summary() {
    let entries = feed("2026-11-20T12:00:00Z", "feed.json", START);
    let html = |title: &str| {
        let entry = entries.values().find(|item| item["title"] == title).unwrap();
        entry["content_html"].as_str().unwrap()
    };
    assert_eq!(
        html("Scheduled maintenance: Patches"),
        "<p><strong>3 Nov 2026, 01:00 UTC to 02:00 UTC, every week</strong></p>\n<p>Pages may be slow.</p>"
    );
    assert_eq!(
        html("Investigating: The API answers slowly"),
        "<p>Only exports are affected.</p>\n<p>We look into it.</p>"
    );
}

#[test]
fn the_feed_of_a_component_has_what_names_it() {
    let api = feed("2026-11-20T12:00:00Z", "components/api/feed.json", START);
    assert_eq!(
        titles(&api),
        [
            "Scheduled maintenance: Upgrade",
            "Investigating: The API answers slowly",
            "Resolved: The API answers slowly"
        ]
    );
    let web = feed("2026-11-20T12:00:00Z", "components/web/feed.json", START);
    assert!(titles(&web).iter().all(|title| title.ends_with(": Patches")));
}
