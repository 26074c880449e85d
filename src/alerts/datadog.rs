//! Datadog: a webhook has the payload that its owner writes, so we document a template.
//!
//! Members that we do not know become fields. Other templates, security signals and incidents are
//! not read. The variables are documented in "Webhooks". The template:
//!
//! ```json
//! {
//!   "alert_cycle_key": "$ALERT_CYCLE_KEY",
//!   "transition": "$ALERT_TRANSITION",
//!   "title": "$ALERT_TITLE",
//!   "text": "$TEXT_ONLY_MSG",
//!   "date": "$DATE",
//!   "tags": "$TAGS",
//!   "scope": "$ALERT_SCOPE",
//!   "monitor_id": "$ALERT_ID",
//!   "alert_type": "$ALERT_TYPE",
//!   "priority": "$ALERT_PRIORITY",
//!   "metric": "$ALERT_METRIC",
//!   "host": "$HOSTNAME",
//!   "link": "$LINK"
//! }
//! ```

use serde_json::{Map, Value};

use super::part::{self, Part};
use super::{Alert, Fields, Mistake, Notice, Payload, State, text};

const SOURCE: &str = "datadog";

/// Reads a webhook of the template.
pub fn read(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    // Datadog leaves a variable as it is when it has no value for it.
    let mut filled = object.clone();
    filled.retain(|_, value| value.as_str().is_none_or(|text| !is_variable(text)));
    let help = "the template in docs/alerts.md has it; Datadog fills it for alerts of monitors, not for other events";
    let root = Part { object: &filled, of: "", help };
    let key = root.needed("alert_cycle_key")?;
    let word = root.needed("transition")?;
    let lower = word.to_ascii_lowercase();
    let (is_first, kind) = match lower.strip_prefix("re-") {
        Some(kind) => (false, kind),
        None => (lower != "renotify", lower.as_str()),
    };
    let state = match kind {
        "triggered" | "alert" | "warn" | "no data" | "renotify" | "notify" => State::Firing,
        // Also seen, though not documented: `Warn Recovered`.
        kind if kind.ends_with("recovered") => State::Resolved,
        _ => {
            let help = "Datadog writes `Triggered`, `Warn`, `No Data`, `Renotify` or `Recovered`";
            return Err(root.advising(help).odd("transition", &word));
        }
    };
    let mut fields = Fields::new();
    for name in ["tags", "scope"] {
        tags(&mut fields, filled.get(name));
    }
    let structure = ["alert_cycle_key", "title", "text", "date", "tags", "scope"];
    part::add(&mut fields, &filled, &structure);
    let at = root.time("date");
    let alert = Alert {
        title: text::line(&root.text("title").unwrap_or_default(), text::TITLE),
        text: text::text(&root.text("text").unwrap_or_default()),
        started: at.filter(|_| state == State::Firing && is_first),
        ended: at.filter(|_| state == State::Resolved),
        ..Alert::new(state, fields)
    };
    let notices = vec![Notice::of(SOURCE, &key, alert)];
    Ok(Payload { source: SOURCE, notices, is_whole: false })
}

fn is_variable(text: &str) -> bool {
    let name = text.trim().strip_prefix('$').unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Tags such as `service:api,env:prod`, in one text or in a list.
fn tags(fields: &mut Fields, value: Option<&Value>) {
    let Some(value) = value else { return };
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for tag in list.iter().filter_map(Value::as_str).flat_map(|text| text.split(',')) {
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        if !name.trim().is_empty() {
            part::push(fields, name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_fields_and_a_bare_one_has_no_value() {
        let mut fields = Fields::new();
        let text = Value::from("service:api, env:prod,critical,,:x,url:http://a:1,service:web");
        tags(&mut fields, Some(&text));
        let shown = format!("{fields:?}");
        let want = r#"{"critical": [""], "env": ["prod"], "service": ["api", "web"], "url": ["http://a:1"]}"#;
        assert_eq!(shown, want);
    }

    #[test]
    fn every_transition_is_a_state() {
        for (word, state, is_start) in [
            ("Triggered", State::Firing, true),
            ("Re-Triggered", State::Firing, false),
            ("Warn", State::Firing, true),
            ("Re-Warn", State::Firing, false),
            ("No Data", State::Firing, true),
            ("Re-No Data", State::Firing, false),
            ("Renotify", State::Firing, false),
            ("Re-Notify", State::Firing, false),
            ("Recovered", State::Resolved, false),
            ("Warn Recovered", State::Resolved, false),
        ] {
            let json = format!(
                r#"{{"alert_cycle_key": 7, "transition": "{word}", "date": "1795341900000"}}"#
            );
            let object: Map<String, Value> = serde_json::from_str(&json).expect("valid");
            let alert = read(&object).expect("known").notices[0].alerts[0].clone();
            assert_eq!((alert.state, alert.started.is_some()), (state, is_start), "{word}");
        }
    }
}
