//! PagerDuty: webhooks of version 3, one event each.
//!
//! Events that change no incident, such as notes, responders, pings and services, are understood
//! and say nothing. The signature is not checked here. Documented in "Webhooks Overview".

use serde_json::{Map, Value};

use super::part::{self, Part};
use super::{Alert, Fields, Mistake, Notice, Payload, State, text};

const SOURCE: &str = "pagerduty";

/// The events whose data is the incident itself.
const EVENTS: &[&str] = &[
    "incident.acknowledged",
    "incident.delegated",
    "incident.escalated",
    "incident.incident_type.changed",
    "incident.priority_updated",
    "incident.reassigned",
    "incident.reopened",
    "incident.resolved",
    "incident.service_updated",
    "incident.triggered",
    "incident.unacknowledged",
];

/// Reads an event.
pub fn read(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let help = "PagerDuty's webhooks of version 3 have it; look into docs/alerts.md";
    let event = Part { object, of: "", help }.needed_object("event")?;
    let event = Part { object: event, of: " in `event`", help };
    let kind = event.needed("event_type")?;
    let mut payload = Payload { source: SOURCE, notices: Vec::new(), is_whole: false };
    if EVENTS.contains(&kind.as_str()) {
        let data = Part { object: event.needed_object("data")?, of: " in `event.data`", help };
        payload.notices.push(notice(event, data)?);
    }
    Ok(payload)
}

fn notice(event: Part<'_>, data: Part<'_>) -> Result<Notice, Mistake> {
    let id = data.needed("id")?;
    let status = data.advising("PagerDuty writes `triggered`, `acknowledged` or `resolved`");
    // The status, not the event: a change of priority may come at any time.
    let state = match status.needed("status")?.as_str() {
        "triggered" => State::Firing,
        "acknowledged" => State::Acknowledged,
        "resolved" => State::Resolved,
        other => return Err(status.odd("status", other)),
    };
    let title = data.text("title").unwrap_or_default();
    Ok(Notice::of(
        SOURCE,
        &id,
        Alert {
            title: text::line(&title, text::TITLE),
            started: data.time("created_at"),
            ended: event.time("occurred_at").filter(|_| state == State::Resolved),
            ..Alert::new(state, fields(event, data))
        },
    ))
}

/// What can be told apart by; not who is called, and not how to join their conference.
fn fields(event: Part<'_>, data: Part<'_>) -> Fields {
    let mut fields = Fields::new();
    for name in ["number", "urgency", "incident_key", "html_url"] {
        if let Some(value) = data.text(name) {
            part::push(&mut fields, name, &value);
        }
    }
    if let Some(kind) = event.text("event_type") {
        part::push(&mut fields, "event_type", &kind);
    }
    for name in ["service", "priority", "escalation_policy", "incident_type"] {
        reference(&mut fields, name, data.object.get(name));
    }
    let id = data.object.get("service").and_then(|service| service.get("id"));
    if let Some(id) = id.and_then(Value::as_str) {
        part::push(&mut fields, "service_id", id);
    }
    for team in data.object.get("teams").and_then(Value::as_array).into_iter().flatten() {
        reference(&mut fields, "teams", Some(team));
    }
    fields
}

/// PagerDuty names what it refers to in `summary`, and the type of an incident in `name`.
fn reference(fields: &mut Fields, name: &str, value: Option<&Value>) {
    let Some(value) = value else { return };
    let summary = value.get("summary").or_else(|| value.get("name"));
    if let Some(summary) = summary.and_then(Value::as_str) {
        part::push(fields, name, summary);
    }
}
