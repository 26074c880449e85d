//! Incidents and maintenance.

use std::collections::BTreeMap;

use super::authoring;
use super::drawing::{self, Piece};
use super::{anchors, component_path, incident_path, maintenance_path};
use crate::model::content::Phase;
use crate::model::maintenance::Overrun;
use crate::model::time::MINUTE;
use crate::model::{
    ComponentStatus, Incident, IncidentStatus, MaintenanceStatus, Occurrence, Time, Update,
};
use crate::site::edition::Edition;
use crate::site::markdown::{self, Place, escape};
use crate::site::plan::Planned;
use crate::site::view::{self, Moment, Status};
use crate::site::words;
use crate::theme::language;

fn affected(edition: Edition<'_>, id: &str, of: ComponentStatus) -> view::Affected {
    let component = edition.site.inputs.settings.component(id);
    view::Affected {
        name: component.map_or(id, |component| &component.name).to_owned(),
        path: component_path(id),
        before: None,
        status: edition.status(of),
    }
}

/// Where the texts of an incident or a maintenance are shown.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// For the text before the first update.
    pub summary: Place<'a>,
    /// For the texts of updates.
    pub updates: Place<'a>,
    /// For postmortems, which have a part of the page to themselves.
    pub postmortem: Place<'a>,
}

impl Setting<'static> {
    /// On a page of its own.
    pub fn page(edition: Edition<'_>) -> Self {
        Self {
            summary: edition.place(2, 2),
            updates: edition.place(2, 4),
            postmortem: edition.place(2, 3),
        }
    }

    /// Among others on the home page.
    pub fn home(edition: Edition<'_>) -> Self {
        let place = edition.place(0, 4);
        Self { summary: place, updates: place, postmortem: place }
    }
}

/// An incident for templates.
pub fn incident(
    edition: Edition<'_>,
    incident: &Incident,
    setting: Setting<'static>,
) -> view::Incident {
    let now = edition.site.inputs.now;
    let is_open = incident.is_open(now);
    let resolved = incident.resolved_at(now);
    let started = incident.start(now);
    let phases = incident.phases(now);
    let last = phases.last().filter(|_| is_open);
    let place = |status| match status {
        Some(IncidentStatus::Postmortem) => setting.postmortem,
        _ => setting.updates,
    };
    let status = |status| edition.incident_status(status);
    let mut updates = updates(edition, &incident.updates, &place, &status);
    tell_changes(edition, incident, &phases, &mut updates);
    updates.reverse();
    view::Incident {
        path: incident_path(&incident.slug),
        title: incident.title.clone(),
        status: incident.status(now).map(|status| edition.incident_status(status)),
        impact: incident.impact(now).word(),
        is_open,
        is_informational: incident.informational,
        started: started.map(|time| edition.moment(time)),
        resolved: resolved.map(|time| edition.moment(time)),
        duration: started.zip(resolved).map(|(from, to)| edition.length(to.ms() - from.ms())),
        lasting: started.filter(|_| is_open).map(|from| edition.length(now.ms() - from.ms())),
        affected: last
            .into_iter()
            .flat_map(|phase| &phase.affected)
            .map(|(id, status)| affected(edition, id, *status))
            .collect(),
        summary_html: markdown::render(&incident.summary, setting.summary),
        updates,
        mistakes: incident.mistakes.clone(),
    }
}

/// What the components were before each update that changes them.
fn tell_changes(
    edition: Edition<'_>,
    incident: &Incident,
    phases: &[Phase],
    updates: &mut [view::Update],
) {
    for (update, view) in seen(edition, &incident.updates).zip(updates) {
        let Some(at) = update.at else { continue };
        let before = phases.iter().take_while(|phase| phase.from < at).last();
        for ((id, status), change) in update.changes.iter().zip(&mut view.changes) {
            let known = before.and_then(|phase| phase.affected.iter().find(|(one, _)| *one == id));
            change.before = known
                .filter(|(_, before)| *before != status)
                .map(|(_, before)| edition.status(*before));
        }
    }
}

/// The updates that visitors may see, oldest first.
fn seen<'u, S>(
    edition: Edition<'_>,
    updates: &'u [Update<S>],
) -> impl Iterator<Item = &'u Update<S>> {
    let now = edition.site.inputs.now;
    updates.iter().filter(move |update| update.at.is_none_or(|at| at <= now))
}

fn updates<S: Copy>(
    edition: Edition<'_>,
    updates: &[Update<S>],
    place: &dyn Fn(Option<S>) -> Place<'static>,
    status: &dyn Fn(S) -> Status,
) -> Vec<view::Update> {
    let now = edition.site.inputs.now;
    let anchors = anchors(updates);
    let seen = updates.iter().zip(anchors);
    seen.filter(|(update, _)| update.at.is_none_or(|at| at <= now))
        .map(|(update, anchor)| view::Update {
            anchor,
            status: update.status.map(status),
            at: update.at.map(|at| edition.moment(at)),
            heading: update.heading.clone(),
            changes: update
                .changes
                .iter()
                .map(|(id, status)| affected(edition, id, *status))
                .collect(),
            is_automatic: update.is_automatic,
            body_html: markdown::render(&update.body, place(update.status)),
        })
        .collect()
}

/// The page of an incident.
pub fn incident_page(edition: Edition<'_>, of: &Incident) -> view::IncidentPage {
    let site = edition.site;
    let now = site.inputs.now;
    let mut view = incident(edition, of, Setting::page(edition));
    let is_postmortem = |update: &view::Update| {
        let key = update.status.as_ref().map(|status| status.key);
        key == Some(IncidentStatus::Postmortem.word())
    };
    let (mut postmortem, updates) = view.updates.into_iter().partition(is_postmortem);
    view.updates = updates;
    postmortem.reverse();
    let started = of.start(now);
    let detected = site.detected_at(&of.slug);
    let first_update = of.seen_updates(now).map(|(at, ..)| at).min();
    let apart = |from: Option<Time>, to: Option<Time>, after: &str, before: &str| {
        let ms = to?.ms() - from?.ms();
        (ms != 0).then_some(())?;
        Some(edition.with_length(if ms < 0 { before } else { after }, ms.abs()))
    };
    view::IncidentPage {
        impact: (!of.informational)
            .then(|| words::impact(edition.language, of.impact(now)).to_owned()),
        postmortem,
        detected: detected.map(|time| edition.moment(time)),
        time_to_detection: apart(started, detected, "after_it_began", "before_it_began"),
        first_update: first_update.map(|time| edition.moment(time)),
        time_to_first_update: apart(
            detected,
            first_update,
            "after_first_failure",
            "before_first_failure",
        ),
        components: components_over_time(edition, of),
        authors: authoring::links(
            site.inputs.settings,
            &of.path,
            of.is_open(now).then_some(&*of.slug),
        ),
        incident: view,
    }
}

/// What was declared of each component, and what was measured in the same time.
fn components_over_time(edition: Edition<'_>, incident: &Incident) -> Vec<view::AffectedOverTime> {
    let site = edition.site;
    let now = site.inputs.now;
    if incident.informational {
        return Vec::new();
    }
    let Some(from) = incident.start(now) else { return Vec::new() };
    let to = incident.resolved_at(now).unwrap_or(now);
    let phases = incident.phases(now);
    let mut worst: BTreeMap<&str, ComponentStatus> = BTreeMap::new();
    for (id, status) in phases.iter().flat_map(|phase| &phase.affected) {
        let entry = worst.entry(id).or_insert(*status);
        *entry = (*entry).max(*status);
    }
    // What was measured may have begun before people spoke of it, and ended after.
    let outages = site.outages_of.get(incident.slug.as_str()).into_iter().flatten();
    let outages: Vec<_> = outages
        .map(|(component, outage)| (*component, &site.components[*component].outages[*outage]))
        .collect();
    let earliest = outages.iter().map(|(_, outage)| outage.from).min().unwrap_or(from).min(from);
    let latest = outages.iter().map(|(_, outage)| outage.to.unwrap_or(now)).max();
    let latest = latest.unwrap_or(to).max(to);
    let margin = ((latest.ms() - earliest.ms()) / 20).max(MINUTE);
    let window = (earliest.plus(-margin), latest.plus(margin).min(now).max(earliest.plus(MINUTE)));
    let component = |(id, status): (&str, ComponentStatus)| {
        let index = site.components.iter().position(|report| report.component.id == id)?;
        let report = &site.components[index];
        let name = &report.component.name;
        let operational = ComponentStatus::Operational.word();
        let calm = Piece { from: window.0, to: window.1, key: operational };
        let said = phases.iter().filter_map(|phase| {
            let status = phase.affected.iter().find(|(known, _)| *known == id)?.1;
            let to = phase.until.unwrap_or(now);
            Some(Piece { from: phase.from, to, key: status.word() })
        });
        let said: Vec<Piece> = said.collect();
        let first = said.first().map_or(window.1, |piece| piece.from);
        let last = said.last().map_or(window.1, |piece| piece.to);
        let before = Piece { to: first, ..calm };
        let after = Piece { from: last, ..calm };
        let declared = std::iter::once(before).chain(said).chain([after]);
        let declared = drawing::strip(edition, name, window, declared);
        let measured = (!report.component.probes.is_empty()).then(|| {
            let slices = report.life.timeline.within(window.0, window.1).iter();
            let pieces = slices.map(|slice| Piece {
                from: slice.from,
                to: slice.to,
                key: slice.measured.word(),
            });
            drawing::strip(edition, name, window, pieces)
        });
        let notes: Vec<String> = outages
            .iter()
            .filter(|(at, _)| *at == index)
            .filter_map(|(_, outage)| {
                let from = outage.detected_at?;
                let slices = report.life.timeline.within(from, outage.to.unwrap_or(now)).iter();
                let measured = slices.filter(|slice| slice.measured.is_down());
                let ms = measured.map(|slice| slice.overlap_ms(from, now)).sum();
                let length = edition.length(ms);
                let from = edition.time(from);
                Some(edition.fill("outage_measured", &[("from", &from), ("length", &length)]))
            })
            .collect();
        let note = match (notes.is_empty(), measured.is_some()) {
            (true, true) => edition.say("nothing_measured").to_owned(),
            _ => notes.join(" "),
        };
        Some(view::AffectedOverTime {
            name: name.clone(),
            path: component_path(id),
            status: edition.status(status),
            declared,
            measured,
            note,
        })
    };
    worst.into_iter().filter_map(component).collect()
}

/// A maintenance for templates.
pub fn maintenance(
    edition: Edition<'_>,
    of: &Planned<'_>,
    setting: Setting<'static>,
) -> view::Maintenance {
    let settings = edition.site.inputs.settings;
    let now = edition.site.inputs.now;
    let language = edition.language;
    let maintenance = of.maintenance;
    let planned = of.window.map(|window| (window.planned_start, window.planned_end));
    let status = |status| edition.maintenance_status(status);
    let mut updates = updates(edition, &maintenance.updates, &|_| setting.updates, &status);
    updates.reverse();
    let ended = of.window.is_none_or(|window| {
        let by_hand = window.window != Some((window.planned_start, window.planned_end));
        by_hand || window.overrun.is_some() || window.status == MaintenanceStatus::Cancelled
    });
    let overrun = of.window.and_then(|window| Some((window.planned_end, window.overrun?)));
    let end_of = |start: Time, end: Time| Moment {
        iso: end.rfc3339(),
        text: words::moment_near(language, end, start, edition.zone()),
    };
    view::Maintenance {
        path: maintenance_path(&maintenance.slug),
        title: maintenance.title.clone(),
        status: edition.maintenance_status(of.status),
        start: planned.map(|(start, _)| edition.moment(start)),
        end: planned.map(|(start, end)| end_of(start, end)),
        window: planned.map(|(from, to)| words::window(language, from, to, edition.zone())),
        window_html: planned.map(|(from, to)| window_html(edition, from, &end_of(from, to))),
        duration: planned.map(|(from, to)| edition.length(to.ms() - from.ms())),
        repeats: maintenance.repeat.as_ref().map(|rule| words::recurrence(language, rule)),
        overrun: overrun.map(|(end, overrun)| {
            let planned = words::moment_near(language, end, now, edition.zone());
            match overrun {
                Overrun::Still => edition.fill("overrun_still", &[("time", &planned)]),
                Overrun::Until(at) => {
                    let length = edition.length(at.ms() - end.ms());
                    edition.fill("overrun_until", &[("time", &planned), ("length", &length)])
                }
            }
        }),
        announced: maintenance.announced.map(|time| edition.moment(time)),
        by_clock: !ended,
        components: maintenance
            .components
            .iter()
            .filter_map(|id| settings.component(id))
            .map(|component| view::Link {
                name: component.name.clone(),
                url: component_path(&component.id),
            })
            .collect(),
        summary_html: markdown::render(&maintenance.summary, setting.summary),
        updates,
        mistakes: maintenance.mistakes.clone(),
    }
}

/// A window with its times as `<time>`; a browser leaves out the day of its end where that is the
/// day of its start.
fn window_html(edition: Edition<'_>, start: Time, end: &Moment) -> String {
    let start = edition.moment(start);
    let (from, to) = (
        format!("<time datetime=\"{}\">{}</time>", start.iso, escape(&start.text)),
        format!(
            "<time datetime=\"{}\" data-from=\"{}\">{}</time>",
            end.iso,
            start.iso,
            escape(&end.text)
        ),
    );
    language::fill(&escape(edition.say("range")), &mut |name| match name {
        "from" => Some(from.clone()),
        "to" => Some(to.clone()),
        _ => None,
    })
}

/// How many windows to come a page lists.
const COMING: usize = 3;

/// The page of a maintenance.
pub fn maintenance_page(edition: Edition<'_>, of: &Planned<'_>) -> view::MaintenancePage {
    let current = of.window.map(|window| window.planned_start);
    let now = edition.site.inputs.now;
    let coming = of.maintenance.occurrences(now).into_iter().filter(|one| {
        one.status == MaintenanceStatus::Scheduled && Some(one.planned_start) != current
    });
    let window = |one: Occurrence| {
        words::window(edition.language, one.planned_start, one.planned_end, edition.zone())
    };
    view::MaintenancePage {
        maintenance: maintenance(edition, of, Setting::page(edition)),
        coming: coming.take(COMING).map(window).collect(),
        authors: authoring::links(edition.site.inputs.settings, &of.maintenance.path, None),
    }
}
