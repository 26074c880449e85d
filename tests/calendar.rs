//! The calendar of maintenance: what subscribers keep when a site changes, and every window as
//! calendars that others wrote compute it from the file alone.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use aboveboard::model::{MaintenanceStatus, Occurrence, Time};
use support::{World, aboveboard, said, time, write};

const NOW: &str = "2026-11-22T09:57:00Z";

const ONCE: &str = "start: 2026-11-24 02:00 UTC\nduration: 2h\nannounced: 2026-11-20 10:00 UTC\n";

const WEEKLY: &str = "start: 2026-11-03 02:00 Europe/Berlin\nduration: 2h\nrepeat: FREQ=WEEKLY\nannounced: 2026-11-01 00:00 UTC\n";

fn file(title: &str, front: &str, body: &str) -> String {
    format!("---\ntitle: {title}\ncomponents: [api]\n{front}---\n{body}")
}

/// The calendar of a site with one maintenance, unfolded.
fn calendar(front: &str, body: &str, now: &str) -> String {
    let text = file("M", front, body);
    let world = World::new(now, &[("content/maintenance/m.md", &text)]);
    assert!(world.problems.is_empty(), "{}", support::render(&world.problems));
    unfolded(world.render().get("maintenance.ics").unwrap())
}

fn unfolded(text: &str) -> String {
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    text.replace("\r\n ", "").replace("\r\n", "\n")
}

/// The events of a calendar.
fn events(calendar: &str) -> Vec<&str> {
    calendar
        .split("BEGIN:VEVENT\n")
        .skip(1)
        .map(|rest| rest.split("END:VEVENT\n").next().unwrap())
        .collect()
}

/// The values of a property, with its parameters; of an event without its alarms.
fn values<'t>(event: &'t str, name: &str) -> Vec<&'t str> {
    let own = event.split("BEGIN:VALARM").next().unwrap();
    let value = |line: &'t str| line.strip_prefix(name)?.strip_prefix([':', ';']);
    own.lines().filter_map(value).collect()
}

fn value<'t>(event: &'t str, name: &str) -> &'t str {
    let values = values(event, name);
    assert_eq!(values.len(), 1, "{name} in {event}");
    values[0]
}

#[test]
fn an_event_says_what_its_page_says() {
    let body = "Orders are [kept](/history/), *later*.\n\n## Scheduled · 2026-11-21 08:00 UTC\n- a\n- b\n\n## Cancelled · 2026-11-23 08:00 UTC\nNot yet said.\n";
    let text = calendar(ONCE, body, NOW);
    let events = events(&text);
    assert_eq!(events.len(), 1);
    let alarm = |before: &str| {
        format!("BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:M\nTRIGGER:{before}\nEND:VALARM\n")
    };
    let want = [
        "UID:maintenance/m@status.acme.example",
        "DTSTAMP:20261121T080000Z",
        "CREATED:20261120T100000Z",
        "LAST-MODIFIED:20261121T080000Z",
        "SEQUENCE:1",
        "DTSTART:20261124T020000Z",
        "DTEND:20261124T040000Z",
        "SUMMARY:M",
        "DESCRIPTION:Orders are kept (https://status.acme.example/history/)\\, later.\\n\\nScheduled: - a\\n- b",
        "URL:https://status.acme.example/maintenance/m/",
        "CATEGORIES:Public API",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "CLASS:PUBLIC",
        "",
    ];
    assert_eq!(events[0], want.join("\n") + &alarm("-P1D") + &alarm("-PT1H"));
    let (head, _) = text.split_once("BEGIN:VEVENT").unwrap();
    for line in [
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "NAME:Acme Status",
        "X-WR-CALNAME:Acme Status",
        "X-WR-TIMEZONE:UTC",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "URL:https://status.acme.example/",
    ] {
        assert!(head.lines().any(|known| known == line), "{line} in {head}");
    }
}

#[test]
fn each_component_has_a_calendar_of_its_own() {
    let texts = [file("A", ONCE, ""), file("B", WEEKLY, "").replace("[api]", "[web, api]")];
    let world = World::new(
        NOW,
        &[("content/maintenance/a.md", &texts[0]), ("content/maintenance/b.md", &texts[1])],
    );
    let files = world.render();
    let of = |path: &str| unfolded(files.get(path).unwrap());
    let (all, api, web) = (
        of("maintenance.ics"),
        of("components/api/maintenance.ics"),
        of("components/web/maintenance.ics"),
    );
    let titles = |text: &str| -> Vec<String> {
        events(text).iter().map(|event| value(event, "SUMMARY").to_owned()).collect()
    };
    assert_eq!(titles(&all), ["A", "B"]);
    assert_eq!(titles(&api), ["A", "B"]);
    assert_eq!(titles(&web), ["B"]);
    assert!(web.contains("\nNAME:Acme Status – Website\nX-WR-CALNAME:Acme Status – Website\n"));
    assert_eq!(value(events(&all)[1], "CATEGORIES"), "Website,Public API");
    // The same event, whichever calendar it is in.
    assert_eq!(events(&all)[1], events(&web)[0]);
}

#[test]
fn an_unchanged_site_keeps_its_calendar_and_a_new_title_keeps_its_event() {
    let folder = tempfile::tempdir().unwrap();
    let build = |title: &str, now: &str| {
        let (a, b) = (file(title, ONCE, ""), file(title, WEEKLY, ""));
        write(
            folder.path(),
            &[
                ("probes.yaml", support::CONFIG),
                ("content/maintenance/a.md", &a),
                ("content/maintenance/b.md", &b),
            ],
        );
        let built = aboveboard(folder.path()).args(["build", "--now", now]).output().unwrap();
        assert!(built.status.success(), "{}", said(&built));
        ["maintenance.ics", "components/api/maintenance.ics"]
            .map(|path| std::fs::read_to_string(folder.path().join("public").join(path)).unwrap())
    };
    let before = build("Before", NOW);
    assert_eq!(before, build("Before", "2026-11-22T10:57:00Z"));
    // Nor does it matter that windows begin and end, where nobody says anything.
    assert_eq!(before, build("Before", "2026-12-29T03:00:00Z"));
    let after = build("After", NOW);
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before.replace("Before", "After"), after);
        assert!(after.contains("SUMMARY:After"));
    }
}

#[test]
fn what_is_called_off_stays_with_its_planned_times_and_rings_no_more() {
    let text = calendar(ONCE, "## Cancelled · 2026-11-22 09:00 UTC\nNo need.\n", NOW);
    let event = events(&text)[0];
    assert_eq!(value(event, "STATUS"), "CANCELLED");
    assert_eq!(value(event, "SEQUENCE"), "1");
    assert_eq!(value(event, "DTSTART"), "20261124T020000Z");
    assert_eq!(value(event, "DTEND"), "20261124T040000Z");
    assert_eq!(value(event, "DESCRIPTION"), "Cancelled: No need.");
    assert!(!event.contains("VALARM"), "{event}");
    // Planned again.
    let again = "## Cancelled · 2026-11-22 09:00 UTC\n\n## Scheduled · 2026-11-22 09:30 UTC\n";
    let text = calendar(ONCE, again, NOW);
    assert_eq!(value(events(&text)[0], "STATUS"), "CONFIRMED");
    assert_eq!(value(events(&text)[0], "SEQUENCE"), "2");
}

#[test]
fn a_single_window_tells_the_times_in_force() {
    let of = |body: &str| {
        let text = calendar(ONCE, body, "2026-11-24T09:00:00Z");
        let event = events(&text)[0];
        format!("{} {}", value(event, "DTSTART"), value(event, "DTEND"))
    };
    assert_eq!(
        of("## In progress · 2026-11-24 01:40 UTC\n\n## Completed · 2026-11-24 03:10 UTC\n"),
        "20261124T014000Z 20261124T031000Z"
    );
    assert_eq!(of("## Completed · 2026-11-24 06:00 UTC\n"), "20261124T020000Z 20261124T060000Z");
    // As long as nobody says that it is over, the calendar keeps to the plan.
    assert_eq!(of("## Verifying · 2026-11-24 04:30 UTC\n"), "20261124T020000Z 20261124T040000Z");
}

#[test]
fn only_the_last_year_and_what_is_to_come_are_told() {
    let count = |start: &str, rest: &str, now: &str| {
        events(&calendar(&format!("start: {start}\nduration: 2h\n{rest}"), "", now)).len()
    };
    let old = "2025-11-22 02:00 UTC";
    assert_eq!(count(old, "", "2026-11-22T23:59:59Z"), 1);
    assert_eq!(count(old, "", "2026-11-23T00:00:00Z"), 0);
    assert_eq!(count("2036-11-22 02:00 UTC", "", NOW), 1);
    assert_eq!(count("2020-11-22 02:00 UTC", "repeat: FREQ=YEARLY\n", NOW), 1);
    assert_eq!(count("2020-11-22 02:00 UTC", "repeat: FREQ=YEARLY;COUNT=5\n", NOW), 0);
    // Not announced yet.
    assert_eq!(count("2026-11-24 02:00 UTC", "announced: 2026-11-23 00:00 UTC\n", NOW), 0);
    // A calendar in which nothing is has its zone, for something must be in it.
    let empty = World::new(NOW, &[]).render();
    let empty = unfolded(empty.get("maintenance.ics").unwrap());
    assert!(empty.contains("BEGIN:VTIMEZONE\nTZID:UTC\n"), "{empty}");
    // What cannot be read is told by its page.
    let text = file("M", &WEEKLY.replace("WEEKLY", "WEAKLY"), "");
    let world = World::new(NOW, &[("content/maintenance/m.md", &text)]);
    assert!(events(world.render().get("maintenance.ics").unwrap()).is_empty());
}

#[test]
fn a_series_is_one_event_with_its_rule() {
    let text = calendar(&format!("{WEEKLY}except: [2026-12-22, 2026-12-01]\n"), "", NOW);
    let events_of = events(&text);
    assert_eq!(events_of.len(), 1);
    let event = events_of[0];
    assert_eq!(value(event, "DTSTART"), "TZID=Europe/Berlin:20261103T020000");
    assert_eq!(value(event, "DTEND"), "TZID=Europe/Berlin:20261103T040000");
    assert_eq!(value(event, "RRULE"), "FREQ=WEEKLY");
    assert_eq!(
        values(event, "EXDATE"),
        ["TZID=Europe/Berlin:20261201T020000", "TZID=Europe/Berlin:20261222T020000"]
    );
    assert_eq!(text.matches("BEGIN:VTIMEZONE\nTZID:Europe/Berlin\n").count(), 1);
    // A window in which the clocks change has a length, for its end comes twice.
    let night = "start: 2026-10-25 01:30 Europe/Berlin\nduration: 2h\nrepeat: FREQ=WEEKLY\n";
    let text = calendar(night, "", NOW);
    assert_eq!(value(events(&text)[0], "DURATION"), "PT7200S");
    assert!(values(events(&text)[0], "DTEND").is_empty());
    // UTC needs no zone.
    let text = calendar(&WEEKLY.replace("Europe/Berlin", "UTC"), "", NOW);
    assert!(!text.contains("TZID"), "{text}");
    assert_eq!(value(events(&text)[0], "DTSTART"), "20261103T020000Z");
    let text = calendar(&WEEKLY.replace("Europe/Berlin", "+05:30"), "", NOW);
    assert_eq!(value(events(&text)[0], "DTSTART"), "TZID=UTC+0530:20261103T020000");
}

#[test]
fn a_series_that_is_called_off_ends_and_one_that_goes_on_has_gaps() {
    let off = "## Cancelled · 2026-11-18 09:00 UTC\nNo more.\n";
    let text = calendar(WEEKLY, off, NOW);
    let event = events(&text)[0];
    // The last window, on the 17th at 02:00 in Berlin.
    assert_eq!(value(event, "RRULE"), "FREQ=WEEKLY;UNTIL=20261117T010000Z");
    assert_eq!(value(event, "STATUS"), "CONFIRMED");
    assert_eq!(value(event, "DESCRIPTION"), "Cancelled: No more.");
    let before = calendar(WEEKLY, "## Cancelled · 2026-11-02 09:00 UTC\n", NOW);
    let event = events(&before)[0];
    assert_eq!(value(event, "STATUS"), "CANCELLED");
    assert_eq!(value(event, "RRULE"), "FREQ=WEEKLY");
    assert!(!event.contains("VALARM"), "{event}");
    let again = "## Cancelled · 2026-11-08 09:00 UTC\n\n## Scheduled · 2026-11-18 09:00 UTC\n";
    let text = calendar(WEEKLY, again, NOW);
    let event = events(&text)[0];
    assert_eq!(value(event, "RRULE"), "FREQ=WEEKLY");
    assert_eq!(
        values(event, "EXDATE"),
        ["TZID=Europe/Berlin:20261110T020000", "TZID=Europe/Berlin:20261117T020000"]
    );
}

#[test]
fn a_window_with_a_story_of_its_own_is_an_event_of_the_series() {
    let body = "All.\n\n## Completed · 2026-11-03 02:00 UTC\nQuick.\n\n## Cancelled · 2026-11-10 01:30 UTC\nTrouble.\n";
    let text = calendar(WEEKLY, body, NOW);
    let events = events(&text);
    assert_eq!(events.len(), 3);
    let told: Vec<[&str; 6]> = events[1..]
        .iter()
        .map(|event| {
            ["RECURRENCE-ID", "DTSTART", "DTEND", "STATUS", "SEQUENCE", "DESCRIPTION"]
                .map(|name| value(event, name))
        })
        .collect();
    assert_eq!(
        told,
        [
            [
                "TZID=Europe/Berlin:20261103T020000",
                "20261103T010000Z",
                "20261103T020000Z",
                "CONFIRMED",
                "2",
                "All.\\n\\nCompleted: Quick."
            ],
            [
                "TZID=Europe/Berlin:20261110T020000",
                "20261110T010000Z",
                "20261110T030000Z",
                "CANCELLED",
                "2",
                "All.\\n\\nCancelled: Trouble."
            ],
        ]
    );
    assert_eq!(value(events[0], "DESCRIPTION"), "All.");
    assert!(events.iter().all(|event| value(event, "UID") == value(events[0], "UID")));
}

#[test]
fn the_address_of_the_site_is_in_its_names_and_long_texts_are_cut() {
    let body = format!("{}\n\n## Scheduled · 2026-11-21 08:00 UTC\nx\n", "🚧 ä,".repeat(20_000));
    let text = file("M", ONCE, &body);
    let config = support::CONFIG
        .replace("https://status.acme.example", "\"https://acme.example/my,status\"");
    let files = [("probes.yaml", config.as_str()), ("content/maintenance/m.md", text.as_str())];
    let text = unfolded(World::new(NOW, &files).render().get("maintenance.ics").unwrap());
    let event = events(&text)[0];
    assert_eq!(value(event, "UID"), "my\\,status/maintenance/m@acme.example");
    let description = value(event, "DESCRIPTION").replace("\\,", ",");
    assert_eq!(description.chars().count(), 2001);
    assert!(description.ends_with('…'), "{description}");
}

/// Reads a calendar, works out every window that begins until a time from its rules and its own
/// zones, and tells it with what two readers of zones show on the clock when it begins.
const FOREIGN: &str = r#"
import io, re, sys
from datetime import datetime, timezone
import icalendar
from dateutil import rrule, tz

limit = datetime.fromisoformat(sys.argv[1])
text = sys.stdin.buffer.read().decode()
assert not [line for line in text.split("\r\n") if len(line.encode()) > 75]
calendar = icalendar.Calendar.from_ical(text)
zones = {"UTC": (timezone.utc, timezone.utc)}
for block, zone in zip(
    re.findall("BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", text, re.DOTALL), calendar.walk("VTIMEZONE"), strict=True
):
    name = str(zone["TZID"])
    zones[name] = (tz.tzical(io.StringIO(block)).get(name), zone.to_tz(lookup_tzid=False))

def zone_of(value):
    return value.params.get("TZID", "UTC")

def instant(wall, name):
    # A clock that is put forward past a time shows it that much later: RFC 5545, 3.3.5.
    return tz.resolve_imaginary(wall.replace(tzinfo=zones[name][0])).astimezone(timezone.utc)

def at(value):
    return instant(value.dt.replace(tzinfo=None), zone_of(value))

masters, told = {}, {}
for event in calendar.walk("VEVENT"):
    uid, start = str(event["UID"]), at(event["DTSTART"])
    end = at(event["DTEND"]) if "DTEND" in event else start + event["DURATION"].dt
    if "RECURRENCE-ID" in event:
        nominal = event["RECURRENCE-ID"]
        told.setdefault(uid, {})[nominal.dt.replace(tzinfo=None)] = (start, end, event["STATUS"])
        assert zone_of(nominal) == zone_of(masters[uid]["DTSTART"])
    else:
        assert uid not in masters
        masters[uid] = event
for uid, event in masters.items():
    start = event["DTSTART"]
    length = event["DURATION"].dt if "DURATION" in event else at(event["DTEND"]) - at(start)
    name = zone_of(start)
    except_ = event.get("EXDATE", [])
    except_ = except_ if isinstance(except_, list) else [except_]
    assert all(zone_of(one) == name for one in except_)
    gone = {day.dt.replace(tzinfo=None) for one in except_ for day in one.dts}
    first = start.dt.replace(tzinfo=zones[name][0])
    own = told.pop(uid, {})
    days = [first]
    if "RRULE" in event:
        days = rrule.rrulestr(event["RRULE"].to_ical().decode(), dtstart=first)
    for day in days:
        wall = day.replace(tzinfo=None)
        begin = instant(wall, name)
        if begin > limit:
            break
        if wall in gone:
            continue
        begin, end, status = own.pop(wall, (begin, begin + length, event["STATUS"]))
        clocks = [begin.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") for zone in zones[name]]
        print(uid, begin.strftime("%Y%m%dT%H%M%SZ"), end.strftime("%Y%m%dT%H%M%SZ"), status, *clocks)
    assert not own, (uid, own)
assert not told
"#;

/// What the foreign calendar tells of a calendar file.
fn foreign(calendar: &str, limit: Time) -> Vec<String> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/python");
    let mut foreign = Command::new(python)
        .args(["-c", FOREIGN, &limit.rfc3339()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`bash tests/run` makes the environment of the tools");
    let mut input = foreign.stdin.take().unwrap();
    let calendar = calendar.to_owned();
    let writer = std::thread::spawn(move || input.write_all(calendar.as_bytes()).unwrap());
    let answer = foreign.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(answer.status.success());
    String::from_utf8(answer.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The same as the model has it.
fn own(world: &World, limit: Time) -> Vec<String> {
    let mut told = Vec::new();
    for maintenance in &world.content.maintenance {
        let tell = |one: &Occurrence| {
            let is_cancelled = one.status == MaintenanceStatus::Cancelled;
            let planned = (one.planned_start, one.planned_end);
            let (start, end) = match one.window.filter(|_| !is_cancelled) {
                Some((start, end)) => (start, one.ended().unwrap_or(end)),
                None => planned,
            };
            let status = if is_cancelled { "CANCELLED" } else { "CONFIRMED" };
            let zone = &maintenance.zone;
            let shown = zone.wall_clock(start);
            let clock =
                format!("{}T{:02}:{:02}:{:02}", shown.date, shown.hour, shown.minute, shown.second);
            let stamp = |time: Time| time.rfc3339().replace(['-', ':'], "");
            format!(
                "maintenance/{}@status.acme.example {} {} {status} {clock} {clock}",
                maintenance.slug,
                stamp(start),
                stamp(end)
            )
        };
        let occurrences = maintenance.occurrences(world.now);
        // What was over a year ago is told no more.
        let horizon = time("2025-11-22T00:00:00Z");
        if occurrences.last().is_some_and(|last| last.planned_end < horizon) {
            continue;
        }
        told.extend(occurrences.iter().filter(|one| one.planned_start <= limit).map(tell));
    }
    told
}

#[test]
fn foreign_calendars_know_the_same_windows_from_the_file_alone() {
    let zones = [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        // Summer is called the standard there.
        "Europe/Dublin",
        "America/St_Johns",
        // There were changes once, and there are none now.
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "+05:30",
        "-03:30",
        "+00:00",
        "UTC",
    ];
    // The 25th is the last Sunday of January. Some begin long ago.
    let starts = ["2026-01-25 02:30", "2026-01-25 02:15", "2024-03-31 02:30", "2026-10-25 01:40"];
    let rules = [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY;BYDAY=-1SU",
        "FREQ=DAILY;UNTIL=20270328",
        "FREQ=DAILY;UNTIL=20270328T120000",
        "FREQ=DAILY;UNTIL=20261101T063000Z",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;COUNT=40",
        "FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20271031",
        "FREQ=YEARLY",
    ];
    let mut texts: Vec<(String, String)> = Vec::new();
    for (zone_at, zone) in zones.iter().enumerate() {
        for (start_at, start) in starts.iter().enumerate() {
            for (rule_at, rule) in rules.iter().enumerate() {
                // Half of what the zones that teach less could show is enough.
                if zone_at > 3 && (zone_at + start_at + rule_at) % 2 == 1 {
                    continue;
                }
                let length = ["1h", "2h", "23h"][(zone_at + start_at + rule_at) % 3];
                let front = format!("start: {start} {zone}\nduration: {length}\nrepeat: {rule}\n");
                let path = format!("content/maintenance/{zone_at:02}-{start_at}-{rule_at}.md");
                texts.push((path, file("M", &front, "")));
            }
        }
    }
    // What people say, and days without: in Berlin, where 02:30 is skipped in spring.
    let daily = "start: 2026-03-20 02:30 Europe/Berlin\nduration: 2h\nrepeat: FREQ=DAILY\n";
    for (slug, front, body) in [
        ("except", "except: [2026-03-20, 2026-03-29, 2026-10-25]\n", ""),
        ("off", "", "## Cancelled · 2026-10-25 12:00 UTC\n"),
        ("off-first", "", "## Cancelled · 2026-03-29 00:00 UTC\n"),
        (
            "again",
            "",
            "## Cancelled · 2026-03-27 12:00 UTC\n\n## Scheduled · 2026-04-01 12:00 UTC\n\n## Cancelled · 2026-10-20 12:00 UTC\n\n## Scheduled · 2026-10-28 12:00 UTC\n\n## Cancelled · 2026-11-20 12:00 UTC\n",
        ),
        (
            "stories",
            "",
            "## In progress · 2026-03-29 01:10 UTC\n\n## Completed · 2026-03-29 02:00 UTC\n\n## Cancelled · 2026-10-25 01:30 UTC\n\n## Completed · 2026-10-26 06:30 UTC\n",
        ),
        (
            "past-its-count",
            "",
            "## Cancelled · 2026-03-22 12:00 UTC\n\n## Scheduled · 2026-05-01 12:00 UTC\n",
        ),
    ] {
        let front = format!("{daily}{front}");
        let front =
            if slug == "past-its-count" { front.replace("DAILY", "DAILY;COUNT=9") } else { front };
        texts.push((format!("content/maintenance/said-{slug}.md"), file("M", &front, body)));
    }
    texts.push(("content/maintenance/single.md".to_owned(), file("M", ONCE, "")));
    let files: Vec<(&str, &str)> =
        texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut world = World::new(NOW, &files);
    // Where a start is not a day that its rule names, or no longer, there is no series.
    world.content.maintenance.retain(|one| !one.is_repeat_unread);
    let series = world.content.maintenance.iter().filter(|one| one.repeat.is_some()).count();
    assert!(series > 200, "{series}");
    let limit = time(NOW).plus(390 * 86_400_000);
    let own = own(&world, limit);
    let files = world.render();
    let foreign = foreign(files.get("maintenance.ics").unwrap(), limit);
    // Long windows that overlap are no matter of the calendar, so each is compared.
    for (own, foreign) in own.iter().zip(&foreign) {
        assert_eq!(own, foreign);
    }
    assert_eq!(own.len(), foreign.len());
    assert!(own.len() > 40_000, "{}", own.len());
}
