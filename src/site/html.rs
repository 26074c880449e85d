//! The HTML pages, and the style sheet and script they load.

use serde::Serialize;
use tera::Context;

use super::plan::Site;
use super::view::{Frame, Headline, Link, Live};
use super::{markdown, present, view, words};
use crate::files::{DataFile, Files};
use crate::model::Indicator;
use crate::problem::Problem;
use crate::theme::Theme;

/// Renders all pages.
pub fn render(
    site: &Site<'_>,
    theme: &Theme,
    data: &[DataFile],
    files: &mut Files,
) -> Result<(), Vec<Problem>> {
    let assets = Assets::add(theme, files);
    files.text(ICON, icon(site.headline.indicator));
    let mut pages = Pages { site, theme, files, assets, problems: Vec::new() };
    pages.all();
    pages.data(data);
    if pages.problems.is_empty() { Ok(()) } else { Err(pages.problems) }
}

/// The icon keeps its name while its shape follows the state, so that pages need not change.
const ICON: &str = "icon.svg";

/// Site paths of what every page loads; each holds a hash, so that it may be cached for ever.
struct Assets {
    style: String,
    script: String,
}

impl Assets {
    fn add(theme: &Theme, files: &mut Files) -> Self {
        let mut add = |name: &str, kind: &str, text: &str| {
            let path = format!("assets/{name}.{}.{kind}", hash(text));
            files.text(&path, text);
            path
        };
        Self {
            style: add("style", "css", theme.style()),
            script: add("page", "js", theme.script()),
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
        Indicator::None => ("#1a7f4b", "<path d='m9 17 5 5 9-11'/>"),
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

/// A page on its way to a file.
struct Head<'t> {
    template: &'t str,
    /// The folder of the page, empty or ending with a slash.
    folder: &'t str,
    /// The title without the name of the site; none for the home page.
    title: Option<&'t str>,
    description: String,
}

impl Head<'_> {
    /// Whether the page speaks of the present.
    fn is_live(&self) -> bool {
        matches!(self.template, "home.html" | "component.html")
    }
}

struct Pages<'a, 's> {
    site: &'a Site<'s>,
    theme: &'a Theme,
    files: &'a mut Files,
    assets: Assets,
    problems: Vec<Problem>,
}

impl Pages<'_, '_> {
    fn all(&mut self) {
        let site = self.site;
        let sentence = site.headline.sentence.clone();
        let home = Head { template: "home.html", folder: "", title: None, description: sentence };
        self.add(home, &present::home(site));

        for incident in site.open_incidents.iter().chain(&site.past_incidents) {
            let view = present::incident(site, incident, present::Setting::PAGE);
            let last = view.updates.first().and_then(|update| update.status.as_ref());
            let head = Head {
                template: "incident.html",
                folder: &view.path.clone(),
                title: Some(&incident.title),
                description: match (last, &view.started) {
                    (Some(status), Some(started)) => {
                        format!("{}. Began {}.", status.label, started.text)
                    }
                    _ => "An incident.".to_owned(),
                },
            };
            self.add(head, &view::IncidentPage { incident: view });
        }
        for planned in &site.maintenance {
            let view = present::maintenance(site, planned, present::Setting::PAGE);
            let head = Head {
                template: "maintenance.html",
                folder: &view.path.clone(),
                title: Some(&planned.maintenance.title),
                description: match &view.window {
                    Some(window) => format!("{} maintenance: {window}.", view.status.label),
                    None => "A planned maintenance.".to_owned(),
                },
            };
            self.add(head, &view::MaintenancePage { maintenance: view });
        }
        for report in &site.components {
            let page = present::component_page(site, report);
            let head = Head {
                template: "component.html",
                folder: &page.component.path.clone(),
                title: Some(&report.component.name),
                description: format!("{}: {}.", report.component.name, page.component.status.label),
            };
            self.add(head, &page);
        }
        let months = present::months(site);
        let head = Head {
            template: "history.html",
            folder: "history/",
            title: Some("History"),
            description: "Incidents, maintenance and outages by month.".to_owned(),
        };
        self.add(head, &present::history(&months));
        for (month, page) in present::month_pages(site, months) {
            let title = format!("History of {}", words::month(month));
            let head = Head {
                template: "month.html",
                folder: &present::month_path(month),
                title: Some(&title),
                description: format!(
                    "Incidents, maintenance and outages in {}.",
                    words::month(month)
                ),
            };
            self.add(head, &page);
        }
        for page in site.inputs.pages {
            let place = markdown::Place { root: "../", top_heading: 2 };
            let view = view::FreePage {
                title: page.title.clone(),
                body_html: markdown::render(&page.body, place),
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
                title: Some(&page.title),
                description,
            };
            self.add(head, &view);
        }
        let head = Head {
            template: "404.html",
            folder: "404.html",
            title: Some("Page not found"),
            description: "There is no such page.".to_owned(),
        };
        self.add(head, &view::NotFoundPage {});
    }

    fn data(&mut self, data: &[DataFile]) {
        let mut files: Vec<view::RawFile> = data
            .iter()
            .map(|file| view::RawFile { path: format!("data/{}", file.path), bytes: file.length })
            .collect();
        files.sort_by(|a, b| b.path.cmp(&a.path));
        let head = Head {
            template: "data.html",
            folder: "data/",
            title: Some("Raw samples"),
            description: "Every result of every check, as CSV by day.".to_owned(),
        };
        self.add(head, &view::DataPage { files });
    }

    fn add(&mut self, head: Head<'_>, page: &impl Serialize) {
        let is_error = head.folder == "404.html";
        let path =
            if is_error { head.folder.to_owned() } else { format!("{}index.html", head.folder) };
        let frame = self.frame(&head, is_error);
        let mut context = Context::new();
        context.insert("frame", &frame);
        context.insert("page", page);
        match self.theme.render(head.template, &context) {
            Ok(html) => self.files.text(&path, html),
            Err(problem) => {
                // One template renders many pages; its mistake is told once.
                if !self.problems.contains(&*problem) {
                    self.problems.push(*problem);
                }
            }
        }
    }

    fn frame(&self, head: &Head<'_>, is_error: bool) -> Frame {
        let Site { inputs, headline, .. } = self.site;
        let settings = inputs.settings;
        let root = match head.folder.matches('/').count() {
            // The host shows this page for any address, so that a relative link leads anywhere.
            _ if is_error => settings.url.path().to_owned(),
            0 => "./".to_owned(),
            depth => "../".repeat(depth),
        };
        let title = match head.title {
            Some(title) => format!("{title} — {}", settings.title),
            None => format!("{} — {}", headline.sentence, settings.title),
        };
        Frame {
            site: settings.title.clone(),
            title,
            description: head.description.clone(),
            language: settings.language.clone(),
            root,
            canonical: settings.absolute(head.folder),
            style: self.assets.style.clone(),
            script: self.assets.script.clone(),
            icon: ICON.to_owned(),
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
            has_checks: settings.probes().next().is_some(),
            live: head.is_live().then(|| self.live()),
        }
    }

    fn live(&self) -> Live {
        let Site { inputs, headline, stale_headline, .. } = self.site;
        Live {
            headline: Headline {
                indicator: headline.indicator.word(),
                sentence: headline.sentence.clone(),
                mark: present::indicator_mark(headline.indicator),
                is_stale: self.site.is_stale,
                stale_indicator: stale_headline.indicator.word(),
                stale_sentence: stale_headline.sentence.clone(),
            },
            checked_at: self.site.checked_at.map(|time| present::moment(self.site, time)),
            generated_at: present::moment(self.site, inputs.now),
            refresh_s: inputs.settings.refresh_ms / 1000,
            interval_s: inputs.settings.interval_ms / 1000,
            interval: words::length(inputs.settings.interval_ms),
        }
    }
}
