//! What a monitoring system says, as plain data: JSON bytes in, notices out. PURE: no disk, no
//! clock, no network.
//!
//! One file a source, recognised by shape and never by a flag. What a notice means for the page,
//! and what of it visitors may read, is decided elsewhere: a text may hold secrets, and these
//! readers only carry it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::Time;

mod alertmanager;
mod datadog;
mod grafana;
mod newrelic;
mod own;
mod pagerduty;
mod part;
mod rules;
mod text;

/// A payload, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Who sent it: `newrelic`, `alertmanager`, `grafana`, `pagerduty`, `datadog` or `own`.
    pub source: &'static str,
    /// What it says; empty for a payload that tells of no incident, such as a ping.
    pub notices: Vec<Notice>,
    /// It lists all that fires at its source: what is not in it is over.
    pub is_whole: bool,
}

/// What is said of one incident of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The same in all payloads about one incident, such as `pagerduty:Q2AIS5XNVRTHPT`: at most
    /// 200 printable ASCII characters. A digest stands in for a longer or stranger one.
    pub key: String,
    /// Each alert of it that the payload tells of; one with most sources.
    pub alerts: Vec<Alert>,
    /// There are more alerts of it, which a source left out of a long list or a silence holds back: it
    /// is not over when all those here are.
    pub is_cut: bool,
}

/// One thing that fires, or no longer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Where it stands.
    pub state: State,
    /// Labels, tags and the source's own fields by name.
    pub fields: Fields,
    /// One line of at most 200 characters, without control characters; empty if there is none.
    pub title: String,
    /// At most 4,000 characters, without control characters but line feeds; empty if there is none.
    pub text: String,
    /// When it began, if the source says so.
    pub started: Option<Time>,
    /// When it ended, if it did and the source says when.
    pub ended: Option<Time>,
    /// Component statuses by component id, as written and unchecked; only in our own format.
    pub affected: BTreeMap<String, String>,
    /// The text was written for visitors; only in our own format.
    pub message_is_public: bool,
}

/// Values by name. A list has each of its elements, so that any of them can be matched; a tag
/// without a value has the empty text. A label wins over a field of the source with its name.
pub type Fields = BTreeMap<String, Vec<String>>;

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Firing,
    /// It goes on, and a person has taken it up.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// Why a payload cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong with it: one line.
    pub message: String,
    /// The next step: one line.
    pub help: String,
}

/// How the keys begin that are over when a whole list does not have them.
pub const WHOLE: &str = alertmanager::LIST;

/// The most bytes of a payload.
pub const MAX_BYTES: usize = 16 << 20;

impl Alert {
    /// An alert of which nothing else is known.
    fn new(state: State, fields: Fields) -> Self {
        Self {
            state,
            fields,
            title: String::new(),
            text: String::new(),
            started: None,
            ended: None,
            affected: BTreeMap::new(),
            message_is_public: false,
        }
    }
}

impl Notice {
    fn of(source: &str, key: &str, alert: Alert) -> Self {
        Self { key: text::key(source, key), alerts: vec![alert], is_cut: false }
    }
}

impl Mistake {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// Reads the payload of any source that we know.
pub fn read(bytes: &[u8]) -> Result<Payload, Mistake> {
    match json(bytes)? {
        Value::Array(elements) => alertmanager::read_list(&elements),
        // As it is sent to GitHub, and as a workflow finds it.
        Value::Object(object) => {
            match object.get("client_payload").and_then(|it| it.get("alert")) {
                Some(Value::Object(within)) => read_object(within),
                _ => read_object(&object),
            }
        }
        _ => Err(unknown()),
    }
}

fn json(bytes: &[u8]) -> Result<Value, Mistake> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the payload has {} bytes, more than 16 MiB", bytes.len());
        return Err(Mistake::new(message, "send one payload at a time"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Mistake::new(
            "the payload is not UTF-8",
            "send the JSON as the monitoring system wrote it",
        ));
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Mistake::new(
            "the payload is empty",
            "send the JSON of the monitoring system on the standard input or in a file",
        ));
    }
    serde_json::from_str(text).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = error.to_string();
        let reason = text::line(reason.strip_suffix(&place).unwrap_or(&reason), 120);
        let (line, column) = (error.line(), error.column());
        Mistake::new(
            format!("the payload is not JSON: {reason}, line {line}, column {column}"),
            "send the JSON as the monitoring system wrote it",
        )
    })
}

/// Finds the source by what only its payloads have, the fixed shapes before the templates that
/// people may have added to.
fn read_object(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let has = |name: &str| object.contains_key(name);
    if object.get("event").is_some_and(Value::is_object) {
        pagerduty::read(object)
    } else if has("alerts") || has("groupKey") {
        // Both speak the language of Alertmanager; Grafana adds the organisation and is at 1.
        let is_grafana = has("orgId") || object.get("version").is_some_and(|one| one == "1");
        if is_grafana { grafana::read(object) } else { alertmanager::read(object) }
    } else if has("key") && has("state") {
        own::read(object)
    } else if has("alert_cycle_key") || has("transition") {
        datadog::read(object)
    } else if has("incident_id") || has("current_state") {
        newrelic::read_legacy(object)
    } else if newrelic::MARKS.iter().any(|name| has(name)) {
        newrelic::read(object)
    } else if has("key") || has("state") {
        own::read(object)
    } else {
        Err(unknown())
    }
}

fn unknown() -> Mistake {
    Mistake::new(
        "the payload is of no source that is known here",
        "known are New Relic, Alertmanager, Grafana, PagerDuty, Datadog and a format of our own; look into docs/alerts.md",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_payload_is_a_mistake_with_a_next_step() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let long = format!("[{}]", " ".repeat(MAX_BYTES));
        for (bytes, message) in [
            (&b""[..], "the payload is empty"),
            (b" \n", "the payload is empty"),
            (b"\xff{}", "the payload is not UTF-8"),
            (long.as_bytes(), "the payload has 16777218 bytes, more than 16 MiB"),
            (b"{\n  \"a\" 1}", "the payload is not JSON: expected `:`, line 2, column 7"),
            (
                deep.as_bytes(),
                "the payload is not JSON: recursion limit exceeded, line 1, column 128",
            ),
            (b"{}", "the payload is of no source that is known here"),
            (b"7", "the payload is of no source that is known here"),
            (b"[7]", "the payload is of no source that is known here"),
        ] {
            let mistake = read(bytes).expect_err("not a payload");
            assert_eq!(mistake.message, message);
            assert!(!mistake.help.is_empty());
        }
    }
}
