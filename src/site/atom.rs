//! The Atom feed: one entry for each update, so that readers show it as new.
//!
//! Times come from the data, never from now, so that an unchanged site keeps its feed.

use atom_syndication::{Category, Content, Entry, Feed, Link, Person, Text};
use chrono::{DateTime, FixedOffset};

use super::edition::Edition;
use super::markdown::{self, Place};
use super::{present, words};
use crate::model::{Settings, Time};

/// How many entries a feed holds.
const ENTRIES: usize = 50;

/// Renders the feed of the site.
pub fn render(edition: Edition<'_>) -> String {
    let settings = edition.site.inputs.settings;
    let mut entries = incidents(edition);
    entries.extend(maintenance(edition));
    entries.sort_by(|(a_time, a), (b_time, b)| (b_time, &a.id).cmp(&(a_time, &b.id)));
    entries.truncate(ENTRIES);
    let updated = entries.first().map_or(Time::from_ms(0), |(time, _)| *time);
    let feed = Feed {
        title: Text::plain(settings.title.clone()),
        id: tag(settings, Time::from_seconds(1_767_225_600), "feed"),
        updated: stamp(updated),
        authors: vec![Person { name: settings.title.clone(), ..Person::default() }],
        links: vec![
            link(settings.absolute(""), "alternate", "text/html"),
            link(settings.absolute("feed.atom"), "self", "application/atom+xml"),
        ],
        lang: Some(edition.language.tag().to_owned()),
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        ..Feed::default()
    };
    let mut text = feed.to_string();
    // What XML 1.0 forbids, such as the colours of a pasted log, would break the whole feed.
    text.retain(|c| {
        matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    });
    text.push('\n');
    text
}

fn incidents(edition: Edition<'_>) -> Vec<(Time, Entry)> {
    let site = edition.site;
    let settings = site.inputs.settings;
    let now = site.inputs.now;
    let mut entries = Vec::new();
    for incident in site.open_incidents.iter().chain(&site.past_incidents) {
        let path = present::incident_path(&incident.slug);
        let anchors = present::anchors(&incident.updates);
        let components = incident.components(now);
        for (update, anchor) in incident.updates.iter().zip(anchors) {
            let Some((at, status)) = update.at.zip(update.status).filter(|(at, _)| *at <= now)
            else {
                continue;
            };
            let mut entry = entry(settings, at, &path, &anchor, &update.body);
            entry.title = Text::plain(format!(
                "{}: {}",
                words::incident_status(edition.language, status),
                incident.title
            ));
            entry.categories = std::iter::once(status.word())
                .chain(components.iter().copied())
                .map(category)
                .collect();
            entries.push((at, entry));
        }
    }
    entries
}

fn maintenance(edition: Edition<'_>) -> Vec<(Time, Entry)> {
    let site = edition.site;
    let language = edition.language;
    let settings = site.inputs.settings;
    let now = site.inputs.now;
    let mut entries = Vec::new();
    for planned in &site.maintenance {
        let maintenance = planned.maintenance;
        let path = present::maintenance_path(&maintenance.slug);
        let Some(window) = planned.window else { continue };
        let (start, end) = (window.planned_start, window.planned_end);
        let window = words::window(language, start, end, &settings.timezone);
        let mut push = |at: Time, anchor: &str, status: &str, word: &str, body: &str| {
            let body = format!("**{window}**\n\n{body}");
            let mut entry = entry(settings, at, &path, anchor, &body);
            entry.title = Text::plain(format!("{status}: {}", maintenance.title));
            entry.categories = std::iter::once(word)
                .chain(maintenance.components.iter().map(String::as_str))
                .map(category)
                .collect();
            entries.push((at, entry));
        };
        // Nobody may have said when it was announced; its start is then the one sure time.
        let announced = maintenance.announced.unwrap_or(start);
        if announced <= now {
            push(announced, "", language.say("feed_scheduled"), "scheduled", &maintenance.summary);
        }
        let anchors = present::anchors(&maintenance.updates);
        for (update, anchor) in maintenance.updates.iter().zip(&anchors) {
            if let Some((at, status)) = update.at.zip(update.status).filter(|(at, _)| *at <= now) {
                push(
                    at,
                    anchor,
                    words::maintenance_status(language, status),
                    status.word(),
                    &update.body,
                );
            }
        }
    }
    entries
}

fn entry(settings: &Settings, at: Time, path: &str, anchor: &str, body: &str) -> Entry {
    let target = if anchor.is_empty() { path.to_owned() } else { format!("{path}#{anchor}") };
    let root = settings.absolute("");
    let html = markdown::render(body, Place { root: &root, top_heading: 3 });
    Entry {
        id: tag(settings, at, &target),
        updated: stamp(at),
        published: Some(stamp(at)),
        links: vec![link(settings.absolute(&target), "alternate", "text/html")],
        content: Some(Content {
            content_type: Some("html".to_owned()),
            value: Some(html),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// An id that stays when the title changes: RFC 4151.
fn tag(settings: &Settings, at: Time, specific: &str) -> String {
    let host = settings.url.host_str().unwrap_or("localhost");
    let path = settings.url.path().trim_start_matches('/');
    format!("tag:{host},{}:{path}{specific}", at.utc().format("%Y-%m-%d"))
}

fn stamp(time: Time) -> DateTime<FixedOffset> {
    time.utc().fixed_offset()
}

fn link(href: String, rel: &str, mime: &str) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: Some(mime.to_owned()), ..Link::default() }
}

fn category(term: &str) -> Category {
    Category { term: term.to_owned(), ..Category::default() }
}
