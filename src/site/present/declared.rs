//! Incidents and maintenance.

use std::collections::BTreeMap;

use super::{
    anchors, component_path, incident_path, incident_status, maintenance_path, maintenance_status,
    moment, status,
};
use crate::model::maintenance::Overrun;
use crate::model::{ComponentStatus, Incident, MaintenanceStatus, Update};
use crate::site::markdown::{self, Place};
use crate::site::plan::{Planned, Site};
use crate::site::view::{self, Moment, Status};
use crate::site::words;

fn affected(site: &Site<'_>, id: &str, of: ComponentStatus) -> view::Affected {
    let name = site.inputs.settings.component(id).map_or(id, |component| &component.name);
    view::Affected { name: name.to_owned(), path: component_path(id), status: status(of) }
}

/// Where the texts of an incident or a maintenance are shown.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// For the text before the first update.
    pub summary: Place<'a>,
    /// For the texts of updates.
    pub updates: Place<'a>,
}

impl Setting<'_> {
    /// On a page of its own.
    pub const PAGE: Self = Self {
        summary: Place { root: "../../", top_heading: 2 },
        updates: Place { root: "../../", top_heading: 4 },
    };
    /// Among others on the home page.
    pub const HOME: Self = Self {
        summary: Place { root: "./", top_heading: 4 },
        updates: Place { root: "./", top_heading: 4 },
    };
}

/// An incident for templates.
pub fn incident(site: &Site<'_>, incident: &Incident, setting: Setting<'_>) -> view::Incident {
    let now = site.inputs.now;
    let is_open = incident.is_open(now);
    let resolved = incident.resolved_at(now);
    let started = incident.start(now);
    let phases = incident.phases(now);
    let mut worst: BTreeMap<&str, ComponentStatus> = BTreeMap::new();
    // While it is open its last phase is now; when it is over its worst moment counts.
    for phase in phases.iter().skip(if is_open { phases.len().saturating_sub(1) } else { 0 }) {
        for (id, status) in &phase.affected {
            let entry = worst.entry(id).or_insert(*status);
            *entry = (*entry).max(*status);
        }
    }
    let anchors = anchors(&incident.updates);
    let mut updates: Vec<view::Update> = incident
        .updates
        .iter()
        .zip(anchors)
        .filter(|(update, _)| update.at.is_none_or(|at| at <= now))
        .map(|(update, anchor)| {
            let said = update.status.map(incident_status);
            view_update(site, update, said, anchor, setting.updates)
        })
        .collect();
    updates.reverse();
    view::Incident {
        path: incident_path(&incident.slug),
        title: incident.title.clone(),
        status: incident.status(now).map(incident_status),
        impact: incident.impact(now).word(),
        is_open,
        is_informational: incident.informational,
        started: started.map(|time| moment(site, time)),
        resolved: resolved.map(|time| moment(site, time)),
        duration: started.zip(resolved).map(|(from, to)| words::length(to.ms() - from.ms())),
        affected: worst.into_iter().map(|(id, status)| affected(site, id, status)).collect(),
        summary_html: markdown::render(&incident.summary, setting.summary),
        updates,
        mistakes: incident.mistakes.clone(),
    }
}

fn view_update<S>(
    site: &Site<'_>,
    update: &Update<S>,
    status: Option<Status>,
    anchor: String,
    place: Place<'_>,
) -> view::Update {
    view::Update {
        anchor,
        status,
        at: update.at.map(|at| moment(site, at)),
        heading: update.heading.clone(),
        changes: update.changes.iter().map(|(id, status)| affected(site, id, *status)).collect(),
        body_html: markdown::render(&update.body, place),
    }
}

/// A maintenance for templates.
pub fn maintenance(site: &Site<'_>, of: &Planned<'_>, setting: Setting<'_>) -> view::Maintenance {
    let settings = site.inputs.settings;
    let now = site.inputs.now;
    let maintenance = of.maintenance;
    let planned = of.window.map(|window| (window.planned_start, window.planned_end));
    let anchors = anchors(&maintenance.updates);
    let mut updates: Vec<view::Update> = maintenance
        .updates
        .iter()
        .zip(anchors)
        .filter(|(update, _)| update.at.is_none_or(|at| at <= now))
        .map(|(update, anchor)| {
            view_update(
                site,
                update,
                update.status.map(maintenance_status),
                anchor,
                setting.updates,
            )
        })
        .collect();
    updates.reverse();
    let ended = of.window.is_none_or(|window| {
        let by_hand = window.window != Some((window.planned_start, window.planned_end));
        by_hand || window.overrun.is_some() || window.status == MaintenanceStatus::Cancelled
    });
    let overrun = of.window.and_then(|window| Some((window.planned_end, window.overrun?)));
    view::Maintenance {
        path: maintenance_path(&maintenance.slug),
        title: maintenance.title.clone(),
        status: maintenance_status(of.status),
        start: planned.map(|(start, _)| moment(site, start)),
        end: planned.map(|(start, end)| Moment {
            iso: end.rfc3339(),
            text: words::moment_near(end, start, &settings.timezone),
        }),
        window: planned.map(|(from, to)| words::window(from, to, &settings.timezone)),
        duration: planned.map(|(from, to)| words::length(to.ms() - from.ms())),
        repeats: maintenance.repeat.as_ref().map(words::recurrence),
        overrun: overrun.map(|(end, overrun)| {
            let planned = words::moment_near(end, now, &settings.timezone);
            match overrun {
                Overrun::Still => format!("It was planned until {planned} and goes on."),
                Overrun::Until(at) => format!(
                    "It was planned until {planned} and took {} longer.",
                    words::length(at.ms() - end.ms())
                ),
            }
        }),
        announced: maintenance.announced.map(|time| moment(site, time)),
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
