//! `content/maintenance/*.md`

use super::{File, read_components, read_moment, read_title, title_from_slug, updates};
use crate::model::{Maintenance, MaintenanceStatus, Time};

const KEYS: &[&str] = &["title", "components", "start", "end", "duration", "announced"];

#[derive(Default)]
struct Front {
    title: Option<String>,
    components: Vec<String>,
    start: Option<Time>,
    end: Option<Time>,
    announced: Option<Time>,
}

/// Reads a maintenance. Whatever is wrong with the file, something comes back.
pub fn read(file: &mut File<'_>, slug: String) -> Maintenance {
    let front = file.front_matter(
        "a maintenance",
        |settings, root, map| {
            let zone = &settings.timezone;
            let has = |map: &crate::yaml::Map<'_>, key: &str| {
                map.entries()
                    .any(|(name, item)| name == key && *item.node != crate::yaml::Node::Null)
            };
            let (has_start, has_end, has_duration) =
                (has(map, "start"), has(map, "end"), has(map, "duration"));
            let mut front = Front {
                title: read_title(root, map),
                components: read_components(settings, root, map),
                start: read_moment(map, "start", zone),
                end: read_moment(map, "end", zone),
                announced: read_moment(map, "announced", zone),
            };
            if !has_start {
                root.mistake(
                    "`start` is missing",
                    "write when the work begins: `start: 2026-11-22 02:00 UTC`",
                );
            }
            let duration = map.get("duration").and_then(|item| {
                if has_end {
                    item.key_mistake(
                        "there is an `end` already",
                        "keep one of `end` and `duration`",
                    );
                    return None;
                }
                item.duration(1000)
            });
            if let (Some(start), Some(ms)) = (front.start, duration) {
                front.end = Some(start.plus(ms));
            }
            if !has_end && !has_duration {
                root.mistake(
                    "the end is missing",
                    "write `end: 2026-11-22 04:00 UTC` or `duration: 2h`",
                );
            }
            if let (Some(start), Some(end)) = (front.start, front.end)
                && end <= start
            {
                if let Some(item) = map.get("end") {
                    item.mistake("the end is not after the start", "swap them, or mend the date");
                }
                front.end = None;
            }
            front
        },
        KEYS,
    );
    let body = updates::read(file, MaintenanceStatus::WORDS, None);
    Maintenance {
        path: file.source.path.clone(),
        title: front.title.unwrap_or_else(|| title_from_slug(&slug)),
        slug,
        components: front.components,
        start: front.start,
        end: front.end,
        announced: front.announced,
        summary: body.summary,
        updates: body.updates,
        mistakes: file.mistakes(),
    }
}
