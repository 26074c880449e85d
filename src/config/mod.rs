//! `probes.yaml` to [`Settings`], with every mistake in it.
//!
//! Reads text only: no disk, no environment. Variables stay unresolved, so that
//! building a page needs no secret.

mod alerts;
mod expect;
mod look;
mod probe;
pub mod schema;

use std::collections::BTreeSet;

use url::Url;

use crate::model::settings::{
    Component, DownWhen, Group, IncidentRules, Link, Look, Rollup, Settings,
};
use crate::model::time::{SECOND, parse_duration};
use crate::model::{Date, Source, Zone};
use crate::problem::{self, Problem};
use crate::yaml::{Document, Item, Map, Node};

/// The name of the one configuration file of a site.
pub const FILE: &str = "probes.yaml";

const ROOT_KEYS: &[&str] = &[
    "site",
    "interval",
    "concurrency",
    "per_host",
    "self_check",
    "defaults",
    "uptime",
    "incidents",
    "alerts",
    "groups",
    "components",
];
const SITE_KEYS: &[&str] = &[
    "title",
    "url",
    "timezone",
    "language",
    "languages",
    "links",
    "notice",
    "theme",
    "rollup",
    "refresh",
    "mailing_list",
    "repository",
    "branch",
];
const UPTIME_KEYS: &[&str] = &["partial_outage"];
const LINK_KEYS: &[&str] = &["name", "url"];
/// How an address begins that a visitor can follow.
const LINK_SCHEMES: &[&str] = &["https://", "http://", "mailto:", "tel:"];
const GROUP_KEYS: &[&str] = &["id", "name", "down_when"];
const INCIDENT_KEYS: &[&str] = &[RAISE_AFTER, "resolve_after", "reopen_within"];
const RAISE_AFTER: &str = "raise_after";
const COMPONENT_KEYS: &[&str] =
    &["id", "name", "description", "group", "since", "down_when", RAISE_AFTER, "probes"];
/// The words of `down_when:` beside a number.
const DOWN_WHEN: &[(&str, DownWhen)] = &[("any", DownWhen::Any), ("all", DownWhen::All)];

const SITE_EXAMPLE: &str = "`site: { title: Acme Status, url: https://status.acme.example }`";
const COMPONENT_EXAMPLE: &str = "`- { id: api, name: Public API }`";

/// Reads the configuration. Settings come back only when nothing in it is wrong.
pub fn parse(source: &Source) -> (Option<Settings>, Vec<Problem>) {
    if let Some(offset) = source.invalid_at {
        let problem = Problem::at(
            source,
            offset,
            1,
            "this file is not UTF-8 text",
            "save it with the encoding UTF-8",
        );
        return (None, vec![problem]);
    }
    let (document, node) = Document::parse(source, 0..source.text.len());
    let settings = node.as_ref().and_then(|node| read(&document.root(node)));
    let mut problems = document.into_problems();
    problem::sort(&mut problems);
    (settings.filter(|_| problems.is_empty()), problems)
}

/// How long a component must have been down where nothing else is said: two checks of a usual cadence.
const RAISE_AFTER_MS: i64 = 300 * SECOND;

/// What components and probes use where they say nothing themselves.
struct Defaults {
    probe: probe::Defaults,
    raise_after_ms: Option<i64>,
}

/// Ids that were given out, so that a second one is noticed.
#[derive(Default)]
struct Ids(BTreeSet<String>);

impl Ids {
    /// Checks the form and the uniqueness of an id.
    fn read(&mut self, item: &Item<'_>, kind: &str) -> Option<String> {
        let text = item.filled_text("an id such as `api`")?;
        let fits = text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
        if !fits {
            item.mistake(
                format!("`{text}` cannot be an id"),
                "use at most 64 of a-z, 0-9, `-` and `_`; the name that visitors read goes into `name`",
            );
            return None;
        }
        if !self.0.insert(text.to_owned()) {
            item.mistake(
                format!("duplicate id `{text}`"),
                format!("each {kind} needs an id of its own"),
            );
            return None;
        }
        Some(text.to_owned())
    }
}

/// Reads a key that must be there; its absence is a mistake of `owner`.
fn required<'d>(owner: &Item<'d>, map: &mut Map<'d>, key: &str, example: &str) -> Option<Item<'d>> {
    let item = map.get(key);
    if item.is_none() {
        owner.mistake(format!("`{key}` is missing"), format!("write {example}"));
    }
    item
}

fn read(root: &Item<'_>) -> Option<Settings> {
    if *root.node == Node::Null {
        root.mistake("this file is empty", format!("begin with {SITE_EXAMPLE}"));
        return None;
    }
    let mut map = root.map("probes.yaml", SITE_EXAMPLE)?;
    let mut settings = Settings {
        title: String::new(),
        url: Url::parse("http://localhost/").expect("a constant address"),
        timezone: Zone::utc(),
        languages: vec!["en".to_owned()],
        links: Vec::new(),
        notice: None,
        look: Look::default(),
        mailing_list: None,
        repository: None,
        branch: "main".to_owned(),
        rollup: Rollup::Incidents,
        refresh_ms: 60 * SECOND,
        interval_ms: 300 * SECOND,
        concurrency: 64,
        per_host: None,
        self_check: Vec::new(),
        partial_outage_permille: 1000,
        incidents: IncidentRules::default(),
        alerts: Vec::new(),
        groups: Vec::new(),
        components: Vec::new(),
    };
    if let Some(item) = required(root, &mut map, "site", SITE_EXAMPLE) {
        read_site(&item, &mut settings);
    }
    if let Some(ms) = map.get("interval").and_then(|item| item.duration(SECOND)) {
        settings.interval_ms = ms;
    }
    if let Some(number) = map.get("concurrency").and_then(|item| item.integer(1..=10_000)) {
        settings.concurrency = usize::try_from(number).unwrap_or(64);
    }
    if let Some(number) = map.get("per_host").and_then(|item| item.integer(1..=10_000)) {
        settings.per_host = usize::try_from(number).ok();
    }
    if let Some(item) = map.get("self_check") {
        for item in item.list("`[\"tcp://1.1.1.1:443\"]`") {
            settings.self_check.extend(probe::read_url(&item).map(|(url, _)| url));
        }
    }
    if let Some(item) = map.get("uptime") {
        read_uptime(&item, &mut settings);
    }
    let mut raise_after_ms = Some(RAISE_AFTER_MS);
    if let Some(item) = map.get("incidents") {
        (settings.incidents, raise_after_ms) = read_incidents(&item);
    }
    let defaults = Defaults { probe: probe::Defaults::read(map.get("defaults")), raise_after_ms };
    if let Some(item) = map.get("groups") {
        let mut ids = Ids::default();
        for item in item.list("`- { id: core, name: Core platform }`") {
            settings.groups.extend(read_group(&item, &mut ids));
        }
    }
    if let Some(item) =
        required(root, &mut map, "components", "`components: [{ id: api, name: Public API }]`")
    {
        let items = item.list(COMPONENT_EXAMPLE);
        if *item.node == Node::List(Vec::new()) {
            item.mistake("there is no component", format!("add one: {COMPONENT_EXAMPLE}"));
        }
        let mut ids = Ids::default();
        let mut probe_ids = Ids::default();
        for item in items {
            let component =
                read_component(&item, &settings.groups, &defaults, &mut ids, &mut probe_ids);
            settings.components.extend(component);
        }
    }
    if let Some(item) = map.get("alerts") {
        settings.alerts = alerts::read(&item, &settings.components);
    }
    map.finish(ROOT_KEYS);
    Some(settings)
}

fn read_site(item: &Item<'_>, settings: &mut Settings) {
    let Some(mut map) = item.map("`site`", "`title:` and `url:` below `site:`") else {
        return;
    };
    if let Some(title) = required(item, &mut map, "title", "`title: Acme Status`")
        .and_then(|item| item.filled_text("`title: Acme Status`"))
    {
        settings.title = title.to_owned();
    }
    if let Some(url) = required(item, &mut map, "url", "`url: https://status.acme.example`")
        .and_then(|item| read_site_url(&item))
    {
        settings.url = url;
    }
    if let Some(item) = map.get("timezone")
        && let Some(name) = item.text("an IANA name such as `Europe/London`")
    {
        match Zone::named(name) {
            Some(zone) => settings.timezone = zone,
            None => {
                let names = Zone::names();
                let near = problem::nearest(name, names.iter().map(String::as_str));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write an IANA name such as `Europe/London`, or `UTC`".to_owned(),
                };
                item.mistake(format!("unknown time zone `{name}`"), help);
            }
        }
    }
    look::read_languages(map.get("language"), map.get("languages"), settings);
    if let Some(item) = map.get("links") {
        for item in item.list("`- { name: Support, url: https://acme.example/help }`") {
            settings.links.extend(read_link(&item));
        }
    }
    settings.notice =
        map.get("notice").and_then(|item| item.filled_text("a sentence")).map(str::to_owned);
    if let Some(item) = map.get("theme") {
        look::read_theme(&item, &mut settings.look);
    }
    settings.mailing_list = map.get("mailing_list").and_then(|item| read_address(&item));
    if let Some(branch) = map.get("branch").and_then(|item| item.filled_text("`main`")) {
        settings.branch = branch.to_owned();
    }
    settings.repository = map.get("repository").and_then(|item| read_address(&item));
    if let Some(rollup) = map.get("rollup").and_then(|item| item.word(Rollup::WORDS)) {
        settings.rollup = rollup;
    }
    if let Some(ms) = map.get("refresh").and_then(|item| item.duration(SECOND)) {
        settings.refresh_ms = ms;
    }
    map.finish(SITE_KEYS);
}

fn read_uptime(item: &Item<'_>, settings: &mut Settings) {
    let Some(mut map) = item.map("`uptime`", "`uptime: { partial_outage: 0.5 }`") else {
        return;
    };
    if let Some(item) = map.get("partial_outage") {
        let permille = match item.node {
            Node::Int(number) => number.checked_mul(1000),
            // Thousandths are exact in the range that is accepted below.
            Node::Float(number) if (number * 1000.0 - (number * 1000.0).round()).abs() < 1e-9 => {
                Some((number * 1000.0).round() as i64)
            }
            _ => None,
        };
        match permille.filter(|permille| (0..=1000).contains(permille)) {
            Some(permille) => settings.partial_outage_permille = permille,
            None => item.mistake(
                "this is not a share of an outage",
                "write a number from 0 to 1 with at most three decimals, such as `0.3`",
            ),
        }
    }
    map.finish(UPTIME_KEYS);
}

/// `incidents:`, and how long a component must be down to raise one.
fn read_incidents(item: &Item<'_>) -> (IncidentRules, Option<i64>) {
    let mut rules = IncidentRules::default();
    let mut raise_after_ms = Some(RAISE_AFTER_MS);
    let example = "`incidents: { raise_after: 5m, resolve_after: 10m }`";
    if let Some(mut map) = item.map("`incidents`", example) {
        raise_after_ms = read_raise_after(&mut map).unwrap_or(raise_after_ms);
        let mut read = |key| map.get(key).and_then(|item| item.duration(0));
        rules.resolve_after_ms = read("resolve_after").unwrap_or(rules.resolve_after_ms);
        rules.reopen_within_ms = read("reopen_within").unwrap_or(rules.reopen_within_ms);
        map.finish(INCIDENT_KEYS);
    }
    (rules, raise_after_ms)
}

/// A duration, or `never`.
fn read_raise_after(map: &mut Map<'_>) -> Option<Option<i64>> {
    let item = map.get(RAISE_AFTER)?;
    match item.node {
        Node::Text(word) if word == "never" => Some(None),
        Node::Text(word) if parse_duration(word).is_none() => {
            item.mistake(
                format!("`{word}` is not a duration"),
                "write a number and a unit, such as `5m`, or `never`",
            );
            None
        }
        _ => item.duration(0).map(Some),
    }
}

/// The address of the site; `text` may lack its last slash. None when it is not one.
pub fn site_url(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain || text.contains(char::is_whitespace) {
        return None;
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Some(url)
}

fn read_site_url(item: &Item<'_>) -> Option<Url> {
    let text = item.filled_text("`https://status.acme.example`")?;
    let url = site_url(text);
    if url.is_none() {
        item.mistake(
            "this is not the address of a site",
            "write where the page will be, such as `https://status.acme.example` or `https://acme.github.io/status`",
        );
    }
    url
}

fn read_link(item: &Item<'_>) -> Option<Link> {
    let mut map = item.map("a link", "`{ name: Support, url: https://acme.example/help }`")?;
    let name = required(item, &mut map, "name", "`name: Support`")
        .and_then(|item| item.filled_text("`name: Support`"));
    let url = required(item, &mut map, "url", "`url: https://acme.example/help`")
        .and_then(|item| read_address(&item));
    map.finish(LINK_KEYS);
    Some(Link { name: name?.to_owned(), url: url? })
}

/// An address that a visitor can follow.
fn read_address(item: &Item<'_>) -> Option<String> {
    let text = item.filled_text("`https://acme.example/help`")?;
    if !LINK_SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
        item.mistake(
            "this link cannot be followed",
            "begin it with `https://`, `http://`, `mailto:` or `tel:`",
        );
        return None;
    }
    Some(text.to_owned())
}

fn read_group(item: &Item<'_>, ids: &mut Ids) -> Option<Group> {
    let mut map = item.map("a group", "`{ id: core, name: Core platform }`")?;
    let id = required(item, &mut map, "id", "`id: core`").and_then(|item| ids.read(&item, "group"));
    if let Some(id) = &id {
        map.rename(format!("group `{id}`"));
    }
    let name = map.get("name").and_then(|item| item.filled_text("`name: Core platform`"));
    let down_when = read_down_when(&mut map, None);
    map.finish(GROUP_KEYS);
    let id = id?;
    Some(Group { name: name.unwrap_or(&id).to_owned(), down_when, id })
}

fn read_down_when(map: &mut Map<'_>, parts: Option<usize>) -> DownWhen {
    let Some(item) = map.get("down_when") else {
        return DownWhen::Any;
    };
    if let Node::Text(text) = item.node
        && let Some((_, meant)) = DOWN_WHEN.iter().find(|(word, _)| word == text)
    {
        return *meant;
    }
    match item.node {
        Node::Int(number) if *number >= 1 => {
            let number = usize::try_from(*number).unwrap_or(usize::MAX);
            if let Some(parts) = parts.filter(|parts| number > *parts) {
                item.mistake(
                    format!("`{number}` can never be reached: there are {parts} probes"),
                    format!("write at most `{parts}`, `any` or `all`"),
                );
            }
            DownWhen::AtLeast(number)
        }
        _ => {
            item.mistake("this is not a count of parts", "write `any`, `all` or a number from 1");
            DownWhen::Any
        }
    }
}

fn read_component(
    item: &Item<'_>,
    groups: &[Group],
    defaults: &Defaults,
    ids: &mut Ids,
    probe_ids: &mut Ids,
) -> Option<Component> {
    let mut map = item.map("a component", COMPONENT_EXAMPLE)?;
    let id =
        required(item, &mut map, "id", "`id: api`").and_then(|item| ids.read(&item, "component"));
    if let Some(id) = &id {
        map.rename(format!("component `{id}`"));
    }
    let name = map.get("name").and_then(|item| item.filled_text("`name: Public API`"));
    let description = map.get("description").and_then(|item| item.filled_text("one line of text"));
    let group = map.get("group").and_then(|item| {
        let group = item.text("the id of a group")?;
        if !groups.iter().any(|known| known.id == group) {
            let help = if groups.is_empty() {
                format!("add it: `groups: [{{ id: {group}, name: … }}]`")
            } else {
                problem::suggest(group, groups.iter().map(|group| group.id.as_str()))
            };
            item.mistake(format!("unknown group `{group}`"), help);
        }
        Some(group.to_owned())
    });
    let since = map.get("since").and_then(|item| {
        let text = item.text("a day such as `2026-01-31`")?;
        let day = Date::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
        if day.is_none() {
            item.mistake(format!("`{text}` is not a day"), "write one such as `2026-01-31`");
        }
        day
    });
    let raise_after_ms = read_raise_after(&mut map).unwrap_or(defaults.raise_after_ms);
    let items = map
        .get("probes")
        .map(|item| item.list("`- url: https://api.acme.example/health`"))
        .unwrap_or_default();
    let down_when = read_down_when(&mut map, Some(items.len()));
    let owner = id.as_deref().unwrap_or("component");
    let probes = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| probe::read(item, owner, index, &defaults.probe, probe_ids))
        .collect();
    map.finish(COMPONENT_KEYS);
    let id = id?;
    Some(Component {
        name: name.unwrap_or(&id).to_owned(),
        description: description.map(str::to_owned),
        group,
        since,
        down_when,
        raise_after_ms,
        probes,
        id,
    })
}
