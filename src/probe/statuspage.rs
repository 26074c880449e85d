//! A vendor's public page in the form of Statuspage's API: a component of theirs as one of ours.

use serde_json::Value;
use url::Url;

use super::failure::Fault;
use super::{Context, Failure, Trace, Verdict, http};

/// The page, and which part of it.
#[derive(Debug)]
pub(super) struct Check {
    pub request: http::Request,
    pub component: Option<String>,
}

/// The summary that belongs to the address of a page.
pub(super) fn summary_of(page: &Url) -> Url {
    let mut url = page.clone();
    if !url.path().ends_with(".json") {
        let path = format!("{}/api/v2/summary.json", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    url
}

/// A page that cannot be read says nothing about what it is for.
fn cannot_read(why: &str) -> Failure {
    Failure::new("statuspage", format!("statuspage: it cannot be read: {why}")).by(Fault::Prober)
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        trace.on_timeout = Some(cannot_read("it takes too long"));
        let answer = http::fetch(&self.request, true, context, trace)
            .await
            .map_err(|failure| cannot_read(&failure.to_string()))?;
        if !answer.status.is_success() {
            return Err(cannot_read(&format!("http status {}", answer.status.as_u16())));
        }
        let summary: Value =
            serde_json::from_slice(&answer.body).map_err(|_| cannot_read("it is not JSON"))?;
        let Some(wanted) = &self.component else {
            return judge(summary["status"]["indicator"].as_str());
        };
        let component = summary["components"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|component| {
                component["id"] == wanted.as_str() || component["name"] == wanted.as_str()
            })
            .ok_or_else(|| cannot_read("there is no such component"))?;
        judge(component["status"].as_str())
    }
}

/// What the vendor says, in our outcomes: as good as they say, never better.
fn judge(word: Option<&str>) -> Verdict {
    let degraded = |words: &str| Ok(Some(format!("the vendor says: {words}")));
    let down = |words: &str| Err(Failure::new("statuspage", format!("the vendor says: {words}")));
    match word {
        Some("none" | "operational") => Ok(None),
        Some("minor") => degraded("minor outage"),
        Some("degraded_performance") => degraded("degraded performance"),
        Some("partial_outage") => degraded("partial outage"),
        Some("maintenance" | "under_maintenance") => degraded("under maintenance"),
        Some("major" | "major_outage") => down("major outage"),
        Some("critical") => down("critical outage"),
        _ => Err(cannot_read("it is not a summary")),
    }
}
