//! Generated worlds against a slow oracle that walks tick by tick and shares no code with the
//! program: only the formulas of docs/uptime.md.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod properties;
mod slow;
#[path = "../support/mod.rs"]
mod support;
mod world;

use aboveboard::model::ComponentStatus;
use aboveboard::site::explain::explain;
use aboveboard::site::outages::Outage;
use aboveboard::site::plan::{Life, Site};
use aboveboard::site::uptime::Uptime;
use jiff::tz::TimeZone;
use support::World;
use world::{Dice, Spec};

fn rank(status: ComponentStatus) -> u8 {
    match status {
        ComponentStatus::Operational => slow::OPERATIONAL,
        ComponentStatus::Unknown => slow::UNKNOWN,
        ComponentStatus::UnderMaintenance => slow::MAINTENANCE,
        ComponentStatus::DegradedPerformance => slow::DEGRADED,
        ComponentStatus::PartialOutage => slow::PARTIAL,
        ComponentStatus::MajorOutage => slow::MAJOR,
    }
}

fn fields(sums: &Uptime) -> [i64; 9] {
    [
        sums.window_ms,
        sums.observed_ms,
        sums.excluded_ms,
        sums.major_ms,
        sums.partial_ms,
        sums.degraded_ms,
        sums.raw_major_ms,
        sums.raw_partial_ms,
        sums.missing_ms,
    ]
}

fn read(spec: &Spec) -> World {
    let files: Vec<(&str, &str)> =
        spec.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    World::new(&spec.stamp(spec.length), &files)
}

/// The last ninety days with the ticks at which they begin and end, as another calendar has them.
fn calendar(spec: &Spec) -> Vec<(String, i64, i64)> {
    let zone = TimeZone::get(spec.zone).unwrap();
    let now = jiff::Timestamp::from_second(spec.start_s + spec.length * spec.tick_s).unwrap();
    let mut date = now.to_zoned(zone.clone()).date();
    let mut to = spec.length;
    let mut days = Vec::new();
    for _ in 0..90 {
        let from = spec.tick(date.to_zoned(zone.clone()).unwrap().timestamp().as_second());
        days.push((date.to_string(), from, to));
        (date, to) = (date.yesterday().unwrap(), from);
    }
    days.reverse();
    days
}

/// Compares one life, and counts its days.
fn compare(
    spec: &Spec,
    calendar: &[(String, i64, i64)],
    site: &Site<'_>,
    of: &str,
    life: &Life<'_>,
    oracle: &slow::Life,
    outages: Option<&[Outage<'_>]>,
) -> usize {
    let tick = |time: aboveboard::model::Time| spec.tick(time.ms() / 1000);
    let in_ms = |ticks: [i64; 9]| ticks.map(|ticks| ticks * spec.tick_s * 1000);
    let slow_sums = slow::Sums::of(oracle);
    let sums = |from: i64, to: i64| in_ms(slow_sums.within(from, to));

    let mut compared = 0;
    let mut total = Uptime::default();
    for (report, (date, from, to)) in life.days.iter().zip(calendar) {
        let (from, to) = (*from, *to);
        assert_eq!(report.day.date.to_string(), *date);
        assert_eq!((tick(report.day.from), tick(report.day.to)), (from, to), "{of} {date}");
        assert_eq!(fields(&report.uptime), sums(from, to), "{of} {date}");
        total = total.plus(&report.uptime);

        // Every moment of the day has its reason.
        let intervals = explain(&life.timeline, &report.day);
        assert_eq!(intervals.first().map_or(from, |one| tick(one.from)), from, "{of} {date}");
        assert_eq!(intervals.last().map_or(to, |one| tick(one.to)), to, "{of} {date}");
        for pair in intervals.windows(2) {
            assert_eq!(pair[0].to, pair[1].from, "{of} {date}");
        }
        for one in &intervals {
            let ticks = tick(one.from).max(0) as usize..tick(one.to).max(0) as usize;
            let as_shown = |shown: &u8| {
                *shown == rank(one.status)
                    || *shown == slow::UNBORN && one.status == ComponentStatus::Unknown
            };
            let agree = oracle.shown[ticks].iter().all(as_shown);
            assert!(agree, "{of} {date}: {one:?}");
            let is_plain = one.status == ComponentStatus::Operational;
            let has_life =
                tick(one.from) >= 0 && oracle.shown[tick(one.from) as usize] != slow::UNBORN;
            assert!(is_plain || !has_life || !one.causes.is_empty(), "{of} {date}: {one:?}");
        }
        compared += usize::from(report.uptime.window_ms > 0);
    }
    // Windows and months are sums of days.
    assert_eq!(fields(&total), fields(&life.window(90).uptime), "{of}");
    for (window, (_, from)) in life.windows.iter().zip(site.calendar.windows()) {
        assert_eq!(fields(&window.uptime), sums(tick(from), spec.length), "{of} {}", window.days);
    }
    let months = life.months.iter().fold(Uptime::default(), |sum, one| sum.plus(&one.uptime));
    assert_eq!(fields(&months), sums(0, spec.length), "{of}");

    if let Some(outages) = outages {
        let mut got: Vec<_> = outages
            .iter()
            .map(|one| {
                let counted = one.counted_ms / 1000 / spec.tick_s;
                (tick(one.from), one.to.map(tick), one.lost_sight, counted)
            })
            .collect();
        got.reverse();
        let want = slow::outages(oracle);
        assert_eq!(got, want, "{of}");
        let counting = want.iter().filter(|(.., counted)| *counted > 0).count();
        let tally: usize = life.months.iter().map(|month| month.tally.outages).sum();
        assert_eq!(tally, counting, "{of}");
    }
    compared
}

/// Rolls worlds until so many days of components were compared.
fn agree(seed: u64, tick_s: i64, days: i64, wanted: usize) {
    let mut dice = Dice(seed);
    let mut compared = 0;
    while compared < wanted {
        let state = dice.0;
        let spec = Spec::roll(&mut dice, tick_s, days);
        let told = std::panic::catch_unwind(|| {
            let world = read(&spec);
            assert!(
                world.problems.iter().all(|one| !one.message.contains('`')),
                "{}",
                support::render(&world.problems)
            );
            let site = world.plan();
            let calendar = calendar(&spec);
            let lives: Vec<slow::Life> = (0..3).map(|one| slow::component(&spec, one)).collect();
            let mut days = 0;
            for (report, oracle) in site.components.iter().zip(&lives) {
                let id = &report.component.id;
                days += compare(
                    &spec,
                    &calendar,
                    &site,
                    id,
                    &report.life,
                    oracle,
                    Some(&report.outages),
                );
                let now = oracle.shown[spec.length as usize];
                let now = if now == slow::UNBORN { slow::UNKNOWN } else { now };
                assert_eq!(rank(report.status), now, "{id} now");
            }
            let group = slow::group(&spec, &lives);
            compare(&spec, &calendar, &site, "g", &site.groups[0].life, &group, None);
            let now = group.shown[spec.length as usize];
            let now = if now == slow::UNBORN { slow::UNKNOWN } else { now };
            assert_eq!(rank(site.groups[0].status), now, "g now");
            days
        });
        match told {
            Ok(days) => compared += days,
            Err(_) => {
                let files: Vec<&(String, String)> =
                    spec.files.iter().filter(|(path, _)| !path.starts_with("data")).collect();
                for (path, text) in files {
                    println!("== {path}\n{text}");
                }
                panic!("the world of seed {state:#x}, now {}", spec.stamp(spec.length));
            }
        }
    }
}

#[test]
fn fifty_thousand_days_of_components_agree_minute_by_minute() {
    agree(1, 60, 30, 50_000);
}

#[test]
fn another_fifty_thousand_days_agree_in_steps_of_five_minutes() {
    agree(2, 300, 30, 50_000);
}

#[test]
fn hundreds_of_days_agree_second_by_second() {
    agree(3, 1, 2, 400);
}
