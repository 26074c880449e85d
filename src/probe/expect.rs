//! What a good HTTP answer looks like, and whether one does.

use regex::bytes::Regex;
use serde_json::Value;

use super::http::Answer;
use super::{Concern, Failure};
use crate::model::JsonPath;
use crate::model::compare::Comparison;
use crate::model::json_path;

/// What an answer is compared with.
#[derive(Debug)]
pub struct Expectation {
    /// Accepted status codes, each an inclusive range.
    pub status: Vec<(u16, u16)>,
    /// Text that must be in the body.
    pub contains: Option<String>,
    /// Text that must not be in the body.
    pub not_contains: Option<String>,
    /// What the body must match.
    pub matches: Option<Regex>,
    /// What places of a JSON body must hold.
    pub json: Vec<(JsonPath, Comparison)>,
    /// Text that headers must contain.
    pub header: Vec<(String, String)>,
}

impl Expectation {
    /// Whether the body has to be kept.
    pub fn wants_body(&self) -> bool {
        self.contains.is_some()
            || self.not_contains.is_some()
            || self.matches.is_some()
            || !self.json.is_empty()
    }

    /// Compares an answer. What it finds worrying though good comes back.
    pub(super) fn check(&self, answer: &Answer) -> Result<Option<Concern>, Failure> {
        let status = answer.status.as_u16();
        if !self.status.iter().any(|(from, to)| (*from..=*to).contains(&status)) {
            return Err(Failure::new("http status", format!("http status {status}")));
        }
        for (name, wanted) in &self.header {
            let wanted = wanted.to_ascii_lowercase();
            let fits = |value: &hyper::header::HeaderValue| {
                String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase().contains(&wanted)
            };
            if !answer.headers.get_all(name).iter().any(fits) {
                return Err(Failure::new("header", format!("header: `{name}` is not as expected")));
            }
        }
        let body = answer.body.as_slice();
        let failed = |words: &str| {
            let place = if answer.is_cut { " in its first MiB" } else { "" };
            Err(Failure::new("body", format!("body: {words}{place}")))
        };
        let has = |text: &str| body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
        if self.contains.as_deref().is_some_and(|text| !has(text)) {
            return failed("expected text is missing");
        }
        if self.not_contains.as_deref().is_some_and(has) {
            return Err(Failure::new("body", "body: unwanted text is present"));
        }
        if self.matches.as_ref().is_some_and(|pattern| !pattern.is_match(body)) {
            return failed("it does not match");
        }
        if !self.json.is_empty() {
            self.check_json(answer)?;
        }
        // What stands behind the limit nobody knows.
        let is_unsure = answer.is_cut && self.not_contains.is_some();
        Ok(is_unsure.then(|| "body: only its first MiB was looked through".to_owned()))
    }

    fn check_json(&self, answer: &Answer) -> Result<(), Failure> {
        if answer.is_cut {
            return Err(Failure::new("body", "body: it is too large to be read as JSON"));
        }
        let document: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| Failure::new("body", "body: it is not JSON"))?;
        for (path, comparison) in &self.json {
            let value = look_up(&document, path).and_then(plain);
            if !comparison.fits(value.as_deref()) {
                let words = format!("body: `{}` is not as expected", path.as_str());
                return Err(Failure::new("body", words));
            }
        }
        Ok(())
    }
}

/// The value at a path.
pub fn look_up<'v>(document: &'v Value, path: &JsonPath) -> Option<&'v Value> {
    path.steps().iter().try_fold(document, |value, step| match step {
        json_path::Step::Key(key) => value.get(key),
        json_path::Step::Index(index) => value.get(index),
    })
}

/// A value as text; null is no value, and a list or an object is its JSON.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
