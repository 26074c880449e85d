//! `/api/v2/`: what the public API of Statuspage answers, so that its clients work here.
//!
//! It is pure Statuspage: its words alone, and none for not knowing. Unknown is told as degraded
//! performance, so that nobody reads it as good, and the description of the page says what it
//! is. Nothing that people alone speak for is unknown here: it is what they say, and
//! operational while they say nothing.

mod components;
mod shapes;
mod updates;

use serde::Serialize;

use self::components::Components;
use self::shapes::{Event, Incident, Maintenance, Page, Status};
use super::chronicle;
use super::ids::id;
use super::plan::Site;
use super::present;
use crate::files::Files;
use crate::model::{
    self, Account, Impact, IncidentStatus, Indicator, MaintenanceStatus, Occurrence, Settings, Time,
};
use crate::theme::Language;

/// How many incidents, or maintenances, an answer holds.
const LISTED: usize = 50;

/// Adds the eight answers.
pub fn render(site: &Site<'_>, files: &mut Files) {
    let updated = updated(site);
    let components = Components::new(site, updated);
    let tell = |one: &&model::Incident| incident(site, &components, updated, one);
    let unresolved: Vec<Incident> = site.open_incidents.iter().map(tell).collect();
    let mut incidents = unresolved.clone();
    incidents.extend(site.past_incidents.iter().take(LISTED).map(tell));
    incidents.sort_by(|a, b| {
        let (a, b) = (&a.event, &b.event);
        (&b.started_at, &a.id).cmp(&(&a.started_at, &b.id))
    });
    incidents.truncate(LISTED);
    let Windows { active, upcoming, past } = windows(site, &components);
    let current = [&active[..], &upcoming].concat();
    let mut maintenances = [&current[..], &past].concat();
    maintenances
        .sort_by(|a, b| (&b.scheduled_for, &a.event.id).cmp(&(&a.scheduled_for, &b.event.id)));
    maintenances.truncate(LISTED);

    let (page, status) = (&page(site.inputs.settings, updated), &status(site));
    let rows = components.all();
    let summary = shapes::Summary {
        page,
        components: rows,
        incidents: &unresolved,
        scheduled_maintenances: &current,
        status,
    };
    add(files, "summary", &summary);
    add(files, "status", &shapes::StatusAnswer { page, status });
    add(files, "components", &shapes::Components { page, components: rows });
    add(files, "incidents", &shapes::Incidents { page, incidents: &incidents });
    add(files, "incidents/unresolved", &shapes::Incidents { page, incidents: &unresolved });
    for (name, list) in [
        ("scheduled-maintenances", &maintenances),
        ("scheduled-maintenances/upcoming", &upcoming),
        ("scheduled-maintenances/active", &active),
    ] {
        add(files, name, &shapes::Maintenances { page, scheduled_maintenances: list });
    }
}

fn add(files: &mut Files, name: &str, answer: &impl Serialize) {
    let text = serde_json::to_string(answer).expect("plain structs with text keys serialize");
    files.text(&format!("api/v2/{name}.json"), format!("{text}\n"));
}

/// When anything that the answers tell was last heard: the newest check, or what was said after
/// it. It is not when they were made, unless nothing was ever heard: clients show it as the age of
/// what they tell.
fn updated(site: &Site<'_>) -> Time {
    let now = site.inputs.now;
    let said = |update: &model::Update<IncidentStatus>| update.at.filter(|at| *at <= now);
    let incidents = site.open_incidents.iter().chain(&site.past_incidents);
    let incidents = incidents.flat_map(|incident| incident.updates.iter().filter_map(said));
    let maintenance = site.maintenance.iter().flat_map(|planned| {
        let said = planned.maintenance.updates.iter().filter_map(|update| update.at);
        said.chain(planned.maintenance.announced).filter(|at| *at <= now)
    });
    incidents.chain(maintenance).chain(site.checked_at).max().unwrap_or(now)
}

fn page(settings: &Settings, updated: Time) -> Page {
    Page {
        id: page_id(settings),
        name: settings.title.clone(),
        url: settings.url.as_str().trim_end_matches('/').to_owned(),
        time_zone: match settings.timezone.name() {
            "UTC" => "Etc/UTC".to_owned(),
            name => name.to_owned(),
        },
        updated_at: stamp(updated),
    }
}

fn page_id(settings: &Settings) -> String {
    id(settings, "page", "")
}

fn status(site: &Site<'_>) -> Status {
    let headline = &site.headline;
    let zone = &site.inputs.settings.timezone;
    let sentence = || headline.statement.text(&Language::english(), site.inputs.now, zone);
    let (indicator, description) = match headline.indicator {
        Indicator::Unknown => (Indicator::Minor, sentence()),
        known => (known, headline.description.to_owned()),
    };
    Status { indicator: indicator.word(), description }
}

fn incident(
    site: &Site<'_>,
    components: &Components<'_>,
    updated: Time,
    incident: &model::Incident,
) -> Incident {
    let (settings, now) = (site.inputs.settings, site.inputs.now);
    let incident_id = id(settings, "incident", &incident.slug);
    let told = chronicle::incident(incident, now);
    let newest = told.last().map(|entry| entry.status);
    let status = match incident.status(now) {
        // It may have begun again: its newest update cannot be read.
        None | Some(IncidentStatus::Resolved | IncidentStatus::Postmortem)
            if incident.is_open(now) =>
        {
            IncidentStatus::Investigating
        }
        _ if newest == Some(IncidentStatus::Postmortem) && !incident.is_open(now) => {
            IncidentStatus::Postmortem
        }
        status => status.unwrap_or(IncidentStatus::Investigating),
    };
    // Nobody can tell when what has no readable time began; the answer should stay all the same.
    let started = incident.start(now).or(site.records_since).unwrap_or(updated);
    let created = told.first().map_or(started, |first| first.at);
    let monitoring = told.iter().rfind(|entry| entry.status == IncidentStatus::Monitoring);
    let event = Event {
        name: incident.title.clone(),
        status: status.word(),
        created_at: stamp(created),
        updated_at: stamp(told.last().map_or(created, |last| last.at)),
        monitoring_at: monitoring.map(|entry| stamp(entry.at)),
        resolved_at: incident.resolved_at(now).map(stamp),
        impact: if incident.informational { Impact::None } else { incident.impact(now) }.word(),
        shortlink: settings.absolute(&present::incident_path(&incident.slug)),
        started_at: stamp(started),
        page_id: page_id(settings),
        incident_updates: updates::of_incident(components, incident, &incident_id, told, created),
        components: components.rows(incident.components(now)),
        id: incident_id,
    };
    Incident { event, reminder_intervals: None }
}

/// Maintenance by where it stands. Of a series each window is one, and of those to come the next.
struct Windows {
    /// Soonest end first.
    active: Vec<Maintenance>,
    /// Soonest start first.
    upcoming: Vec<Maintenance>,
    /// Newest first.
    past: Vec<Maintenance>,
}

fn windows(site: &Site<'_>, components: &Components<'_>) -> Windows {
    use MaintenanceStatus::{Cancelled, Completed, InProgress, Scheduled, Verifying};
    let mut windows = Windows { active: Vec::new(), upcoming: Vec::new(), past: Vec::new() };
    for planned in &site.maintenance {
        let tell = |account| maintenance(site, components, planned.maintenance, account);
        let (accounts, _) = planned.maintenance.accounts(site.inputs.now);
        let coming = accounts.iter().find(|one| one.occurrence.status == Scheduled);
        windows.upcoming.extend(coming.map(tell));
        // Whatever the rule, no answer holds more than these.
        for account in accounts.iter().rev().filter(|one| is_told(&one.occurrence)).take(LISTED) {
            match account.occurrence.status {
                InProgress | Verifying => windows.active.push(tell(account)),
                Completed | Cancelled => windows.past.push(tell(account)),
                Scheduled => {}
            }
        }
    }
    windows.active.sort_by(|a, b| a.scheduled_until.cmp(&b.scheduled_until));
    windows.upcoming.sort_by(|a, b| a.scheduled_for.cmp(&b.scheduled_for));
    windows.past.sort_by(|a, b| b.scheduled_for.cmp(&a.scheduled_for));
    windows.past.truncate(LISTED);
    windows
}

/// Statuspage has no word for what was called off; what never began is not there.
fn is_told(one: &Occurrence) -> bool {
    one.status != MaintenanceStatus::Scheduled
        && (one.status != MaintenanceStatus::Cancelled || one.window.is_some())
}

fn maintenance(
    site: &Site<'_>,
    components: &Components<'_>,
    maintenance: &model::Maintenance,
    account: &Account<'_>,
) -> Maintenance {
    let (settings, now) = (site.inputs.settings, site.inputs.now);
    let Occurrence { planned_start, planned_end, window, status, .. } = account.occurrence;
    let name = match maintenance.repeat {
        Some(_) => format!("{}@{}", maintenance.slug, chronicle::stamp(planned_start)),
        None => maintenance.slug.clone(),
    };
    let maintenance_id = id(settings, "maintenance", &name);
    let told = chronicle::window(maintenance, account, now);
    // Where nobody says when it was announced, no time is right, but one that stays is kinder.
    let unsaid = || site.records_since.map_or(planned_start, |since| since.min(planned_start));
    let first = told.first().map(|entry| entry.at);
    let created = maintenance.announced.unwrap_or_else(unsaid);
    let created = first.map_or(created, |first| created.min(first));
    let status = match status {
        MaintenanceStatus::Cancelled => MaintenanceStatus::Completed,
        status => status,
    };
    let end = account.occurrence.ended().filter(|_| status == MaintenanceStatus::Completed);
    let path = present::maintenance_path(&maintenance.slug);
    let event = Event {
        name: maintenance.title.clone(),
        status: status.word(),
        created_at: stamp(created),
        updated_at: stamp(told.last().map_or(created, |last| last.at)),
        monitoring_at: None,
        resolved_at: end.map(stamp),
        impact: "maintenance",
        shortlink: settings.absolute(&path),
        started_at: stamp(window.map_or(planned_start, |(start, _)| start)),
        page_id: page_id(settings),
        incident_updates: updates::of_maintenance(
            components,
            maintenance,
            account,
            &maintenance_id,
            told,
            created,
        ),
        components: components.rows(maintenance.components.iter().map(String::as_str)),
        id: maintenance_id,
    };
    Maintenance { event, scheduled_for: stamp(planned_start), scheduled_until: stamp(planned_end) }
}

/// `2026-11-22T10:05:00.000Z`
fn stamp(time: Time) -> String {
    time.utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
