//! The arithmetic of whole days, checked against hand-made sums.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

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
    Uptime::of(&site.components[0].life.timeline, from, to)
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
            major_ms: 60 * MINUTE,
            degraded_ms: 60 * MINUTE,
            raw_major_ms: 120 * MINUTE,
            missing_ms: 110 * MINUTE,
            ..Uptime::default()
        }
    );
    // 1210 of 1270 minutes are 95.2756 %, nearest to 95.276; the page rounds down.
    let exact =
        (uptime.counted_ms() - uptime.down_ms()) as f64 * 100.0 / uptime.counted_ms() as f64;
    assert!((exact - 95.276).abs() < 0.0005, "{exact}");
    assert_eq!(uptime.availability(1000).percent(3).as_deref(), Some("95.275"));
    // Degraded time counts in full performance, and the failures within maintenance in raw.
    assert_eq!(uptime.full_performance(1000).percent(3).as_deref(), Some("90.551"));
    assert_eq!(uptime.raw(1000).percent(3).as_deref(), Some("90.977"));
    // The 110 minutes that nobody saw: 1210 to 1320 of 1380 minutes were good.
    let (lower, upper) = uptime.bounds(1000).unwrap();
    assert_eq!((lower.percent(3).as_str(), upper.percent(3).as_str()), ("87.681", "95.652"));
    let coverage = uptime.observed_ms as f64 * 100.0 / uptime.window_ms as f64;
    assert!((coverage - 92.4).abs() < 0.05, "{coverage}");
    assert_eq!(uptime.coverage().unwrap().percent(1), "92.3");
}

#[test]
fn maintenance_that_nobody_announced_in_time_hides_no_failure() {
    for announced in ["", "announced: 2026-11-21 10:01 UTC\n"] {
        let text = ANNOUNCED.replace("announced: 2026-11-20 10:00 UTC\n", announced);
        let uptime = day(&reference_day(&text));
        assert_eq!((uptime.excluded_ms, uptime.down_ms()), (0, 120 * MINUTE), "{announced}");
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
    assert_eq!((uptime.excluded_ms, uptime.down_ms()), (30 * MINUTE, 90 * MINUTE));
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
    let sum = site.components[0].life.window(90).uptime;
    let without = world(&before, "2026-09-07T00:00:00Z");
    let early = without.plan().components[0].life.window(90).uptime;
    // The last sample before the hole was down and speaks for 15 minutes, 10 of them in the hole.
    assert_eq!(sum.down_ms(), early.down_ms() + 10 * MINUTE);
    assert_eq!(sum.window_ms, 89 * 1440 * MINUTE);
    assert_eq!(sum.observed_ms, (13 + 15) * 1440 * MINUTE + 10 * MINUTE);
    assert_eq!(
        sum.counted_ms() - sum.down_ms(),
        (28 * 1440 - 60) * MINUTE,
        "no silent minute counts as up"
    );
    assert_eq!(sum.coverage().unwrap().percent(1), "31.4");
    // Less than half was seen: the page says so instead of a number.
    assert_eq!(sum.availability(1000), Figure::NotEnough);
    let silent = site.components[0]
        .life
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
        .map(|o| (o.from.rfc3339(), o.to.unwrap().rfc3339(), o.in_maintenance(), o.detail.as_str()))
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

/// Minutes since midnight.
fn minute(clock: &str) -> i64 {
    let (hours, minutes) = clock.split_once(':').unwrap();
    hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap()
}

/// The world of a ```day block of docs/uptime.md.
fn world_of(day: &str) -> World {
    let midnight = time("2026-11-21T00:00:00Z");
    let stamp = |clock: &str| midnight.plus(minute(clock) * MINUTE).rfc3339();
    let mut config = PROBED.to_owned();
    let mut lines = Vec::new();
    let mut files = Vec::new();
    for line in day.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let span = |text: &str| {
            let (from, to) = text.split_once('-').unwrap();
            (from.to_owned(), to.to_owned())
        };
        match words.as_slice() {
            ["confirm_down", number] => {
                config = config.replace(" }] }", &format!(", confirm_down: {number} }}] }}"));
            }
            ["partial_outage", share] => {
                config.push_str(&format!("uptime: {{ partial_outage: {share} }}\n"));
            }
            ["maintenance", times, rest @ ..] => {
                let (from, to) = span(times);
                let announced = match rest {
                    ["announced"] => "announced: 2026-11-20 10:00 UTC\n",
                    _ => "",
                };
                files.push((
                    "content/maintenance/m.md".to_owned(),
                    format!(
                        "---\ntitle: M\ncomponents: [api]\nstart: {}\nend: {}\n{announced}---\n",
                        stamp(&from),
                        stamp(&to)
                    ),
                ));
            }
            ["incident", times, status] => {
                let (from, to) = span(times);
                files.push((
                    "content/incidents/i.md".to_owned(),
                    format!("---\ntitle: I\naffected: {{ api: {status} }}\n---\n## Investigating · {}\n\n## Resolved · {}\n", stamp(&from), stamp(&to)),
                ));
            }
            ["correction", times] => {
                let (from, to) = span(times);
                files.push((
                    "content/corrections/c.md".to_owned(),
                    format!(
                        "---\ncomponents: [api]\nfrom: {}\nuntil: {}\n---\nWhy.\n",
                        stamp(&from),
                        stamp(&to)
                    ),
                ));
            }
            [times, outcome] => {
                let (from, to) = span(times);
                let count = (minute(&to) - minute(&from)) / 5;
                lines.extend(rows("api", &stamp(&from), 5, count, &format!("{outcome},,,")));
            }
            other => panic!("{other:?}"),
        }
    }
    files.push(("probes.yaml".to_owned(), config));
    files.push(("data/a.csv".to_owned(), history(&lines)));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let world = World::new("2026-11-22T00:00:00Z", &files);
    assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
    world
}

/// The blocks of a document with this name.
fn blocks<'d>(document: &'d str, name: &str) -> Vec<&'d str> {
    let start = format!("```{name}\n");
    document.split(&start).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

#[test]
fn every_example_of_the_document_adds_up() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/uptime.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (days, results) = (blocks(&document, "day"), blocks(&document, "result"));
    assert_eq!(days.len(), results.len());
    assert!(days.len() >= 6);
    for (day, result) in days.iter().zip(results) {
        let world = world_of(day);
        let weight = world.settings.partial_outage_permille;
        let site = world.plan();
        let window = &site.components[0].life.windows[0];
        let sum = window.uptime;
        assert_eq!(sum.window_ms, 1440 * MINUTE);
        let share = |figure: Figure| figure.percent(3).unwrap();
        let minutes = |ms: i64| format!("{} min", ms / MINUTE);
        for line in result.lines() {
            let (name, want) = line.split_once(' ').unwrap();
            let got = match name {
                "down" => minutes(sum.down_ms()),
                "excluded" => minutes(sum.excluded_ms),
                "degraded" => minutes(sum.degraded_ms),
                "missing" => minutes(sum.missing_ms),
                "availability" => share(sum.availability(weight)),
                "full_performance" => share(sum.full_performance(weight)),
                "raw" => share(sum.raw(weight)),
                "coverage" => sum.coverage().unwrap().percent(3),
                "bounds" => {
                    let (lower, upper) = sum.bounds(weight).unwrap();
                    format!("{} {}", lower.percent(3), upper.percent(3))
                }
                "outages" => window.tally.outages.to_string(),
                "recovery" => minutes(window.tally.mean_recovery_ms().unwrap()),
                "declaration" => minutes(window.tally.mean_declaration_ms().unwrap()),
                other => panic!("{other}"),
            };
            assert_eq!(got, want, "{name} of\n{day}");
        }
    }
}
