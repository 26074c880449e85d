//! Markdown files that people write, to incidents, maintenance, corrections and pages.
//!
//! A file with a mistake still becomes something that can be shown: its title or
//! file name, the updates that can be read, its text, and the list of its mistakes.
//! Only a correction must be whole, for it changes numbers.

pub mod author;
mod correction;
mod incident;
mod maintenance;
mod page;
pub mod schema;
mod updates;
mod zones;

use std::collections::BTreeSet;

use crate::model::{Affected, ComponentStatus, Settings, Source, Time, Zone};
use crate::model::{Correction, Incident, Maintenance, Page, zone};
use crate::problem::{self, Problem, Severity};
use crate::yaml::{Document, Item, Map, Node};

/// The folders below `content/` and what they hold.
pub const FOLDERS: &[&str] = &["incidents", "maintenance", "corrections", "pages"];

/// Where the files lie that incidents are begun with.
pub const TEMPLATES: &str = "content/templates/";

/// Everything below `content/`.
#[derive(Debug, Default)]
pub struct Content {
    /// Sorted by slug.
    pub incidents: Vec<Incident>,
    /// Sorted by slug.
    pub maintenance: Vec<Maintenance>,
    /// Sorted by slug.
    pub corrections: Vec<Correction>,
    /// Sorted by slug.
    pub pages: Vec<Page>,
}

/// Reads all content files, in the order given, with every mistake in them.
pub fn parse(sources: &[Source], settings: &Settings) -> (Content, Vec<Problem>) {
    let mut content = Content::default();
    let mut problems = Vec::new();
    let mut taken = BTreeSet::new();
    for source in sources {
        let mut file = File::open(source, settings);
        let folder = source.path.split('/').nth(1).unwrap_or_default();
        let slug = file.slug(folder, &mut taken);
        match folder {
            "incidents" => content.incidents.push(incident::read(&mut file, slug)),
            "maintenance" => content.maintenance.push(maintenance::read(&mut file, slug)),
            "corrections" => content.corrections.extend(correction::read(&mut file, slug)),
            "pages" => content.pages.push(page::read(&mut file, slug)),
            _ => file.problems.push(Problem::in_file(
                &source.path,
                "nothing reads this file",
                format!("move it to `content/{}/`", FOLDERS.join("/`, `content/")),
            )),
        }
        problems.append(&mut file.problems);
    }
    problems.append(&mut zones::doubts(sources, settings));
    (content, problems)
}

/// Whether a name can be the address of what a file holds.
pub fn is_slug(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.chars().all(fits_slug)
}

fn fits_slug(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

/// A content file on its way to the model.
struct File<'s> {
    source: &'s Source,
    settings: &'s Settings,
    /// The front matter, without its fences; none when it has no readable fences.
    front: Option<std::ops::Range<usize>>,
    /// Where the Markdown begins.
    body_start: usize,
    problems: Vec<Problem>,
}

impl<'s> File<'s> {
    fn open(source: &'s Source, settings: &'s Settings) -> Self {
        let mut file = Self { source, settings, front: None, body_start: 0, problems: Vec::new() };
        if let Some(offset) = source.invalid_at {
            file.problems.push(Problem::at(
                source,
                offset,
                1,
                "this file is not UTF-8 text",
                "save it with the encoding UTF-8",
            ));
        }
        file.find_front_matter();
        file
    }

    fn find_front_matter(&mut self) {
        let text = self.source.text.as_str();
        if text.trim().is_empty() {
            self.problems.push(Problem::in_file(
                &self.source.path,
                "this file is empty",
                "begin it with `---`, a `title:`, and `---`",
            ));
            return;
        }
        let mut lines = text.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        if first.trim_end() != "---" {
            self.problems.push(Problem::at(
                self.source,
                0,
                first.trim_end().chars().count(),
                "the front matter is missing",
                "begin the file with a line `---`, then `title:`, then a line `---`",
            ));
            return;
        }
        let start = first.len();
        let mut at = start;
        for line in lines {
            if line.trim_end() == "---" {
                self.front = Some(start..at);
                self.body_start = at + line.len();
                return;
            }
            at += line.len();
        }
        self.problems.push(Problem::at(
            self.source,
            0,
            3,
            "the front matter is never closed",
            "end it with a line `---` before the text",
        ));
        // What follows the fence may be text or keys: show all of it rather than lose any.
        self.body_start = start;
    }

    /// The file name without `.md`, made safe for an address, and unique in its folder.
    fn slug(&mut self, folder: &str, taken: &mut BTreeSet<(String, String)>) -> String {
        let name = self.source.path.rsplit('/').next().unwrap_or_default();
        let stem = name.strip_suffix(".md").unwrap_or(name);
        let mut slug: String = stem.chars().map(|c| if fits_slug(c) { c } else { '-' }).collect();
        if slug.starts_with('.') || slug.is_empty() {
            slug.insert(0, '-');
        }
        if slug != stem {
            self.problems.push(Problem::in_file(
                &self.source.path,
                format!("`{stem}` cannot be an address"),
                format!("name the file `{slug}.md`: letters, digits, `-`, `_` and `.` only"),
            ));
        }
        if folder == "pages" {
            slug = page::fitting(self, slug);
        }
        let wanted = slug.clone();
        let mut count = 1;
        while !taken.insert((folder.to_owned(), slug.to_lowercase())) {
            count += 1;
            slug = format!("{wanted}-{count}");
        }
        if count > 1 {
            self.problems.push(Problem::in_file(
                &self.source.path,
                format!("another file is called `{wanted}.md` too"),
                "rename one of them: the file name is the permalink",
            ));
        }
        slug
    }

    fn body(&self) -> &'s str {
        &self.source.text[self.body_start..]
    }

    /// Reads the front matter with `read`, and gathers what it finds wrong.
    fn front_matter<T: Default>(
        &mut self,
        what: &str,
        read: impl FnOnce(&Settings, &Item<'_>, &mut Map<'_>) -> T,
        known: &[&str],
    ) -> T {
        let Some(range) = self.front.clone() else {
            return T::default();
        };
        let (document, node) = Document::parse(self.source, range);
        let value = match &node {
            None => T::default(),
            Some(node) => {
                let root = document.root(node);
                match node {
                    Node::Null => {
                        root.mistake(
                            "the front matter is empty",
                            "write `title:` with what visitors should read",
                        );
                        T::default()
                    }
                    _ => match root.map(what, "`title: Elevated API errors`") {
                        Some(mut map) => {
                            let value = read(self.settings, &root, &mut map);
                            map.finish(known);
                            value
                        }
                        None => T::default(),
                    },
                }
            }
        };
        self.problems.append(&mut document.into_problems());
        value
    }

    /// The mistakes so far, in short, for the mark on the page.
    fn mistakes(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
        problems.retain(|problem| problem.severity == Severity::Error);
        problem::sort(&mut problems);
        problems.iter().map(Problem::summary).collect()
    }
}

/// `title:`, or what stands in for it.
fn read_title(root: &Item<'_>, map: &mut Map<'_>) -> Option<String> {
    match map.get("title") {
        Some(item) => match item.node {
            // `title: 500` is a number to YAML and a title to its author.
            Node::Int(number) => Some(number.to_string()),
            _ => item.filled_text("`title: Elevated API errors`").map(str::to_owned),
        },
        None => {
            root.mistake("`title` is missing", "write `title:` with what visitors should read");
            None
        }
    }
}

/// A readable stand-in for a title: `2026-11-22-api-errors` to `2026-11-22 api errors`.
fn title_from_slug(slug: &str) -> String {
    let digits = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit())
    };
    let parts: Vec<&str> = slug.splitn(4, '-').collect();
    match parts.as_slice() {
        [year, month, day, rest] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
            format!("{year}-{month}-{day} {}", rest.replace(['-', '_'], " "))
        }
        _ => slug.replace(['-', '_'], " "),
    }
}

/// A point in time below a key.
fn read_moment(map: &mut Map<'_>, key: &str, zone: &Zone) -> Option<Time> {
    read_zoned_moment(map, key, zone).map(|(time, _)| time)
}

/// A point in time below a key, with the zone that it is written in.
fn read_zoned_moment(map: &mut Map<'_>, key: &str, zone: &Zone) -> Option<(Time, Zone)> {
    let item = map.get(key)?;
    let text = item.text("a time such as `2026-11-22 10:05 UTC`")?;
    match zone::parse_zoned_moment(text, zone) {
        Ok(moment) => Some(moment),
        Err(why) => {
            item.mistake(why, "write a time such as `2026-11-22 10:05 UTC`");
            None
        }
    }
}

/// `components:` as a list of component ids.
fn read_components(settings: &Settings, root: &Item<'_>, map: &mut Map<'_>) -> Vec<String> {
    let Some(item) = map.get("components") else {
        root.mistake(
            "`components` is missing",
            "write which it concerns, such as `components: [api]`",
        );
        return Vec::new();
    };
    item.list("`[api, web]`")
        .iter()
        .filter_map(|item| {
            let id = item.text("the id of a component")?;
            known_component(settings, id, |message, help| item.mistake(message, help))
                .then(|| id.to_owned())
        })
        .collect()
}

fn known_component(settings: &Settings, id: &str, mistake: impl FnOnce(String, String)) -> bool {
    let known = settings.component(id).is_some();
    if !known {
        let ids = settings.components.iter().map(|component| component.id.as_str());
        mistake(format!("unknown component `{id}`"), problem::suggest(id, ids));
    }
    known
}

/// `affected: { api: major_outage }`
fn read_affected(settings: &Settings, map: &mut Map<'_>) -> Affected {
    let Some(item) = map.get("affected") else {
        return Affected::new();
    };
    let Some(entries) = item.map("`affected`", "`affected: { api: major_outage }`") else {
        return Affected::new();
    };
    entries
        .entries()
        .filter_map(|(id, item)| {
            let known =
                known_component(settings, id, |message, help| item.key_mistake(message, help));
            let status = item.word(ComponentStatus::DECLARABLE)?;
            known.then(|| (id.to_owned(), status))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::title_from_slug;

    #[test]
    fn a_file_name_can_stand_in_for_a_title() {
        assert_eq!(title_from_slug("2026-11-22-api-errors"), "2026-11-22 api errors");
        assert_eq!(title_from_slug("api_errors"), "api errors");
    }
}
