//! Alertmanager: the webhook of version 4, and the list that `GET /api/v2/alerts` gives.
//!
//! A webhook holds all alerts of its group that fire, and those that ended since the last one.
//! No silence is asked for: the list says of each alert whether one holds it back.
//! Documented in "Configuration" (webhook_config) and in the OpenAPI of Alertmanager.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::part::{self, Part};
use super::{Alert, Fields, Mistake, Notice, Payload, State, text, unknown};

const SOURCE: &str = "alertmanager";
/// The keys of the list are its own: they alone are over when the list has them no more.
pub const LIST: &str = "alertmanager-list";
const WEBHOOK: &str = "Alertmanager's webhook of version 4 has it; look into docs/alerts.md";

/// Reads a webhook.
pub fn read(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let root = Part { object, of: "", help: WEBHOOK };
    if let Some(version) = root.text("version").filter(|version| version != "4") {
        return Err(root.advising("Alertmanager writes `4`").odd("version", &version));
    }
    let notice = group(SOURCE, "Alertmanager writes `firing` or `resolved`", root)?;
    Ok(Payload { source: SOURCE, notices: vec![notice], is_whole: false })
}

/// The group of a webhook, in the shape that Grafana has taken over.
pub fn group(source: &str, states: &str, root: Part<'_>) -> Result<Notice, Mistake> {
    let key = root.needed("groupKey")?;
    let list = root.needed_list("alerts")?;
    if list.is_empty() {
        // Nothing that is said is not the same as nothing that fires.
        return Err(root.wrong("alerts", "empty"));
    }
    let mut alerts = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let of = format!(" of alert {}", at + 1);
        let object = part::element(value, &format!("alert {}", at + 1), root.help)?;
        let part = Part { object, of: &of, help: root.help };
        let status = part.advising(states);
        let state = match status.needed("status")?.as_str() {
            "firing" => State::Firing,
            "resolved" => State::Resolved,
            other => return Err(status.odd("status", other)),
        };
        alerts.push(alert(part, state)?);
    }
    let cut = root.text("truncatedAlerts");
    let is_cut = cut.is_some_and(|count| count != "0");
    Ok(Notice { key: text::key(source, &key), alerts, is_cut })
}

/// Reads the list of all alerts. Those that a silence or another alert suppresses open nothing, and
/// their group is not over.
pub fn read_list(elements: &[Value]) -> Result<Payload, Mistake> {
    let is_ours = |value: &Value| value.get("labels").is_some() || value.get("status").is_some();
    if !elements.is_empty() && !elements.iter().any(is_ours) {
        return Err(unknown());
    }
    let help = "`GET /api/v2/alerts` of Alertmanager has it; look into docs/alerts.md";
    let states = "Alertmanager writes `active`, `suppressed` or `unprocessed`";
    let mut groups: BTreeMap<String, (Vec<Alert>, bool)> = BTreeMap::new();
    for (at, value) in elements.iter().enumerate() {
        let of = format!(" of alert {}", at + 1);
        let object = part::element(value, &format!("alert {}", at + 1), help)?;
        let part = Part { object, of: &of, help };
        let status = part.needed_object("status")?;
        let of_status = format!(" in `status` of alert {}", at + 1);
        let status = Part { object: status, of: &of_status, help: states };
        let is_suppressed = match status.needed("state")?.as_str() {
            "suppressed" => true,
            // One that came just now; whether a silence meets it is not known yet.
            "active" | "unprocessed" => false,
            other => return Err(status.odd("state", other)),
        };
        let labels = Part { object: part.needed_object("labels")?, of: &of, help };
        let name = labels.text("alertname").unwrap_or_default();
        let (alerts, is_cut) = groups.entry(name).or_default();
        match is_suppressed {
            true => *is_cut = true,
            false => alerts.push(alert(part, State::Firing)?),
        }
    }
    let notices = groups.into_iter().map(|(name, (alerts, is_cut))| {
        let key = text::key(LIST, &format!("alertname={name}"));
        Notice { key, alerts, is_cut }
    });
    Ok(Payload { source: SOURCE, notices: notices.collect(), is_whole: true })
}

/// One alert: its labels, its annotations, and what else Alertmanager or Grafana say of it.
fn alert(part: Part<'_>, state: State) -> Result<Alert, Mistake> {
    let labels = part.needed_object("labels")?;
    let none = Map::new();
    let annotations = part.object("annotations")?.unwrap_or(&none);
    let mut fields = Fields::new();
    part::add(&mut fields, labels, &[]);
    part::add(&mut fields, annotations, &[]);
    let structure =
        ["labels", "annotations", "status", "startsAt", "endsAt", "updatedAt", "values"];
    part::add(&mut fields, part.object, &structure);
    let labels = Part { object: labels, ..part };
    let annotations = Part { object: annotations, ..part };
    let title = annotations.text("summary").or_else(|| annotations.text("title"));
    let title = title.or_else(|| labels.text("alertname")).unwrap_or_default();
    let words = annotations.text("description").or_else(|| annotations.text("message"));
    Ok(Alert {
        title: text::line(&title, text::TITLE),
        text: text::text(&words.unwrap_or_default()),
        started: part.time("startsAt"),
        // While an alert fires this is when it would be forgotten, or the year 1.
        ended: part.time("endsAt").filter(|_| state == State::Resolved),
        ..Alert::new(state, fields)
    })
}
