//! What the page says, and the files that say it. PURE: no disk, no clock, no network.
//!
//! `plan` decides everything and cannot fail; then one file a format.

pub mod files;
pub mod headline;
pub mod plan;
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
mod present;

pub use files::{Content, Files};
pub use plan::{Inputs, Site, plan};

use crate::problem::Problem;
use crate::theme::Theme;

/// Renders every file of the site. The problems are mistakes in the theme.
pub fn render(site: &Site<'_>, theme: &Theme, data: &[DataFile]) -> Result<Files, Vec<Problem>> {
    let mut files = Files::default();
    html::render(site, theme, &mut files)?;
    files.text("feed.atom", atom::render(site));
    files.text("status.json", json::render(site));
    files.text("embed/maintenance.js", embed::render(site));
    host::render(site, &mut files);
    for file in data {
        files.copy(&format!("data/{}", file.path), file);
    }
    Ok(files)
}

/// A file of the history, published as it is.
#[derive(Debug, Clone)]
pub struct DataFile {
    /// The path below `data/`.
    pub path: String,
    /// Where it lies on the disk.
    pub source: std::path::PathBuf,
    /// How many of its bytes are whole lines; the rest is a torn tail, or came later.
    pub length: u64,
}
