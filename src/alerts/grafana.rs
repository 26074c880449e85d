//! Grafana: the webhook of its unified alerting, which follows Alertmanager's.
//!
//! Not the legacy alerting that Grafana 11 removed, and no custom payload of a template.
//! Documented in "Configure webhook notifications".

use serde_json::{Map, Value};

use super::part::Part;
use super::{Mistake, Payload, alertmanager};

const SOURCE: &str = "grafana";

/// Reads a webhook.
pub fn read(object: &Map<String, Value>) -> Result<Payload, Mistake> {
    let help = "the webhook of Grafana's contact points has it; look into docs/alerts.md";
    let root = Part { object, of: "", help };
    let notice = alertmanager::group(SOURCE, "Grafana writes `firing` or `resolved`", root)?;
    Ok(Payload { source: SOURCE, notices: vec![notice], is_whole: false })
}
