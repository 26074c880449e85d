//! Loads everything a site is made from, and gathers every problem in it.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::content::{self, Content};
use crate::files::DataFile;
use crate::model::{History, Settings, Source};
use crate::problem::{self, Problem};
use crate::site::Inputs;
use crate::theme::Theme;
use crate::{config, disk, store};

/// A loaded site. What has mistakes is absent or marked; `problems` tells all of them.
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// The configuration; none when it has a mistake.
    pub settings: Option<Settings>,
    /// What people wrote.
    pub content: Content,
    /// What probes found.
    pub history: History,
    /// The files of the history.
    pub data: Vec<DataFile>,
    /// The theme; none when it has a mistake.
    pub theme: Option<Theme>,
    /// All problems, sorted.
    pub problems: Vec<Problem>,
}

impl Project {
    /// Loads a site. Only the disk can make this fail.
    pub fn load(folder: &Path) -> Result<Self, Failure> {
        let (settings, mut problems) = load_settings(folder)?;
        let mut project = Self {
            folder: folder.to_owned(),
            settings,
            content: Content::default(),
            history: History::default(),
            data: Vec::new(),
            theme: None,
            problems: Vec::new(),
        };
        project.load_history(&mut problems)?;
        if let Some(settings) = &project.settings {
            let sources = disk::sources(folder, "content", "md")?;
            let (content, mut found) = content::parse(&sources, settings);
            project.content = content;
            problems.append(&mut found);
            match load_theme(folder, settings)? {
                Ok(theme) => project.theme = Some(theme),
                Err(mut found) => problems.append(&mut found),
            }
        }
        problem::sort(&mut problems);
        project.problems = problems;
        Ok(project)
    }

    fn load_history(&mut self, problems: &mut Vec<Problem>) -> Result<(), Failure> {
        let mut reader = store::Reader::default();
        for path in disk::list(&self.folder, "data", "csv")? {
            let source = self.folder.join(&path);
            let bytes = disk::read(&source)?;
            reader.read(&path, &bytes);
            let inner = path.strip_prefix("data/").unwrap_or(&path).to_owned();
            let length = store::whole_lines(&bytes) as u64;
            self.data.push(DataFile { path: inner, source, length });
        }
        let (history, mut found) = reader.finish();
        self.history = history;
        problems.append(&mut found);
        Ok(())
    }

    /// What the site is planned from, once the settings are known to be there.
    pub fn inputs<'a>(&'a self, settings: &'a Settings, now: crate::model::Time) -> Inputs<'a> {
        Inputs {
            settings,
            incidents: &self.content.incidents,
            maintenance: &self.content.maintenance,
            corrections: &self.content.corrections,
            pages: &self.content.pages,
            history: &self.history,
            now,
        }
    }
}

/// Reads `probes.yaml` alone.
pub fn load_settings(folder: &Path) -> Result<(Option<Settings>, Vec<Problem>), Failure> {
    match disk::read(&folder.join(config::FILE)) {
        Ok(bytes) => Ok(config::parse(&Source::new(config::FILE, &bytes))),
        Err(error) if error.is_not_found() => Err(Failure::Usage(format!(
            "there is no `{}` in `{}`; make a site with `aboveboard init DIR`, or name one with `--site DIR`",
            config::FILE,
            folder.display()
        ))),
        Err(error) => Err(error.into()),
    }
}

fn load_theme(folder: &Path, settings: &Settings) -> Result<Result<Theme, Vec<Problem>>, Failure> {
    let own = disk::sources(folder, &format!("themes/{}", settings.theme), "")?;
    if own.is_empty() && settings.theme != "default" {
        let message = format!("there is no theme `{}`", settings.theme);
        let help = format!(
            "put its files into `themes/{}/`, or remove `theme` from `site`",
            settings.theme
        );
        return Ok(Err(vec![Problem::in_file(config::FILE, message, help)]));
    }
    Ok(Theme::load(own))
}
