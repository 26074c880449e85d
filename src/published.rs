//! `inputs.json`: what a page was made from, beside the samples, so that anyone can make it again.
//!
//! Holds what visitors could know at the time, and no more: no target, no secret, nothing that was
//! written for later. Written when a site is built, read when a page is verified.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::settings::{
    Component, DownWhen, Group, IncidentRules, Link, Look, Probe, Rollup, Settings, Subject, Trust,
};
use crate::model::{
    Correction, Date, Incident, Maintenance, Page, Source, Template, Time, Update, Zone,
};

/// The version of this program, which decides the words of a page.
pub const PROGRAM: &str = concat!("aboveboard ", env!("CARGO_PKG_VERSION"));

/// What a page was made from.
#[derive(Debug)]
pub struct Inputs {
    /// The program that made it, and the release of the zone data it used.
    pub made_by: MadeBy,
    /// The settings, as far as they matter to a page.
    pub settings: Settings,
    /// What people wrote.
    pub incidents: Vec<Incident>,
    /// The same.
    pub maintenance: Vec<Maintenance>,
    /// The same.
    pub corrections: Vec<Correction>,
    /// The same.
    pub pages: Vec<Page>,
    /// The site's own theme files.
    pub theme: Vec<Source>,
}

/// What decides how the same inputs look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBy {
    /// Name and version.
    pub program: String,
    /// Release of the zone data, such as `2026f`.
    pub zones: String,
}

impl MadeBy {
    /// This program.
    pub fn us() -> Self {
        Self { program: PROGRAM.to_owned(), zones: Zone::data_version().to_owned() }
    }
}

#[derive(Serialize, Deserialize)]
struct File<'a> {
    made_by: MadeBy,
    settings: SettingsText,
    incidents: Vec<Cow<'a, Incident>>,
    maintenance: Vec<Cow<'a, Maintenance>>,
    corrections: Vec<Cow<'a, Correction>>,
    pages: Cow<'a, [Page]>,
    /// Path and text.
    theme: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct SettingsText {
    title: String,
    url: String,
    timezone: Zone,
    languages: Vec<String>,
    links: Vec<(String, String)>,
    notice: Option<String>,
    look: Look,
    mailing_list: Option<String>,
    repository: Option<String>,
    branch: String,
    /// The headline ignores open incidents.
    is_rollup_of_statuspage: bool,
    refresh_ms: i64,
    interval_ms: i64,
    partial_outage_permille: i64,
    groups: Vec<GroupText>,
    components: Vec<ComponentText>,
}

#[derive(Serialize, Deserialize)]
struct GroupText {
    id: String,
    name: String,
    /// None means all.
    down_when: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct ComponentText {
    id: String,
    name: String,
    description: Option<String>,
    group: Option<String>,
    since: Option<Date>,
    /// None means all.
    down_when: Option<usize>,
    probes: Vec<ProbeText>,
}

#[derive(Serialize, Deserialize)]
struct ProbeText {
    id: String,
    /// Only of a probe whose address is shown, and without its credentials.
    url: Option<String>,
    insecure: bool,
    confirm_down: u32,
    confirm_up: u32,
}

/// Writes the file, as of `now`.
pub fn format(
    settings: &Settings,
    incidents: &[Incident],
    maintenance: &[Maintenance],
    corrections: &[Correction],
    pages: &[Page],
    theme: &[Source],
    now: Time,
) -> String {
    let incidents = incidents.iter().filter(|one| one.is_visible(now));
    let maintenance = maintenance.iter().filter(|one| one.is_visible(now));
    let file = File {
        made_by: MadeBy::us(),
        settings: write_settings(settings),
        incidents: incidents
            .map(|one| match (seen(&one.updates, now), one.started.filter(|at| *at > now)) {
                (None, None) => Cow::Borrowed(one),
                (updates, later) => Cow::Owned(Incident {
                    updates: updates.unwrap_or_else(|| one.updates.clone()),
                    started: one.started.filter(|_| later.is_none()),
                    ..one.clone()
                }),
            })
            .collect(),
        maintenance: maintenance
            .map(|one| match seen(&one.updates, now) {
                None => Cow::Borrowed(one),
                Some(updates) => Cow::Owned(Maintenance { updates, ..one.clone() }),
            })
            .collect(),
        corrections: corrections.iter().filter(|one| one.from < now).map(Cow::Borrowed).collect(),
        pages: Cow::Borrowed(pages),
        theme: theme.iter().map(|file| (file.path.clone(), file.text.clone())).collect(),
    };
    let text = serde_json::to_string(&file).expect("plain structs always serialize");
    format!("{text}\n")
}

/// The updates that visitors may see, those without a readable time among them; none when they
/// are all.
fn seen<Status: Clone>(updates: &[Update<Status>], now: Time) -> Option<Vec<Update<Status>>> {
    let is_seen = |update: &&Update<Status>| update.at.is_none_or(|at| at <= now);
    let has_others = updates.iter().any(|update| !is_seen(&update));
    has_others.then(|| updates.iter().filter(is_seen).cloned().collect())
}

/// Reads the file. The error says where it is wrong.
pub fn parse(bytes: &[u8]) -> Result<Inputs, String> {
    let file: File<'_> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let settings = read_settings(file.settings)?;
    // Whoever published this may have published anything: each becomes a folder.
    let ids = settings.components.iter().map(|one| one.id.as_str());
    check_slugs(ids)?;
    check_slugs(file.incidents.iter().map(|one| one.slug.as_str()))?;
    check_slugs(file.maintenance.iter().map(|one| one.slug.as_str()))?;
    check_slugs(file.pages.iter().map(|one| one.slug.as_str()))?;
    let is_taken = |page: &&Page| {
        let mut tags = settings.languages.iter();
        page.slug.contains('.')
            || tags.any(|tag| tag.eq_ignore_ascii_case(&page.slug))
            || Page::TAKEN.contains(&page.slug.to_lowercase().as_str())
    };
    if let Some(page) = file.pages.iter().find(is_taken) {
        return Err(format!("`{}` cannot be the address of a page", page.slug));
    }
    let theme = file.theme.into_iter();
    let theme = theme.map(|(path, text)| Source::new(path, text.as_bytes())).collect();
    Ok(Inputs {
        made_by: file.made_by,
        settings,
        incidents: file.incidents.into_iter().map(Cow::into_owned).collect(),
        maintenance: file.maintenance.into_iter().map(Cow::into_owned).collect(),
        corrections: file.corrections.into_iter().map(Cow::into_owned).collect(),
        pages: file.pages.into_owned(),
        theme,
    })
}

/// Each must be able to be a folder of its own.
fn check_slugs<'s>(slugs: impl Iterator<Item = &'s str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for slug in slugs {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let is_slug = !slug.is_empty() && !slug.starts_with('.') && slug.chars().all(fits);
        if !is_slug || !seen.insert(slug.to_lowercase()) {
            return Err(format!("`{slug}` cannot be an address, or is one twice"));
        }
    }
    Ok(())
}

fn write_down_when(down_when: DownWhen) -> Option<usize> {
    match down_when {
        DownWhen::All => None,
        DownWhen::Any => Some(1),
        DownWhen::AtLeast(number) => Some(number),
    }
}

fn read_down_when(down_when: Option<usize>) -> DownWhen {
    down_when.map_or(DownWhen::All, DownWhen::AtLeast)
}

fn write_settings(settings: &Settings) -> SettingsText {
    let group = |group: &Group| GroupText {
        id: group.id.clone(),
        name: group.name.clone(),
        down_when: write_down_when(group.down_when),
    };
    let probe = |probe: &Probe| ProbeText {
        id: probe.id.clone(),
        url: probe.shown_url(),
        insecure: probe.trust.insecure,
        confirm_down: probe.confirm_down,
        confirm_up: probe.confirm_up,
    };
    let component = |component: &Component| ComponentText {
        id: component.id.clone(),
        name: component.name.clone(),
        description: component.description.clone(),
        group: component.group.clone(),
        since: component.since,
        down_when: write_down_when(component.down_when),
        probes: component.probes.iter().map(probe).collect(),
    };
    SettingsText {
        title: settings.title.clone(),
        url: settings.url.to_string(),
        timezone: settings.timezone.clone(),
        languages: settings.languages.clone(),
        links: settings.links.iter().map(|link| (link.name.clone(), link.url.clone())).collect(),
        notice: settings.notice.clone(),
        look: settings.look.clone(),
        mailing_list: settings.mailing_list.clone(),
        repository: settings.repository.clone(),
        branch: settings.branch.clone(),
        is_rollup_of_statuspage: settings.rollup == Rollup::Statuspage,
        refresh_ms: settings.refresh_ms,
        interval_ms: settings.interval_ms,
        partial_outage_permille: settings.partial_outage_permille,
        groups: settings.groups.iter().map(group).collect(),
        components: settings.components.iter().map(component).collect(),
    }
}

fn read_settings(text: SettingsText) -> Result<Settings, String> {
    let group = |group: GroupText| Group {
        id: group.id,
        name: group.name,
        down_when: read_down_when(group.down_when),
    };
    let component = |component: ComponentText| Component {
        id: component.id,
        name: component.name,
        description: component.description,
        group: component.group,
        since: component.since,
        down_when: read_down_when(component.down_when),
        raise_after_ms: None,
        probes: component.probes.into_iter().map(read_probe).collect(),
    };
    // The bounds that the configuration has too: nothing here may overflow what is computed.
    let century_ms = 36_525 * crate::model::time::DAY;
    let is_sane = (1..=century_ms).contains(&text.interval_ms)
        && (0..=1000).contains(&text.partial_outage_permille);
    // A tag becomes a folder too.
    let is_tag = |tag: &String| {
        let is_taken = Page::TAKEN.contains(&tag.to_lowercase().as_str());
        !tag.is_empty() && !is_taken && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let unique: BTreeSet<String> = text.languages.iter().map(|tag| tag.to_lowercase()).collect();
    let has_tags = !unique.is_empty()
        && unique.len() == text.languages.len()
        && text.languages.iter().all(is_tag);
    if !is_sane || !has_tags {
        return Err("the settings cannot be those of a site".to_owned());
    }
    let url = Url::parse(&text.url).map_err(|error| format!("`{}`: {error}", text.url))?;
    Ok(Settings {
        title: text.title,
        url,
        timezone: text.timezone,
        languages: text.languages,
        links: text.links.into_iter().map(|(name, url)| Link { name, url }).collect(),
        notice: text.notice,
        look: text.look,
        mailing_list: text.mailing_list,
        repository: text.repository,
        branch: text.branch,
        rollup: match text.is_rollup_of_statuspage {
            true => Rollup::Statuspage,
            false => Rollup::Incidents,
        },
        refresh_ms: text.refresh_ms,
        interval_ms: text.interval_ms,
        concurrency: 1,
        per_host: None,
        self_check: Vec::new(),
        partial_outage_permille: text.partial_outage_permille,
        incidents: IncidentRules::default(),
        alerts: Vec::new(),
        groups: text.groups.into_iter().map(group).collect(),
        components: text.components.into_iter().map(component).collect(),
    })
}

fn read_probe(text: ProbeText) -> Probe {
    let subject = match &text.url {
        Some(url) => Subject::Address(Template::plain(url)),
        None => Subject::Exec(Vec::new()),
    };
    Probe {
        show_url: text.url.is_some(),
        trust: Trust { insecure: text.insecure, ..Trust::default() },
        confirm_down: text.confirm_down,
        confirm_up: text.confirm_up,
        ..Probe::new(&text.id, subject)
    }
}
