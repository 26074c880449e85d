//! Reasons in words: why a stretch of a day was not operational, and who saw an outage.

use crate::model::{ComponentStatus, Outcome};
use crate::site::calendar::Stretch;
use crate::site::edition::Edition;
use crate::site::explain::CountsAs;
use crate::site::outages::Outage;
use crate::site::plan::{ComponentReport, DayReport, Site};
use crate::site::timeline::{Cause, Slice, Timeline};
use crate::site::words;

/// A cause in words, of a stretch that counts as this.
pub fn why(edition: Edition<'_>, cause: &Cause<'_>, counts_as: CountsAs) -> String {
    let at = |what: String, locations: &[&str]| {
        if locations == [""] {
            return what;
        }
        let names = locations.iter().map(|name| match *name {
            "" => edition.say("main_location").to_owned(),
            name => name.to_owned(),
        });
        let places = words::list(edition.language, &names.collect::<Vec<_>>());
        edition.fill("at_locations", &[("what", &what), ("places", &places)])
    };
    match cause {
        Cause::Probe { probe, outcome, locations, speaking } => {
            let key = if *outcome == Outcome::Down { "check_failed" } else { "check_degraded" };
            let what = at(edition.fill(key, &[("check", probe)]), locations);
            match *speaking {
                1 => what,
                total => edition.count(
                    "of_locations",
                    locations.len(),
                    &[("what", &what), ("total", &total.to_string())],
                ),
            }
        }
        Cause::Unconfirmed { probe, outcome, locations } => {
            let key = match outcome {
                Outcome::Down => "check_failed_briefly",
                _ => "check_good_briefly",
            };
            at(edition.fill(key, &[("check", probe)]), locations)
        }
        Cause::NoData { probe: Some(probe) } => edition.fill("check_silent", &[("check", probe)]),
        Cause::NoData { probe: None } => edition.say("no_data").to_owned(),
        Cause::Incident { incident, counts, .. } => {
            let title = incident_title(edition.site, incident);
            let what = edition.fill("cause_incident", &[("title", title)]);
            // Where the checks found it down as well, it does.
            let is_down = matches!(counts_as, CountsAs::Partial | CountsAs::Down);
            if *counts || is_down {
                what
            } else {
                edition.fill("does_not_count", &[("what", &what)])
            }
        }
        Cause::Maintenance { maintenance, announced } => {
            let maintenances = edition.site.inputs.maintenance.iter();
            let known = maintenances.into_iter().find(|one| one.slug == *maintenance);
            let title = known.map_or(*maintenance, |one| &one.title);
            let what = edition.fill("cause_maintenance", &[("title", title)]);
            match *announced {
                true => what,
                false => edition.fill("not_announced_in_time", &[("what", &what)]),
            }
        }
        Cause::Correction { .. } => edition.say("cause_correction").to_owned(),
        Cause::Member { component, status } => {
            let settings = edition.site.inputs.settings;
            let name = settings.component(component).map_or(*component, |one| &one.name);
            words::one_is(edition.language, name, *status)
        }
    }
}

/// How much of a day was taken back by corrections.
pub fn corrected_ms(timeline: &Timeline<'_>, day: &Stretch) -> i64 {
    let corrected = |slice: &&Slice| {
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

/// Whether anything checks a component, or anybody spoke of it on a day.
pub fn is_watched(report: &ComponentReport<'_>, day: &DayReport) -> bool {
    let is_told = day.worst > ComponentStatus::Unknown || day.uptime.observed_ms > 0;
    day.uptime.window_ms > 0 && (!report.component.probes.is_empty() || is_told)
}

/// Whether there is anything to tell of a day.
pub fn is_troubled(timeline: &Timeline<'_>, day: &DayReport) -> bool {
    day.uptime.window_ms > 0
        && (day.worst != ComponentStatus::Operational
            || day.uptime.has_gaps()
            || is_unconfirmed(timeline, &day.day))
}

/// What must be known of an outage, beside what the prober said.
pub fn outage_notes(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    outage: &Outage<'_>,
) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |key| notes.push(edition.say(key).to_owned());
    let until = outage.to.unwrap_or(edition.site.inputs.now);
    let planned_ms = until.ms() - outage.from.ms() - outage.counted_ms;
    if outage.in_maintenance() {
        note("during_maintenance");
    } else if planned_ms > 0 {
        notes.push(edition.with_length("partly_during_maintenance", planned_ms));
    }
    let mut note = |key| notes.push(edition.say(key).to_owned());
    if outage.lost_sight {
        note("then_checks_stopped");
    }
    let is_checked = !report.component.probes.is_empty();
    match (outage.declaration_ms(), outage.incidents.is_empty()) {
        (_, true) if outage.in_maintenance() => {}
        (_, true) => note("no_incident_declared"),
        (Some(ms), _) if ms >= 0 => notes.push(edition.with_length("update_after_failure", ms)),
        (Some(ms), _) => notes.push(edition.with_length("update_before_failure", -ms)),
        (None, _) if outage.detected_at.is_none() && is_checked => note("declared_by_people"),
        (None, _) => {}
    }
    let titles = outage.incidents.iter().map(|slug| incident_title(edition.site, slug));
    notes.extend(titles.map(|title| edition.fill("cause_incident", &[("title", title)])));
    notes
}

fn incident_title<'s>(site: &Site<'s>, slug: &'s str) -> &'s str {
    site.incident_titles.get(slug).copied().unwrap_or(slug)
}
