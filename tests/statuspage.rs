//! The Statuspage API where its words and ours differ. Its shape is tested by foreign clients and a
//! schema in `tests/browser`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::Value;
use support::{World, aboveboard, history, rows, said};

const NOW: &str = "2026-11-22T09:57:00Z";

fn answer(now: &str, files: &[(&str, &str)], name: &str) -> Value {
    let world = World::new(now, files);
    serde_json::from_str(world.render().get(&format!("api/v2/{name}.json")).unwrap()).unwrap()
}

fn checks(until: i64) -> String {
    history(&rows("api", "2026-11-22T08:00:00Z", 5, until, "up,120,200,"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

fn statuses(answer: &Value) -> Vec<(&str, &str)> {
    answer["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (text(row, "name"), text(row, "status")))
        .collect()
}

#[test]
fn silence_is_never_good_and_the_description_says_what_it_is() {
    let files = [("data/2026/11/2026-11-22.csv", &*checks(6))];
    let summary = answer(NOW, &files, "summary");
    // The website is checked by nobody: people alone speak for it, and they say nothing.
    let want = [("Public API", "degraded_performance"), ("Website", "operational")];
    assert_eq!(statuses(&summary), want);
    assert_eq!(summary["status"]["indicator"], "minor");
    assert_eq!(summary["status"]["description"], "Status unknown since 22 Nov 2026, 08:25 UTC");
    assert_eq!(summary["page"]["updated_at"], "2026-11-22T08:25:00.000Z");
}

#[test]
fn what_people_say_of_an_unchecked_component_is_its_status() {
    let incident = "---\ntitle: T\naffected: { web: partial_outage }\n---\n## Identified · 2026-11-22 09:30 UTC\n";
    let data = checks(24);
    let files = [("content/incidents/t.md", incident), ("data/2026/11/2026-11-22.csv", &*data)];
    let summary = answer(NOW, &files, "summary");
    assert_eq!(statuses(&summary), [("Public API", "operational"), ("Website", "partial_outage")]);
    assert_eq!(summary["status"]["indicator"], "major");
    assert_eq!(summary["incidents"][0]["impact"], "major");
}

#[test]
fn maintenance_that_never_began_is_gone_and_one_that_was_stopped_is_completed() {
    let planned = |update: &str| {
        format!(
            "---\ntitle: T\ncomponents: [api]\nstart: 2026-11-22 09:00 UTC\nduration: 2h\nannounced: 2026-11-20 10:00 UTC\n---\nWork.\n\n{update}"
        )
    };
    let list = |update: &str| {
        let text = planned(update);
        let all = answer(NOW, &[("content/maintenance/t.md", &text)], "scheduled-maintenances");
        all["scheduled_maintenances"].as_array().unwrap().clone()
    };
    assert!(list("## Cancelled · 2026-11-21 10:00 UTC\n").is_empty());
    let stopped = &list("## Cancelled · 2026-11-22 09:20 UTC\nTo be done another day.\n")[0];
    assert_eq!(stopped["status"], "completed");
    assert_eq!(stopped["resolved_at"], "2026-11-22T09:20:00.000Z");
    let bodies: Vec<&str> = stopped["incident_updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|update| update["body"].as_str().unwrap())
        .collect();
    assert_eq!(bodies, ["To be done another day.", "The planned window has begun.", "Work."]);
    let running = &list("")[0];
    assert_eq!(running["status"], "in_progress");
    assert_eq!(
        running["incident_updates"][0]["affected_components"][0]["new_status"],
        "under_maintenance"
    );
}

#[test]
fn an_incident_that_nobody_can_read_is_open_with_its_text() {
    let broken = "---\ntitle: T\n---\n## Investigatin · yesterday\nDisks are full.\n";
    let incidents = answer(NOW, &[("content/incidents/t.md", broken)], "incidents/unresolved");
    let incident = &incidents["incidents"][0];
    assert_eq!(incident["status"], "investigating");
    assert_eq!(
        incident["incident_updates"][0]["body"],
        "Investigatin · yesterday\nDisks are full."
    );
}

#[test]
fn statuses_go_from_the_old_to_the_new_in_each_update() {
    let incident = "---\ntitle: T\naffected: { api: major_outage }\n---
## Investigating · 2026-11-22 09:00 UTC\n
## Monitoring · 2026-11-22 09:10 UTC {api=degraded_performance, web=partial_outage}\n
## Resolved · 2026-11-22 09:20 UTC\n";
    let incidents = answer(NOW, &[("content/incidents/t.md", incident)], "incidents");
    let incident = &incidents["incidents"][0];
    let changes: Vec<Vec<(&str, &str, &str)>> = incident["incident_updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|update| {
            let affected = update["affected_components"].as_array().unwrap().iter();
            affected
                .map(|one| (text(one, "name"), text(one, "old_status"), text(one, "new_status")))
                .collect()
        })
        .collect();
    assert_eq!(
        changes,
        [
            vec![
                ("Public API", "degraded_performance", "operational"),
                ("Website", "partial_outage", "operational")
            ],
            vec![
                ("Public API", "major_outage", "degraded_performance"),
                ("Website", "operational", "partial_outage")
            ],
            vec![("Public API", "operational", "major_outage")],
        ]
    );
    assert_eq!(incident["monitoring_at"], "2026-11-22T09:10:00.000Z");
    assert_eq!(incident["resolved_at"], "2026-11-22T09:20:00.000Z");
}

#[test]
fn an_incident_that_is_opened_again_declares_what_it_did() {
    let incident = "---\ntitle: T\naffected: { api: partial_outage }\n---
## Investigating · 2026-11-22 09:00 UTC\n
## Monitoring · 2026-11-22 09:05 UTC\n
## Resolved · 2026-11-22 09:10 UTC\n
## Monitoring · 2026-11-22 09:20 UTC\n";
    let answer = |text: &str| answer(NOW, &[("content/incidents/t.md", text)], "incidents");
    let open = &answer(incident)["incidents"][0];
    let newest = &open["incident_updates"][0]["affected_components"][0];
    assert_eq!(
        (text(newest, "old_status"), text(newest, "new_status")),
        ("operational", "partial_outage")
    );
    assert_eq!(open["monitoring_at"], "2026-11-22T09:20:00.000Z");
    assert_eq!(open["resolved_at"], Value::Null);
    let over = format!(
        "{incident}\n## Resolved · 2026-11-22 09:30 UTC\n\n## Postmortem · 2026-11-22 09:40 UTC\nA disk.\n"
    );
    let over = &answer(&over)["incidents"][0];
    assert_eq!(over["status"], "postmortem");
    assert_eq!(over["resolved_at"], "2026-11-22T09:30:00.000Z");
    assert_eq!(over["incident_updates"][0]["affected_components"][0]["new_status"], "operational");
}

#[test]
fn what_is_for_information_alone_changes_nothing() {
    let notice = "---\ntitle: T\naffected: { api: degraded_performance }\ninformational: true\n---\n## Investigating · 2026-11-22 09:00 UTC\n";
    let data = checks(24);
    let files = [("content/incidents/t.md", notice), ("data/2026/11/2026-11-22.csv", &*data)];
    let summary = answer(NOW, &files, "summary");
    assert_eq!(summary["status"]["indicator"], "none");
    assert_eq!(summary["incidents"][0]["impact"], "none");
    assert_eq!(summary["incidents"][0]["incident_updates"][0]["affected_components"], Value::Null);
}

#[test]
fn work_that_takes_longer_is_told_as_its_authors_tell_it() {
    let planned = |updates: &str| {
        format!(
            "---\ntitle: T\ncomponents: [api]\nstart: 2026-11-22 07:00 UTC\nduration: 1h\n---\n\n{updates}"
        )
    };
    let list = |updates: &str| {
        let text = planned(updates);
        let all = answer(NOW, &[("content/maintenance/t.md", &text)], "scheduled-maintenances");
        all["scheduled_maintenances"][0].clone()
    };
    let goes_on =
        list("## In progress · 2026-11-22 07:05 UTC\n\n## Verifying · 2026-11-22 08:30 UTC\n");
    assert_eq!(goes_on["status"], "verifying");
    assert_eq!(goes_on["resolved_at"], Value::Null);
    // It hides nothing any more.
    let newest = &goes_on["incident_updates"][0];
    assert_eq!(newest["affected_components"][0]["new_status"], "operational");
    let over =
        list("## In progress · 2026-11-22 07:05 UTC\n\n## Completed · 2026-11-22 09:30 UTC\n");
    assert_eq!(over["resolved_at"], "2026-11-22T09:30:00.000Z");
    let statuses: Vec<&str> = over["incident_updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(one, "status"))
        .collect();
    assert_eq!(statuses, ["completed", "in_progress", "scheduled"]);
    // The clock alone ends nothing for those who were told that it began.
    let silent = list("");
    assert_eq!(silent["status"], "completed");
    assert_eq!(silent["incident_updates"][0]["status"], "in_progress");
}

#[test]
fn the_fifty_newest_are_listed_and_all_open_ones_are_unresolved() {
    let texts: Vec<(String, String)> = (0..70)
        .map(|number| {
            let at = support::time("2026-10-01T00:00:00Z").plus(number * 3_600_000).rfc3339();
            let end =
                if number % 2 == 0 { format!("## Resolved · {at}\n") } else { String::new() };
            let text = format!("---\ntitle: T{number}\n---\n## Investigating · {at}\n\n{end}");
            (format!("content/incidents/i{number}.md"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> =
        texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let names = |name: &str| -> Vec<String> {
        let list = answer(NOW, &files, name);
        let list = list["incidents"].as_array().unwrap();
        list.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let newest: Vec<String> = (20..70).rev().map(|number| format!("T{number}")).collect();
    assert_eq!(names("incidents"), newest);
    assert_eq!(names("incidents/unresolved").len(), 35);
    assert_eq!(names("summary").len(), 35);
}

#[test]
fn check_says_that_clients_drop_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let check = |url: &str| {
        let config = support::CONFIG.replace("https://status.acme.example", url);
        support::write(folder.path(), &[("probes.yaml", &config)]);
        aboveboard(folder.path()).arg("check").output().unwrap()
    };
    let root = check("https://status.acme.example");
    assert!(!said(&root).contains("path"), "{}", said(&root));
    let below = check("https://acme.github.io/status");
    assert_eq!(below.status.code(), Some(0));
    assert!(
        said(&below).contains("warning: the address of the site has a path, `/status/`"),
        "{}",
        said(&below)
    );
}
