//! Reasons in words: why a stretch of a day was not operational, and who saw an outage.

use super::status;
use crate::model::{ComponentStatus, Outcome, Time, Zone};
use crate::site::calendar::Stretch;
use crate::site::explain::{CountsAs, Interval, explain};
use crate::site::outages::Outage;
use crate::site::plan::{ComponentReport, Site};
use crate::site::timeline::{Cause, Timeline};
use crate::site::view;
use crate::site::words;

/// The stretches of a day that have a reason, with it.
pub fn reasons(site: &Site<'_>, report: &ComponentReport<'_>, day: &Stretch) -> Vec<view::Reason> {
    let zone = &site.inputs.settings.timezone;
    let intervals = explain(&report.life.timeline, day);
    let told = intervals.iter().filter(|one| {
        one.counts_as != CountsAs::BeforeLife
            && (one.status != ComponentStatus::Operational || !one.causes.is_empty())
    });
    told.map(|one| view::Reason {
        clock: clock(one, day, zone),
        status: status(one.status),
        why: one.causes.iter().map(|cause| why(site, cause)).collect::<Vec<_>>().join("; "),
    })
    .collect()
}

fn clock(interval: &Interval<'_, '_>, day: &Stretch, zone: &Zone) -> String {
    // On the day on which the clocks change, a time alone may mean two.
    let is_changed = zone.abbreviation(day.from) != zone.abbreviation(day.to);
    let at = |time: Time| match is_changed {
        true => format!("{} {}", words::clock(time, zone), zone.abbreviation(time)),
        false => words::clock(time, zone),
    };
    let ends_the_day = interval.to == day.to && zone.date(interval.to) != day.date;
    let end = if ends_the_day { "24:00".to_owned() } else { at(interval.to) };
    format!("{} to {end}", at(interval.from))
}

/// A cause in words.
fn why(site: &Site<'_>, cause: &Cause<'_>) -> String {
    let at = |locations: &[&str]| match locations {
        [""] => String::new(),
        named => {
            let names: Vec<&str> = named
                .iter()
                .map(|name| if name.is_empty() { "the main location" } else { name })
                .collect();
            format!(" at {}", names.join(", "))
        }
    };
    match cause {
        Cause::Probe { probe, outcome, locations, speaking } => {
            let what =
                if *outcome == Outcome::Down { "failed" } else { "was slow or failed in part" };
            let of = match (*speaking, locations.len()) {
                (1, _) => String::new(),
                (speaking, failing) => format!(" ({failing} of {speaking} locations)"),
            };
            format!("check {probe} {what}{}{of}", at(locations))
        }
        Cause::Unconfirmed { probe, outcome, locations } => {
            let what = if *outcome == Outcome::Down { "failed" } else { "was good" };
            format!("check {probe} {what}{}, too briefly to count", at(locations))
        }
        Cause::NoData { probe: Some(probe) } => format!("nothing was heard from check {probe}"),
        Cause::NoData { probe: None } => "no data".to_owned(),
        Cause::Incident { incident, counts, .. } => {
            let title = incident_title(site, incident);
            let note = if *counts { "" } else { " (does not count in uptime)" };
            format!("incident: {title}{note}")
        }
        Cause::Maintenance { maintenance, announced } => {
            let known = site.inputs.maintenance.iter().find(|one| one.slug == *maintenance);
            let title = known.map_or(*maintenance, |one| &one.title);
            let note = if *announced { "" } else { " (not announced in time)" };
            format!("maintenance: {title}{note}")
        }
        Cause::Correction { .. } => "the measurement was wrong, see corrections".to_owned(),
        Cause::Member { component, status } => {
            let name =
                site.inputs.settings.component(component).map_or(*component, |one| &one.name);
            format!("{name} {}", words::predicate(*status, 1))
        }
    }
}

/// How much of a day was taken back by corrections.
pub fn corrected_ms(timeline: &Timeline<'_>, day: &Stretch) -> i64 {
    let corrected = |slice: &&crate::site::timeline::Slice| {
        timeline.causes(slice).iter().any(|cause| matches!(cause, Cause::Correction { .. }))
    };
    let slices = timeline.within(day.from, day.to).iter().filter(corrected);
    slices.map(|slice| slice.overlap_ms(day.from, day.to)).sum()
}

/// Whether a check failed on a day, or was good again, too briefly to be taken for a change.
pub fn is_unconfirmed(timeline: &Timeline<'_>, day: &Stretch) -> bool {
    let causes = timeline.within(day.from, day.to).iter().flat_map(|slice| timeline.causes(slice));
    causes.into_iter().any(|cause| matches!(cause, Cause::Unconfirmed { .. }))
}

/// What must be known of an outage.
pub fn outage_notes(
    site: &Site<'_>,
    report: &ComponentReport<'_>,
    outage: &Outage<'_>,
) -> Vec<String> {
    let mut notes = Vec::new();
    if !outage.detail.is_empty() {
        notes.push(outage.detail.clone());
    }
    let until = outage.to.unwrap_or(site.inputs.now);
    let planned_ms = until.ms() - outage.from.ms() - outage.counted_ms;
    if outage.in_maintenance() {
        notes.push("during announced maintenance".to_owned());
    } else if planned_ms > 0 {
        notes.push(format!("{} of it during announced maintenance", words::length(planned_ms)));
    }
    if outage.lost_sight {
        notes.push("then checks stopped".to_owned());
    }
    let is_checked = !report.component.probes.is_empty();
    match (outage.declaration_ms(), outage.incidents.is_empty()) {
        (_, true) if outage.in_maintenance() => {}
        (_, true) => notes.push("no incident was declared".to_owned()),
        (Some(ms), _) if ms >= 0 => {
            notes.push(format!("first update {} after the first failed check", words::length(ms)));
        }
        (Some(ms), _) => {
            notes.push(format!("declared {} before a check failed", words::length(-ms)));
        }
        (None, _) if outage.detected_at.is_none() && is_checked => {
            notes.push("declared by people, no check saw it".to_owned());
        }
        (None, _) => {}
    }
    let titles = outage.incidents.iter().map(|slug| incident_title(site, slug));
    notes.extend(titles.map(|title| format!("incident: {title}")));
    notes
}

fn incident_title<'s>(site: &'s Site<'_>, slug: &'s str) -> &'s str {
    let known = site.inputs.incidents.iter().find(|one| one.slug == slug);
    known.map_or(slug, |one| &one.title)
}
