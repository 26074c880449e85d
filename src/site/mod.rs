//! What the page says, and the files that say it. PURE: no disk, no clock, no network.
//!
//! `plan` decides everything and cannot fail; then one file a format.

pub mod calendar;
pub mod chronicle;
pub mod days;
pub mod edition;
pub mod explain;
pub mod headline;
pub mod outages;
pub mod plan;
pub mod present;
pub mod readings;
pub mod sync;
pub mod timeline;
pub mod uptime;
pub mod view;
pub mod words;

mod badge;
mod card;
mod embed;
mod feed;
mod host;
mod html;
mod icalendar;
mod ids;
mod json;
mod look;
mod markdown;
mod preview;
mod statuspage;
mod structured;
mod xml;

pub use edition::Edition;
pub use plan::{Inputs, Site, plan};

use self::days::Days;
use crate::files::{DataFile, Files};
use crate::problem::Problem;
use crate::published;
use crate::theme::{Language, Theme};

/// `status.json` alone.
pub fn status_json(edition: Edition<'_>) -> String {
    json::render(edition)
}

/// Renders every file of the site. The problems are mistakes in the theme; where it fails, the
/// built-in one stands in for it, so that no page is ever missing.
pub fn render(site: &Site<'_>, theme: &Theme, data: &[DataFile]) -> (Files, Vec<Problem>) {
    let Inputs { settings, incidents, maintenance, corrections, pages, now, .. } = site.inputs;
    let mut files = Files::default();
    let days = Days::new(site);
    let (languages, mut problems) = match languages(theme, &settings.languages) {
        Ok(languages) => (languages, Vec::new()),
        Err(problems) => (vec![Language::english()], problems),
    };
    let main = Edition { site, language: &languages[0], days: &days, is_main: true };
    let font = card::Font::embedded();
    let (assets, mut found) = html::render(site, &days, &languages, theme, &font, data, &mut files);
    problems.append(&mut found);
    feed::render(main, &assets.feed_style, &mut files);
    statuspage::render(site, &mut files);
    badge::render(main, &font, &mut files);
    files.text("status.json", json::render(main));
    files.text("embed/status.d.ts", json::TYPES);
    icalendar::render(main, &mut files);
    embed::render(site, &languages, &mut files);
    host::render(site, &mut files);
    let own = theme.own();
    files.text(
        "inputs.json",
        published::format(settings, incidents, maintenance, corrections, pages, own, now),
    );
    files.text("data/index.json", json::data(data));
    for file in data {
        files.copy(&format!("data/{}", file.path), file);
    }
    (files, problems)
}

/// The languages of a site; never none. The problems are languages that nobody wrote words for.
pub fn languages(theme: &Theme, tags: &[String]) -> Result<Vec<Language>, Vec<Problem>> {
    let mut languages = Vec::new();
    let mut problems = Vec::new();
    for tag in tags {
        match theme.language(tag) {
            Some(language) => languages.push(language),
            None => problems.push(Problem::in_file(
                "probes.yaml",
                format!("there are no words of the language `{tag}`"),
                format!(
                    "write them into `themes/<name>/i18n/{tag}.yaml`, or use one of {}",
                    theme.tags().join(", ")
                ),
            )),
        }
    }
    if languages.is_empty() && problems.is_empty() {
        languages.push(Language::english());
    }
    if problems.is_empty() { Ok(languages) } else { Err(problems) }
}
