//! A day, minute by minute: one page for all components.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::drawing::{self, Piece};
use super::past;
use super::{component_path, day_path, month_path, why};
use crate::model::{ComponentStatus, Date, Time};
use crate::site::calendar::Stretch;
use crate::site::edition::Edition;
use crate::site::explain::{CountsAs, Interval, explain};
use crate::site::plan::{ComponentReport, DayReport, day_report};
use crate::site::view::{self, Link};
use crate::site::words;

use super::numbers::{day_note, day_status};

/// How many stretches of one day are listed for a component.
pub const REASONS: usize = 40;

/// How many incidents, maintenances and outages a day lists.
const ENTRIES: usize = 50;

/// The pages of all days, oldest first.
pub fn day_pages<'e>(
    edition: Edition<'e>,
) -> impl Iterator<Item = (Date, view::DayPage)> + use<'e> {
    let place = edition.place(2, 4);
    let now = edition.site.inputs.now;
    let events = past::events(edition, place, &|at, _, _| at <= now);
    let mut of_day: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    for (number, event) in events.iter().enumerate() {
        let last = edition.zone().date(event.last());
        let dates = std::iter::successors(Some(edition.zone().date(event.at)), Date::succ_opt);
        for date in dates.take_while(|date| *date <= last) {
            of_day.entry(date).or_default().push(number);
        }
    }
    edition.days.iter().map(move |day| {
        let numbers = of_day.remove(&day.date).unwrap_or_default();
        let entries = numbers.into_iter().map(|number| events[number].entry.clone()).collect();
        (day.date, page(edition, day, entries))
    })
}

fn page(edition: Edition<'_>, day: &Stretch, mut entries: Vec<view::PastEntry>) -> view::DayPage {
    let more_entries = entries.len().saturating_sub(ENTRIES);
    entries.truncate(ENTRIES);
    let Edition { site, language, .. } = edition;
    let (mut components, mut good) = (Vec::new(), Vec::new());
    for report in &site.components {
        let of_day = day_report(&report.life.timeline, day);
        if !why::is_watched(report, &of_day) {
            continue;
        }
        if why::is_troubled(&report.life.timeline, &of_day) {
            components.push(day_of_component(edition, report, &of_day));
        } else {
            good.push(view::GoodComponent {
                id: report.component.id.clone(),
                name: report.component.name.clone(),
                path: component_path(&report.component.id),
            });
        }
    }
    let total = (components.len() + good.len()).to_string();
    let summary = match (components.len(), good.len()) {
        (0, 0) => edition.say("day_silent").to_owned(),
        (0, _) => edition.say("day_good").to_owned(),
        (count, _) => edition.count("day_trouble", count, &[("total", &total)]),
    };
    let first = day.date.with_day(1).unwrap_or(day.date);
    let link = |date: Option<Date>| {
        let date = date.filter(|date| edition.days.has(*date))?;
        Some(Link { name: edition.day(date), url: day_path(date) })
    };
    view::DayPage {
        name: edition.day(day.date),
        summary,
        is_today: day.date == edition.zone().date(site.inputs.now),
        month: Link { name: words::month(language, first), url: month_path(first) },
        entries,
        more_entries,
        components,
        good,
        earlier: link(day.date.pred_opt()),
        later: link(day.date.succ_opt()),
    }
}

fn day_of_component(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    of_day: &DayReport,
) -> view::DayOfComponent {
    let timeline = &report.life.timeline;
    let day = &of_day.day;
    let mut stretches = reasons(edition, report, day);
    let more_stretches = stretches.len().saturating_sub(REASONS);
    stretches.truncate(REASONS);
    let end = day.date.succ_opt().map_or(day.to, |next| edition.zone().start_of_day(next));
    let pieces = timeline.within(day.from, day.to).iter().map(|slice| Piece {
        from: slice.from,
        to: slice.to.min(day.to),
        key: slice.shown.word(),
    });
    let name = &report.component.name;
    view::DayOfComponent {
        id: report.component.id.clone(),
        name: name.clone(),
        path: component_path(&report.component.id),
        status: day_status(edition, of_day),
        note: day_note(edition, &report.life, of_day),
        strip: drawing::strip(edition, name, (day.from, end), pieces),
        stretches,
        more_stretches,
    }
}

/// The stretches of a day that have a reason, with it.
pub fn reasons(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    day: &Stretch,
) -> Vec<view::Reason> {
    let intervals = explain(&report.life.timeline, day);
    let told = intervals.iter().filter(|one| {
        one.counts_as != CountsAs::BeforeLife
            && (one.status != ComponentStatus::Operational || !one.causes.is_empty())
    });
    told.map(|one| view::Reason {
        clock: clock(edition, one, day),
        length: edition.length(one.to.ms() - one.from.ms()),
        status: edition.status(one.status),
        why: one
            .causes
            .iter()
            .map(|cause| why::why(edition, cause, one.counts_as))
            .collect::<Vec<_>>()
            .join("; "),
        counts: counts(edition, one).to_owned(),
    })
    .collect()
}

/// The stretches of a day that have a reason, for one line each on a terminal.
pub fn reasons_of_day(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    day: &Stretch,
) -> (String, Vec<view::Reason>) {
    let of_day = day_report(&report.life.timeline, day);
    (day_note(edition, &report.life, &of_day), reasons(edition, report, day))
}

/// How a stretch counts, where its status does not tell.
fn counts<'e>(edition: Edition<'e>, interval: &Interval<'_, '_>) -> &'e str {
    use ComponentStatus::*;
    match (interval.counts_as, interval.status) {
        (CountsAs::Excluded, _) => edition.say("counts_excluded"),
        (CountsAs::Down | CountsAs::Partial, UnderMaintenance | Operational | Unknown) => {
            edition.say("counts_down")
        }
        (CountsAs::Missing, UnderMaintenance) => edition.say("counts_missing"),
        _ => "",
    }
}

fn clock(edition: Edition<'_>, interval: &Interval<'_, '_>, day: &Stretch) -> String {
    let zone = edition.zone();
    // On the day on which the clocks change, a time alone may mean two.
    let is_changed = zone.abbreviation(day.from) != zone.abbreviation(day.to);
    let at = |time: Time| match is_changed {
        true => words::clock_with_zone(edition.language, time, zone),
        false => words::clock(time, zone),
    };
    let ends_the_day = interval.to == day.to
        && zone.date(interval.to) != day.date
        && interval.to == zone.start_of_day(zone.date(interval.to));
    let end = if ends_the_day { "24:00".to_owned() } else { at(interval.to) };
    edition.fill("range", &[("from", &at(interval.from)), ("to", &end)])
}
