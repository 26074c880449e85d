//! The HTML pages in all languages, and the style sheet, script and pictures they load.

use std::cell::OnceCell;

use serde::Serialize;
use tera::{Context, Value};

use super::days::Days;
use super::edition::Edition;
use super::plan::Site;
use super::view::{self, Frame, Link};
use super::{card, look, markdown, present, preview, structured};
use crate::files::{DataFile, Files};
use crate::model::{ComponentStatus, Indicator, MaintenanceStatus, Settings};
use crate::problem::Problem;
use crate::theme::Theme;
use crate::theme::language::{Language, Message};
use crate::theme::plural::Category;

/// The icon keeps its name while its shape follows the state, so that pages need not change.
const ICON: &str = "icon.svg";

/// The picture that chat apps show beside a link.
const CARD: &str = "card.png";

/// Renders all pages in all languages; the main language is the first. Where a template fails, the
/// built-in theme takes its place on that page, and the problem is told.
pub fn render(
    site: &Site<'_>,
    days: &Days,
    languages: &[Language],
    theme: &Theme,
    font: &card::Font,
    data: &[DataFile],
    files: &mut Files,
) -> (Assets, Vec<Problem>) {
    let assets = Assets::add(site, theme, files);
    files.text(ICON, icon(site.headline.indicator));
    let mut problems = Vec::new();
    for (number, language) in languages.iter().enumerate() {
        let edition = Edition { site, language, days, is_main: number == 0 };
        let authored = if number == 0 { "" } else { languages[0].tag() };
        let texts = texts(language, authored);
        let mut pages = Pages {
            edition,
            languages,
            texts,
            theme,
            built_in: OnceCell::new(),
            files,
            assets: &assets,
            problems: Vec::new(),
        };
        pages.all(data);
        problems.append(&mut pages.problems);
        if let Some(picture) = preview::picture(edition, font) {
            files.bytes(&format!("{}{CARD}", edition.prefix()), picture);
        }
    }
    // One mistake of a template shows in every language.
    problems.dedup();
    (assets, problems)
}

/// Site paths of what pages and feeds load; each holds a hash, so that it may be cached for ever.
pub struct Assets {
    style: String,
    script: String,
    /// The style sheet of feeds.
    pub feed_style: String,
    logo: Option<String>,
}

impl Assets {
    fn add(site: &Site<'_>, theme: &Theme, files: &mut Files) -> Self {
        let mut add = |name: &str, kind: &str, text: &str| {
            let path = format!("assets/{name}.{}.{kind}", hash(text));
            files.text(&path, text);
            path
        };
        let own = &site.inputs.settings.look;
        let logo = own.logo.as_deref().and_then(|name| theme.picture(name));
        Self {
            style: add("style", "css", &look::style(theme.style(), own)),
            script: add("page", "js", theme.script()),
            feed_style: add("feed", "css", theme.feed_style()),
            logo: logo.map(|text| add("logo", "svg", text)),
        }
    }
}

/// The first half of a SHA-256 in hexadecimal.
fn hash(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An icon that shows the state by its shape and its colour.
fn icon(indicator: Indicator) -> String {
    let (colour, shape) = match indicator {
        Indicator::None => ("#46705c", "<path d='m9 17 5 5 9-11'/>"),
        Indicator::Unknown => ("#6b6f76", "<path d='M12 13a4 4 0 1 1 5 4q-1 .5-1 2m0 4v.1'/>"),
        Indicator::Maintenance => ("#2a5db0", "<path d='m16 9 7 7-7 7-7-7z'/>"),
        Indicator::Minor => ("#96620a", "<path d='m16 10 7 12H9z'/>"),
        Indicator::Major | Indicator::Critical => {
            ("#b3261e", "<path d='m11 11 10 10m0-10L11 21'/>")
        }
    };
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='16' fill='{colour}'/><g fill='none' stroke='#fff' stroke-width='3' stroke-linecap='round' stroke-linejoin='round'>{shape}</g></svg>\n"
    )
}

/// The messages of a language as templates see them, made once for all pages; with them, as
/// `authored`, the language in which the site is written where that is another one. Plural forms carry
/// the tag of their language, for the filter that chooses among them.
fn texts(language: &Language, authored: &str) -> Value {
    let message = |key: &String, message: &Message| match message {
        Message::Text(text) => Value::from(text.as_str()),
        Message::Names(names) => Value::from_serializable(names),
        Message::Forms(forms) => {
            let mut map: std::collections::BTreeMap<&str, &str> = Category::WORDS
                .iter()
                .filter_map(|(word, category)| Some((*word, forms.get(category)?.as_str())))
                .collect();
            map.insert("language", language.tag_of(key));
            Value::from_serializable(&map)
        }
    };
    let all: std::collections::BTreeMap<&str, Value> = language
        .messages()
        .iter()
        .map(|(key, text)| (key.as_str(), message(key, text)))
        .chain([("authored", Value::from(authored))])
        .collect();
    Value::from_serializable(&all)
}

/// A page on its way to a file.
struct Head<'t> {
    template: &'t str,
    /// The folder of the page within its edition, empty or ending with a slash.
    folder: &'t str,
    /// The title without the name of the site.
    title: String,
    description: String,
    /// What machines may read of it.
    structured: Option<String>,
    /// Whether the page speaks of the present.
    is_live: bool,
}

impl Head<'_> {
    /// Whether the host shows it for any address.
    fn is_error(&self) -> bool {
        self.template == "404.html"
    }
}

struct Pages<'a> {
    edition: Edition<'a>,
    languages: &'a [Language],
    texts: Value,
    theme: &'a Theme,
    /// Loaded when the theme fails.
    built_in: OnceCell<Option<Theme>>,
    files: &'a mut Files,
    assets: &'a Assets,
    problems: Vec<Problem>,
}

impl Pages<'_> {
    fn all(&mut self, data: &[DataFile]) {
        let edition = self.edition;
        let sentence = edition.sentence();
        let home = Head {
            template: "home.html",
            folder: "",
            title: sentence.clone(),
            description: sentence,
            structured: None,
            is_live: true,
        };
        self.add(home, &present::home(edition));
        self.incidents();
        self.maintenance();
        self.components();
        self.history();
        self.standalone();
        self.data(data);
        if edition.is_main {
            let title = edition.say("not_found").to_owned();
            let head = Head {
                template: "404.html",
                folder: "404.html",
                description: title.clone(),
                title,
                structured: None,
                is_live: false,
            };
            self.add(head, &view::NotFoundPage {});
        }
    }

    fn incidents(&mut self) {
        let edition = self.edition;
        let site = edition.site;
        for incident in site.open_incidents.iter().chain(&site.past_incidents) {
            let page = present::incident_page(edition, incident);
            let view = &page.incident;
            let status = view.status.as_ref().map(|status| status.label.clone());
            let head = Head {
                template: "incident.html",
                folder: &view.path.clone(),
                title: titled(status.as_deref(), &incident.title),
                description: match (&status, &view.started) {
                    (Some(status), Some(started)) => edition.fill(
                        "description_incident",
                        &[("status", status), ("time", &started.text)],
                    ),
                    _ => edition.say("description_an_incident").to_owned(),
                },
                structured: structured::incident(edition, incident),
                is_live: view.is_open,
            };
            self.add(head, &page);
        }
    }

    fn maintenance(&mut self) {
        let edition = self.edition;
        for planned in &edition.site.maintenance {
            let page = present::maintenance_page(edition, planned);
            let view = &page.maintenance;
            let head = Head {
                template: "maintenance.html",
                folder: &view.path.clone(),
                title: planned.maintenance.title.clone(),
                description: match &view.window {
                    Some(window) => edition.fill(
                        "description_maintenance",
                        &[("status", &view.status.label), ("window", window)],
                    ),
                    None => edition.say("description_a_maintenance").to_owned(),
                },
                structured: structured::maintenance(edition, planned),
                is_live: matches!(
                    planned.status,
                    MaintenanceStatus::InProgress | MaintenanceStatus::Verifying
                ),
            };
            self.add(head, &page);
        }
    }

    fn components(&mut self) {
        let edition = self.edition;
        for report in &edition.site.components {
            let page = present::component_page(edition, report);
            let view = &page.component;
            let is_told = report.status > ComponentStatus::Operational && view.is_checked;
            let status = Some(view.status.label.as_str());
            let head = Head {
                template: "component.html",
                folder: &view.path.clone(),
                title: titled(status.filter(|_| is_told), &view.name),
                description: format!("{}: {}.", view.name, view.status.label),
                structured: None,
                is_live: true,
            };
            self.add(head, &page);
        }
    }

    fn history(&mut self) {
        let edition = self.edition;
        let (history, months) = present::history(edition);
        let head = Head {
            template: "history.html",
            folder: "history/",
            title: edition.say("history").to_owned(),
            description: edition.say("description_history").to_owned(),
            structured: None,
            is_live: false,
        };
        self.add(head, &history);
        for (month, page) in months {
            let name = [("month", page.name.as_str())];
            let head = Head {
                template: "month.html",
                folder: &present::month_path(month),
                title: edition.fill("history_of", &name),
                description: edition.fill("description_month", &name),
                structured: None,
                is_live: false,
            };
            self.add(head, &page);
        }
        for (date, page) in present::day_pages(edition) {
            let head = Head {
                template: "day.html",
                folder: &present::day_path(date),
                title: page.name.clone(),
                description: edition
                    .fill("description_day", &[("day", &page.name), ("summary", &page.summary)]),
                structured: None,
                is_live: page.is_today,
            };
            self.add(head, &page);
        }
    }

    fn standalone(&mut self) {
        let edition = self.edition;
        let pages = edition.site.inputs.pages;
        let has_own = |slug: &str| pages.iter().any(|page| page.slug.eq_ignore_ascii_case(slug));
        let head = |template, slug: &'static str, title: &str, description: &str| Head {
            template,
            folder: slug,
            title: title.to_owned(),
            description: description.to_owned(),
            structured: None,
            is_live: false,
        };
        if !has_own("subscribe") {
            let (title, lead) = (edition.say("subscribe"), edition.say("subscribe_lead"));
            let head = head("subscribe.html", "subscribe/", title, lead);
            self.add(head, &present::subscribe(edition));
        }
        let (title, lead) = (edition.say("embed_title"), edition.say("embed_lead"));
        let languages = self.languages.iter().map(|language| language.tag().to_owned());
        let page = present::embed(edition, languages.collect());
        self.add(head("embed.html", "embed/", title, lead), &page);
        if !has_own("how-we-measure") {
            let (title, lead) = (edition.say("how_we_measure"), edition.say("measure_lead"));
            let head = head("measure.html", "how-we-measure/", title, lead);
            self.add(head, &present::measure(edition));
        }
        for page in pages {
            let view = view::FreePage {
                title: page.title.clone(),
                body_html: markdown::render(&page.body, edition.place(1, 2)),
                mistakes: page.mistakes.clone(),
            };
            let mut description = markdown::plain_text(&page.body);
            if let Some((cut, _)) = description.char_indices().nth(150) {
                description.truncate(cut);
            }
            let folder = format!("{}/", page.slug);
            let head = Head {
                template: "page.html",
                folder: &folder,
                title: page.title.clone(),
                description,
                structured: None,
                is_live: false,
            };
            self.add(head, &view);
        }
    }

    fn data(&mut self, data: &[DataFile]) {
        /// How many files the page lists; `data/index.json` has all.
        const LISTED: usize = 100;
        let edition = self.edition;
        let mut files: Vec<view::RawFile> = data
            .iter()
            .map(|file| view::RawFile { path: format!("data/{}", file.path), bytes: file.length })
            .collect();
        files.sort_by(|a, b| b.path.cmp(&a.path));
        let more_files = files.len().saturating_sub(LISTED);
        files.truncate(LISTED);
        let head = Head {
            template: "data.html",
            folder: "data/",
            title: edition.say("raw_samples").to_owned(),
            description: edition.say("raw_samples_note").to_owned(),
            structured: None,
            is_live: false,
        };
        self.add(head, &view::DataPage { files, more_files });
    }

    fn add(&mut self, head: Head<'_>, page: &impl Serialize) {
        let folder = format!("{}{}", self.edition.prefix(), head.folder);
        let path = if head.is_error() { folder } else { format!("{folder}index.html") };
        let frame = self.frame(&head);
        let mut context = Context::new();
        context.insert("frame", &frame);
        context.insert("page", page);
        context.insert_value("t", self.texts.clone());
        match self.theme.render(head.template, &context) {
            Ok(html) => self.files.text(&path, html),
            Err(problem) => {
                let built_in = self.built_in.get_or_init(|| Theme::load(Vec::new()).ok());
                if let Some(Ok(html)) =
                    built_in.as_ref().map(|theme| theme.render(head.template, &context))
                {
                    self.files.text(&path, html);
                }
                // One template renders many pages; its mistake is told once.
                if !self.problems.contains(&*problem) {
                    self.problems.push(*problem);
                }
            }
        }
    }

    fn frame(&self, head: &Head<'_>) -> Frame {
        let edition = self.edition;
        let inputs = edition.site.inputs;
        let settings = inputs.settings;
        let prefix = edition.prefix();
        let depth = format!("{prefix}{}", head.folder).matches('/').count();
        let root = match depth {
            // The host shows this page for any address, so that a relative link leads anywhere.
            _ if head.is_error() => settings.url.path().to_owned(),
            0 => "./".to_owned(),
            depth => "../".repeat(depth),
        };
        let editions = self.languages.iter().enumerate().map(|(number, language)| {
            let prefix = if number == 0 { String::new() } else { format!("{}/", language.tag()) };
            view::Edition {
                language: language.tag().to_owned(),
                name: language.say("language_name").to_owned(),
                url: format!("{root}{prefix}{}", head.folder),
                address: settings.absolute(&format!("{prefix}{}", head.folder)),
                is_current: language.tag() == edition.language.tag(),
            }
        });
        let has_editions = self.languages.len() > 1 && !head.is_error();
        Frame {
            site: settings.title.clone(),
            title: format!("{} — {}", head.title, settings.title),
            description: head.description.clone(),
            language: edition.language.tag().to_owned(),
            locale: edition.say("locale").to_owned(),
            direction: edition.say("direction").to_owned(),
            home: format!("{root}{prefix}"),
            canonical: settings.absolute(&format!("{prefix}{}", head.folder)),
            editions: if has_editions { editions.collect() } else { Vec::new() },
            root,
            feeds: feeds(head, settings),
            style: self.assets.style.clone(),
            script: self.assets.script.clone(),
            icon: ICON.to_owned(),
            card: settings.absolute(&format!("{prefix}{CARD}")),
            logo: self.assets.logo.clone(),
            structured: head.structured.clone(),
            notice: settings.notice.clone(),
            links: settings
                .links
                .iter()
                .map(|link| Link { name: link.name.clone(), url: link.url.clone() })
                .collect(),
            pages: inputs
                .pages
                .iter()
                .map(|page| Link { name: page.title.clone(), url: format!("{}/", page.slug) })
                .collect(),
            zone: settings.timezone.name().to_owned(),
            has_checks: settings.probes().next().is_some(),
            live: head.is_live.then(|| present::live(edition)),
        }
    }
}

/// The feeds of a page: that of a component has its own.
fn feeds(head: &Head<'_>, settings: &Settings) -> Vec<view::Feed> {
    let component = settings
        .components
        .iter()
        .map(|component| (present::component_path(&component.id), component.name.as_str()))
        .find(|(folder, _)| folder == head.folder);
    component
        .into_iter()
        .chain([(String::new(), settings.title.as_str())])
        .flat_map(|(folder, title)| {
            [
                ("application/atom+xml", "atom"),
                ("application/rss+xml", "rss"),
                ("application/feed+json", "json"),
            ]
            .map(|(kind, ending)| view::Feed {
                kind,
                title: title.to_owned(),
                path: format!("{folder}feed.{ending}"),
            })
        })
        .collect()
}

/// `Down: Public API`
fn titled(status: Option<&str>, name: &str) -> String {
    match status {
        Some(status) => format!("{status}: {name}"),
        None => name.to_owned(),
    }
}
