//! The feeds of the site and of each component, in the three formats that readers know.
//!
//! One entry for each update, so that readers show it as new: an entry whose text changes stays
//! read. Times come from the data, never from now, so that an unchanged site keeps its feeds.

mod atom;
mod history;
mod json;
mod rss;

use std::borrow::Cow;

use super::chronicle::{self, Entry};
use super::edition::Edition;
use super::markdown::{self, Place};
use super::plan::Planned;
use super::{present, words, xml};
use crate::files::Files;
use crate::model::{Component, Incident, Maintenance, Settings, Time};

/// How many entries a feed holds.
const ENTRIES: usize = 50;

/// How many of the newest windows of a series have an entry for their beginning.
const WINDOWS: usize = 4;

/// How many characters of an entry are its summary.
const SUMMARY: usize = 300;

/// A feed in no format yet.
struct Channel<'a> {
    /// The name of the site, and of the component if it is of one.
    title: String,
    /// What it is about, in one sentence.
    description: &'a str,
    id: String,
    /// The absolute address of the page that it follows.
    page: String,
    /// The absolute address of the folder that it lies in, with the first part of its file name.
    address: String,
    /// The way from it to the root of the site.
    root: &'static str,
    /// The site path of the style sheet.
    style: &'a str,
    site: &'a str,
    language: &'a str,
    /// The absolute address of the page that explains feeds, and its name.
    help: (String, &'a str),
    /// Newest first.
    items: Vec<Item>,
}

/// An entry in no format yet.
struct Item {
    id: String,
    published: Time,
    updated: Time,
    title: String,
    /// The absolute address.
    url: String,
    /// The beginning as plain text.
    summary: String,
    html: String,
    categories: Vec<Category>,
}

/// What an entry is about: a status, or a component.
#[derive(Clone)]
struct Category {
    term: String,
    label: String,
}

impl Channel<'_> {
    /// When anything in it changed last.
    fn updated(&self) -> Time {
        self.items.iter().map(|item| item.updated).max().unwrap_or(birth())
    }
}

/// What one entry will be made of.
struct Event<'a> {
    at: Time,
    path: String,
    key: String,
    anchor: String,
    title: String,
    /// The window, for maintenance: what a reader wants to know first.
    when: String,
    body: Cow<'a, str>,
    categories: Vec<Category>,
    components: Vec<&'a str>,
}

/// Adds the feeds; `style` is the site path of their style sheet.
pub fn render(edition: Edition<'_>, style: &str, files: &mut Files) {
    let settings = edition.site.inputs.settings;
    let mut events = incidents(edition);
    events.extend(maintenance(edition));
    // What was said within the same minute stays in the order in which it was said.
    events.reverse();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    add(files, "", "feed", &site_channel(edition, style, events.iter().take(ENTRIES)));
    let mut history = site_channel(edition, style, std::iter::empty());
    history.address = settings.absolute("history");
    history.id = feed_id(settings, "history");
    history.items = history::items(edition);
    files.text("history.atom", atom::render(&history));
    files.text("history.rss", rss::render(&history));
    for component in &settings.components {
        let own = events.iter().filter(|event| event.components.contains(&component.id.as_str()));
        let channel = component_channel(edition, component, style, own.take(ENTRIES));
        add(files, &present::component_path(&component.id), "feed", &channel);
    }
}

/// The id of a feed.
fn feed_id(settings: &Settings, path: &str) -> String {
    tag(settings, birth(), path)
}

/// The day that stands in the ids of feeds, and for the age of those without entries.
fn birth() -> Time {
    Time::from_seconds(1_767_225_600)
}

fn add(files: &mut Files, folder: &str, name: &str, channel: &Channel<'_>) {
    files.text(&format!("{folder}{name}.atom"), atom::render(channel));
    files.text(&format!("{folder}{name}.rss"), rss::render(channel));
    files.text(&format!("{folder}{name}.json"), json::render(channel));
}

fn site_channel<'a>(
    edition: Edition<'a>,
    style: &'a str,
    events: impl Iterator<Item = &'a Event<'a>>,
) -> Channel<'a> {
    let settings = edition.site.inputs.settings;
    Channel {
        title: settings.title.clone(),
        description: edition.say("subscribe_lead"),
        id: feed_id(settings, "feed"),
        page: settings.absolute(""),
        address: settings.absolute("feed"),
        root: "",
        style,
        site: &settings.title,
        language: edition.language.tag(),
        help: (settings.absolute("subscribe/"), edition.say("subscribe")),
        items: events.map(|event| item(settings, event)).collect(),
    }
}

fn component_channel<'a>(
    edition: Edition<'a>,
    component: &Component,
    style: &'a str,
    events: impl Iterator<Item = &'a Event<'a>>,
) -> Channel<'a> {
    let settings = edition.site.inputs.settings;
    let folder = present::component_path(&component.id);
    Channel {
        title: format!("{} — {}", component.name, settings.title),
        id: feed_id(settings, &format!("{folder}feed")),
        page: settings.absolute(&folder),
        address: settings.absolute(&format!("{folder}feed")),
        root: "../../",
        ..site_channel(edition, style, events)
    }
}

fn incidents<'a>(edition: Edition<'a>) -> Vec<Event<'a>> {
    let site = edition.site;
    let now = site.inputs.now;
    let mut events = Vec::new();
    for incident in site.open_incidents.iter().chain(&site.past_incidents) {
        let incident: &'a Incident = incident;
        let components = incident.components(now);
        for Entry { at, status, key, anchor, body, .. } in chronicle::incident(incident, now) {
            let status_name = words::incident_status(edition.language, status);
            events.push(Event {
                at,
                path: present::incident_path(&incident.slug),
                key,
                anchor,
                title: format!("{status_name}: {}", incident.title),
                when: String::new(),
                body,
                categories: categories(edition, status.word(), status_name, &components),
                components: components.clone(),
            });
        }
    }
    events
}

fn maintenance<'a>(edition: Edition<'a>) -> Vec<Event<'a>> {
    let site = edition.site;
    let now = site.inputs.now;
    let mut events = Vec::new();
    for Planned { maintenance, .. } in &site.maintenance {
        let maintenance: &'a Maintenance = maintenance;
        let components: Vec<&str> = maintenance.components.iter().map(String::as_str).collect();
        let mut push = |entry: Entry<'a, _>, when: String, is_announcement: bool| {
            let Entry { at, status, key, anchor, body, .. } = entry;
            let name = words::maintenance_status(edition.language, status);
            let said = if is_announcement { edition.say("feed_scheduled") } else { name };
            events.push(Event {
                at,
                path: present::maintenance_path(&maintenance.slug),
                key,
                anchor,
                title: format!("{said}: {}", maintenance.title),
                when,
                body,
                categories: categories(edition, status.word(), name, &components),
                components: components.clone(),
            });
        };
        let whole = whole_window(edition, maintenance);
        if let Some(entry) = chronicle::announcement(maintenance, now) {
            push(entry, whole.clone(), true);
        }
        let (accounts, of_all) = maintenance.accounts(now);
        let begun = accounts.partition_point(|one| one.occurrence.planned_start <= now);
        for (index, account) in accounts.iter().enumerate() {
            let one = &account.occurrence;
            for entry in chronicle::window(maintenance, account, now) {
                // A series must not push all else out of the feed.
                let is_by_clock = entry.changes.is_none();
                if !is_by_clock || index + WINDOWS >= begun {
                    let (from, to) = (one.planned_start, one.planned_end);
                    let when = words::window(edition.language, from, to, edition.zone());
                    push(entry, when, false);
                }
            }
        }
        for entry in chronicle::of_some(maintenance, &of_all) {
            push(entry, whole.clone(), false);
        }
    }
    events
}

/// The window of a maintenance, or all of a series: the first one and how it repeats. It does
/// not change as one window of a series follows another.
fn whole_window(edition: Edition<'_>, maintenance: &Maintenance) -> String {
    let Some((start, end)) = maintenance.start.zip(maintenance.end) else {
        return String::new();
    };
    let first = words::window(edition.language, start, end, edition.zone());
    match &maintenance.repeat {
        None => first,
        Some(rule) => {
            let rule = words::recurrence(edition.language, rule);
            words::list(edition.language, &[first, rule])
        }
    }
}

fn categories(
    edition: Edition<'_>,
    status: &str,
    status_name: &str,
    components: &[&str],
) -> Vec<Category> {
    let settings = edition.site.inputs.settings;
    let name = |id: &str| settings.component(id).map_or(id, |component| &component.name).to_owned();
    std::iter::once(Category { term: status.to_owned(), label: status_name.to_owned() })
        .chain(components.iter().map(|id| Category { term: (*id).to_owned(), label: name(id) }))
        .collect()
}

fn item(settings: &Settings, event: &Event<'_>) -> Item {
    let text = match (event.when.is_empty(), event.body.is_empty()) {
        (true, _) => event.body.clone().into_owned(),
        (false, true) => format!("**{}**", event.when),
        (false, false) => format!("**{}**\n\n{}", event.when, event.body),
    };
    let url = match event.anchor.as_str() {
        "" => settings.absolute(&event.path),
        anchor => settings.absolute(&format!("{}#{anchor}", event.path)),
    };
    let root = settings.absolute("");
    Item {
        id: tag(settings, event.at, &format!("{}#{}", event.path, event.key)),
        published: event.at,
        updated: event.at,
        title: event.title.clone(),
        url,
        summary: summary(&text, &root),
        html: markdown::render(&text, Place { root: &root, top_heading: 3 }),
        categories: event.categories.clone(),
    }
}

/// The beginning of a text, without its marks.
fn summary(text: &str, root: &str) -> String {
    let plain = markdown::plain_lines(text, root);
    match plain.char_indices().nth(SUMMARY) {
        Some((cut, _)) => format!("{}…", plain[..cut].trim_end()),
        None => plain,
    }
}

/// An id that stays when the title changes: RFC 4151.
fn tag(settings: &Settings, at: Time, specific: &str) -> String {
    let host = settings.url.host_str().unwrap_or("localhost");
    let path = settings.url.path().trim_start_matches('/');
    format!("tag:{host},{}:{path}{specific}", at.utc().format("%Y-%m-%d"))
}

/// The namespace of the one element of HTML in feeds: a link for those who open one in a browser.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// An XML file with its style sheet.
fn finish(written: &str, channel: &Channel<'_>) -> String {
    let body = match written.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, body)) => body.trim_start(),
        None => written,
    };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/css\" href=\"{}{}\"?>\n{body}\n",
        channel.root, channel.style
    );
    xml::keep_allowed(&mut text);
    text
}
