//! Our own format, for scripts and for monitoring systems that write what they are told to.
//!
//! ```json
//! {
//!   "key": "disk-7",
//!   "state": "firing",
//!   "title": "Uploads fail",
//!   "message": "Uploads of files fail. Downloads work.",
//!   "affected": { "api": "major_outage" },
//!   "started": "2026-11-22T10:05:00Z",
//!   "ended": "2026-11-22T10:40:00Z",
//!   "fields": { "team": "storage", "hosts": ["a", "b"] }
//! }
//! ```
//!
//! Only `key` and `state` are needed. It is strict where the others are lenient, for it is written
//! by hand. Whether the components and statuses exist is not known here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::part::{self, Part};
use super::text::{self, quoted};
use super::{Alert, Fields, Mistake, Notice, Payload, State};
use crate::model::Time;
use crate::problem::nearest;

const SOURCE: &str = "own";
const KEYS: &[&str] =
    &["key", "state", "title", "message", "affected", "started", "ended", "fields"];
/// What GitLab adds when it hands a payload to a pipeline: the project, and its branch.
const OF_GITLAB: &[&str] = &["id", "ref"];

/// Reads a payload of our own.
pub fn read(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let is_known = |key: &str| KEYS.contains(&key) || OF_GITLAB.contains(&key);
    if let Some(word) = object.keys().find(|key| !is_known(key)) {
        let help = match nearest(word, KEYS.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: `{}`", KEYS.join("`, `")),
        };
        return Err(Mistake::new(format!("unknown key {}", quoted(word)), help));
    }
    let root =
        Part { object, of: "", help: "give each incident a key of its own, such as `disk-7`" };
    let key = root.needed("key")?;
    let root = root.advising("write `firing`, `acknowledged` or `resolved`");
    let state = match root.needed("state")?.as_str() {
        "firing" => State::Firing,
        "acknowledged" => State::Acknowledged,
        "resolved" => State::Resolved,
        other => return Err(root.odd("state", other)),
    };
    let alert = Alert {
        title: text::line(&words(root, "title")?, text::TITLE),
        text: text::text(&words(root, "message")?),
        started: moment(root, "started")?,
        ended: moment(root, "ended")?,
        affected: affected(root)?,
        message_is_public: true,
        ..Alert::new(state, fields(root)?)
    };
    let notices = vec![Notice::of(SOURCE, &key, alert)];
    Ok(Payload { source: SOURCE, notices, is_whole: false })
}

fn words(root: Part<'_>, name: &str) -> Result<String, Mistake> {
    match root.object.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(not(root, name, other, "write a text")),
    }
}

fn moment(root: Part<'_>, name: &str) -> Result<Option<Time>, Mistake> {
    let help = "write a time such as `2026-11-22T10:05:00Z`";
    let text = match root.object.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => return Err(not(root, name, other, help)),
    };
    part::moment(&text).map(Some).ok_or_else(|| root.advising(help).odd(name, &text))
}

fn affected(root: Part<'_>) -> Result<BTreeMap<String, String>, Mistake> {
    let help = "write statuses by component, such as `{ \"api\": \"major_outage\" }`";
    let mut affected = BTreeMap::new();
    for (id, status) in root.advising(help).object("affected")?.into_iter().flatten() {
        let Some(status) = status.as_str() else {
            let name = text::line(id, 60);
            return Err(not(Part { of: " in `affected`", ..root }, &name, status, help));
        };
        affected.insert(text::line(id, text::TITLE), text::line(status, text::TITLE));
    }
    Ok(affected)
}

fn fields(root: Part<'_>) -> Result<Fields, Mistake> {
    let help = "write values by name, such as `{ \"team\": \"storage\" }`";
    let mut fields = Fields::new();
    if let Some(object) = root.advising(help).object("fields")? {
        if let Some((name, value)) = object.iter().find(|(_, value)| value.is_object()) {
            let name = text::line(name, 60);
            return Err(not(Part { of: " in `fields`", ..root }, &name, value, help));
        }
        part::add(&mut fields, object, &[]);
    }
    Ok(fields)
}

fn not(root: Part<'_>, name: &str, value: &Value, help: &str) -> Mistake {
    root.advising(help).wrong(name, part::kind(value))
}
