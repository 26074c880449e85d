//! `content/corrections/*.md`

use super::{File, read_components, read_moment};
use crate::model::{Correction, Time};
use crate::yaml::{Item, Node};

pub(super) const KEYS: &[&str] = &["components", "from", "until"];

#[derive(Default)]
struct Front {
    components: Vec<String>,
    from: Option<Time>,
    until: Option<Time>,
}

/// Reads a correction. One with a mistake changes no number, so nothing comes back.
pub fn read(file: &mut File<'_>, slug: String) -> Option<Correction> {
    let front = file.front_matter(
        "a correction",
        |settings, root, map| {
            let zone = &settings.timezone;
            for key in ["from", "until"] {
                let is_told =
                    |(name, item): (&str, &Item<'_>)| name == key && *item.node != Node::Null;
                if !map.entries().any(is_told) {
                    root.mistake(
                        format!("`{key}` is missing"),
                        format!("write `{key}: 2026-11-22 10:05 UTC`"),
                    );
                }
            }
            let front = Front {
                components: read_components(settings, root, map),
                from: read_moment(map, "from", zone),
                until: read_moment(map, "until", zone),
            };
            if let (Some(from), Some(until)) = (front.from, front.until)
                && until <= from
                && let Some(item) = map.get("until")
            {
                item.mistake("the end is not after the start", "swap them, or mend the date");
            }
            front
        },
        KEYS,
    );
    let reason = file.body().trim().to_owned();
    if reason.is_empty() && file.problems.is_empty() {
        file.problems.push(crate::problem::Problem::in_file(
            &file.source.path,
            "this correction gives no reason",
            "say below the front matter why the measurement was wrong; visitors can read it",
        ));
    }
    if !file.problems.is_empty() {
        return None;
    }
    Some(Correction {
        path: file.source.path.clone(),
        slug,
        components: front.components,
        from: front.from?,
        until: front.until?,
        reason,
    })
}
