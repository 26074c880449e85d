//! `alerts:`: what the alerts of monitoring systems mean for components.

use std::collections::BTreeMap;

use super::required;
use crate::model::settings::{AlertEffect, AlertRule};
use crate::model::{Component, ComponentStatus};
use crate::problem;
use crate::yaml::{Item, Node};

pub(super) const KEYS: &[&str] = &["match", "component", "status", "title", "message", "ignore"];
/// Any value fits.
const ANY: &str = "*";
const EXAMPLE: &str = "`- { match: { service: api }, component: api, status: major_outage }`";

/// Reads the rules, in their order.
pub fn read(item: &Item<'_>, components: &[Component]) -> Vec<AlertRule> {
    item.list(EXAMPLE).iter().filter_map(|item| read_rule(item, components)).collect()
}

fn read_rule(item: &Item<'_>, components: &[Component]) -> Option<AlertRule> {
    let mut map = item.map("a rule for alerts", EXAMPLE)?;
    let fields = required(item, &mut map, "match", "`match: { service: api }`")
        .map(|item| read_fields(&item))
        .unwrap_or_default();
    let is_ignored = map.get("ignore").and_then(|item| item.bool()).unwrap_or(false);
    let component = match is_ignored {
        true => map.get("component"),
        false => required(item, &mut map, "component", "`component: api`, or `ignore: true`"),
    };
    if let Some(item) = component.as_ref().filter(|_| is_ignored) {
        item.key_mistake("an alert that is ignored has no component", "keep one of the two");
    }
    let component = component.filter(|_| !is_ignored).and_then(|item| {
        let id = item.filled_text("the id of a component")?;
        if !components.iter().any(|one| one.id == id) {
            let known = components.iter().map(|one| one.id.as_str());
            item.mistake(format!("unknown component `{id}`"), problem::suggest(id, known));
        }
        Some(id.to_owned())
    });
    let status = map.get("status").and_then(|item| item.word(&trouble()));
    let title = map.get("title").and_then(|item| read_text(&item, "`Payments fail`"));
    let message = map.get("message").and_then(|item| read_text(&item, "`{summary}`"));
    map.finish(KEYS);
    let status = status.unwrap_or(ComponentStatus::MajorOutage);
    let effect = component.map(|component| AlertEffect { component, status, title, message });
    Some(AlertRule { fields, effect })
}

/// How a component may do while an alert fires.
pub(super) fn trouble() -> Vec<(&'static str, ComponentStatus)> {
    let all = ComponentStatus::DECLARABLE.iter().copied();
    all.filter(|(_, status)| *status != ComponentStatus::Operational).collect()
}

/// A text with fields in braces.
fn read_text(item: &Item<'_>, example: &str) -> Option<String> {
    let text = item.filled_text(example)?;
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let name = rest[open + 1..].split_once('}').map(|(name, _)| name);
        if name.is_none_or(|name| name.trim().is_empty() || name.contains('{')) {
            item.mistake(
                "a field in braces has no end or no name",
                "write the name of a field of the alert, such as `{service}`",
            );
            break;
        }
        rest = &rest[open + 1..];
    }
    Some(text.to_owned())
}

/// Fields with the values that fit: one, or a list.
fn read_fields(item: &Item<'_>) -> BTreeMap<String, Vec<String>> {
    let Some(map) = item.map("`match`", "`match: { service: api }`") else {
        return BTreeMap::new();
    };
    if map.entries().next().is_none() {
        item.mistake(
            "this fits every alert",
            "name a field that tells which it is, such as `{ service: api }`; `{ alertname: \"*\" }` fits all that have one",
        );
    }
    let values = |item: &Item<'_>| match item.node {
        Node::List(values) => {
            if values.is_empty() {
                item.mistake("no value fits this", "write one, such as `api`, or `\"*\"` for any");
            }
            item.list("`[api, web]`").iter().filter_map(read_value).collect()
        }
        _ => read_value(item).into_iter().collect(),
    };
    map.entries().map(|(name, item)| (name.to_owned(), values(item))).collect()
}

/// A label is a text, also where YAML reads a number.
fn read_value(item: &Item<'_>) -> Option<String> {
    match item.node {
        Node::Int(number) => Some(number.to_string()),
        Node::Bool(is_true) => Some(is_true.to_string()),
        Node::Text(text) if text.contains('*') && text != ANY => {
            item.mistake(
                format!("`{text}` fits only what is written so, with the `*`"),
                "write the whole value, a list of values, or `\"*\"` alone for any",
            );
            None
        }
        _ => item.text("the value of a label, such as `api`").map(str::to_owned),
    }
}
