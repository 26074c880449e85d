//! The arithmetic of whole days, checked against hand-made sums.

mod support;

use aboveboard::model::ComponentStatus;
use aboveboard::site::uptime::{Figure, Uptime};
use support::{World, history, rows, time};

const PROBED: &str = "site: { title: Acme Status, url: https://status.acme.example }\ninterval: 5m\ncomponents:\n  - { id: api, name: Public API, probes: [{ url: https://api.acme.example/ }] }\n";

/// A day at a five-minute cadence: down 06–07, maintenance with failing checks 10–11, slow
/// 14–15, silent 18–20.
fn reference_day(maintenance: &str) -> World {
    let up = |from: &str, count| rows("api", from, 5, count, "up,100,200,");
    let mut lines = up("2026-11-21T00:00:00Z", 72);
    lines.extend(rows("api", "2026-11-21T06:00:00Z", 5, 12, "down,,500,http status 500"));
    lines.extend(up("2026-11-21T07:00:00Z", 36));
    lines.extend(rows("api", "2026-11-21T10:00:00Z", 5, 12, "down,,,connection refused"));
    lines.extend(up("2026-11-21T11:00:00Z", 36));
    lines.extend(rows("api", "2026-11-21T14:00:00Z", 5, 12, "degraded,3000,200,slow"));
    lines.extend(up("2026-11-21T15:00:00Z", 36));
    lines.extend(up("2026-11-21T20:00:00Z", 48));
    World::new(
        "2026-11-22T00:00:00Z",
        &[
            ("probes.yaml", PROBED),
            ("data/2026/11/2026-11-21.csv", &history(&lines)),
            ("content/maintenance/upgrade.md", maintenance),
        ],
    )
}

const ANNOUNCED: &str = "---\ntitle: Upgrade\ncomponents: [api]\nstart: 2026-11-21 10:00 UTC\nend: 2026-11-21 11:00 UTC\nannounced: 2026-11-20 10:00 UTC\n---\n";

fn day(world: &World) -> Uptime {
    let site = world.plan();
    let (from, to) = (time("2026-11-21T00:00:00Z"), time("2026-11-22T00:00:00Z"));
    Uptime::of(&site.components[0].slices, from, to)
}

const MINUTE: i64 = 60_000;

#[test]
fn the_reference_day_adds_up() {
    let uptime = day(&reference_day(ANNOUNCED));
    assert_eq!(
        uptime,
        Uptime {
            window_ms: 1440 * MINUTE,
            // Silent from the hold of the sample at 17:55, which ends at 18:10, until 20:00.
            observed_ms: 1330 * MINUTE,
            excluded_ms: 60 * MINUTE,
            down_ms: 60 * MINUTE,
            degraded_ms: 60 * MINUTE,
        }
    );
    // 1210 of 1270 minutes are 95.2756 %, nearest to 95.276; the page rounds down.
    let exact = (uptime.counted_ms() - uptime.down_ms) as f64 * 100.0 / uptime.counted_ms() as f64;
    assert!((exact - 95.276).abs() < 0.0005, "{exact}");
    assert_eq!(uptime.availability(3), Figure::Percent("95.275".to_owned()));
    let coverage = uptime.observed_ms as f64 * 100.0 / uptime.window_ms as f64;
    assert!((coverage - 92.4).abs() < 0.05, "{coverage}");
    assert_eq!(uptime.coverage(1), Some("92.3".to_owned()));
}

#[test]
fn maintenance_that_nobody_announced_in_time_hides_no_failure() {
    for announced in ["", "announced: 2026-11-21 10:01 UTC\n"] {
        let text = ANNOUNCED.replace("announced: 2026-11-20 10:00 UTC\n", announced);
        let uptime = day(&reference_day(&text));
        assert_eq!((uptime.excluded_ms, uptime.down_ms), (0, 120 * MINUTE), "{announced}");
    }
}

#[test]
fn an_incident_during_maintenance_is_not_excluded() {
    let incident = "---\ntitle: Upgrade went wrong\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-21 10:30 UTC\n## Resolved · 2026-11-21 11:00 UTC\n";
    let world = reference_day(ANNOUNCED);
    let with = World::new(
        "2026-11-22T00:00:00Z",
        &[("probes.yaml", PROBED), ("content/incidents/a.md", incident)],
    );
    let world = World {
        content: aboveboard::content::Content {
            incidents: with.content.incidents,
            ..world.content
        },
        ..world
    };
    let uptime = day(&world);
    assert_eq!((uptime.excluded_ms, uptime.down_ms), (30 * MINUTE, 90 * MINUTE));
}

#[test]
fn sixty_one_silent_days_lower_coverage_and_leave_availability_alone() {
    let up = |from: &str, count| rows("api", from, 5, count, "up,100,200,");
    let mut lines = up("2026-08-25T00:00:00Z", 13 * 288 - 12);
    lines.extend(rows("api", "2026-09-06T23:00:00Z", 5, 12, "down,,500,http status 500"));
    let before = lines.clone();
    // 61 days later the prober is back.
    lines.extend(up("2026-11-07T00:00:00Z", 15 * 288));
    let world = |lines: &[String], now: &str| {
        World::new(now, &[("probes.yaml", PROBED), ("data/2026/a.csv", &history(lines))])
    };
    let held = world(&lines, "2026-11-22T00:00:00Z");
    let site = held.plan();
    let sum = site.components[0].uptime();
    let without = world(&before, "2026-09-07T00:00:00Z");
    let early = without.plan().components[0].uptime();
    // The last sample before the hole was down and speaks for 15 minutes, 10 of them in the hole.
    assert_eq!(sum.down_ms, early.down_ms + 10 * MINUTE);
    assert_eq!(sum.window_ms, 89 * 1440 * MINUTE);
    assert_eq!(sum.observed_ms, (13 + 15) * 1440 * MINUTE + 10 * MINUTE);
    assert_eq!(
        sum.counted_ms() - sum.down_ms,
        (28 * 1440 - 60) * MINUTE,
        "no silent minute counts as up"
    );
    assert_eq!(sum.coverage(1), Some("31.4".to_owned()));
    // Less than half was seen: the page says so instead of a number.
    assert_eq!(sum.availability(2), Figure::NotEnough);
    let silent = site.components[0]
        .days
        .iter()
        .filter(|day| day.uptime.window_ms > 0 && day.worst == ComponentStatus::Unknown);
    assert_eq!(silent.count(), 61 - 1, "the day with the last 10 minutes is not silent");
}

#[test]
fn an_outage_runs_from_its_first_failing_to_its_first_good_sample() {
    let site = reference_day(ANNOUNCED);
    let site = site.plan();
    let outages = &site.components[0].outages;
    let edges: Vec<(String, String, bool, &str)> = outages
        .iter()
        .map(|o| (o.from.rfc3339(), o.to.unwrap().rfc3339(), o.in_maintenance, o.detail.as_str()))
        .collect();
    let of = |from: &str, to: &str, m, why| (from.to_owned(), to.to_owned(), m, why);
    assert_eq!(
        edges,
        [
            of("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z", true, "connection refused"),
            of("2026-11-21T06:00:00Z", "2026-11-21T07:00:00Z", false, "http status 500"),
        ]
    );
}
