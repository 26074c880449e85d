//! A component: its state, its days, its numbers, its page.

use super::drawing::{self, NO_DATA, Piece};
use super::numbers::{day_note, day_status, stretch, uptime};
use super::{chart, component_path, day, day_path, month, past, why};
use crate::model::time::DAY;
use crate::model::{ComponentStatus, Correction, Outcome};
use crate::site::calendar::DAYS;
use crate::site::calendar::Stretch;
use crate::site::edition::Edition;
use crate::site::markdown::{self, Place};
use crate::site::plan::ComponentReport;
use crate::site::timeline::Cause;
use crate::site::view::{self, Status};
use crate::site::words;

pub use super::numbers::windows;

/// How many outages a component page lists.
const OUTAGES: usize = 50;

/// How many months a component page shows.
const MONTHS: usize = 12;

/// How many entries of the past a component page lists.
const ENTRIES: usize = 30;

/// A component for templates.
pub fn component(edition: Edition<'_>, report: &ComponentReport<'_>) -> view::Component {
    let window = report.life.window(DAYS);
    let (figure, note) = uptime(edition, &window.uptime, &stretch(edition, window));
    let is_checked = !report.component.probes.is_empty();
    let shown = |of| match of {
        ComponentStatus::Unknown if !is_checked => Status {
            key: "not_checked",
            label: edition.say("status_not_checked").to_owned(),
            mark: "–",
        },
        of => edition.status(of),
    };
    let timeline = timeline(edition, report);
    view::Component {
        id: report.component.id.clone(),
        name: report.component.name.clone(),
        description: report.component.description.clone(),
        path: component_path(&report.component.id),
        status: shown(report.status),
        stale_status: shown(report.stale_status),
        since: report
            .since
            .filter(|_| report.status > ComponentStatus::Operational && is_checked)
            .map(|time| edition.moment(time)),
        reason: reason(edition, report),
        is_checked,
        bad_days: timeline.days_with_trouble.len(),
        timeline,
        uptime: figure,
        uptime_note: note,
    }
}

/// What its probes say is wrong, while they still speak.
fn reason(edition: Edition<'_>, report: &ComponentReport<'_>) -> Option<String> {
    let now = edition.site.inputs.now;
    let hold = edition.site.inputs.settings.hold_ms();
    let reasons: Vec<String> = report
        .probes
        .iter()
        .filter_map(|(probe, sample)| {
            let sample = sample.filter(|sample| {
                sample.outcome != Outcome::Up && now.ms() - sample.time.ms() < hold
            })?;
            let detail = match (&*sample.detail, sample.outcome) {
                ("", outcome) => words::outcome(edition.language, outcome).to_owned(),
                (detail, _) => words::short(detail),
            };
            let causes = report.life.timeline.slices.last();
            let causes = causes.map_or(&[][..], |last| report.life.timeline.causes(last));
            let is_unconfirmed = causes.iter().any(|cause| {
                matches!(cause, Cause::Unconfirmed { probe: known, .. } if *known == probe.id)
            });
            let detail = match is_unconfirmed && sample.outcome == Outcome::Down {
                true => edition.fill("last_check_not_confirmed", &[("detail", &detail)]),
                false => detail,
            };
            let alone = report.probes.len() == 1;
            Some(if alone { detail } else { format!("{}: {detail}", probe.id) })
        })
        .collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The result of a check for templates.
fn outcome(edition: Edition<'_>, outcome: Outcome) -> Status {
    let (key, mark) = match outcome {
        Outcome::Up => ("operational", "✓"),
        Outcome::Degraded => ("degraded_performance", "▲"),
        Outcome::Down => ("major_outage", "✕"),
        Outcome::Unknown => ("unknown", "?"),
    };
    Status { key, label: words::outcome(edition.language, outcome).to_owned(), mark }
}

fn timeline(edition: Edition<'_>, report: &ComponentReport<'_>) -> view::Timeline {
    let life = &report.life;
    let last = life.days.last().map(|day| day.day.date);
    // Days with trouble are drawn one by one, so that each can be chosen.
    let calm: Vec<Option<&'static str>> = life
        .days
        .iter()
        .map(|day| (!why::is_troubled(&life.timeline, day)).then(|| drawing::key(day)))
        .collect();
    let mut days_with_trouble: Vec<view::Day> = Vec::new();
    for (index, report) in life.days.iter().enumerate().filter(|(index, _)| calm[*index].is_none())
    {
        let name = edition.day(report.day.date);
        let status = day_status(edition, report);
        let note = day_note(edition, life, report);
        let dot = if note.is_empty() { "" } else { " · " };
        days_with_trouble.push(view::Day {
            index,
            text: format!("{name}: {}{dot}{note}", status.label),
            day: name,
            path: day_path(report.day.date),
            status,
            note,
            key: drawing::key(report),
            d: drawing::stroke(index, 1),
        });
    }
    days_with_trouble.reverse();
    view::Timeline {
        name: edition.count("timeline_of", life.days.len(), &[("name", &report.component.name)]),
        days: life.days.len(),
        width: drawing::width(life.days.len()),
        last_day: last.map(|date| date.to_string()).unwrap_or_default(),
        blank_days: calm.iter().take_while(|key| **key == Some(NO_DATA)).count(),
        good: edition.say("good_day").to_owned(),
        none: edition.say("no_data").to_owned(),
        bars: drawing::days(&calm),
        days_with_trouble,
    }
}

/// The page of a component.
pub fn component_page(edition: Edition<'_>, report: &ComponentReport<'_>) -> view::ComponentPage {
    let site = edition.site;
    let now = site.inputs.now;
    let place = edition.place(2, 4);
    let id = report.component.id.as_str();
    let since = site.calendar.days.first().map_or(now, |day| day.from);
    let months = report.life.months.iter().take(MONTHS);
    let keep = |_, until, components: &[&str]| until >= since && components.contains(&id);
    let (over, mut current): (Vec<_>, Vec<_>) = past::events(edition, place, &keep)
        .into_iter()
        .filter(|event| event.entry.kind != "outage")
        .partition(|event| event.is_over);
    current.extend(past::upcoming(edition, id));
    let last_day = Stretch { date: edition.zone().date(now), from: now.plus(-DAY), to: now };
    let mut stretches = day::reasons(edition, report, &last_day);
    let more_stretches = stretches.len().saturating_sub(day::REASONS);
    stretches.truncate(day::REASONS);
    let pieces = report.life.timeline.slices.iter().map(|slice| Piece {
        from: slice.from,
        to: slice.to,
        key: slice.shown.word(),
    });
    let name = &report.component.name;
    let group = report.component.group.as_deref();
    let group = site.inputs.settings.groups.iter().find(|one| Some(one.id.as_str()) == group);
    view::ComponentPage {
        component: component(edition, report),
        group: group.map(|group| group.name.clone()),
        has_records: !report.life.timeline.slices.is_empty(),
        current: current.into_iter().map(|event| event.entry).collect(),
        last_24_hours: drawing::strip(edition, name, (last_day.from, now), pieces),
        last_24_hours_stretches: stretches,
        more_stretches,
        charts: chart::charts(edition, report),
        probes: report
            .probes
            .iter()
            .map(|(spec, sample)| view::Probe {
                id: spec.id.clone(),
                url: spec.shown_url(),
                is_insecure: spec.trust.insecure,
                outcome: sample.map(|sample| outcome(edition, sample.outcome)),
                at: sample.map(|sample| edition.moment(sample.time)),
                latency: sample
                    .and_then(|sample| sample.latency_ms)
                    .map(|ms| words::latency(edition.language, ms)),
                detail: sample
                    .map(|sample| words::short(&sample.detail))
                    .filter(|detail| !detail.is_empty()),
            })
            .collect(),
        windows: windows(edition, &report.life),
        months: months.map(|one| month::of_component(edition, report, one)).collect(),
        more_outages: report.outages.len().saturating_sub(OUTAGES),
        outages: report
            .outages
            .iter()
            .take(OUTAGES)
            .map(|one| outage(edition, report, one))
            .collect(),
        entries: over.into_iter().take(ENTRIES).map(|event| event.entry).collect(),
        corrections: corrections(edition, place, Some(id)),
    }
}

fn outage(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    outage: &crate::site::outages::Outage<'_>,
) -> view::Outage {
    let ms = outage.to.unwrap_or(edition.site.inputs.now).ms() - outage.from.ms();
    view::Outage {
        from: edition.moment(outage.from),
        to: outage.to.map(|to| edition.moment(to)),
        duration: match outage.to {
            Some(_) => edition.length(ms),
            None => edition.with_length("so_far", ms),
        },
        status: edition.status(outage.status),
        detail: outage.detail.clone(),
        note: why::outage_notes(edition, report, outage).join(" · "),
    }
}

/// The corrections of a component, or all of them; newest first.
pub fn corrections(
    edition: Edition<'_>,
    place: Place<'_>,
    component: Option<&str>,
) -> Vec<view::Correction> {
    let inputs = edition.site.inputs;
    let names = |one: &Correction, id| {
        component.is_none() || one.components.iter().any(|named| Some(named.as_str()) == id)
    };
    let known = inputs.corrections.iter();
    let mut corrections: Vec<&Correction> =
        known.filter(|one| one.from < inputs.now && names(one, component)).collect();
    corrections.sort_by_key(|correction| std::cmp::Reverse(correction.from));
    let name = |id: &String| {
        inputs.settings.component(id).map_or(id.clone(), |component| component.name.clone())
    };
    corrections
        .into_iter()
        .map(|one| view::Correction {
            window: words::window(edition.language, one.from, one.until, edition.zone()),
            components: words::list(
                edition.language,
                &one.components.iter().map(name).collect::<Vec<_>>(),
            ),
            reason_html: markdown::render(&one.reason, place),
        })
        .collect()
}
