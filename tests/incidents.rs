//! What an incident or a maintenance means for the page, however its authors write it.

mod support;

use aboveboard::model::{ComponentStatus, Indicator, MaintenanceStatus};
use support::World;

const NOW: &str = "2026-11-22T10:00:00Z";

/// The headline of a site with one incident; nothing is measured.
fn indicator(front: &str, body: &str) -> Indicator {
    let text = format!("---\ntitle: A\n{front}---\n{body}");
    World::new(NOW, &[("probes.yaml", HAND), ("content/incidents/a.md", &text)])
        .plan()
        .headline
        .indicator
}

/// A site of which only people speak.
const HAND: &str =
    "site: { title: A, url: https://a.example }\ncomponents: [{ id: api }, { id: web }]\n";

const OVER: &str =
    "## Investigating · 2026-11-22 09:00 UTC\n\n## Resolved · 2026-11-22 09:10 UTC\n\n";

#[test]
fn an_incident_that_may_have_begun_again_is_open() {
    assert_eq!(indicator("", OVER), Indicator::None);
    for heading in [
        "## Investigatin · 2026-11-22 09:20 UTC",
        "## Investigating",
        "## Investigating · 2026-11-31 09:20 UTC",
    ] {
        assert!(
            indicator("", &format!("{OVER}{heading}\nAgain.\n")) >= Indicator::Minor,
            "{heading}"
        );
    }
    let postmortem =
        format!("{OVER}## Postmortem · 2026-11-22 09:30 UTC\n\n## Root cause\nText.\n");
    assert_eq!(indicator("", &postmortem), Indicator::None);
    assert!(
        indicator("", &format!("{postmortem}\n## Investigatng · 2026-11-22 09:40 UTC\n"))
            >= Indicator::Minor
    );
}

#[test]
fn a_line_that_only_looks_like_an_update_is_told() {
    for line in [
        "##Resolved · 2026-11-22 09:30 UTC",
        "### Resolved · 2026-11-22 09:30 UTC",
        "```\n## Resolved · 2026-11-22 09:30 UTC",
    ] {
        let text =
            format!("---\ntitle: A\n---\n## Investigating · 2026-11-22 09:00 UTC\n\n{line}\n");
        let world = World::new(NOW, &[("content/incidents/a.md", &text)]);
        assert_eq!(world.problems.len(), 1, "{line}");
        assert_eq!(world.problems[0].message, "this line is not read as an update");
    }
}

#[test]
fn what_lies_in_the_future_changes_nothing_today() {
    let body = "## Investigating · 2026-11-22 09:00 UTC\n\n## Identified · 2026-11-23 09:00 UTC {web=major_outage}\n";
    assert_eq!(indicator("", body), Indicator::Minor);
    assert_eq!(indicator("", "## Investigating · 2026-11-22 10:01 UTC\n"), Indicator::None);
    // Nobody can tell when this one began: it is shown.
    let unread = "## Investigating · 2026-11-22\n";
    assert!(
        indicator("started: 2027-01-01 00:00 UTC\naffected: { api: major_outage }\n", unread)
            >= Indicator::Minor
    );
}

#[test]
fn a_correction_takes_back_the_past_and_not_the_present() {
    let rows = support::history(&support::rows(
        "api",
        "2026-11-22T09:00:00Z",
        5,
        13,
        "down,,,connection refused",
    ));
    let correction = "---\ncomponents: [api]\nfrom: 2026-11-22 09:00 UTC\nuntil: 2026-11-22 12:00 UTC\n---\nWhy.\n";
    let world = World::new(NOW, &[("data/a.csv", &rows), ("content/corrections/a.md", correction)]);
    let site = world.plan();
    assert_eq!(site.components[0].status, ComponentStatus::MajorOutage);
    assert_eq!(site.components[0].life.window(90).uptime.observed_ms, 0);
}

#[test]
fn maintenance_follows_the_clock_and_its_last_word() {
    let status = |updates: &str, now: &str| {
        let text = format!(
            "---\ntitle: M\ncomponents: [api]\nstart: 2026-11-22 09:00 UTC\nend: 2026-11-22 12:00 UTC\n---\n{updates}"
        );
        let world = World::new(now, &[("content/maintenance/m.md", &text)]);
        assert!(world.problems.is_empty());
        world.plan().maintenance[0].status
    };
    use MaintenanceStatus::*;
    assert_eq!(status("", "2026-11-22T08:59:59Z"), Scheduled);
    assert_eq!(status("", "2026-11-22T09:00:00Z"), InProgress);
    assert_eq!(status("", "2026-11-22T12:00:00Z"), Completed);
    assert_eq!(status("## Completed · 2026-11-22 09:30 UTC\n", NOW), Completed);
    assert_eq!(
        status("## In progress · 2026-11-22 08:30 UTC\n", "2026-11-22T08:45:00Z"),
        InProgress
    );
    assert_eq!(status("## Cancelled · 2026-11-18 09:00 UTC\n", NOW), Cancelled);
    let again = "## Cancelled · 2026-11-18 09:00 UTC\n\n## Scheduled · 2026-11-19 09:00 UTC\n";
    assert_eq!(status(again, NOW), InProgress);
    assert_eq!(status(again, "2026-11-24T10:00:00Z"), Completed);
    let resumed = "## Completed · 2026-11-22 09:30 UTC\n\n## In progress · 2026-11-22 09:40 UTC\n";
    assert_eq!(status(resumed, NOW), InProgress);
}

#[test]
fn a_reopened_incident_declares_again_what_it_last_did() {
    let body = "## Investigating · 2026-11-22 08:00 UTC\n\n## Monitoring · 2026-11-22 08:10 UTC {api=degraded_performance}\n\n## Resolved · 2026-11-22 08:20 UTC\n\n## Investigating · 2026-11-22 09:00 UTC\n";
    let text = format!("---\ntitle: A\naffected: {{ api: major_outage }}\n---\n{body}");
    let world = World::new(NOW, &[("probes.yaml", HAND), ("content/incidents/a.md", &text)]);
    let site = world.plan();
    let said: Vec<(String, Option<ComponentStatus>)> = site.components[0]
        .life
        .timeline
        .slices
        .iter()
        .map(|slice| (slice.from.rfc3339(), slice.declared))
        .collect();
    let at = |time: &str, status| (format!("2026-11-22T{time}:00Z"), status);
    assert_eq!(
        said,
        [
            at("08:00", Some(ComponentStatus::MajorOutage)),
            at("08:10", Some(ComponentStatus::DegradedPerformance)),
            at("08:20", None),
            at("09:00", Some(ComponentStatus::DegradedPerformance)),
        ]
    );
    assert_eq!(site.components[0].status, ComponentStatus::DegradedPerformance);
}

#[test]
fn a_feed_with_a_pasted_terminal_log_is_still_xml() {
    let text = "---\ntitle: \"a\\ab\\0\"\n---\n## Investigating · 2026-11-22 09:00 UTC\n\u{1b}[31mred\u{fffe}\n";
    let files = World::new(NOW, &[("content/incidents/a.md", text)]).render();
    let feed = files.get("feed.atom").expect("every site has a feed");
    assert!(feed.contains("[31mred"));
    assert!(
        !feed.contains(|c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || c == '\u{fffe}')
    );
}

#[test]
fn a_reference_link_reaches_over_updates() {
    let text = "---\ntitle: A\n---\n## Investigating · 2026-11-22 09:00 UTC\nSee [ticket][1].\n\n## Monitoring · 2026-11-22 09:10 UTC\nText.\n\n[1]: https://t.example/1\n";
    let files = World::new(NOW, &[("content/incidents/a.md", text)]).render();
    let page = files.get("incidents/a/index.html").expect("the page of the incident");
    assert!(page.contains("<a href=\"https://t.example/1\">ticket</a>"), "{page}");
}

#[test]
fn a_reference_link_is_found_however_it_is_wrapped() {
    let text = "---\ntitle: A\n---\n## Investigating · 2026-11-22 09:00 UTC\nSee the [Release\nnotes].\n\n## Monitoring · 2026-11-22 09:10 UTC\nText.\n\n[release notes]: https://t.example/1\n";
    let files = World::new(NOW, &[("content/incidents/a.md", text)]).render();
    let page = files.get("incidents/a/index.html").expect("the page of the incident");
    assert!(page.contains("<a href=\"https://t.example/1\">Release\nnotes</a>"), "{page}");
}

#[test]
fn updates_of_one_minute_keep_the_order_in_which_they_were_written() {
    let minute = "2026-11-22 09:00 UTC";
    let newest_last = format!(
        "## Investigating · 2026-11-22 08:00 UTC\n\n## Monitoring · {minute}\n\n## Resolved · {minute}\n"
    );
    assert_eq!(indicator("", &newest_last), Indicator::None);
    let newest_first = format!(
        "## Resolved · {minute}\n\n## Monitoring · {minute}\n\n## Investigating · 2026-11-22 08:00 UTC\n"
    );
    assert_eq!(indicator("", &newest_first), Indicator::None);
    let unread = format!("## Investigatin · 2026-11-22 09:20 UTC\n\n{newest_first}");
    assert!(indicator("", &unread) >= Indicator::Minor);
}

#[test]
fn maintenance_is_shown_from_its_announcement_on() {
    let shown = |announced: &str, now: &str| {
        let text = format!(
            "---\ntitle: Move\ncomponents: [api]\nstart: 2026-11-23 09:00 UTC\nduration: 1h\nannounced: {announced}\n---\n"
        );
        let world = World::new(now, &[("content/maintenance/m.md", &text)]);
        let site = world.plan();
        site.upcoming_maintenance.len() + site.current_maintenance.len()
    };
    assert_eq!(shown("2026-11-22 09:00 UTC", NOW), 1);
    assert_eq!(shown("2026-11-22 11:00 UTC", NOW), 0);
    assert_eq!(
        shown("2026-11-24 11:00 UTC", "2026-11-23T09:30:00Z"),
        1,
        "it has begun all the same"
    );
}

#[test]
fn as_on_statuspage_the_headline_can_ignore_incidents() {
    let incident =
        "---\ntitle: Odd\nimpact: critical\n---\n## Investigating · 2026-11-22 09:00 UTC\n";
    let up = support::history(&support::rows("api", "2026-11-22T09:00:00Z", 5, 13, "up,12,200,"));
    let of = |rollup: &str| {
        let config = format!(
            "site: {{ title: A, url: https://a.example{rollup} }}\ncomponents: [{{ id: api, probes: [{{ url: https://a.example/ }}] }}]\n"
        );
        let files = [
            ("probes.yaml", config.as_str()),
            ("content/incidents/a.md", incident),
            ("data/a.csv", &up),
        ];
        let world = World::new(NOW, &files);
        assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
        world.plan().headline.indicator
    };
    assert_eq!(of(""), Indicator::Critical);
    assert_eq!(of(", rollup: incidents"), Indicator::Critical);
    assert_eq!(of(", rollup: statuspage"), Indicator::None);
}

#[test]
fn an_update_to_come_stays_unread_though_its_status_is_misspelt() {
    let incident = "---\ntitle: T\naffected: { api: major_outage }\n---
## Investigating · 2026-11-22 09:00 UTC\nWe look into it.\n
## Resolvd · 2026-11-23 09:00 UTC\nNobody may read this yet.\n";
    let world = World::new("2026-11-22T10:00:00Z", &[("content/incidents/t.md", incident)]);
    assert_eq!(world.problems.len(), 1, "{}", support::render(&world.problems));
    let files = world.render();
    let wrong: Vec<&str> = files
        .iter()
        .map(|(path, _)| path)
        .filter(|path| {
            files
                .get(path)
                .is_some_and(|text| text.contains("Nobody may") || text.contains("2026-11-23"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    // Once its time has come it is shown as it was written, and the incident stays open.
    let world = World::new("2026-11-23T10:00:00Z", &[("content/incidents/t.md", incident)]);
    let page = world.render();
    assert!(page.get("incidents/t/index.html").unwrap().contains("Resolvd"));
    assert_eq!(world.plan().open_incidents.len(), 1);
}
