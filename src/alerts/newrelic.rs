//! New Relic: the default template of workflows, and the webhook of the channels before them.
//!
//! Both are templates that people extend, so members that we do not know become fields.
//! Documented in "Workflow variables" and "Customize your webhook payload".

use serde_json::{Map, Value};

use super::part::{self, Part};
use super::{Alert, Fields, Mistake, Notice, Payload, State, text};

const SOURCE: &str = "newrelic";

/// What only the template of workflows has.
pub const MARKS: &[&str] =
    &["issueUrl", "impactedEntities", "alertPolicyNames", "alertConditionNames", "workflowName"];

/// Reads the notification of a workflow: one issue.
pub fn read(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let help = "the template of New Relic's workflows has it; look into docs/alerts.md";
    let issue = Part { object, of: "", help };
    let id = issue.needed("id")?;
    let mut state = state(issue, "state")?;
    // An issue that a person took up stays `ACTIVATED`: a template may tell by its owner.
    let owner = issue.text("owner").filter(|owner| owner != "N/A");
    if state == State::Firing && owner.is_some() {
        state = State::Acknowledged;
    }
    let mut fields = Fields::new();
    part::add(&mut fields, object, &["id", "state", "createdAt", "updatedAt"]);
    let ended = issue.time("closedAt").or_else(|| issue.time("updatedAt"));
    let alert = Alert {
        title: text::line(&issue.text("title").unwrap_or_default(), text::TITLE),
        text: text::text(&issue.text("description").unwrap_or_default()),
        started: issue.time("createdAt"),
        ended: ended.filter(|_| state == State::Resolved),
        ..Alert::new(state, fields)
    };
    Ok(payload(&id, alert))
}

/// Reads the webhook of a notification channel: one incident.
pub fn read_legacy(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let help = "New Relic's webhooks have it; look into docs/alerts.md";
    let incident = Part { object, of: "", help };
    let id = incident.needed("incident_id")?;
    let state = state(incident, "current_state")?;
    let mut fields = Fields::new();
    targets(&mut fields, object.get("targets"));
    let structure = [
        "incident_id",
        "current_state",
        "timestamp",
        "timestamp_utc_string",
        "duration",
        "targets",
        "open_violations_count",
        "closed_violations_count",
    ];
    part::add(&mut fields, object, &structure);
    let details = incident.text("details");
    // A list where a workflow writes the old payload.
    let name = object.get("condition_name").and_then(|names| names.get(0)).and_then(Value::as_str);
    let title = incident.text("condition_name").or_else(|| name.map(str::to_owned));
    let title = title.or_else(|| details.clone()).unwrap_or_default();
    let at = incident.time("timestamp");
    // How long it has been open, in milliseconds.
    let duration = incident.text("duration").and_then(|ms| ms.parse::<i64>().ok());
    let alert = Alert {
        title: text::line(&title, text::TITLE),
        text: text::text(&details.unwrap_or_default()),
        started: match duration {
            Some(ms) => at.map(|at| at.plus(-ms.max(0))).filter(|start| start.ms() > 0),
            None => at.filter(|_| state == State::Firing),
        },
        ended: at.filter(|_| state == State::Resolved),
        ..Alert::new(state, fields)
    };
    Ok(payload(&id, alert))
}

fn payload(id: &str, alert: Alert) -> Payload {
    Payload { source: SOURCE, notices: vec![Notice::of(SOURCE, id, alert)], is_whole: false }
}

/// Both write their states in either case, and the templates for the move from one to the other
/// put the words of workflows into the old payload.
fn state(part: Part<'_>, name: &str) -> Result<State, Mistake> {
    let help = if name == "state" {
        "New Relic writes `CREATED`, `ACTIVATED`, `ACKNOWLEDGED`, `DEACTIVATED` or `CLOSED`"
    } else {
        "New Relic writes `open`, `acknowledged` or `closed`"
    };
    let part = part.advising(help);
    let word = part.needed(name)?;
    match word.to_ascii_lowercase().as_str() {
        // A deactivated issue is idle and not closed: it ends when New Relic says so.
        "open" | "created" | "activated" | "deactivated" => Ok(State::Firing),
        "acknowledged" => Ok(State::Acknowledged),
        "closed" | "resolved" => Ok(State::Resolved),
        _ => Err(part.odd(name, &word)),
    }
}

/// The names of what is watched as `targets`, and their labels by name.
fn targets(fields: &mut Fields, targets: Option<&Value>) {
    for target in targets.and_then(Value::as_array).into_iter().flatten() {
        if let Some(name) = target.get("name").and_then(Value::as_str) {
            part::push(fields, "targets", name);
        }
        for (name, value) in target.get("labels").and_then(Value::as_object).into_iter().flatten() {
            if let Some(value) = value.as_str() {
                part::push(fields, name, value);
            }
        }
    }
}
