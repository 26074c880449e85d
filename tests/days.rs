//! Days and years that went wrong somewhere else: their sums, and the reason for each minute.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use aboveboard::model::time::{HOUR, MINUTE, SECOND};
use aboveboard::model::{ComponentStatus, Outcome};
use aboveboard::site::explain::{CountsAs, explain};
use aboveboard::site::plan::{ComponentReport, Life};
use aboveboard::site::timeline::Cause;
use support::{World, history, rows, time};

fn config(site: &str, component: &str) -> String {
    format!(
        "site: {{ title: A, url: https://a.example{site} }}\ncomponents:\n  - {{ id: api, name: Public API{component} }}\n"
    )
}

const PROBE: &str = ", probes: [{ url: https://a.example/ }]";

fn world(config: &str, now: &str, lines: &[String], more: &[(&str, &str)]) -> World {
    let data = history(lines);
    let mut files = vec![("probes.yaml", config), ("data/a.csv", data.as_str())];
    files.extend(more);
    let world = World::new(now, &files);
    assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
    world
}

/// Every day of a life has its reasons, from its first to its last moment.
fn assert_explained(life: &Life<'_>) {
    for report in &life.days {
        let intervals = explain(&life.timeline, &report.day);
        let length: i64 = intervals.iter().map(|one| one.to.ms() - one.from.ms()).sum();
        assert_eq!(length, report.day.to.ms() - report.day.from.ms(), "{}", report.day.date);
        assert!(intervals.windows(2).all(|pair| pair[0].to == pair[1].from));
        let of = |kinds: &[CountsAs]| -> i64 {
            let counted = intervals.iter().filter(|one| kinds.contains(&one.counts_as));
            counted.map(|one| one.to.ms() - one.from.ms()).sum()
        };
        let uptime = &report.uptime;
        assert_eq!(of(&[CountsAs::Down, CountsAs::Partial]), uptime.down_ms());
        assert_eq!(of(&[CountsAs::Excluded]), uptime.excluded_ms);
        assert_eq!(of(&[CountsAs::Missing]), uptime.window_ms - uptime.observed_ms);
    }
}

#[test]
fn a_day_is_as_long_as_its_zone_makes_it() {
    // Zone, day, half hours.
    for (zone, day, half_hours) in [
        ("Europe/London", "2026-03-29", 46),
        ("Europe/London", "2026-10-25", 50),
        ("America/New_York", "2026-03-08", 46),
        ("America/New_York", "2026-11-01", 50),
        ("Australia/Lord_Howe", "2026-04-05", 49),
        ("Australia/Lord_Howe", "2026-10-04", 47),
        ("Pacific/Apia", "2011-12-29", 48),
        // Samoa crossed the date line and had no such day.
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Apia", "2011-12-31", 48),
    ] {
        let config = config(&format!(", timezone: {zone}"), PROBE);
        let from = time(&format!("{day}T00:00:00Z")).plus(-72 * HOUR);
        let lines = rows("api", &from.rfc3339(), 5, 6 * 288, "up,12,200,");
        let now = from.plus(6 * 24 * HOUR).rfc3339();
        let world = world(&config, &now, &lines, &[]);
        let site = world.plan();
        let life = &site.components[0].life;
        let report = life.days.iter().find(|report| report.day.date.to_string() == day).unwrap();
        assert_eq!(report.uptime.window_ms, half_hours * 30 * MINUTE, "{zone} {day}");
        assert_eq!(report.uptime.observed_ms, report.uptime.window_ms, "{zone} {day}");
        assert_explained(life);
        let total: i64 = life.days.iter().map(|report| report.uptime.window_ms).sum();
        assert_eq!(total, 6 * 24 * HOUR, "{zone}: no moment is lost or counted twice");
    }
}

#[test]
fn seven_thousand_outages_in_a_year_are_all_there() {
    const OUTAGES: i64 = 7234;
    let start = time("2025-11-22T00:00:00Z");
    // One outage of five minutes every seventy; 365 days have 7,508 times seventy.
    let mut lines = Vec::new();
    for number in 0..365 * 288 {
        let is_down = number % 14 == 7 && number / 14 < OUTAGES;
        let rest = if is_down { "down,,503,http status 503" } else { "up,12,200," };
        lines.push(format!("{},api,{rest}", start.plus(number * 5 * MINUTE).rfc3339()));
    }
    let world = world(&config("", PROBE), "2026-11-22T00:00:00Z", &lines, &[]);
    let site = world.plan();
    let report = &site.components[0];
    let year = report.life.window(365);
    assert_eq!(report.outages.len() as i64, OUTAGES);
    // The window is today, which has just begun, and 364 days before it.
    let first_day = report.outages.iter().filter(|one| one.from < start.plus(24 * HOUR)).count();
    assert_eq!((year.tally.outages + first_day) as i64, OUTAGES);
    assert_eq!(year.tally.mean_recovery_ms(), Some(5 * MINUTE));
    assert_eq!(year.uptime.down_ms(), year.tally.outages as i64 * 5 * MINUTE);
    let months: i64 = report.life.months.iter().map(|month| month.uptime.down_ms()).sum();
    assert_eq!(months, OUTAGES * 5 * MINUTE);
    assert_explained(&report.life);
}

/// A minute in which every other sample fails, at ten seconds.
fn flapping(keys: &str) -> World {
    let config = config("", &format!(", probes: [{{ url: https://a.example/{keys} }}]"));
    let config = format!("interval: 10s\n{config}");
    let start = time("2026-11-22T09:00:00Z");
    let lines: Vec<String> = (0..360)
        .map(|number| {
            let is_bad = (180..186).contains(&number) && number % 2 == 0;
            let rest = if is_bad { "down,,,connection reset" } else { "up,12,200," };
            format!("{},api,{rest}", start.plus(number * 10 * SECOND).rfc3339())
        })
        .collect();
    world(&config, "2026-11-22T10:00:00Z", &lines, &[])
}

#[test]
fn a_flapping_minute_is_counted_to_the_second_or_shown_as_unconfirmed() {
    let world = flapping("");
    let site = world.plan();
    let report = &site.components[0];
    assert_eq!(report.life.window(1).uptime.down_ms(), 30 * SECOND);
    assert_eq!(report.outages.len(), 3);

    let world = flapping(", confirm_down: 2");
    let site = world.plan();
    let report = &site.components[0];
    assert_eq!(report.life.window(1).uptime.down_ms(), 0);
    assert!(report.outages.is_empty());
    let slices = &report.life.timeline.slices;
    let blips = slices.iter().filter(|slice| {
        let causes = report.life.timeline.causes(slice);
        matches!(causes, [Cause::Unconfirmed { probe: "api", outcome: Outcome::Down, .. }])
            && slice.shown == ComponentStatus::Operational
    });
    assert_eq!(blips.map(|slice| slice.to.ms() - slice.from.ms()).sum::<i64>(), 30 * SECOND);
    let page = world.render();
    let page = page.get("components/api/index.html").unwrap();
    assert!(page.contains("failed checks that were not confirmed"), "{page}");

    // Slow to believe the good news: one outage, from the first failure on.
    let world = flapping(", confirm_up: 2");
    let site = world.plan();
    let outages = &site.components[0].outages;
    assert_eq!(outages.len(), 1);
    assert_eq!(outages[0].to.unwrap().ms() - outages[0].from.ms(), 50 * SECOND);
}

#[test]
fn a_new_name_loses_no_history() {
    let mut lines = rows("api", "2026-11-20T00:00:00Z", 5, 288, "up,12,200,");
    lines.extend(rows("api", "2026-11-21T00:00:00Z", 5, 12, "down,,,connection refused"));
    let before = world(&config("", PROBE), "2026-11-21T01:00:00Z", &lines, &[]);
    let after = config("", PROBE).replace("Public API", "Interface for programs");
    let after = world(&after, "2026-11-21T01:00:00Z", &lines, &[]);
    let (before, after) = (before.plan(), after.plan());
    assert_eq!(
        before.components[0].life.window(90).uptime,
        after.components[0].life.window(90).uptime
    );
    assert_eq!(before.components[0].outages, after.components[0].outages);
    assert_eq!(after.components[0].component.name, "Interface for programs");
}

#[test]
fn there_is_nothing_before_its_life() {
    let lines = rows("api", "2026-11-20T00:00:00Z", 5, 288, "down,,,connection refused");
    let born = config("", &format!(", since: 2026-11-20{PROBE}"));
    let of = |config: &str, lines: &[String]| {
        let world = world(config, "2026-11-21T00:00:00Z", lines, &[]);
        world.plan().components[0].life.window(365).uptime
    };
    assert_eq!(of(&born, &lines).window_ms, 24 * HOUR);
    // What was measured before it was said to begin does not count.
    let later = born.replace("2026-11-20", "2026-11-21");
    assert_eq!(of(&later, &lines).down_ms(), 0);
    // Said to be older than its first sample: that time is missing.
    let earlier = of(&born.replace("2026-11-20", "2026-11-10"), &lines);
    assert_eq!((earlier.window_ms, earlier.missing_ms), (11 * 24 * HOUR, 10 * 24 * HOUR));
}

fn told(report: &ComponentReport<'_>) -> Vec<(bool, bool, Option<i64>)> {
    let of = |one: &aboveboard::site::outages::Outage<'_>| {
        (one.detected_at.is_some(), one.incidents.is_empty(), one.declaration_ms())
    };
    report.outages.iter().map(of).collect()
}

#[test]
fn who_noticed_first_is_told() {
    let mut lines = rows("api", "2026-11-22T08:00:00Z", 5, 12, "up,12,200,");
    lines.extend(rows("api", "2026-11-22T09:00:00Z", 5, 6, "down,,,connection refused"));
    lines.extend(rows("api", "2026-11-22T09:30:00Z", 5, 30, "up,12,200,"));
    let of = |from: &str, to: &str| {
        let incident = format!(
            "---\ntitle: Gone\naffected: {{ api: major_outage }}\n---\n## Investigating · 2026-11-22 {from} UTC\n\n## Resolved · 2026-11-22 {to} UTC\n"
        );
        let files = [("content/incidents/gone.md", incident.as_str())];
        let world = world(&config("", PROBE), "2026-11-22T12:00:00Z", &lines, &files);
        let told = told(&world.plan().components[0]);
        let files = world.render();
        (told, files.get("components/api/index.html").unwrap().to_owned())
    };
    // People were twelve minutes late, then four minutes early, and then spoke of another time.
    let (late, page) = of("09:12", "09:40");
    assert_eq!(late, [(true, false, Some(12 * MINUTE))]);
    assert!(page.contains("first update 12 min after the first failed check"), "{page}");
    let (early, page) = of("08:56", "09:40");
    assert_eq!(early, [(true, false, Some(-4 * MINUTE))]);
    assert!(page.contains("declared 4 min before a check failed"), "{page}");
    let (other, page) = of("10:00", "10:30");
    assert_eq!(other, [(false, false, None), (true, true, None)]);
    assert!(page.contains("declared by people, no check saw it"), "{page}");
    assert!(page.contains("no incident was declared"), "{page}");
}

#[test]
fn a_minority_of_locations_is_degraded_and_named() {
    let up = rows("api", "2026-11-22T09:00:00Z", 5, 12, "up,12,200,");
    let mut bad = rows("api", "2026-11-22T09:00:00Z", 5, 6, "up,12,200,");
    bad.extend(rows("api", "2026-11-22T09:30:00Z", 5, 6, "down,,,connection refused"));
    let (up, bad) = (history(&up), history(&bad));
    let more = [("data/x@us.csv", up.as_str()), ("data/x@asia.csv", bad.as_str())];
    let config = config("", PROBE);
    let mut files = vec![("probes.yaml", config.as_str()), ("data/x.csv", up.as_str())];
    files.extend(more);
    let world = World::new("2026-11-22T10:00:00Z", &files);
    let site = world.plan();
    let report = &site.components[0];
    assert_eq!(report.status, ComponentStatus::DegradedPerformance);
    assert_eq!(report.life.window(1).uptime.degraded_ms, 30 * MINUTE);
    let page = world.render();
    let page = page.get("components/api/index.html").unwrap();
    assert!(
        page.contains("check api was slow or failed in part at asia (1 of 3 locations)"),
        "{page}"
    );
}

#[test]
fn each_day_of_the_test_sites_is_explained() {
    let sites = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites");
    let mut days = 0;
    for name in ["broken", "calm", "empty", "trouble"] {
        let folder = std::path::Path::new(sites).join(name);
        let files: Vec<(String, String)> = support::tree(&folder)
            .into_iter()
            .filter(|(path, _)| !path.starts_with("expected"))
            .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
            .collect();
        let now = files.iter().find(|(path, _)| path == "now").unwrap().1.trim().to_owned();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let world = World::new(&now, &files);
        let site = world.plan();
        for report in &site.components {
            assert_explained(&report.life);
            days += report.life.days.len();
        }
        for group in &site.groups {
            assert_explained(&group.life);
        }
    }
    assert_eq!(days % 90, 0);
    assert!(days >= 90 * 8);
}

#[test]
fn an_outage_is_told_in_the_words_of_who_speaks() {
    let old = history(&["2026-11-20T09:00:00Z,api,down,,,refused long ago".to_owned()]);
    let mut lines = rows("api", "2026-11-22T09:00:00Z", 5, 6, "up,12,200,");
    lines.extend(rows("api", "2026-11-22T09:30:00Z", 5, 6, "down,,,timeout"));
    let now = history(&lines);
    let config = config("", PROBE);
    let files = [("probes.yaml", config.as_str()), ("data/x@a.csv", &old), ("data/x@b.csv", &now)];
    let world = World::new("2026-11-22T10:00:00Z", &files);
    assert_eq!(world.plan().components[0].outages[0].detail, "timeout");
}

#[test]
fn an_old_page_says_of_a_group_what_it_says_at_any_moment() {
    let config = "site: { title: A, url: https://a.example }\ngroups: [{ id: g, down_when: all }]\ncomponents:\n  - { id: api, group: g, probes: [{ url: https://a.example/ }] }\n  - { id: next, group: g, since: 2026-12-01, probes: [{ url: https://b.example/ }] }\n";
    let incident = "---\ntitle: Gone\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-22 09:00 UTC\n";
    let lines = rows("api", "2026-11-22T09:00:00Z", 5, 12, "down,,,timeout");
    let files = [("content/incidents/gone.md", incident)];
    let world = world(config, "2026-11-22T10:00:00Z", &lines, &files);
    let site = world.plan();
    // The component that is not born yet has no say, neither now nor once the page is old.
    let group = &site.groups[0];
    assert_eq!(group.status, ComponentStatus::MajorOutage);
    assert_eq!(group.stale_status, ComponentStatus::MajorOutage);
}

/// The text of the past on the home page, without its mark-up.
fn past(world: &World) -> String {
    let files = world.render();
    let home = files.get("index.html").unwrap();
    let past = home.split("id=\"past\"").nth(1).unwrap();
    past.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

#[test]
fn a_day_is_called_quiet_only_when_nothing_began_went_on_or_was_missed() {
    let down = rows("api", "2026-11-15T10:00:00Z", 5, 12 * 72, "down,,,timeout");
    let mut lines = rows("api", "2026-11-10T00:00:00Z", 5, 12 * 130, "up,20,200,");
    lines.extend(down);
    lines.extend(rows("api", "2026-11-18T10:00:00Z", 5, 12 * 24, "up,20,200,"));
    // Nobody looked on the 20th; and what people said later does not cover all of it.
    lines.extend(rows("api", "2026-11-21T00:00:00Z", 5, 12 * 34, "up,20,200,"));
    let incident = "---\ntitle: Gone\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-18 08:00 UTC\n\n## Resolved · 2026-11-18 10:00 UTC\n";
    let files = [("content/incidents/gone.md", incident)];
    let world = world(support::CONFIG, "2026-11-22T10:00:00Z", &lines, &files);
    let text = past(&world);
    assert!(text.contains("10 Nov 2026 to 14 Nov 2026: No incidents"), "{text}");
    assert!(text.contains("20 Nov 2026: no data"), "{text}");
    assert!(text.contains("21 Nov 2026 to 22 Nov 2026: No incidents"), "{text}");
    for day in ["15 Nov", "16 Nov", "17 Nov"] {
        assert!(!text.contains(&format!("{day} 2026: No")), "{text}");
    }
    let files = world.render();
    // Today says when checks last ran, a day that is over says the same at every build.
    let today = files.get("history/2026-11-22/index.html").unwrap();
    assert!(today.contains("data-generated") && today.contains("Last checked"), "{today}");
    let day = files.get("history/2026-11-16/index.html").unwrap();
    assert!(!day.contains("data-generated"), "{day}");
    assert!(day.contains("1 of 1 components had trouble."), "{day}");
    assert!(
        files.get("history/2026-11-14/index.html").unwrap().contains("No component had trouble.")
    );
}

#[test]
fn what_people_alone_said_ends_when_they_say_so() {
    let incident = "---\ntitle: Closed\naffected: { web: major_outage }\n---\n## Investigating · 2026-11-21 08:00 UTC\n\n## Resolved · 2026-11-21 10:00 UTC\n";
    let files = [("content/incidents/closed.md", incident)];
    let lines = rows("api", "2026-11-20T00:00:00Z", 5, 12 * 58, "up,20,200,");
    let world = world(support::CONFIG, "2026-11-22T10:00:00Z", &lines, &files);
    let site = world.plan();
    assert!(!site.components[1].outages[0].lost_sight);
    let files = world.render();
    let page = files.get("components/web/index.html").unwrap();
    assert!(page.contains("incident: Closed") && !page.contains("then checks stopped"), "{page}");
    // It was told of on its day, though nothing checks it.
    let day = files.get("history/2026-11-21/index.html").unwrap();
    assert!(day.contains("1 of 2 components had trouble."), "{day}");
}

#[test]
fn one_wrong_year_does_not_make_a_page_for_every_day_since() {
    let incident = "---\ntitle: Old\naffected: { web: major_outage }\nstarted: 1926-11-21 08:00 UTC\n---\n## Resolved · 2026-11-21 10:00 UTC\n";
    let files = [("content/incidents/old.md", incident)];
    let world = world(support::CONFIG, "2026-11-22T10:00:00Z", &[], &files);
    assert!(world.render().len() < 500, "{} files", world.render().len());
}
