//! `content/incidents/*.md`

use super::{File, read_affected, read_moment, read_title, title_from_slug, updates};
use crate::model::{Affected, Impact, Incident, IncidentStatus, Time};
use crate::problem::Problem;

pub(super) const KEYS: &[&str] =
    &["title", "affected", "impact", "started", "pinned", "informational", "affects_uptime"];

#[derive(Default)]
struct Front {
    title: Option<String>,
    affected: Affected,
    impact: Option<Impact>,
    started: Option<Time>,
    pinned: bool,
    informational: bool,
    affects_uptime: Option<bool>,
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
