//! `content/incidents/*.md`

use super::{File, author, read_affected, read_moment, read_title, title_from_slug, updates};
use crate::model::{Affected, Hands, Impact, Incident, IncidentStatus, Time};
use crate::problem::Problem;
use crate::yaml::{Item, Node};

pub(super) const KEYS: &[&str] = &[
    "title",
    "affected",
    "impact",
    "started",
    "pinned",
    "informational",
    "affects_uptime",
    "auto",
    author::DIGEST,
    author::KEYS,
];

/// What the program may do by itself.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Auto {
    #[default]
    No,
    Yes,
    Alert,
    Resolve,
}

#[derive(Default)]
struct Front {
    title: Option<String>,
    affected: Affected,
    impact: Option<Impact>,
    started: Option<Time>,
    pinned: bool,
    informational: bool,
    affects_uptime: Option<bool>,
    auto: Auto,
    digest: Option<String>,
    alert_keys: Vec<String>,
}

/// Reads an incident. Whatever is wrong with the file, something comes back.
pub fn read(file: &mut File<'_>, slug: String) -> Incident {
    let front = file.front_matter(
        "an incident",
        |settings, root, map| Front {
            title: read_title(root, map),
            affected: read_affected(settings, map),
            impact: map.get("impact").and_then(|item| item.word(Impact::WORDS)),
            started: read_moment(map, "started", &settings.timezone),
            pinned: map.get("pinned").and_then(|item| item.bool()).unwrap_or(false),
            informational: map.get("informational").and_then(|item| item.bool()).unwrap_or(false),
            affects_uptime: map.get("affects_uptime").and_then(|item| item.bool()),
            auto: map.get("auto").map(|item| read_auto(&item)).unwrap_or_default(),
            digest: map.get(author::DIGEST).and_then(|item| Some(item.text("text")?.to_owned())),
            alert_keys: map.get(author::KEYS).map(|item| read_keys(&item)).unwrap_or_default(),
        },
        KEYS,
    );
    let body = updates::read(file, IncidentStatus::WORDS, Some(IncidentStatus::Postmortem));
    let mut incident = Incident {
        path: file.source.path.clone(),
        title: front.title.unwrap_or_else(|| title_from_slug(&slug)),
        slug,
        affected: front.affected,
        impact: front.impact,
        started: front.started,
        pinned: front.pinned,
        informational: front.informational,
        affects_uptime: front.affects_uptime.unwrap_or(true),
        hands: match front.auto {
            Auto::No => Hands::Person,
            Auto::Resolve => Hands::Resolve,
            Auto::Yes | Auto::Alert if front.digest == Some(author::digest(&file.source.text)) => {
                Hands::Program
            }
            Auto::Yes | Auto::Alert => Hands::TakenOver,
        },
        is_by_alert: front.auto == Auto::Alert
            || (front.auto == Auto::Resolve && !front.alert_keys.is_empty()),
        alert_keys: front.alert_keys,
        summary: body.summary,
        updates: body.updates,
        mistakes: Vec::new(),
    };
    let first = incident.updates.iter().filter_map(|update| update.at).min();
    if let (Some(started), Some(first)) = (incident.started, first) {
        if started > first {
            file.problems.push(Problem::in_file(
                &file.source.path,
                format!("`started` is later than the first update, {}", first.rfc3339()),
                "write when it began, or remove `started`",
            ));
        }
    } else if incident.first().is_none() && file.problems.is_empty() {
        file.problems.push(Problem::in_file(
            &file.source.path,
            "this incident has no update",
            "add one: `## Investigating · 2026-11-22 10:05 UTC`",
        ));
    }
    incident.mistakes = file.mistakes();
    incident
}

fn read_auto(item: &Item<'_>) -> Auto {
    match item.node {
        Node::Bool(true) => Auto::Yes,
        Node::Bool(false) | Node::Null => Auto::No,
        Node::Text(word) if word == "resolve" => Auto::Resolve,
        Node::Text(word) if word == "alert" => Auto::Alert,
        _ => {
            item.mistake(
                "this says nothing about what happens by itself",
                "write `auto: resolve` to have it resolved when the checks are good or the alert is over, or `false`",
            );
            Auto::No
        }
    }
}

/// One key, or several.
fn read_keys(item: &Item<'_>) -> Vec<String> {
    let items = match item.node {
        Node::List(_) => item.list("`[pagerduty:Q1]`"),
        _ => return item.filled_text("`pagerduty:Q1`").map(str::to_owned).into_iter().collect(),
    };
    items.iter().filter_map(|item| item.filled_text("`pagerduty:Q1`").map(str::to_owned)).collect()
}
