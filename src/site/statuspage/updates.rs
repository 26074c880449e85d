//! The updates of an incident or a maintenance, newest first.

use std::collections::BTreeMap;

use super::components::{Components, status};
use super::shapes::{Affected, Update};
use super::stamp;
use crate::model::{
    self, Account, ComponentStatus, IncidentStatus, Maintenance, MaintenanceStatus, Time,
};
use crate::site::chronicle::{self, Entry};
use crate::site::ids::id;
use crate::site::markdown;

/// Those of an incident. One of which nothing can be read has one all the same, with its text.
pub fn of_incident(
    components: &Components<'_>,
    incident: &model::Incident,
    incident_id: &str,
    told: Vec<Entry<'_, IncidentStatus>>,
    created: Time,
) -> Vec<Update> {
    // What it declares, which it does again when it is opened again, and what follows from it.
    let mut declared: BTreeMap<&str, ComponentStatus> = BTreeMap::new();
    let mut statuses: BTreeMap<&str, ComponentStatus> = BTreeMap::new();
    let mut updates = Vec::new();
    let is_untold = told.is_empty();
    let mut is_over = false;
    for (number, entry) in told.iter().enumerate() {
        let changes = entry.changes.into_iter().flatten();
        if number == 0 {
            declared.extend(incident.affected.iter().map(|(id, status)| (id.as_str(), *status)));
        }
        declared.extend(changes.map(|(id, status)| (id.as_str(), *status)));
        is_over = match entry.status {
            IncidentStatus::Resolved => true,
            IncidentStatus::Postmortem => is_over,
            _ => false,
        };
        let before = std::mem::replace(&mut statuses, declared.clone());
        if is_over {
            statuses.values_mut().for_each(|status| *status = ComponentStatus::Operational);
        }
        let affected = affected(components, &before, &statuses).filter(|_| !incident.informational);
        updates.push(update(components, incident_id, entry, entry.status.word(), affected));
    }
    if is_untold {
        let now = components.site().inputs.now;
        let unread = incident.updates.iter().filter(|one| one.at.is_none_or(|at| at <= now));
        let unread = unread.map(|one| format!("{}\n\n{}", one.heading, one.body));
        let parts: Vec<String> = std::iter::once(incident.summary.clone()).chain(unread).collect();
        let entry = Entry {
            at: created,
            status: IncidentStatus::Investigating,
            key: "unread".to_owned(),
            anchor: String::new(),
            changes: None,
            is_automatic: false,
            body: parts.join("\n\n").into(),
        };
        let word = entry.status.word();
        updates.push(update(components, incident_id, &entry, word, None));
    }
    updates.reverse();
    updates
}

/// Those of one window of a maintenance; the oldest says that it was planned.
pub fn of_maintenance(
    components: &Components<'_>,
    maintenance: &Maintenance,
    account: &Account<'_>,
    maintenance_id: &str,
    told: Vec<Entry<'_, MaintenanceStatus>>,
    created: Time,
) -> Vec<Update> {
    let window = account.occurrence;
    let (from, until) = (window.planned_start.rfc3339(), window.planned_end.rfc3339());
    let planned = Entry {
        at: created,
        status: MaintenanceStatus::Scheduled,
        key: "planned".to_owned(),
        anchor: String::new(),
        changes: None,
        is_automatic: false,
        body: match maintenance.summary.is_empty() {
            true => format!("Planned from {from} until {until}.").into(),
            false => maintenance.summary.as_str().into(),
        },
    };
    let ids = || maintenance.components.iter().map(String::as_str);
    let all = |status| ids().map(|id| (id, status)).collect::<BTreeMap<_, _>>();
    let mut before = ComponentStatus::Operational;
    let mut updates = Vec::new();
    for mut entry in std::iter::once(planned).chain(told) {
        // Clients show the text of an update, and the clock has none.
        if entry.changes.is_none() && entry.body.is_empty() {
            entry.body = "The planned window has begun.".into();
        }
        let after = match entry.status {
            // After its planned end the work goes on, but hides nothing any more.
            MaintenanceStatus::InProgress | MaintenanceStatus::Verifying
                if entry.at < window.planned_end =>
            {
                ComponentStatus::UnderMaintenance
            }
            _ => ComponentStatus::Operational,
        };
        let word = match entry.status {
            MaintenanceStatus::Cancelled => MaintenanceStatus::Completed.word(),
            status => status.word(),
        };
        let affected = affected(components, &all(before), &all(after));
        before = after;
        updates.push(update(components, maintenance_id, &entry, word, affected));
    }
    updates.reverse();
    updates
}

fn affected(
    components: &Components<'_>,
    before: &BTreeMap<&str, ComponentStatus>,
    after: &BTreeMap<&str, ComponentStatus>,
) -> Option<Vec<Affected>> {
    let affected: Vec<Affected> = after
        .iter()
        .filter_map(|(own, new)| {
            let row = components.row(own)?;
            let old = before.get(own).copied().unwrap_or(ComponentStatus::Operational);
            Some(Affected {
                code: row.id.clone(),
                // With its group before it, as there.
                name: match components.group_of(row) {
                    Some(group) => format!("{} - {}", group.name, row.name),
                    None => row.name.clone(),
                },
                old_status: status(old, true),
                new_status: status(*new, true),
            })
        })
        .collect();
    (!affected.is_empty()).then_some(affected)
}

fn update<S>(
    components: &Components<'_>,
    incident_id: &str,
    entry: &chronicle::Entry<'_, S>,
    status: &'static str,
    affected_components: Option<Vec<Affected>>,
) -> Update {
    let settings = components.site().inputs.settings;
    let at = stamp(entry.at);
    Update {
        id: id(settings, "update", &format!("{incident_id}#{}", entry.key)),
        status,
        body: markdown::plain_lines(&entry.body, &settings.absolute("")),
        incident_id: incident_id.to_owned(),
        created_at: at.clone(),
        updated_at: at.clone(),
        display_at: at,
        affected_components,
        deliver_notifications: false,
        custom_tweet: None,
        tweet_id: None,
    }
}
