//! Maintenance that comes once or again and again: against a foreign calendar, across changes
//! of the clocks, and what its updates do.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use aboveboard::model::maintenance::Overrun;
use aboveboard::model::{ComponentStatus, MaintenanceStatus, Occurrence, Recurrence, Zone};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use support::{World, rows, time};

/// A rule that the program understands, with a day on which it begins.
fn rule() -> impl Strategy<Value = (String, String)> {
    let weekday = prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
    let days = prop::collection::vec(weekday.clone(), 1..4);
    let ordinal = prop::sample::select(vec![1, 2, 3, 4, 5, -1, -2, -5]);
    let month_days = prop::collection::vec(prop_oneof![1..=31_i32, -31..=-1_i32], 1..4);
    let joined = |list: Vec<i32>| {
        let list: Vec<String> = list.iter().map(i32::to_string).collect();
        list.join(",")
    };
    let frequency = prop_oneof![
        Just("FREQ=DAILY".to_owned()),
        days.clone().prop_map(|days| format!("FREQ=DAILY;BYDAY={}", days.join(","))),
        month_days.clone().prop_map(move |list| format!("FREQ=DAILY;BYMONTHDAY={}", joined(list))),
        Just("FREQ=WEEKLY".to_owned()),
        days.clone().prop_map(|days| format!("FREQ=WEEKLY;BYDAY={}", days.join(","))),
        Just("FREQ=MONTHLY".to_owned()),
        (ordinal, weekday).prop_map(|(ordinal, day)| format!("FREQ=MONTHLY;BYDAY={ordinal}{day}")),
        (days, month_days.clone()).prop_map(move |(days, list)| {
            format!("FREQ=MONTHLY;BYDAY={};BYMONTHDAY={}", days.join(","), joined(list))
        }),
        month_days.prop_map(move |list| format!("FREQ=MONTHLY;BYMONTHDAY={}", joined(list))),
        Just("FREQ=YEARLY".to_owned()),
    ];
    let end = prop_oneof![
        Just(String::new()),
        (1..40_u32).prop_map(|count| format!(";COUNT={count}")),
        (0..900_i64).prop_map(|days| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
            format!(";UNTIL={}", (day + chrono::Days::new(days as u64)).format("%Y%m%d"))
        }),
    ];
    (frequency, 1..6_u32, end, 0..800_u64).prop_map(|(frequency, interval, end, first)| {
        let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(first);
        (format!("{frequency};INTERVAL={interval}{end}"), first.to_string())
    })
}

/// Reads rules with their first days, and prints the days until the end of 2029 that they name.
const FOREIGN: &str = r#"
import sys
from datetime import datetime
from dateutil.rrule import rrulestr
for line in sys.stdin:
    rule, first = line.split()
    start = datetime.fromisoformat(first)
    days = rrulestr(rule, dtstart=start).between(start, datetime(2029, 12, 31), inc=True)
    print(" ".join(day.date().isoformat() for day in days))
"#;

#[test]
fn rules_name_the_days_that_a_foreign_calendar_names() {
    let mut runner = TestRunner::deterministic();
    let rules: Vec<(String, String)> =
        (0..3000).map(|_| rule().new_tree(&mut runner).unwrap().current()).collect();
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/python");
    let mut foreign = Command::new(python)
        .args(["-c", FOREIGN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`bash tests/run` makes the environment of the tools");
    let asked: String = rules.iter().map(|(rule, first)| format!("{rule} {first}\n")).collect();
    let mut input = foreign.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()).unwrap());
    let answer = foreign.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(answer.status.success());
    let answer = String::from_utf8(answer.stdout).unwrap();
    assert_eq!(answer.lines().count(), rules.len());
    let mut compared = 0;
    for ((rule, first), days) in rules.iter().zip(answer.lines()) {
        let parsed = Recurrence::parse(rule).unwrap_or_else(|why| panic!("{rule}: {why:?}"));
        let zone = Zone::utc();
        let first = zone.wall_clock(time(&format!("{first}T00:00:00Z")));
        // A start that the rule does not name, or that comes too late, is refused where it is read.
        let own = parsed.instants(first, &zone, time("2029-12-31T00:00:00Z"));
        let is_start = parsed.names(first.date) && !own.is_empty();
        assert_eq!(is_start, days.starts_with(&first.date.to_string()), "{rule} {}", first.date);
        if is_start {
            let end = "2029-12-31".parse().unwrap();
            let own: Vec<String> =
                own.iter().filter(|(day, _)| *day <= end).map(|(day, _)| day.to_string()).collect();
            assert_eq!(own.join(" "), days, "{rule} {}", first.date);
            compared += 1;
        }
    }
    assert!(compared > 500, "only {compared} rules begin on a day that they name");
}

fn world(front: &str, updates: &str, now: &str) -> World {
    let text = format!("---\ntitle: M\ncomponents: [api]\n{front}---\n{updates}");
    let up = rows("api", "2026-11-01T00:00:00Z", 5, 24 * 12 * 60, "up,12,200,");
    World::new(now, &[("content/maintenance/m.md", &text), ("data/a.csv", &support::history(&up))])
}

fn occurrences(front: &str, updates: &str, now: &str) -> Vec<Occurrence> {
    let world = world(front, updates, now);
    assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
    world.content.maintenance[0].occurrences(world.now)
}

/// The planned windows in UTC, the first few of them.
fn windows(front: &str, now: &str, count: usize) -> Vec<String> {
    let text = |one: &Occurrence| {
        let (start, end) = (one.planned_start.rfc3339(), one.planned_end.rfc3339());
        format!("{} {}", &start[..16], &end[11..16])
    };
    occurrences(front, "", now).iter().take(count).map(text).collect()
}

#[test]
fn windows_keep_the_clock_of_their_zone_across_both_changes() {
    let daily = |start: &str, now: &str| {
        let front = format!("start: {start}\nduration: 1h\nrepeat: FREQ=DAILY\n");
        windows(&front, now, 3)
    };
    // London leaves and enters winter time at 01:00 UTC. 01:30 is skipped once, and comes twice once.
    assert_eq!(
        daily("2026-03-28 01:30 Europe/London", "2026-03-20T00:00:00Z"),
        ["2026-03-28T01:30 02:30", "2026-03-29T01:30 02:30", "2026-03-30T00:30 01:30"]
    );
    assert_eq!(
        daily("2026-10-24 01:30 Europe/London", "2026-10-20T00:00:00Z"),
        ["2026-10-24T00:30 01:30", "2026-10-25T00:30 01:30", "2026-10-26T01:30 02:30"]
    );
    assert_eq!(
        daily("2026-03-07 02:30 America/New_York", "2026-03-01T00:00:00Z"),
        ["2026-03-07T07:30 08:30", "2026-03-08T07:30 08:30", "2026-03-09T06:30 07:30"]
    );
    // Lord Howe moves its clocks by half an hour.
    assert_eq!(
        daily("2026-10-03 02:15 Australia/Lord_Howe", "2026-10-01T00:00:00Z"),
        ["2026-10-02T15:45 16:45", "2026-10-03T15:45 16:45", "2026-10-04T15:15 16:15"]
    );
    // Apia had no 30 December 2011.
    assert_eq!(
        daily("2011-12-29 09:00 Pacific/Apia", "2011-12-20T00:00:00Z"),
        ["2011-12-29T19:00 20:00", "2011-12-30T19:00 20:00", "2011-12-31T19:00 20:00"]
    );
    // A zone without a name has no clocks to change.
    assert_eq!(
        daily("2026-03-28 01:30 +00:00", "2026-03-20T00:00:00Z")[2],
        "2026-03-30T01:30 02:30"
    );
}

#[test]
fn a_series_ends_and_makes_exceptions_as_it_says() {
    let weekly = "start: 2026-11-03 02:00 UTC\nduration: 2h\nrepeat: FREQ=WEEKLY;COUNT=4\n";
    let dates = |front: &str| -> Vec<String> {
        windows(front, "2026-11-22T00:00:00Z", 99).iter().map(|one| one[..10].to_owned()).collect()
    };
    assert_eq!(dates(weekly), ["2026-11-03", "2026-11-10", "2026-11-17", "2026-11-24"]);
    // An exception is counted: the series is no longer for it.
    assert_eq!(
        dates(&format!("{weekly}except: [2026-11-10]\n")),
        ["2026-11-03", "2026-11-17", "2026-11-24"]
    );
    let until = weekly.replace("COUNT=4", "UNTIL=20261117T020000Z");
    assert_eq!(dates(&until), ["2026-11-03", "2026-11-10", "2026-11-17"]);
    let until = weekly.replace("COUNT=4", "UNTIL=20261117T015959Z");
    assert_eq!(dates(&until), ["2026-11-03", "2026-11-10"]);
    // The next window is known, however far it is.
    let rare = "start: 2028-01-01 02:00 UTC\nduration: 2h\nrepeat: FREQ=YEARLY\n";
    assert_eq!(windows(rare, "2026-11-22T00:00:00Z", 9), ["2028-01-01T02:00 04:00"]);
    // The calendar ends somewhere.
    let last = "start: 9999-12-30 02:00 UTC\nduration: 2h\nrepeat: FREQ=DAILY\n";
    assert!(windows(last, "2026-11-22T00:00:00Z", 9).len() <= 2);
    let leap = "start: 9996-02-29 02:00 UTC\nduration: 2h\nrepeat: FREQ=YEARLY\n";
    assert!(windows(leap, "9999-01-01T00:00:00Z", 9).len() <= 2);
    // Without an end it is followed for a good year, and no further.
    let open = windows(&weekly.replace(";COUNT=4", ""), "2026-11-22T00:00:00Z", 999);
    assert!((58..62).contains(&open.len()), "{}", open.len());
    let long = "start: 1950-01-01 02:00 UTC\nduration: 2h\nrepeat: FREQ=DAILY\n";
    assert!(windows(long, "2026-11-22T00:00:00Z", 99_999).len() > 28_000);
}

const WEEKLY: &str = "start: 2026-11-03 02:00 UTC\nduration: 2h\nrepeat: FREQ=WEEKLY\nannounced: 2026-11-01 00:00 UTC\n";

#[test]
fn an_update_of_a_series_speaks_of_one_window() {
    let of = |updates: &str, now: &str| {
        let all = occurrences(WEEKLY, updates, now);
        let states: Vec<MaintenanceStatus> = all.iter().take(4).map(|one| one.status).collect();
        (all, states)
    };
    use MaintenanceStatus::*;
    let (all, states) = of("## Completed · 2026-11-10 02:30 UTC\n", "2026-11-17T03:00:00Z");
    assert_eq!(states, [Completed, Completed, InProgress, Scheduled]);
    let end = |one: &Occurrence| one.window.unwrap().1.rfc3339();
    assert_eq!(end(&all[0]), "2026-11-03T04:00:00Z");
    assert_eq!(end(&all[1]), "2026-11-10T02:30:00Z");
    // Called off between two windows: the ones before have been, and there are none after.
    let (all, states) = of("## Cancelled · 2026-11-12 09:00 UTC\n", "2026-11-17T03:00:00Z");
    assert_eq!((all.len(), states), (2, vec![Completed, Completed]));
    let before = "## Cancelled · 2026-11-01 09:00 UTC\n";
    assert!(of(before, "2026-11-17T03:00:00Z").0.is_empty());
    // Within a window: that one ends, and the others are as they were.
    let (all, states) = of("## Cancelled · 2026-11-10 03:00 UTC\n", "2026-11-17T03:00:00Z");
    assert_eq!(states, [Completed, Cancelled, InProgress, Scheduled]);
    assert_eq!(end(&all[1]), "2026-11-10T03:00:00Z");
    // And after all.
    let again = "## Cancelled · 2026-11-08 09:00 UTC\n\n## Scheduled · 2026-11-12 09:00 UTC\n";
    let (all, _) = of(again, "2026-11-17T03:00:00Z");
    let starts: Vec<String> =
        all.iter().take(3).map(|one| one.planned_start.rfc3339()[..10].to_owned()).collect();
    assert_eq!(starts, ["2026-11-03", "2026-11-17", "2026-11-24"]);
    // Work that begins before its time.
    let (all, states) = of("## In progress · 2026-11-17 01:30 UTC\n", "2026-11-17T01:45:00Z");
    assert_eq!(states, [Completed, Completed, InProgress, Scheduled]);
    assert_eq!(all[2].window.unwrap().0.rfc3339(), "2026-11-17T01:30:00Z");
}

#[test]
fn work_that_takes_longer_is_told_and_hides_nothing() {
    let once =
        "start: 2026-11-10 02:00 UTC\nend: 2026-11-10 04:00 UTC\nannounced: 2026-11-01 00:00 UTC\n";
    let longer = "## In progress · 2026-11-10 02:00 UTC\n\n## Verifying · 2026-11-10 04:10 UTC\n";
    let now = "2026-11-10T04:30:00Z";
    let one = occurrences(once, longer, now)[0];
    assert_eq!((one.status, one.overrun), (MaintenanceStatus::Verifying, Some(Overrun::Still)));
    assert_eq!(one.window.unwrap().1.rfc3339(), "2026-11-10T04:00:00Z");
    let files = world(once, longer, now).render();
    let page = files.get("maintenance/m/index.html").unwrap();
    assert!(page.contains("It was planned until 04:00 UTC and goes on."), "{page}");
    assert!(files.get("index.html").unwrap().contains("It was planned until 04:00 UTC"));
    // The component is no longer under maintenance: what is measured is shown again.
    let late = world(once, longer, now);
    assert_eq!(late.plan().components[0].status, ComponentStatus::Operational);

    let done = format!("{longer}\n## Completed · 2026-11-10 05:05 UTC\n");
    let one = occurrences(once, &done, "2026-11-10T06:00:00Z")[0];
    assert_eq!(one.overrun, Some(Overrun::Until(time("2026-11-10T05:05:00Z"))));
    let files = world(once, &done, "2026-11-10T06:00:00Z").render();
    let page = files.get("maintenance/m/index.html").unwrap();
    assert!(page.contains("It was planned until 04:00 UTC and took 1 h 5 min longer."), "{page}");
    // Nobody said anything: the clock has ended it.
    let one = occurrences(once, "", now)[0];
    assert_eq!((one.status, one.overrun), (MaintenanceStatus::Completed, None));
}

#[test]
fn a_series_whose_rule_cannot_be_read_is_shown_with_a_mark() {
    let front = WEEKLY.replace("WEEKLY", "WEAKLY");
    let world = world(&front, "", "2026-11-19T12:00:00Z");
    assert_eq!(world.problems.len(), 1);
    let files = world.render();
    for path in ["index.html", "maintenance/m/index.html"] {
        let page = files.get(path).unwrap();
        assert!(page.contains("`WEAKLY` is not a frequency"), "{page}");
        assert!(page.contains("Its time cannot be read from its file."), "{page}");
    }
    // The window that can be read has been.
    let site = world.plan();
    assert_eq!(site.components[0].life.window(90).uptime.excluded_ms, 2 * 3_600_000);
}

#[test]
fn a_series_is_one_page_and_its_next_window_is_the_one_shown() {
    let world = world(WEEKLY, "", "2026-11-19T12:00:00Z");
    let files = world.render();
    let page = files.get("maintenance/m/index.html").unwrap();
    assert!(page.contains("24 Nov 2026, 02:00 UTC"), "{page}");
    assert!(page.contains("repeats every week"), "{page}");
    let home = files.get("index.html").unwrap();
    assert_eq!(home.matches("24 Nov 2026, 02:00 UTC").count(), 1);
    let month = files.get("history/2026-11/index.html").unwrap();
    assert_eq!(month.matches("class=\"entry k-maintenance\"").count(), 3);
    // Three windows of two hours were announced in time and are taken out.
    let site = world.plan();
    assert_eq!(site.components[0].life.window(90).uptime.excluded_ms, 3 * 2 * 3_600_000);
}
