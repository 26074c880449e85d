//! What the page says, and the files that say it. PURE: no disk, no clock, no network.
//!
//! `plan` decides everything and cannot fail; then one file a format.

pub mod calendar;
pub mod card;
pub mod explain;
pub mod headline;
pub mod outages;
pub mod plan;
pub mod present;
pub mod readings;
pub mod timeline;
pub mod uptime;
pub mod view;
pub mod words;

mod atom;
mod embed;
mod host;
mod html;
mod json;
mod markdown;

pub use plan::{Inputs, Site, plan};

use crate::files::{DataFile, Files};
use crate::problem::Problem;
use crate::published;
use crate::theme::Theme;

/// `status.json` alone.
pub fn status_json(site: &Site<'_>) -> String {
    json::render(site)
}

/// Renders every file of the site. The problems are mistakes in the theme.
pub fn render(site: &Site<'_>, theme: &Theme, data: &[DataFile]) -> Result<Files, Vec<Problem>> {
    let mut files = Files::default();
    html::render(site, theme, data, &mut files)?;
    files.text("feed.atom", atom::render(site));
    files.text("status.json", json::render(site));
    files.text("embed/maintenance.js", embed::render(site));
    host::render(site, &mut files);
    let Inputs { settings, incidents, maintenance, corrections, pages, now, .. } = site.inputs;
    let own = theme.own();
    files.text(
        "inputs.json",
        published::format(settings, incidents, maintenance, corrections, pages, own, now),
    );
    files.text("data/index.json", json::data(data));
    for file in data {
        files.copy(&format!("data/{}", file.path), file);
    }
    Ok(files)
}
