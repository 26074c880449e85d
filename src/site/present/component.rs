//! A component: its state, its bars, its numbers, its page.

use std::collections::BTreeMap;

use super::{component_path, downtime, moment, past, status, stretch, uptime, why};
use crate::model::{ComponentStatus, Outcome};
use crate::site::calendar::DAYS;
use crate::site::markdown::{self, Place};
use crate::site::outages::Tally;
use crate::site::plan::{ComponentReport, Life, Site, WindowReport};
use crate::site::timeline::Cause;
use crate::site::view::{self, Status};
use crate::site::words;

/// How many outages a component page lists.
const OUTAGES: usize = 100;

/// How many months a component page lists.
const MONTHS: usize = 12;

/// How many reasons for one day a component page lists.
const REASONS: usize = 20;

/// A component for templates.
pub fn component(site: &Site<'_>, report: &ComponentReport<'_>) -> view::Component {
    let window = report.life.window(DAYS);
    let (figure, note) = uptime(site, &window.uptime, &stretch(site, window));
    let is_checked = !report.component.probes.is_empty();
    let shown = |of| match of {
        ComponentStatus::Unknown if !is_checked => {
            Status { key: "not_checked", label: "Not checked", mark: "–" }
        }
        of => status(of),
    };
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
            .map(|time| moment(site, time)),
        reason: reason(site, report),
        is_checked,
        bars: bars(report),
        bars_width: report.life.days.len() * 3 - 1,
        exceptions: exceptions(site, report, 0),
        uptime: figure,
        uptime_note: note,
    }
}

/// What its probes say is wrong, while they still speak.
fn reason(site: &Site<'_>, report: &ComponentReport<'_>) -> Option<String> {
    let now = site.inputs.now;
    let hold = site.inputs.settings.hold_ms();
    let reasons: Vec<String> = report
        .probes
        .iter()
        .filter_map(|(probe, sample)| {
            let sample = sample.filter(|sample| {
                sample.outcome != Outcome::Up && now.ms() - sample.time.ms() < hold
            })?;
            let detail = match (&*sample.detail, sample.outcome) {
                ("", outcome) => outcome_words(outcome).label.to_lowercase(),
                (detail, _) => words::short(detail),
            };
            let causes = report.life.timeline.slices.last();
            let causes = causes.map_or(&[][..], |last| report.life.timeline.causes(last));
            let is_unconfirmed = causes.iter().any(|cause| {
                matches!(cause, Cause::Unconfirmed { probe: known, .. } if *known == probe.id)
            });
            let detail = match is_unconfirmed && sample.outcome == Outcome::Down {
                true => format!("the last check failed ({detail}), which is not confirmed yet"),
                false => detail,
            };
            let alone = report.probes.len() == 1;
            Some(if alone { detail } else { format!("{}: {detail}", probe.id) })
        })
        .collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

fn outcome_words(outcome: Outcome) -> Status {
    match outcome {
        Outcome::Up => Status { key: "operational", label: "Up", mark: "✓" },
        Outcome::Degraded => Status { key: "degraded_performance", label: "Slow", mark: "▲" },
        Outcome::Down => Status { key: "major_outage", label: "Down", mark: "✕" },
        Outcome::Unknown => Status { key: "unknown", label: "Could not look", mark: "?" },
    }
}

/// One path for each status; a run of days with the same status is one stroke.
fn bars(report: &ComponentReport<'_>) -> Vec<view::Bar> {
    let keys: Vec<&'static str> = report
        .life
        .days
        .iter()
        .map(|day| match day.worst {
            ComponentStatus::Unknown if day.uptime.window_ms == 0 => "no_data",
            status => status.word(),
        })
        .collect();
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut start = 0;
    for end in 1..=keys.len() {
        if end == keys.len() || keys[end] != keys[start] {
            let stroke = format!("M{} 10H{}", start * 3, end * 3 - 1);
            paths.entry(keys[start]).or_default().push_str(&stroke);
            start = end;
        }
    }
    paths.into_iter().map(|(key, d)| view::Bar { key, d }).collect()
}

/// The days on which something happened, with at most so many reasons for each.
fn exceptions(
    site: &Site<'_>,
    report: &ComponentReport<'_>,
    most_reasons: usize,
) -> Vec<view::Exception> {
    let life = &report.life;
    let weight = site.inputs.settings.partial_outage_permille;
    life.days
        .iter()
        .rev()
        .filter(|day| {
            day.uptime.window_ms > 0
                && (day.worst != ComponentStatus::Operational
                    || day.uptime.has_gaps()
                    || why::is_unconfirmed(&life.timeline, &day.day))
        })
        .map(|day| {
            let mut notes: Vec<String> = downtime(&day.uptime, weight).into_iter().collect();
            let mut note = |ms: i64, what: &str| {
                if ms > 0 {
                    notes.push(format!("{} {what}", words::length(ms)));
                }
            };
            note(day.uptime.degraded_ms, "degraded");
            note(day.uptime.excluded_ms, "announced maintenance");
            note(why::corrected_ms(&life.timeline, &day.day), "measured wrongly");
            if why::is_unconfirmed(&life.timeline, &day.day) {
                notes.push("failed checks that were not confirmed".to_owned());
            }
            if let Some(coverage) = day.uptime.coverage().filter(|_| day.uptime.has_gaps()) {
                notes.push(format!("{}\u{a0}% observed", coverage.percent(1)));
            }
            let mut reasons =
                if most_reasons > 0 { why::reasons(site, report, &day.day) } else { Vec::new() };
            let more_reasons = reasons.len().saturating_sub(most_reasons);
            reasons.truncate(most_reasons);
            view::Exception {
                day: words::day(day.day.date),
                status: status(day.worst),
                note: notes.join(" · "),
                reasons,
                more_reasons,
            }
        })
        .collect()
}

/// The page of a component.
pub fn component_page(site: &Site<'_>, report: &ComponentReport<'_>) -> view::ComponentPage {
    let now = site.inputs.now;
    let place = Place { root: "../../", top_heading: 3 };
    let zone = &site.inputs.settings.timezone;
    let id = report.component.id.as_str();
    let since = site.calendar.days.first().map_or(now, |day| day.from);
    let months = report.life.months.iter().take(MONTHS).map(|month| {
        let (figure, note) = uptime(site, &month.uptime, "");
        view::Window {
            name: words::month(month.month),
            uptime: figure,
            note,
            outages: tally(&month.tally),
        }
    });
    let entries =
        past::events(site, place, &|at, components| at >= since && components.contains(&id));
    let mut corrections: Vec<_> = site
        .inputs
        .corrections
        .iter()
        .filter(|one| one.from < now && one.components.iter().any(|named| named == id))
        .collect();
    corrections.sort_by_key(|correction| std::cmp::Reverse(correction.from));
    view::ComponentPage {
        component: view::Component {
            exceptions: exceptions(site, report, REASONS),
            ..component(site, report)
        },
        probes: report
            .probes
            .iter()
            .map(|(spec, sample)| view::Probe {
                id: spec.id.clone(),
                url: spec.shown_url(),
                is_insecure: spec.trust.insecure,
                outcome: sample.map(|sample| outcome_words(sample.outcome)),
                at: sample.map(|sample| moment(site, sample.time)),
                latency: sample.and_then(|sample| sample.latency_ms).map(|ms| format!("{ms} ms")),
                detail: sample
                    .map(|sample| words::short(&sample.detail))
                    .filter(|detail| !detail.is_empty()),
            })
            .collect(),
        windows: windows(site, &report.life),
        months: months.collect(),
        more_outages: report.outages.len().saturating_sub(OUTAGES),
        outages: report
            .outages
            .iter()
            .take(OUTAGES)
            .map(|outage| {
                let notes = why::outage_notes(site, report, outage);
                view::Outage {
                    from: moment(site, outage.from),
                    to: outage.to.map(|to| moment(site, to)),
                    duration: words::length(outage.to.unwrap_or(now).ms() - outage.from.ms()),
                    status: status(outage.status),
                    note: notes.join(" · "),
                }
            })
            .collect(),
        entries: entries
            .into_iter()
            .filter(|event| event.entry.kind != "outage")
            .map(|event| event.entry)
            .collect(),
        corrections: corrections
            .into_iter()
            .map(|correction| view::Correction {
                window: words::window(correction.from, correction.until, zone),
                reason_html: markdown::render(&correction.reason, place),
            })
            .collect(),
    }
}

/// The windows of a component or a group.
pub fn windows(site: &Site<'_>, life: &Life<'_>) -> Vec<view::Window> {
    let window = |one: &WindowReport| {
        let (figure, note) = uptime(site, &one.uptime, &stretch(site, one));
        let name = if one.days == 1 { "24 hours".to_owned() } else { format!("{} days", one.days) };
        view::Window { name, uptime: figure, note, outages: tally(&one.tally) }
    };
    life.windows.iter().map(window).collect()
}

/// `2 outages, 12 min on average`
fn tally(tally: &Tally) -> Option<String> {
    let count = match tally.outages {
        0 => return None,
        1 => "1 outage".to_owned(),
        more => format!("{more} outages"),
    };
    Some(match tally.mean_recovery_ms() {
        None => count,
        Some(ms) if tally.outages == 1 => format!("{count} of {}", words::length(ms)),
        Some(ms) => format!("{count}, {} on average", words::length(ms)),
    })
}
